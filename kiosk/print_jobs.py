"""Copies on paper: printed while the client goes on, and out of the spool at the end.

A job that waits (paper out, printer gone) is taken back when its client leaves, or after three
minutes: paper that is put in later must not bring one client's document out to the next.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from kiosk.printing import CupsPrinter, PrinterError
from signing.ceremony.desk import PrintState

__all__ = ["PrintJobs"]

LOOK_EVERY_SECONDS: Final = 1.0
"""Between two looks at a job."""
MAX_LOOKS: Final = 180
"""So often is looked before a job is taken back."""
MAX_COPIES: Final = 3
"""So often may one document be printed while its client is there."""

log = logging.getLogger(__name__)

_ON_ITS_WAY = frozenset({PrintState.PRINTING, PrintState.NO_PAPER, PrintState.NO_PRINTER})

_TROUBLE = frozenset({PrintState.NO_PAPER, PrintState.NO_PRINTER})


@dataclass
class _Job:
    document_id: str
    copies: int
    state: PrintState = PrintState.PRINTING
    printed: Callable[[], None] = lambda: None  # called once it has come out
    left: bool = False  # whether its client has left the screen
    look: threading.Event = field(default_factory=threading.Event)
    ended: bool = False


class PrintJobs:
    """What one kiosk prints, for one client at a time."""

    def __init__(self, printer: CupsPrinter | None) -> None:
        """Without a printer nothing can be started."""
        self._printer = printer
        self._lock = threading.Lock()
        self._at_the_printer = threading.Lock()  # one job at a time: purging takes all of them
        self._job: _Job | None = None
        self._threads: list[threading.Thread] = []

    @property
    def possible(self) -> bool:
        """Whether there is a printer at all."""
        return self._printer is not None

    def start(
        self, document_id: str, pdf: bytes, printed: Callable[[], None] = lambda: None
    ) -> None:
        """Print a document, unless it is being printed or was printed often enough.

        Args:
            document_id: its name among the jobs: a document, or something else to print.
            pdf: what goes to the printer.
            printed: called once it has come out.
        """
        with self._lock:
            before = self._job if self._job and self._job.document_id == document_id else None
            if self._printer is None or (before and not before.ended):
                return
            copies = 1 if before is None else before.copies + 1
            if copies > MAX_COPIES:
                return
            self._job = job = _Job(document_id, copies, printed=printed)
            thread = threading.Thread(
                target=self._follow, args=(self._printer, job, pdf), name="printing", daemon=True
            )
            self._threads = [one for one in self._threads if one.is_alive()] + [thread]
            thread.start()

    def state(self, document_id: str) -> PrintState:
        """How the copy of a document stands."""
        with self._lock:
            job = self._job
            return job.state if job and job.document_id == document_id else PrintState.NONE

    def trouble(self) -> PrintState:
        """What keeps the printer from printing just now; `NONE` when nothing does."""
        state = PrintState.NONE if self._printer is None else self._printer.standing()
        return state if state in _TROUBLE else PrintState.NONE

    def everyone_left(self) -> None:
        """Nobody waits for paper any more; what is coming out right now still comes."""
        with self._lock:
            job, self._job = self._job, None
            if job is not None:
                job.left = True
                job.look.set()

    def tidy_up(self) -> None:
        """Take back what an earlier run of the kiosk left in the spool."""
        if self._printer is not None:
            self._printer.purge()

    def close(self) -> None:
        """The kiosk stops: nothing is left in the spool."""
        self.everyone_left()
        self.tidy_up()  # what waits ends at once, and its thread with it
        for thread in self._threads:
            thread.join()

    def _follow(self, printer: CupsPrinter, job: _Job, pdf: bytes) -> None:
        state = PrintState.FAILED
        with self._at_the_printer:
            try:
                if not job.left:
                    state = self._watch(printer, job, printer.print(pdf))
            except PrinterError as error:
                log.info("print refused code=%s", error.code)
            finally:
                printer.purge()
                if state is PrintState.PRINTED:
                    job.printed()
                job.state, job.ended = state, True

    def _watch(self, printer: CupsPrinter, job: _Job, name: str) -> PrintState:
        """Look until the job has ended, or nobody waits for it."""
        for _look in range(MAX_LOOKS):
            job.state = printer.look(name)
            if job.state not in _ON_ITS_WAY:
                return job.state
            if job.left and job.state is not PrintState.PRINTING:
                return PrintState.FAILED
            job.look.wait(LOOK_EVERY_SECONDS)
            if not job.left:
                job.look.clear()
        return PrintState.FAILED
