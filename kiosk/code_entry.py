"""Checking a confirmation code at the kiosk: the try is on disk before anything is compared.

The key of a document's codes lies in the store sealed to this kiosk and is opened only for the
comparison. Codes depend on time; without assured time a challenge is shown instead, and its answer
is checked by a clock that nobody can set (`signing.challenges`).
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from kiosk.refusals import refusal
from kiosk.terminal import Terminal
from signing.ceremony.desk import CodeAnswer, CodeChallenge, DeskRefused
from signing.challenges import RANDOM_DIGITS, begin_answer, challenge_for, finish_answer
from signing.codes import (
    CodeOutcome,
    CodeRefusal,
    CodeState,
    KioskCodeLimit,
    begin_try,
    finish_try,
)
from signing.shown_challenge import BootTime, Challenge
from sync.records import BodyValue, EventKind
from sync.sealed_box import BoxNotOpened, open_code_key
from sync.staff import StaffRight

__all__ = ["CodeEntry"]

CODE_DIGITS = 8


class CodeEntry:
    """Checks codes and remembers the tries."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._store = terminal.store
        self._one_at_a_time = threading.Lock()

    def accepted(self, document_id: str) -> bool:
        """Whether a code was ever accepted for this document under its present key."""
        signer_id, generation, _sealed = self._code_key(document_id)
        return self._state(document_id, signer_id, generation).accepted

    def challenge(self, document_id: str) -> CodeChallenge | None:
        """What to show because codes cannot be checked without a time; None when they can.

        Raises:
            DeskRefused: ``gone``.
        """
        if self._terminal.clock.read().assured:
            return None
        with self._one_at_a_time:
            signer_id, generation, _sealed = self._code_key(document_id)
            random_digits = f"{secrets.randbelow(10**RANDOM_DIGITS):0{RANDOM_DIGITS}}"
            with self._store.transaction():
                before = self._state(document_id, signer_id, generation)
                state = challenge_for(before, self._boot(), random_digits)
                self._save(document_id, signer_id, state)
        if state.challenge is None:
            return None
        place, digits = self._client_index(document_id), state.challenge.digits
        address = f"{self._terminal.office_url}/a/{document_id}/{place}/{digits}"
        return CodeChallenge(state.challenge.shown, address)

    def check(self, document_id: str, entered: str) -> CodeAnswer:
        """Check what was typed; a second tap waits for the first and then finds the code used.

        Raises:
            DeskRefused: ``gone``, ``code_key_unusable`` (the key in the store was not sealed to
                this kiosk).
        """
        with self._one_at_a_time:
            return self._check(document_id, entered)

    def standing(self, document_id: str) -> CodeState | None:
        """How the tries of the document's next client stand; None when it is not due here."""
        with suppress(DeskRefused):
            signer_id, generation, _sealed = self._code_key(document_id)
            return self._state(document_id, signer_id, generation)
        return None

    def can_unlock(self, document_id: str) -> bool:
        """Whether somebody works here who may let the client try again, and it is not too late."""
        members, tries = self._terminal.staff.members(), self.standing(document_id)
        someone = any(StaffRight.UNLOCK_CODES in one.rights for one in members)
        return someone and tries is not None and tries.may_unlock

    def unlock(self, document_id: str, staff_id: str) -> None:
        """Staff let the client try codes again.

        Raises:
            DeskRefused: ``gone``; ``not_locked``; ``unlocked_too_often``: from now on only head
                office lets the client try again, with a new key.
        """
        with self._one_at_a_time, self._store.transaction():
            signer_id, generation, _sealed = self._code_key(document_id)
            before = self._state(document_id, signer_id, generation)
            if not before.locked:
                raise refusal("not_locked")
            if not before.may_unlock:
                raise refusal("unlocked_too_often")
            self._save(document_id, signer_id, before.unlocked())
            place = self._client_index(document_id)
            body: dict[str, BodyValue] = {
                "staff": staff_id,
                "generation": generation,
                "client_index": place,
            }
            self._terminal.journal.add(EventKind.CODE_UNLOCKED, document_id, body)

    # ----------------------------------------------------------------------------------------

    def _check(self, document_id: str, entered: str) -> CodeAnswer:
        reading, boot = self._terminal.clock.read(), self._boot()
        signer_id, generation, sealed_key = self._code_key(document_id)
        key = self._opened(document_id, signer_id, generation, sealed_key)
        with self._store.transaction():
            before = self._state(document_id, signer_id, generation)
            limit = self._limit()
            if not _has_eight_digits(entered):
                return CodeAnswer(CodeOutcome.MALFORMED, before.tries_left, 0)
            if limit.closed(reading.now):
                return CodeAnswer(CodeOutcome.CLOSED, before.tries_left, 0)
            begun = (begin_try if reading.assured else begin_answer)(before, reading.now)
            if isinstance(begun, CodeRefusal):
                return CodeAnswer(begun.outcome, before.tries_left, begun.wait_seconds)
            self._save(document_id, signer_id, begun)
            self._save_limit(limit.counted(reading.now))
        # The try is on disk; only now are the digits compared.
        outcome, after = finish_answer(key, entered, begun, boot)
        number = after.answered
        if reading.assured and outcome is not CodeOutcome.ACCEPTED:
            outcome, after = finish_try(key, entered, begun, reading.now, reading.uncertainty)
            number = after.used_counter
        with self._store.transaction():
            self._save(document_id, signer_id, after)
            if outcome is CodeOutcome.ACCEPTED:
                self._save_limit(limit)
            self._journal(document_id, outcome, after, number)
        return CodeAnswer(outcome, after.tries_left, self._wait(after, reading.now))

    def _boot(self) -> BootTime:
        clock = self._terminal.clock
        return BootTime(clock.boot_id(), clock.boottime())

    def _opened(self, document_id: str, signer_id: str, generation: int, sealed: bytes) -> bytes:
        keys, kiosk_id = self._terminal.enrolment().keys, self._terminal.enrolment().grant.kiosk_id
        for exchange_key in (keys.exchange, *keys.former_exchange):
            with suppress(BoxNotOpened):
                return open_code_key(
                    exchange_key, sealed, kiosk_id, signer_id, document_id, generation
                )
        raise refusal("code_key_unusable")

    def _journal(
        self, document_id: str, outcome: CodeOutcome, state: CodeState, number: int | None
    ) -> None:
        journal = self._terminal.journal
        if outcome is CodeOutcome.ACCEPTED:
            body: dict[str, BodyValue] = {
                "counter": number or 0,
                "generation": state.generation,
                "client_index": self._client_index(document_id),
            }
            journal.add(EventKind.CODE_ACCEPTED, document_id, body)
            return
        tries: dict[str, BodyValue] = {"outcome": outcome.value, "tries_left": state.tries_left}
        journal.add(EventKind.CODE_WRONG, document_id, tries)
        if state.locked:
            place = self._client_index(document_id)
            locked: dict[str, BodyValue] = {"generation": state.generation, "client_index": place}
            journal.add(EventKind.CODE_LOCKED, document_id, locked)
        if self._limit().closed(self._terminal.clock.now()):
            journal.add(EventKind.CODE_ENTRY_CLOSED)

    def _client_index(self, document_id: str) -> int:
        record = self._terminal.documents.record(document_id)
        return 0 if record is None else record.client_index

    def _code_key(self, document_id: str) -> tuple[str, int, bytes]:
        """Signer, generation and sealed key of the document's next client."""
        record = self._terminal.documents.record(document_id)
        found = None
        if record is not None:
            found = self._store.row(
                "SELECT signer_id, generation, sealed_key FROM code_key"
                " WHERE document_id = ? AND signer_id = ?",
                (document_id, record.signer_id),
            )
        if found is None:
            raise refusal("gone")
        return str(found[0]), int(found[1]), bytes.fromhex(found[2])

    def _state(self, document_id: str, signer_id: str, generation: int) -> CodeState:
        found = self._store.row(
            "SELECT state FROM code_state WHERE document_id = ? AND signer_id = ?",
            (document_id, signer_id),
        )
        state = CodeState(generation) if found is None else _state_from(json.loads(found[0]))
        return state.renewed(generation)

    def _save(self, document_id: str, signer_id: str, state: CodeState) -> None:
        self._store.database.execute(
            "INSERT INTO code_state (document_id, signer_id, state) VALUES (?, ?, ?)"
            " ON CONFLICT (document_id, signer_id) DO UPDATE SET state = excluded.state",
            (document_id, signer_id, json.dumps(_state_to(state))),
        )

    def _limit(self) -> KioskCodeLimit:
        times = json.loads(self._store.setting("code_tries", "[]"))
        return KioskCodeLimit(tuple(datetime.fromisoformat(time) for time in times))

    def _save_limit(self, limit: KioskCodeLimit) -> None:
        times = [time.astimezone(UTC).isoformat() for time in limit.tried_at]
        self._store.set_setting("code_tries", json.dumps(times))

    @staticmethod
    def _wait(state: CodeState, now: datetime) -> int:
        following = begin_try(state, now)
        return following.wait_seconds if isinstance(following, CodeRefusal) else 0


def _has_eight_digits(entered: str) -> bool:
    digits = "".join(letter for letter in entered[:40] if letter not in " -\u00a0\u2009\u2013")
    return len(digits) == CODE_DIGITS and digits.isascii() and digits.isdigit()


def _state_to(state: CodeState) -> dict[str, Any]:
    last = state.last_wrong_at
    return {
        "generation": state.generation,
        "wrong_tries": state.wrong_tries,
        "last_wrong_at": None if last is None else last.astimezone(UTC).isoformat(),
        "used_counter": state.used_counter,
        "latest_counter": state.latest_counter,
        "locked": state.locked,
        "challenge": None if state.challenge is None else asdict(state.challenge),
        "answered": state.answered,
        "unlocks": state.unlocks,
    }


def _state_from(stored: Mapping[str, Any]) -> CodeState:
    last = stored["last_wrong_at"]
    return CodeState(
        generation=stored["generation"],
        wrong_tries=stored["wrong_tries"],
        last_wrong_at=None if last is None else datetime.fromisoformat(last),
        used_counter=stored["used_counter"],
        latest_counter=stored["latest_counter"],
        locked=stored["locked"],
        challenge=Challenge(**challenge) if (challenge := stored.get("challenge")) else None,
        answered=stored.get("answered"),
        unlocks=stored.get("unlocks", 0),
    )
