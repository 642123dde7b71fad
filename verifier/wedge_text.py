"""Undoing a keyboard layout: what a keyboard-wedge scanner meant, from what was typed.

The scanner presses the keys of the US layout, the computer types what its own layout has there:
`HTTPS://` becomes `HTTPSÖ--` on a German one. Every layout in the table (89 of them, without
and with Caps Lock: verifier/keyboard_layouts) can be undone, and the fixed beginning of a
certificate's text tells which one it was. Pure functions; nothing is guessed: a text that no
layout turns into a certificate's is refused.

>>> restore_wedge_text("HTTPSÖ--SZGNET.EXAMPLE-C§210")
'HTTPS://SYGNET.EXAMPLE/C#210'
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from verifier.errors import TokenError
from verifier.keyboard_layouts import KEYS, layouts
from verifier.token_text import MAX_TEXT_CHARACTERS, looks_like_token_text, read_token_text

__all__ = ["readings", "restore_wedge_text", "undo_layout"]


def restore_wedge_text(text: str) -> str:
    """The text of a certificate's QR code as it stands in the code.

    Args:
        text: what a scanner typed, in any of the layouts of the table.

    Raises:
        TokenError: code `text_too_long`; `not_a_certificate_text` when no layout makes it
            begin as a certificate's text does; `token_framing` when one does, but the number
            is cut short or damaged.
    """
    restored = undo_layout(text)
    read_token_text(restored)
    return restored


def undo_layout(text: str) -> str:
    """The reading of a scanned text that is a certificate's; the text itself when none is.

    Unlike `restore_wedge_text` this never raises, and undoes the layout of a damaged text too,
    so that `verify_text` can say what is wrong with it.
    """
    damaged = None
    for reading in readings(text):
        if looks_like_token_text(reading):
            damaged = damaged or reading
            try:
                read_token_text(reading)
            except TokenError:
                continue
            return reading
    return damaged or text.strip()


def readings(text: str) -> Iterator[str]:
    """Everything that a scanned text can have been, as it stands first, each one once.

    A text that is too long for a certificate has none.
    """
    text = text.strip()
    if len(text) > MAX_TEXT_CHARACTERS:
        return
    seen = {text}
    yield text
    for meant in _tables():
        if all(ord(character) in meant for character in text):
            reading = text.translate(meant)
            if reading not in seen:
                seen.add(reading)
                yield reading


@cache
def _tables() -> tuple[dict[int, str], ...]:
    """For each way of typing, what each typed character means."""
    return tuple(
        {ord(typed): key for typed, key in zip(layout.typed, KEYS, strict=True)}
        for layout in layouts()
    )
