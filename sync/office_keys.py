"""The key that signs head office's replies, and how another one takes its place. No I/O.

A device pins the key at enrolment. A key is replaced by an announcement: the former key signs the
next one, and the next one signs that it is held. Announcements are kept for good and handed to
whoever asks, so a device that was away for months goes from the key that it pinned to the one in
use, link by link (docs/sync-protocol.md section 3.1):

    made = announce(former, following, now)
    key = follow(pinned, announcements)[-1]

A device follows only when a reply is not by its pinned key, and only to a key that this very reply
is signed by.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from sync.sealed_box import BoxNotOpened, open_box
from sync.strict_json import Fields, canonical_bytes, parse_object, time_text

__all__ = [
    "MAX_ANNOUNCEMENTS",
    "MAX_ANNOUNCEMENTS_BYTES",
    "OFFICE_KEYS_PATH",
    "KeyAnnouncement",
    "OfficeKeys",
    "announce",
    "announcements_bytes",
    "follow",
    "read_announcements",
]

OFFICE_KEYS_PATH = "/office-keys"
"""Where a device finds the announcements, below the protocol's prefix."""
MAX_ANNOUNCEMENTS = 64
"""Most announcements that are kept: one a year for a lifetime; older ones are dropped."""
MAX_ANNOUNCEMENTS_BYTES = 32 * 1024
"""Longest reply with them, bytes: 64 of about 400."""
_DOMAIN = b"sygnet/office-key/v1\n"


@dataclass(frozen=True)
class KeyAnnouncement:
    """One key in the place of another."""

    former: bytes
    """The key that was in use, Ed25519, 32 raw bytes."""
    key: bytes
    """The one in its place."""
    announced_at: datetime
    """When, by head office's clock; for people."""
    signature: bytes
    """The former key's, over what `_message` writes."""
    proof: bytes
    """The new key's, over the same: who announces it holds it."""

    def to_json(self) -> dict[str, Any]:
        """Give the JSON object."""
        return {
            "announced_at": time_text(self.announced_at),
            "former": _base64(self.former),
            "key": _base64(self.key),
            "proof": _base64(self.proof),
            "signature": _base64(self.signature),
        }

    @classmethod
    def from_json(cls, value: Any) -> KeyAnnouncement:
        """Read the JSON object; raises MessageMalformed."""
        fields = Fields(value, "announcement")
        result = cls(
            former=fields.octets("former", 32, 32),
            key=fields.octets("key", 32, 32),
            announced_at=fields.moment("announced_at"),
            signature=fields.octets("signature", 64, 64),
            proof=fields.octets("proof", 64, 64),
        )
        fields.done()
        return result

    @property
    def holds(self) -> bool:
        """Whether both keys signed it."""
        message = _message(self.former, self.key, self.announced_at)
        try:
            Ed25519PublicKey.from_public_bytes(self.former).verify(self.signature, message)
            Ed25519PublicKey.from_public_bytes(self.key).verify(self.proof, message)
        except (InvalidSignature, ValueError):
            return False
        return True


def _nothing() -> bytes:
    return announcements_bytes(())


@dataclass(frozen=True)
class OfficeKeys:
    """What head office signs replies with; asked at each reply, since a key may be replaced."""

    present: Callable[[], Ed25519PrivateKey]
    """The key in use."""
    box: Callable[[], X25519PrivateKey]
    """What kiosks are told to seal to."""
    announcements: Callable[[], bytes] = _nothing
    """What `announcements_bytes` wrote of those before it."""
    former_boxes: Callable[[], Sequence[X25519PrivateKey]] = tuple
    """What kiosks may have sealed to before."""

    def open_box(self, box: bytes, info: bytes) -> bytes:
        """Open what a kiosk sealed to head office, today or before the key was replaced.

        Raises:
            BoxNotOpened: for whatever reason.
        """
        for key in self.former_boxes():
            with suppress(BoxNotOpened):
                return open_box(key, box, info)
        return open_box(self.box(), box, info)


def announce(
    former: Ed25519PrivateKey, following: Ed25519PrivateKey, now: datetime
) -> KeyAnnouncement:
    """Announce that another key takes a key's place; whole seconds of `now` count."""
    keys = (former.public_key().public_bytes_raw(), following.public_key().public_bytes_raw())
    at = now.replace(microsecond=0)
    message = _message(*keys, at)
    return KeyAnnouncement(*keys, at, former.sign(message), following.sign(message))


def follow(pinned: bytes, announcements: Iterable[KeyAnnouncement]) -> list[bytes]:
    """Return the keys that announcements lead to from a pinned one, in order; empty when to none.

    What begins at another key, is not signed by both, or leads back to a key that was left, is
    passed over: an old announcement, or somebody else's, changes nothing.
    """
    reached = [pinned]
    for one in announcements:
        if one.former == reached[-1] and one.key not in reached and one.holds:
            reached.append(one.key)
    return reached[1:]


def announcements_bytes(announcements: Iterable[KeyAnnouncement]) -> bytes:
    """Give the reply that holds the newest announcements, oldest first."""
    newest = list(announcements)[-MAX_ANNOUNCEMENTS:]
    return canonical_bytes({"announcements": [one.to_json() for one in newest]})


def read_announcements(data: bytes) -> tuple[KeyAnnouncement, ...]:
    """Read such a reply; raises MessageMalformed."""
    fields = Fields(parse_object(data, MAX_ANNOUNCEMENTS_BYTES), "office keys")
    found = fields.items("announcements", MAX_ANNOUNCEMENTS)
    fields.done()
    return tuple(map(KeyAnnouncement.from_json, found))


def _message(former: bytes, key: bytes, at: datetime) -> bytes:
    said = {"announced_at": time_text(at), "former": _base64(former), "key": _base64(key)}
    return _DOMAIN + canonical_bytes(said)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
