"""All targets by name."""

from __future__ import annotations

from typing import Final

from tests.fuzz import pdfs, pictures, tokens, trust
from tests.fuzz.target import Target

__all__ = ["TARGETS"]

TARGETS: Final[dict[str, Target]] = {
    target.name: target
    for target in (
        tokens.TOKEN,
        tokens.TEXT,
        trust.TRUST_LIST,
        trust.TRUST_FOLDER,
        trust.ROOTS,
        pictures.PICTURE,
        pdfs.PDF,
        pdfs.FOREIGN,
        pdfs.PAGE,
    )
}
"""What `python -m tests.fuzz` knows."""
