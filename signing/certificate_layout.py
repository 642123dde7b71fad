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

from signing.certificate_facts import CertificateFacts, SignerLine
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
from signing.certificate_type import (
    Face,
    Line,
    centred,
    fit_line,
    fit_paragraph,
    right_aligned,
)
from signing.certificate_words import LANGUAGES, METHODS, PROOFS, ROLES, WORDS, shown_words

__all__ = ["lay_out"]

SPARE_FOR_RECORD_HEADING: Final = 45.0
"""With so much height left, the table of facts gets a heading of its own."""
MAX_GRAND_SIGNERS: Final = 2
MAX_SIGNERS: Final = 12
"""As many as a token holds."""


def lay_out(facts: CertificateFacts, modules: int = 69) -> Layout:
    """Place everything that the certificate says.

    Args:
        facts: What it says.
        modules: How many modules the QR code has along a side; it gets as large as they need.
    """
    language = facts.language if facts.language in LANGUAGES else "en"
    side = max(QR_SIDE, modules * MODULE)
    sheet = Sheet(facts, language, Layout(qr_side=side, qr_modules=modules))
    head_end = _head(sheet)
    table_top = place_foot(sheet)
    spare = head_end - table_top - _signers_height(sheet, 0) - SECTION_HEIGHT
    if spare >= SPARE_FOR_RECORD_HEADING:
        section(sheet, "record", table_top + SECTION_HEIGHT)
        spare -= SECTION_HEIGHT
    else:
        sheet.layout.rules.append(Rule(LEFT, table_top, RIGHT, table_top, 0.7, GOLD))
    rows = -(-len(_listed(sheet)) // _columns(sheet))
    stretch = min(max(spare, 0) * 0.3 / max(rows, 1), 14)
    _signers(sheet, head_end - max(spare - stretch * rows, 0) * 0.5, stretch)
    return sheet.layout


def _head(sheet: Sheet) -> float:
    """Emblem, heading, title, number; returns where the head ends."""
    place, radius, base, size = (24.0, 7.0, 40.0, 22) if sheet.dense else (29.5, 9.5, 51.0, 26)
    sheet.layout.emblem = (MIDDLE, PAGE_HEIGHT - place * MILLIMETRE, radius * MILLIMETRE)
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
    label = sheet.word("number")
    if sheet.bilingual:
        label += f" \u00b7 {WORDS['en']['number']}"
    number = Line(f"{label}:  {sheet.facts.number}", Face.SANS, 9.5, SOFT)
    sheet.put(centred(fit_line(number, WIDTH, 6.5), MIDDLE, y))
    return y - 10


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


def _listed(sheet: Sheet) -> tuple[SignerLine, ...]:
    return sheet.facts.signers[:MAX_SIGNERS]


def _columns(sheet: Sheet) -> int:
    return 2 if sheet.dense else 1


def _row_height(sheet: Sheet) -> float:
    if _columns(sheet) == 1:
        return _roomy_scale(sheet) * (47.0 if sheet.bilingual else 40.0)
    return 38.5 if sheet.bilingual else 30.5


def _signers_height(sheet: Sheet, stretch: float) -> float:
    rows = -(-len(_listed(sheet)) // _columns(sheet))
    return SECTION_HEIGHT + rows * (_row_height(sheet) + stretch)


def _signers(sheet: Sheet, top: float, stretch: float) -> None:
    """Each signer: name, then role, method and proof in both languages; time on the right."""
    y = section(sheet, "signed_by", top)
    columns, height = _columns(sheet), _row_height(sheet) + stretch
    for index, signer in enumerate(_listed(sheet)):
        row, column = divmod(index, columns)
        row_top = y - row * height
        if columns == 1:
            _roomy_signer(sheet, signer, row_top - stretch / 2)
        else:
            _narrow_signer(sheet, signer, row_top - stretch / 2, column)
        if row and not column:
            sheet.rule(row_top)


def _describe(signer: SignerLine, language: str) -> str:
    return " \u00b7 ".join(
        (
            ROLES[language][signer.role],
            METHODS[language][signer.method],
            PROOFS[language][signer.proof],
        )
    )


def _seen(sheet: Sheet, signer: SignerLine, language: str) -> str:
    """What the signer was shown, and where if not at the kiosk that sealed; empty if neither."""
    words = []
    if signer.evidence is not None and len(sheet.facts.evidence) > 1:
        words.append(shown_words(signer.evidence, language))
    if signer.kiosk_name not in ("", sheet.facts.kiosk_name):
        words.append(signer.kiosk_name)
    return " \u00b7 ".join(words)


def _roomy_scale(sheet: Sheet) -> float:
    """One or two names are set larger than four."""
    return 1.25 if len(_listed(sheet)) <= MAX_GRAND_SIGNERS else 1.0


def _roomy_signer(sheet: Sheet, signer: SignerLine, top: float) -> None:
    moment, zone = sheet.moment(signer.signed_at)
    scale = _roomy_scale(sheet)
    first, second, third = 16.5 * scale, 30 * scale, 40 * scale
    seen, english_seen = _seen(sheet, signer, sheet.language), _seen(sheet, signer, "en")
    column = [
        Line(f"{moment}  {zone}", Face.SANS, 9.5 * scale, INK),
        Line(seen, Face.SANS, 8.25 * scale, INK),
        Line(english_seen if sheet.bilingual else "", Face.SANS, 7.25 * scale, SOFT),
    ]
    rooms = []
    for line, depth in zip(column, (first, second, third), strict=True):
        placed = right_aligned(fit_line(line, WIDTH * 0.42, 6), RIGHT, top - depth)
        rooms.append(placed.x - 14 - LEFT if line.text else WIDTH)
        if line.text:
            sheet.put(placed)
    name = Line(signer.name, Face.SERIF_SEMIBOLD, 14 * scale, INK)
    sheet.put(fit_line(name, rooms[0], 8).at(LEFT, top - first))
    main = Line(_describe(signer, sheet.language), Face.SANS, 9 * scale, INK)
    sheet.put(fit_line(main, rooms[1], 6).at(LEFT, top - second))
    if sheet.bilingual:
        english = Line(_describe(signer, "en"), Face.SANS, 7.75 * scale, SOFT)
        sheet.put(fit_line(english, rooms[2], 6).at(LEFT, top - third))


def _narrow_signer(sheet: Sheet, signer: SignerLine, top: float, column: int) -> None:
    gap = 18.0
    width = (WIDTH - gap) / 2
    left = LEFT + column * (width + gap)
    moment, zone = sheet.moment(signer.signed_at)
    name = Line(signer.name, Face.SERIF_SEMIBOLD, 10, INK)
    rows = [
        (name, 7.0, 10.0),
        (Line(_describe(signer, sheet.language), Face.SANS, 7, INK), 6.0, 18.5),
    ]
    if sheet.bilingual:
        rows.append((Line(_describe(signer, "en"), Face.SANS, 6.25, SOFT), 6.0, 26.0))
    seen = _seen(sheet, signer, sheet.language)
    when = " \u00b7 ".join(filter(None, (f"{moment} {zone}", seen)))
    rows.append((Line(when, Face.SANS, 6.75, INK), 6.0, 34.0 if sheet.bilingual else 26.5))
    for line, smallest, depth in rows:
        sheet.put(fit_line(line, width, smallest).at(left, top - depth))
