"""Kerning of a typeface: how much closer two particular letters stand.

Only what handwriting needs of the OpenType layout table GPOS: pair positioning (lookup type 2,
formats 1 and 2, also behind extensions), and of that the first letter's advance. Everything else
there would need a shaping engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from fontTools.ttLib import TTFont

__all__ = ["PairKerning"]

PAIR_ADJUSTMENT: Final = 2
EXTENSION: Final = 9

Pairs = Callable[[str, str], float | None]


class PairKerning:
    """The pairs of one typeface, in the order in which its designer wants them looked up."""

    def __init__(self, font: TTFont) -> None:
        """Read them once; a typeface without any has none."""
        self._lookups = [
            [_reader(table) for table in lookup] for lookup in _kerning_lookups(font) if lookup
        ]

    def between(self, before: str, after: str) -> float:
        """Units of the em to add between two glyphs, by their names; mostly negative.

        Every lookup applies, in each the first table that speaks of the pair.
        """
        total = 0.0
        for tables in self._lookups:
            found = (table(before, after) for table in tables)
            total += next((value for value in found if value is not None), 0.0)
        return total


def _kerning_lookups(font: TTFont) -> Iterator[list[Any]]:
    """The pair tables of every lookup that the feature `kern` names."""
    if "GPOS" not in font:
        return
    table = font["GPOS"].table
    records = table.FeatureList.FeatureRecord if table.FeatureList else []
    wanted = {i for r in records if r.FeatureTag == "kern" for i in r.Feature.LookupListIndex}
    for index in sorted(wanted):
        plain = [
            part.ExtSubTable if part.LookupType == EXTENSION else part
            for part in table.LookupList.Lookup[index].SubTable
        ]
        yield [part for part in plain if part.LookupType == PAIR_ADJUSTMENT]


def _reader(table: Any) -> Pairs:
    return _by_glyph(table) if table.Format == 1 else _by_class(table)


def _by_glyph(table: Any) -> Pairs:
    pairs = {
        (first, record.SecondGlyph): _advance(record.Value1)
        for first, group in zip(table.Coverage.glyphs, table.PairSet, strict=True)
        for record in group.PairValueRecord
    }
    return lambda before, after: pairs.get((before, after))


def _by_class(table: Any) -> Pairs:
    covered = frozenset(table.Coverage.glyphs)
    firsts: dict[str, int] = table.ClassDef1.classDefs
    seconds: dict[str, int] = table.ClassDef2.classDefs
    values: list[list[float]] = [
        [_advance(cell.Value1) for cell in row.Class2Record] for row in table.Class1Record
    ]

    def between(before: str, after: str) -> float | None:
        if before not in covered:
            return None
        return values[firsts.get(before, 0)][seconds.get(after, 0)]

    return between


def _advance(value: Any) -> float:
    return float(getattr(value, "XAdvance", 0) or 0)
