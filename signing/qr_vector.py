"""A QR code as one vector path: runs of dark modules merged into as few rectangles as possible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.exceptions import DataOverflowError

from signing.errors import SigningError

__all__ = ["QUIET_MODULES", "QrCode", "make_qr"]

QUIET_MODULES: Final = 4
"""Light modules that must surround the symbol (ISO/IEC 18004, 6.3.8)."""
MAX_QR_TEXT: Final = 2_400
"""Longer than any certificate token's text: twelve signers with the longest names need 2,200."""


@dataclass(frozen=True)
class QrCode:
    """A symbol without its quiet zone, counted in modules from its top left corner."""

    version: int
    """1 to 40; 13 for a certificate token of 300 bytes."""
    modules: int
    """Modules along a side."""
    rectangles: tuple[tuple[int, int, int, int], ...]
    """Dark parts: column, row, width, height; they do not overlap."""


def make_qr(text: str) -> QrCode:
    """Make a QR code at error correction M.

    Args:
        text: What it says; upper-case address and digits are packed tightly by `qrcode` itself.

    Raises:
        SigningError: code `qr_too_long`.
    """
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    try:
        if len(text) > MAX_QR_TEXT:
            raise DataOverflowError
        code.add_data(text)
        code.make(fit=True)
    except (DataOverflowError, ValueError) as error:
        raise SigningError(
            "qr_too_long",
            "The certificate holds too much text for its QR code.",
            "Shorten the document's title or its number.",
        ) from error
    return QrCode(code.version, code.modules_count, tuple(_rectangles(code.modules)))


def _rectangles(rows: list[list[bool | None]]) -> list[tuple[int, int, int, int]]:
    """Horizontal runs, joined with equal runs of the rows below."""
    finished: list[tuple[int, int, int, int]] = []
    growing: dict[tuple[int, int], int] = {}
    below: list[bool | None] = [False] * len(rows)
    for row, modules in enumerate([*rows, below]):
        runs = _runs(modules)
        for run in [run for run in growing if run not in runs]:
            top = growing.pop(run)
            finished.append((run[0], top, run[1], row - top))
        for run in runs:
            growing.setdefault(run, row)
    return finished


def _runs(modules: list[bool | None]) -> set[tuple[int, int]]:
    """First column and length of each dark run of a row."""
    runs: set[tuple[int, int]] = set()
    start: int | None = None
    for column, dark in enumerate([*modules, False]):
        if dark and start is None:
            start = column
        elif not dark and start is not None:
            runs.add((start, column - start))
            start = None
    return runs
