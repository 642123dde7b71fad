"""The client's own copy of a signed document: on paper, and by a link that head office will know.

What a desk (`signing.ceremony.desk.Desk`) says of copies; `kiosk.desk.KioskDesk` is the rest of it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from kiosk.print_jobs import PrintJobs
from kiosk.printing import CupsPrinter
from kiosk.terminal import Terminal
from signing.ceremony.desk import PrintState
from sync.records import EventKind

__all__ = ["CopyDesk"]


class CopyDesk(ABC):
    """Prints and names copies, over one terminal."""

    def __init__(self, terminal: Terminal) -> None:
        """Use the printer of the terminal's settings, if they name one."""
        self._terminal = terminal
        named = terminal.settings.printer
        self.printing = PrintJobs(
            CupsPrinter(named, terminal.settings.cups_server) if named else None
        )

    @abstractmethod
    def sealed_pdf(self, document_id: str) -> bytes | None:
        """The finished PDF, until the client leaves."""

    @property
    def can_print(self) -> bool:
        """Whether a printer is named in the settings."""
        return self.printing.possible

    def print_copy(self, document_id: str) -> None:
        """Start printing the finished document, while its client is here."""
        pdf = self.sealed_pdf(document_id)
        if pdf is not None:
            self.printing.start(document_id, pdf, lambda: self.note_printed("copy", document_id))

    def note_printed(self, what: str, document_id: str | None, staff_id: str = "") -> None:
        """Write down that a copy, a receipt or a summary came out of the printer."""
        body = {"what": what, "staff": staff_id}
        self._terminal.journal.add(EventKind.PRINTED, document_id, body)

    def print_state(self, document_id: str) -> PrintState:
        """How the copy on paper stands."""
        return self.printing.state(document_id)

    def copy_link(self, document_id: str) -> str:
        """The address at head office, until the client leaves; empty without one."""
        found = self._terminal.store.row(
            "SELECT copy_token FROM sealed"
            " WHERE document_id = ? AND client_left = 0 AND copy_token <> ''",
            (document_id,),
        )
        office = self._terminal.office_url
        return f"{office}/d/{found[0]}" if found is not None and office else ""
