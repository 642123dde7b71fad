"""The kiosk's printer, behind CUPS's own commands: `lp`, `lpstat`, `cancel`.

A document goes to CUPS through a pipe, so nothing of ours lies on the disk; what CUPS spools goes
with `purge`, whether it was printed or not. The answers are read in the C locale, where states are
the keywords of IPP (RFC 8011, 5.3.8 and 5.4.12).
"""

from __future__ import annotations

import os
import re
import subprocess
from typing import Final

from kiosk.errors import KioskError
from signing.ceremony.desk import PrintState

__all__ = [
    "PRINTER_NAME",
    "CupsPrinter",
    "PrinterError",
    "ended_state",
    "job_reasons",
    "printer_state",
]

PRINTER_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,126}")
"""A printer's name that no command can take for an option."""
JOB_TITLE: Final = "Sygnet"
"""All that the printer, its log and its display are told of a document."""
COMMAND_SECONDS: Final = 20
"""CUPS answers at once; a queue of another machine may take its time."""
MAX_ANSWER_CHARACTERS: Final = 100_000
"""Of an answer of CUPS that is read: hundreds of jobs."""

_JOB_MADE = re.compile(r"request id is ([A-Za-z0-9_.-]{1,127}-[0-9]{1,10}) ")
_ALERTS = re.compile(r"^\s+Alerts:(.*)$", re.MULTILINE)
_NO_PAPER = ("media-empty", "media-needed", "input-tray-missing")
_OUT_OF_ORDER = (
    *("paused", "offline", "stopped", "shutdown", "timed-out", "cups-missing", "cups-insecure"),
    *("media-jam", "door-open", "cover-open", "interlock-open", "output-area-full"),
    *("toner-empty", "marker-supply-empty", "marker-waste-full", "connecting-to-device"),
)


class PrinterError(KioskError):
    """The printer takes no job. Codes: `no_printer`, `printer_silent`."""


class CupsPrinter:
    """One printer, by its name in CUPS."""

    def __init__(self, name: str, server: str = "") -> None:
        """Name the printer.

        Args:
            name: as `lpstat -e` shows it.
            server: host, or path of the socket, of CUPS; the machine's own by default.
        """
        self._name = name
        self._environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"}
        if server:
            self._environment["CUPS_SERVER"] = server

    def print(self, pdf: bytes) -> str:
        """Give a document to CUPS. Raises `PrinterError`.

        Returns:
            The job, for `look`.
        """
        words = ("-d", self._name, "-t", JOB_TITLE, "-o", "fit-to-page", "-o", "job-sheets=none")
        made = _JOB_MADE.match(self._run("lp", *words, "-", given=pdf))
        if made is None:
            raise _no_printer()
        return made.group(1)

    def look(self, job: str) -> PrintState:
        """How a job stands; what CUPS has forgotten was printed."""
        try:
            waiting = self._run("lpstat", "-l", "-W", "not-completed", "-o", self._name)
            reasons = job_reasons(waiting, job)
            if reasons is None:
                ended = self._run("lpstat", "-l", "-W", "completed", "-o", self._name)
                return ended_state(job_reasons(ended, job))
            if "job-completed-with-errors" in reasons:  # kept by CUPS to be tried again by hand
                return PrintState.FAILED
            return printer_state(self._run("lpstat", "-l", "-p", self._name))
        except PrinterError:
            return PrintState.NO_PRINTER

    def standing(self) -> PrintState:
        """How the printer stands, with or without a job."""
        try:
            return printer_state(self._run("lpstat", "-l", "-p", self._name))
        except PrinterError:
            return PrintState.NO_PRINTER

    def purge(self) -> None:
        """Take all jobs, and every file of them, out of the spool; whoever prints here waits.

        CUPS purges what has ended only for a whole printer, not for one job.
        """
        self._try("cancel", "-a", "-x", self._name)

    def _try(self, *command: str) -> None:
        try:
            self._run(*command)
        except PrinterError:
            return  # gone already, or CUPS is: it forgets files of ended jobs by itself

    def _run(self, *command: str, given: bytes = b"") -> str:
        try:
            done = subprocess.run(
                command,
                input=given,
                capture_output=True,
                timeout=COMMAND_SECONDS,
                env=self._environment,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise PrinterError(
                "printer_silent", "The printer does not answer.", "Look whether CUPS runs."
            ) from error
        if done.returncode != 0:
            raise _no_printer()
        return done.stdout[:MAX_ANSWER_CHARACTERS].decode("utf-8", "replace")


def job_reasons(answer: str, job: str) -> list[str] | None:
    """Why a job is as it is, of what `lpstat -l -o` says; None when the job is not in there."""
    lines = rf"^{re.escape(job)}\s[^\n]*((?:\n[ \t][^\n]*)*)"
    found = re.search(lines, answer, re.MULTILINE)
    return None if found is None else _alerts(found.group(1))


def ended_state(reasons: list[str] | None) -> PrintState:
    """What became of a job that has ended; one that CUPS has forgotten was printed."""
    broken = any(re.search("abort|cancel|with-errors", one) for one in reasons or ())
    return PrintState.FAILED if broken else PrintState.PRINTED


def printer_state(answer: str) -> PrintState:
    """What keeps the printer from printing by what `lpstat -l -p` says; else `PRINTING`.

    Reports and warnings do not: one empty tray of two is a warning.
    """
    reasons = [one for one in _alerts(answer) if not one.endswith(("-warning", "-report"))]
    if any(one.startswith(_OUT_OF_ORDER) for one in reasons):
        return PrintState.NO_PRINTER  # first: its word about paper is from before
    if any(one.startswith(_NO_PAPER) for one in reasons):
        return PrintState.NO_PAPER
    return PrintState.PRINTING


def _alerts(answer: str) -> list[str]:
    return " ".join(_ALERTS.findall(answer)).split()


def _no_printer() -> PrinterError:
    return PrinterError(
        "no_printer", "CUPS knows no such printer.", "Look with lpstat -e, and give its --printer."
    )
