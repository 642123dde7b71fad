"""One-line texts that will be written into documents and certificates: titles, numbers, names.

They are checked when they are typed, with the rules of the fields of a document, so that nothing
is found impossible to write only when somebody is about to sign.
"""

from __future__ import annotations

from office.errors import Refused
from signing.errors import FieldRefused
from signing.field_rules import check_value
from signing.fields import FieldKind, FieldSpec, Placement

__all__ = ["writable_line"]

_ANY_LINE = FieldSpec("line", FieldKind.TEXT, "line", True, Placement(0, 0, 0, 1, 1))
_OF_LENGTH = frozenset({"required", "too_long"})


def writable_line(text: str, most: int, refusal: Refused) -> str:
    """Return a text in its one canonical form: one line, single spaces, composed letters.

    Args:
        text: as it was typed.
        most: longest length, in letters.
        refusal: what to raise when the text is missing, too long or not one line.

    Raises:
        Refused: `refusal`, or `unsupported_letters` when a letter cannot be written.
    """
    if "\n" in text.strip() or "\r" in text.strip():
        raise refusal
    try:
        line = " ".join(check_value(_ANY_LINE, text).split())
    except FieldRefused as error:
        if error.code in _OF_LENGTH or error.code == "control_characters":
            raise refusal from error
        raise Refused(error.code, error.sentence, error.next_step) from error
    if not 1 <= len(line) <= most:
        raise refusal
    return line
