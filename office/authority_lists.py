"""Revocation lists of the authorities that a file names, as evidence for long keeping.

Head office makes those of its signing CAs, and of its root when that is on this machine; a root
kept apart sends its own with each answer; kiosks send those of their CAs. Those that are made here
and at kiosks run for ten years, since validators without a network take none that has run out
(docs/long-life.md). Lists of others are fetched from where their certificates say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from sqlalchemy import Connection, select

from office import tables
from office.authorities import certificates_of
from office.head_office import HeadOffice
from office.jobs import NotYet
from office.keyring import key_identifier
from office.kiosk_authority import list_of
from office.root_apart import kept_root_list
from office.time_service import download
from signing.certificates import CertificateAuthority
from signing.revocation_lists import RevokedCertificate, make_crl
from signing.whole_file import write_whole
from verifier.trust_list import KeyRole

__all__ = ["fetched_lists", "own_lists", "write_own_lists"]

VALID_FOR: Final = timedelta(days=3650)
"""As kiosks' lists: as long as what they speak for."""
MAX_LIST_BYTES: Final = 512 * 1024
"""Largest list that is fetched; the verifier takes twice that behind a seal."""
MAX_LISTS: Final = 8
"""Most lists that are fetched for one file."""

_REASONS: Final = {
    "stolen": x509.ReasonFlags.key_compromise,
    "key_compromise": x509.ReasonFlags.key_compromise,
    "left": x509.ReasonFlags.affiliation_changed,
    "retired": x509.ReasonFlags.cessation_of_operation,
}


def own_lists(
    office: HeadOffice,
    connection: Connection,
    certificates: Iterable[x509.Certificate],
    signed_under: Callable[[x509.Certificate], datetime],
    now: datetime,
) -> list[x509.CertificateRevocationList]:
    """Return the list of each of our authorities among the certificates.

    Args:
        office: the head office.
        connection: a write transaction, so that no list is made twice at once.
        certificates: those that a file names, authorities and others.
        signed_under: when a certificate of an authority last signed; its list speaks for a later
            moment. With several clients a kiosk may have done its part long before the last one.
        now: the time.

    Raises:
        NotYet: `kiosk_list_awaited`: the kiosk has not sent a list made after it signed;
            `root_list_missing`: the root's has run out or was never here.
    """
    wanted = {_der(one) for one in certificates}

    def among(authorities: list[x509.Certificate]) -> list[x509.Certificate]:
        return [one for one in authorities if _der(one) in wanted]

    roots = among(certificates_of(connection, KeyRole.ROOT))
    made = among(certificates_of(connection, KeyRole.SIGNING_CA))
    lists = []
    if office.keyring.root_is_here:
        made += roots
    else:
        lists += [_roots_own(office, root, now) for root in roots]
    lists += [_made_here(office, connection, one, signed_under(one), now) for one in made]
    lists += [
        _sent_by_kiosk(connection, authority, kiosk_id, signed_under(authority))
        for authority, kiosk_id in _kiosk_authorities(connection)
        if _der(authority) in wanted
    ]
    return lists


def write_own_lists(
    office: HeadOffice, connection: Connection, now: datetime
) -> dict[str, x509.CertificateRevocationList]:
    """Return the lists of the root and of every signing CA, made anew where they are outdated.

    Call it in a write transaction. Each list is under its authority's common name; that of a root
    kept apart is the one that came with its last answer.
    """
    roots = certificates_of(connection, KeyRole.ROOT)
    made = certificates_of(connection, KeyRole.SIGNING_CA)
    lists = {}
    for one in (*roots, *made):
        name = str(one.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
        if one in roots and not office.keyring.root_is_here:
            kept = kept_root_list(office.settings.data_folder, one)
            if kept is not None:
                lists[name] = kept
        elif now < one.not_valid_after_utc:
            lists[name] = _made_here(office, connection, one, one.not_valid_before_utc, now)
    return lists


def fetched_lists(
    certificates: Iterable[x509.Certificate], now: datetime
) -> tuple[list[x509.CertificateRevocationList], int]:
    """Fetch the lists of others from where their certificates say.

    Args:
        certificates: of services and those above them.
        now: the time.

    Returns:
        The lists that are good now, and how many could not be had.
    """
    known = list(certificates)
    lists: dict[bytes, x509.CertificateRevocationList] = {}
    missing = 0
    for certificate in known:
        places = _places(certificate)[: MAX_LISTS - len(lists)]
        if not places:
            continue
        answers = (_fetched(url, known, now) for url in places)
        found = next((one for one in answers if one is not None), None)  # an empty list is one
        if found is None:
            missing += 1
        else:
            lists[found.public_bytes(Encoding.DER)] = found
    return list(lists.values()), missing


def _made_here(
    office: HeadOffice,
    connection: Connection,
    authority: x509.Certificate,
    signed_at: datetime,
    now: datetime,
) -> x509.CertificateRevocationList:
    """The list of an authority whose key is here; made anew when it has to say something new."""
    key = authority.public_key()
    assert isinstance(key, EllipticCurvePublicKey)  # noqa: S101 - all our authorities' are
    path = _folder(office) / f"{key_identifier(key)}.crl"
    known, revoked = _read(path), _revoked_by(connection, authority)
    if known is not None and _still_says(known, revoked, signed_at, now):
        return known
    is_root = authority.issuer == authority.subject
    issuer = (
        CertificateAuthority(office.keyring.root_key(), authority)
        if is_root
        else office.keyring.signing_ca(authority)
    )
    number = max(int(now.timestamp()), 0 if known is None else _number(known) + 1)
    made = make_crl(issuer, revoked, number, now, VALID_FOR)
    path.parent.mkdir(exist_ok=True, mode=0o700)
    write_whole(path, made.public_bytes(Encoding.DER))
    return made


def _still_says(
    known: x509.CertificateRevocationList,
    revoked: list[RevokedCertificate],
    signed_at: datetime,
    now: datetime,
) -> bool:
    """Tell whether a list is of after the signature, names all that it has to, and runs on."""
    ends = known.next_update_utc
    return (
        known.last_update_utc >= signed_at
        and {entry.serial_number for entry in known} == {entry.serial for entry in revoked}
        and ends is not None
        and ends - now > VALID_FOR / 2
    )


def _roots_own(
    office: HeadOffice, authority: x509.Certificate, now: datetime
) -> x509.CertificateRevocationList:
    """The list that the root, which is kept apart, sent with its last answer.

    It is older than the signature: the root signs once in years, and its list says until when.
    """
    known = kept_root_list(office.settings.data_folder, authority)
    if known is None or not _is_running(known, now):
        raise NotYet(
            "root_list_missing",
            "The root's revocation list has run out.",
            "Ask the root for another answer: python -m office keys ask-root.",
        )
    return known


def _sent_by_kiosk(
    connection: Connection, authority: x509.Certificate, kiosk_id: str, signed_at: datetime
) -> x509.CertificateRevocationList:
    known = list_of(connection, kiosk_id, authority)
    if known is None or known.last_update_utc < signed_at:
        raise NotYet(
            "kiosk_list_awaited",
            "The kiosk has not yet sent the revocation list that belongs to this signature.",
            "It does so at its next sync.",
        )
    return known


def _kiosk_authorities(connection: Connection) -> list[tuple[x509.Certificate, str]]:
    keys = tables.trust_keys
    query = select(keys.c.certificate_der, keys.c.kiosk_id).where(
        keys.c.role == KeyRole.KIOSK_CA.value
    )
    return [
        (x509.load_der_x509_certificate(der), kiosk) for der, kiosk in connection.execute(query)
    ]


def _revoked_by(connection: Connection, authority: x509.Certificate) -> list[RevokedCertificate]:
    """What the trust list calls revoked and this authority issued."""
    keys = tables.trust_keys
    query = select(keys.c.certificate_der, keys.c.revoked_at, keys.c.revocation_reason).where(
        keys.c.revoked_at.is_not(None)
    )
    found = []
    for der, at, reason in connection.execute(query):
        certificate = x509.load_der_x509_certificate(der)
        if certificate.issuer == authority.subject and _issued(authority, certificate):
            why = _REASONS.get(reason, x509.ReasonFlags.unspecified)
            found.append(RevokedCertificate(certificate.serial_number, at, why))
    return found


def _issued(authority: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _places(certificate: x509.Certificate) -> list[str]:
    """Where a certificate says that its authority's list is (RFC 5280, 4.2.1.13)."""
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except (x509.ExtensionNotFound, ValueError):
        return []
    names = [name.value for point in points for name in point.full_name or ()]
    return [str(name) for name in names if str(name).startswith(("http://", "https://"))]


def _fetched(
    url: str, known: list[x509.Certificate], now: datetime
) -> x509.CertificateRevocationList | None:
    data = download(url, MAX_LIST_BYTES)
    found = None if data is None else _parsed(data)
    if found is None or not _is_by(found, known) or not _is_running(found, now):
        return None
    return found


def _is_by(found: x509.CertificateRevocationList, authorities: list[x509.Certificate]) -> bool:
    """Tell whether one of the authorities signed a list."""
    for one in authorities:
        try:
            if one.subject == found.issuer and found.is_signature_valid(one.public_key()):  # type: ignore[arg-type]
                return True
        except (TypeError, ValueError, InvalidSignature):
            continue
    return False


def _is_running(found: x509.CertificateRevocationList, now: datetime) -> bool:
    ends = found.next_update_utc
    return ends is not None and ends > now


def _number(found: x509.CertificateRevocationList) -> int:
    try:
        return found.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    except x509.ExtensionNotFound:
        return 0


def _read(path: Path) -> x509.CertificateRevocationList | None:
    try:
        return _parsed(path.read_bytes())
    except OSError:
        return None


def _parsed(data: bytes) -> x509.CertificateRevocationList | None:
    try:
        if data.lstrip().startswith(b"-----BEGIN"):
            return x509.load_pem_x509_crl(data)
        return x509.load_der_x509_crl(data)
    except (ValueError, TypeError):
        return None


def _folder(office: HeadOffice) -> Path:
    return office.settings.data_folder / "authorities"


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)
