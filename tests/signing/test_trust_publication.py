"""Publishing the trust list: tuf's own client accepts it, a crash in between changes nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from tuf.api.exceptions import DownloadHTTPError
from tuf.ngclient import FetcherInterface, Updater

from signing.trust_keys import TrustKeys
from signing.trust_publication import TARGET_NAME, TrustPublicationError, TrustPublisher
from signing.whole_file import write_whole
from tests.signing.hierarchy import Hierarchy, make_hierarchy
from verifier.trust_folder import load_trust, load_trust_files
from verifier.trust_list import KeyRole, TrustedKey, TrustList

NOW = datetime.now(UTC).replace(microsecond=0)
CREDENTIAL = b"the credential of head office"


class FolderFetcher(FetcherInterface):
    """Serves a repository from its folder."""

    def _fetch(self, url: str) -> Iterator[bytes]:
        path = Path(unquote(urlparse(url).path))
        if not path.is_file():
            raise DownloadHTTPError("not found", 404)
        yield path.read_bytes()


@pytest.fixture(scope="module")
def hierarchy() -> Hierarchy:
    return make_hierarchy(NOW - timedelta(days=1))


@pytest.fixture
def publisher(tmp_path: Path) -> TrustPublisher:
    publisher = TrustPublisher(tmp_path / "trust", TrustKeys(tmp_path / "keys", CREDENTIAL))
    publisher.create(NOW)
    return publisher


@pytest.fixture
def trust_list(hierarchy: Hierarchy) -> TrustList:
    seal = hierarchy.kiosk.seal_certificate
    key = TrustedKey(
        KeyRole.SEAL,
        "Kiosk Warszawa 1",
        seal.public_bytes(Encoding.DER),
        seal.not_valid_before_utc,
        seal.not_valid_after_utc,
        None,
    )
    return TrustList("Żółw i Syn", 1, NOW, (key,), ("SYGNET.EXAMPLE",))


def fetched(repository: Path, client: Path, root: bytes) -> TrustList:
    """What tuf's client makes of the repository."""
    client.mkdir(exist_ok=True)
    updater = Updater(
        metadata_dir=str(client),
        metadata_base_url=(repository / "metadata").as_uri() + "/",
        target_base_url=(repository / "targets").as_uri() + "/",
        target_dir=str(client),
        fetcher=FolderFetcher(),
        bootstrap=root,
    )
    updater.refresh()
    target = updater.get_targetinfo(TARGET_NAME)
    assert target is not None
    return TrustList.from_json_bytes(Path(updater.download_target(target)).read_bytes())


def test_tufs_client_fetches_what_was_published(
    tmp_path: Path, publisher: TrustPublisher, trust_list: TrustList
) -> None:
    publisher.publish(trust_list, NOW)
    client = tmp_path / "client"
    assert fetched(tmp_path / "trust", client, publisher.root_bytes()) == trust_list
    newer = replace(trust_list, version=2, as_of=NOW + timedelta(minutes=1))
    publisher.publish(newer, NOW)
    assert fetched(tmp_path / "trust", client, publisher.root_bytes()) == newer


def test_the_verifier_loads_the_client_files(
    tmp_path: Path, publisher: TrustPublisher, trust_list: TrustList
) -> None:
    publisher.publish(trust_list, NOW)
    files = publisher.client_files()
    assert load_trust_files(files) == trust_list
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    assert load_trust(tmp_path) == trust_list


@pytest.mark.parametrize("version", [1, 2])
def test_a_version_that_does_not_rise_is_refused(
    publisher: TrustPublisher, trust_list: TrustList, version: int
) -> None:
    publisher.publish(replace(trust_list, version=2), NOW)
    before = publisher.client_files()
    with pytest.raises(TrustPublicationError) as refused:
        publisher.publish(replace(trust_list, version=version), NOW)
    assert refused.value.code == "trust_version_not_rising"
    assert publisher.client_files() == before


def test_a_repository_is_never_made_anew(publisher: TrustPublisher) -> None:
    root = publisher.root_bytes()
    with pytest.raises(TrustPublicationError) as refused:
        publisher.create(NOW)
    assert refused.value.code == "trust_exists"
    assert publisher.root_bytes() == root


@pytest.mark.parametrize("writes", range(4))
def test_a_crash_at_any_write_leaves_the_old_version_whole(
    tmp_path: Path,
    publisher: TrustPublisher,
    trust_list: TrustList,
    monkeypatch: pytest.MonkeyPatch,
    writes: int,
) -> None:
    publisher.publish(trust_list, NOW)
    newer = replace(trust_list, version=2)
    done = 0

    def write_or_crash(path: Path, data: bytes) -> None:
        nonlocal done
        if done == writes:
            raise OSError("power cut")
        done += 1
        write_whole(path, data)

    monkeypatch.setattr("signing.trust_publication.write_whole", write_or_crash)
    with pytest.raises(OSError, match="power cut"):
        publisher.publish(newer, NOW)
    monkeypatch.undo()
    assert load_trust_files(publisher.client_files()) == trust_list
    client = tmp_path / "client"
    assert fetched(tmp_path / "trust", client, publisher.root_bytes()) == trust_list
    publisher.publish(newer, NOW)
    assert fetched(tmp_path / "trust", client, publisher.root_bytes()) == newer


def test_old_versions_are_dropped(
    tmp_path: Path, publisher: TrustPublisher, trust_list: TrustList
) -> None:
    for version in range(1, 13):
        publisher.publish(replace(trust_list, version=version), NOW)
    names = [path.name for path in (tmp_path / "trust").rglob("*.json")]
    for role in ("targets", "snapshot"):
        assert sum(name.endswith(f"{role}.json") for name in names) == 5
    assert sum(name.endswith(TARGET_NAME) for name in names) == 5
    client = tmp_path / "client"
    assert fetched(tmp_path / "trust", client, publisher.root_bytes()).version == 12


def test_nothing_secret_is_in_the_repository(tmp_path: Path, publisher: TrustPublisher) -> None:
    assert not any("PRIVATE" in path.read_text() for path in (tmp_path / "trust").rglob("*.json"))
    assert len(list((tmp_path / "keys").iterdir())) == 4


def test_before_the_first_list_and_after_damage_it_says_so(
    tmp_path: Path, publisher: TrustPublisher, trust_list: TrustList
) -> None:
    with pytest.raises(TrustPublicationError) as refused:
        publisher.client_files()
    assert refused.value.code == "trust_unreadable"
    publisher.publish(trust_list, NOW)
    (tmp_path / "trust" / "metadata" / "timestamp.json").write_bytes(b"{}")
    with pytest.raises(TrustPublicationError) as refused:
        publisher.client_files()
    assert refused.value.code == "trust_unreadable"


def test_a_create_that_was_cut_off_is_completed(tmp_path: Path) -> None:
    publisher = TrustPublisher(tmp_path / "trust", TrustKeys(tmp_path / "keys", CREDENTIAL))
    publisher.create(NOW)
    keys = {path: path.read_bytes() for path in (tmp_path / "keys").iterdir()}
    shutil.rmtree(tmp_path / "trust")
    (tmp_path / "keys" / "trust-timestamp.pem").unlink()
    publisher.create(NOW)
    kept = [path for path, data in keys.items() if path.read_bytes() == data]
    assert len(kept) == 3
