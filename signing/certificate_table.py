"""Many signers on the certificate: a table of three columns.

Who; what in both languages; when, and what was shown. The last column is as wide as its widest
line, the second one as wide as it should be while the names keep a third of the whole. Marks stand
for the places and for how the pages were shown; a legend below says what they mean.
"""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, NamedTuple

from signing.certificate_facts import SHOWN_WITH, SignerLine
from signing.certificate_sheet import INK, SMALLEST, SOFT, Sheet
from signing.certificate_signers import MAX_SIGNERS, description, elsewhere
from signing.certificate_type import (
    Face,
    Line,
    fit_line,
    fit_paragraph,
    text_width,
)
from signing.certificate_words import WORDS, duration

__all__ = ["SignerTable", "column_words"]

NAME: Final = 10.5
LONG_NAME: Final = 8.75
"""A name too long for its column at this size goes on in a second line and a third."""
MAX_NAME_LINES: Final = 3
NAME_LEADING: Final = 1.2
LEADING: Final = 1.25
"""From line to line of a name and of everything else, in sizes of the type: less than elsewhere."""
NAMES_SHARE: Final = 0.34
"""Of the width, for the names at least."""
WHEN_SHARE: Final = 0.3
"""Of the width, for the last column at most."""
AID_MARKS: Final = ("\u00b9", "\u00b2", "\u00b3")
"""For SHOWN_WITH, in order."""
LEGEND_GAP: Final = 7.0
"""Around the legend, above and below together."""
COLUMN_GAP: Final = 11.0
ROW_GAP: Final = 4.5
"""Between two signers, the rule in the middle of it, before it is scaled."""


class Cells(NamedTuple):
    """One signer's three cells, line by line."""

    who: tuple[Line, ...]
    what: tuple[Line, ...]
    when: tuple[Line, ...]

    @property
    def first(self) -> float:
        """From the row's top to the baseline that its first lines share."""
        return max(cell[0].size for cell in self if cell)

    @property
    def height(self) -> float:
        """Of the highest cell, descenders included."""
        return self.first + max(sum(_leadings(cell)) + 0.3 * cell[-1].size for cell in self if cell)


@dataclass(frozen=True)
class SignerTable:
    """The table at one size."""

    sheet: Sheet
    scale: float
    """Against the smallest type that is read at arm's length."""

    @cached_property
    def legend(self) -> list[Line]:
        """What the marks mean, on as many lines as they need."""
        words = [f"{mark} \u2013 {place}" for place, mark in self._places.items()]
        aids = {aid for signer in self._signers for aid in _aids(self.sheet, signer)}
        for mark, aid in zip(AID_MARKS, SHOWN_WITH, strict=True):
            if aid in aids:
                both = dict.fromkeys((self.sheet.word(aid), WORDS["en"][aid]))
                words.append(f"{mark} {', '.join(both)}")
        line = Line("", Face.SANS, SMALLEST * min(self.scale, 1), INK)
        return _wrapped(words, line, self.sheet.width)

    @cached_property
    def _places(self) -> dict[str, str]:
        """The kiosks by name, if there are several, and the letter that stands for each."""
        signers = [signer for signer in self._signers if elsewhere(self.sheet, signer)]
        if not signers:
            return {}
        places = dict.fromkeys([self.sheet.facts.kiosk_name, *(one.kiosk_name for one in signers)])
        return dict(zip(places, string.ascii_uppercase, strict=False))

    @cached_property
    def columns(self) -> tuple[float, float, float]:
        """Their widths."""
        signers = self._signers
        when = max((line.width for each in signers for line in self._when(each)), default=0)
        room = self.sheet.width - when - 2 * COLUMN_GAP
        what = max((line.width for each in signers for line in self._what(each, room)), default=0.0)
        what = min(what, room - self.sheet.width * NAMES_SHARE)
        return room - what, what, when

    @cached_property
    def rows(self) -> tuple[Cells, ...]:
        """The signers that are listed."""
        who, what, _ = self.columns
        return tuple(
            Cells(self._who(each, who), self._what(each, what), self._when(each))
            for each in self._signers
        )

    @property
    def _signers(self) -> tuple[SignerLine, ...]:
        return self.sheet.facts.signers[:MAX_SIGNERS]

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def even(self) -> bool:
        """Whether no name had to be smaller than others for its length."""
        least = LONG_NAME * self.scale
        return all(line.size >= least for row in self.rows for line in row.who)

    @property
    def height(self) -> float:
        """Of all rows together, and of the legend."""
        rows = sum(row.height + ROW_GAP * self.scale for row in self.rows)
        return rows + (sum(line.size for line in self.legend) * LEADING + LEGEND_GAP) * bool(
            self.legend
        )

    def place(self, top: float, stretch: float) -> None:
        """Put the rows on the sheet, each `stretch` points higher than it need be."""
        sheet, air = self.sheet, ROW_GAP * self.scale + stretch
        second = sheet.left + self.columns[0] + COLUMN_GAP
        for index, row in enumerate(self.rows):
            if index:
                sheet.rule(top)
            first = top - air / 2 - row.first
            for cell, left in ((row.who, sheet.left), (row.what, second), (row.when, None)):
                y = first
                for line, below in zip(cell, (0.0, *_leadings(cell)), strict=True):
                    y -= below
                    x = sheet.right - line.width if left is None else left
                    sheet.put(line.at(x, y))
            top -= row.height + air
        if self.legend:
            sheet.rule(top)
        for line in self.legend:
            top -= line.size * LEADING
            sheet.put(line.at(sheet.left, top - LEGEND_GAP / 2 + 0.25 * line.size))

    def _who(self, signer: SignerLine, width: float) -> tuple[Line, ...]:
        """The name, whole."""
        name = Line(signer.name, Face.SERIF_SEMIBOLD, NAME * self.scale, INK)
        least = LONG_NAME * self.scale
        if text_width(name.text, name.face, least) <= width:
            return (fit_line(name, width, least),)
        return fit_paragraph(replace(name, size=least), width, 6, MAX_NAME_LINES)

    def _what(self, signer: SignerLine, width: float) -> tuple[Line, ...]:
        """Role, method and proof in both languages."""
        lines: list[Line] = []
        for language, size, colour in self._languages():
            line = Line("", Face.SANS, size * self.scale, colour)
            lines += _wrapped(description(signer, language), line, width)
        return tuple(lines)

    def _languages(self) -> list[tuple[str, float, str]]:
        """Language, size and colour of what is said."""
        main = [(self.sheet.language, 8.5, INK)]
        return [*main, ("en", SMALLEST, SOFT)] if self.sheet.bilingual else main

    def _when(self, signer: SignerLine) -> tuple[Line, ...]:
        """The time, and its zone where not all have one; pages, time of reading, and marks."""
        moment, zone = self.sheet.moment(signer.signed_at)
        words = [zone] if len(_zones(self.sheet)) > 1 else []
        if signer.evidence is not None and len(self.sheet.facts.evidence) > 1:
            reading = duration(signer.evidence.seconds_reading, self.sheet.language)
            aids = _aids(self.sheet, signer)
            marks = (m for m, aid in zip(AID_MARKS, SHOWN_WITH, strict=True) if aid in aids)
            shown = f"{signer.evidence.pages_shown}/{signer.evidence.pages_total}, {reading}"
            words.append(" ".join((shown, *marks)))
        if signer.evidence is not None or elsewhere(self.sheet, signer):
            words.append(self._places.get(signer.kiosk_name, ""))
        room = self.sheet.width * WHEN_SHARE
        small = Line("", Face.SANS, SMALLEST * self.scale, INK)
        below = _wrapped(words, small, room)
        return fit_line(replace(small, text=moment, size=8.5 * self.scale), room, 6), *below


def _leadings(cell: tuple[Line, ...]) -> list[float]:
    """From each line of a cell to the next."""
    names = Face.SERIF_SEMIBOLD
    return [line.size * (NAME_LEADING if line.face is names else LEADING) for line in cell[1:]]


def _wrapped(words: Sequence[str], line: Line, width: float) -> list[Line]:
    """Words on as many lines as they need, each whole on one line."""
    lines: list[Line] = []
    for word in filter(None, words):
        longer = f"{lines[-1].text} \u00b7 {word}" if lines else word
        if lines and text_width(longer, line.face, line.size) <= width:
            lines[-1] = replace(line, text=longer)
        else:
            lines.append(replace(line, text=word))
    return [fit_line(each, width, 6) for each in lines]


def column_words(sheet: Sheet) -> str:
    """What the last column holds, for the heading."""
    zones = _zones(sheet)
    words = [zones.pop()] if len(zones) == 1 else []
    if len(sheet.facts.evidence) > 1:
        words.append(sheet.word("pages_and_time"))
        if sheet.bilingual:
            words.append(WORDS["en"]["pages_and_time"])
    return " \u00b7 ".join(words)


def _zones(sheet: Sheet) -> set[str]:
    return {sheet.moment(signer.signed_at)[1] for signer in sheet.facts.signers[:MAX_SIGNERS]}


def _aids(sheet: Sheet, signer: SignerLine) -> tuple[str, ...]:
    """How one of several clients was shown the pages."""
    several = len(sheet.facts.evidence) > 1
    return signer.evidence.shown_with if signer.evidence and several else ()
