"""Numbers of documents: head office's own, and the short one that a client types at a kiosk.

The short number is six random digits and a Luhn check digit (ISO/IEC 7812-1, annex B), so that a
mistyped digit or two swapped neighbours are noticed before anything is looked up.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select, update

from office import tables

__all__ = ["check_digit", "is_short_number", "new_short_number", "next_number"]

SHORT_DIGITS = 6  # random digits; a million numbers for the documents of one organisation


def check_digit(digits: str) -> str:
    """Return the Luhn check digit of a string of decimal digits.

    >>> check_digit("799273")
    '9'
    """
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def is_short_number(text: str) -> bool:
    """Tell whether `text` is a short number with the right check digit."""
    return (
        len(text) == SHORT_DIGITS + 1
        and text.isascii()
        and text.isdigit()
        and check_digit(text[:-1]) == text[-1]
    )


def new_short_number(connection: Connection) -> str:
    """Return a short number that no document has."""
    while True:
        digits = f"{secrets.randbelow(10**SHORT_DIGITS):0{SHORT_DIGITS}d}"
        number = digits + check_digit(digits)
        taken = select(tables.documents.c.id).where(tables.documents.c.short_number == number)
        if connection.execute(taken).first() is None:
            return number


def next_number(connection: Connection, now: datetime, timezone: str) -> str:
    """Return the next number of head office's own series, such as `2026/0042`.

    Numbers that an operator already gave to a document by hand are passed over.
    """
    organisation = tables.organisation
    year = now.astimezone(ZoneInfo(timezone)).year
    while True:
        running = connection.execute(
            update(organisation)
            .values(next_number=organisation.c.next_number + 1)
            .returning(organisation.c.next_number)
        ).scalar_one()
        number = f"{year}/{int(running) - 1:04d}"
        taken = select(tables.documents.c.id).where(tables.documents.c.number == number)
        if connection.execute(taken).first() is None:
            return number
