"""The root's ceremony with the real commands: made apart, asked by a file, recovered from paper."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from office import root_commands
from office.command_line import main
from office.head_office import open_head_office
from office.settings import Settings
from signing.sealed_secret import Cost
from tests.office.key_cut import cut
from tests.office.town_hall import Clock, TestKiosk
from verifier.trust_folder import load_trust_files
from verifier.trust_list import KeyRole

COMPANY = "Zielony Most sp. z o.o."
PASSPHRASE = "siedem zielonych mostów nad Wisłą"


class Ceremony:
    """A safe with the root, a stick, and head office's data folder."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root, self.data = folder / "root", folder / "office"
        self.request, self.answer = folder / "request.json", folder / "answer.json"
        self.passphrase = folder / "passphrase"
        self.passphrase.write_text(PASSPHRASE + "\n")
        self.capsys = capsys

    def run(self, *arguments: object) -> int:
        self.capsys.readouterr()
        return main([str(argument) for argument in arguments])

    def refusal(self, *arguments: object) -> str:
        assert self.run(*arguments) != 0
        found = re.search(r"\[(\w+)\]", self.capsys.readouterr().err)
        assert found is not None
        return found.group(1)

    def create(self, out: Path | None = None, company: str = COMPANY) -> list[str]:
        """Make a root; return the words it printed."""
        out = out or self.root
        given = ["--out", out, "--organisation", company, *self.secret]
        assert self.run("root", "create", *given) == 0
        return re.findall(r"\d\. ([a-z]+)", self.capsys.readouterr().out)

    @property
    def secret(self) -> list[object]:
        return ["--passphrase-file", self.passphrase]

    @property
    def asking(self) -> list[object]:
        given = ["--data", self.data, "--organisation", COMPANY]
        return ["init", *given, "--request", self.request]

    @property
    def signing(self) -> list[object]:
        files = ["--request", self.request, "--answer", self.answer]
        return ["root", "sign-request", "--root", self.root, *files, "--yes", *self.secret]

    @property
    def finishing(self) -> list[object]:
        return ["init", "--data", self.data, "--answer", self.answer]


def make_ceremony(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Ceremony:
    """A ceremony whose passphrases cost little to try."""
    monkeypatch.setattr(root_commands, "COST", Cost(memory_kib=64, iterations=1, lanes=1))
    return Ceremony(folder, capsys)


@pytest.fixture
def ceremony(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Ceremony:
    return make_ceremony(tmp_path, capsys, monkeypatch)


def content(folder: Path) -> dict[str, bytes]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_a_head_office_works_with_a_root_that_it_never_had(ceremony: Ceremony) -> None:
    ceremony.create()
    assert ceremony.run(*ceremony.asking) == 0
    shown = ceremony.capsys.readouterr().out
    assert ceremony.run(*ceremony.signing) == 0
    (key,) = re.findall(r"key ((?:[0-9a-f]{4} ?){4})", ceremony.capsys.readouterr().out)
    assert key.strip() in shown  # what two people compare
    assert ceremony.run(*ceremony.finishing) == 0
    names = content(ceremony.data)
    assert not [name for name in names if name.endswith(("keys/root.pem", "trust-root.pem"))]
    office = open_head_office(Settings(ceremony.data), {})
    try:
        assert not office.keyring.root_is_here
        root = x509.load_pem_x509_certificate((ceremony.root / "root.pem").read_bytes())
        listed = load_trust_files(office.publisher.client_files())
        (first,) = [key for key in listed.keys if key.role is KeyRole.ROOT]
        assert first.certificate_der == root.public_bytes(Encoding.DER)
        kiosk = TestKiosk(office, Clock(listed.as_of))
        kiosk.enrol()
        assert kiosk.identity is not None
        assert kiosk.identity.chain[-1] == root
    finally:
        office.close()
    crl = x509.load_der_x509_crl((ceremony.data / "authorities" / "root.crl").read_bytes())
    assert crl.issuer == root.subject


def test_a_new_passphrase_is_typed_twice_the_same(
    ceremony: Ceremony, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = [PASSPHRASE, "something else entirely", PASSPHRASE, PASSPHRASE]
    monkeypatch.setattr("getpass.getpass", lambda _prompt: typed.pop(0))
    create = ["root", "create", "--out", ceremony.root, "--organisation", COMPANY]
    assert ceremony.refusal(*create) == "passphrases_differ"
    assert not ceremony.root.exists()
    assert ceremony.run(*create) == 0
    assert ceremony.refusal(*create) == "file_exists"  # a root is never overwritten
    assert ceremony.run(*ceremony.asking) == 0
    assert ceremony.run(*ceremony.signing) == 0


def test_the_words_bring_the_root_back(ceremony: Ceremony, tmp_path: Path) -> None:
    words = ceremony.create()
    assert len(words) == 24
    assert not any(words[0].encode() in data for data in content(ceremony.root).values())
    paper = tmp_path / "paper"
    paper.write_text(" ".join(words))
    certificate, again = ceremony.root / "root.pem", tmp_path / "again"
    recover = ["root", "recover", "--certificate", certificate, "--words-file", paper]
    assert ceremony.run(*recover, "--out", again, *ceremony.secret) == 0
    ceremony.root = again
    assert ceremony.run(*ceremony.asking) == 0
    assert ceremony.run(*ceremony.signing) == 0
    assert ceremony.run(*ceremony.finishing) == 0
    other = tmp_path / "other"
    paper.write_text(" ".join(ceremony.create(tmp_path / "second")))
    code = ceremony.refusal(*recover, "--out", other, *ceremony.secret)
    assert code == "words_of_another_root"
    assert not other.exists()


def test_a_wrong_passphrase_signs_nothing(ceremony: Ceremony) -> None:
    ceremony.create()
    assert ceremony.run(*ceremony.asking) == 0
    ceremony.passphrase.write_text("siedem zielonych mostów nad Odrą")
    assert ceremony.refusal(*ceremony.signing) == "passphrase_wrong"
    assert not ceremony.answer.exists()


def test_the_answer_to_another_request_is_refused_and_changes_nothing(
    ceremony: Ceremony, tmp_path: Path
) -> None:
    ceremony.create()
    mine = ceremony.data
    ceremony.data = tmp_path / "stranger"
    assert ceremony.run(*ceremony.asking) == 0
    assert ceremony.run(*ceremony.signing) == 0
    ceremony.data, stranger = mine, ceremony.data
    assert ceremony.refusal(*ceremony.finishing) == "no_request"
    ceremony.request.unlink()
    assert ceremony.run(*ceremony.asking) == 0
    before = content(mine)
    assert ceremony.refusal(*ceremony.finishing) == "answer_refused"
    assert content(mine) == before
    ceremony.data = stranger
    assert ceremony.run(*ceremony.finishing) == 0


def test_nothing_works_until_the_answer_is_there(ceremony: Ceremony) -> None:
    ceremony.create()
    assert ceremony.run(*ceremony.asking) == 0
    first = ceremony.request.read_bytes()
    assert ceremony.refusal("people", "list", "--data", ceremony.data) == "not_set_up"
    plain = ["init", "--data", ceremony.data, "--organisation", COMPANY]
    assert ceremony.refusal(*plain) == "root_awaited"
    assert ceremony.run(*ceremony.asking) == 0
    assert ceremony.request.read_bytes() == first  # the stick was lost: the same once more


@pytest.mark.parametrize(
    "point",
    [
        "after:signing.key_files:KeyFile.keep#1",
        "after:signing.key_files:KeyFile.keep#2",  # the signing CA's key, nobody was asked yet
        "before:office.root_apart:write_whole#2",
        "after:office.root_apart:write_whole#2",
    ],
)
def test_a_cut_while_asking_is_repaired_by_asking_again(ceremony: Ceremony, point: str) -> None:
    ceremony.create()
    cut(point, *map(str, ceremony.asking))
    assert ceremony.run(*ceremony.asking) == 0
    assert ceremony.run(*ceremony.signing) == 0
    assert ceremony.run(*ceremony.finishing) == 0


@pytest.mark.parametrize(
    "point",
    [
        "after:office.root_apart:keep_root_crl",
        "after:signing.trust_publication:TrustPublisher.install_root",
        "after:office.authorities:trust_authorities",  # inside the transaction
        "after:signing.trust_publication:TrustPublisher.publish",  # inside, at its end
    ],
)
def test_a_cut_while_the_answer_is_taken_is_repaired_by_taking_it_again(
    ceremony: Ceremony, point: str
) -> None:
    ceremony.create()
    assert ceremony.run(*ceremony.asking) == 0
    assert ceremony.run(*ceremony.signing) == 0
    cut(point, *map(str, ceremony.finishing))
    assert ceremony.refusal("people", "list", "--data", ceremony.data) == "not_set_up"
    assert ceremony.run(*ceremony.finishing) == 0
    assert ceremony.run("people", "list", "--data", ceremony.data) == 0
    assert ceremony.refusal(*ceremony.finishing) == "already_set_up"
