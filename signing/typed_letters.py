"""Letters as they are typed or pasted, brought into those that a document holds.

    >>> clean("  1\u00a0234\u2011A ", 200, several_lines=False)
    '1 234-A'

What only looks different becomes its plain form, and what nobody sees is dropped from the ends;
everything else that the document's font lacks is refused with a sentence, never replaced.
"""

from __future__ import annotations

import unicodedata

from signing.document_font import ALPHABET
from signing.errors import FieldRefused

__all__ = ["clean", "without_unseen"]

SPACES = "\t\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
"""Spaces of other widths; all are drawn as one space."""
LIGATURES = {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl"}
"""Two letters in one, as copying from a PDF brings them in."""
TYPOGRAPHY = str.maketrans(
    {
        **dict.fromkeys(SPACES, " "),
        **LIGATURES,
        "\u00ad": None,  # where a word may be parted
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "–",
        "\u2015": "—",
        "\u2212": "-",
        "\ufe63": "-",
        "\uff0d": "-",
        "\u02bc": "’",
        "\u2032": "'",
        "\u2033": '"',
        "\u2028": "\n",
        "\u2029": "\n",
    }
)
"""Characters that keyboards and copying bring in, and what is written instead."""
UNSEEN = "\u200b\u200e\u202a\u202c\u2060\u2066\u2068\u2069\ufeff"
"""Marks without width that leave writing from left to right as it is."""
RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})  # Unicode Annex 9, 3.2


def clean(text: str, limit: int, *, several_lines: bool) -> str:
    """Bring a text into plain forms, and make sure of its length and its letters.

    Args:
        text: As it was typed.
        limit: Its longest length, in characters.
        several_lines: Whether it may have more than one line.

    Raises:
        FieldRefused: `too_long`, `right_to_left`, `control_characters`, `unsupported_letters`.
    """
    if len(text) > 2 * limit + 100:  # before any work on it; the rest is counted when it is clean
        raise _too_long(limit)
    value = text.replace("\r\n", "\n").replace("\r", "\n").translate(TYPOGRAPHY)
    value = unicodedata.normalize("NFC", value)
    if several_lines:
        value = "\n".join(line.rstrip() for line in value.split("\n"))
    value = value.strip(UNSEEN + " \n\x0b\x0c")
    if len(value) > limit:
        raise _too_long(limit)
    _check_letters(value, "\n" if several_lines else "")
    return value


def without_unseen(text: str) -> str:
    """The text without marks that have no width; for numbers and the like, where they are noise."""
    return text.translate(dict.fromkeys(map(ord, UNSEEN)))


def _check_letters(value: str, allowed: str) -> None:
    strange = [letter for letter in value if letter not in ALPHABET and letter not in allowed]
    if not strange:
        return
    if any(unicodedata.bidirectional(letter) in RIGHT_TO_LEFT for letter in strange):
        raise FieldRefused(
            "right_to_left",
            "Writing that runs from right to left cannot be put into the document.",
            "Write it in Latin or Cyrillic letters.",
        )
    if any(unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp") for one in strange):
        raise FieldRefused(
            "control_characters",
            "The text contains characters that cannot be seen.",
            "Delete it and type it again instead of pasting it.",
        )
    letters = " ".join(dict.fromkeys(_with_its_base(value, letter) for letter in strange))[:40]
    raise FieldRefused(
        "unsupported_letters",
        f"“{letters}” cannot be written into the document.",
        "Use Latin or Cyrillic letters, digits and common punctuation.",
        {"letters": letters},
    )


def _with_its_base(value: str, letter: str) -> str:
    """The letter as people see it: an accent that has no letter of its own with the one below."""
    place = value.index(letter)
    return value[place - 1 : place + 1] if unicodedata.combining(letter) and place else letter


def _too_long(limit: int) -> FieldRefused:
    return FieldRefused(
        "too_long",
        f"The text is longer than {limit} characters.",
        "Shorten it.",
        {"most": limit},
    )
