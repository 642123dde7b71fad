"""A root that was made on head office's machine is taken away from it; kiosks follow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.identity import key_generation
from office import root_commands, trust
from office.command_line import main
from office.head_office import HeadOffice
from office.history import Actor
from office.renewal import ask_for_new_keys
from signing.root_keys import RootSecret
from signing.sealed_secret import Cost
from tests.office.conftest import cheap_passwords
from tests.office.key_cut import cut
from tests.world import World
from verifier.trust_list import KeyRole

__all__ = ["cheap_passwords"]  # a fixture
PASSPHRASE = "siedem zielonych mostów nad Wisłą"


class Move:
    """The commands, over one town."""

    def __init__(self, folder: Path, world: World, capsys: pytest.CaptureFixture[str]) -> None:
        self.world, self.capsys = world, capsys
        self.stick, self.paper, self.secret = (
            folder / name for name in ("stick", "paper", "passphrase")
        )
        self.secret.write_text(PASSPHRASE)
        self.data = ["--data", str(world.office.settings.data_folder)]
        self.opening = ["--passphrase-file", str(self.secret)]

    def run(self, *arguments: object) -> tuple[int, str, str]:
        self.capsys.readouterr()
        code = main([*map(str, arguments), *self.data])
        said = self.capsys.readouterr()
        return code, said.out, said.err

    def export(self) -> None:
        code, said, _ = self.run("root", "export", "--out", self.stick, *self.opening)
        assert code == 0
        assert "Nothing was destroyed here yet." in said
        self.paper.write_text(" ".join(re.findall(r"\d\. ([a-z]+)", said)))

    @property
    def forgetting(self) -> list[str]:
        given = ["root", "forget", "--root", str(self.stick), "--words-file", str(self.paper)]
        return [*given, *self.opening]

    def key_files(self) -> set[str]:
        folder = self.world.office.settings.data_folder
        return {path.name for path in folder.glob("*keys/*root.pem")}

    def refusal(self, *arguments: object) -> str:
        code, _, said = self.run(*arguments)
        assert code == 1
        found = re.search(r"\[(\w+)\]", said)
        assert found is not None
        return found.group(1)


@pytest.fixture
def move(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Move]:
    monkeypatch.setattr(root_commands, "COST", Cost(memory_kib=64, iterations=1, lanes=1))
    with World(tmp_path, lambda: datetime.now(UTC)) as world:
        yield Move(tmp_path, world, capsys)


def roots(office: HeadOffice) -> list[bytes]:
    with office.database.read() as connection:
        keys = trust.trust_list(office, connection).with_role(KeyRole.ROOT)
    return [key.certificate_der for key in keys]


def test_a_root_is_copied_proved_and_destroyed_and_goes_on_certifying(
    move: Move, tmp_path: Path
) -> None:
    office, before = move.world.office, roots(move.world.office)
    move.export()
    assert move.key_files() == {"root.pem", "trust-root.pem"}
    code, said, _ = move.run(*move.forgetting)
    assert code == 0
    assert "Backups of this data folder from before still hold it" in said
    assert move.key_files() == set()
    assert roots(office) == before
    move.world.exchange()  # the kiosk follows the trust list's new root key
    assert move.world.kiosk.terminal.trust.current().version == office_version(office)
    assert move.refusal(*move.forgetting) == "root_apart"
    request, answer = tmp_path / "request.json", tmp_path / "answer.json"
    assert move.run("keys", "rotate-signing-ca", "--request", request)[0] == 0
    signing = ["root", "sign-request", "--root", move.stick, "--request", request]
    assert move.run(*signing, "--answer", answer, "--yes", *move.opening)[0] == 0
    assert move.run("keys", "rotate-signing-ca", "--answer", answer)[0] == 0
    ask_for_new_keys(office, move.world.kiosk_id, Actor(), move.world.clock())
    move.world.exchange()
    terminal = move.world.kiosk.terminal
    assert key_generation(terminal.store) == 2
    assert "Signing CA 2" in str(terminal.enrolment().kiosk.chain[0].subject)
    recovered = tmp_path / "recovered"
    recovering = ["root", "recover", "--certificate", move.stick / "root.pem"]
    words = ["--words-file", move.paper, "--out", recovered, *move.opening]
    assert move.run(*recovering, *words)[0] == 0
    assert (recovered / "root.pem").read_bytes() == (move.stick / "root.pem").read_bytes()


def office_version(office: HeadOffice) -> int:
    with office.database.read() as connection:
        return trust.published_version(connection)


def test_without_a_good_copy_nothing_is_destroyed(move: Move) -> None:
    move.export()
    assert move.refusal("root", "forget") == "no_proof"
    good = move.paper.read_text()
    move.paper.write_text(" ".join(RootSecret.make().words()))
    assert move.refusal(*move.forgetting) == "words_of_another_root"
    move.paper.write_text(good.replace(good.split()[0], "zebra", 1))
    assert move.refusal(*move.forgetting) in {"words_wrong", "words_of_another_root"}
    move.secret.write_text("another passphrase altogether")
    assert move.refusal("root", "forget", "--root", move.stick, *move.opening) == (
        "passphrase_wrong"
    )
    inside = move.world.office.settings.data_folder / "stick"
    assert move.refusal("root", "export", "--out", inside, *move.opening) == "root_not_apart"
    assert move.refusal("root", "export", "--out", move.stick, *move.opening) == "file_exists"
    assert move.key_files() == {"root.pem", "trust-root.pem"}
    assert not inside.exists()


def test_a_cut_while_forgetting_is_ended_by_the_same_command(move: Move) -> None:
    move.export()
    for point in (
        "after:signing.trust_publication:TrustPublisher.hand_over_root",  # nobody has heard of it
        "after:signing.trust_publication:TrustPublisher.forget_root_key",  # one key of two is gone
    ):
        cut(point, *move.forgetting, *move.data)
        assert "root.pem" in move.key_files()
    assert move.run(*move.forgetting)[0] == 0
    assert move.key_files() == set()
    move.world.exchange()
    assert move.world.kiosk.terminal.trust.current().version == office_version(move.world.office)


def trust_keys(move: Move) -> dict[str, bytes]:
    folder = move.world.office.settings.data_folder / "trust-keys"
    return {path.name: path.read_bytes() for path in folder.glob("*.pem")}


def followed(move: Move) -> bool:
    move.world.exchange()
    return move.world.kiosk.terminal.trust.current().version == office_version(move.world.office)


@pytest.mark.parametrize(
    "point",
    [
        "",
        "after:signing.trust_keys:replace_file#2",  # two of three have taken their places
    ],
)
def test_the_keys_of_the_trust_list_are_replaced_and_kiosks_follow(move: Move, point: str) -> None:
    before = trust_keys(move)
    if point:
        cut(point, "keys", "rotate-trust-keys", *move.data)
        with move.world.office.database.write() as connection:  # the next hourly publication
            trust.publish(move.world.office, connection, move.world.clock())
    else:
        assert move.run("keys", "rotate-trust-keys")[0] == 0
    after = trust_keys(move)
    assert set(after) == set(before)
    same = {name for name in after if after[name] == before[name]}
    assert same == {"trust-root.pem"}
    assert followed(move)


def test_with_the_root_apart_it_names_the_new_keys_of_the_trust_list(
    move: Move, tmp_path: Path
) -> None:
    move.export()
    assert move.run(*move.forgetting)[0] == 0
    before = trust_keys(move)
    assert move.refusal("keys", "rotate-trust-keys") == "root_apart"
    request, answer = tmp_path / "request.json", tmp_path / "answer.json"
    assert move.run("keys", "rotate-trust-keys", "--request", request)[0] == 0
    assert followed(move)  # asked for, not answered yet: the old keys go on signing
    signing = ["root", "sign-request", "--root", move.stick, "--request", request]
    assert move.run(*signing, "--answer", answer, "--yes", *move.opening)[0] == 0
    assert move.run("keys", "rotate-trust-keys", "--answer", answer)[0] == 0
    after = trust_keys(move)
    assert set(after) == set(before)
    assert not [name for name in after if after[name] == before[name]]
    assert followed(move)
