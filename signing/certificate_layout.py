"""Where everything stands on the certificate of authenticity, before a line of it is drawn.

`lay_out` turns facts into lines of type, rules and places; `signing.certificate_page` draws them.
Keeping the two apart lets a test compute that nothing overlaps and nothing leaves the page, for
twelve signers with long names as well as for two.

The page is A4. From above: emblem, heading, title and number; the signers, in one column up to four
and in two columns above that; a table of facts; the fingerprint; the QR code with the sentence that
says how to verify. Unused height goes around the signers.
"""

from __future__ import annotations

from typing import Final

from signing.certificate_facts import CertificateFacts, SignerLine
from signing.certificate_foot import place_foot
from signing.certificate_sheet import (
    GOLD,
    INK,
    LEFT,
    MIDDLE,
    MILLIMETRE,
    PAGE_HEIGHT,
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
from signing.certificate_words import LANGUAGES, METHODS, PROOFS, ROLES, WORDS

__all__ = ["lay_out"]

MAX_ROOMY_SIGNERS: Final = 4
"""Up to this many signers get a row of their own; more go into two columns."""
SPARE_FOR_RECORD_HEADING: Final = 45.0
"""With so much height left, the table of facts gets a heading of its own."""
MAX_SIGNERS: Final = 12
"""More are not listed one by one; a token holds eight."""


def lay_out(facts: CertificateFacts) -> Layout:
    """Place everything that the certificate says."""
    language = facts.language if facts.language in LANGUAGES else "en"
    sheet = Sheet(facts, language, Layout())
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
    sheet.layout.emblem = (MIDDLE, PAGE_HEIGHT - 29.5 * MILLIMETRE, 9.5 * MILLIMETRE)
    y = PAGE_HEIGHT - 51 * MILLIMETRE
    heading = Line(sheet.word("certificate"), Face.SERIF_SEMIBOLD, 26, INK)
    sheet.put(centred(fit_line(heading, WIDTH, 16), MIDDLE, y))
    if sheet.bilingual:
        y -= 17
        english = Line(WORDS["en"]["certificate"], Face.SERIF, 11, SOFT, tracking=0.5)
        sheet.put(centred(english, MIDDLE, y))
    y -= 17
    sheet.layout.diamond = (MIDDLE, y)
    sheet.layout.rules += [
        Rule(MIDDLE - 62, y, MIDDLE - 7, y, 0.7, GOLD),
        Rule(MIDDLE + 7, y, MIDDLE + 62, y, 0.7, GOLD),
    ]
    title = Line(sheet.facts.title, Face.SERIF_SEMIBOLD, 15.5, INK)
    lines = fit_paragraph(title, WIDTH - 40, 10, 2)
    y -= 9
    for line in lines:
        y -= line.size * 1.24
        sheet.put(centred(line, MIDDLE, y))
    y -= 18
    label = sheet.word("number")
    if sheet.bilingual:
        label += f" \u00b7 {WORDS['en']['number']}"
    number = Line(f"{label}:  {sheet.facts.number}", Face.SANS, 9.5, SOFT)
    sheet.put(centred(fit_line(number, WIDTH, 6.5), MIDDLE, y))
    return y - 10


def _listed(sheet: Sheet) -> tuple[SignerLine, ...]:
    return sheet.facts.signers[:MAX_SIGNERS]


def _columns(sheet: Sheet) -> int:
    return 1 if len(_listed(sheet)) <= MAX_ROOMY_SIGNERS else 2


def _row_height(sheet: Sheet) -> float:
    if _columns(sheet) == 1:
        return 46.0 if sheet.bilingual else 37.0
    return 32.5 if sheet.bilingual else 26.0


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


def _roomy_signer(sheet: Sheet, signer: SignerLine, top: float) -> None:
    moment, zone = sheet.moment(signer.signed_at)
    time_line = right_aligned(Line(moment, Face.SANS, 9.5, INK), RIGHT, top - 16.5)
    sheet.put(time_line)
    sheet.put(right_aligned(Line(zone, Face.SANS, 7.5, SOFT), RIGHT, top - 28.5))
    room = time_line.x - 14 - LEFT
    name = Line(signer.name, Face.SERIF_SEMIBOLD, 13.5, INK)
    sheet.put(fit_line(name, room, 8).at(LEFT, top - 16.5))
    main = Line(_describe(signer, sheet.language), Face.SANS, 8.75, INK)
    sheet.put(fit_line(main, room, 6).at(LEFT, top - 30))
    if sheet.bilingual:
        english = Line(_describe(signer, "en"), Face.SANS, 7.5, SOFT)
        sheet.put(fit_line(english, room, 6).at(LEFT, top - 40))


def _narrow_signer(sheet: Sheet, signer: SignerLine, top: float, column: int) -> None:
    gap = 18.0
    width = (WIDTH - gap) / 2
    left = LEFT + column * (width + gap)
    moment, zone = sheet.moment(signer.signed_at)
    time_line = right_aligned(Line(moment, Face.SANS, 7, INK), left + width, top - 11)
    sheet.put(time_line)
    zone_line = right_aligned(Line(zone, Face.SANS, 6, SOFT), left + width, top - 19)
    sheet.put(zone_line)
    name = Line(signer.name, Face.SERIF_SEMIBOLD, 10, INK)
    sheet.put(fit_line(name, time_line.x - 6 - left, 7).at(left, top - 11))
    main = Line(_describe(signer, sheet.language), Face.SANS, 7, INK)
    sheet.put(fit_line(main, zone_line.x - 6 - left, 5.5).at(left, top - 19.5))
    if sheet.bilingual:
        english = Line(_describe(signer, "en"), Face.SANS, 6, SOFT)
        sheet.put(fit_line(english, width, 5.5).at(left, top - 27))
