"""Where everything stands on the certificate of authenticity, before a line of it is drawn.

`lay_out` turns facts into lines of type, rules and places; `signing.certificate_page` draws them.
Keeping the two apart lets a test compute that nothing overlaps and nothing leaves the page, for
twelve signers with long names as well as for two.

The page is A4. From above: emblem, heading, title and number; the signers; a table of facts; the
fingerprint; the QR code with the sentence that says how to verify. The few are set large, the many
in a table; unused height goes around the signers.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from signing.certificate_facts import CertificateFacts
from signing.certificate_foot import place_foot
from signing.certificate_sheet import (
    GOLD,
    INK,
    MIDDLE,
    MILLIMETRE,
    MODULE,
    PAGE_HEIGHT,
    QR_SIDE,
    SECTION_HEIGHT,
    SMALLEST,
    SOFT,
    Layout,
    Manner,
    Rule,
    Sheet,
    section,
)
from signing.certificate_signers import SignerRows
from signing.certificate_table import SignerTable, column_words
from signing.certificate_type import Face, Line, centred, fit_line, fit_paragraph, right_aligned
from signing.certificate_words import LANGUAGES, WORDS

__all__ = ["lay_out"]

SPARE_FOR_RECORD_HEADING: Final = 45.0
"""With so much height left, the table of facts gets a heading of its own."""
BREATH: Final = 62.0
"""Height that larger type leaves free: for that heading and some air."""
SCALES: Final = {
    Manner.SPACIOUS: (1.25, 1.2, 1.15, 1.1, 1.05, 1.0),
    Manner.CLOSE: (1.15, 1.1, 1.05, 1.0),
    Manner.TABLE: (1.2, 1.15, 1.1, 1.05, 1.0, 0.98, 0.96, 0.94, 0.91, 0.88, 0.84, 0.8, 0.75, 0.7),
}
"""How much larger than its smallest the signers' type may be; below 1 where nothing else helps."""


def lay_out(facts: CertificateFacts, modules: int = 69) -> Layout:
    """Place everything that the certificate says.

    Args:
        facts: What it says.
        modules: How many modules the QR code has along a side; it gets as large as they need.
    """
    language = facts.language if facts.language in LANGUAGES else "en"
    side = max(QR_SIDE, modules * MODULE)
    for manner in Manner:
        sheet = Sheet(facts, language, Layout(qr_side=side, qr_modules=modules), manner)
        head_end = _head(sheet)
        table_top = place_foot(sheet)
        height = head_end - table_top - SECTION_HEIGHT
        if rows := _fitting(sheet, height):
            break
    else:
        rows = SignerTable(sheet, SCALES[Manner.TABLE][-1])
    spare = height - rows.height
    if spare >= SPARE_FOR_RECORD_HEADING:
        section(sheet, "record", table_top + SECTION_HEIGHT)
        spare -= SECTION_HEIGHT
    else:
        sheet.rule(table_top, GOLD)
    stretch = min(max(spare, 0) * 0.3 / max(len(rows), 1), 14)
    top = head_end - max(spare - stretch * len(rows), 0) * 0.5
    if isinstance(rows, SignerTable):
        words = Line(column_words(sheet), Face.SANS, SMALLEST, SOFT)
        sheet.put(right_aligned(fit_line(words, sheet.width * 0.66, 6), sheet.right, top - 9))
    rows.place(section(sheet, "signed_by", top), stretch)
    return sheet.layout


def _fitting(sheet: Sheet, height: float) -> SignerRows | SignerTable | None:
    """The signers as large as they fit into a height, if they do."""
    for scale in SCALES[sheet.manner]:
        rows = (SignerTable if sheet.manner is Manner.TABLE else SignerRows)(sheet, scale)
        if scale > 1 and not rows.even:
            continue
        if rows.height <= height - (BREATH if scale > 1 else 0):
            return rows
    return None


def _head(sheet: Sheet) -> float:
    """Emblem, heading, title, number; returns where the head ends."""
    spacious = sheet.manner is Manner.SPACIOUS
    radius = (9.5 if spacious else 7.5) * MILLIMETRE
    place, base, size = (29.5, 51.0, 26.0) if spacious else (23.5, 22.0, 23.0)
    middle = MIDDLE if spacious else sheet.left + radius
    sheet.layout.emblem = (middle, PAGE_HEIGHT - place * MILLIMETRE, radius)
    y = PAGE_HEIGHT - base * MILLIMETRE
    heading = Line(sheet.word("certificate"), Face.SERIF_SEMIBOLD, size, INK)
    room = sheet.width if spacious else sheet.width - 4 * radius - 16
    sheet.put(centred(fit_line(heading, room, 16), MIDDLE, y))
    if sheet.bilingual:
        y -= 17 if spacious else 15
        english = Line(
            WORDS["en"]["certificate"], Face.SERIF, 11 if spacious else 10, SOFT, tracking=0.5
        )
        sheet.put(centred(english, MIDDLE, y))
    y -= 17 if spacious else 12 if sheet.bilingual else 18
    sheet.layout.diamond = (MIDDLE, y)
    sheet.layout.rules += [
        Rule(MIDDLE - 62, y, MIDDLE - 7, y, 0.7, GOLD),
        Rule(MIDDLE + 7, y, MIDDLE + 62, y, 0.7, GOLD),
    ]
    y -= 9 if spacious else 6
    for line in _title(sheet):
        y -= line.size * 1.24
        sheet.put(centred(line, MIDDLE, y))
    y -= 18 if spacious else 15
    named = [(key, value) for key, value in _named(sheet) if value]
    words = "  |  ".join(f"{_label(sheet, key)}:  {value}" for key, value in named)
    number = Line(words, Face.SANS, 9.5, SOFT)
    sheet.put(centred(fit_line(number, sheet.width, 6.5), MIDDLE, y))
    return y - (10 if spacious else 7)


def _title(sheet: Sheet) -> tuple[Line, ...]:
    """The title on one line or two; on one, hardly smaller, where many have signed."""
    sizes = {Manner.SPACIOUS: (15.5, 15.5), Manner.CLOSE: (13.5, 13.0), Manner.TABLE: (13.5, 12.0)}
    size, least = sizes[sheet.manner]
    title = Line(sheet.facts.title, Face.SERIF_SEMIBOLD, size, INK)
    one = fit_line(title, sheet.width - 40, least)
    if one.stretch == 1:
        return (one,)
    return _balanced(fit_paragraph(title, sheet.width - 40, 10, 2), title, sheet.width)


def _named(sheet: Sheet) -> tuple[tuple[str, str], ...]:
    """What stands under the title: the number and how many pages the document has."""
    return ("number", sheet.facts.number), ("pages", str(sheet.facts.pages))


def _label(sheet: Sheet, key: str) -> str:
    """A word in both languages."""
    words = (sheet.word(key), WORDS["en"][key]) if sheet.bilingual else (sheet.word(key),)
    return " \u00b7 ".join(words)


def _balanced(lines: tuple[Line, ...], title: Line, width: float) -> tuple[Line, ...]:
    """The same lines, broken so that the last one is not a single short word."""
    if len(lines) < 2:
        return lines
    size = lines[0].size
    for narrower in range(int(width - 40), int(width / 3), -4):
        tried = fit_paragraph(replace(title, size=size), narrower, size, len(lines))
        whole = " ".join(line.text for line in tried) == " ".join(line.text for line in lines)
        if len(tried) != len(lines) or not whole:
            break
        lines = tried
    return lines
