"""Whether a field's box has room for what its signer may enter, before anybody is asked.

    box_room(spec, "pl")       # -> Room.AMPLE, Room.TIGHT or Room.TOO_SMALL

Head office's editor warns of both, and a document with a box that is too small is not prepared:
so at the kiosk only a signer can write too much, never head office have left too little. What
counts is the longest legal value of a kind whose values have a form; for free text and amounts,
where no box holds everything that is legal, a short value must go in and a usual one should.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from signing.document_font import document_font
from signing.errors import FieldRefused
from signing.field_specs import FieldKind, FieldSpec
from signing.official_numbers import account_in_groups
from signing.value_forms import printed
from signing.value_layout import inner_room, is_readable

__all__ = ["Room", "box_room", "check_box"]


class Room(StrEnum):
    """What a box holds."""

    AMPLE = "ample"  # whatever is usual, and everything that is legal where that has an end
    TIGHT = "tight"  # short values; of usual ones some are refused when they are entered
    TOO_SMALL = "too_small"  # not even that


LONGEST: Final = {
    FieldKind.PESEL: "44444444444",
    FieldKind.NIP: "4444444444",
    FieldKind.DATE: "2044-09-30",
    FieldKind.PHONE: "+999 9999 9999 9999",  # ITU-T E.164, 6.1: 15 digits
    FieldKind.IBAN: account_in_groups("LC44" + "W" * 28),  # the widest of SWIFT's register
}
"""The longest legal value, canonical or, where grouping depends on the value, as printed."""
SHORT: Final = {
    FieldKind.TEXT: "Żółw",
    FieldKind.MULTILINE: "Świętokrzyska\n12",
    FieldKind.EMAIL: "anna@example.com",
    FieldKind.NUMBER: "9999",
    FieldKind.MONEY: "99999.99",
}
"""What must have room."""
USUAL: Final = {
    FieldKind.TEXT: "ul. Świętokrzyska 31/33 m. 12",
    FieldKind.MULTILINE: "Zgłaszam uwagi do treści umowy.\n" * 2 + "Zgłaszam uwagi.",
    FieldKind.EMAIL: "anna.wisniewska-nowak@przyklad.com.pl",
    FieldKind.NUMBER: "9999999999.99",
    FieldKind.MONEY: "999999999.99",
}
"""What should have room."""
LEAST_DRAWN: Final = {FieldKind.CHECKBOX: (6.0, 6.0), FieldKind.INITIALS: (14.0, 10.0)}
"""Width and height in points of what is drawn to the size of its box."""


def box_room(spec: FieldSpec, language: str) -> Room:
    """Say what a field's box holds, at the smallest size that is printed.

    Args:
        spec: The field; what head office has fixed needs no room but its own.
        language: The document's.
    """
    if spec.fixed is not None:
        return Room.AMPLE
    width, height = spec.placement.width, spec.placement.height
    if spec.kind in LEAST_DRAWN:
        least_width, least_height = LEAST_DRAWN[spec.kind]
        return Room.AMPLE if width >= least_width and height >= least_height else Room.TOO_SMALL
    if spec.kind is FieldKind.CHOICE:
        must: tuple[str, ...] = spec.options
    else:
        must = (LONGEST.get(spec.kind) or SHORT[spec.kind],)
    if not all(_holds(spec, value, language) for value in must):
        return Room.TOO_SMALL
    usual = USUAL.get(spec.kind)
    return Room.AMPLE if usual is None or _holds(spec, usual, language) else Room.TIGHT


def check_box(spec: FieldSpec, language: str) -> None:
    """Make sure that a box can be filled in.

    Raises:
        FieldRefused: `box_too_small`.
    """
    if box_room(spec, language) is Room.TOO_SMALL:
        raise FieldRefused(
            "box_too_small",
            "What is entered would be too small to read in this box.",
            "Enlarge the box.",
        )


def _holds(spec: FieldSpec, value: str, language: str) -> bool:
    if spec.negative:
        value = f"-{value}"
    text = value if spec.kind is FieldKind.PHONE else printed(spec, value, language)
    room = inner_room(spec.placement.width, spec.placement.height)
    return is_readable(text, spec.kind, document_font(), room)
