"""Revocation lists as evidence: made here, sent by the root that is kept apart, fetched."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from office import authority_lists
from office.authorities import certificates_of
from office.authority_lists import fetched_lists, own_lists
from office.head_office import HeadOffice
from office.history import Actor
from office.jobs import NotYet
from office.key_rotation import DirectorReason, revoke_director, rotate_signing_ca
from office.revocation import RevocationReason, revoke_kiosk
from signing.certificates import CertificateAuthority
from signing.revocation_lists import make_crl
from tests.office.keeping_town import Keeping
from tests.office.town_hall import Clock, People, TestKiosk
from tests.time_server import TimeServer
from verifier.trust_list import KeyRole

DAY = timedelta(days=1)


@pytest.fixture
def server(tmp_path: Path, clock: Clock) -> Iterator[TimeServer]:
    with TimeServer(tmp_path / "service", clock) as running:
        yield running


def of(office: HeadOffice, *roles: KeyRole) -> list[x509.Certificate]:
    with office.database.read() as connection:
        return [one for role in roles for one in certificates_of(connection, role)]


def lists(
    office: HeadOffice, clock: Clock, *certificates: x509.Certificate, signed: timedelta = DAY
) -> list[x509.CertificateRevocationList]:
    """The lists for a file that was signed so long ago."""
    with office.database.write() as connection:
        return own_lists(office, connection, certificates, lambda _: clock() - signed, clock())


def number(crl: x509.CertificateRevocationList) -> int:
    return crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number


def signed_by(crl: x509.CertificateRevocationList, authority: x509.Certificate) -> bool:
    key = authority.public_key()
    assert isinstance(key, EllipticCurvePublicKey)
    return crl.issuer == authority.subject and crl.is_signature_valid(key)


def test_the_office_makes_the_lists_of_its_root_and_signing_ca(
    office: HeadOffice, clock: Clock
) -> None:
    (root,), (ca,) = of(office, KeyRole.ROOT), of(office, KeyRole.SIGNING_CA)
    of_ca, of_root = sorted(lists(office, clock, root, ca), key=lambda one: signed_by(one, root))
    assert signed_by(of_root, root)
    assert signed_by(of_ca, ca)
    for crl in (of_ca, of_root):
        assert list(crl) == []
        assert crl.next_update_utc is not None
        assert crl.next_update_utc - clock() > 3600 * DAY
    assert lists(office, clock, root) == [of_root]  # and none of an authority that is not named


def test_a_list_is_made_anew_only_when_it_has_to_say_something_new(
    office: HeadOffice, people: People, clock: Clock
) -> None:
    (ca,) = of(office, KeyRole.SIGNING_CA)
    (first,) = lists(office, clock, ca)
    clock.forward(hours=3)
    assert lists(office, clock, ca) == [first]
    (later,) = lists(office, clock, ca, signed=timedelta(minutes=5))  # signed after the first
    assert number(later) > number(first)
    clock.forward(hours=1)
    (director,) = of(office, KeyRole.DIRECTOR)
    revoke_director(office, people.director.id, DirectorReason.LEFT, Actor(), clock())
    (named,) = lists(office, clock, ca)
    assert [line.serial_number for line in named] == [director.serial_number]
    reason = next(iter(named)).extensions.get_extension_for_class(x509.CRLReason).value.reason
    assert reason is x509.ReasonFlags.affiliation_changed
    assert number(named) > number(later)
    clock.forward(days=6 * 365)  # half of its time has gone
    (renewed,) = lists(office, clock, ca, signed=4000 * DAY)
    assert number(renewed) > number(named)


def test_each_signing_ca_lists_what_it_issued_itself(
    office: HeadOffice, kiosk: TestKiosk, clock: Clock
) -> None:
    (old,) = of(office, KeyRole.SIGNING_CA)
    rotate_signing_ca(office, Actor(), clock())
    revoke_kiosk(office, kiosk.id, RevocationReason.STOLEN, Actor(), clock())
    new = next(one for one in of(office, KeyRole.SIGNING_CA) if one != old)
    of_old, of_new = (lists(office, clock, one)[0] for one in (old, new))
    assert kiosk.identity is not None
    mine = {kiosk.identity.ca_certificate, kiosk.identity.seal_certificate}
    assert {line.serial_number for line in of_old} == {one.serial_number for one in mine}
    assert list(of_new) == []


def test_a_lost_folder_of_lists_costs_no_number(office: HeadOffice, clock: Clock) -> None:
    (ca,) = of(office, KeyRole.SIGNING_CA)
    (first,) = lists(office, clock, ca)
    folder = office.settings.data_folder / "authorities"
    for path in folder.iterdir():
        path.write_bytes(b"not a list")
    clock.forward(minutes=1)
    (second,) = lists(office, clock, ca)
    assert number(second) > number(first)


def test_a_root_kept_apart_speaks_by_its_last_answer(office: HeadOffice, clock: Clock) -> None:
    (root,) = of(office, KeyRole.ROOT)
    authority = CertificateAuthority(office.keyring.root_key(), root)
    sent = make_crl(authority, (), 1, clock(), 1000 * DAY)
    (office.settings.data_folder / "keys" / "root.pem").unlink()
    with pytest.raises(NotYet) as raised:
        lists(office, clock, root)
    assert raised.value.code == "root_list_missing"
    folder = office.settings.data_folder / "authorities"
    folder.mkdir(exist_ok=True)
    (folder / "root.crl").write_bytes(sent.public_bytes(Encoding.DER))
    assert lists(office, clock, root) == [sent]
    clock.forward(days=1001)
    with pytest.raises(NotYet):
        lists(office, clock, root)


def test_a_kiosks_list_has_to_be_of_after_the_signature(
    office: HeadOffice, people: People, kiosk: TestKiosk, clock: Clock, pdf: bytes, tmp_path: Path
) -> None:
    town = Keeping(office, people, kiosk, clock, pdf, tmp_path)  # the kiosk sends one now
    (ca,) = of(office, KeyRole.KIOSK_CA)
    clock.forward(minutes=10)
    assert len(lists(office, clock, ca, signed=timedelta(minutes=10))) == 1
    with pytest.raises(NotYet) as raised:
        lists(office, clock, ca, signed=timedelta(minutes=5))
    assert raised.value.code == "kiosk_list_awaited"
    town.report()
    assert len(lists(office, clock, ca, signed=timedelta(minutes=5))) == 1


def test_lists_of_others_are_fetched_and_believed_only_when_they_are_theirs(
    server: TimeServer, clock: Clock, tmp_path: Path
) -> None:
    own, root = server.certificate, server.authority.certificate
    (crl,), missing = fetched_lists([own, root], clock())
    assert (signed_by(crl, root), missing) == (True, 0)
    stranger = TimeServer(tmp_path / "stranger", clock).authority
    for known in ([own], [own, stranger.certificate]):  # nobody who can vouch for the list
        assert fetched_lists(known, clock()) == ([], 1)
    assert fetched_lists([own, root], clock() + 31 * DAY) == ([], 1)  # it has run out
    assert fetched_lists([root], clock()) == ([], 0)  # a root says nothing of where its list is


def test_a_list_that_is_too_large_or_not_there_is_missing(
    server: TimeServer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificates = [server.certificate, server.authority.certificate]
    with monkeypatch.context() as patched:
        patched.setattr(authority_lists, "MAX_LIST_BYTES", 10)
        assert fetched_lists(certificates, clock()) == ([], 1)
    server.__exit__(None, None, None)
    assert fetched_lists(certificates, clock()) == ([], 1)


@given(st.binary(max_size=200))
def test_no_bytes_make_anything_but_no_list(data: bytes) -> None:
    for tail in (data, b"-----BEGIN X509 CRL-----\n" + data, bytes.fromhex("3081") + data):
        assert authority_lists._parsed(tail) is None
