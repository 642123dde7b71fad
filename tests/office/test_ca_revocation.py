"""A stolen signing CA: what was honest stays genuine, what the thief makes does not count."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import select

from office import authorities, tables, trust
from office.application import create_app
from office.authority_lists import write_own_lists
from office.ca_revocation import SigningCaReason, revoke_signing_ca
from office.command_line import main
from office.errors import Refused
from office.head_office import HeadOffice, open_head_office
from office.history import Actor
from office.key_list import key_name
from office.lifecycle import State
from office.moving import move_client
from office.renewal import RenewalReason, renewals_under_way
from office.settings import Settings
from office.signing_again import sign_again
from signing.certificates import issue_kiosk_ca, issue_seal
from signing.identities import KioskIdentity
from signing.root_files import RootRequest
from tests.office.conftest import staffed_office
from tests.office.key_cut import cut
from tests.office.test_key_screens import opened
from tests.office.test_root_apart import Ceremony, make_ceremony
from tests.office.town_hall import (
    Clock,
    Letterbox,
    People,
    TestKiosk,
    direct,
    document_of,
    due_document,
)
from verifier.document import verify_pdf
from verifier.trust_list import KeyRole, TrustList
from verifier.verdict import Outcome

REASON = SigningCaReason.KEY_COMPROMISE


def listed(office: HeadOffice) -> TrustList:
    with office.database.read() as connection:
        return trust.trust_list(office, connection)


def signing_cas(office: HeadOffice) -> list[x509.Certificate]:
    with office.database.read() as connection:
        return authorities.certificates_of(connection, KeyRole.SIGNING_CA)


def judged(office: HeadOffice, pdf: bytes, clock: Clock) -> Outcome:
    return verify_pdf(pdf, listed(office), clock()).outcome


def thief(office: HeadOffice, kiosk: TestKiosk, clock: Clock) -> TestKiosk:
    """A kiosk whose certificates were issued with the stolen key, under the honest kiosk's name."""
    stolen = office.keyring.signing_ca(signing_cas(office)[-1])
    seal_key, ca_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    assert kiosk.identity is not None
    seal = issue_seal(kiosk.id, kiosk.name, seal_key.public_key(), stolen, clock())
    authority = issue_kiosk_ca(kiosk.id, kiosk.name, ca_key.public_key(), stolen, clock())
    false = object.__new__(TestKiosk)
    false.__dict__.update(kiosk.__dict__)
    false.identity = KioskIdentity(
        kiosk.id, kiosk.name, ca_key, authority, seal_key, seal, kiosk.identity.chain
    )
    return false


def test_older_documents_stay_genuine_and_a_thiefs_never_count(
    office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    before = kiosk.sign(due_document(office, people, kiosk, pdf, clock()), tmp_path, proved=True)
    clock.forward(hours=1)
    done = revoke_signing_ca(office, key_name(signing_cas(office)[0]), REASON, Actor(), clock())
    assert done.directors_renewed == (people.director.name,)
    assert done.kiosks_asked == 1
    assert done.successor == signing_cas(office)[0]
    clock.forward(minutes=1)
    assert judged(office, before, clock) is Outcome.GENUINE
    with office.database.read() as connection:
        reasons = [one.reason for one in renewals_under_way(connection).values()]
    assert reasons == [RenewalReason.SIGNING_CA_REVOKED]
    document = due_document(office, people, kiosk, pdf, clock())  # the director has a new key
    monkeypatch.setattr("signing.completion._must_be_genuine", lambda *_: None)
    for moved in (timedelta(0), timedelta(hours=-1.5)):  # now, and dated back
        clock.now += moved
        false = thief(office, kiosk, clock).sign(document, tmp_path)
        clock.now -= moved
        assert judged(office, false, clock) is Outcome.CANNOT_TELL


def test_what_an_honest_kiosk_sealed_before_it_heard_of_it_is_allowed_by_its_receipt(
    office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock, tmp_path: Path,
    letterbox: Letterbox,
) -> None:  # fmt: skip
    from office.codes_desk import issue_for

    document = due_document(office, people, kiosk, pdf, clock())
    issue_for(office, document.id, Actor(), clock(), "kiosk")
    letterbox.run(office, clock())
    accepted = kiosk.accept_code(document, letterbox.code())
    kiosk.report(accepted)
    known = listed(office)
    done = revoke_signing_ca(office, key_name(signing_cas(office)[0]), REASON, Actor(), clock())
    assert done.waiting_documents == 1
    clock.forward(hours=1)
    with pytest.MonkeyPatch.context() as patched:  # the kiosk has the list of before
        patched.setattr(trust, "trust_list", lambda *_: known)
        sealed = kiosk.sign(document, tmp_path)
    assert judged(office, sealed, clock) is Outcome.CANNOT_TELL
    version = listed(office).version
    kiosk.report(kiosk.deliver(document, sealed))
    assert document_of(office, document.id).state is State.COMPLETED
    assert judged(office, sealed, clock) is Outcome.GENUINE
    assert listed(office).version == version + 1
    published = TrustList.from_json_bytes(office.publisher.client_files()["trust-list.json"])
    assert verify_pdf(sealed, published, clock()).outcome is Outcome.GENUINE


def test_a_director_signs_a_waiting_document_again_without_preparing_it_anew(
    office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock, tmp_path: Path
) -> None:
    document = due_document(office, people, kiosk, pdf, clock())

    def refused() -> str:
        with pytest.raises(Refused) as raised:
            sign_again(office, document.id, Actor(), clock())
        assert document_of(office, document.id) == document
        return raised.value.code

    assert refused() == "signature_counts"
    clock.forward(minutes=10)
    revoke_signing_ca(office, key_name(signing_cas(office)[0]), REASON, Actor(), clock())
    assert refused() == "kiosk_not_heard"
    clock.forward(minutes=1)
    kiosk.ledger.seen(kiosk.id, clock())
    operator = opened(create_app(office, clock), people.operator)
    page = operator.visit(f"/documents/{document.id}")
    page = operator.submit(page, "/sign-again")
    assert "The document waits for its director again." in page.words
    assert document_of(office, document.id).state is State.SENT
    with office.database.read() as connection:
        rows = connection.execute(select(tables.kiosk_rows.c.record)).scalars().all()
        prepared = office.blobs.get(connection, document.id, "prepared")
    assert rows[-1]["kind"] == "document_withdrawn"
    new = TestKiosk(office, clock, "Gdańsk, Długa 8")  # certified by the new authority
    new.enrol()
    direct(office, people, document.id, now=clock.forward(minutes=6))
    assert document_of(office, document.id).pdf_sha256 != document.pdf_sha256
    with office.database.read() as connection:
        assert office.blobs.get(connection, document.id, "director").startswith(prepared)
    move_client(office, document.id, 0, new.id, Actor(), clock())
    sealed = new.sign(document_of(office, document.id), tmp_path, proved=True)
    assert judged(office, sealed, clock) is Outcome.GENUINE
    new.report(new.deliver(document_of(office, document.id), sealed))
    assert document_of(office, document.id).state is State.COMPLETED
    with pytest.raises(Refused, match="signature_counts"):
        sign_again(office, document.id, Actor(), clock())


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*map(str, command)], capture_output=True, text=True, check=False, timeout=60
    )


def openssl(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return run("openssl", *command)


def test_openssl_refuses_what_hangs_below_it_once_it_has_the_roots_list(
    office: HeadOffice, people: People, kiosk: TestKiosk, clock: Clock, tmp_path: Path
) -> None:
    false = thief(office, kiosk, clock)
    assert false.identity is not None
    revoke_signing_ca(office, key_name(signing_cas(office)[0]), REASON, Actor(), clock())
    data = ["--data", str(office.settings.data_folder)]
    assert main(["keys", "export", "--out", str(tmp_path / "x"), *data]) == 0
    theirs = tmp_path / "theirs.pem"
    theirs.write_bytes(false.identity.seal_certificate.public_bytes(Encoding.PEM))
    chain = ("-CAfile", tmp_path / "x/root.pem", "-untrusted", tmp_path / "x/signing-cas.pem")
    at = ("-attime", str(int(clock().timestamp()) + 60))
    assert openssl("verify", *chain, *at, theirs).returncode == 0
    lists = ("-CRLfile", tmp_path / "x/revocation-lists.pem", "-crl_check_all")
    refused = openssl("verify", *chain, *lists, *at, theirs)
    assert refused.returncode != 0
    assert "certificate revoked" in refused.stderr
    with office.database.read() as connection:
        new = trust.director_identity(office, connection, people.director).certificate
    theirs.write_bytes(new.public_bytes(Encoding.PEM))
    assert openssl("verify", *chain, *lists, *at, theirs).returncode == 0


def test_pdfsig_refuses_a_thiefs_document_once_it_has_the_roots_list(
    office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    clock.now = datetime.now(UTC).replace(microsecond=0)  # pdfsig looks at the machine's clock
    document = due_document(office, people, kiosk, pdf, clock())
    monkeypatch.setattr("signing.completion._must_be_genuine", lambda *_: None)
    false = tmp_path / "false.pdf"
    false.write_bytes(thief(office, kiosk, clock).sign(document, tmp_path))
    revoke_signing_ca(office, key_name(signing_cas(office)[0]), REASON, Actor(), clock())
    data = ["--data", str(office.settings.data_folder)]
    assert main(["keys", "export", "--out", str(tmp_path), *data]) == 0
    nss = tmp_path / "nss"
    nss.mkdir()
    run("certutil", "-N", "-d", f"sql:{nss}", "--empty-password")
    trusted = ("-n", "root", "-t", "C,C,C", "-i", tmp_path / "root.pem")
    run("certutil", "-A", "-d", f"sql:{nss}", *trusted)
    assert "Certificate is Trusted" in run("pdfsig", "-nssdir", f"sql:{nss}", false).stdout
    crl = x509.load_pem_x509_crl((tmp_path / "revocation-lists.pem").read_bytes())  # the root's
    (tmp_path / "root.crl").write_bytes(crl.public_bytes(Encoding.DER))
    run("crlutil", "-I", "-d", f"sql:{nss}", "-i", tmp_path / "root.crl", "-t", "1")
    said = run("pdfsig", "-nssdir", f"sql:{nss}", false).stdout
    assert said.count("Certificate has been Revoked") == 3


@pytest.mark.parametrize("reason", [None, x509.ReasonFlags.superseded])
def test_pdfsig_asks_only_whether_the_revocation_is_past_not_why_or_since_when_keys_are_bad(
    office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock, tmp_path: Path,
    reason: x509.ReasonFlags | None,
) -> None:  # fmt: skip
    """So no reason and no date of invalidity spares what was signed before (docs/keys.md, 11)."""
    clock.now = datetime.now(UTC).replace(microsecond=0)
    honest = tmp_path / "honest.pdf"
    document = due_document(office, people, kiosk, pdf, clock())
    honest.write_bytes(kiosk.sign(document, tmp_path, proved=True))
    with office.database.read() as connection:
        root = authorities.newest_certificate(connection, KeyRole.ROOT)
    found: list[tuple[int, int]] = []
    for at in (clock() - timedelta(minutes=1), clock() + timedelta(days=1)):
        line = x509.RevokedCertificateBuilder().revocation_date(at)
        line = line.serial_number(signing_cas(office)[0].serial_number)
        line = line.add_extension(x509.InvalidityDate(clock() + timedelta(hours=1)), False)
        if reason is not None:
            line = line.add_extension(x509.CRLReason(reason), False)
        crl = x509.CertificateRevocationListBuilder().issuer_name(root.subject)
        crl = crl.last_update(clock() - timedelta(minutes=1)).next_update(at + timedelta(days=9))
        signed = crl.add_revoked_certificate(line.build()).sign(
            office.keyring.root_key(), hashes.SHA256()
        )
        nss = tmp_path / f"nss{len(found)}"
        nss.mkdir()
        (tmp_path / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
        (tmp_path / "root.crl").write_bytes(signed.public_bytes(Encoding.DER))
        run("certutil", "-N", "-d", f"sql:{nss}", "--empty-password")
        trusted = ("-n", "root", "-t", "C,C,C", "-i", tmp_path / "root.pem")
        run("certutil", "-A", "-d", f"sql:{nss}", *trusted)
        run("crlutil", "-I", "-d", f"sql:{nss}", "-i", tmp_path / "root.crl", "-t", "1")
        said = run("pdfsig", "-nssdir", f"sql:{nss}", honest).stdout
        found.append((said.count("has been Revoked"), said.count("Certificate is Trusted")))
    assert found == [(3, 0), (0, 3)]


def test_a_signing_ca_is_revoked_once_and_only_when_it_is_known(
    office: HeadOffice, people: People, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    old = key_name(signing_cas(office)[0])
    data = ["--data", str(office.settings.data_folder)]
    command = ["keys", "revoke-signing-ca", "--reason", "stolen", *data]
    assert main([*command, "--key", "0123"]) == 1
    assert "[no_such_signing_ca]" in capsys.readouterr().err
    spaced = " ".join(old[at : at + 4] for at in range(0, 16, 4))  # as the screen shows it
    assert main([*command, "--key", spaced]) == 0
    said = capsys.readouterr().out
    assert "Signing CA 2 issues from now on" in said
    assert people.director.name in said
    assert main([*command, "--key", old]) == 1
    assert "[signing_ca_revoked]" in capsys.readouterr().err
    assert len(signing_cas(office)) == 2


def test_with_the_root_apart_a_successor_comes_first_and_the_root_hears_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ceremony = make_ceremony(tmp_path, capsys, monkeypatch)
    ceremony.create()
    for step in (ceremony.asking, ceremony.signing, ceremony.finishing):
        assert ceremony.run(*step) == 0
    with_office(ceremony, lambda office: None)
    old = with_office(ceremony, lambda office: key_name(signing_cas(office)[0]))
    revoke = ["keys", "revoke-signing-ca", "--data", ceremony.data, "--key", old]
    assert ceremony.refusal(*revoke, "--reason", "stolen") == "successor_needed"
    rotate = ["keys", "rotate-signing-ca", "--data", ceremony.data]
    for number in (1, 2):
        ceremony.answer.unlink()
        assert ceremony.run(*rotate, "--request", ceremony.request) == 0
        request = RootRequest.from_bytes(ceremony.request.read_bytes())
        assert len(request.revoked) == number - 1
        assert ceremony.run(*ceremony.signing) == 0
        assert ceremony.run(*rotate, "--answer", ceremony.answer) == 0
        if number == 1:
            assert ceremony.run(*revoke, "--reason", "stolen") == 0
    crl = x509.load_der_x509_crl((ceremony.data / "authorities" / "root.crl").read_bytes())
    gone = with_office(ceremony, lambda office: signing_cas(office)[-1].serial_number)
    assert [entry.serial_number for entry in crl] == [gone]


def with_office(ceremony: Ceremony, ask: Callable[[HeadOffice], object]) -> object:
    office = open_head_office(Settings(ceremony.data), {})
    try:
        return ask(office)
    finally:
        office.close()


def test_a_refused_revocation_changes_nothing(
    office: HeadOffice, people: People, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise Refused("token_missing", "The token is not there.", "Put it in.")

    before, old = listed(office), key_name(signing_cas(office)[0])
    monkeypatch.setattr(trust, "issue_for_director", fail)
    with pytest.raises(Refused):
        revoke_signing_ca(office, old, REASON, Actor(), clock())
    assert listed(office) == before


@pytest.mark.parametrize(
    ("point", "committed"),
    [
        ("after:signing.trust_publication:TrustPublisher.publish", False),  # in the transaction
        ("before:office.ca_revocation:write_own_lists", True),
    ],
)
def test_a_cut_while_revoking_leaves_it_undone_or_done(
    settings: Settings, point: str, committed: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    office = staffed_office(settings, datetime.now(UTC) - timedelta(hours=1))
    try:
        key = key_name(signing_cas(office)[0])
        data = ["--data", str(settings.data_folder)]
        command = ["keys", "revoke-signing-ca", "--key", key, "--reason", "stolen", *data]
        cut(point, *command)
        gone = [one for one in listed(office).keys if one.revocation is not None]
        assert len(gone) == committed
        assert main(command) == (1 if committed else 0)
        capsys.readouterr()
        gone = [one for one in listed(office).keys if one.revocation is not None]
        assert [one.role for one in gone] == [KeyRole.SIGNING_CA]
        with office.database.write() as connection:
            lists = write_own_lists(office, connection, datetime.now(UTC))
        (root_list, *_) = lists.values()
        assert len(list(root_list)) == 1
    finally:
        office.close()
