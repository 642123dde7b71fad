"""Paired measurement: the thing and its yardstick in turns, so that the machine's mood cancels out.

Each round times both, the second one first in every other round, and gives one ratio; the median
of the rounds counts. Processor time is taken, not the clock on the wall: whatever else runs on
the machine does not count.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

__all__ = ["Paired", "Row", "paired", "row", "table"]

Work = Callable[[], object]
"""Something to be timed."""


@dataclass(frozen=True)
class Paired:
    """A thing against its yardstick."""

    ratio: float
    """Median of the rounds' ratios, thing to yardstick."""
    spread: float
    """Half the distance between the quartiles of these ratios."""
    thing_ms: float
    """Median processor time of the thing, in milliseconds."""
    yardstick_ms: float
    """Median processor time of the yardstick, in milliseconds."""


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    """What is measured, and against what."""
    measured: str
    """What came out."""
    budget: str
    """What it may be at most (or must be at least)."""
    kept: bool | None
    """Whether it is; None where there is no budget."""


def paired(thing: Work, yardstick: Work, rounds: int, times: int = 1, warm_up: int = 2) -> Paired:
    """Measure a thing against a yardstick.

    Args:
        thing: what is measured.
        yardstick: what it is compared with.
        rounds: how many ratios are taken.
        times: how often each is done in a round; for what takes microseconds.
        warm_up: rounds before the first that counts.
    """
    things, yardsticks = [], []
    with _without_collector():
        for number in range(warm_up + rounds):
            if number % 2:
                ours, theirs = _seconds(thing, times), _seconds(yardstick, times)
            else:
                theirs, ours = _seconds(yardstick, times), _seconds(thing, times)
            if number >= warm_up:
                things.append(ours)
                yardsticks.append(theirs)
            gc.collect(0)
    ratios = [ours / theirs for ours, theirs in zip(things, yardsticks, strict=True)]
    lower, _, upper = statistics.quantiles(ratios, n=4)
    return Paired(
        statistics.median(ratios),
        (upper - lower) / 2,
        1000 * statistics.median(things) / times,
        1000 * statistics.median(yardsticks) / times,
    )


def row(what: str, measured: Paired, at_most: float | None = None) -> Row:
    """A line for a ratio that may be so much at most."""
    text = (
        f"{measured.ratio:.2f} x ±{measured.spread:.2f}"
        f" ({_milliseconds(measured.thing_ms)} / {_milliseconds(measured.yardstick_ms)})"
    )
    if at_most is None:
        return Row(what, text, "", None)
    return Row(what, text, f"<= {at_most:g} x", measured.ratio <= at_most)


def table(rows: list[Row]) -> Iterator[str]:
    """The lines of a table."""
    wide = max(len(each.what) for each in rows)
    long = max(len(each.measured) for each in rows)
    for each in rows:
        verdict = {True: "kept", False: "OVER", None: ""}[each.kept]
        yield f"{each.what:<{wide}}  {each.measured:<{long}}  {each.budget:<10}  {verdict}".rstrip()


def _milliseconds(value: float) -> str:
    return f"{1000 * value:.0f} us" if value < 1 else f"{value:.1f} ms"


def _seconds(work: Work, times: int) -> float:
    start = time.process_time()
    for _ in range(times):
        work()
    return time.process_time() - start


@contextmanager
def _without_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
