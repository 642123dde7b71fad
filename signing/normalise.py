"""Any PDF in, one that every later step can rely on out. (Being written.)"""

from __future__ import annotations

from dataclasses import dataclass

from signing.page_geometry import PageSize

__all__ = ["MAX_INPUT_BYTES", "MAX_PAGES", "NormalisedPdf", "normalise"]

MAX_INPUT_BYTES = 100 * 1024 * 1024
MAX_PAGES = 1000


@dataclass(frozen=True)
class NormalisedPdf:
    """A document that the rest of `signing` can rely on."""

    data: bytes  # the PDF
    pages: tuple[PageSize, ...]  # visible size of each page, points


def normalise(data: bytes, password: str | None = None) -> NormalisedPdf:
    """Repair, decrypt, flatten and straighten `data`. Raises `InputRefused`."""
    raise NotImplementedError
