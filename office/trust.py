"""The office's own part of the trust list: certificates issued, revoked, published.

Every change of the list and every publication raises its version in the same transaction; the
TUF repository in `trust/` is written before that transaction ends, so that two processes never
publish at once.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key
from sqlalchemy import Connection, Row, exists, or_, select, update

from office import tables
from office.authorities import chain, newest_certificate, told_to_kiosks, trust_key
from office.errors import Refused
from office.history import Actor, record
from office.keyring import director
from office.people import Person, Role
from signing.certificates import (
    CertificateAuthority,
    issue_director,
    issue_kiosk_ca,
    issue_seal,
    issue_timestamp,
)
from signing.errors import SigningError
from signing.identities import SigningIdentity
from signing.trust_publication import TARGET_NAME
from sync.renewal import RenewalRequest
from verifier.trust_list import KeyRole, Revocation, TrustedKey, TrustList

if TYPE_CHECKING:
    from office.head_office import HeadOffice

__all__ = [
    "REPUBLISH_AFTER",
    "certify_director",
    "certify_kiosk",
    "certify_renewed_kiosk",
    "director_identity",
    "issue_for_director",
    "issuing_ca",
    "publish",
    "published_version",
    "refresh_if_old",
    "trust_list",
]

REPUBLISH_AFTER = timedelta(hours=12)
"""How old the list's as-of time may get before it is signed anew without a change."""


def certify_director(
    office: HeadOffice, connection: Connection, person: Person, now: datetime
) -> None:
    """Make a director's own key and certificate and put it on the trust list.

    Raises:
        Refused: `has_a_key`, `not_a_director`.
    """
    if person.role is not Role.DIRECTOR:
        raise Refused(
            "not_a_director", "Only a director signs.", "Give the person that role first."
        )
    if person.has_key:
        raise Refused("has_a_key", "This director has a key already.", "Nothing is to be done.")
    issue_for_director(office, connection, person, now)
    record(connection, now, "director_certified", Actor(), person=person.id)


def issue_for_director(
    office: HeadOffice, connection: Connection, person: Person, now: datetime
) -> x509.Certificate:
    """Make a key beside those that the director has, certify it and put it on the trust list."""
    known = connection.execute(
        select(tables.people.c.certificate_der).where(tables.people.c.id == person.id)
    ).scalar()
    in_use = [] if known is None else [x509.load_der_x509_certificate(known)]
    public_key = office.keyring.create_key(director(person.id), in_use)
    certificate = issue_director(person.name, public_key, issuing_ca(office, connection), now)
    connection.execute(
        update(tables.people)
        .where(tables.people.c.id == person.id)
        .values(certificate_der=certificate.public_bytes(Encoding.DER))
    )
    trust_key(connection, KeyRole.DIRECTOR, person.name, certificate)
    return certificate


def director_identity(
    office: HeadOffice, connection: Connection, person: Person, at: datetime | None = None
) -> SigningIdentity:
    """Return a director as a signer.

    Args:
        office: the head office.
        connection: a transaction.
        person: the director.
        at: when the signature is to be made; None only to look at the certificate.

    Raises:
        Refused: `no_key`, when the person has none; `director_key_ended`, when it has run out.
    """
    der = connection.execute(
        select(tables.people.c.certificate_der).where(tables.people.c.id == person.id)
    ).scalar()
    if der is None:
        raise Refused(
            "no_key", "You have no signing key.", "Ask an administrator to make you a director."
        )
    certificate = x509.load_der_x509_certificate(der)
    above = chain(connection, certificate)
    end = min(one.not_valid_after_utc for one in (certificate, *above))
    if at is not None and at >= end:
        raise Refused(
            "director_key_ended",
            "Your signing key has run out.",
            "Ask an administrator to renew it.",
        )
    return office.keyring.director_identity(person.id, certificate, above)


@told_to_kiosks
def certify_kiosk(
    office: HeadOffice,
    connection: Connection,
    kiosk_id: str,
    kiosk_name: str,
    public_keys: tuple[bytes, bytes],
    now: datetime,
) -> tuple[bytes, bytes]:
    """Issue a kiosk's CA and seal certificates and put them on the trust list.

    Args:
        office: the head office.
        connection: the caller's write transaction.
        kiosk_id: the kiosk's id.
        kiosk_name: its name for people.
        public_keys: SubjectPublicKeyInfo (DER) of its CA key and of its seal key.
        now: the time.

    Returns:
        The CA certificate and the seal certificate, DER.
    """
    authority = issuing_ca(office, connection)
    ca_key, seal_key = (_public_key(der) for der in public_keys)
    kiosk_ca = issue_kiosk_ca(kiosk_id, kiosk_name, ca_key, authority, now)
    seal = issue_seal(kiosk_id, kiosk_name, seal_key, authority, now)
    trust_key(connection, KeyRole.KIOSK_CA, kiosk_name, kiosk_ca, kiosk_id)
    trust_key(connection, KeyRole.SEAL, kiosk_name, seal, kiosk_id)
    return kiosk_ca.public_bytes(Encoding.DER), seal.public_bytes(Encoding.DER)


@told_to_kiosks
def certify_renewed_kiosk(
    connection: Connection,
    authority: CertificateAuthority,
    kiosk: tuple[str, str],
    request: RenewalRequest,
    now: datetime,
) -> tuple[bytes, bytes, bytes]:
    """Issue the certificates of a kiosk's next keys and put them on the trust list.

    Args:
        connection: the caller's write transaction.
        authority: the signing CA that issues them.
        kiosk: its id and its name.
        request: the public keys; checked by the caller.
        now: the time.

    Returns:
        The certificates of its CA, of its seal and of its clock, DER.
    """
    (kiosk_id, name), keys = kiosk, request.keys
    ca_key, seal_key, clock_key = (
        _public_key(der)
        for der in (keys.ca_public_key, keys.seal_public_key, request.timestamp_key)
    )
    made = (
        issue_kiosk_ca(kiosk_id, name, ca_key, authority, now, request.generation),
        issue_seal(kiosk_id, name, seal_key, authority, now),
        issue_timestamp(kiosk_id, name, clock_key, authority, now),
    )
    roles = (KeyRole.KIOSK_CA, KeyRole.SEAL, KeyRole.TIMESTAMP)
    for role, certificate in zip(roles, made, strict=True):
        trust_key(connection, role, name, certificate, kiosk_id)
    ca, seal, clock = (certificate.public_bytes(Encoding.DER) for certificate in made)
    return ca, seal, clock


def trust_list(office: HeadOffice, connection: Connection) -> TrustList:
    """Return the trust list as it stands in the database."""
    organisation = connection.execute(select(tables.organisation)).one()
    keys = tables.trust_keys
    rows = connection.execute(select(keys).order_by(keys.c.id)).all()
    return TrustList(
        organisation=organisation.name,
        version=organisation.trust_version,
        as_of=organisation.trust_as_of,
        keys=tuple(
            TrustedKey(
                role=KeyRole(row.role),
                holder=row.holder,
                certificate_der=row.certificate_der,
                valid_from=row.valid_from,
                valid_until=row.valid_until,
                revocation=None
                if row.revoked_at is None
                else Revocation(row.revoked_at, row.revocation_reason, _allowed(connection, row)),
            )
            for row in rows
        ),
        hosts=(office.settings.public_host,),
    )


def publish(office: HeadOffice, connection: Connection, now: datetime) -> int:
    """Raise the version of the trust list and write it, signed, to the TUF repository.

    Returns:
        The new version.
    """
    organisation = tables.organisation
    known = connection.execute(
        update(organisation)
        .values(trust_version=organisation.c.trust_version + 1)
        .returning(organisation.c.trust_version)
    ).scalar_one()
    version = max(int(known), _version_on_disk(office) + 1)
    connection.execute(
        update(organisation).values(trust_version=version, trust_as_of=now.replace(microsecond=0))
    )
    office.publisher.publish(trust_list(office, connection), now)
    return version


def refresh_if_old(office: HeadOffice, now: datetime) -> bool:
    """Publish the list anew when its as-of time is older than `REPUBLISH_AFTER`.

    Returns:
        Whether it was published.
    """
    with office.database.read() as connection:
        as_of = connection.execute(select(tables.organisation.c.trust_as_of)).scalar_one()
    if now - as_of < REPUBLISH_AFTER:
        return False
    with office.database.write() as connection:
        publish(office, connection, now)
    return True


def published_version(connection: Connection) -> int:
    """Return the version of the published list."""
    return int(
        connection.execute(select(tables.organisation.c.trust_version)).scalar_one_or_none() or 0
    )


def _version_on_disk(office: HeadOffice) -> int:
    """Return the version last published, also by a transaction that never ended; 0 if none."""
    try:
        data = office.publisher.client_files()[TARGET_NAME]
    except SigningError:
        return 0
    return TrustList.from_json_bytes(data).version


def _allowed(connection: Connection, row: Row[Any]) -> frozenset[str]:
    """Return the allow-list of a revoked key: what stays good all the same."""
    if row.role != KeyRole.SIGNING_CA.value:
        return _received(connection, row.kiosk_id)
    receipts = tables.late_receipts
    late = select(receipts.c.receipt).where(receipts.c.trust_key_id == row.id)
    return frozenset(connection.execute(late).scalars())


def _received(connection: Connection, kiosk_id: str | None) -> frozenset[str]:
    """Return the receipts of everything a kiosk delivered: what stays good after revocation.

    Also of what another kiosk sealed after somebody had signed at this one.
    """
    copies, clients = tables.signed_copies, tables.clients
    signed_there = exists().where(
        clients.c.document_id == copies.c.document_id,
        clients.c.kiosk_id == kiosk_id,
        clients.c.signed_at.is_not(None),
    )
    delivered = select(copies.c.receipt).where(
        or_(copies.c.kiosk_id == kiosk_id, signed_there), copies.c.receipt.is_not(None)
    )
    return frozenset(connection.execute(delivered).scalars())


def issuing_ca(office: HeadOffice, connection: Connection) -> CertificateAuthority:
    """Return the signing CA that issues what comes next."""
    return office.keyring.signing_ca(newest_certificate(connection, KeyRole.SIGNING_CA))


def _public_key(der: bytes) -> EllipticCurvePublicKey:
    key = load_der_public_key(der)
    if not isinstance(key, EllipticCurvePublicKey):
        raise Refused("keys_refused", "This is not a P-256 key.", "Enrol the kiosk again.")
    return key
