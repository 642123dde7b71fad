"""Letting people of the front desk in: a PIN is tried; the try is on disk before it is compared.

A session lives in memory alone, one at a time: a restart, somebody else's PIN, two minutes without
a touch, or handing a document over end it.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kiosk.pin_lock import FREE_TRIES, KIOSK_FREE_TRIES, PinTries
from kiosk.terminal import Terminal
from signing.shown_challenge import BootTime
from sync.records import EventKind
from sync.staff import StaffMember

__all__ = ["IDLE_SECONDS", "PIN_DIGITS", "Knock", "Purpose", "StaffDoor", "StaffSession"]

PIN_DIGITS: Final = (6, 12)
IDLE_SECONDS: Final = 120
"""Without a request for so long, a session is over."""
LONGEST_SECONDS: Final = 30 * 60
"""However busy; the PIN is asked for again."""
EVERYBODY: Final = ""
"""Stands for the whole kiosk where tries are counted."""


class Purpose(StrEnum):
    """What a session is for."""

    DESK = "desk"
    """Finding documents, handing them over, and the rest of the desk."""
    IDENTITY = "identity"
    """Confirming who the client before the screen is, and nothing else."""


@dataclass(frozen=True)
class StaffSession:
    """Somebody of the front desk, before the screen."""

    member: StaffMember
    purpose: Purpose


@dataclass(frozen=True)
class Knock:
    """What came of one PIN."""

    token: str = ""
    """Of the session that began; empty when the PIN was not right or not compared."""
    wait_seconds: int = 0
    """How long nobody, or this person, may try."""
    malformed: bool = False
    """Not 6 to 12 digits: neither compared nor counted."""


@dataclass
class _Open:
    token_hash: str
    staff_id: str
    purpose: Purpose
    began: BootTime
    seen: BootTime


class StaffDoor:
    """Checks PINs of one terminal and keeps the one session."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._store = terminal.store
        self._open: _Open | None = None
        self._lock = threading.RLock()

    def wait_seconds(self, staff_id: str) -> int:
        """How long this person cannot try."""
        now = self._now()
        return max(self._tries(one).wait_seconds(now) for one in (staff_id, EVERYBODY))

    def knock(self, member: StaffMember, pin: str, purpose: Purpose) -> Knock:
        """Try a PIN; the session of whoever was in before ends when it is right."""
        fewest, most = PIN_DIGITS
        if not (fewest <= len(pin) <= most and pin.isascii() and pin.isdigit()):
            return Knock(malformed=True, wait_seconds=self.wait_seconds(member.staff_id))
        with self._lock:
            with self._store.transaction():
                wait = self.wait_seconds(member.staff_id)
                if wait:
                    return Knock(wait_seconds=wait)
                for subject in (member.staff_id, EVERYBODY):
                    self._save(subject, self._tries(subject).counted(self._now()))
            # The try is on disk; only now is the PIN compared.
            right = _is_right(member.pin_hash, pin)
            with self._store.transaction() as database:
                if right:
                    database.execute(
                        "DELETE FROM pin_try WHERE subject IN (?, ?)", (member.staff_id, EVERYBODY)
                    )
                    entered = {"staff": member.staff_id}
                    self._terminal.journal.add(EventKind.STAFF_ENTERED, None, entered)
                else:
                    self._journal_pauses(member.staff_id)
            if not right:
                return Knock(wait_seconds=self.wait_seconds(member.staff_id))
            return Knock(self._begin(member, purpose))

    def session(self, token: str) -> StaffSession | None:
        """Whose session this is; None when it is over. A look counts as a touch."""
        with self._lock:
            now, opened = self._now(), self._open
            if opened is None or not secrets.compare_digest(opened.token_hash, _hash(token)):
                return None
            member = self._terminal.staff.member(opened.staff_id)
            late = (
                opened.seen.boot_id != now.boot_id
                or now.seconds - opened.seen.seconds > IDLE_SECONDS
                or now.seconds - opened.began.seconds > LONGEST_SECONDS
            )
            if late or member is None:
                self._open = None
                return None
            opened.seen = now
            return StaffSession(member, opened.purpose)

    def close(self) -> None:
        """Whoever was in has left."""
        with self._lock:
            self._open = None

    def _begin(self, member: StaffMember, purpose: Purpose) -> str:
        token, now = secrets.token_urlsafe(32), self._now()
        self._open = _Open(_hash(token), member.staff_id, purpose, now, now)
        return token

    def _journal_pauses(self, staff_id: str) -> None:
        for subject in (staff_id, EVERYBODY):
            tries = self._tries(subject)
            if tries.pause_seconds:
                self._terminal.journal.add(
                    EventKind.STAFF_PAUSED,
                    None,
                    {"staff": subject, "wrong": tries.wrong, "seconds": tries.pause_seconds},
                )

    def _tries(self, subject: str) -> PinTries:
        free = KIOSK_FREE_TRIES if subject == EVERYBODY else FREE_TRIES
        found = self._store.row(
            "SELECT wrong, boot_id, boottime FROM pin_try WHERE subject = ?", (subject,)
        )
        if found is None:
            return PinTries(free)
        return PinTries(free, int(found[0]), BootTime(str(found[1]), float(found[2])))

    def _save(self, subject: str, tries: PinTries) -> None:
        assert tries.at is not None  # noqa: S101 - it was just counted
        self._store.database.execute(
            "INSERT INTO pin_try (subject, wrong, boot_id, boottime) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (subject) DO UPDATE SET wrong = excluded.wrong,"
            " boot_id = excluded.boot_id, boottime = excluded.boottime",
            (subject, tries.wrong, tries.at.boot_id, tries.at.seconds),
        )

    def _now(self) -> BootTime:
        clock = self._terminal.clock
        return BootTime(clock.boot_id(), clock.boottime())


def _is_right(pin_hash: str, pin: str) -> bool:
    try:
        return PasswordHasher().verify(pin_hash, pin)
    except (VerificationError, InvalidHashError):
        return False


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
