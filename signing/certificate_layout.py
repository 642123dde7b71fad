"""Where everything stands on the certificate of authenticity, before a line of it is drawn.

`lay_out` turns facts into lines of type, rules and places; `signing.certificate_page` draws them.
Keeping the two apart lets a test compute that nothing overlaps and nothing leaves the page, for
twelve signers with long names as well as for two.

The page is A4. From above: emblem, heading, title and number; the signers, in one column up to four
and in two columns above that; a table of facts; the fingerprint; the QR code with the sentence that
says how to verify. Unused height goes around the signers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from signing.certificate_facts import CertificateFacts, SignerLine
from signing.certificate_type import (
    Face,
    Line,
    centred,
    fit_line,
    fit_paragraph,
    right_aligned,
)
from signing.certificate_words import (
    LANGUAGES,
    METHODS,
    PROOFS,
    ROLES,
    TIME_QUALITIES,
    WORDS,
    duration,
)

__all__ = ["PAGE_HEIGHT", "PAGE_WIDTH", "QR_SIDE", "Layout", "Rule", "lay_out"]

MILLIMETRE: Final = 72 / 25.4
PAGE_WIDTH: Final = 210 * MILLIMETRE
PAGE_HEIGHT: Final = 297 * MILLIMETRE
LEFT: Final = 23 * MILLIMETRE
RIGHT: Final = PAGE_WIDTH - LEFT
WIDTH: Final = RIGHT - LEFT
MIDDLE: Final = PAGE_WIDTH / 2
QR_SIDE: Final = 44 * MILLIMETRE
"""The symbol without its quiet zone: 0.64 mm to a module at 69 modules."""
QR_QUIET_SHARE: Final = 4 / 69
"""Quiet zone that is kept free, as a share of the side; larger symbols need less."""
QR_BOTTOM: Final = 21.5 * MILLIMETRE

INK: Final = "#16243D"
"""Names and values."""
SOFT: Final = "#5B6678"
"""English beside the main language, and other second things; 5.9 : 1 on white."""
ACCENT: Final = "#1D5A63"
"""Headings of sections and labels."""
GOLD: Final = "#B08D4C"
"""Rules and ornament, never text."""
HAIRLINE: Final = "#C9D2D6"

MAX_ROOMY_SIGNERS: Final = 4
"""Up to this many signers get a row of their own; more go into two columns."""
SECTION_HEIGHT: Final = 15.0
"""Heading of a section and its rule."""
SPARE_FOR_RECORD_HEADING: Final = 45.0
"""With so much height left, the table of facts gets a heading of its own."""
MAX_SIGNERS: Final = 12
"""More are not listed one by one; a token holds eight."""


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


@dataclass(frozen=True)
class _Page:
    """What every section needs."""

    facts: CertificateFacts
    language: str
    layout: Layout

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

    def rule(self, y: float, left: float = LEFT, right: float = RIGHT) -> None:
        """Add a hairline across."""
        self.layout.rules.append(Rule(left, y, right, y, 0.5, HAIRLINE))

    def moment(self, moment: datetime) -> tuple[str, str]:
        """A time in the certificate's zone, and the zone."""
        try:
            local = moment.astimezone(ZoneInfo(self.facts.timezone))
        except (ZoneInfoNotFoundError, ValueError):
            local = moment.astimezone(UTC)
        offset = local.strftime("%z")
        return local.strftime("%Y-%m-%d %H:%M:%S"), f"UTC{offset[:3]}:{offset[3:]}"


def lay_out(facts: CertificateFacts) -> Layout:
    """Place everything that the certificate says."""
    language = facts.language if facts.language in LANGUAGES else "en"
    page = _Page(facts, language, Layout())
    head_end = _head(page)
    table_top = _foot(page)
    spare = head_end - table_top - _signers_height(page, 0) - SECTION_HEIGHT
    if spare >= SPARE_FOR_RECORD_HEADING:
        _section(page, "record", table_top + SECTION_HEIGHT)
        spare -= SECTION_HEIGHT
    else:
        page.layout.rules.append(Rule(LEFT, table_top, RIGHT, table_top, 0.7, GOLD))
    rows = -(-len(_listed(page)) // _columns(page))
    stretch = min(max(spare, 0) * 0.3 / max(rows, 1), 14)
    _signers(page, head_end - max(spare - stretch * rows, 0) * 0.45, stretch)
    return page.layout


def _head(page: _Page) -> float:
    """Emblem, heading, title, number; returns where the head ends."""
    page.layout.emblem = (MIDDLE, PAGE_HEIGHT - 29.5 * MILLIMETRE, 9.5 * MILLIMETRE)
    y = PAGE_HEIGHT - 51 * MILLIMETRE
    heading = Line(page.word("certificate"), Face.SERIF_SEMIBOLD, 26, INK)
    page.put(centred(fit_line(heading, WIDTH, 16), MIDDLE, y))
    if page.bilingual:
        y -= 17
        english = Line(WORDS["en"]["certificate"], Face.SERIF, 11, SOFT, tracking=0.5)
        page.put(centred(english, MIDDLE, y))
    y -= 17
    page.layout.diamond = (MIDDLE, y)
    page.layout.rules += [
        Rule(MIDDLE - 62, y, MIDDLE - 7, y, 0.7, GOLD),
        Rule(MIDDLE + 7, y, MIDDLE + 62, y, 0.7, GOLD),
    ]
    title = Line(page.facts.title, Face.SERIF_SEMIBOLD, 15.5, INK)
    lines = fit_paragraph(title, WIDTH - 40, 10, 2)
    y -= 9
    for line in lines:
        y -= line.size * 1.24
        page.put(centred(line, MIDDLE, y))
    y -= 18
    label = page.word("number")
    if page.bilingual:
        label += f" \u00b7 {WORDS['en']['number']}"
    number = Line(f"{label}:  {page.facts.number}", Face.SANS, 9.5, SOFT)
    page.put(centred(fit_line(number, WIDTH, 6.5), MIDDLE, y))
    return y - 10


def _section(page: _Page, key: str, y: float) -> float:
    """The heading of a section with its rule; returns the top of what follows."""
    title = Line(page.word(key), Face.SERIF_SEMIBOLD, 11, ACCENT, LEFT, y - 9)
    page.put(title)
    if page.bilingual:
        page.put(Line(WORDS["en"][key], Face.SERIF, 9, SOFT, LEFT + title.width + 7, y - 9))
    bottom = y - SECTION_HEIGHT
    page.layout.rules.append(Rule(LEFT, bottom, RIGHT, bottom, 0.7, GOLD))
    return bottom


def _listed(page: _Page) -> tuple[SignerLine, ...]:
    return page.facts.signers[:MAX_SIGNERS]


def _columns(page: _Page) -> int:
    return 1 if len(_listed(page)) <= MAX_ROOMY_SIGNERS else 2


def _row_height(page: _Page) -> float:
    if _columns(page) == 1:
        return 46.0 if page.bilingual else 37.0
    return 32.5 if page.bilingual else 26.0


def _signers_height(page: _Page, stretch: float) -> float:
    rows = -(-len(_listed(page)) // _columns(page))
    return SECTION_HEIGHT + rows * (_row_height(page) + stretch)


def _signers(page: _Page, top: float, stretch: float) -> None:
    """Each signer: name, then role, method and proof in both languages; time on the right."""
    y = _section(page, "signed_by", top)
    columns, height = _columns(page), _row_height(page) + stretch
    for index, signer in enumerate(_listed(page)):
        row, column = divmod(index, columns)
        row_top = y - row * height
        if columns == 1:
            _roomy_signer(page, signer, row_top - stretch / 2)
        else:
            _narrow_signer(page, signer, row_top - stretch / 2, column)
        if row and not column:
            page.rule(row_top)


def _describe(signer: SignerLine, language: str) -> str:
    return " \u00b7 ".join(
        (
            ROLES[language][signer.role],
            METHODS[language][signer.method],
            PROOFS[language][signer.proof],
        )
    )


def _roomy_signer(page: _Page, signer: SignerLine, top: float) -> None:
    moment, zone = page.moment(signer.signed_at)
    time_line = right_aligned(Line(moment, Face.SANS, 9.5, INK), RIGHT, top - 16.5)
    page.put(time_line)
    page.put(right_aligned(Line(zone, Face.SANS, 7.5, SOFT), RIGHT, top - 28.5))
    room = time_line.x - 14 - LEFT
    name = Line(signer.name, Face.SERIF_SEMIBOLD, 13.5, INK)
    page.put(fit_line(name, room, 8).at(LEFT, top - 16.5))
    main = Line(_describe(signer, page.language), Face.SANS, 8.75, INK)
    page.put(fit_line(main, room, 6).at(LEFT, top - 30))
    if page.bilingual:
        english = Line(_describe(signer, "en"), Face.SANS, 7.5, SOFT)
        page.put(fit_line(english, room, 6).at(LEFT, top - 40))


def _narrow_signer(page: _Page, signer: SignerLine, top: float, column: int) -> None:
    gap = 18.0
    width = (WIDTH - gap) / 2
    left = LEFT + column * (width + gap)
    moment, zone = page.moment(signer.signed_at)
    time_line = right_aligned(Line(moment, Face.SANS, 7, INK), left + width, top - 11)
    page.put(time_line)
    zone_line = right_aligned(Line(zone, Face.SANS, 6, SOFT), left + width, top - 19)
    page.put(zone_line)
    name = Line(signer.name, Face.SERIF_SEMIBOLD, 10, INK)
    page.put(fit_line(name, time_line.x - 6 - left, 7).at(left, top - 11))
    main = Line(_describe(signer, page.language), Face.SANS, 7, INK)
    page.put(fit_line(main, zone_line.x - 6 - left, 5.5).at(left, top - 19.5))
    if page.bilingual:
        english = Line(_describe(signer, "en"), Face.SANS, 6, SOFT)
        page.put(fit_line(english, width, 5.5).at(left, top - 27))


def _foot(page: _Page) -> float:
    """Facts, fingerprint, QR and how to verify, from below; returns where they begin."""
    qr_top = _how_to_verify(page)
    hash_top = _fingerprint(page, qr_top + 13)
    return _facts_table(page, hash_top + 6)


def _how_to_verify(page: _Page) -> float:
    """The QR code on the left, the sentence on the right; returns the top of both."""
    quiet = QR_SIDE * QR_QUIET_SHARE
    page.layout.qr = (LEFT, QR_BOTTOM)
    top = QR_BOTTOM + QR_SIDE
    left = LEFT + QR_SIDE + quiet + 12
    width = RIGHT - left
    heading = Line(page.word("how"), Face.SERIF_SEMIBOLD, 13, ACCENT, left, top - 10)
    page.put(heading)
    if page.bilingual:
        page.put(Line(WORDS["en"]["how"], Face.SERIF, 10, SOFT, left + heading.width + 8, top - 10))
    y = top - 16
    parts = [(page.language, 9.0 if page.bilingual else 10.0, INK)]
    if page.bilingual:
        parts.append(("en", 8.0, SOFT))
    for language, size, colour in parts:
        text = Line(WORDS[language]["how_text"], Face.SANS, size, colour)
        for line in fit_paragraph(text, width, 6, 6):
            y -= line.size * 1.32
            page.put(line.at(left, y))
        y -= 5
    return top + quiet


def _fingerprint(page: _Page, y: float) -> float:
    """The hash in eight groups of eight digits on one row; returns the top of the section."""
    text = page.facts.covered_sha256.hex()
    groups = [text[start : start + 8] for start in range(0, len(text), 8)]
    lines = [Line(group, Face.SANS_SEMIBOLD, 9.5, INK) for group in groups]
    gap = (WIDTH - sum(line.width for line in lines)) / (len(lines) - 1)
    x = LEFT
    for line in lines:
        page.put(line.at(x, y))
        x += line.width + gap
    _label(page, "hash", LEFT, y + 12.5, WIDTH)
    page.layout.rules.append(Rule(LEFT, y + 25, RIGHT, y + 25, 0.5, HAIRLINE))
    return y + 25


def _label(page: _Page, key: str, left: float, y: float, width: float) -> None:
    """A label in both languages, side by side."""
    label = Line(page.word(key), Face.SANS_SEMIBOLD, 7.25, ACCENT)
    if not page.bilingual or page.word(key) == WORDS["en"][key]:
        page.put(fit_line(label, width, 5.5).at(left, y))
        return
    english = Line(WORDS["en"][key], Face.SANS, 6.75, SOFT)
    both = label.width + 4 + english.width
    if both > width:
        share = width / both
        label = fit_line(label, label.width * share, 5.5)
        english = fit_line(english, english.width * share, 5.5)
    page.put(label.at(left, y))
    page.put(english.at(left + label.width + 4 * min(width / both, 1), y))


def _facts_table(page: _Page, y: float) -> float:
    """Twelve facts in three columns; returns the top of the table."""
    rows = _facts_rows(page)
    gap = 14.0
    column = (WIDTH - 2 * gap) / 3
    heights = [_facts_row_height(page, row) for row in rows]
    top = base = y + sum(heights)
    for row, height in zip(rows, heights, strict=True):
        left = LEFT
        for key, value, english, span in row:
            width = column * span + gap * (span - 1)
            _label(page, key, left, base - 8.5, width)
            text = Line(value, Face.SANS, 9, INK)
            page.put(fit_line(text, width, 6).at(left, base - 19.25))
            if page.bilingual and english and english != value:
                second = Line(english, Face.SANS, 6.75, SOFT)
                page.put(fit_line(second, width, 5.5).at(left, base - 27.5))
            left += width + gap
        base -= height
    return top + 5


def _facts_row_height(page: _Page, row: list[tuple[str, str, str, int]]) -> float:
    """Rows with English below a value are higher."""
    second = page.bilingual and any(english and english != value for _, value, english, _ in row)
    return 35.0 if second else 27.0


def _facts_rows(page: _Page) -> list[list[tuple[str, str, str, int]]]:
    """Key of the label, value, value in English, columns."""
    facts, language = page.facts, page.language
    identifier = facts.document_id.hex()
    groups = " ".join(identifier[start : start + 4] for start in range(0, len(identifier), 4))
    moment, zone = page.moment(facts.issued_at)
    clock = (TIME_QUALITIES[language][facts.time_quality], TIME_QUALITIES["en"][facts.time_quality])
    shown = [_shown(facts, language), _shown(facts, "en")]
    trust = [_trust(page, language), _trust(page, "en")]
    return [
        [("document_id", groups, "", 2), ("pages", str(facts.pages), "", 1)],
        [
            ("issued", moment, zone, 1),
            ("clock", *clock, 1),
            ("kiosk", facts.kiosk_name, "", 1),
        ],
        [
            ("shown", shown[0], shown[1], 1),
            ("trust", trust[0], trust[1], 1),
            ("journal", str(facts.journal_position), "", 1),
        ],
        [
            ("consent", f"{facts.evidence.consent_version} ({facts.evidence.language})", "", 1),
            ("software", facts.software_version, "", 1),
            ("online", facts.host.lower(), "", 1),
        ],
    ]


def _shown(facts: CertificateFacts, language: str) -> str:
    evidence = facts.evidence
    return WORDS[language]["shown_value"].format(
        shown=evidence.pages_shown,
        total=evidence.pages_total,
        time=duration(evidence.seconds_reading, language),
    )


def _trust(page: _Page, language: str) -> str:
    date = page.moment(page.facts.trust_as_of)[0][:10]
    return WORDS[language]["trust_value"].format(version=page.facts.trust_version, date=date)
