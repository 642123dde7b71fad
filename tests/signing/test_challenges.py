"""Codes without trusted time: RFC 6287's vectors, then our challenge from first digit to answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import oath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.challenges import (
    SUITE,
    answer_text,
    begin_answer,
    challenge_for,
    challenge_number,
    challenge_of_number,
    finish_answer,
    read_challenge,
)
from signing.codes import MAX_WRONG_TRIES, CodeOutcome, CodeRefusal, CodeState, code_text
from signing.shown_challenge import CHALLENGE_SECONDS, BootTime, Challenge

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
KEY = bytes.fromhex("bebd7a6cf2fae9236d25ab57f7090ccbf7e0e5dd6b3a77bd2692424ab7c8fd38")
KEY_20, KEY_32 = b"12345678901234567890", b"12345678901234567890123456789012"

BOOT = BootTime("boot-1", 1000.0)

RFC_6287_C1 = [  # RFC 6287, appendix C.1: one-way challenge response
    ("OCRA-1:HOTP-SHA1-6:QN08", KEY_20, {"Q": "00000000"}, "237653"),
    ("OCRA-1:HOTP-SHA1-6:QN08", KEY_20, {"Q": "11111111"}, "243178"),
    ("OCRA-1:HOTP-SHA1-6:QN08", KEY_20, {"Q": "99999999"}, "294470"),
    ("OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1", KEY_32, {"C": 0, "Q": "12345678"}, "65347737"),
    ("OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1", KEY_32, {"C": 1, "Q": "12345678"}, "86775851"),
    ("OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1", KEY_32, {"C": 9, "Q": "12345678"}, "08522129"),
    ("OCRA-1:HOTP-SHA256-8:QN08-PSHA1", KEY_32, {"Q": "00000000"}, "83238735"),
    ("OCRA-1:HOTP-SHA256-8:QN08-PSHA1", KEY_32, {"Q": "22222222"}, "17957585"),
]


def shown(seconds: float = 1000.0) -> CodeState:
    """The state in which a challenge was shown at that second of the boot."""
    return challenge_for(CodeState(1), BootTime("boot-1", seconds), "123456789")


def counted(state: CodeState) -> CodeState:
    begun = begin_answer(state, NOW)
    assert isinstance(begun, CodeState)
    return begun


@pytest.mark.parametrize(("suite", "key", "data", "answer"), RFC_6287_C1)
def test_the_vectors_of_rfc_6287(
    suite: str, key: bytes, data: dict[str, object], answer: str
) -> None:
    pin = {"P": "1234"} if "PSHA1" in suite else {}
    assert oath.str2ocrasuite(suite)(key, **data, **pin) == answer


def test_the_worked_example_of_the_specification() -> None:
    challenge = shown().challenge
    assert challenge == Challenge("1234567897", "boot-1", 1000.0)
    assert challenge.shown == "123 456 7897"
    assert answer_text(KEY, "1234567897") == "54398595"
    assert challenge_number("1234567897") == 11234567897
    assert SUITE == "OCRA-1:HOTP-SHA256-8:QN10"


def test_a_right_answer_is_accepted_once() -> None:
    begun = counted(shown())
    outcome, after = finish_answer(KEY, "5439 8595", begun, BOOT)
    assert outcome is CodeOutcome.ACCEPTED
    assert after.accepted
    assert (after.answered, after.challenge, after.wrong_tries) == (11234567897, None, 0)
    again, unchanged = finish_answer(KEY, "54398595", counted(after), BOOT)
    assert again is CodeOutcome.WRONG
    assert unchanged.answered == after.answered


@pytest.mark.parametrize(
    ("boot", "outcome"),
    [
        (BootTime("boot-1", 1000.0 + CHALLENGE_SECONDS - 0.01), CodeOutcome.ACCEPTED),
        (BootTime("boot-1", 1000.0 + CHALLENGE_SECONDS), CodeOutcome.EXPIRED),
        (BootTime("boot-1", 999.0), CodeOutcome.EXPIRED),
        (BootTime("boot-2", 1000.0), CodeOutcome.EXPIRED),
    ],
)
def test_a_challenge_lives_five_minutes_of_one_boot(boot: BootTime, outcome: CodeOutcome) -> None:
    begun = counted(shown())
    happened, after = finish_answer(KEY, "54398595", begun, boot)
    assert happened is outcome
    assert after.accepted is (outcome is CodeOutcome.ACCEPTED)
    if outcome is CodeOutcome.EXPIRED:
        assert after == begun


def test_a_living_challenge_stays_and_a_dead_one_is_replaced() -> None:
    first = shown()
    assert challenge_for(first, BootTime("boot-1", 1299.9), "987654321") is first
    for boot in (BootTime("boot-1", 1300.0), BootTime("boot-2", 1000.0)):
        replaced = challenge_for(first, boot, "987654321").challenge
        assert replaced is not None
        assert replaced.digits.startswith("987654321")


def test_an_answer_to_another_challenge_or_a_code_by_time_is_wrong() -> None:
    for text in (
        answer_text(KEY, "9876543217"),
        code_text(KEY, 359102521),
        "",
        "ąęćłńóśź",
        "1" * 8,
    ):
        begun = counted(shown())
        assert finish_answer(KEY, text, begun, BOOT) == (CodeOutcome.WRONG, begun)


def test_tries_end_as_with_codes_and_what_time_it_seemed_is_forgotten() -> None:
    state = shown()
    for _ in range(MAX_WRONG_TRIES):
        state = replaced_wait(state)
        begun = begin_answer(state, NOW)
        assert isinstance(begun, CodeState)
        _, state = finish_answer(KEY, "00000000", begun, BOOT)
    assert state.locked
    assert state.latest_counter is None
    refused = begin_answer(state, NOW)
    assert isinstance(refused, CodeRefusal)
    assert refused.outcome is CodeOutcome.LOCKED


def replaced_wait(state: CodeState) -> CodeState:
    """The pause after a wrong try has gone by."""
    return replace(state, last_wrong_at=None)


@given(st.integers(0, 10**9 - 1))
def test_every_challenge_is_read_back_and_a_mistyped_one_is_not(number: int) -> None:
    state = challenge_for(CodeState(1), BOOT, f"{number:09}")
    assert state.challenge is not None
    digits = state.challenge.digits
    assert read_challenge(state.challenge.shown) == digits
    assert challenge_of_number(challenge_number(digits)) == digits
    for place in range(10):
        other = str((int(digits[place]) + 1) % 10)
        assert read_challenge(digits[:place] + other + digits[place + 1 :]) is None


@given(st.text(max_size=60))
def test_what_people_type_is_read_or_refused(text: str) -> None:
    read = read_challenge(text)
    assert read is None or (len(read) == 10 and read.isascii() and read.isdigit())


def test_counters_of_codes_are_no_challenges() -> None:
    for number in (0, 359102521, 10**10 - 1, 2 * 10**10):
        assert challenge_of_number(number) is None
