"""A door through which a client's own phone may hand in one picture, where the camera cannot.

The kiosk opens it for one client, one purpose and five minutes; its address is a random one that is
shown as a square. It lets one accepted picture in, takes a few tries for that, and is shut when the
client's ceremony ends. Nothing of it is written down: a restart shuts it as well.
"""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

__all__ = ["DOOR_LIFE", "MAX_DOOR_TRIES", "Door", "DoorKind", "PictureDoor"]

DoorKind = Literal["stamp", "mark"]
DOOR_LIFE: Final = timedelta(minutes=5)
"""How long an address works; as long as a code does."""
MAX_DOOR_TRIES: Final = 6
"""So many pictures may be sent through one door, until one is good."""
TOKEN_BYTES: Final = 16
"""128 bits, of which nobody guesses one in five minutes."""


@dataclass(frozen=True)
class Door:
    """One open door."""

    token: str  # the secret part of its address
    ceremony_id: str  # of the client before the screen
    document_id: str
    kind: DoorKind
    language: str  # the client's, for the pages on the phone
    until: datetime  # aware UTC
    tries: int = 0
    seen: bool = False  # whether a phone has opened the address
    done: bool = False  # whether a picture came through that could be used


class PictureDoor:
    """At most one open door: there is one client at a screen."""

    def __init__(self, address: str) -> None:
        """Name the address under which phones reach this device, without a slash at the end."""
        self._address = address
        self._lock = threading.Lock()
        self._door: Door | None = None

    def open(
        self, ceremony_id: str, document_id: str, kind: DoorKind, language: str, now: datetime
    ) -> None:
        """Open a door for this client; an earlier address works no more."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        with self._lock:
            self._door = Door(token, ceremony_id, document_id, kind, language, now + DOOR_LIFE)

    def of(self, ceremony_id: str, now: datetime) -> Door | None:
        """The open door of this client, also once its picture has come."""
        with self._lock:
            door = self._door
        return door if door and door.ceremony_id == ceremony_id and _alive(door, now) else None

    def address(self, door: Door) -> str:
        """What the square says."""
        return f"{self._address}/ceremony/p/{door.token}"

    def visit(self, token: str, now: datetime) -> Door | None:
        """The door of an address, while pictures may come through it."""
        return self._change(token, now, seen=True)

    def begin_try(self, token: str, now: datetime) -> Door | None:
        """Count one picture, before it is looked at."""
        return self._change(token, now, one_more=True)

    def finish(self, token: str) -> None:
        """A picture came that can be used: nobody comes through this door again."""
        with self._lock:
            if self._door is not None and secrets.compare_digest(self._door.token, token):
                self._door = replace(self._door, done=True)

    def shut(self, ceremony_id: str) -> None:
        """The client has gone on, or has left."""
        with self._lock:
            if self._door is not None and self._door.ceremony_id == ceremony_id:
                self._door = None

    def _change(
        self, token: str, now: datetime, *, seen: bool = False, one_more: bool = False
    ) -> Door | None:
        with self._lock:
            door = self._door
            if door is None or not secrets.compare_digest(
                door.token.encode(), token.encode("utf-8", "replace")
            ):
                return None
            if door.done or door.tries >= MAX_DOOR_TRIES or not _alive(door, now):
                return None
            self._door = replace(door, seen=door.seen or seen, tries=door.tries + one_more)
            return self._door


def _alive(door: Door, now: datetime) -> bool:
    """Neither too late nor, after the clock was set back, too early."""
    return timedelta() <= door.until - now <= DOOR_LIFE
