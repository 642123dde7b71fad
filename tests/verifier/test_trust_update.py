"""verifier.trust_update: a trust folder brought up to date, and left alone when that fails."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from signing.trust_keys import TrustKeys
from signing.trust_publication import TrustPublisher
from tests.vectors import trust_files
from tests.vectors.sealed_pdf import Sealed
from tests.vectors.trust_files import Publisher
from verifier.__main__ import ExitCode, main
from verifier.errors import TrustError
from verifier.trust_folder import FILES, load_trust
from verifier.trust_list import TrustList
from verifier.trust_update import source_at, update_trust

HOUSE = Path(__file__).parents[2]
PACKAGE = HOUSE / "verifier"
WRITER = PACKAGE / "trust_update.py"


class Office:
    """Head office's repository, and a folder that a stranger keeps."""

    def __init__(self, place: Path, trust: TrustList, now: datetime) -> None:
        self.repository = place / "www" / "trust"
        self.publisher = TrustPublisher(self.repository, TrustKeys(place / "keys", b"passphrase"))
        self.publisher.create(now)
        self.trust = trust
        self.folder = place / "trust"
        self.folder.mkdir()

    def publish(self, version: int, now: datetime) -> None:
        """Publish the list under another version."""
        self.publisher.publish(replace(self.trust, version=version), now)

    def pin(self) -> None:
        """Hand root.json over."""
        (self.folder / "root.json").write_bytes(self.publisher.root_bytes())

    def update(self) -> TrustList:
        """Update from the folder, as from a USB stick."""
        return update_trust(self.folder, source_at(str(self.repository)))

    def held(self) -> dict[str, bytes]:
        """What is in the stranger's folder."""
        return {path.name: path.read_bytes() for path in self.folder.iterdir()}


@pytest.fixture
def now() -> datetime:
    """The real time: TUF's metadata expires."""
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def office(tmp_path: Path, trust: TrustList, now: datetime) -> Office:
    """A repository with version 5, its root handed over."""
    made = Office(tmp_path, trust, now)
    made.publish(5, now)
    made.pin()
    return made


def refused(office: Office, code: str) -> None:
    """The update fails with a code, and the folder stays as it was."""
    before = office.held()
    with pytest.raises(TrustError) as error:
        office.update()
    assert error.value.code == code
    assert office.held() == before


def test_the_first_update_needs_nothing_but_the_root(office: Office) -> None:
    assert office.update().version == 5
    assert set(office.held()) == set(FILES)
    assert load_trust(office.folder).version == 5


def test_a_newer_list_replaces_the_held_one(office: Office, now: datetime) -> None:
    office.update()
    office.publish(6, now)
    assert office.update().version == 6
    assert load_trust(office.folder).version == 6
    assert office.update().version == 6


def test_a_linked_folder_is_followed(office: Office) -> None:
    link = office.folder.with_name("link")
    link.symlink_to(office.folder, target_is_directory=True)
    assert update_trust(link, source_at(office.repository.as_uri())).version == 5
    assert link.is_symlink()
    assert load_trust(office.folder).version == 5


def test_other_files_of_the_folder_are_left_alone(office: Office) -> None:
    (office.folder / "notes.txt").write_text("mine", encoding="utf-8")
    office.update()
    assert (office.folder / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_without_a_root_nothing_is_trusted(office: Office) -> None:
    (office.folder / "root.json").unlink()
    refused(office, "trust_root_missing")


def test_the_root_of_another_office_accepts_nothing(
    office: Office, tmp_path: Path, trust: TrustList, now: datetime
) -> None:
    (tmp_path / "other").mkdir()
    other = Office(tmp_path / "other", trust, now)
    (office.folder / "root.json").write_bytes(other.publisher.root_bytes())
    refused(office, "trust_not_signed")


def test_an_older_list_is_refused(office: Office, tmp_path: Path, now: datetime) -> None:
    old = {path: path.read_bytes() for path in office.repository.rglob("*") if path.is_file()}
    office.publish(6, now)
    office.update()
    for path in office.repository.rglob("*"):
        if path.is_file():
            path.unlink()
    for path, data in old.items():
        path.write_bytes(data)
    refused(office, "trust_rollback")


def test_a_list_of_a_lower_version_than_the_held_one_is_refused(office: Office) -> None:
    office.update()
    newer = replace(office.trust, version=9).to_json_bytes()
    (office.folder / "trust-list.json").write_bytes(newer)
    refused(office, "trust_rollback")


def test_an_expired_repository_is_refused(tmp_path: Path, trust: TrustList, now: datetime) -> None:
    made = Office(tmp_path, trust, now - timedelta(days=4000))
    made.publish(5, now - timedelta(days=4000))
    made.pin()
    refused(made, "trust_frozen")


def test_a_changed_list_is_refused(office: Office) -> None:
    office.update()
    for path in (office.repository / "targets").iterdir():
        path.write_bytes(path.read_bytes().replace(b'"version"', b'"versiom"'))
    (office.folder / "trust-list.json").unlink()
    refused(office, "trust_not_signed")


@pytest.mark.parametrize("alone", [True, False])
def test_a_list_that_a_delegated_role_names_is_never_taken(
    alone: bool,
    trust: TrustList,
    tmp_path: Path,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """python-tuf follows delegations when the organisation's own targets name no list."""
    monkeypatch.setattr(trust_files, "EXPIRES", now + timedelta(days=30))
    forged = replace(trust, version=99)
    files = Publisher(trust, delegated=forged, delegated_alone=alone).files()
    stick, folder = tmp_path / "stick", tmp_path / "trust"
    for place in (stick / "metadata", stick / "targets", folder):
        place.mkdir(parents=True)
    for name, data in files.items():
        (stick / "metadata" / name).write_bytes(data)
    listed = forged.to_json_bytes() if alone else files["trust-list.json"]
    (stick / "targets" / "trust-list.json").write_bytes(listed)
    (folder / "root.json").write_bytes(files["root.json"])
    if alone:
        with pytest.raises(TrustError) as error:
            update_trust(folder, source_at(str(stick)))
        assert error.value.code == "trust_not_signed"
        assert [path.name for path in folder.iterdir()] == ["root.json"]
    else:
        assert update_trust(folder, source_at(str(stick))) == trust


def test_an_empty_stick_is_unreachable(office: Office, tmp_path: Path) -> None:
    before = office.held()
    with pytest.raises(TrustError) as error:
        update_trust(office.folder, source_at(str(tmp_path / "nowhere")))
    assert error.value.code == "trust_unreachable"
    assert office.held() == before


def test_files_of_a_stick_that_cannot_be_read_are_unreachable(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.update()
    office.publish(6, office.trust.as_of)
    timestamp = office.repository / "metadata" / "timestamp.json"
    kept = timestamp.read_bytes()
    timestamp.unlink()
    timestamp.symlink_to(timestamp.name)  # a loop
    refused(office, "trust_unreachable")
    timestamp.unlink()
    timestamp.write_bytes(kept)

    really = Path.open

    def pulled_out(path: Path, *mode: Any, **more: Any) -> Any:
        if path == timestamp:
            raise OSError(5, "Input/output error")
        return really(path, *mode, **more)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", pulled_out)
        refused(office, "trust_unreachable")


def test_a_name_that_no_folder_has_is_unreachable(office: Office) -> None:
    with pytest.raises(TrustError) as error:
        update_trust(office.folder, source_at("\0"))
    assert error.value.code == "trust_unreachable"


def test_a_damaged_folder_is_healed(office: Office) -> None:
    office.update()
    for name in set(FILES) - {"root.json"}:
        (office.folder / name).write_bytes(b"{}")
    assert office.update().version == 5
    assert load_trust(office.folder).version == 5


@pytest.mark.parametrize(
    "address", ["ftp://office.example", "https://", "gopher://x/y", "http://[::1", "https://[x]/"]
)
def test_an_address_of_another_kind_is_refused(address: str) -> None:
    with pytest.raises(TrustError) as error:
        source_at(address)
    assert error.value.code == "trust_address"


def test_head_offices_address_leads_to_its_repository() -> None:
    assert source_at("https://office.example/").base_url == "https://office.example/trust"
    assert source_at("https://office.example/trust").base_url == "https://office.example/trust"


@pytest.fixture
def served(office: Office) -> Callable[[], str]:
    """Serves the repository over HTTP on this machine; gives the address."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(office.repository.parent))
    handler.log_message = lambda *_: None  # type: ignore[attr-defined] # quiet
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    return lambda: f"http://127.0.0.1:{server.server_port}"


def test_the_command_updates_over_http_and_then_examines(
    office: Office,
    served: Callable[[], str],
    sealed: Sealed,
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = ["--update-trust", served(), "--trust", str(office.folder), "--language", "en"]
    assert main(arguments) is ExitCode.GENUINE
    assert "The trust list is now version 5" in capsys.readouterr().err
    file = office.folder.with_name("signed.pdf")
    file.write_bytes(sealed.data)
    assert main([str(file), *arguments, "--at", "2026-03-15T12:00:00+00:00"]) is ExitCode.GENUINE


def test_the_command_stops_when_the_update_fails(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["x.pdf", "--update-trust", "/nowhere", "--trust", str(office.folder)]
    assert main(arguments) is ExitCode.USAGE
    assert "[trust_unreachable]" in capsys.readouterr().err


def test_no_other_module_writes_a_file_or_connects() -> None:
    writing = re.compile(
        r"write_bytes|write_text|\.mkdir|\.unlink|\.rename|\.replace\(Path|\.rmdir|shutil|"
        r"open\([^)]*[\"'](?:w|a|x|r\+)b?[\"']|socket|urllib\.request|http\.client|urllib3|httpx"
        r"|tempfile|ngclient"
    )
    for path in PACKAGE.rglob("*.py"):
        found = writing.findall(path.read_text(encoding="utf-8"))
        assert not found or path == WRITER, f"{path}: {found}"


def test_only_the_command_line_imports_it_and_only_on_demand() -> None:
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        asked = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "verifier.trust_update"
        ]
        assert not asked or path == PACKAGE / "__main__.py"
        assert all(node not in tree.body for node in asked)


def test_the_documentation_names_every_error_of_the_command() -> None:
    documents = [
        (HOUSE / "docs" / name).read_text(encoding="utf-8")
        for name in ("verifier-command.md", "findings.md")
    ]
    sources = [WRITER, *(PACKAGE / "command").glob("*.py"), PACKAGE / "picture.py"]
    raising = {"VerifierError", "PictureError", "TrustError", "_refused", "_refuse", "_error"}
    for path in sources:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id in raising and isinstance(node.args[0], ast.Constant):
                code = str(node.args[0].value)
                assert any(f"| `{code}` |" in document for document in documents), code
