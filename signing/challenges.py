"""Codes without trusted time: a challenge on the kiosk's screen, its answer by message.

A kiosk that does not know the time (power lost, no clock chip, not connected since) cannot tell a
code of now from one of yesterday. It shows a challenge instead; the client opens it on a telephone,
head office sends the answer to the number or address it knows, and the kiosk checks the answer
without a network. docs/confirmation-codes.md, section 11, is the complete specification: OCRA
(RFC 6287), suite `SUITE`, under a key derived from the code key of section 2.

Everything is pure. As with codes, a try is on disk before anything is compared:

    state = challenge_for(state, boot, random_digits)
    save(state)                                  # state.challenge is shown after it is kept
    begun = begin_answer(state, now)             # counted; to disk
    outcome, state = finish_answer(key, entered, begun, boot)
"""

from __future__ import annotations

import hmac
from dataclasses import replace
from datetime import datetime
from typing import Final

import oath
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_11_10

from signing.code_keys import KEY_BYTES
from signing.codes import (
    CodeOutcome,
    CodeRefusal,
    CodeState,
    begin_try,
    code_digits,
)
from signing.shown_challenge import BootTime, Challenge

__all__ = [
    "CHALLENGE_DIGITS",
    "RANDOM_DIGITS",
    "SUITE",
    "answer_text",
    "begin_answer",
    "challenge_for",
    "challenge_number",
    "challenge_of_number",
    "finish_answer",
    "read_challenge",
]

SUITE: Final = "OCRA-1:HOTP-SHA256-8:QN10"
"""RFC 6287, 6: HMAC-SHA-256, eight digits, a challenge of ten decimal digits."""
RANDOM_DIGITS: Final = 9
"""Random digits of a challenge; the last one is a check digit."""
CHALLENGE_DIGITS: Final = RANDOM_DIGITS + 1
_NUMBER_BASE: Final = 10**CHALLENGE_DIGITS
_KEY_INFO: Final = b"ocra/v1"


def challenge_for(state: CodeState, boot: BootTime, random_digits: str) -> CodeState:
    """The state with a challenge that can still be answered: the one it has, or a new one.

    Args:
        state: What the kiosk remembers.
        boot: The present boot and its running time.
        random_digits: Nine random digits, used if a new challenge is needed.

    Returns:
        The state to put on disk before its `challenge` is shown.
    """
    if state.challenge is not None and state.challenge.alive(boot):
        return state
    digits = random_digits + mod_11_10.calc_check_digit(random_digits)
    return replace(state, challenge=Challenge(digits, boot.boot_id, boot.seconds))


def read_challenge(entered: str) -> str | None:
    """The ten digits of a challenge as somebody typed it; None when it is none, or mistyped.

    ISO 7064 MOD 11,10 finds every wrong digit and nearly every two that changed places.
    """
    digits = code_digits(entered[: 4 * CHALLENGE_DIGITS])
    try:
        mod_11_10.validate(digits)
    except ValidationError:
        return None
    return digits if len(digits) == CHALLENGE_DIGITS else None


def answer_text(key: bytes, challenge: str) -> str:
    """The eight digits that answer a challenge.

    Args:
        key: The code key of kiosk, signer, document and generation.
        challenge: Ten digits.
    """
    own_key = HKDFExpand(hashes.SHA256(), KEY_BYTES, _KEY_INFO).derive(key)
    return str(oath.str2ocrasuite(SUITE)(own_key, Q=challenge))


def challenge_number(challenge: str) -> int:
    """The number under which an answer stands in logs and events, beside the counters of codes.

    It is the challenge behind a leading 1, so from 10^10 on; time steps get there in the year 3554.
    """
    return _NUMBER_BASE + int(challenge)


def challenge_of_number(number: int) -> str | None:
    """The challenge that a number of a log stands for; None for the counter of a code."""
    return str(number)[1:] if _NUMBER_BASE <= number < 2 * _NUMBER_BASE else None


def begin_answer(state: CodeState, now: datetime) -> CodeState | CodeRefusal:
    """Count a try, before anything is compared; see `signing.codes.begin_try`.

    What the kiosk takes for the time is not remembered: it may be wrong, and would later make good
    codes read as expired.
    """
    begun = begin_try(state, now)
    if isinstance(begun, CodeRefusal):
        return begun
    return replace(begun, latest_counter=state.latest_counter)


def finish_answer(
    key: bytes, entered: str, state: CodeState, boot: BootTime
) -> tuple[CodeOutcome, CodeState]:
    """Compare an answer, after `begin_answer`'s state is safely on disk.

    Returns:
        ACCEPTED, WRONG or EXPIRED, and the state to put on disk. EXPIRED is a right answer to a
        challenge that was shown more than five minutes ago or before the machine was started.
        An accepted challenge is answered and cannot be answered again.
    """
    challenge = state.challenge
    if challenge is None:
        return CodeOutcome.WRONG, state
    answer = answer_text(key, challenge.digits)
    if not hmac.compare_digest(answer.encode("ascii"), code_digits(entered).encode()):
        return CodeOutcome.WRONG, state
    if not challenge.alive(boot):
        return CodeOutcome.EXPIRED, state
    return CodeOutcome.ACCEPTED, replace(
        state,
        wrong_tries=0,
        last_wrong_at=None,
        locked=False,
        challenge=None,
        answered=challenge_number(challenge.digits),
    )
