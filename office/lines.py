"""One-line texts that will be written into documents and certificates: titles, numbers, names.

They are checked when they are typed, with the rules of the fields of a document, so that nothing
is found impossible to write only when somebody is about to sign.
"""

from __future__ import annotations

from office.errors import Refused
from signing.errors import FieldRefused
from signing.typed_letters import clean

__all__ = ["writable_line"]

_MEANS_NO_LINE = frozenset({"too_long", "control_characters"})


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
        line = " ".join(clean(text, most, several_lines=False).split())
    except FieldRefused as error:
        if error.code in _MEANS_NO_LINE:
            raise refusal from error
        raise Refused(error.code, error.sentence, error.next_step) from error
    if not line:
        raise refusal
    return line
