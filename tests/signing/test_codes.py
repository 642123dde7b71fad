"""Confirmation codes: RFC vectors, exactly five minutes, single use, counted before compared."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.code_keys import derive_code_key, expand_key
from signing.codes import (
    CodeOutcome,
    CodeRefusal,
    CodeState,
    begin_try,
    code_text,
    finish_try,
    issue_code,
    try_code,
)
from signing.errors import SigningError

NOW = datetime(2026, 11, 24, 9, 30, 2, 500_000, tzinfo=UTC)
KEY = derive_code_key(bytes(range(32)), "kiosk-1", "signer-1", "0f" * 16, "ab" * 32, 1)
OTHER_KEY = derive_code_key(bytes(range(32)), "kiosk-2", "signer-1", "0f" * 16, "ab" * 32, 1)
FRESH = CodeState(generation=1)
HUNDREDTH = timedelta(milliseconds=10)

moments = st.integers(1_735_689_600, 2_208_988_800).flatmap(
    lambda second: st.builds(
        lambda part: datetime.fromtimestamp(second, UTC) + timedelta(microseconds=part),
        st.integers(0, 999_999),
    )
)


def outcome_at(entered: str, now: datetime, state: CodeState = FRESH) -> CodeOutcome:
    return try_code(KEY, entered, state, now).outcome


def wrong_code(now: datetime) -> str:
    """Eight digits that are no code of the last hour."""
    taken = {
        code_text(KEY, counter) for counter in range(counter_of(now) - 800, counter_of(now) + 9)
    }
    return next(text for text in (f"{n:08d}" for n in range(900)) if text not in taken)


def counter_of(now: datetime) -> int:
    return issue_code(KEY, now).counter


# RFC 4226, appendix D: SHA-1, six digits, secret "12345678901234567890"
RFC_4226 = [
    (0, "755224"),
    (1, "287082"),
    (2, "359152"),
    (3, "969429"),
    (4, "338314"),
    (5, "254676"),
    (6, "287922"),
    (7, "162583"),
    (8, "399871"),
    (9, "520489"),
]


@pytest.mark.parametrize(("counter", "expected"), RFC_4226)
def test_hotp_vectors_of_rfc_4226(counter: int, expected: str) -> None:
    assert code_text(b"12345678901234567890", counter, 6, hashes.SHA1()) == expected  # noqa: S303


# RFC 6238, appendix B: eight digits, step 30 s; the seed is repeated to the length of the hash
RFC_6238 = [
    (59, "94287082", "46119246", "90693936"),
    (1111111109, "07081804", "68084774", "25091201"),
    (1111111111, "14050471", "67062674", "99943326"),
    (1234567890, "89005924", "91819424", "93441116"),
    (2000000000, "69279037", "90698825", "38618901"),
    (20000000000, "65353130", "77737706", "47863826"),
]


@pytest.mark.parametrize(("seconds", "sha1", "sha256", "sha512"), RFC_6238)
def test_totp_vectors_of_rfc_6238(seconds: int, sha1: str, sha256: str, sha512: str) -> None:
    seed = b"1234567890" * 7
    assert code_text(seed[:20], seconds // 30, 8, hashes.SHA1()) == sha1  # noqa: S303
    assert code_text(seed[:32], seconds // 30) == sha256
    assert code_text(seed[:64], seconds // 30, 8, hashes.SHA512()) == sha512


def test_hkdf_vector_of_rfc_5869_without_salt() -> None:
    # RFC 5869, A.3
    expected = "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
    assert expand_key(b"\x0b" * 22, b"").hex() == expected


def test_the_documented_example() -> None:
    """The worked example of docs/confirmation-codes.md."""
    issued = issue_code(KEY, datetime(2026, 11, 24, 9, 30, 2, tzinfo=UTC))
    assert KEY.hex() == "bebd7a6cf2fae9236d25ab57f7090ccbf7e0e5dd6b3a77bd2692424ab7c8fd38"
    assert issued.counter == 359102521
    assert issued.text == "16854305"
    assert issued.expires_at == datetime(2026, 11, 24, 9, 35, 5, tzinfo=UTC)


def test_the_nominal_start_is_the_issue_rounded_up_to_a_step() -> None:
    issued = issue_code(KEY, NOW)
    assert issued.expires_at == datetime(2026, 11, 24, 9, 35, 5, tzinfo=UTC)
    on_the_step = datetime(2026, 11, 24, 9, 30, 5, tzinfo=UTC)
    assert issue_code(KEY, on_the_step) == issued
    assert issue_code(KEY, on_the_step + timedelta(microseconds=1)).counter == issued.counter + 1


def test_a_code_is_shown_in_two_groups() -> None:
    issued = issue_code(KEY, NOW)
    assert issued.shown == f"{issued.text[:4]} {issued.text[4:]}"
    assert outcome_at(issued.shown, NOW) is CodeOutcome.ACCEPTED


@settings(deadline=None, max_examples=30)
@given(moments)
def test_a_code_lives_exactly_five_minutes(issued_at: datetime) -> None:
    issued = issue_code(KEY, issued_at)
    start = issued.expires_at - timedelta(seconds=300)
    assert timedelta(0) <= start - issued_at < timedelta(seconds=5)
    assert outcome_at(issued.text, issued_at) is CodeOutcome.ACCEPTED
    assert outcome_at(issued.text, start) is CodeOutcome.ACCEPTED
    assert outcome_at(issued.text, start + timedelta(seconds=299.99)) is CodeOutcome.ACCEPTED
    assert outcome_at(issued.text, start + timedelta(seconds=300)) is CodeOutcome.EXPIRED
    assert outcome_at(issued.text, start + timedelta(seconds=3599)) is CodeOutcome.EXPIRED
    assert outcome_at(issued.text, start + timedelta(seconds=3605)) is CodeOutcome.WRONG


def test_a_code_from_further_ahead_is_wrong_unless_the_clock_is_uncertain() -> None:
    issued = issue_code(KEY, NOW)
    behind = NOW - timedelta(seconds=20)
    assert outcome_at(issued.text, behind) is CodeOutcome.WRONG
    trusting = try_code(KEY, issued.text, FRESH, behind, timedelta(seconds=20))
    assert trusting.outcome is CodeOutcome.ACCEPTED
    far = try_code(KEY, issued.text, FRESH, NOW - timedelta(minutes=5), timedelta(days=1))
    assert far.outcome is CodeOutcome.WRONG
    late = try_code(KEY, issued.text, FRESH, issued.expires_at, timedelta(seconds=30))
    assert late.outcome is CodeOutcome.EXPIRED


def test_a_code_works_once() -> None:
    issued = issue_code(KEY, NOW)
    first = try_code(KEY, issued.text, FRESH, NOW)
    assert first.outcome is CodeOutcome.ACCEPTED
    assert first.state.used_counter == issued.counter
    again = try_code(KEY, issued.text, first.state, NOW + timedelta(seconds=1))
    assert again.outcome is CodeOutcome.USED


def test_an_older_code_is_refused_once_a_newer_one_was_used() -> None:
    older = issue_code(KEY, NOW)
    newer = issue_code(KEY, NOW + timedelta(seconds=30))
    later = NOW + timedelta(seconds=40)
    used = try_code(KEY, newer.text, FRESH, later).state
    assert try_code(KEY, older.text, used, later).outcome is CodeOutcome.USED


@settings(deadline=None, max_examples=30)
@given(moments, st.integers(1, 3000))
def test_a_clock_set_back_revives_neither_used_nor_expired_codes(
    issued_at: datetime, back: int
) -> None:
    issued = issue_code(KEY, issued_at)
    used = try_code(KEY, issued.text, FRESH, issued_at).state
    assert outcome_at(issued.text, issued_at - timedelta(seconds=back), used) is CodeOutcome.USED
    expired = try_code(KEY, issued.text, FRESH, issued.expires_at).state
    set_back = issued.expires_at - timedelta(seconds=back)
    assert outcome_at(issued.text, set_back, expired) is CodeOutcome.EXPIRED


def test_another_kiosks_codes_are_wrong() -> None:
    accepted = sum(
        outcome_at(issue_code(OTHER_KEY, NOW - timedelta(seconds=5 * step)).text, NOW)
        is CodeOutcome.ACCEPTED
        for step in range(60)
    )
    assert accepted == 0


def test_the_try_is_counted_before_anything_is_compared() -> None:
    begun = begin_try(FRESH, NOW)
    assert isinstance(begun, CodeState)
    assert (begun.wrong_tries, begun.last_wrong_at) == (1, NOW)
    after = try_code(KEY, wrong_code(NOW), FRESH, NOW)
    assert after.state_before_compare == begun
    assert after.state == begun


def test_five_wrong_tries_with_growing_delays_then_locked() -> None:
    state, now = FRESH, NOW
    wrong = wrong_code(NOW)
    for tries, delay in enumerate((0, 0, 2, 5, 10)):
        if delay:
            early = try_code(KEY, wrong, state, now + timedelta(seconds=delay) - HUNDREDTH)
            assert (early.outcome, early.wait_seconds) == (CodeOutcome.WAIT, 1)
            assert early.state == state
        now += timedelta(seconds=delay)
        tried = try_code(KEY, wrong, state, now)
        assert (tried.outcome, tried.tries_left) == (CodeOutcome.WRONG, 4 - tries)
        state = tried.state
    assert state.locked
    right = issue_code(KEY, now)
    locked = try_code(KEY, right.text, state, now + timedelta(minutes=1))
    assert (locked.outcome, locked.state) == (CodeOutcome.LOCKED, state)


def test_only_a_higher_generation_opens_a_locked_document() -> None:
    locked = CodeState(generation=3, wrong_tries=5, locked=True, used_counter=7)
    assert locked.renewed(3) == locked
    assert locked.renewed(2) == locked
    assert locked.renewed(4) == CodeState(generation=4)


def test_the_fifth_try_may_still_be_right() -> None:
    state = CodeState(generation=1, wrong_tries=4, last_wrong_at=NOW - timedelta(minutes=1))
    tried = try_code(KEY, issue_code(KEY, NOW).text, state, NOW)
    assert tried.outcome is CodeOutcome.ACCEPTED
    assert (tried.state.locked, tried.state.wrong_tries) == (False, 0)
    assert tried.state_before_compare.locked


@pytest.mark.parametrize(
    "entered", ["", "1234567", "123456789", "1234567x", "１２３４５６７８", "²" * 8]
)
def test_what_is_not_eight_digits_is_not_a_try(entered: str) -> None:
    state = replace(FRESH, wrong_tries=4, last_wrong_at=NOW - timedelta(minutes=1))
    tried = try_code(KEY, entered, state, NOW)
    assert tried.outcome is CodeOutcome.MALFORMED
    assert (tried.state.wrong_tries, tried.state.locked) == (4, False)


def test_waiting_ends_when_the_clock_was_set_back() -> None:
    state = replace(FRESH, wrong_tries=4, last_wrong_at=NOW)
    assert isinstance(begin_try(state, NOW - timedelta(days=1)), CodeState)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(-400, 400)), max_size=25), moments)
def test_no_sequence_gives_more_than_five_wrong_tries(
    steps: list[tuple[bool, int]], start: datetime
) -> None:
    state, now, wrong = FRESH, start, 0
    text = wrong_code(start)
    for patient, seconds in steps:
        now += timedelta(seconds=seconds if patient else 0)
        begun = begin_try(state, now)
        if isinstance(begun, CodeRefusal):
            continue
        outcome, state = finish_try(KEY, text, begun, now)
        wrong += outcome is not CodeOutcome.ACCEPTED
    assert wrong <= 5
    assert state.locked is (wrong == 5)


@pytest.mark.parametrize(
    ("kiosk", "signer", "generation", "secret"),
    [
        ("", "s", 1, b"x" * 32),
        ("k|s", "s", 1, b"x" * 32),
        ("k", "s", 0, b"x" * 32),
        ("k", "s", 1, b"short"),
    ],
)
def test_a_key_must_be_bound_to_something(
    kiosk: str, signer: str, generation: int, secret: bytes
) -> None:
    with pytest.raises(SigningError) as refused:
        derive_code_key(secret, kiosk, signer, "d", "h", generation)
    assert refused.value.code == "bad_code_binding"


def test_every_part_of_the_binding_changes_the_key() -> None:
    secret = b"x" * 32
    keys = {
        derive_code_key(secret, "kiosk", "signer", "document", "hash", 1),
        derive_code_key(secret, "kiosk", "signer", "document", "hash", 2),
        derive_code_key(secret, "kiosk2", "signer", "document", "hash", 1),
        derive_code_key(secret, "kiosk", "signer2", "document", "hash", 1),
        derive_code_key(secret, "kiosk", "signer", "document2", "hash", 1),
        derive_code_key(secret, "kiosk", "signer", "document", "hash2", 1),
        derive_code_key(b"y" * 32, "kiosk", "signer", "document", "hash", 1),
    }
    assert len(keys) == 7
