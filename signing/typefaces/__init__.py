"""The typefaces that go into PDFs, and where their files are.

All have 1000 units per em (pyHanko writes glyph widths unscaled) and no hinting, and hold Polish,
German and Ukrainian letters; the text faces also Greek, Georgian, Armenian and Vietnamese ones. The
text faces, which are embedded, have no layout tables; the handwriting faces, which become outlines,
keep their kerning. `python -m signing.typefaces.build` makes them anew from the npm packages named
there; the result is committed, so that setting up needs no network.
All are under the SIL Open Font License, version 1.1, its text beside each.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTFont

__all__ = [
    "BAD_SCRIPT",
    "CAVEAT",
    "COMFORTER",
    "FOLDER",
    "GREAT_VIBES",
    "SANS",
    "SANS_SEMIBOLD",
    "SERIF",
    "SERIF_SEMIBOLD",
    "UNITS_PER_EM",
    "letters_of",
    "missing_letters",
]

FOLDER: Final = Path(__file__).parent
UNITS_PER_EM: Final = 1000

SANS: Final = FOLDER / "NotoSans-Regular.ttf"
"""Values in fields and the small text of the certificate."""
SANS_SEMIBOLD: Final = FOLDER / "NotoSans-SemiBold.ttf"
"""What stands out in the small text."""
SERIF: Final = FOLDER / "NotoSerif-Regular.ttf"
"""The certificate's running text."""
SERIF_SEMIBOLD: Final = FOLDER / "NotoSerif-SemiBold.ttf"
"""The certificate's headings."""
CAVEAT: Final = FOLDER / "Caveat-Regular.ttf"
"""A quick, upright hand."""
BAD_SCRIPT: Final = FOLDER / "BadScript-Regular.ttf"
"""A fine pen, as at school."""
GREAT_VIBES: Final = FOLDER / "GreatVibes-Regular.ttf"
"""A formal copperplate hand."""
COMFORTER: Final = FOLDER / "Comforter-Regular.ttf"
"""A hasty signature."""


@cache
def letters_of(path: Path) -> frozenset[str]:
    """The characters that a typeface can draw."""
    with TTFont(path, lazy=True) as font:
        return frozenset(chr(code) for code in font.getBestCmap())


def missing_letters(text: str, path: Path) -> str:
    """The characters of `text` that a typeface lacks, each once, in order; white space is fine."""
    letters = letters_of(path)
    return "".join(dict.fromkeys(c for c in text if c not in letters and not c.isspace()))
