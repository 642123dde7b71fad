"""Confirmation codes: issued by head office, checked by a kiosk that has no network.

The complete specification, enough for a second implementation, is docs/confirmation-codes.md. In
short: HOTP (RFC 4226) with HMAC-SHA-256 and eight digits over the time in steps of five seconds
(RFC 6238), under a key derived for one kiosk, one signer, one document and one generation.

Everything is pure; `now` is given. A kiosk checks a code in two steps, so that pulling the plug
never gives a free guess:

    begun = begin_try(state, now)
    if isinstance(begun, CodeRefusal): ...       # wait, locked: nothing is compared
    save(begun)                                  # the try is counted, on disk
    outcome, state = finish_try(key, entered, begun, now)
    save(state)

`KioskCodeLimit` counts the wrong tries of the whole device in the same way.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.twofactor.hotp import HOTP

from signing.code_keys import derive_code_key
from signing.code_limit import KioskCodeLimit
from signing.shown_challenge import Challenge

__all__ = [
    "CodeOutcome",
    "CodeRefusal",
    "CodeState",
    "CodeTry",
    "IssuedCode",
    "KioskCodeLimit",
    "begin_try",
    "code_digits",
    "derive_code_key",
    "finish_try",
    "issue_code",
    "try_code",
]

DIGITS: Final = 8
STEP: Final = timedelta(seconds=5)
"""RFC 6238's time step X."""
VALID_STEPS: Final = 60
"""A code lives this many steps from its nominal start: 300 seconds."""
EARLY_STEPS: Final = 1
"""The nominal start is up to one step after the issue; a quick client may be quicker."""
MAX_CLOCK_UNCERTAINTY: Final = timedelta(seconds=30)
"""No kiosk accepts a code further ahead of its own clock than this, and the early step."""
EXPLAIN_STEPS: Final = 720
"""A code of the last hour is called expired instead of wrong."""
TRY_DELAYS_SECONDS: Final = (0, 0, 2, 5, 10)
"""Wait before the first, second ... try after a wrong one; as many tries as entries."""
MAX_WRONG_TRIES: Final = len(TRY_DELAYS_SECONDS)
MAX_UNLOCKS: Final = 2
"""So often may staff let the tries of one generation start afresh: 15 wrong codes in all."""

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""RFC 6238's T0."""


class CodeOutcome(StrEnum):
    """What came of an attempt to enter a code."""

    ACCEPTED = "accepted"
    """The code is right; it cannot be used again."""
    WRONG = "wrong"
    """It matches nothing of the last hour; counted."""
    EXPIRED = "expired"
    """It was right within the last hour, but is older than five minutes; counted."""
    USED = "used"
    """It, or a newer code, has been used already; counted."""
    WAIT = "wait"
    """Too soon after a wrong try; nothing was compared, not counted."""
    LOCKED = "locked"
    """Too many wrong tries for this document; only a new generation opens it."""
    CLOSED = "closed"
    """Too many wrong tries on the whole kiosk; not counted."""
    MALFORMED = "malformed"
    """Not eight digits; nothing was compared, not counted."""


@dataclass(frozen=True)
class IssuedCode:
    """A code as head office sends it."""

    text: str
    """Eight digits."""
    counter: int
    """The step that it stands for; goes into head office's log of issues."""
    expires_at: datetime
    """The first moment at which it is refused, aware UTC."""

    @property
    def shown(self) -> str:
        """The digits in two groups of four, as people read them."""
        return f"{self.text[:4]} {self.text[4:]}"


@dataclass(frozen=True)
class CodeState:
    """What the kiosk remembers about the codes of one document and signer."""

    generation: int
    """Generation of the key that is in use."""
    wrong_tries: int = 0
    """Tries counted since the last accepted code or new generation."""
    last_wrong_at: datetime | None = None
    """When the last try was counted."""
    used_counter: int | None = None
    """Counter of the last accepted code; it and lower ones are refused."""
    latest_counter: int | None = None
    """Highest time step at which a try was made: a clock set back revives nothing."""
    locked: bool = False
    """Whether the tries are used up."""
    challenge: Challenge | None = None
    """What was shown for want of a trusted time (`signing.challenges`), not yet answered."""
    answered: int | None = None
    """Number of the last challenge that was answered."""
    unlocks: int = 0
    """How often staff let this generation's tries start afresh."""

    @property
    def accepted(self) -> bool:
        """Whether this signer ever proved to hold the telephone or the mailbox."""
        return self.used_counter is not None or self.answered is not None

    @property
    def tries_left(self) -> int:
        """How many wrong tries are left."""
        return 0 if self.locked else max(MAX_WRONG_TRIES - self.wrong_tries, 0)

    @property
    def may_unlock(self) -> bool:
        """Whether staff may let the tries start afresh; else only a new generation does."""
        return self.locked and self.unlocks < MAX_UNLOCKS

    def unlocked(self) -> CodeState:
        """Locked tries start afresh; codes that were used stay used."""
        if not self.may_unlock:
            return self
        return replace(
            self, wrong_tries=0, last_wrong_at=None, locked=False, unlocks=self.unlocks + 1
        )

    def renewed(self, generation: int) -> CodeState:
        """The state under a new key; everything starts again.

        A generation that is not higher than the present one changes nothing.
        """
        return CodeState(generation) if generation > self.generation else self


@dataclass(frozen=True)
class CodeRefusal:
    """Why no code is compared now."""

    outcome: CodeOutcome
    """WAIT or LOCKED."""
    wait_seconds: int
    """For WAIT: how long, rounded up."""


@dataclass(frozen=True)
class CodeTry:
    """A whole attempt, from before the comparison to after it."""

    outcome: CodeOutcome
    """What came of it."""
    state_before_compare: CodeState
    """What has to be on disk before the digits are compared."""
    state: CodeState
    """What has to be on disk afterwards."""
    tries_left: int
    """How many wrong tries are left."""
    wait_seconds: int
    """How long before the next try, in seconds."""


def issue_code(key: bytes, now: datetime) -> IssuedCode:
    """The code that head office sends when asked at `now`.

    Its counter is the present step rounded up, so it is never shorter-lived than five minutes.
    """
    counter = -(-(now - EPOCH) // STEP)
    expires_at = EPOCH + (counter + VALID_STEPS) * STEP
    return IssuedCode(code_text(key, counter), counter, expires_at)


def begin_try(state: CodeState, now: datetime) -> CodeState | CodeRefusal:
    """Count a try, before anything is compared.

    Returns:
        The state to put on disk before calling `finish_try`; or why no try is possible now.
    """
    if state.locked or state.wrong_tries >= MAX_WRONG_TRIES:
        return CodeRefusal(CodeOutcome.LOCKED, 0)
    wait = _wait_seconds(state, now)
    if wait:
        return CodeRefusal(CodeOutcome.WAIT, wait)
    wrong_tries = state.wrong_tries + 1
    return replace(
        state,
        wrong_tries=wrong_tries,
        last_wrong_at=now,
        latest_counter=max(state.latest_counter or 0, _step_of(now)),
        locked=wrong_tries >= MAX_WRONG_TRIES,
    )


def finish_try(
    key: bytes,
    entered: str,
    state: CodeState,
    now: datetime,
    clock_uncertainty: timedelta = timedelta(0),
) -> tuple[CodeOutcome, CodeState]:
    """Compare the digits, after `begin_try`'s state is safely on disk.

    Args:
        key: The key of this signer, document and kiosk.
        entered: What was typed; spaces and dashes do not matter.
        state: What `begin_try` returned.
        now: The same moment as for `begin_try`.
        clock_uncertainty: How far the kiosk's clock may be behind head office's. It lets a code
            be used that much ahead of the clock; it never makes one live longer.

    Returns:
        ACCEPTED, WRONG, EXPIRED, USED or MALFORMED, and the state to put on disk.
    """
    digits = code_digits(entered)
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()):
        uncounted = max(state.wrong_tries - 1, 0)
        return CodeOutcome.MALFORMED, replace(state, wrong_tries=uncounted, locked=False)
    step = max(state.latest_counter or 0, _step_of(now))
    uncertain = min(max(clock_uncertainty, timedelta(0)), MAX_CLOCK_UNCERTAINTY)
    newest = step + EARLY_STEPS + -(-uncertain // STEP)
    matched: int | None = None
    # No early exit: how long this takes says nothing about which counter matched.
    for counter in range(max(step - EXPLAIN_STEPS, 0), newest + 1):
        if hmac.compare_digest(code_text(key, counter), digits):
            matched = counter
    if matched is None:
        return CodeOutcome.WRONG, state
    if state.used_counter is not None and matched <= state.used_counter:
        return CodeOutcome.USED, state
    if step - matched >= VALID_STEPS:
        return CodeOutcome.EXPIRED, state
    return CodeOutcome.ACCEPTED, replace(
        state, wrong_tries=0, last_wrong_at=None, locked=False, used_counter=matched
    )


def try_code(
    key: bytes,
    entered: str,
    state: CodeState,
    now: datetime,
    clock_uncertainty: timedelta = timedelta(0),
) -> CodeTry:
    """Both steps at once, for callers that need no disk between them (tests, simulations)."""
    begun = begin_try(state, now)
    if isinstance(begun, CodeRefusal):
        return CodeTry(begun.outcome, state, state, state.tries_left, begun.wait_seconds)
    outcome, after = finish_try(key, entered, begun, now, clock_uncertainty)
    return CodeTry(outcome, begun, after, after.tries_left, _wait_seconds(after, now))


def code_digits(entered: str) -> str:
    """What was typed, without the spaces and dashes between its groups."""
    return entered.translate({ord(separator): None for separator in " -\u00a0\u2009\u2013"})


def code_text(
    key: bytes,
    counter: int,
    digits: int = DIGITS,
    algorithm: hashes.SHA1 | hashes.SHA256 | hashes.SHA512 | None = None,
) -> str:
    """HOTP of a counter (RFC 4226, 5.3); codes use the defaults, the RFCs' vectors do not."""
    return HOTP(key, digits, algorithm or hashes.SHA256()).generate(counter).decode("ascii")


def _wait_seconds(state: CodeState, now: datetime) -> int:
    """Seconds before the next try, rounded up; none when the clock was set back past the last."""
    if state.last_wrong_at is None or state.wrong_tries >= MAX_WRONG_TRIES:
        return 0
    passed = now - state.last_wrong_at
    if passed < timedelta(0):
        return 0
    rest = timedelta(seconds=TRY_DELAYS_SECONDS[state.wrong_tries]) - passed
    return max(-(-rest // timedelta(seconds=1)), 0)


def _step_of(moment: datetime) -> int:
    return (moment - EPOCH) // STEP
