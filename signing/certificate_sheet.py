"""The sheet that the certificate is set on: its size, colours and columns, and what is placed.

Sections put lines of type and rules on a `Sheet`; nothing is drawn yet. Lengths are points, places
count from the lower left corner.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from signing.certificate_facts import CertificateFacts
from signing.certificate_type import Face, Line, fit_line
from signing.certificate_words import WORDS

__all__ = [
    "PAGE_HEIGHT",
    "PAGE_WIDTH",
    "QR_SIDE",
    "SMALLEST",
    "Layout",
    "Manner",
    "Rule",
    "Sheet",
    "label",
    "section",
]

MILLIMETRE: Final = 72 / 25.4
PAGE_WIDTH: Final = 210 * MILLIMETRE
PAGE_HEIGHT: Final = 297 * MILLIMETRE
MARGIN: Final = 23 * MILLIMETRE
NARROW_MARGIN: Final = 18 * MILLIMETRE
"""Where many have signed."""
MIDDLE: Final = PAGE_WIDTH / 2
QR_SIDE: Final = 44 * MILLIMETRE
"""The symbol without its quiet zone, at least: 0.64 mm to a module at 69 modules."""
MODULE: Final = 0.58 * MILLIMETRE
"""Smallest module that phones read from paper (docs/certificate-token.md 5.5)."""
SMALLEST: Final = 8.0
"""Smallest type, in points, that is read at arm's length; smaller only where nothing else helps."""

INK: Final = "#16243D"
"""Names and values."""
SOFT: Final = "#5B6678"
"""English beside the main language, and other second things; 5.9 : 1 on white."""
ACCENT: Final = "#1D5A63"
"""Headings of sections and labels."""
GOLD: Final = "#B08D4C"
"""Rules and ornament, never text."""
HAIRLINE: Final = "#C9D2D6"

SECTION_HEIGHT: Final = 15.0
"""Heading of a section and its rule."""


@dataclass(frozen=True)
class Rule:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    weight: float
    colour: str


@dataclass
class Layout:
    """The finished page, in points from the bottom left corner."""

    lines: list[Line] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    emblem: tuple[float, float, float] = (0, 0, 0)
    """Centre and radius."""
    diamond: tuple[float, float] = (0, 0)
    """Centre of the ornament under the heading."""
    qr: tuple[float, float] = (0, 0)
    """Lower left corner of the symbol."""
    qr_side: float = QR_SIDE
    """Side of the symbol, without its quiet zone."""
    qr_modules: int = 69
    """Modules along that side."""

    @property
    def quiet_zone(self) -> float:
        """What must stay white around the symbol: four modules (ISO/IEC 18004, 6.3.8)."""
        return 4 * self.qr_side / self.qr_modules


class Manner(Enum):
    """How much room the signers leave to everything else."""

    SPACIOUS = "spacious"
    """Few have signed: each over the whole width, the emblem above the heading."""
    CLOSE = "close"
    """The same with the emblem beside the heading, to leave its height to the signers."""
    TABLE = "table"
    """Many have signed: they stand in a table, between narrower margins."""


@dataclass(frozen=True)
class Sheet:
    """What every section needs."""

    facts: CertificateFacts
    language: str
    layout: Layout
    manner: Manner = Manner.SPACIOUS

    @property
    def left(self) -> float:
        """Where lines begin."""
        return NARROW_MARGIN if self.manner is Manner.TABLE else MARGIN

    @property
    def right(self) -> float:
        """Where lines end."""
        return PAGE_WIDTH - self.left

    @property
    def width(self) -> float:
        """Between the margins."""
        return self.right - self.left

    @property
    def bilingual(self) -> bool:
        """Whether English stands beside the main language."""
        return self.language != "en"

    def word(self, key: str) -> str:
        """A word in the main language."""
        return WORDS[self.language][key]

    def put(self, line: Line) -> None:
        """Add a line of type."""
        self.layout.lines.append(line)

    def rule(self, y: float, colour: str = HAIRLINE) -> None:
        """Add a line across: a hairline, or a stronger one in gold."""
        weight = 0.5 if colour == HAIRLINE else 0.7
        self.layout.rules.append(Rule(self.left, y, self.right, y, weight, colour))

    def moment(self, moment: datetime) -> tuple[str, str]:
        """A time in the certificate's zone, and the zone."""
        try:
            local = moment.astimezone(ZoneInfo(self.facts.timezone))
        except (ZoneInfoNotFoundError, ValueError):
            local = moment.astimezone(UTC)
        offset = local.strftime("%z")
        return local.strftime("%Y-%m-%d %H:%M:%S"), f"UTC{offset[:3]}:{offset[3:]}"


def section(sheet: Sheet, key: str, y: float) -> float:
    """The heading of a section with its rule; returns the top of what follows."""
    title = Line(sheet.word(key), Face.SERIF_SEMIBOLD, 11, ACCENT, sheet.left, y - 9)
    sheet.put(title)
    if sheet.bilingual:
        sheet.put(Line(WORDS["en"][key], Face.SERIF, 9, SOFT, title.x + title.width + 7, y - 9))
    sheet.rule(y - SECTION_HEIGHT, GOLD)
    return y - SECTION_HEIGHT


def label(sheet: Sheet, key: str, left: float, y: float, width: float, scale: float = 1) -> None:
    """A label in both languages, side by side."""
    label = Line(sheet.word(key), Face.SANS_SEMIBOLD, SMALLEST * scale, ACCENT)
    if not sheet.bilingual or sheet.word(key) == WORDS["en"][key]:
        sheet.put(fit_line(label, width, 6).at(left, y))
        return
    english = Line(WORDS["en"][key], Face.SANS, SMALLEST * scale, SOFT)
    both = label.width + 4 + english.width
    if both > width:
        share = width / both
        label = fit_line(label, label.width * share, 6)
        english = fit_line(english, english.width * share, 6)
    sheet.put(label.at(left, y))
    sheet.put(english.at(left + label.width + 4 * min(width / both, 1), y))
