"""What may be written into a field: one check for each kind, and one canonical form.

    check_value(spec, " 1.2.2026 ")      # -> "2026-02-01" for a date field

Checks run at the kiosk while the client types and again when the document is signed. A canonical
value goes through its own check unchanged, and so does its form in an input
(`signing.value_forms.typed`). Dates, numbers and telephone numbers are read as people in Poland
write them, and in the international forms.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from signing.amounts import read_amount, read_number
from signing.calendar_days import read_day
from signing.contact_details import read_email, read_phone
from signing.document_font import document_font
from signing.errors import FieldRefused
from signing.fields import MAX_PERSON_NAME_CHARACTERS, FieldKind, FieldSpec
from signing.handwriting import letters_without_hand
from signing.official_numbers import read_iban, read_nip, read_pesel
from signing.typed_letters import clean, without_unseen
from signing.value_forms import printed
from signing.value_layout import inner_room, is_readable

__all__ = [
    "MAX_CHARACTERS",
    "TICKED",
    "check_field",
    "check_person_name",
    "check_value",
    "initials_of",
    "settled",
]

MAX_CHARACTERS = {
    FieldKind.TEXT: 200,
    FieldKind.MULTILINE: 2000,
    FieldKind.NUMBER: 40,
    FieldKind.MONEY: 40,
    FieldKind.DATE: 20,
    FieldKind.EMAIL: 254,  # RFC 5321, 4.5.3.1.3
    FieldKind.PHONE: 40,
    FieldKind.PESEL: 20,
    FieldKind.NIP: 20,
    FieldKind.IBAN: 50,  # 34 and its spaces
    FieldKind.CHOICE: 80,
    FieldKind.CHECKBOX: 10,
    FieldKind.INITIALS: 8,
}
"""Longest value of each kind as it is typed, in characters."""

TICKED = "yes"
"""The value of a ticked checkbox; an unticked one is empty."""

INITIALS = re.compile(r"[^\W\d_]+(?:[ .’'-]{1,2}[^\W\d_]+)*\.?")


def check_value(spec: FieldSpec, text: str, language: str = "pl") -> str:
    """Bring what was entered into its field's canonical form.

    Args:
        spec: The field.
        text: What was entered; may be empty.
        language: The document's, in whose form the value will be printed.

    Returns:
        The canonical value; empty when nothing was entered and nothing is required.

    Raises:
        FieldRefused: With one of the codes `required`, `too_long`, `no_room`,
            `control_characters`, `right_to_left`, `unsupported_letters`, `not_an_option`,
            `not_initials`, `not_a_tick`, or what the reading of its kind says
            (`signing.amounts`, `calendar_days`, `contact_details`, `official_numbers`).
    """
    several_lines = spec.kind is FieldKind.MULTILINE
    if spec.kind in _MADE_OF_SIGNS:
        text = without_unseen(text)
    value = clean(text, MAX_CHARACTERS[spec.kind], several_lines=several_lines)
    if not value:
        if spec.required:
            raise FieldRefused("required", "This field must be filled in.", "Fill it in.")
        return ""
    canonical = _read(spec, value)
    if spec.kind not in _DRAWN_TO_SIZE and not _has_room(spec, canonical, language):
        raise FieldRefused(
            "no_room", "This is too long for its place in the document.", "Shorten it."
        )
    return canonical


def check_field(spec: FieldSpec, language: str) -> str:
    """Make sure of what head office wrote into a field: its value and its options.

    Returns:
        The fixed or the suggested value in its canonical form; empty when there is none.

    Raises:
        FieldRefused: As `check_value`; for an option that cannot be drawn in its place, too.
    """
    for option in spec.options:
        if clean(option, MAX_CHARACTERS[FieldKind.CHOICE], several_lines=False) != option:
            raise FieldRefused(
                "unsupported_letters",
                f"“{option}” cannot be written into the document.",
                "Use Latin or Cyrillic letters, digits and common punctuation.",
                {"letters": option},
            )
        if not _has_room(spec, option, language):
            raise FieldRefused(
                "no_room",
                "An option is too long for its place in the document.",
                "Enlarge the box.",
            )
    given = spec.suggested if spec.fixed is None else spec.fixed
    if given is None:
        return ""
    must = spec.kind is not FieldKind.CHECKBOX
    return check_value(replace(spec, required=must), given, language)


def settled(spec: FieldSpec, language: str) -> FieldSpec:
    """The field with what head office fixes or suggests in its canonical form.

    Raises:
        FieldRefused: As `check_field`.
    """
    value = check_field(spec, language)
    if spec.suggested is not None:
        return replace(spec, suggested=value)
    return spec if spec.fixed is None else replace(spec, fixed=value)


def initials_of(name: str) -> str:
    """The first letters of a name's parts, as its owner would write them: `Łucja Żak` -> `ŁŻ`."""
    parts = re.split(r"[\s-]+", name)
    letters = [next((sign for sign in part if sign.isalpha()), "") for part in parts]
    return "".join(letter.title() for letter in letters)[: MAX_CHARACTERS[FieldKind.INITIALS]]


def check_person_name(name: str) -> str:
    """Bring a person's name into its canonical form.

    Args:
        name: As it was typed.

    Returns:
        The name in NFC with single spaces.

    Raises:
        FieldRefused: With one of the codes `required`, `too_long`, `control_characters`,
            `unsupported_letters`, `not_a_name`.
    """
    value = " ".join(clean(name, MAX_PERSON_NAME_CHARACTERS, several_lines=False).split())
    if not value:
        raise FieldRefused("required", "A name is needed.", "Enter first name and surname.")
    if not any(letter.isalpha() for letter in value):
        raise FieldRefused("not_a_name", "This is not a name.", "Enter first name and surname.")
    return value


def _read(spec: FieldSpec, value: str) -> str:
    """The canonical form of a clean value that is not empty."""
    if spec.kind is FieldKind.MONEY:
        return read_amount(value, spec.currency, negative=spec.negative)
    if spec.kind is FieldKind.NUMBER:
        return read_number(value, negative=spec.negative)
    if spec.kind is FieldKind.CHOICE:
        if value not in spec.options:
            raise FieldRefused(
                "not_an_option", "This is none of the options.", "Choose one of them."
            )
        return value
    check = _CHECKS.get(spec.kind)
    return value if check is None else check(value)


def _has_room(spec: FieldSpec, value: str, language: str) -> bool:
    room = inner_room(spec.placement.width, spec.placement.height)
    return is_readable(printed(spec, value, language), spec.kind, document_font(), room)


def _tick(value: str) -> str:
    if value != TICKED:
        raise FieldRefused("not_a_tick", "A checkbox is ticked or not.", "Tap it again.")
    return TICKED


def _initials(value: str) -> str:
    initials = " ".join(value.split())
    if not INITIALS.fullmatch(initials):
        raise FieldRefused(
            "not_initials",
            "Initials are the first letters of a name.",
            "Write them like AN or A.N.",
        )
    without = letters_without_hand(initials)
    if without:
        raise FieldRefused(
            "unsupported_letters",
            f"“{without}” cannot be written by hand into the document.",
            "Use Latin or Cyrillic letters.",
            {"letters": without},
        )
    return initials


_MADE_OF_SIGNS = frozenset(
    {
        FieldKind.NUMBER,
        FieldKind.MONEY,
        FieldKind.DATE,
        FieldKind.EMAIL,
        FieldKind.PHONE,
        FieldKind.PESEL,
        FieldKind.NIP,
        FieldKind.IBAN,
    }
)
"""Kinds in which unseen characters, which telephones' address books add, mean nothing."""
_DRAWN_TO_SIZE = frozenset({FieldKind.CHECKBOX, FieldKind.INITIALS})

_CHECKS: dict[FieldKind, Callable[[str], str]] = {
    FieldKind.DATE: read_day,
    FieldKind.EMAIL: read_email,
    FieldKind.PHONE: read_phone,
    FieldKind.PESEL: read_pesel,
    FieldKind.NIP: read_nip,
    FieldKind.IBAN: read_iban,
    FieldKind.CHECKBOX: _tick,
    FieldKind.INITIALS: _initials,
}
