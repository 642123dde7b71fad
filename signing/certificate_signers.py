"""The signers on the certificate: as large as the page allows, names never cut while there is room.

Up to four signers stand one below the other over the whole width; more stand in two columns. Type
grows into the height that is left, so that six signers do not stand in the small print of twelve.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from signing.certificate_facts import SignerLine
from signing.certificate_sheet import INK, LEFT, RIGHT, SOFT, WIDTH, Sheet
from signing.certificate_type import (
    Face,
    Line,
    fit_line,
    fit_paragraph,
    right_aligned,
    text_width,
)
from signing.certificate_words import METHODS, PROOFS, ROLES, shown_words

__all__ = ["SignerRows"]

MAX_SIGNERS: Final = 12
"""As many as a token holds."""
ROOMY_SCALES: Final = (1.25, 1.2, 1.15, 1.1, 1.05, 1.0)
"""How much larger than its smallest a signer over the whole width may be."""
NARROW_SCALES: Final = (1.3, 1.25, 1.2, 1.15, 1.1, 1.05, 1.0)
"""The same in two columns."""
BREATH: Final = 62.0
"""Height that larger type leaves free: for the heading of the record and some air."""
COLUMN_GAP: Final = 18.0
COLUMN: Final = (WIDTH - COLUMN_GAP) / 2
LONG_NAME: Final = 7.5
"""Type of a name in two lines, before it is scaled."""
NAME_LEADING: Final = 1.05 * LONG_NAME
"""From the first line of a long name to its second, before it is scaled."""
SEEN_LEADING: Final = 7.75
"""From the time to what was shown when that has a line of its own, before it is scaled."""
READABLE: Final = 0.92
"""What was shown goes below the time when both on one line would have to be smaller than this."""
SHORTENED: Final = 0.78
"""A name that would have to be smaller than this beside the time gets the whole width."""


@dataclass(frozen=True)
class SignerRows:
    """The rows of signers at one size."""

    sheet: Sheet
    scale: float
    """Against the smallest type."""
    whole_names: bool
    """Whether a name too long for its column goes on in a second line."""
    seen_below: bool = False
    """Whether what was shown gets a line of its own where it does not fit beside the time."""

    @staticmethod
    def fitting(sheet: Sheet, height: float) -> SignerRows:
        """The largest rows that fit into a height, in points."""
        for seen_below in (True, False) if sheet.dense else (False,):
            for scale in NARROW_SCALES if sheet.dense else ROOMY_SCALES:
                rows = SignerRows(sheet, scale, whole_names=True, seen_below=seen_below)
                if rows.height <= height - (BREATH if scale > 1 else 0):
                    return rows
        return SignerRows(sheet, 1.0, whole_names=False)

    @property
    def signers(self) -> tuple[SignerLine, ...]:
        """Those that are listed."""
        return self.sheet.facts.signers[:MAX_SIGNERS]

    @property
    def rows(self) -> list[tuple[SignerLine, ...]]:
        """The signers, row by row."""
        columns = 2 if self.sheet.dense else 1
        return [self.signers[at : at + columns] for at in range(0, len(self.signers), columns)]

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def height(self) -> float:
        """Of all rows together."""
        return sum(self._row_height(row) for row in self.rows)

    def place(self, top: float, stretch: float) -> None:
        """Put the rows on the sheet, each `stretch` points higher than it need be."""
        for index, row in enumerate(self.rows):
            if index:
                self.sheet.rule(top)
            for column, signer in enumerate(row):
                if self.sheet.dense:
                    self._narrow(signer, top - stretch / 2, column)
                else:
                    self._roomy(signer, top - stretch / 2)
            top -= self._row_height(row) + stretch

    def _row_height(self, row: tuple[SignerLine, ...]) -> float:
        if not self.sheet.dense:
            third = self.sheet.bilingual or not all(map(self._beside_time, row))
            return self.scale * (47.0 if third else 40.0)
        base = self.scale * (38.5 if self.sheet.bilingual else 30.5)
        return base + max(self._more_lines(signer) for signer in row)

    def _more_lines(self, signer: SignerLine) -> float:
        """What a second line of a long name, or of what was shown, adds in two columns."""
        names = (len(self._narrow_name(signer)) - 1) * NAME_LEADING
        times = (len(self._narrow_times(signer)) - 1) * SEEN_LEADING
        return (names + times) * self.scale

    def _narrow_name(self, signer: SignerLine) -> tuple[Line, ...]:
        wanted = Line(signer.name, Face.SERIF_SEMIBOLD, 10 * self.scale, INK)
        one = fit_line(wanted, COLUMN, 7.0)
        if not self.whole_names or one.stretch == 1:
            return (one,)
        smaller = Line(signer.name, Face.SERIF_SEMIBOLD, LONG_NAME * self.scale, INK)
        return fit_paragraph(smaller, COLUMN, 6.5, 2)

    def _narrow_times(self, signer: SignerLine) -> list[Line]:
        """When, and what was shown: on one line, or on two."""
        moment, zone = self.sheet.moment(signer.signed_at)
        words = list(filter(None, (f"{moment} {zone}", _seen(self.sheet, signer))))
        wanted = Line(" \u00b7 ".join(words), Face.SANS, 6.75 * self.scale, INK)
        apart = self.seen_below and wanted.width * READABLE > COLUMN
        lines = [replace(wanted, text=text) for text in words] if apart else [wanted]
        return [fit_line(line, COLUMN, 6.0) for line in lines]

    def _narrow(self, signer: SignerLine, top: float, column: int) -> None:
        """One signer in one of two columns: name, what, the same in English, when and where."""
        sheet, scale = self.sheet, self.scale
        left = LEFT + column * (COLUMN + COLUMN_GAP)
        baseline = top - 10.0 * scale
        names = self._narrow_name(signer)
        for line in names:
            sheet.put(line.at(left, baseline))
            baseline -= NAME_LEADING * scale
        top -= (len(names) - 1) * NAME_LEADING * scale
        main = Line(_describe(signer, sheet.language), Face.SANS, 7 * scale, INK)
        rows = [(fit_line(main, COLUMN, 6.0), 18.5)]
        if sheet.bilingual:
            size = min(6.25 * scale, rows[0][0].size - 0.25)
            rows.append((Line(_describe(signer, "en"), Face.SANS, size, SOFT), 26.0))
        depth = 34.0 if sheet.bilingual else 26.5
        for line in self._narrow_times(signer):
            rows.append((line, depth))
            depth += SEEN_LEADING
        for line, depth in rows:
            sheet.put(fit_line(line, COLUMN, 6.0).at(left, top - depth * scale))

    def _beside_time(self, signer: SignerLine) -> bool:
        """Whether the name, hardly smaller, stands beside the time; else it has the whole width."""
        name = 14 * self.scale * SHORTENED
        return (
            text_width(signer.name, Face.SERIF_SEMIBOLD, name)
            <= WIDTH - 14 - self._when(signer).width
        )

    def _when(self, signer: SignerLine) -> Line:
        moment, zone = self.sheet.moment(signer.signed_at)
        return Line(f"{moment}  {zone}", Face.SANS, 9.5 * self.scale, INK)

    def _roomy(self, signer: SignerLine, top: float) -> None:
        """One signer over the whole width: what on the left, when and where on the right."""
        sheet, scale = self.sheet, self.scale
        first, second, third = (top - depth * scale for depth in (16.5, 30, 40))
        when = self._when(signer)
        seen = Line(_seen(sheet, signer), Face.SANS, 8.25 * scale, INK)
        english = _seen(sheet, signer, "en") if sheet.bilingual else ""
        name = Line(signer.name, Face.SERIF_SEMIBOLD, 14 * scale, INK)
        if self._beside_time(signer):
            room = WIDTH - 14 - when.width
            right = [(when, first), (seen, second)]
            right.append((Line(english, Face.SANS, 7.25 * scale, SOFT), third))
        else:
            room = WIDTH
            right = [(when, second), (Line(seen.text, Face.SANS, 7.75 * scale, INK), third)]
        sheet.put(fit_line(name, room, 8).at(LEFT, first))
        rooms = dict.fromkeys((first, second, third), WIDTH)
        for line, y in right:
            if line.text:
                placed = right_aligned(fit_line(line, WIDTH * 0.42, 6), RIGHT, y)
                rooms[y] = placed.x - 14 - LEFT
                sheet.put(placed)
        main = Line(_describe(signer, sheet.language), Face.SANS, 9 * scale, INK)
        sheet.put(fit_line(main, rooms[second], 6).at(LEFT, second))
        if sheet.bilingual:
            second_language = Line(_describe(signer, "en"), Face.SANS, 7.75 * scale, SOFT)
            sheet.put(fit_line(second_language, rooms[third], 6).at(LEFT, third))


def _describe(signer: SignerLine, language: str) -> str:
    return " \u00b7 ".join(
        (
            ROLES[language][signer.role],
            METHODS[language][signer.method],
            PROOFS[language][signer.proof],
        )
    )


def _seen(sheet: Sheet, signer: SignerLine, language: str = "") -> str:
    """What the signer was shown, and where if not at the kiosk that sealed; empty if neither."""
    words = []
    if signer.evidence is not None and len(sheet.facts.evidence) > 1:
        words.append(shown_words(replace(signer.evidence, input=""), language or sheet.language))
    if signer.kiosk_name not in ("", sheet.facts.kiosk_name):
        words.append(signer.kiosk_name)
    return " \u00b7 ".join(words)
