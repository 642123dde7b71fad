"""The signers on the certificate, one below the other over the whole width.

Names are never cut while there is room. Where the page holds them no longer, they stand in a table
instead (`signing.certificate_table`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from signing.certificate_facts import SignerLine
from signing.certificate_sheet import INK, SMALLEST, SOFT, Sheet
from signing.certificate_type import (
    LEADING,
    Face,
    Line,
    fit_line,
    fit_paragraph,
    right_aligned,
)
from signing.certificate_words import METHODS, PROOFS, ROLES, shown_words

__all__ = ["MAX_SIGNERS", "SignerRows", "description", "elsewhere"]

MAX_SIGNERS: Final = 12
"""As many as a token holds."""
NAME: Final = 14.0
"""Type of a name, before it is scaled."""
WHOLE_NAME: Final = 11.0
"""A name that would have to be smaller takes more room instead: a line of its own, then two."""
BESIDE: Final = 14.0
"""Least distance between what stands on the left and on the right."""
GAP: Final = 13.0
"""Between two signers, the rule in the middle of it, before it is scaled."""


class Tier(NamedTuple):
    """What stands on one line: something on the left and something on the right."""

    left: Line | None
    right: Line | None = None

    @property
    def height(self) -> float:
        """From the baseline above to this one."""
        return max(line.size for line in self if line) * LEADING


@dataclass(frozen=True)
class SignerRows:
    """The rows of signers at one size."""

    sheet: Sheet
    scale: float
    """Against the smallest type."""

    @property
    def signers(self) -> tuple[SignerLine, ...]:
        """Those that are listed."""
        return self.sheet.facts.signers[:MAX_SIGNERS]

    def __len__(self) -> int:
        return len(self.signers)

    @property
    def even(self) -> bool:
        """Whether no name had to be smaller than others for its length: here it may be."""
        return True

    @property
    def height(self) -> float:
        """Of all rows together."""
        rows = map(self._tiers, self.signers)
        return sum(sum(tier.height for tier in row) + GAP * self.scale for row in rows)

    def place(self, top: float, stretch: float) -> None:
        """Put the rows on the sheet, each `stretch` points higher than it need be."""
        sheet, air = self.sheet, GAP * self.scale + stretch
        for index, signer in enumerate(self.signers):
            if index:
                sheet.rule(top)
            y = top - air / 2
            for tier in self._tiers(signer):
                y -= tier.height
                baseline = y + 0.28 * tier.height
                if tier.left:
                    sheet.put(tier.left.at(sheet.left, baseline))
                if tier.right:
                    sheet.put(right_aligned(tier.right, sheet.right, baseline))
            top = y - air / 2

    def _tiers(self, signer: SignerLine) -> list[Tier]:
        """One signer, line by line: who and when, then what, in both languages."""
        sheet, scale = self.sheet, self.scale
        when = Line("  ".join(sheet.moment(signer.signed_at)), Face.SANS, 9.5 * scale, INK)
        main = Line(
            " \u00b7 ".join(description(signer, sheet.language)), Face.SANS, 9.25 * scale, INK
        )
        seen = Line(_seen(sheet, signer, sheet.language), Face.SANS, 8.5 * scale, INK)
        left, right = [main], [seen]
        if sheet.bilingual:
            left.append(
                Line(" \u00b7 ".join(description(signer, "en")), Face.SANS, SMALLEST * scale, SOFT)
            )
            right.append(Line(_seen(sheet, signer, "en"), Face.SANS, SMALLEST * scale, SOFT))
        names = self._name(signer, when)
        beside = len(names) == 1 and names[0].width <= sheet.width - BESIDE - when.width
        if not beside:
            right.insert(0, when)
        tiers = [Tier(name, when if beside else None) for name in names]
        pairs = [
            (left[at] if at < len(left) else None, right[at] if at < len(right) else None)
            for at in range(max(len(left), len(right)))
        ]
        return [*tiers, *(tier for pair in pairs for tier in self._side_by_side(*pair))]

    def _name(self, signer: SignerLine, when: Line) -> tuple[Line, ...]:
        """A name beside the time; or, hardly smaller, over the whole width; or in two lines."""
        name = Line(signer.name, Face.SERIF_SEMIBOLD, NAME * self.scale, INK)
        least = WHOLE_NAME * self.scale
        for room in (self.sheet.width - BESIDE - when.width, self.sheet.width):
            one = fit_line(name, room, least)
            if one.stretch == 1:
                return (one,)
        return fit_paragraph(replace(name, size=name.size * 0.9), self.sheet.width, SMALLEST, 2)

    def _side_by_side(self, left: Line | None, right: Line | None) -> list[Tier]:
        """Both on one line where they fit, else one below the other."""
        width = self.sheet.width
        left = left and (fit_line(left, width, SMALLEST) if left.text else None)
        right = right and (fit_line(right, width, SMALLEST) if right.text else None)
        if left and right and left.width + BESIDE + right.width > width:
            return [Tier(left), Tier(None, right)]
        return [Tier(left, right)] if left or right else []


def description(signer: SignerLine, language: str) -> tuple[str, str, str]:
    """In which capacity, how, and how the person proved who they are."""
    return (
        ROLES[language][signer.role],
        METHODS[language][signer.method],
        PROOFS[language][signer.proof],
    )


def elsewhere(sheet: Sheet, signer: SignerLine) -> str:
    """The kiosk at which somebody signed, if not at the one that sealed."""
    return "" if signer.kiosk_name == sheet.facts.kiosk_name else signer.kiosk_name


def _seen(sheet: Sheet, signer: SignerLine, language: str) -> str:
    """What one of several clients was shown, and where; empty if there is nothing to say."""
    words = []
    if signer.evidence is not None and len(sheet.facts.evidence) > 1:
        words.append(shown_words(replace(signer.evidence, input=""), language))
    if language == sheet.language:
        words.append(elsewhere(sheet, signer))
    return " \u00b7 ".join(filter(None, words))
