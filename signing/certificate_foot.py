"""The lower half of the certificate: facts, fingerprint, QR code and how to verify."""

from __future__ import annotations

from typing import Final, NamedTuple

from signing.certificate_facts import CertificateFacts
from signing.certificate_sheet import (
    ACCENT,
    INK,
    MIDDLE,
    MILLIMETRE,
    SMALLEST,
    SOFT,
    Manner,
    Sheet,
    label,
)
from signing.certificate_type import LEADING, Face, Line, centred, fit_line, fit_paragraph
from signing.certificate_words import TIME_QUALITIES, WORDS, shown_words

__all__ = ["place_foot"]

MAX_FOR_LARGE_FACTS: Final = 3
"""With more signers than this their names need the height."""
NOTHING: Final = "\u2013"
"""Stands where there is nothing to say."""
QR_BOTTOM: Final = 19.9 * MILLIMETRE
TIME_NOTE: Final = 15.0 * MILLIMETRE
"""Baseline of the last line on the page."""
LARGE_SYMBOL: Final = 50 * MILLIMETRE
"""Beside a symbol of this side there is room for the fingerprint too."""


class Fact(NamedTuple):
    """One cell of the table of facts."""

    key: str
    """Of its label."""
    value: str
    english: str
    """The value in English, if that is another."""
    share: float
    """Of the table's width."""


def place_foot(sheet: Sheet) -> float:
    """Facts, fingerprint, QR and how to verify, from below; returns where they begin."""
    layout = sheet.layout
    layout.qr = (sheet.left, QR_BOTTOM)
    top = QR_BOTTOM + layout.qr_side
    left = sheet.left + layout.qr_side + layout.quiet_zone + 12
    beside = layout.qr_side >= LARGE_SYMBOL
    _time_note(sheet)
    floor = _fingerprint_beside(sheet, left) if beside else QR_BOTTOM
    _how_to_verify(sheet, left, top, floor)
    rise = top + layout.quiet_zone
    if not beside:
        rise = _fingerprint(sheet, rise + 13)
    return _facts_table(sheet, rise + 2)


def _how_to_verify(sheet: Sheet, left: float, top: float, floor: float) -> None:
    """The sentence beside the symbol, as large as it fits between `floor` and `top`."""
    width = sheet.right - left
    heading = Line(sheet.word("how"), Face.SERIF_SEMIBOLD, 13, ACCENT, left, top - 10)
    sheet.put(heading)
    if sheet.bilingual:
        sheet.put(
            Line(WORDS["en"]["how"], Face.SERIF, 10, SOFT, left + heading.width + 8, top - 10)
        )
    size = 9.5 if sheet.bilingual else 11.0
    lines = _sentences(sheet, width, size)
    while size > SMALLEST and _height_of(lines) > top - 16 - floor:
        size -= 0.25
        lines = _sentences(sheet, width, size)
    y = top - 16
    for paragraph in lines:
        for line in paragraph:
            y -= line.size * LEADING
            sheet.put(line.at(left, y))
        y -= 5


def _sentences(sheet: Sheet, width: float, size: float) -> list[tuple[Line, ...]]:
    """How to verify, in one language or two, at a size."""
    parts = [(sheet.language, size, INK)]
    if sheet.bilingual:
        parts.append(("en", max(size - 1, SMALLEST), SOFT))
    return [
        fit_paragraph(
            Line(WORDS[language]["how_text"], Face.SANS, height, colour), width, height, 99
        )
        for language, height, colour in parts
    ]


def _height_of(paragraphs: list[tuple[Line, ...]]) -> float:
    """Height of paragraphs down to the lowest descender."""
    lines = sum(line.size * LEADING for paragraph in paragraphs for line in paragraph)
    return lines + 5 * (len(paragraphs) - 1) + 2


def _time_note(sheet: Sheet) -> None:
    """Whose the time is, at the very foot, when the kiosk time-stamps."""
    if not sheet.facts.time_stamped:
        return
    words = [sheet.word("stamped")]
    if sheet.bilingual:
        words.append(WORDS["en"]["stamped"])
    note = Line("  \u00b7  ".join(words), Face.SANS, SMALLEST, SOFT)
    sheet.put(centred(fit_line(note, sheet.width, 6), MIDDLE, TIME_NOTE))


def _fingerprint(sheet: Sheet, y: float) -> float:
    """The hash in eight groups of eight digits on one row; returns the top of the section."""
    lines = _groups(sheet, 9.5)
    gap = (sheet.width - sum(line.width for line in lines)) / (len(lines) - 1)
    x = sheet.left
    for line in lines:
        sheet.put(line.at(x, y))
        x += line.width + gap
    label(sheet, "hash", sheet.left, y + 12.5, sheet.width)
    sheet.rule(y + 25)
    return y + 25


def _fingerprint_beside(sheet: Sheet, left: float) -> float:
    """The hash on two rows beside a large symbol; returns the top of the section."""
    y, width = QR_BOTTOM + 2, sheet.right - left
    lines = _groups(sheet, 8.75)
    share = width / 4
    for place, line in enumerate(lines):
        row, column = divmod(place, 4)
        sheet.put(line.at(left + column * share, y + (1 - row) * 11))
    label(sheet, "hash", left, y + 23.5, width)
    return y + 34


def _groups(sheet: Sheet, size: float) -> list[Line]:
    """The hash in eight groups of eight digits."""
    text = sheet.facts.covered_sha256.hex()
    groups = [text[start : start + 8] for start in range(0, len(text), 8)]
    return [Line(group, Face.SANS_SEMIBOLD, size, INK) for group in groups]


def _facts_table(sheet: Sheet, y: float) -> float:
    """The facts, row by row; returns the top of the table."""
    rows, scale, gap = _facts_rows(sheet), _facts_scale(sheet), 14.0
    heights = [_facts_row_height(sheet, row) for row in rows]
    top = base = y + sum(heights)
    for row, height in zip(rows, heights, strict=True):
        left = sheet.left
        for fact in row:
            width = (sheet.width + gap) * fact.share - gap
            label(sheet, fact.key, left, base - 8.5 * scale, width, scale)
            text = Line(fact.value or NOTHING, Face.SANS, 9.25 * scale, INK)
            sheet.put(fit_line(text, width, 6).at(left, base - 19.75 * scale))
            if _in_english(sheet, fact):
                second = Line(fact.english, Face.SANS, SMALLEST * scale, SOFT)
                sheet.put(fit_line(second, width, 6).at(left, base - 29.5 * scale))
            left += width + gap
        base -= height
    return top + 4


def _in_english(sheet: Sheet, fact: Fact) -> bool:
    """Whether English stands below a value."""
    return sheet.bilingual and fact.english not in ("", fact.value)


def _facts_row_height(sheet: Sheet, row: list[Fact]) -> float:
    """Rows with English below a value are higher."""
    second = any(_in_english(sheet, fact) for fact in row)
    return _facts_scale(sheet) * (36.5 if second else 27.0)


def _facts_scale(sheet: Sheet) -> float:
    """The fewer have signed, the larger the facts."""
    few = len(sheet.facts.signers) <= MAX_FOR_LARGE_FACTS
    return 1.1 if few and sheet.manner is Manner.SPACIOUS else 1.0


def _facts_rows(sheet: Sheet) -> list[list[Fact]]:
    """What the table says, row by row."""
    facts, language = sheet.facts, sheet.language
    identifier = facts.document_id.hex()
    groups = " ".join(identifier[start : start + 4] for start in range(0, len(identifier), 4))
    moment, zone = sheet.moment(facts.issued_at)
    clock = (TIME_QUALITIES[language][facts.time_quality], TIME_QUALITIES["en"][facts.time_quality])
    rows = [
        [Fact("document_id", groups, "", 2 / 3), Fact("online", facts.host.lower(), "", 1 / 3)],
        [
            Fact("issued", moment if sheet.bilingual else f"{moment} {zone}", zone, 1 / 3),
            Fact("clock", *clock, 1 / 3),
            Fact("trust", _trust(sheet, language), _trust(sheet, "en"), 1 / 3),
        ],
        [
            Fact("kiosk", facts.kiosk_name, "", 0.33),
            Fact("consent", _consents(facts), "", 0.22),
            Fact("software", facts.software_version, "", 0.28),
            Fact("journal", str(facts.journal_position), "", 0.17),
        ],
    ]
    if len(facts.evidence) == 1:  # with several it stands beside each
        shown = (shown_words(facts.evidence[0], language), shown_words(facts.evidence[0], "en"))
        rows.insert(2, [Fact("shown", *shown, 1)])
    return rows


def _consents(facts: CertificateFacts) -> str:
    """Versions of the wording, each with the languages in which it was read."""
    read: dict[str, list[str]] = {}
    for evidence in facts.evidence:
        languages = read.setdefault(evidence.consent_version, [])
        if evidence.language not in languages:
            languages.append(evidence.language)
    return ", ".join(f"{version} ({', '.join(spoken)})" for version, spoken in read.items())


def _trust(sheet: Sheet, language: str) -> str:
    date = sheet.moment(sheet.facts.trust_as_of)[0][:10]
    return WORDS[language]["trust_value"].format(version=sheet.facts.trust_version, date=date)
