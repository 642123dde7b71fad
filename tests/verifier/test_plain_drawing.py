"""verifier.plain_drawing: what an update draws leaves everything as it found it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verifier.plain_drawing import stays_in_place

PARTS = st.lists(
    st.sampled_from(
        [b"q", b"Q", b"BT", b"ET", b"/Tx BMC", b"EMC", b"0 0 m", b"re", b"W n", b"S", b"(a) Tj"]
    )
)


@pytest.mark.parametrize(
    "drawing",
    [
        b"",
        b" \n",
        b"q Q",
        b"n 0 -5.9 526.1 11.9 re W* n\n.3 w 1 0 0 1 0 0 cm",
        b"/Tx BMC\nq\nBT 0.00 g /F4+0 11 Tf (\\(\\051a) Tj [<00> -3 (b)] TJ ET\nQ\nEMC\n",
        b"q 9 0 0 9 0 0 cm /Stamp Do Q",
    ],
)
def test_plain_drawings_stay_in_their_place(drawing: bytes) -> None:
    assert stays_in_place(drawing)


@pytest.mark.parametrize(
    "drawing",
    [
        *(
            b"Q",
            b"q",
            b"Q q",
            b"q EMC",
            b"/Tx BMC q EMC Q",
            b"BT",
            b"ET",
            b"BT q ET Q",
            b"BT BT ET",
        ),
        *(b"0 0 m", b"0 0 9 9 re W", b"0 0 m q S Q", b"0 0 m BT S ET", b"S", b"0 0 l S"),
        *(b"/P gs", b"/P sh", b"/P scn", b"/Span << >> BDC EMC", b"d0", b"BX EX"),
        *(b"BI ID EI", b"% comment\n", b"q%\nQ", b"q\0Q", b"(()", b"1e5 w", b"qQ", b"(a", b"9 9"),
    ],
)
def test_other_drawings_do_not(drawing: bytes) -> None:
    assert not stays_in_place(drawing)


@settings(max_examples=300, deadline=None)
@given(PARTS.map(b" ".join))
def test_whoever_undoes_the_pairs_never_gets_below_the_beginning(drawing: bytes) -> None:
    if not stays_in_place(drawing):
        return
    depth = 0
    for word in drawing.split():
        depth += (word == b"q") - (word == b"Q")
        assert depth >= 0
    assert depth == 0


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60))
def test_no_bytes_raise(drawing: bytes) -> None:
    stays_in_place(drawing)
