"""What is kept of a drawing is what it looks like, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.ink import Ink, InkPoint, outline, trace_of
from signing.ink_samples import InkRefused
from signing.ink_trace import Trace
from tests.samples.hand import drawn_signature

KEPT = trace_of(drawn_signature()).to_json()


def test_the_kept_line_is_drawn_as_the_samples_are() -> None:
    ink = drawn_signature()
    dot = Ink(((InkPoint(50, 60, 0, 0.5),),), 400, 150, 60)
    for one in (ink, dot):
        read = Trace.from_json(json.loads(json.dumps(trace_of(one).to_json())))
        assert read == trace_of(one)
        assert outline(read) == outline(one)


def test_neither_time_nor_pressure_is_in_it() -> None:
    assert set(KEPT) == {"strokes", "width", "sample_rate_hz"}
    assert {len(point) for stroke in KEPT["strokes"] for point in stroke} == {3}


@pytest.mark.parametrize(
    "change",
    [
        {"strokes": []},
        {"strokes": [[]]},
        {"strokes": [[[1, 2]]]},
        {"strokes": [[[1, 2, True]]]},
        {"strokes": [[[1, 2, float("nan")]]]},
        {"strokes": [[[1, 2, 1e9]]]},
        {"strokes": [[[1, 2, 3]]] * 201},
        {"strokes": [[[1, 2, 3]] * 20_001]},
        {"strokes": None},
        {"width": 0},
        {"sample_rate_hz": "60"},
    ],
)
def test_anything_else_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(InkRefused):
        Trace.from_json({**KEPT, **change})
    with pytest.raises(InkRefused):
        Trace.from_json({name: KEPT[name] for name in KEPT if name not in change})


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=3),
        lambda inner: st.lists(inner, max_size=4),
        max_leaves=12,
    )
)
def test_no_content_does_more_than_to_be_refused(strokes: Any) -> None:
    try:
        read = Trace.from_json({**KEPT, "strokes": strokes})
    except InkRefused:
        return
    assert Trace.from_json(read.to_json()) == read
