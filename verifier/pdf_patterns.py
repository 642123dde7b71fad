"""Patterns over the bytes of a PDF, in which white space is what PDF readers take for it.

Python counts the vertical tab as white space, ISO 32000-2 (7.2.3) does not: to a reader it is a
letter of the word before. One of the two would see another file.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["WHITE_SPACE", "pdf_pattern"]

WHITE_SPACE: Final = b"\t\n\f\r "
"""White space of PDF; the null byte has no place where we look for it."""

_SPACE: Final = rb"\t\n\f\r "
_PART: Final = re.compile(rb"\\.|.", re.DOTALL)


def pdf_pattern(written: bytes, flags: int = 0) -> re.Pattern[bytes]:
    r"""Compile a pattern whose `\s` is white space of PDF but the null byte.

    Args:
        written: the pattern; its classes contain no other class and no bracket unescaped.
        flags: of `re`.
    """
    parts, inside = list[bytes](), False
    for part in _PART.findall(written):
        if part == rb"\s":
            parts.append(_SPACE if inside else b"[" + _SPACE + b"]")
            continue
        inside = (inside or part == b"[") and part != b"]"
        parts.append(part)
    return re.compile(b"".join(parts), flags)
