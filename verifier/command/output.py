"""What the command prints: a line or a report per input, JSON, progress, colours."""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, TextIO

from verifier.command.error_words import said_error
from verifier.command.words import words
from verifier.errors import VerifierError
from verifier.foreign_pdf import FOREIGN_STEP
from verifier.report import MARKS, report
from verifier.verdict import Finding, Outcome, Severity, Verdict

__all__ = ["Printer", "Progress", "colours_wanted", "complain", "printable", "terminal_colours"]

_SECONDS_BETWEEN_PROGRESS: Final = 0.1
_RESET: Final = "\x1b[0m"
_COLOURS: Final = {
    Outcome.GENUINE: "\x1b[32m",  # green
    Outcome.ALTERED: "\x1b[31m",  # red
    Outcome.CANNOT_TELL: "\x1b[33m",  # yellow
}
_WEIGHTS: Final = {
    Severity.GOOD: "\x1b[32m",
    Severity.NOTICE: "",
    Severity.DOUBT: "\x1b[33m",
    Severity.BAD: "\x1b[31m",
}
_OUTCOME_MARKS: Final = {
    Outcome.GENUINE: MARKS[Severity.GOOD],
    Outcome.ALTERED: MARKS[Severity.BAD],
    Outcome.CANNOT_TELL: MARKS[Severity.DOUBT],
}


def colours_wanted(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Tell whether to print in colour: on a terminal, unless NO_COLOR is set (no-color.org)."""
    return (
        stream.isatty()
        and not environment.get("NO_COLOR")
        and environment.get("TERM", "dumb") != "dumb"
    )


class Progress:
    """How many of many are done, on a terminal only, in one line that is wiped in the end."""

    def __init__(self, all_of_them: int, language: str, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._shown = all_of_them > 1 and self._stream.isatty()
        self._all = all_of_them
        self._language = language
        self._last = 0.0

    def show(self, done: int) -> None:
        """Say how many are done; not more than ten times a second."""
        now = time.monotonic()
        if self._shown and now - self._last >= _SECONDS_BETWEEN_PROGRESS:
            self._last = now
            said = words("progress", self._language, done=done, all=self._all)
            print(f"\r\x1b[K{said}", end="", file=self._stream, flush=True)

    def wipe(self) -> None:
        """Take the line away, before something else is printed."""
        if self._shown and self._last:
            print("\r\x1b[K", end="", file=self._stream, flush=True)


class Printer:
    """Prints results as they come."""

    def __init__(
        self, language: str, *, as_json: bool, whole: bool, colours: bool, explained: bool = False
    ) -> None:
        """Make a printer.

        Args:
            language: of the sentences.
            as_json: one line of JSON per input.
            whole: the whole report per input instead of one line.
            colours: whether the terminal shows them.
            explained: whether findings are printed as they are made, and so not in the report.
        """
        self._language = language
        self._as_json = as_json
        self._whole = whole
        self._colours = colours
        self._explained = explained
        self._counts: Counter[str] = Counter()
        self._as_of: dict[str, None] = {}
        self._steps = sys.stderr if as_json else sys.stdout  # standard output is JSON alone

    def verdict(self, name: str, verdict: Verdict) -> None:
        """Print what was found about one input."""
        self._counts[verdict.outcome] += 1
        if self._as_json:
            self._json({"input": name, **verdict.to_json(self._language)})
        elif self._whole:
            findings = not self._explained
            said = report(printable(name), verdict, self._language, findings=findings)
            first, rest = said.split("\n", 1)
            print(self._in_colour(first, _COLOURS[verdict.outcome]), rest, sep="\n")
        else:
            print(self._summary(name, verdict))

    def error(self, error: VerifierError, name: str) -> None:
        """Print why an input could not be examined."""
        self._counts["unreadable"] += 1
        if self._as_json:
            sentence, next_step = said_error(error, self._language)
            said = {"code": error.code, "sentence": sentence, "next_step": next_step}
            self._json({"input": name, "error": said})
        else:
            complain(error, self._language, name)

    def begin(self, name: str) -> None:
        """Print whose steps follow, when there are several inputs (--explain)."""
        if not self._whole:
            print(printable(name), file=self._steps, flush=True)

    def step(self, number: int, found: Sequence[Finding]) -> None:
        """Print what the last step found, and which one is taken now (--explain)."""
        self.findings(found)
        if number == FOREIGN_STEP:
            said = words("step_others", self._language)
        else:
            what = words(f"step_{number}", self._language)
            said = words("step", self._language, number=number, what=what)
        print(said, file=self._steps, flush=True)

    def findings(self, found: Sequence[Finding]) -> None:
        """Print findings as they are made (--explain)."""
        for each in found:
            line = f"  {MARKS[each.severity]} {each.sentence(self._language)}"
            print(self._in_colour(line, _WEIGHTS[each.severity]), file=self._steps, flush=True)

    def total(self) -> None:
        """Print how many there were of each outcome, and by which trust list."""
        if not self._as_json:
            names = ("genuine", "altered", "cannot_tell", "unreadable")
            counts = {name: self._counts[name] for name in names}
            total = words("total", self._language, all=self._counts.total(), **counts)
            print(total, *self._as_of)

    def _summary(self, name: str, verdict: Verdict) -> str:
        """One line: the outcome, and for what is not genuine the first reason."""
        said = verdict.outcome_sentence(self._language)
        self._as_of[verdict.as_of_sentence(self._language)] = None
        against = [each for each in verdict.findings if each.code in verdict.against]
        against.sort(key=lambda each: each.severity is not Severity.BAD)
        if against:
            said += " " + against[0].sentence(self._language)
        elif verdict.claims is not None:
            said += f" {verdict.claims.number}, {verdict.claims.title}"
        line = printable(f"{_OUTCOME_MARKS[verdict.outcome]} {name}: {said}")
        return self._in_colour(line, _COLOURS[verdict.outcome])

    def _in_colour(self, text: str, colour: str) -> str:
        return f"{colour}{text}{_RESET}" if self._colours and colour else text

    def _json(self, line: dict[str, object]) -> None:
        print(json.dumps(line, ensure_ascii=False))


def complain(error: VerifierError, language: str, name: str = "") -> None:
    """Say on standard error what cannot be used, what to do, and the error's code."""
    about = f"{printable(name)}: " if name else ""
    sentence, next_step = said_error(error, language)
    print(f"{about}{sentence} {next_step} [{error.code}]", file=sys.stderr)


def printable(name: str) -> str:
    """A name without what could steer a terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name)


def terminal_colours() -> bool:
    """Tell whether this process prints to a terminal in colour."""
    return colours_wanted(sys.stdout, os.environ)
