"""Text fits its box, whatever the text and whatever the box, and loses no letter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.document_font import ALPHABET, document_font
from signing.text_layout import LINE_SPACING, lay_out, text_content

LETTERS = sorted(ALPHABET)


@given(
    st.text(st.sampled_from([*LETTERS, " ", " ", "-", "\n"]), max_size=400),
    st.floats(3, 600),
    st.floats(2, 400),
    st.booleans(),
)
def test_lines_fit_the_box_and_hold_every_letter(
    text: str, width: float, height: float, wrap: bool
) -> None:
    font = document_font()
    layout = lay_out(text, font, width, height, wrap=wrap)
    assert layout.height() <= height + 0.01
    for line in layout.lines:
        assert font.width(line, layout.size) <= width + 0.01
    assert "".join("".join(layout.lines).split()) == "".join(text.split())


def test_short_text_keeps_its_pleasant_size() -> None:
    assert lay_out("Łódź", document_font(), 200, 20, largest=11).size == 11


def test_one_long_line_first_shrinks_then_wraps() -> None:
    font = document_font()
    shrunk = lay_out("słowo " * 8, font, 200, 30, largest=11)
    assert len(shrunk.lines) == 1
    assert 6 <= shrunk.size < 11
    wrapped = lay_out("słowo " * 16, font, 200, 30, largest=11)
    assert len(wrapped.lines) > 1
    assert wrapped.size > 6


def test_long_words_shrink_before_they_are_torn() -> None:
    layout = lay_out("Konstantynopolitańczykowianeczka", document_font(), 150, 60, wrap=True)
    assert layout.lines == ("Konstantynopolitańczykowianeczka",)


def test_a_line_may_end_after_a_hyphen() -> None:
    layout = lay_out("Żółkiewska-Brzęczyszczykiewicz", document_font(), 100, 60, wrap=True)
    assert layout.lines == ("Żółkiewska-", "Brzęczyszczykiewicz")


def test_lines_go_downwards_by_the_line_spacing() -> None:
    font = document_font()
    layout = lay_out("a\nb", font, 100, 100, largest=10, wrap=True)
    content = text_content(layout, font, 5, 100).decode()
    baselines = [float(line.split()[5]) for line in content.splitlines() if line.endswith("Tm")]
    assert baselines[0] - baselines[1] == pytest.approx(10 * LINE_SPACING)
    assert baselines[0] < 100


@pytest.mark.parametrize(("align", "start"), [(0.0, 5.0), (0.5, 50.0), (1.0, 95.0)])
def test_lines_are_aligned_in_their_room(align: float, start: float) -> None:
    font = document_font()
    layout = lay_out("abc", font, 100, 20, largest=10)
    content = text_content(layout, font, 5, 20, room=90, align=align).decode()
    left = float(next(line for line in content.splitlines() if line.endswith("Tm")).split()[4])
    assert left + align * font.width("abc", 10) == pytest.approx(start, abs=0.01)


def test_no_text_draws_nothing() -> None:
    assert text_content(lay_out("", document_font(), 100, 20), document_font(), 0, 0) == b""
