"""Answering a kiosk that asks for certificates for its next keys, and the change to them.

Asked for by `office.renewal`. Until the kiosk first signs a request with its next sync key the old
keys count, so that a lost answer or a cut costs nothing. The old seal, CA and clock stay on the
trust list until a day after; what they signed before stays genuine.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import Connection, Row, select, update

from office import authorities, tables, trust
from office.history import Actor, record
from office.kiosks import Kiosk, find_kiosk
from office.renewal import open_renewal
from office.tables.devices import kiosk_renewals as renewals
from sync.enrolment_messages import DeviceKeys
from sync.errors import RequestRefused
from sync.renewal import RenewalReply, RenewalRequest, check_renewal, not_due
from sync.strict_json import canonical_bytes

if TYPE_CHECKING:
    from office.head_office import HeadOffice

__all__ = ["certify_next_keys", "next_sync_key", "take_next_keys"]

OLD_KEYS_LINGER = timedelta(days=1)
"""How long after they were replaced old keys still count: clocks differ, and a seal takes time."""
MOST_CERTIFIED = 5
"""Other keys for one generation, as after a disk was lost: the trust list must not be flooded."""


def certify_next_keys(
    office: HeadOffice, kiosk_id: str, request: RenewalRequest, now: datetime
) -> RenewalReply:
    """Certify what a kiosk asks for; the same request again gives the same certificates.

    Raises:
        RequestRefused: `renewal_not_due`, `keys_refused`.
    """
    with office.database.write() as connection:
        kiosk, row = find_kiosk(connection, kiosk_id), _row(connection, kiosk_id, request)
        if row is None or kiosk.device_keys is None:
            raise not_due()
        if not _asked_with(row, request):
            if row.taken_at is not None:
                raise not_due()
            check_renewal(kiosk_id, request, kiosk.device_keys)
            if row.certified >= MOST_CERTIFIED:
                raise RequestRefused(
                    "keys_refused",
                    "This kiosk asked with too many different keys.",
                    "Enrol the kiosk anew.",
                    403,
                )
            _certify(office, connection, kiosk, row, request, now)
            row = _row(connection, kiosk_id, request)
        if row is None:
            raise not_due()
        return _reply(connection, row)


def next_sync_key(connection: Connection, kiosk_id: str) -> bytes | None:
    """Return the sync key that a kiosk may use from now on instead of its present one."""
    row = open_renewal(connection, kiosk_id)
    if row is None or row.device_keys is None:
        return None
    return DeviceKeys.from_json(row.device_keys).sync_public_key


def take_next_keys(office: HeadOffice, kiosk_id: str, now: datetime) -> None:
    """The kiosk signs with its next keys: from now on they are its keys."""
    kiosks, keys = tables.kiosks, tables.trust_keys
    with office.database.write() as connection:
        row = open_renewal(connection, kiosk_id)
        if row is None or row.device_keys is None:
            return  # another request of the same kiosk was faster
        before = connection.execute(select(kiosks).where(kiosks.c.id == kiosk_id)).one()
        connection.execute(
            update(kiosks)
            .where(kiosks.c.id == kiosk_id)
            .values(
                device_keys=row.device_keys,
                kiosk_ca_der=row.ca_der,
                seal_der=row.seal_der,
                crl_der=None,
            )
        )
        connection.execute(
            update(renewals)
            .where(renewals.c.kiosk_id == kiosk_id, renewals.c.generation == row.generation)
            .values(taken_at=now, former_ca_der=before.kiosk_ca_der, former_crl_der=before.crl_der)
        )
        new = (row.ca_der, row.seal_der, row.timestamp_der)
        end = now.replace(microsecond=0) + OLD_KEYS_LINGER
        connection.execute(
            update(keys)
            .where(
                keys.c.kiosk_id == kiosk_id,
                keys.c.certificate_der.not_in(new),
                keys.c.valid_until > end,
                keys.c.valid_from < end,
            )
            .values(valid_until=end)
        )
        record(
            connection, now, "kiosk_keys_taken", Actor(kiosk_id=kiosk_id), generation=row.generation
        )
        trust.publish(office, connection, now)


def _row(connection: Connection, kiosk_id: str, request: RenewalRequest) -> Row[Any] | None:
    query = select(renewals).where(
        renewals.c.kiosk_id == kiosk_id, renewals.c.generation == request.generation
    )
    return connection.execute(query).first()


def _asked_with(row: Row[Any], request: RenewalRequest) -> bool:
    return (
        row.device_keys is not None
        and canonical_bytes(row.device_keys) == canonical_bytes(request.keys.to_json())
        and row.timestamp_key == request.timestamp_key
    )


def _certify(
    office: HeadOffice,
    connection: Connection,
    kiosk: Kiosk,
    row: Row[Any],
    request: RenewalRequest,
    now: datetime,
) -> None:
    keys = tables.trust_keys
    given_before = [der for der in (row.ca_der, row.seal_der, row.timestamp_der) if der]
    if given_before:  # for keys that the kiosk has lost
        connection.execute(
            update(keys)
            .where(keys.c.certificate_der.in_(given_before))
            .values(revoked_at=now.replace(microsecond=0), revocation_reason="superseded")
        )
    authority = trust.issuing_ca(office, connection)
    ca_der, seal_der, timestamp_der = trust.certify_renewed_kiosk(
        connection, authority, (kiosk.id, kiosk.name), request, now
    )
    connection.execute(
        update(renewals)
        .where(renewals.c.kiosk_id == kiosk.id, renewals.c.generation == request.generation)
        .values(
            device_keys=request.keys.to_json(),
            timestamp_key=request.timestamp_key,
            ca_der=ca_der,
            seal_der=seal_der,
            timestamp_der=timestamp_der,
            certified=row.certified + 1,
        )
    )
    actor = Actor(kiosk_id=kiosk.id)
    record(connection, now, "kiosk_keys_certified", actor, generation=request.generation)
    trust.publish(office, connection, now)


def _reply(connection: Connection, row: Row[Any]) -> RenewalReply:
    seal = x509.load_der_x509_certificate(row.seal_der)
    chain = authorities.chain(connection, seal)
    return RenewalReply(
        ca_certificate=row.ca_der,
        seal_certificate=row.seal_der,
        timestamp_certificate=row.timestamp_der,
        chain=tuple(one.public_bytes(Encoding.DER) for one in chain),
    )
