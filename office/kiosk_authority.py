"""What kiosks report about their own authority: the newest revocation list, the clock's key.

The list is kept, the newest of each kiosk; the key is certified once and put on the trust list.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import Connection, select, update

from office import tables, trust
from office.authorities import newest_certificate, told_to_kiosks, trust_key
from office.history import Actor, record
from office.tables.devices import kiosk_renewals as renewals
from signing.certificates import issue_timestamp
from sync.authority import AuthorityReport, check_report
from sync.errors import EnrolmentRefused
from verifier.trust_list import KeyRole

if TYPE_CHECKING:
    from office.head_office import HeadOffice

__all__ = ["list_of", "newest_list", "take_report"]

CLOCK_TOLERANCE = timedelta(minutes=10)  # how far a kiosk's clock may be ahead
MAX_TIMESTAMP_KEYS = 8  # of one kiosk, ever: the trust list must not be flooded
RENEW_BEFORE = timedelta(days=3740)  # as kiosks do: ten years and a quarter


def take_report(
    office: HeadOffice, kiosk_id: str, report: AuthorityReport, now: datetime
) -> bytes | None:
    """Keep a kiosk's revocation list and certify its time-stamping key, once.

    Returns:
        The certificate, DER.

    Raises:
        EnrolmentRefused: `keys_refused`, for a list that is not this kiosk's, a key that it does
            not have, or too many keys.
    """
    key = check_report(kiosk_id, report)
    with office.database.write() as connection:
        kiosk = connection.execute(
            select(tables.kiosks).where(tables.kiosks.c.id == kiosk_id)
        ).one()
        _keep_list(connection, kiosk_id, report.crl, now)
        held = _held(connection, kiosk_id)
        for certificate in held:
            if certificate.public_key() == key and (
                certificate.not_valid_after_utc - now > RENEW_BEFORE
            ):
                return certificate.public_bytes(Encoding.DER)
        if len(held) >= MAX_TIMESTAMP_KEYS:
            raise EnrolmentRefused("keys_refused", "This kiosk has had too many keys already.")
        made = _certify(office, connection, kiosk_id, kiosk.name, key, now)
    return made.public_bytes(Encoding.DER)


def newest_list(connection: Connection, kiosk_id: str) -> x509.CertificateRevocationList | None:
    """Return the newest revocation list of a kiosk's present CA, None when it sent none yet."""
    kiosks = tables.kiosks
    der = connection.execute(select(kiosks.c.crl_der).where(kiosks.c.id == kiosk_id)).scalar()
    return None if der is None else x509.load_der_x509_crl(der)


def list_of(
    connection: Connection, kiosk_id: str, authority: x509.Certificate
) -> x509.CertificateRevocationList | None:
    """Return the newest revocation list of one of a kiosk's CAs, its present or a former one."""
    der = authority.public_bytes(Encoding.DER)
    kept = _lists(connection, kiosk_id).get(der)
    return None if kept is None else x509.load_der_x509_crl(kept)


def _lists(connection: Connection, kiosk_id: str) -> dict[bytes, bytes | None]:
    """Each CA that a kiosk has or had, and its newest list."""
    kiosks = tables.kiosks
    present = select(kiosks.c.kiosk_ca_der, kiosks.c.crl_der).where(kiosks.c.id == kiosk_id)
    former = select(renewals.c.former_ca_der, renewals.c.former_crl_der).where(
        renewals.c.kiosk_id == kiosk_id, renewals.c.former_ca_der.is_not(None)
    )
    rows = (*connection.execute(former), *connection.execute(present))
    return {ca: crl for ca, crl in rows if ca is not None}


@told_to_kiosks
def _certify(
    office: HeadOffice,
    connection: Connection,
    kiosk_id: str,
    name: str,
    key: EllipticCurvePublicKey,
    now: datetime,
) -> x509.Certificate:
    authority = office.keyring.signing_ca(newest_certificate(connection, KeyRole.SIGNING_CA))
    made = issue_timestamp(kiosk_id, name, key, authority, now)
    trust_key(connection, KeyRole.TIMESTAMP, name, made, kiosk_id)
    record(connection, now, "kiosk_clock_certified", Actor(kiosk_id=kiosk_id))
    trust.publish(office, connection, now)
    return made


def _held(connection: Connection, kiosk_id: str) -> list[x509.Certificate]:
    keys = tables.trust_keys
    query = select(keys.c.certificate_der).where(
        keys.c.kiosk_id == kiosk_id, keys.c.role == KeyRole.TIMESTAMP.value
    )
    return [x509.load_der_x509_certificate(row[0]) for row in connection.execute(query)]


def _keep_list(connection: Connection, kiosk_id: str, crl_der: bytes, now: datetime) -> None:
    """Keep a list when it is by a CA of this kiosk and newer than the one that is here."""
    refused = EnrolmentRefused("keys_refused", "The revocation list is not this kiosk's own.")
    try:
        crl = x509.load_der_x509_crl(crl_der)
    except ValueError as error:
        raise refused from error
    lists = _lists(connection, kiosk_id)
    of = next((ca for ca in lists if _is_by(crl, ca)), None)
    if of is None or crl.last_update_utc > now + CLOCK_TOLERANCE:
        raise refused
    newest = lists[of]
    if newest is not None:
        kept = x509.load_der_x509_crl(newest)
        if kept.last_update_utc >= crl.last_update_utc:
            return
    kiosks = tables.kiosks
    connection.execute(
        update(kiosks)
        .where(kiosks.c.id == kiosk_id, kiosks.c.kiosk_ca_der == of)
        .values(crl_der=crl_der)
    )
    connection.execute(
        update(renewals)
        .where(renewals.c.kiosk_id == kiosk_id, renewals.c.former_ca_der == of)
        .values(former_crl_der=crl_der)
    )


def _is_by(crl: x509.CertificateRevocationList, ca_der: bytes) -> bool:
    authority = x509.load_der_x509_certificate(ca_der)
    key = authority.public_key()
    try:
        return (
            isinstance(key, EllipticCurvePublicKey)
            and crl.issuer == authority.subject
            and crl.is_signature_valid(key)
        )
    except (ValueError, TypeError):
        return False
