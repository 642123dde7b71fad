"""Settles how the check boxes and radio buttons of a foreign form look.

Which look a button has is said by its `/AS` (ISO 32000-1, 12.5.5 and 12.7.4.2.3); where that is
absent, by the field's value. A button that is on and has no look for it is drawn here as readers
draw it: the sign that its caption names in ZapfDingbats (`/MK /CA`), in its frame.
"""

from __future__ import annotations

import math

import pikepdf
from pikepdf import Array, Dictionary, Name

from signing.page_baking import name_of

__all__ = ["PUSH_BUTTON", "RADIO", "settle_button"]

PUSH_BUTTON = 1 << 16  # field flags, ISO 32000-1 table 226
RADIO = 1 << 15
CROSS = "8"
POLYGONS = {"n": (4, 45.0), "u": (4, 0.0), "H": (5, 90.0)}  # corners, where the first one is
CURVE = 0.5523  # control points of a quarter circle, in radii


def settle_button(
    pdf: pikepdf.Pdf,
    widget: Dictionary,
    value: object,
    size: tuple[float, float],
    *,
    radio: bool,
    frame: bytes,
) -> None:
    """Give a check box or radio button the look of its state.

    Args:
        pdf: The document.
        widget: The button; it is changed.
        value: The field's value.
        size: Width and height of the button, points.
        radio: Whether it is one of several, of which one is on.
        frame: Operators that draw its background and border.
    """
    looks = widget.get("/AP")
    normal = looks.get("/N") if isinstance(looks, Dictionary) else None
    states = set(normal.keys()) if isinstance(normal, Dictionary) else set()
    if isinstance(normal, pikepdf.Stream):
        return
    state = widget.get("/AS")
    if not isinstance(state, Name):
        named = name_of(value) or "/Off"
        # Without looks nobody can tell which of several radio buttons the value means.
        means_this = named in states or not (states or radio)
        state = widget.AS = Name(named) if means_this else Name.Off
    if state == Name.Off or name_of(state) in states:
        return
    width, height = size
    if states - {"/Off"} or min(width, height) <= 0:
        return  # it names a state that it does not have: readers show nothing
    drawn = pdf.make_stream(frame + _sign(widget, width, height, radio=radio))
    drawn.Type, drawn.Subtype = Name.XObject, Name.Form
    drawn.BBox = Array([0, 0, round(width, 3), round(height, 3)])
    own = Dictionary()
    on = name_of(state) or "/Yes"
    own[on], widget.AS = drawn, Name(on)
    widget.AP = Dictionary(N=own)


def _sign(widget: Dictionary, width: float, height: float, *, radio: bool) -> bytes:
    captions = widget.get("/MK")
    caption = captions.get("/CA") if isinstance(captions, Dictionary) else None
    letter = str(caption) if isinstance(caption, pikepdf.String) else ""
    letter = letter or ("l" if radio else "4")
    x, y, size = width / 2, height / 2, min(width, height)
    if letter == "l":
        return _disc(x, y, size / 4)
    if letter in POLYGONS:
        return _polygon(x, y, size * 0.36, *POLYGONS[letter])
    reach = size * 0.28
    if letter == CROSS:
        path = (
            f"{x - reach:.2f} {y - reach:.2f} m {x + reach:.2f} {y + reach:.2f} l "
            f"{x - reach:.2f} {y + reach:.2f} m {x + reach:.2f} {y - reach:.2f} l"
        )
    else:  # a tick
        path = (
            f"{x - reach:.2f} {y:.2f} m {x - reach / 4:.2f} {y - reach:.2f} l "
            f"{x + reach:.2f} {y + reach:.2f} l"
        )
    return f"q 0 G {size / 10:.2f} w 1 J 1 j {path} S Q\n".encode("ascii")


def _disc(x: float, y: float, radius: float) -> bytes:
    reach = radius * CURVE
    curves = (
        (x + radius, y + reach, x + reach, y + radius, x, y + radius),
        (x - reach, y + radius, x - radius, y + reach, x - radius, y),
        (x - radius, y - reach, x - reach, y - radius, x, y - radius),
        (x + reach, y - radius, x + radius, y - reach, x + radius, y),
    )
    drawn = " ".join(" ".join(f"{side:.2f}" for side in curve) + " c" for curve in curves)
    return f"q 0 g {x + radius:.2f} {y:.2f} m {drawn} f Q\n".encode("ascii")


def _polygon(x: float, y: float, radius: float, corners: int, first: float) -> bytes:
    """A square, a diamond, or a star, which is a pentagon whose every second corner is next."""
    step = 2 if corners == 5 else 1
    points = [
        (
            x + radius * math.cos(math.radians(first + 360 * step * corner / corners)),
            y + radius * math.sin(math.radians(first + 360 * step * corner / corners)),
        )
        for corner in range(corners)
    ]
    lines = " l ".join(f"{across:.2f} {along:.2f}" for across, along in points[1:])
    start = f"{points[0][0]:.2f} {points[0][1]:.2f}"
    return f"q 0 g {start} m {lines} l f Q\n".encode("ascii")
