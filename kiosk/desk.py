"""The kiosk as the place of a ceremony: `signing.ceremony.desk.Desk` over the kiosk's own store.

Nothing here needs a network; a code may be asked for when there is one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal

from kiosk.arrival import Arrival
from kiosk.code_entry import CodeEntry
from kiosk.copies import CopyDesk
from kiosk.declining import decline
from kiosk.document_files import BlobKind
from kiosk.documents import DocumentRow, DocumentState
from kiosk.identity_checks import IdentityChecks
from kiosk.link_text import link_hash_of
from kiosk.refusals import refusal
from kiosk.sealing import Sealer
from kiosk.standing import due_or_shown
from kiosk.strokes import StrokeDesk
from kiosk.terminal import Terminal
from signing.ceremony.declining import DeclineReason
from signing.ceremony.desk import (
    CeremonyDocument,
    CodeAnswer,
    CodeChallenge,
    CodeRequest,
    DeskKind,
    IdentityKind,
    PictureKind,
)
from signing.ceremony.progress import Progress, Step
from signing.certificate_facts import EvidenceSummary
from signing.completion import Sealed
from signing.fields import DocumentPlan
from signing.marks import ClientAnswers
from signing.turns import SignedTurn
from sync.records import DocumentDue
from sync.staff import IdentityWay

__all__ = ["KioskDesk"]

PICTURES = {
    PictureKind.STAMP: BlobKind.STAMP,
    PictureKind.MARK: BlobKind.MARK,
    PictureKind.STAMP_SHOT: BlobKind.STAMP_SHOT,
    PictureKind.MARK_SHOT: BlobKind.MARK_SHOT,
}

IDENTITY_KINDS: Mapping[str, IdentityKind] = {
    "code": "code",
    "code_or_staff": "code_or_staff",
    "staff": "staff",
}

AskOffice = Callable[[str, str], CodeRequest | None]
"""Asks head office to send a document's signer a code; None when it cannot be reached."""


class KioskDesk(CopyDesk, StrokeDesk):
    """Where the client stands: in person, offline."""

    kind: DeskKind = "kiosk"

    def __init__(
        self,
        terminal: Terminal,
        ask_office: AskOffice = lambda _document_id, _signer_id: None,
        after_sealing: Callable[[], None] = lambda: None,
    ) -> None:
        """Stand on a terminal.

        Args:
            terminal: the kiosk's parts.
            ask_office: how a code is asked for when there is a network.
            after_sealing: told when something waits to go up.
        """
        super().__init__(terminal)
        self._documents = terminal.documents
        self._store = terminal.store
        self._ask_office = ask_office
        self._after_sealing = after_sealing
        self._codes = CodeEntry(terminal)
        self._checks = IdentityChecks(terminal)
        self._sealer = Sealer(terminal)
        self._arrival = Arrival(terminal.store, terminal.documents, terminal.trust)

    # -- where and when ----------------------------------------------------------------------

    def now(self) -> datetime:
        """The kiosk's best time."""
        return self._terminal.clock.now()

    def local_timezone(self) -> str:
        """The kiosk's zone."""
        return self._terminal.settings.timezone

    @property
    def camera_width_mm(self) -> float | None:
        """What was measured under the kiosk's camera."""
        return self._terminal.settings.camera_width_mm

    # -- finding -----------------------------------------------------------------------------

    def find_by_number(self, short_number: str) -> str | None:
        """The document with this short number, whether due or ended."""
        found = self._documents.by_number(short_number)
        return None if found is None else found.document_id

    def find_by_link(self, text: str) -> str | None:
        """The document whose message carried this QR text."""
        link_hash = link_hash_of(text)
        found = self._documents.by_link(link_hash) if link_hash else None
        return found.document_id if found else None

    def find_by_ceremony(self, ceremony_id: str) -> str | None:
        """The document whose saved progress has this ceremony id."""
        found = self._store.row(
            "SELECT document_id FROM progress WHERE ceremony_id = ?", (ceremony_id,)
        )
        return None if found is None else str(found[0])

    # -- the document ------------------------------------------------------------------------

    def document(self, document_id: str) -> CeremonyDocument:
        """The document for its client; after sealing, until the client leaves.

        Raises:
            DeskRefused: ``gone``, ``cancelled``, ``expired``, ``already_signed``,
                ``not_here_yet`` (known, but its PDF, or a trust list that names the service of the
                director's time-stamp, has not come yet).
        """
        row, record = self._due_or_shown(document_id)
        due = row.state is DocumentState.DUE
        if due and not self._arrival.has_come(document_id, record.pdf_sha256):
            raise refusal("not_here_yet")
        plan = DocumentPlan.from_json(record.plan)
        channel: Literal["sms", "email"] = "email" if record.channel == "email" else "sms"
        return CeremonyDocument(
            document_id=document_id,
            number=record.number,
            short_number=record.short_number,
            title=record.title,
            language=record.language,
            plan=plan,
            client_index=record.client_index,
            client_name=record.client_name,
            masked_contact=record.masked_contact,
            channel=channel,
            pages=record.pages,
            pdf_sha256=record.pdf_sha256,
            stamp_wanted=plan.clients[record.client_index].stamp is not None,
            deadline=record.deadline,
            base_sha256=record.base_sha256,
            next_here=bool(record.following),
            identity=IDENTITY_KINDS[record.identity],
        )

    def pdf(self, document_id: str) -> bytes:
        """The PDF that the client reads; its hash is checked every time."""
        content = self._documents.due_pdf(document_id)
        if content is None:
            raise refusal("gone")
        return content

    # -- progress ----------------------------------------------------------------------------

    def load(self, document_id: str) -> Progress | None:
        """What was saved of this document's ceremony."""
        found = self._store.row("SELECT body FROM progress WHERE document_id = ?", (document_id,))
        return None if found is None else Progress.from_json(json.loads(found[0]))

    def save(self, progress: Progress) -> None:
        """Keep the progress, as far as the document's state still allows.

        Once it is sealed the ceremony is done, whatever a request says that began before; saving
        a finished one without a session ends it for good.
        """
        with self._store.transaction():
            row = self._documents.row(progress.document_id)
            if row is None or row.state is DocumentState.WITHDRAWN:
                return
            if row.state is DocumentState.SIGNED:
                if self._documents.record(progress.document_id) is None:
                    return  # the client has left
                progress = progress.at(Step.DONE)
            if progress.step is not Step.DONE or progress.ceremony_id:
                self._write(progress)
                return
        self.finish(progress.document_id)

    def save_picture(self, document_id: str, kind: PictureKind, png: bytes) -> None:
        """Keep a picture, encrypted; an earlier one of its kind is shredded."""
        entry = self._documents.files.vault.put(png)
        with self._store.transaction():
            row = self._documents.row(document_id)
            if row is None or row.state is not DocumentState.DUE:
                replaced = entry.file
            else:
                sha256 = hashlib.sha256(png).hexdigest()
                replaced = self._documents.files.name(document_id, PICTURES[kind], sha256, entry)
        self._documents.files.remove([replaced] if replaced else [])

    def picture(self, document_id: str, kind: PictureKind) -> bytes | None:
        """A picture that was kept."""
        return self._documents.files.read(document_id, PICTURES[kind])

    def forget_picture(self, document_id: str, kind: PictureKind) -> None:
        """A picture's key and file go."""
        with self._store.transaction():
            files = self._documents.files.shred(document_id, PICTURES[kind])
        self._documents.files.remove(files)

    # -- codes -------------------------------------------------------------------------------

    def request_code(self, document_id: str) -> CodeRequest:
        """Ask head office for a code when it can be reached; else say where to ask for one."""
        self._by_code(document_id)
        document = self.document(document_id)
        record = self._documents.record(document_id)
        answer = self._ask_office(document_id, record.signer_id if record else "")
        if answer is not None:
            return answer
        return CodeRequest(False, document.channel, document.masked_contact, "offline")

    def challenge(self, document_id: str) -> CodeChallenge | None:
        """What to show instead of asking for a code, while the time is unsure; else None."""
        self._due_or_shown(document_id)
        return self._codes.challenge(document_id)

    def check_code(self, document_id: str, entered: str) -> CodeAnswer:
        """Check 8 digits: a code, or the answer to the challenge that was shown."""
        self._by_code(document_id)
        return self._codes.check(document_id, entered)

    def can_unlock(self, document_id: str) -> bool:
        """Whether somebody of the staff may let this client try codes again."""
        return self._codes.can_unlock(document_id)

    # -- the end -----------------------------------------------------------------------------

    def seal(
        self, document_id: str, answers: ClientAnswers, evidence: EvidenceSummary
    ) -> Sealed | SignedTurn | None:
        """Sign and seal, exactly once; asking again gives what was sealed.

        Raises:
            DeskRefused: the document cannot be signed (any more), or no code was accepted.
            SigningError: nothing was signed and the progress still stands.
        """
        done = self._sealer.sealed(document_id)
        if done is not None or self._documents.turns.signed_here(document_id):
            return done
        read = self.document(document_id)
        if not self._proved(document_id):
            raise refusal("code_needed")
        sealed = self._sealer.seal(document_id, read.pdf_sha256, answers, evidence)
        self._after_sealing()
        return sealed

    def sealed_pdf(self, document_id: str) -> bytes | None:
        """The finished PDF, until the client leaves."""
        found = self._store.row(
            "SELECT 1 FROM sealed WHERE document_id = ? AND client_left = 0", (document_id,)
        )
        kind = BlobKind.SIGNED_PDF
        return None if found is None else self._documents.files.read(document_id, kind)

    def decline(self, document_id: str, reason: DeclineReason) -> None:
        """The client does not sign: it ends here, and head office hears why."""
        self._due_or_shown(document_id)
        if not self._proved(document_id):
            raise refusal("code_needed")
        decline(self._terminal, document_id, reason)
        self._after_sealing()

    def finish(self, document_id: str) -> None:
        """The client has left: what the screens could still show of them goes."""
        self.printing.everyone_left()
        self._documents.client_left(document_id)
        self._terminal.device_store.shred_delivered()
        self._after_sealing()

    def nobody_there(self) -> None:
        """The screen is at its start, or at the next client's: whoever was there has left.

        Their browser may have crashed, so this does not wait for a word from them.
        """
        self.printing.everyone_left()
        self._documents.everyone_left()
        self._terminal.device_store.shred_delivered()

    # ----------------------------------------------------------------------------------------

    def _due_or_shown(self, document_id: str) -> tuple[DocumentRow, DocumentDue]:
        return due_or_shown(self._documents, document_id, self.now())

    def _by_code(self, document_id: str) -> None:
        """Refuse codes where head office wants an identity document instead."""
        _row, record = self._due_or_shown(document_id)
        if record.identity == IdentityWay.STAFF:
            raise refusal("staff_check_wanted")

    def _proved(self, document_id: str) -> bool:
        return self._codes.accepted(document_id) or self._checks.holds(document_id)

    def _write(self, progress: Progress) -> None:
        body: dict[str, Any] = progress.to_json()
        self._store.database.execute(
            "INSERT INTO progress (document_id, ceremony_id, body) VALUES (?, ?, ?)"
            " ON CONFLICT (document_id) DO UPDATE SET ceremony_id = excluded.ceremony_id,"
            " body = excluded.body",
            (progress.document_id, progress.ceremony_id, json.dumps(body, ensure_ascii=False)),
        )
