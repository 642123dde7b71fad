"""Outlines: bounds, fitting into a box, PDF operators and SVG."""

from __future__ import annotations

import pytest

from signing.outlines import Box, ClosePath, CurveTo, LineTo, MoveTo, Outline, disc

TRIANGLE = Outline((MoveTo(0, 0), LineTo(10, 0), LineTo(0, 20), ClosePath()))


def test_bounds_hold_all_points() -> None:
    box = TRIANGLE.bounds()
    assert (box.left, box.bottom, box.right, box.top) == (0, 0, 10, 20)
    assert Outline(()).bounds().width == 0


def test_fitting_keeps_the_proportions_and_centres() -> None:
    box = TRIANGLE.fitted(Box(100, 100, 200, 120)).bounds()
    assert (box.width, box.height) == (10, 20)
    assert box.left == 145


def test_fitting_may_be_kept_from_enlarging() -> None:
    assert TRIANGLE.fitted(Box(0, 0, 100, 100), largest_scale=1).bounds().height == 20


def test_flipping_turns_a_screen_upside_down() -> None:
    flipped = TRIANGLE.fitted(Box(0, 0, 10, 20), flip=True)
    assert flipped.operators[0] == MoveTo(0, 20)


def test_a_disc_keeps_its_size_when_fitted_to_no_box() -> None:
    flat = Outline((MoveTo(0, 0), LineTo(10, 0), ClosePath()))
    assert flat.fitted(Box(0, 0, 100, 0)).bounds().width == 100
    point = Outline((MoveTo(3, 3), ClosePath()))
    assert point.fitted(Box(0, 0, 100, 100)).operators[0] == MoveTo(50, 50)


def test_pdf_operators_are_plain_numbers_and_filled() -> None:
    assert TRIANGLE.content() == b"0 0 m\n10 0 l\n0 20 l\nh\nf\n"
    assert Outline(()).content() == b""
    curve = Outline((MoveTo(-0.0001, 1e-9), CurveTo(1 / 3, 0, 1, 1e6, 2.5, 3), ClosePath()))
    assert curve.content() == b"0 0 m\n0.33 0 1 1000000 2.5 3 c\nh\nf\n"


def test_svg_says_the_same() -> None:
    assert TRIANGLE.svg_path() == "M0 0L10 0L0 20Z"


def test_a_disc_is_round() -> None:
    box = Outline(tuple(disc(5, 6, 2))).bounds()
    assert (box.left, box.bottom, box.right, box.top) == pytest.approx((3, 4, 7, 8))
