"""Signing and sealing, exactly once, whatever the power does.

The one truth is the row in ``sealed``, or in ``turn`` for a client who is not the last. Steps, and
what a cut after each of them leaves:

1. For the last client, the certificate's sequence number is taken and committed. It is never used
   again, so a cut leaves a gap in the numbers, never a number on two certificates.
2. The PDF is signed and sealed in the working folder (in memory where the machine has it), and
   verified there. A cut leaves a finished file that nobody has seen: the next start removes it
   and the client, whose answers are all still there, signs again. It is not taken up again,
   because only the transaction of step 4 says that a client was told "signed".
3. The sealed PDF is encrypted into the vault. A cut leaves a file whose key was never written
   down; the next start removes it.
4. One transaction: the result, the event, the outbox, the end of the document and of its code
   keys. A cut before it: nothing was signed. After it: asking again gives this result.
5. Plain and outdated files are removed. A cut leaves them to the next start.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kiosk.authority import with_fitting_time
from kiosk.clock import Reading
from kiosk.document_files import BlobKind
from kiosk.documents import DocumentState
from kiosk.evidence_record import evidence_body
from kiosk.identity_checks import IdentityChecks
from kiosk.link_text import new_copy_link
from kiosk.refusals import refusal
from kiosk.settings import VERSION
from kiosk.strokes import StrokeBook
from kiosk.terminal import Terminal
from kiosk.turns import client_turns, signed_client
from signing.certificate_facts import EvidenceSummary
from signing.completion import Sealed, complete
from signing.errors import SealRefused
from signing.fields import DocumentPlan
from signing.identities import SealContext
from signing.marks import ClientAnswers, sealed_strokes
from signing.turns import SignedTurn, sign_turn
from sync.records import BodyValue, DocumentDue, EventKind, SignedClient
from sync.strict_json import time_text
from verifier.errors import TrustError
from verifier.token import Method, Proof, Role, SignerClaim, cut_name, parse_token

__all__ = ["Sealer"]

MAX_ATTEMPTS = 5
"""Another event may take the journal position that the certificate names; then we seal again."""


@dataclass(frozen=True)
class _Attempt:
    """The facts of one attempt that end up on the certificate."""

    reading: Reading
    certificate_sequence: int
    journal_position: int
    evidence: dict[str, BodyValue]  # what the journal says of what was shown
    strokes: bytes  # how the signature was drawn, sealed; empty unless head office wants that


class Sealer:
    """Seals documents of one terminal, one at a time."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._store = terminal.store
        self._checks = IdentityChecks(terminal)
        self._lock = threading.Lock()

    def sealed(self, document_id: str) -> Sealed | None:
        """What was sealed for this document, while it is still here."""
        found = self._store.row(
            "SELECT token, text, covered_sha256, covered_bytes FROM sealed"
            " WHERE document_id = ? AND delivered = 0",
            (document_id,),
        )
        if found is None:
            return None
        token = bytes(found[0])
        return Sealed(
            token=token,
            text=str(found[1]),
            covered_sha256=bytes.fromhex(found[2]),
            covered_bytes=int(found[3]),
            claims=parse_token(token).claims,
        )

    def seal(
        self,
        document_id: str,
        pdf_sha256: str,
        answers: ClientAnswers,
        evidence: EvidenceSummary,
    ) -> Sealed | SignedTurn | None:
        """Sign a document that is due, and seal it when its last client signs.

        Args:
            document_id: the document.
            pdf_sha256: what the client has read; another PDF of the document is not signed.
            answers: what the client gave.
            evidence: what the client was shown.

        Returns:
            What came of it; None when this client, not the last, has signed already.

        Raises:
            DeskRefused: it is not due (any more), or another PDF of it has come.
            SigningError: nothing was signed.
        """
        with self._lock:
            for _attempt in range(MAX_ATTEMPTS):
                done = self.sealed(document_id)
                if done is not None or self._terminal.documents.turns.signed_here(document_id):
                    return done
                sealed = self._attempt(document_id, pdf_sha256, answers, evidence)
                if sealed is not None:
                    return sealed
        raise SealRefused(
            "kiosk_busy",
            "The kiosk was too busy to finish the certificate.",
            "Please press the button again; nothing has been signed yet.",
        )

    def _attempt(
        self,
        document_id: str,
        pdf_sha256: str,
        answers: ClientAnswers,
        evidence: EvidenceSummary,
    ) -> Sealed | SignedTurn | None:
        """One attempt; None when the journal or head office moved on meanwhile."""
        documents = self._terminal.documents
        record = documents.record(document_id)
        content = documents.due_pdf(document_id)
        if record is None or content is None:
            raise refusal("gone")
        if record.pdf_sha256 != pdf_sha256:
            raise refusal("code_needed")
        if not self._terminal.key_health().can_sign:
            raise refusal("kiosk_keys_unusable")
        plan = DocumentPlan.from_json(record.plan)
        is_last = record.client_index == len(plan.clients) - 1
        attempt = _Attempt(
            reading=self._terminal.clock.read(),
            certificate_sequence=self._store.next_number("certificate_sequence") if is_last else 0,
            journal_position=self._terminal.journal.next_sequence(),
            evidence=evidence_body(evidence, record.pdf_sha256),
            strokes=sealed_strokes(answers.mark),
        )
        context = self._context(record, evidence, attempt)
        with self._working_folder() as folder:
            source, target = folder / "due.pdf", folder / "signed.pdf"
            source.write_bytes(content)
            done = (complete if is_last else sign_turn)(
                source,
                target,
                plan,
                record.client_index,
                answers,
                with_fitting_time(
                    self._terminal.enrolment().kiosk, context.trust, context.time_quality
                ),
                context,
                attempt.reading.now,
                earlier=client_turns(record),
            )
            signed_pdf = target.read_bytes()
        return done if self._keep(record, attempt, done, signed_pdf) else None

    def _keep(
        self, record: DocumentDue, attempt: _Attempt, done: Sealed | SignedTurn, signed_pdf: bytes
    ) -> bool:
        """Steps 3 to 5. False when the certificate no longer says what is true."""
        documents, document_id = self._terminal.documents, record.document_id
        pdf = hashlib.sha256(signed_pdf).hexdigest(), len(signed_pdf)
        entry = documents.files.vault.put(signed_pdf)
        replaced = ""
        with self._store.transaction() as database:
            promised = self._still_true(record, attempt)
            if promised:
                kind = BlobKind.SIGNED_PDF
                replaced = documents.files.name(document_id, kind, pdf[0], entry)
                database.execute(
                    "INSERT INTO outbox_blob (sha256, document_id) VALUES (?, ?)",
                    (pdf[0], document_id),
                )
                if isinstance(done, SignedTurn):
                    files = self._keep_turn(record, attempt, signed_client(done.turn), pdf)
                else:
                    files = self._keep_sealed(record, attempt, done, pdf)
                if attempt.strokes:
                    StrokeBook(self._store).keep(record, attempt.strokes, self._terminal.journal)
        if not promised:
            documents.files.remove([entry.file])
            return False
        documents.files.remove([*files, replaced])
        return True

    def _keep_sealed(
        self, record: DocumentDue, attempt: _Attempt, sealed: Sealed, pdf: tuple[str, int]
    ) -> list[str]:
        copy_token, copy_sha256 = new_copy_link()
        self._store.database.execute(
            "INSERT INTO sealed (document_id, token, text, covered_sha256, covered_bytes,"
            " pdf_sha256, pdf_bytes, certificate_sequence, event_sequence, signed_at, copy_token)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                record.document_id,
                sealed.token,
                sealed.text,
                sealed.covered_sha256.hex(),
                sealed.covered_bytes,
                *pdf,
                attempt.certificate_sequence,
                attempt.journal_position,
                attempt.reading.now.astimezone(UTC).isoformat(),
                copy_token,
            ),
        )
        self._terminal.journal.add(
            EventKind.CLIENT_SIGNED,
            record.document_id,
            {
                "pdf_sha256": pdf[0],
                "pdf_bytes": pdf[1],
                "covered_sha256": sealed.covered_sha256.hex(),
                "covered_bytes": sealed.covered_bytes,
                "certificate_sequence": attempt.certificate_sequence,
                "copy_link_sha256": copy_sha256,
                **attempt.evidence,
            },
        )
        return self._terminal.documents.signed(record.document_id)

    def _keep_turn(
        self, record: DocumentDue, attempt: _Attempt, turn: SignedClient, pdf: tuple[str, int]
    ) -> list[str]:
        documents = self._terminal.documents
        documents.turns.add(record, turn, pdf, attempt.journal_position)
        self._terminal.journal.add(
            EventKind.TURN_SIGNED,
            record.document_id,
            {
                "pdf_sha256": pdf[0],
                "pdf_bytes": pdf[1],
                "client_index": record.client_index,
                "method": turn.method,
                "proof": turn.proof,
                "signed_at": time_text(turn.signed_at),
                "quality": turn.time_quality,
                **attempt.evidence,
            },
        )
        return documents.turn_signed(record)

    def _still_true(self, record: DocumentDue, attempt: _Attempt) -> bool:
        """Whether its place in the journal is free and head office still wants this very PDF."""
        now = self._terminal.documents.record(record.document_id)
        row = self._terminal.documents.row(record.document_id)
        return (
            self._terminal.journal.next_sequence() == attempt.journal_position
            and row is not None
            and row.state is DocumentState.DUE
            and now is not None
            and now.pdf_sha256 == record.pdf_sha256
        )

    def _context(
        self, record: DocumentDue, evidence: EvidenceSummary, attempt: _Attempt
    ) -> SealContext:
        """What the device knows now, for the certificate."""
        try:
            trust = self._terminal.trust.current()
        except TrustError as error:
            raise SealRefused(error.code, error.sentence, error.next_step) from error
        director = record.director
        return SealContext(
            trust=trust,
            host=self._terminal.enrolment().grant.host,
            certificate_sequence=attempt.certificate_sequence,
            time_quality=attempt.reading.quality,
            journal_position=attempt.journal_position,
            evidence=evidence,
            software_version=VERSION,
            timezone=self._terminal.settings.timezone,
            client_proof=self._checks.proof_of(record),
            director=SignerClaim(
                name=cut_name(director.name),
                role=Role.DIRECTOR,
                method=Method.KEY,
                proof=Proof(director.proof),
                signed_at=_whole_second(director.signed_at),
            ),
        )

    @contextmanager
    def _working_folder(self) -> Iterator[Path]:
        """A folder of one attempt, gone at its end whatever happens."""
        folder = self._terminal.working_file(secrets.token_hex(8))
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _whole_second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
