"""verifier.claims: what free text becomes, and what no certificate may state."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vectors.tokens import TWO_SIGNERS
from verifier.claims import MAX_TITLE_BYTES, cut_name, cut_text, cut_title
from verifier.errors import TokenError


def test_a_title_is_cut_at_a_letter() -> None:
    assert cut_title("Ż" * 100) == "Ż" * 30
    assert cut_title("x" * 59 + "ż") == "x" * 59


def test_a_cut_never_parts_a_letter_from_its_marks() -> None:
    accented = "x" * 58 + "q\u0323\u0307"  # two marks that NFC cannot join with q
    assert cut_title(accented) == "x" * 58


def test_a_name_of_300_letters_is_cut() -> None:
    assert cut_name("Ł" * 300) == "Ł" * 20


def test_control_characters_and_direction_marks_become_spaces() -> None:
    assert cut_text(" Umowa\tnajmu\n\u202enr\u200f 1 ", 60) == "Umowa najmu nr 1"


def test_letters_are_composed() -> None:
    assert cut_text("Zo\u0301łw", 60) == "Zółw"


def test_right_to_left_letters_and_emoji_are_kept() -> None:
    assert cut_text("עברית 🖋", 60) == "עברית 🖋"


@pytest.mark.parametrize("text", ["", "  ", "\n", "\u202e\u0000"])
def test_text_without_a_visible_letter_is_refused(text: str) -> None:
    with pytest.raises(TokenError) as refused:
        cut_title(text)
    assert refused.value.code == "claims_bad_text"


@given(st.text(min_size=1, max_size=200))
def test_what_is_cut_is_always_allowed_and_stays_the_same(text: str) -> None:
    try:
        cut = cut_title(text)
    except TokenError:
        return
    assert 0 < len(cut.encode()) <= MAX_TITLE_BYTES
    assert cut_title(cut) == cut
    assert replace(TWO_SIGNERS, title=cut).title == cut


def test_times_need_whole_seconds_in_utc() -> None:
    issued = TWO_SIGNERS.issued_at
    local = issued.astimezone(timezone(timedelta(hours=1)))
    for time in (issued.replace(microsecond=1), issued.replace(tzinfo=None), local):
        with pytest.raises(TokenError) as refused:
            replace(TWO_SIGNERS, issued_at=time)
        assert refused.value.code == "claims_out_of_range"
