"""What the form of a sealed file shows, field by field: the very value that each one holds.

The value is what programs take out of a file, the drawing what people see. Both are in the bytes
that were signed, and a kiosk, or whoever prepared the document, could let them differ; or let a
reader draw the fields anew, otherwise than anybody saw them. So the whole form is of the one kind
that head office prepares (docs/genuine-pdf.md section 4c), and every text in it is read back.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from verifier.drawn_text import (
    FONT_KEY,
    MAX_INITIALS,
    FieldFont,
    field_font,
    is_tick,
    read_text,
)
from verifier.field_looks import drawing_of, fills_its_place, shows_nothing
from verifier.findings import Refused
from verifier.same_objects import raw_entry, same

__all__ = ["check_form", "form_fields"]

_FORM_KEYS: Final = frozenset({"/Fields", "/SigFlags", "/DR", "/DA"})
_GROUP_KEYS: Final = frozenset({"/T", "/Kids"})
_FIELD_KEYS: Final = frozenset(
    {"/Type", "/Subtype", "/FT", "/T", "/TU", "/Parent", "/P", "/Rect", "/F", "/Ff", "/AP", "/V"}
)
_MORE_KEYS: Final = {
    "/Tx": frozenset({"/DA", "/MaxLen"}),
    "/Btn": frozenset({"/AS", "/H", "/MK"}),
    "/Sig": frozenset({"/Lock"}),
}
_FLAGS: Final = frozenset({4, 4 | 128})
"""Printed, and locked: neither hidden nor for the screen alone (ISO 32000-2 table 167)."""
_PUSH_BUTTON: Final = 1 << 16
_FIELD_FLAGS: Final = {"/Tx": 1 | 1 << 12, "/Btn": 1 | _PUSH_BUTTON, "/Sig": 1}
"""Read-only, several lines, a button: a password's field, a comb or a list would be drawn in
another way by readers that draw fields themselves (tables 227, 229, 231)."""


def check_form(reader: Any) -> None:
    """Check that each field of a form shows what it holds.

    Args:
        reader: pyHanko's reader of the file up to the end of its last signature.

    Raises:
        Refused: `field_differs`, `field_unreadable`.
    """
    form = reader.root["/AcroForm"]
    if not set(form) <= _FORM_KEYS:
        raise Refused("field_unreadable", field="AcroForm")
    font: FieldFont | None = None
    for name, field in form_fields(form):
        _check_field(name, field)
        kind, value = field["/FT"], raw_entry(field, "/V")
        if kind == "/Btn":
            _check_button(name, field, value)
        elif kind == "/Tx" and value is not None:
            if font is None:
                font = _font(form)
            _check_text(name, field, str(value), font, form)
        elif kind == "/Tx" and not shows_nothing(field):
            raise Refused("field_unreadable", field=name)


def form_fields(form: Any) -> Iterator[tuple[str, Any]]:
    """Fields that have no others below them, with their full names.

    Raises:
        Refused: `field_unreadable` for a group that is more, a field whose parent is another than
            the group that names it, and a name that two fields have: a program takes one value.
    """
    names = set[str]()
    for above in form["/Fields"]:
        group = above.get_object()
        name, kids = str(group["/T"]), [above]
        if "/Kids" in group:
            if not set(group) <= _GROUP_KEYS:
                raise Refused("field_unreadable", field=name)
            kids = list(group["/Kids"])
        for reference in kids:
            field = reference.get_object()
            full = name if field is group else f"{name}.{field['/T']}"
            parent = raw_entry(field, "/Parent")
            if full in names or not same(parent, None if field is group else above):
                raise Refused("field_unreadable", field=full)
            names.add(full)
            yield full, field


def _check_field(name: str, field: Any) -> None:
    """The field is its own widget, of a known kind, and neither hidden nor more than a field."""
    kind, flags = str(field["/FT"]), int(field["/Ff"]) if "/Ff" in field else 0
    known = _FIELD_KEYS | _MORE_KEYS.get(kind, frozenset())
    plain = (
        kind in _MORE_KEYS
        and set(field) <= known
        and field["/Subtype"] == "/Widget"
        and field["/F"] in _FLAGS
        and not flags & ~_FIELD_FLAGS[kind]
        and fills_its_place(field, is_box=kind == "/Btn" and not flags & _PUSH_BUTTON)
        and ("/MK" not in field or set(field["/MK"]) <= {"/TP"})
    )
    if not plain:
        raise Refused("field_unreadable", field=name)


def _check_button(name: str, field: Any, value: Any) -> None:
    """A box that is ticked shows a tick, another one nothing; a stamp has no value."""
    if int(field["/Ff"]) & _PUSH_BUTTON:
        if value is not None:
            raise Refused("field_unreadable", field=name)
        return
    if not same(value, field["/AS"]):
        raise Refused("field_differs", field=name)
    looks = field["/AP"]["/N"]
    plain = set(looks) == {"/Off", "/Yes"} and value in {"/Off", "/Yes"} and shows_nothing(field)
    if not plain or "/Resources" in looks["/Yes"]:
        raise Refused("field_unreadable", field=name)
    _, _, width, height = (float(side) for side in looks["/Yes"]["/BBox"])
    if not is_tick(drawing_of(looks["/Yes"]), width, height):
        raise Refused("field_unreadable", field=name)


def _check_text(name: str, field: Any, value: str, font: FieldFont | None, form: Any) -> None:
    if font is None or "/AP" not in field or set(field["/AP"]) != {"/N"}:
        raise Refused("field_unreadable", field=name)
    look = field["/AP"]["/N"]
    resources = look["/Resources"]
    own = (
        set(resources) == {"/Font"}
        and set(resources["/Font"]) == {FONT_KEY}
        and same(raw_entry(resources["/Font"], FONT_KEY), raw_entry(form["/DR"]["/Font"], FONT_KEY))
    )
    _, _, width, height = (float(side) for side in look["/BBox"])
    drawn = read_text(drawing_of(look), font, width, height) if own else None
    if drawn is None or not _is_written_plainly(field):
        raise Refused("field_unreadable", field=name)
    if drawn.by_hand and not _may_be_by_hand(field, value):
        raise Refused("field_unreadable", field=name)
    if not drawn.is_of(value, font):
        raise Refused("field_differs", field=name)


def _may_be_by_hand(field: Any, value: str) -> bool:
    """Initials, in a field that was certified for initials: curves are read by nobody."""
    longest = int(field["/MaxLen"]) if "/MaxLen" in field else MAX_INITIALS + 1
    return longest <= MAX_INITIALS >= len(value) and not any(map(str.isdigit, value))


def _is_written_plainly(field: Any) -> bool:
    """A text in an encoding that every reader knows (ISO 32000-1 7.9.2.2); UTF-8 came later."""
    from pyhanko.pdf_utils.generic import TextStringEncoding, TextStringObject

    value = raw_entry(field, "/V")
    known = (TextStringEncoding.PDF_DOC, TextStringEncoding.UTF16BE)
    return isinstance(value, TextStringObject) and value.autodetected_encoding in known


def _font(form: Any) -> FieldFont | None:
    fonts = form["/DR"]["/Font"]
    return field_font(fonts[FONT_KEY]) if FONT_KEY in fonts else None
