"""Tickets: one client, one document, one desk, half an hour; anything else lets nobody in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from sync.tickets import (
    MAX_TICKET_CHARACTERS,
    TICKET_LIFE,
    Ticket,
    TicketRefused,
    make_ticket,
    read_ticket,
)

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
TICKET = Ticket("0f" * 16, 1, NOW + TICKET_LIFE, "ab" * 16)
TEXT = make_ticket(KEY, "k-1", TICKET)
PUBLIC = KEY.public_key()

GOLDEN = "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f.1.1795514400.abababababababababababababababab."


def refusal(text: str, kiosk: str = "k-1", now: datetime = NOW) -> str:
    with pytest.raises(TicketRefused) as refused:
        read_ticket(PUBLIC, kiosk, text, now)
    assert refused.value.next_step
    return refused.value.code


def test_a_ticket_is_read_as_it_was_written() -> None:
    assert TEXT.startswith(GOLDEN)
    assert len(TEXT) <= MAX_TICKET_CHARACTERS
    assert read_ticket(PUBLIC, "k-1", TEXT, NOW) == TICKET


def test_the_vector_of_the_specification_is_right() -> None:
    ticket = Ticket("0f" * 16, 0, datetime(2026, 11, 24, 9, 10, tzinfo=UTC), "ab" * 16)
    text = make_ticket(KEY, "kiosk-1", ticket)
    specification = Path(__file__).parents[2] / "docs" / "sync-protocol.md"
    assert text in specification.read_text(encoding="utf-8")


def test_it_is_good_at_one_desk_only() -> None:
    assert refusal(TEXT, "k-2") == "ticket_forged"


def test_it_lives_half_an_hour_and_not_from_far_ahead() -> None:
    assert read_ticket(PUBLIC, "k-1", TEXT, NOW + TICKET_LIFE - timedelta(seconds=1)) == TICKET
    assert refusal(TEXT, now=NOW + TICKET_LIFE) == "ticket_too_old"
    assert refusal(TEXT, now=NOW - TICKET_LIFE) == "ticket_too_old"


@pytest.mark.parametrize(
    "other",
    [
        replace(TICKET, document_id="1f" * 16),
        replace(TICKET, client_index=0),
        replace(TICKET, expires_at=NOW + timedelta(minutes=40)),
        replace(TICKET, ticket_id="cd" * 16),
    ],
)
def test_nothing_of_it_can_be_changed(other: Ticket) -> None:
    said = make_ticket(KEY, "k-1", other).rpartition(".")[0]
    assert refusal(f"{said}.{TEXT.rpartition('.')[2]}") == "ticket_forged"


def test_another_key_lets_nobody_in() -> None:
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(32))
    assert refusal(make_ticket(stranger, "k-1", TICKET)) == "ticket_forged"


@pytest.mark.parametrize(
    "text", ["", ".", TEXT + "=", TEXT[:-1], TEXT.upper(), " " + TEXT, "ą" * 99]
)
def test_what_is_no_ticket_is_unreadable(text: str) -> None:
    assert refusal(text) == "ticket_unreadable"


@given(st.text(max_size=MAX_TICKET_CHARACTERS + 20))
def test_whatever_comes_is_refused_with_a_code(text: str) -> None:
    assert refusal(text).startswith("ticket_")


@given(st.integers(0, len(TEXT) - 1), st.sampled_from("0123456789abcdef.-_AZ"))
def test_a_changed_character_is_seen(place: int, letter: str) -> None:
    changed = TEXT[:place] + letter + TEXT[place + 1 :]
    if changed != TEXT and place != len(TEXT) - 1:
        assert refusal(changed) in {"ticket_forged", "ticket_unreadable"}
