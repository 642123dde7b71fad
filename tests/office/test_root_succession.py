"""A root gets a successor: old files stay genuine, new ones are, and everybody follows."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from office import authorities, trust
from office.command_line import main
from office.destruction import destroy_document
from office.head_office import HeadOffice
from office.keep_command import keep_copy
from office.key_list import list_keys
from office.root_apart import between_roots, kept_root_list
from office.settings import Settings
from signing.signature_facts import read_facts
from sync.trust_update import folder_source, update_trust
from tests.office.conftest import staffed_office
from tests.office.keeping_town import Keeping
from tests.office.key_cut import cut
from tests.office.test_root_apart import PASSPHRASE, Ceremony, make_ceremony
from tests.office.town_hall import Clock, People, TestKiosk, due_document
from tests.time_server import TimeServer
from verifier.document import verify_pdf
from verifier.trust_folder import load_trust
from verifier.trust_list import KeyRole, TrustList
from verifier.verdict import Outcome


@pytest.fixture
def clock() -> Clock:
    """An hour ago: the commands look at the machine's clock."""
    return Clock(datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1))


@pytest.fixture
def office(settings: Settings, clock: Clock) -> Iterator[HeadOffice]:
    made = staffed_office(settings, clock())
    yield made
    made.close()


class Succession(Ceremony):
    """Two safes, and a head office whose root was moved into the first one."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        super().__init__(folder, capsys)
        self.next_root = folder / "next"
        self.other_passphrase = folder / "other passphrase"
        self.other_passphrase.write_text(f"{PASSPHRASE} 2\n")

    def move_away(self) -> None:
        opening = ["--data", self.data, *self.secret]
        assert self.run("root", "export", "--out", self.root, *opening) == 0
        assert self.run("root", "forget", "--root", self.root, *opening) == 0

    @property
    def making(self) -> list[object]:
        files = ["--after", self.root / "root.pem", "--out", self.next_root]
        return ["root", "create", *files, "--passphrase-file", self.other_passphrase]

    @property
    def rotating(self) -> list[object]:
        return ["keys", "rotate-signing-ca", "--data", self.data]

    def signing_as(self, root: Path, *more: object) -> list[object]:
        self.answer.unlink(missing_ok=True)
        files = ["--request", self.request, "--answer", self.answer, "--yes", *more]
        secret = self.passphrase if root == self.root else self.other_passphrase
        return ["root", "sign-request", "--root", root, *files, "--passphrase-file", secret]

    @property
    def handing_over(self) -> list[object]:
        former = ["--former", self.root, "--former-passphrase-file", self.passphrase]
        return self.signing_as(self.next_root, *former)

    def succeed(self) -> None:
        assert self.run(*self.making) == 0
        assert self.run(*self.rotating, "--request", self.request) == 0
        assert self.run(*self.handing_over) == 0
        assert self.run(*self.rotating, "--answer", self.answer) == 0


@pytest.fixture
def safes(
    tmp_path: Path,
    office: HeadOffice,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Succession:
    make_ceremony(tmp_path, capsys, monkeypatch)
    made = Succession(tmp_path, capsys)
    made.move_away()
    return made


def listed(office: HeadOffice) -> TrustList:
    with office.database.read() as connection:
        return trust.trust_list(office, connection)


def test_files_of_before_and_after_are_genuine_also_for_whoever_knew_the_old_root_alone(
    office: HeadOffice,
    safes: Succession,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    clock: Clock,
    tmp_path: Path,
) -> None:
    before = kiosk.sign(due_document(office, people, kiosk, pdf, clock()), tmp_path, proved=True)
    pinned, client = office.publisher.root_bytes(), tmp_path / "client"
    source = folder_source(office.trust_folder)
    update_trust(client, source, pinned)
    safes.succeed()
    clock.now = datetime.now(UTC).replace(microsecond=0)
    # director and kiosk have their certificates below the old root still
    mixed = kiosk.sign(due_document(office, people, kiosk, pdf, clock()), tmp_path, proved=True)
    email = ["--email", people.director.email]
    assert safes.run("keys", "renew-director", "--data", safes.data, *email) == 0
    other = TestKiosk(office, clock, "Sopot, Monte Cassino 1")
    other.enrol()
    after = other.sign(due_document(office, people, other, pdf, clock()), tmp_path, proved=True)
    # whoever pinned the metadata of before follows by TUF's own rules, from the copy held
    # and from nothing but what was pinned
    for folder in (client, tmp_path / "another client"):
        update_trust(folder, source, pinned)
        held = load_trust(folder)
        old_root, new_root = [key.certificate for key in held.with_role(KeyRole.ROOT)]
        found = [verify_pdf(one, held, clock()).outcome for one in (before, mixed, after)]
        assert found == [Outcome.GENUINE] * 3
    assert other.identity is not None
    assert kiosk.identity is not None
    assert (kiosk.identity.chain[-1], other.identity.chain[-1]) == (old_root, new_root)
    with office.database.read() as connection:
        # each certificate has the chain that it was issued below
        assert authorities.chain(connection, kiosk.identity.seal_certificate)[-1] == old_root
        assert authorities.chain(connection)[-1] == new_root
        roots = [
            (one.holder, one.current)
            for one in list_keys(office, connection, clock())
            if one.role is KeyRole.ROOT
        ]
    assert [current for _, current in roots] == [True, False]
    # the control: without the new root on its list nobody believes the new file
    without = tuple(key for key in held.keys if key.certificate != new_root)
    stranger = TrustList(held.organisation, held.version, held.as_of, without, held.hosts)
    assert verify_pdf(after, stranger, clock()).outcome is not Outcome.GENUINE
    assert verify_pdf(before, stranger, clock()).outcome is Outcome.GENUINE


def test_a_copy_that_was_kept_apart_is_renewed_below_the_next_root(
    office: HeadOffice,
    safes: Succession,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    clock: Clock,
    tmp_path: Path,
) -> None:
    """Evidence and all, from before the succession; head office's own copy is long gone."""
    (tmp_path / "signing").mkdir()
    town = Keeping(office, people, kiosk, clock, pdf, tmp_path / "signing")
    with TimeServer(tmp_path / "service", clock, "p256") as server:
        town.use(server)
        document = town.completed()
        town.round()
        copy, longer = tmp_path / "copy.pdf", tmp_path / "longer.pdf"
        copy.write_bytes(town.file(document))
        assert read_facts(copy).document_stamps == 1
        destroy_document(office, document.id, clock())
        safes.succeed()
        clock.now = datetime.now(UTC).replace(microsecond=0)
        server.certify_again()
        keep_copy(town.office, copy, longer, clock())
    assert longer.read_bytes().startswith(copy.read_bytes())
    assert read_facts(longer).document_stamps == 2
    roots = [key.certificate for key in listed(office).with_role(KeyRole.ROOT)]
    assert len(roots) == 2
    for path in (copy, longer):
        assert verify_pdf(path.read_bytes(), listed(office), clock()).outcome is Outcome.GENUINE
    with pikepdf.open(longer) as opened:
        held = [bytes(one.read_bytes()) for one in opened.Root.DSS.Certs]
    for between in between_roots(office.settings.data_folder):
        assert between.public_bytes(Encoding.DER) in held


def openssl(*arguments: object) -> bool:
    command = ["openssl", "verify", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode == 0


def test_validators_that_trust_one_root_find_what_hangs_below_the_other(
    office: HeadOffice, safes: Succession, people: People, tmp_path: Path
) -> None:
    def director(path: Path) -> Path:
        with office.database.read() as connection:
            own = trust.director_identity(office, connection, people.director).certificate
        path.write_bytes(own.public_bytes(Encoding.PEM))
        return path

    old = director(tmp_path / "old.pem")
    safes.succeed()
    email = ["--email", people.director.email]
    assert safes.run("keys", "renew-director", "--data", safes.data, *email) == 0
    new = director(tmp_path / "new.pem")
    out = tmp_path / "x"
    assert safes.run("keys", "export", "--data", safes.data, "--out", out) == 0
    lists = ("-crl_check_all", "-CRLfile", out / "revocation-lists.pem")
    below = ("-untrusted", out / "signing-cas.pem")
    between = ("-untrusted", out / "between-roots.pem")
    for root, certificate in ((safes.root, new), (safes.next_root, old)):
        anchor = ("-no-CApath", "-no-CAstore", "-CAfile", root / "root.pem")
        assert openssl(*anchor, *below, *between, *lists, certificate)
        assert not openssl(*anchor, *below, *lists, certificate)
    assert len(between_roots(office.settings.data_folder)) == 2


def test_the_former_roots_list_lasts_as_long_as_it_does_and_is_signed_anew_when_it_is_asked(
    office: HeadOffice, safes: Succession
) -> None:
    with office.database.read() as connection:
        (old_ca,) = authorities.certificates_of(connection, KeyRole.SIGNING_CA)
        (old_root,) = authorities.certificates_of(connection, KeyRole.ROOT)
    safes.succeed()
    kept = kept_root_list(office.settings.data_folder, old_root)
    assert kept is not None
    assert kept.next_update_utc == old_root.not_valid_after_utc
    with office.database.read() as connection:
        new_root = authorities.newest_certificate(connection, KeyRole.ROOT)
        entry = next(
            one
            for one in list_keys(office, connection, datetime.now(UTC))
            if one.role is KeyRole.SIGNING_CA and not one.current
        )
    revoke = ["keys", "revoke-signing-ca", "--data", safes.data, "--key", entry.identifier]
    assert safes.run(*revoke, "--reason", "stolen") == 0
    ask = ["keys", "ask-root", "--data", safes.data]
    assert safes.run(*ask, "--request", safes.request) == 0
    assert safes.run(*safes.handing_over) == 0
    assert safes.run(*ask, "--answer", safes.answer) == 0
    for root in (old_root, new_root):
        now = kept_root_list(office.settings.data_folder, root)
        assert now is not None
        assert now.get_revoked_certificate_by_serial_number(old_ca.serial_number) is not None
    assert len(between_roots(office.settings.data_folder)) == 2


def test_a_root_that_was_not_introduced_is_refused_and_nothing_changes(
    office: HeadOffice, safes: Succession, tmp_path: Path
) -> None:
    assert safes.run(*safes.making) == 0
    assert safes.run(*safes.rotating, "--request", safes.request) == 0
    before = listed(office), office.publisher.root_bytes()
    # the successor alone cannot answer: the trust list's root role is the former one's
    assert safes.refusal(*safes.signing_as(safes.next_root)) == "other_root"
    # a thief with a root of the same name
    thief = tmp_path / "thief"
    safes.create(thief)
    # an honest answer, but to a request before the last one
    assert safes.run(*safes.handing_over) == 0
    assert safes.run(*safes.rotating, "--request", safes.request) == 0
    assert safes.refusal(*safes.rotating, "--answer", safes.answer) == "answer_refused"
    safes.answer.unlink()
    stolen = ["root", "sign-request", "--root", thief, "--request", safes.request]
    stolen += ["--answer", safes.answer, "--yes", *safes.secret]
    assert safes.refusal(*stolen) == "other_root"
    assert (listed(office), office.publisher.root_bytes()) == before
    assert between_roots(office.settings.data_folder) == ()


@pytest.mark.parametrize(
    "point",
    [
        "after:signing.trust_publication:TrustPublisher.install_root",
        "after:signing.trust_publication:TrustPublisher.publish",
    ],
)
def test_a_cut_while_the_answer_is_taken_costs_nothing(
    office: HeadOffice, safes: Succession, point: str, tmp_path: Path
) -> None:
    pinned = office.publisher.root_bytes()
    assert safes.run(*safes.making) == 0
    assert safes.run(*safes.rotating, "--request", safes.request) == 0
    assert safes.run(*safes.handing_over) == 0
    answer = [str(one) for one in (*safes.rotating, "--answer", safes.answer)]
    cut(point, *answer)
    assert len(listed(office).with_role(KeyRole.ROOT)) == 1
    update_trust(tmp_path / "client", folder_source(office.trust_folder), pinned)
    assert main(answer) == 0
    assert len(listed(office).with_role(KeyRole.ROOT)) == 2
    update_trust(tmp_path / "client", folder_source(office.trust_folder), pinned)
    held = load_trust(tmp_path / "client")
    assert len(held.with_role(KeyRole.ROOT)) == 2
    assert len(held.with_role(KeyRole.SIGNING_CA)) == 2
