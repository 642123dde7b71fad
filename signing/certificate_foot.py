"""The lower half of the certificate: facts, fingerprint, QR code and how to verify."""

from __future__ import annotations

from typing import Final

from signing.certificate_facts import CertificateFacts
from signing.certificate_sheet import (
    ACCENT,
    HAIRLINE,
    INK,
    LEFT,
    MILLIMETRE,
    QR_SIDE,
    RIGHT,
    SOFT,
    WIDTH,
    Rule,
    Sheet,
    label,
)
from signing.certificate_type import Face, Line, fit_line, fit_paragraph
from signing.certificate_words import TIME_QUALITIES, WORDS, duration

__all__ = ["place_foot"]

QR_QUIET_SHARE: Final = 4 / 69
"""Quiet zone that is kept free, as a share of the side; larger symbols need less."""
QR_BOTTOM: Final = 21.5 * MILLIMETRE


def place_foot(sheet: Sheet) -> float:
    """Facts, fingerprint, QR and how to verify, from below; returns where they begin."""
    qr_top = _how_to_verify(sheet)
    hash_top = _fingerprint(sheet, qr_top + 13)
    return _facts_table(sheet, hash_top + 6)


def _how_to_verify(sheet: Sheet) -> float:
    """The QR code on the left, the sentence on the right; returns the top of both."""
    quiet = QR_SIDE * QR_QUIET_SHARE
    sheet.layout.qr = (LEFT, QR_BOTTOM)
    top = QR_BOTTOM + QR_SIDE
    left = LEFT + QR_SIDE + quiet + 12
    width = RIGHT - left
    heading = Line(sheet.word("how"), Face.SERIF_SEMIBOLD, 13, ACCENT, left, top - 10)
    sheet.put(heading)
    if sheet.bilingual:
        sheet.put(
            Line(WORDS["en"]["how"], Face.SERIF, 10, SOFT, left + heading.width + 8, top - 10)
        )
    y = top - 16
    parts = [(sheet.language, 9.0 if sheet.bilingual else 10.0, INK)]
    if sheet.bilingual:
        parts.append(("en", 8.0, SOFT))
    for language, size, colour in parts:
        text = Line(WORDS[language]["how_text"], Face.SANS, size, colour)
        for line in fit_paragraph(text, width, 6, 6):
            y -= line.size * 1.32
            sheet.put(line.at(left, y))
        y -= 5
    return top + quiet


def _fingerprint(sheet: Sheet, y: float) -> float:
    """The hash in eight groups of eight digits on one row; returns the top of the section."""
    text = sheet.facts.covered_sha256.hex()
    groups = [text[start : start + 8] for start in range(0, len(text), 8)]
    lines = [Line(group, Face.SANS_SEMIBOLD, 9.5, INK) for group in groups]
    gap = (WIDTH - sum(line.width for line in lines)) / (len(lines) - 1)
    x = LEFT
    for line in lines:
        sheet.put(line.at(x, y))
        x += line.width + gap
    label(sheet, "hash", LEFT, y + 12.5, WIDTH)
    sheet.layout.rules.append(Rule(LEFT, y + 25, RIGHT, y + 25, 0.5, HAIRLINE))
    return y + 25


def _facts_table(sheet: Sheet, y: float) -> float:
    """Twelve facts in three columns; returns the top of the table."""
    rows = _facts_rows(sheet)
    gap = 14.0
    column = (WIDTH - 2 * gap) / 3
    heights = [_facts_row_height(sheet, row) for row in rows]
    top = base = y + sum(heights)
    for row, height in zip(rows, heights, strict=True):
        left = LEFT
        for key, value, english, span in row:
            width = column * span + gap * (span - 1)
            label(sheet, key, left, base - 8.5, width)
            text = Line(value, Face.SANS, 9, INK)
            sheet.put(fit_line(text, width, 6).at(left, base - 19.25))
            if sheet.bilingual and english and english != value:
                second = Line(english, Face.SANS, 6.75, SOFT)
                sheet.put(fit_line(second, width, 5.5).at(left, base - 27.5))
            left += width + gap
        base -= height
    return top + 5


def _facts_row_height(sheet: Sheet, row: list[tuple[str, str, str, int]]) -> float:
    """Rows with English below a value are higher."""
    second = sheet.bilingual and any(english and english != value for _, value, english, _ in row)
    return 35.0 if second else 27.0


def _facts_rows(sheet: Sheet) -> list[list[tuple[str, str, str, int]]]:
    """Key of the label, value, value in English, columns."""
    facts, language = sheet.facts, sheet.language
    identifier = facts.document_id.hex()
    groups = " ".join(identifier[start : start + 4] for start in range(0, len(identifier), 4))
    moment, zone = sheet.moment(facts.issued_at)
    clock = (TIME_QUALITIES[language][facts.time_quality], TIME_QUALITIES["en"][facts.time_quality])
    shown = [_shown(facts, language), _shown(facts, "en")]
    trust = [_trust(sheet, language), _trust(sheet, "en")]
    return [
        [("document_id", groups, "", 2), ("pages", str(facts.pages), "", 1)],
        [
            ("issued", moment if sheet.bilingual else f"{moment} {zone}", zone, 1),
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


def _trust(sheet: Sheet, language: str) -> str:
    date = sheet.moment(sheet.facts.trust_as_of)[0][:10]
    return WORDS[language]["trust_value"].format(version=sheet.facts.trust_version, date=date)
