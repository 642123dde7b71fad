"""Days of the calendar, read as people write them.

    >>> read_day("1.2.2026")
    '2026-02-01'

Read are day, month and year with points, dashes, slashes or spaces between them, eight digits in a
row, year first with dashes (ISO 8601), and the month by its name in Polish, English, German or
Ukrainian. Eight digits are never both: what would be a year at one end is no month and day at the
other.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Literal

from babel.dates import get_month_names

from signing.errors import FieldRefused

__all__ = ["read_day"]

EARLIEST_YEAR, LATEST_YEAR = 1800, 2200

DAY_FIRST = re.compile(r"(\d{1,2})([./ -])(\d{1,2})\2(\d{4})")
YEAR_FIRST = re.compile(r"(\d{4})([./-])(\d{1,2})\2(\d{1,2})")
NAMED = re.compile(r"(\d{1,2})(?:\.|st|nd|rd|th)? ?([^\W\d_]+)[.,]? ?(\d{4})")
NAMED_MONTH_FIRST = re.compile(r"([^\W\d_]+)\.? ?(\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
EIGHT_DIGITS = re.compile(r"(\d{2})(\d{2})(\d{4})")
EIGHT_DIGITS_YEAR_FIRST = re.compile(r"(1[89]\d\d|2[012]\d\d)(\d{2})(\d{2})")
SHORT_YEAR = re.compile(r"\d{1,2}([./ -])\d{1,2}\1\d{2}")
NAME_LANGUAGES = ("pl", "en", "de", "uk")
NAME_WIDTHS: tuple[Literal["wide", "abbreviated"], ...] = ("wide", "abbreviated")
NAME_FORMS: tuple[Literal["format", "stand-alone"], ...] = ("format", "stand-alone")
AROUND = re.compile(r"\s*([./-])\s*")
YEAR_WORD = re.compile(r"\s*(?:r\.?|р\.?|\.)$")  # as Polish and Ukrainian write after a year


def read_day(text: str) -> str:
    """Read a day.

    Returns:
        The day in ISO 8601: `2026-12-31`.

    Raises:
        FieldRefused: `not_a_date`, `date_year`, `no_such_day`, `date_out_of_range`.
    """
    written = YEAR_WORD.sub("", AROUND.sub(r"\1", text))
    if SHORT_YEAR.fullmatch(written):
        raise FieldRefused(
            "date_year", "The year needs four digits.", "Write it in full: 31.12.2026."
        )
    year, month, day = _numbers(written)
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise FieldRefused(
            "date_out_of_range",
            f"The year {year} is out of range.",
            f"Check the year; it lies between {EARLIEST_YEAR} and {LATEST_YEAR}.",
            {"year": year},
        )
    try:
        return date(year, month, day).isoformat()
    except ValueError as error:
        raise FieldRefused(
            "no_such_day",
            f"The calendar has no {day:02d}.{month:02d}.{year}.",
            "Check day and month.",
            {"day": f"{day:02d}.{month:02d}.{year}"},
        ) from error


def _numbers(written: str) -> tuple[int, int, int]:
    """Year, month and day, not yet looked up in the calendar."""
    match = DAY_FIRST.fullmatch(written)
    if match:
        return int(match[4]), int(match[3]), int(match[1])
    match = YEAR_FIRST.fullmatch(written)
    if match:
        return int(match[1]), int(match[3]), int(match[4])
    match = EIGHT_DIGITS_YEAR_FIRST.fullmatch(written)
    if match and int(match[2]) <= 12 and not EARLIEST_YEAR <= int(written[4:]) <= LATEST_YEAR:
        return int(match[1]), int(match[2]), int(match[3])
    match = EIGHT_DIGITS.fullmatch(written)
    if match:
        return int(match[3]), int(match[2]), int(match[1])
    match = NAMED.fullmatch(written)
    if match and match[2].casefold() in _months():
        return int(match[3]), _months()[match[2].casefold()], int(match[1])
    match = NAMED_MONTH_FIRST.fullmatch(written)
    if match and match[1].casefold() in _months():
        return int(match[3]), _months()[match[1].casefold()], int(match[2])
    raise FieldRefused(
        "not_a_date", "This is not a date.", "Write day, month and year: 31.12.2026."
    )


@cache
def _months() -> dict[str, int]:
    """Numbers of the months by their names, whole and short, in every form that people write."""
    return {
        name.casefold().rstrip("."): number
        for language in NAME_LANGUAGES
        for width in NAME_WIDTHS
        for form in NAME_FORMS
        for number, name in get_month_names(width, form, language).items()
    }
