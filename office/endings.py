"""What runs out, when, and how long before somebody is told: keys, lists, the trust list's roles.

Each entry is warned of so early that what has to be done can be done at leisure, and long before
anything stops. What head office renews by itself (kiosks' keys, the roles of the trust list whose
keys are here, its own revocation lists) is only warned of when that did not happen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cryptography import x509
from sqlalchemy import Connection, select

from office import tables
from office.errors import NotSetUp
from office.head_office import HeadOffice
from office.key_list import KeyEntry, key_name, list_keys
from office.root_apart import ROOT_LIST
from office.time_service import configured_service, holder_of
from verifier.trust_list import KeyRole

__all__ = ["Ending", "EndingKind", "list_endings", "renew_trust_root"]

YEAR = timedelta(days=365, hours=6)
QUARTER = timedelta(days=90)
RENEW_TRUST_ROOT_BEFORE = 2 * YEAR
"""A trust list's root metadata with less left is signed anew, when its key is here."""


class EndingKind(StrEnum):
    """What runs out; each has its words in a message and on the page of keys."""

    ROOT = "root"  # the root's certificate
    SIGNING_CA = "signing_ca"  # the one that issues
    DIRECTOR = "director"  # a director's key
    KIOSK = "kiosk"  # a kiosk's seal, CA or clock, which it has not renewed
    ROOT_LIST = "root_list"  # the revocation list of a root kept apart
    TRUST_ROOT = "trust_root"  # the root role of the trust list
    TRUST_LIST = "trust_list"  # another role: the trust list is not being published
    TIME_SERVICE = "time_service"  # the last certificate of the service that is asked now
    STAMPED_COPIES = "stamped_copies"  # time-stamps under a service's certificate, wherever kept


WARN_BEFORE = {
    EndingKind.ROOT: 20 * YEAR + QUARTER,  # what hangs below it would be cut short
    EndingKind.SIGNING_CA: 20 * YEAR + QUARTER,
    EndingKind.DIRECTOR: 10 * YEAR + QUARTER,  # signatures would not last ten years
    EndingKind.KIOSK: 10 * YEAR,  # the kiosk was asked a quarter earlier
    EndingKind.ROOT_LIST: YEAR,
    EndingKind.TRUST_ROOT: YEAR,
    EndingKind.TRUST_LIST: timedelta(days=15),  # it is published every twelve hours
    EndingKind.TIME_SERVICE: 2 * QUARTER,  # what is stamped now should outlast the next half year
    EndingKind.STAMPED_COPIES: YEAR,  # nobody here holds them any more
}
"""How long before its end somebody is told for the first time."""
REMINDERS = (5 * YEAR, 2 * YEAR, YEAR, QUARTER, timedelta(days=30), timedelta(days=7))
"""How long before the end they are told again, and once more at the end."""
COPIES_TOLD_FOR = timedelta(days=30)
"""How long after the end of a service's certificate copies are still spoken of: it is too late."""
_KINDS = {
    KeyRole.ROOT: EndingKind.ROOT,
    KeyRole.SIGNING_CA: EndingKind.SIGNING_CA,
    KeyRole.DIRECTOR: EndingKind.DIRECTOR,
}


@dataclass(frozen=True)
class Ending:
    """One thing that runs out soon, or has run out."""

    kind: EndingKind
    subject: str  # names it for good: another certificate is another subject
    holder: str  # whose it is; empty for head office's own lists
    ends: datetime
    stage: int  # 0 at the first warning, one more with each reminder

    @property
    def name(self) -> str:
        """What a reminder is remembered by."""
        return f"{self.subject}:{self.ends:%Y%m%d}"


def list_endings(office: HeadOffice, connection: Connection, now: datetime) -> list[Ending]:
    """Return everything that somebody should know of now, the most urgent first."""
    found = [
        *_of_keys([one for one in list_keys(office, connection, now) if _matters(one)]),
        *_of_lists(office),
        *_of_trust(office),
        *_of_service(office),
        *_of_copies(connection, now),
    ]
    due = [
        Ending(kind, subject, holder, ends, _stage(ends - now))
        for kind, subject, holder, ends in found
        if ends - now < WARN_BEFORE[kind]
    ]
    return sorted(due, key=lambda ending: ending.ends)


def renew_trust_root(office: HeadOffice, now: datetime) -> bool:
    """Sign the trust list's root metadata anew before it runs out, when its key is here.

    Returns:
        Whether it was signed.
    """
    if not office.publisher.root_is_here:
        return False
    if office.publisher.expiries()["root"] - now > RENEW_TRUST_ROOT_BEFORE:
        return False
    with office.database.write():
        if office.publisher.expiries()["root"] - now > RENEW_TRUST_ROOT_BEFORE:
            return False
        office.publisher.renew_root(now)
    return True


_Found = tuple[EndingKind, str, str, datetime]


def _matters(entry: KeyEntry) -> bool:
    """A key that signs now, or would if it had not run out; a service's is not ours to renew."""
    return entry.current and (entry.role is not KeyRole.TIMESTAMP or entry.kiosk_id is not None)


def _of_keys(entries: list[KeyEntry]) -> list[_Found]:
    """Each key, but of a kiosk only the one that runs out first: all are renewed together."""
    first: dict[str, _Found] = {}
    for entry in entries:
        kind = _KINDS.get(entry.role, EndingKind.KIOSK)
        subject = entry.kiosk_id or entry.identifier
        known = first.get(subject)
        if known is None or entry.valid_until < known[3]:
            first[subject] = (kind, subject, entry.holder, entry.valid_until)
    return list(first.values())


def _of_lists(office: HeadOffice) -> list[_Found]:
    """The revocation list of a root kept apart; those of other authorities are made here."""
    path = office.settings.data_folder / "authorities" / ROOT_LIST
    if office.keyring.root_is_here or not path.exists():
        return []
    ends = x509.load_der_x509_crl(path.read_bytes()).next_update_utc
    return [] if ends is None else [(EndingKind.ROOT_LIST, "root_list", "", ends)]


def _of_trust(office: HeadOffice) -> list[_Found]:
    expiries = office.publisher.expiries()
    root = expiries.pop("root")
    first = min(expiries.values())
    return [
        (EndingKind.TRUST_ROOT, "trust_root", "", root),
        (EndingKind.TRUST_LIST, "trust_list", "", first),
    ]


def _of_service(office: HeadOffice) -> list[_Found]:
    """The service that is asked for time-stamps, as long as its newest certificate is valid."""
    try:
        service = configured_service(office.settings)
    except NotSetUp:  # the log says so, and whatever needs it
        return []
    if service is None:
        return []
    newest = max(service.certificates.own, key=lambda one: one.not_valid_after_utc)
    subject = f"time_service:{key_name(newest)}"
    ends = newest.not_valid_after_utc
    return [(EndingKind.TIME_SERVICE, subject, holder_of(newest), ends)]


def _of_copies(connection: Connection, now: datetime) -> list[_Found]:
    """Every certificate under which final files were stamped; their copies are in other hands."""
    keys, documents = tables.trust_keys, tables.documents
    final = select(documents.c.id).where(documents.c.final_sha256.is_not(None)).limit(1)
    if connection.execute(final).first() is None:
        return []
    query = select(keys.c.holder, keys.c.certificate_der, keys.c.valid_until).where(
        keys.c.role == KeyRole.TIMESTAMP.value,
        keys.c.kiosk_id.is_(None),
        keys.c.revoked_at.is_(None),
        keys.c.valid_until > now - COPIES_TOLD_FOR,
    )
    return [
        (
            EndingKind.STAMPED_COPIES,
            f"copies:{key_name(x509.load_der_x509_certificate(row.certificate_der))}",
            str(row.holder),
            row.valid_until,
        )
        for row in connection.execute(query)
    ]


def _stage(left: timedelta) -> int:
    return sum(left < before for before in REMINDERS) + (left <= timedelta(0))
