"""Ink: strict reading, a smooth closed outline, and questions about dots and lines."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.ink import MAX_WIDTH, Ink, InkPoint, InkRefused, outline, question
from signing.ink_samples import MAX_JSON_BYTES, MAX_POINTS, MAX_STROKES
from signing.outlines import Box, ClosePath, CurveTo, MoveTo, Outline

WIDTH, HEIGHT = 760.0, 240.0


def ink(*strokes: list[tuple[float, float]], interval_ms: float = 5) -> Ink:
    """Ink from plain points, sampled evenly."""
    made, t = [], 0.0
    for stroke in strokes:
        made.append(
            tuple(InkPoint(x, y, t + i * interval_ms, 0.5) for i, (x, y) in enumerate(stroke))
        )
        t += len(stroke) * interval_ms + 200
    return Ink(tuple(made), WIDTH, HEIGHT, 1000 / interval_ms)


def curve(shape: Callable[[float], tuple[float, float]], count: int) -> list[tuple[float, float]]:
    return [shape(i / (count - 1)) for i in range(count)]


LOOPS = curve(lambda u: (80 + 500 * u + 60 * math.sin(30 * u), 120 + 70 * math.cos(30 * u)), 400)
ZIGZAG = curve(lambda u: (100 + abs((4 * u) % 2 - 1) * 300, 40 + 150 * u), 150)


def data(**changes: Any) -> dict[str, Any]:
    good: dict[str, Any] = {
        "version": 1,
        "width": WIDTH,
        "height": HEIGHT,
        "sample_rate_hz": 118.5,
        "strokes": [[[10, 20, 0, 0.5], [15, 25, 8.3, 0.5]], [[40, 40, 300, 0]]],
    }
    return good | changes


def read(**changes: Any) -> Ink:
    return Ink.from_json(json.dumps(data(**changes)))


def test_what_is_written_reads_back_the_same() -> None:
    signature = ink(LOOPS, ZIGZAG)
    assert Ink.from_json(signature.to_json()) == signature


def test_a_pointer_may_leave_the_pad_while_it_is_held() -> None:
    assert read(strokes=[[[-300, 20, 0, 0.5], [1000, 470, 9, 0.5]]]).strokes[0][0].x == -300


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 2},
        {"extra": 1},
        {"width": 0},
        {"width": "760"},
        {"height": 20_000},
        {"sample_rate_hz": -1},
        {"sample_rate_hz": True},
        {"strokes": {}},
        {"strokes": [[]]},
        {"strokes": [[[1, 2, 3]]]},
        {"strokes": [[[1, 2, 3, 0.5, 6]]]},
        {"strokes": [[[1, 2, 3, 1.5]]]},
        {"strokes": [[[1, None, 3, 0.5]]]},
        {"strokes": [[[5000, 2, 3, 0.5]]]},
        {"strokes": [[[1, 2, 30, 0.5], [1, 2, 29, 0.5]]]},
        {"strokes": [[[1, 2, 10**9, 0.5]]]},
    ],
)
def test_malformed_ink_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InkRefused) as refused:
        read(**changes)
    assert refused.value.code == "bad_ink"


@pytest.mark.parametrize(
    "text", ["", "nonsense", "[]", "null", "1", '{"version":1}', "[" * 100_000]
)
def test_what_is_not_ink_is_refused(text: str) -> None:
    with pytest.raises(InkRefused):
        Ink.from_json(text)


def test_not_a_number_and_infinity_are_refused() -> None:
    for bad in ("NaN", "Infinity", "1e999"):
        with pytest.raises(InkRefused):
            Ink.from_json(json.dumps(data()).replace("118.5", bad))


def test_no_stroke_is_no_ink() -> None:
    with pytest.raises(InkRefused) as refused:
        read(strokes=[])
    assert refused.value.code == "no_ink"


@pytest.mark.parametrize(
    "strokes",
    [
        [[[1, 1, 0, 0.5]]] * (MAX_STROKES + 1),
        [[[1, 1, 0, 0.5]] * (MAX_POINTS + 1)],
    ],
)
def test_too_much_ink_is_refused(strokes: list[Any]) -> None:
    with pytest.raises(InkRefused) as refused:
        read(strokes=strokes)
    assert refused.value.code == "too_much_ink"


def test_a_huge_text_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(InkRefused) as refused:
        Ink.from_json(" " * (MAX_JSON_BYTES + 1))
    assert refused.value.code == "too_much_ink"


def signed_area(part: Outline) -> float:
    """Area of one closed part; its sign is the direction, all curves taken as their chords."""
    points = [(o.x, o.y) for o in part.operators if not isinstance(o, ClosePath)]
    return (
        sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, points[1:] + points[:1], strict=True))
        / 2
    )


def parts(shape: Outline) -> list[Outline]:
    starts = [i for i, o in enumerate(shape.operators) if isinstance(o, MoveTo)]
    ends = [*starts[1:], len(shape.operators)]
    return [Outline(shape.operators[a:b]) for a, b in zip(starts, ends, strict=True)]


@pytest.mark.parametrize("strokes", [[LOOPS], [ZIGZAG], [LOOPS, ZIGZAG, [(650, 50)]]])
def test_all_parts_run_the_same_way_so_that_nothing_cancels(
    strokes: list[list[tuple[float, float]]],
) -> None:
    areas = [signed_area(part) for part in parts(outline(ink(*strokes)))]
    assert len(areas) >= 1
    # A run that crosses itself encloses area both ways; discs and simple runs never do.
    assert sum(area > 0 for area in areas) >= len(areas) - len(strokes)


def test_the_outline_follows_the_samples() -> None:
    box = outline(ink(LOOPS)).bounds()
    xs, ys = [x for x, _ in LOOPS], [y for _, y in LOOPS]
    widest = MAX_WIDTH * WIDTH
    assert box.left == pytest.approx(min(xs), abs=widest)
    assert box.right == pytest.approx(max(xs), abs=widest)
    assert box.bottom == pytest.approx(min(ys), abs=widest)
    assert box.top == pytest.approx(max(ys), abs=widest)


def test_a_corner_stays_a_corner() -> None:
    """Sharp turns split the stroke; the curve never swings out beyond them."""
    box = outline(ink(ZIGZAG)).bounds()
    assert box.left > 100 - MAX_WIDTH * WIDTH
    assert box.right < 400 + MAX_WIDTH * WIDTH


def test_slow_ink_is_thicker_than_fast_ink() -> None:
    line = curve(lambda u: (100 + 500 * u, 120), 100)
    slow, fast = (parts(outline(ink(line, interval_ms=pause)))[-1].bounds() for pause in (40, 2))
    assert slow.width > 2 * fast.width
    assert slow.width <= MAX_WIDTH * WIDTH * 1.01


def test_a_tap_is_a_round_dot() -> None:
    (dot,) = parts(outline(ink([(300, 100), (300.5, 100.5)])))
    assert sum(isinstance(o, CurveTo) for o in dot.operators) == 4
    assert dot.bounds().width == pytest.approx(dot.bounds().height)


def test_the_same_drawing_on_a_larger_pad_is_the_same_shape() -> None:
    small = ink(LOOPS)
    double = Ink(
        tuple(
            tuple(InkPoint(2 * p.x, 2 * p.y, p.t_ms, p.pressure) for p in stroke)
            for stroke in small.strokes
        ),
        2 * WIDTH,
        2 * HEIGHT,
        200,
    )
    box = Box(0, 0, 200, 80)
    assert outline(double).fitted(box).content() == outline(small).fitted(box).content()


def test_a_single_dot_is_questioned() -> None:
    assert question(ink([(300, 100)])) == "single_dot"
    assert question(ink([(300, 100), (303, 101)])) == "single_dot"


def test_a_straight_scribble_is_questioned_in_any_direction() -> None:
    for angle in range(0, 180, 15):
        along = curve(lambda u: (abs((6 * u) % 2 - 1) * 200, math.sin(40 * u)), 200)
        c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        turned = [(380 + x * c - y * s, 20 + x * s + y * c) for x, y in along]
        assert question(ink(turned)) == "straight_line"


def test_a_signature_is_not_questioned() -> None:
    assert question(ink(LOOPS)) is None
    assert question(ink(ZIGZAG)) is None


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.floats(-700, 1400), st.floats(-200, 450)), min_size=1, max_size=40),
        min_size=1,
        max_size=5,
    )
)
def test_any_ink_gives_a_finite_outline(strokes: list[list[tuple[float, float]]]) -> None:
    shape = outline(ink(*strokes))
    content = shape.content().decode()
    assert content.endswith("f\n")
    assert "nan" not in content
    assert "inf" not in content
    assert "e" not in content
    question(ink(*strokes))
