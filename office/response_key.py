"""Replacing the key that signs head office's answers to kiosks, and the tickets for telephones.

Kiosks pin that key. The former key announces the next one (`sync.office_keys`), and a kiosk that
meets an answer by a key that it does not know asks for the announcements, today or in a year. So
the former key is destroyed at once, and nobody has to wait for kiosks that are away.

A cut leaves the key in use that answers are signed with; the next call ends what was begun.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection

from office.head_office import HeadOffice
from office.history import Actor, record
from office.keyring import Keyring, key_identifier
from office.kiosks import list_kiosks
from signing.whole_file import replace_file, write_whole
from sync.office_keys import (
    MAX_ANNOUNCEMENTS_BYTES,
    KeyAnnouncement,
    OfficeKeys,
    announce,
    announcements_bytes,
    read_announcements,
)

__all__ = [
    "ResponseKey",
    "announced",
    "office_keys",
    "present_response_key",
    "replace_response_key",
]


@dataclass(frozen=True)
class ResponseKey:
    """The key that signs answers now."""

    identifier: str  # first 8 bytes of SHA-256 over the public key, hexadecimal
    since: datetime | None  # when it took another one's place; None for the first one
    kiosks_not_seen: tuple[str, ...]  # names of those that were not in contact since

    @property
    def name(self) -> str:
        """The identifier in fours, for the eye."""
        return " ".join(self.identifier[at : at + 4] for at in range(0, len(self.identifier), 4))


def announced(keyring: Keyring) -> bytes:
    """Return all announcements, as kiosks get them."""
    try:
        with keyring.announcements_file.open("rb") as file:
            return file.read(MAX_ANNOUNCEMENTS_BYTES)
    except FileNotFoundError:
        return announcements_bytes(())


def office_keys(office: HeadOffice) -> OfficeKeys:
    """Return what sync answers with."""
    keyring = office.keyring
    return OfficeKeys(
        keyring.response_key,
        keyring.box_key,
        lambda: announced(keyring),
        lambda: keyring.box_keys()[1:],
    )


def present_response_key(office: HeadOffice, connection: Connection) -> ResponseKey:
    """Return the key that signs answers now, and which kiosks have not met it yet."""
    key = _public(office.keyring.response_key())
    made = [one for one in read_announcements(announced(office.keyring)) if one.key == key]
    since = made[-1].announced_at if made else None
    away = [
        kiosk.name
        for kiosk in list_kiosks(connection)
        if since is not None
        and kiosk.in_service
        and (kiosk.seen_at is None or kiosk.seen_at < since)
        and (kiosk.enrolled_at is None or kiosk.enrolled_at < since)
    ]
    identifier = key_identifier(office.keyring.response_key().public_key())
    return ResponseKey(identifier, since, tuple(away))


def replace_response_key(office: HeadOffice, actor: Actor, now: datetime) -> str:
    """Sign answers with a new key from now on; the former one is destroyed.

    Returns:
        The new key's identifier.

    Raises:
        KeyFileError: the present key cannot be opened; nothing has changed.
    """
    keyring = office.keyring
    with office.database.write() as connection:  # one process at a time
        former = keyring.response_key()
        waiting = keyring.next_response_file
        following = waiting.load_ed25519() if waiting.exists() else waiting.create_ed25519()
        before: tuple[KeyAnnouncement, ...] = read_announcements(announced(keyring))
        if not before or before[-1].key != _public(following):
            made = announce(former, following, now)
            write_whole(keyring.announcements_file, announcements_bytes((*before, made)))
        identifier = key_identifier(following.public_key())
        record(connection, now, "response_key_replaced", actor, key=identifier)
        replace_file(waiting.path, keyring.response_file.path)
        keyring.forget_former_response_key()
    return identifier


def _public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()
