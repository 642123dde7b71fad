"""The one narrow interface between the client's screens and the place they stand in.

The kiosk implements `Desk` offline, over its own store; head office will implement it for the
client's own phone. The screens know nothing else of either: where a document comes from, who checks
a code, who seals and what happens at the end are all asked of the desk.

A desk keeps what it is given before it returns: the screens call something "saved" only after
`save` or `save_picture` came back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, Protocol

from signing.errors import SigningError
from signing.fields import ClientPlan, DocumentPlan

if TYPE_CHECKING:
    from signing.ceremony.declining import DeclineReason
    from signing.ceremony.progress import Progress
    from signing.certificate_facts import EvidenceSummary
    from signing.codes import CodeOutcome
    from signing.completion import Sealed
    from signing.ink import Ink
    from signing.marks import ClientAnswers
    from signing.turns import SignedTurn

__all__ = [
    "CeremonyDocument",
    "Channel",
    "CodeAnswer",
    "CodeChallenge",
    "CodeRequest",
    "Desk",
    "DeskKind",
    "DeskRefused",
    "IdentityKind",
    "PictureKind",
    "PrintState",
]

DeskKind = Literal["kiosk", "phone"]
Channel = Literal["sms", "email"]
IdentityKind = Literal["code", "code_or_staff", "staff"]


class DeskRefused(SigningError):
    """The document cannot be signed here (any more).

    Codes: `gone`, `cancelled`, `expired`, `already_signed`, `not_here_yet`; from `check_code` also
    `code_key_unusable`; from `seal` also `code_needed`: the codes were
    started afresh, so that only the code is asked for again.
    """


class PictureKind(StrEnum):
    """The pictures that a client can leave with a document."""

    STAMP = "stamp"  # the company's stamp, background removed
    MARK = "mark"  # a photographed signature, background removed
    STAMP_SHOT = "stamp_shot"  # the photograph of the stamp, small, until the client accepts
    MARK_SHOT = "mark_shot"  # the photograph of the signature, small, until the client accepts


class PrintState(StrEnum):
    """How a client's copy on paper stands."""

    NONE = "none"  # nobody asked for one
    PRINTING = "printing"
    PRINTED = "printed"
    NO_PAPER = "no_paper"  # the printer waits for somebody to put some in
    NO_PRINTER = "no_printer"  # it does not answer, or is out of order
    FAILED = "failed"  # given up, and nothing of it is left


@dataclass(frozen=True)
class CeremonyDocument:
    """All that the screens need to know about one document and its next client."""

    document_id: str  # 32 hex digits
    number: str  # head office's own number, as people write it
    short_number: str  # 7 digits, what the client types at the kiosk
    title: str
    language: str  # "pl", "en", "de" or "uk": the document's own
    plan: DocumentPlan
    client_index: int  # 0-based, whose turn it is
    client_name: str
    masked_contact: str  # "+48 *** *** 123" or "j***@example.pl"
    channel: Channel  # how codes are sent to this client
    pages: int  # of the PDF that the client reads
    pdf_sha256: str  # 64 hex digits, of the bytes that `Desk.pdf` returns
    stamp_wanted: bool
    deadline: datetime | None  # aware UTC
    base_sha256: str = ""  # of the file as the director signed it; empty when that is pdf_sha256
    identity: IdentityKind = "code"  # how the client proves who they are
    next_here: bool = False  # whether the next client signs at this desk after this one

    @property
    def client(self) -> ClientPlan:
        """What the client whose turn it is does on the document."""
        return self.plan.clients[self.client_index]

    @property
    def hash_start(self) -> str:
        """The first 6 hex digits of the PDF's hash, as the client's message shows them."""
        return (self.base_sha256 or self.pdf_sha256)[:6]

    @property
    def is_last(self) -> bool:
        """Whether the document is complete once this client has signed."""
        return self.client_index == len(self.plan.clients) - 1

    @property
    def next_name(self) -> str:
        """Who signs after this client; empty after the last."""
        return "" if self.is_last else self.plan.clients[self.client_index + 1].name

    @property
    def short_name(self) -> str:
        """Whose turn it is, for a screen that strangers may see: "Anna N."."""
        first, *others = self.client_name.split() or [""]
        return f"{first} {others[-1][0]}." if others else first


@dataclass(frozen=True)
class CodeRequest:
    """What became of the wish for a code."""

    sent: bool
    channel: Channel
    masked_contact: str
    reason: Literal["", "offline", "limit", "already"]  # why not, when `sent` is false


@dataclass(frozen=True)
class CodeChallenge:
    """What is shown where codes cannot be checked for want of a trusted time."""

    shown: str  # ten digits in groups, as the client reads them
    address: str  # head office's page that sends the answer to the client's telephone or mailbox


@dataclass(frozen=True)
class CodeAnswer:
    """What the check of one code said."""

    outcome: CodeOutcome
    tries_left: int
    wait_seconds: int  # before the next try is taken; 0 when at once


class Desk(Protocol):
    """Where the ceremony takes place.

    Every method that takes a `document_id` may raise `DeskRefused`. A `SigningError` from `seal`
    means that nothing was signed and the client's progress still stands.
    """

    kind: DeskKind

    @property
    def camera_width_mm(self) -> float | None:
        """How many millimetres of paper the camera's picture is wide; None when not measured."""
        ...

    def now(self) -> datetime:
        """The desk's best time, aware UTC."""
        ...

    def local_timezone(self) -> str:
        """IANA name of the zone in which times are shown, such as "Europe/Warsaw"."""
        ...

    def find_by_number(self, short_number: str) -> str | None:
        """The id of the document with this 7-digit short number."""
        ...

    def find_by_link(self, text: str) -> str | None:
        """The id of the document whose message carried this QR text."""
        ...

    def find_by_ceremony(self, ceremony_id: str) -> str | None:
        """The id of the document whose saved progress has this `ceremony_id`.

        The browser's cookie holds nothing but that random id; clearing it in the saved progress
        ends the session at once. Never called with an empty id.
        """
        ...

    def document(self, document_id: str) -> CeremonyDocument:
        """The document, ready for its next client. Raises `DeskRefused`."""
        ...

    def pdf(self, document_id: str) -> bytes:
        """The PDF that the client reads, exactly the bytes that will be signed."""
        ...

    def load(self, document_id: str) -> Progress | None:
        """What was saved of this document's ceremony."""
        ...

    def save(self, progress: Progress) -> None:
        """Keep the progress durably before returning."""
        ...

    def save_picture(self, document_id: str, kind: PictureKind, png: bytes) -> None:
        """Keep a picture durably before returning; an earlier one of its kind is replaced."""
        ...

    def picture(self, document_id: str, kind: PictureKind) -> bytes | None:
        """A picture that was kept."""
        ...

    def forget_picture(self, document_id: str, kind: PictureKind) -> None:
        """A picture goes for good, if it is there."""
        ...

    @property
    def records_strokes(self) -> bool:
        """Whether head office wants to know how signatures are drawn, and not only what they are.

        Never without telling the client first.
        """
        ...

    def sealed_strokes(self, document_id: str, ink: Ink) -> bytes:
        """How a signature was drawn, for head office's eyes alone; empty unless it is wanted."""
        ...

    def request_code(self, document_id: str) -> CodeRequest:
        """Ask that a code be sent to the client, if there is a way."""
        ...

    def challenge(self, document_id: str) -> CodeChallenge | None:
        """A challenge to answer instead of a code; None where codes can be checked.

        The same one as long as it lives, which is five minutes.
        """
        ...

    def check_code(self, document_id: str, entered: str) -> CodeAnswer:
        """Check 8 digits; the try is counted durably before they are compared."""
        ...

    def can_unlock(self, document_id: str) -> bool:
        """Whether somebody of the staff may let this client try codes again."""
        ...

    def seal(
        self, document_id: str, answers: ClientAnswers, evidence: EvidenceSummary
    ) -> Sealed | SignedTurn | None:
        """Sign, and seal when it is the last client. All or nothing. Raises `SigningError`.

        None when this client, not the last, has signed already.
        """
        ...

    def sealed_pdf(self, document_id: str) -> bytes | None:
        """The finished PDF, while the desk still shows it to the client."""
        ...

    @property
    def can_print(self) -> bool:
        """Whether a printer stands beside the screen."""
        ...

    def print_copy(self, document_id: str) -> None:
        """Start printing the finished document; asking again while it is printed does nothing."""
        ...

    def print_state(self, document_id: str) -> PrintState:
        """How the copy on paper stands."""
        ...

    def copy_link(self, document_id: str) -> str:
        """The address of the finished document, for as long as it is shown; empty without one.

        It works once head office has the document. It names nobody.
        """
        ...

    def decline(self, document_id: str, reason: DeclineReason) -> None:
        """The client, who has confirmed who they are, does not sign: the document ends here.

        What they gave is forgotten; whoever sent the document learns of it and of the reason.
        Raises `DeskRefused`, also `code_needed`.
        """
        ...

    def finish(self, document_id: str) -> None:
        """The client has ended the ceremony of a sealed document."""
        ...
