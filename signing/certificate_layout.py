"""Where everything stands on the certificate of authenticity, before a line of it is drawn.

`lay_out` turns facts into lines of type, rules and places; `signing.certificate_page` draws them.
Keeping the two apart lets a test compute that nothing overlaps and nothing leaves the page, for
twelve signers with long names as well as for two.

The page is A4. From above: emblem, heading, title and number; the signers, in one column up to four
and in two columns above that; a table of facts; the fingerprint; the QR code with the sentence that
says how to verify. Unused height goes around the signers.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from signing.certificate_facts import CertificateFacts
from signing.certificate_foot import place_foot
from signing.certificate_sheet import (
    GOLD,
    INK,
    LEFT,
    MIDDLE,
    MILLIMETRE,
    MODULE,
    PAGE_HEIGHT,
    QR_SIDE,
    RIGHT,
    SECTION_HEIGHT,
    SOFT,
    WIDTH,
    Layout,
    Rule,
    Sheet,
    section,
)
from signing.certificate_signers import SignerRows
from signing.certificate_type import Face, Line, centred, fit_line, fit_paragraph
from signing.certificate_words import LANGUAGES, WORDS

__all__ = ["lay_out"]

SPARE_FOR_RECORD_HEADING: Final = 45.0
"""With so much height left, the table of facts gets a heading of its own."""


def lay_out(facts: CertificateFacts, modules: int = 69) -> Layout:
    """Place everything that the certificate says.

    Args:
        facts: What it says.
        modules: How many modules the QR code has along a side; it gets as large as they need.
    """
    language = facts.language if facts.language in LANGUAGES else "en"
    side = max(QR_SIDE, modules * MODULE)
    for low_head in (False, True):
        sheet = Sheet(facts, language, Layout(qr_side=side, qr_modules=modules))
        head_end = _head(sheet, low_head)
        table_top = place_foot(sheet)
        rows = SignerRows.fitting(sheet, head_end - table_top - SECTION_HEIGHT)
        if rows.seen_below or not sheet.dense:
            break
    spare = head_end - table_top - SECTION_HEIGHT - rows.height
    if spare >= SPARE_FOR_RECORD_HEADING:
        section(sheet, "record", table_top + SECTION_HEIGHT)
        spare -= SECTION_HEIGHT
    else:
        sheet.layout.rules.append(Rule(LEFT, table_top, RIGHT, table_top, 0.7, GOLD))
    stretch = min(max(spare, 0) * 0.3 / max(len(rows), 1), 14)
    top = head_end - max(spare - stretch * len(rows), 0) * 0.5
    rows.place(section(sheet, "signed_by", top), stretch)
    return sheet.layout


def _head(sheet: Sheet, low: bool) -> float:
    """Emblem, heading, title, number; returns where the head ends.

    Args:
        sheet: What is set.
        low: Whether the emblem stands beside the heading, to leave its height to the signers.
    """
    place, radius, base, size = (24.0, 7.0, 40.0, 22) if sheet.dense else (29.5, 9.5, 51.0, 26)
    middle = MIDDLE
    if low:
        place, base, middle = 24.5, 23.5, LEFT + radius * MILLIMETRE
    sheet.layout.emblem = (middle, PAGE_HEIGHT - place * MILLIMETRE, radius * MILLIMETRE)
    y = PAGE_HEIGHT - base * MILLIMETRE
    heading = Line(sheet.word("certificate"), Face.SERIF_SEMIBOLD, size, INK)
    sheet.put(centred(fit_line(heading, WIDTH, 16), MIDDLE, y))
    if sheet.bilingual:
        y -= 15.5 if sheet.dense else 17
        size = 10 if sheet.dense else 11
        english = Line(WORDS["en"]["certificate"], Face.SERIF, size, SOFT, tracking=0.5)
        sheet.put(centred(english, MIDDLE, y))
    y -= 12 if sheet.dense else 17
    sheet.layout.diamond = (MIDDLE, y)
    sheet.layout.rules += [
        Rule(MIDDLE - 62, y, MIDDLE - 7, y, 0.7, GOLD),
        Rule(MIDDLE + 7, y, MIDDLE + 62, y, 0.7, GOLD),
    ]
    title = Line(sheet.facts.title, Face.SERIF_SEMIBOLD, 13.5 if sheet.dense else 15.5, INK)
    lines = _balanced(fit_paragraph(title, WIDTH - 40, 10, 2), title)
    y -= 6 if sheet.dense else 9
    for line in lines:
        y -= line.size * 1.24
        sheet.put(centred(line, MIDDLE, y))
    y -= 15 if sheet.dense else 18
    named = [(key, value) for key, value in _named(sheet) if value]
    words = " | ".join(f"{_label(sheet, key)}:  {value}" for key, value in named)
    number = Line(words, Face.SANS, 9.5, SOFT)
    sheet.put(centred(fit_line(number, WIDTH, 6.5), MIDDLE, y))
    return y - 10


def _named(sheet: Sheet) -> tuple[tuple[str, str], ...]:
    """What stands under the title: the number and how many pages the document has."""
    return ("number", sheet.facts.number), ("pages", str(sheet.facts.pages))


def _label(sheet: Sheet, key: str) -> str:
    """A word in both languages."""
    words = (sheet.word(key), WORDS["en"][key]) if sheet.bilingual else (sheet.word(key),)
    return " \u00b7 ".join(words)


def _balanced(lines: tuple[Line, ...], title: Line) -> tuple[Line, ...]:
    """The same lines, broken so that the last one is not a single short word."""
    if len(lines) < 2:
        return lines
    size = lines[0].size
    for narrower in range(int(WIDTH - 40), int(WIDTH / 3), -4):
        tried = fit_paragraph(replace(title, size=size), narrower, size, len(lines))
        whole = " ".join(line.text for line in tried) == " ".join(line.text for line in lines)
        if len(tried) != len(lines) or not whole:
            break
        lines = tried
    return lines
