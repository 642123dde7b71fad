"""What a client may write into a field: one check for each kind, and one canonical form.

    check_value(spec, " 1.2.2026 ")      # -> "01.02.2026" for a date field

Checks run at the kiosk while the client types and again when the document is signed. A canonical
value goes through its own check unchanged. Dates, numbers and telephone numbers are read as people
in Poland write them, and in the international forms.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date

from signing.document_font import ALPHABET, document_font
from signing.errors import FieldRefused
from signing.fields import MAX_PERSON_NAME_CHARACTERS, FieldKind, FieldSpec
from signing.value_layout import inner_room, is_readable

__all__ = ["MAX_CHARACTERS", "TICKED", "check_person_name", "check_value"]

MAX_CHARACTERS = {
    FieldKind.TEXT: 200,
    FieldKind.MULTILINE: 2000,
    FieldKind.DATE: 20,
    FieldKind.NUMBER: 40,
    FieldKind.EMAIL: 254,  # RFC 5321, 4.5.3.1.3
    FieldKind.PHONE: 40,
    FieldKind.CHECKBOX: 10,
}
"""Longest value of each kind as it is typed, in characters."""

TICKED = "yes"
"""The value of a ticked checkbox; an unticked one is empty."""

EARLIEST_YEAR, LATEST_YEAR = 1800, 2200
MAX_DIGITS = 20
MAX_LOCAL_PART = 64  # characters before the @, RFC 5321, 4.5.3.1.1
PHONE_DIGITS = range(7, 16)  # ITU-T E.164: 15 at most
POLISH_NUMBER_DIGITS = 9

TYPOGRAPHY = str.maketrans(
    {
        "\u00a0": " ",
        "\u2009": " ",
        "\u202f": " ",
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "–",
        "\u2212": "-",
        "\u02bc": "’",
        "\u2032": "'",
    }
)
"""Characters that keyboards and copying bring in, and what is written instead."""

DAY_FIRST = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})\.?")
YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
PLAIN_NUMBER = re.compile(r"([+-]?)(\d+|\d{1,3}(?: \d{3})+)(?:[.,](\d+))?")
DOTTED_NUMBER = re.compile(r"([+-]?)(\d{1,3}(?:\.\d{3})+),(\d+)")
EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
PHONE = re.compile(r"\+?[\d ().-]+")


def check_value(spec: FieldSpec, text: str) -> str:
    """Bring what a client entered into its field's canonical form.

    Args:
        spec: The field.
        text: What was entered; may be empty.

    Returns:
        The canonical value; empty when nothing was entered and nothing is required.

    Raises:
        FieldRefused: With one of the codes `required`, `too_long`, `control_characters`,
            `unsupported_letters`, `not_a_date`, `not_a_number`, `not_an_email`, `not_a_phone`,
            `not_a_tick`.
    """
    several_lines = spec.kind is FieldKind.MULTILINE
    value = _clean(text, MAX_CHARACTERS[spec.kind], several_lines=several_lines)
    if not value:
        if spec.required:
            raise FieldRefused("required", "This field must be filled in.", "Fill it in.")
        return ""
    check = _CHECKS.get(spec.kind)
    canonical = value if check is None else check(value)
    if spec.kind is not FieldKind.CHECKBOX and not _has_room(spec, canonical):
        raise FieldRefused(
            "too_long", "This is too long for its place in the document.", "Shorten it."
        )
    return canonical


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
    value = " ".join(_clean(name, MAX_PERSON_NAME_CHARACTERS, several_lines=False).split())
    if not value:
        raise FieldRefused("required", "A name is needed.", "Enter first name and surname.")
    if not any(letter.isalpha() for letter in value):
        raise FieldRefused("not_a_name", "This is not a name.", "Enter first name and surname.")
    return value


def _has_room(spec: FieldSpec, value: str) -> bool:
    room = inner_room(spec.placement.width, spec.placement.height)
    return is_readable(value, spec.kind, document_font(), room)


def _clean(text: str, limit: int, *, several_lines: bool) -> str:
    """Length, letters and line ends, which hold for every kind."""
    if len(text) > limit + 100:  # before any work on it; the rest is counted when it is clean
        raise _too_long(limit)
    value = text.replace("\r\n", "\n").replace("\r", "\n").translate(TYPOGRAPHY)
    value = unicodedata.normalize("NFC", value)
    if several_lines:
        value = "\n".join(line.rstrip() for line in value.split("\n"))
    value = value.strip()
    if len(value) > limit:
        raise _too_long(limit)
    allowed = {"\n"} if several_lines else set()
    for letter in value:
        if letter in ALPHABET or letter in allowed:
            continue
        if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
            raise FieldRefused(
                "control_characters",
                "The text contains characters that cannot be seen.",
                "Delete it and type it again instead of pasting it.",
            )
        raise FieldRefused(
            "unsupported_letters",
            f"“{letter}” cannot be written into the document.",
            "Use Latin or Cyrillic letters, digits and common punctuation.",
        )
    return value


def _too_long(limit: int) -> FieldRefused:
    return FieldRefused("too_long", f"The text is longer than {limit} characters.", "Shorten it.")


def _date(value: str) -> str:
    day_first, year_first = DAY_FIRST.fullmatch(value), YEAR_FIRST.fullmatch(value)
    try:
        if day_first:
            day, _, month, year = day_first.groups()
        elif year_first:
            year, month, day = year_first.groups()
        else:
            raise ValueError(value)
        parsed = date(int(year), int(month), int(day))
        if not EARLIEST_YEAR <= parsed.year <= LATEST_YEAR:
            raise ValueError(value)
    except ValueError as error:
        raise FieldRefused(
            "not_a_date", "This is not a date.", "Write day, month and year: 31.12.2026."
        ) from error
    return f"{parsed:%d.%m.%Y}"


def _number(value: str) -> str:
    match = PLAIN_NUMBER.fullmatch(value) or DOTTED_NUMBER.fullmatch(value)
    if match is None:
        raise _not_a_number()
    sign, whole, fraction = match.groups()
    digits = re.sub(r"[ .]", "", whole)
    if len(digits) + len(fraction or "") > MAX_DIGITS:
        raise _not_a_number()
    return ("-" if sign == "-" else "") + digits + (f",{fraction}" if fraction else "")


def _not_a_number() -> FieldRefused:
    return FieldRefused(
        "not_a_number", "This is not a number.", "Write digits and one comma: 1234,56."
    )


def _email(value: str) -> str:
    local, _, domain = value.rpartition("@")
    if not EMAIL.fullmatch(value) or len(local) > MAX_LOCAL_PART:
        raise FieldRefused(
            "not_an_email",
            "This is not an e-mail address.",
            "Write it like name@example.com.",
        )
    return f"{local}@{domain.lower()}"


def _phone(value: str) -> str:
    digits = re.sub(r"\D", "", value)
    international = value.startswith("+")
    if not international and digits.startswith("00"):
        international, digits = True, digits[2:]
    if not international and len(digits) == POLISH_NUMBER_DIGITS:
        international, digits = True, f"48{digits}"
    if not PHONE.fullmatch(value) or not international or len(digits) not in PHONE_DIGITS:
        raise FieldRefused(
            "not_a_phone",
            "This is not a telephone number.",
            "Write nine digits, or + and the country's code: +48 600 123 456.",
        )
    if digits.startswith("48") and len(digits) == POLISH_NUMBER_DIGITS + 2:
        return f"+48 {digits[2:5]} {digits[5:8]} {digits[8:]}"
    return f"+{digits}"


def _tick(value: str) -> str:
    if value != TICKED:
        raise FieldRefused("not_a_tick", "A checkbox is ticked or not.", "Tap it again.")
    return TICKED


_CHECKS: dict[FieldKind, Callable[[str], str]] = {
    FieldKind.DATE: _date,
    FieldKind.NUMBER: _number,
    FieldKind.EMAIL: _email,
    FieldKind.PHONE: _phone,
    FieldKind.CHECKBOX: _tick,
}
