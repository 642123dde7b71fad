"""A desk that keeps everything in memory, with real codes, a real document and a real seal."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from signing.ceremony.declining import DeclineReason
from signing.ceremony.desk import (
    CeremonyDocument,
    CodeAnswer,
    CodeChallenge,
    CodeRequest,
    DeskKind,
    DeskRefused,
    PictureKind,
    PrintState,
)
from signing.ceremony.progress import Progress, Step
from signing.certificate_facts import EvidenceSummary
from signing.challenges import challenge_for, finish_answer
from signing.codes import (
    CodeOutcome,
    CodeRefusal,
    CodeState,
    KioskCodeLimit,
    begin_try,
    derive_code_key,
    finish_try,
    issue_code,
)
from signing.completion import Sealed, complete
from signing.director import sign_as_director
from signing.fields import DocumentPlan
from signing.ink import Ink
from signing.marks import ClientAnswers
from signing.normalise import normalise
from signing.prepare import prepare
from signing.shown_challenge import BootTime
from tests.samples import Sample, samples
from tests.signing.house import DIRECTOR, NOW, context, house
from verifier.token import SignerClaim

DOCUMENT_ID = bytes(range(16))
ROOT_SECRET = b"a test's root secret, 32 bytes!!"


@dataclass
class MemoryDesk:
    """One document at one kiosk. Tests turn its clock and its link by hand."""

    sample: Sample
    kind: DeskKind = "kiosk"
    camera_width_mm: float | None = None
    time: datetime = NOW
    online: bool = True
    time_assured: bool = True
    refusal: str = ""  # code of what `document` raises
    saved: dict[str, object] | None = None  # the progress as JSON, as a real desk keeps it
    pictures: dict[PictureKind, bytes] = field(default_factory=dict)
    codes: CodeState = field(default_factory=lambda: CodeState(1))
    limit: KioskCodeLimit = field(default_factory=KioskCodeLimit)
    answers: ClientAnswers | None = None  # what was sealed
    evidence: EvidenceSummary | None = None
    sealed: bytes | None = None
    seal_refusal: str = ""  # code of what `seal` raises
    finished: bool = False
    declined: DeclineReason | None = None
    sent: list[str] = field(default_factory=list)
    can_print: bool = False
    printed: PrintState = PrintState.NONE
    records_strokes: bool = False
    staff_unlock: bool = False
    drawn: Ink | None = None  # what was sealed of a drawing
    link: str = "https://office.example/d/AbCdEfGhIjKlMnOpQrStUv"

    @property
    def plan(self) -> DocumentPlan:
        return self.sample.plan(DOCUMENT_ID, DIRECTOR)

    @property
    def progress(self) -> Progress | None:
        return self.load(DOCUMENT_ID.hex())

    def now(self) -> datetime:
        return self.time

    def tick(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)

    def can_unlock(self, document_id: str) -> bool:
        return self.staff_unlock

    def sealed_strokes(self, document_id: str, ink: Ink) -> bytes:
        assert document_id == DOCUMENT_ID.hex()
        self.drawn = ink
        return b"sealed" if self.records_strokes else b""

    def local_timezone(self) -> str:
        return "Europe/Warsaw"

    def find_by_number(self, short_number: str) -> str | None:
        return DOCUMENT_ID.hex() if short_number == "1234566" else None

    def find_by_link(self, text: str) -> str | None:
        return DOCUMENT_ID.hex() if text.endswith("/m/link") else None

    def find_by_ceremony(self, ceremony_id: str) -> str | None:
        progress = self.progress
        return DOCUMENT_ID.hex() if progress and progress.ceremony_id == ceremony_id else None

    def document(self, document_id: str) -> CeremonyDocument:
        if self.refusal:
            raise DeskRefused(self.refusal, "Refused by the test.", "Nothing.")
        pdf = self.pdf(document_id)
        return CeremonyDocument(
            document_id=DOCUMENT_ID.hex(),
            number=self.sample.number,
            short_number="1234566",
            title=self.sample.title,
            language="pl",
            plan=self.plan,
            client_index=0,
            client_name=self.sample.client.name,
            masked_contact="+48 *** *** 123",
            channel=self.sample.channel,
            pages=pages_of(self.sample.name),
            pdf_sha256=hashlib.sha256(pdf).hexdigest(),
            stamp_wanted=self.sample.client.stamp is not None,
            deadline=None,
        )

    def pdf(self, document_id: str) -> bytes:
        assert document_id == DOCUMENT_ID.hex()
        return signed_by_director(self.sample.name)

    def load(self, document_id: str) -> Progress | None:
        assert document_id == DOCUMENT_ID.hex()
        return None if self.saved is None else Progress.from_json(self.saved)

    def save(self, progress: Progress) -> None:
        self.saved = progress.to_json()

    def save_picture(self, document_id: str, kind: PictureKind, png: bytes) -> None:
        assert document_id == DOCUMENT_ID.hex()
        self.pictures[kind] = png

    def picture(self, document_id: str, kind: PictureKind) -> bytes | None:
        assert document_id == DOCUMENT_ID.hex()
        return self.pictures.get(kind)

    def forget_picture(self, document_id: str, kind: PictureKind) -> None:
        assert document_id == DOCUMENT_ID.hex()
        self.pictures.pop(kind, None)

    def request_code(self, document_id: str) -> CodeRequest:
        document = self.document(document_id)
        if self.online:
            self.sent.append(issue_code(self.code_key(), self.time).text)
        return CodeRequest(
            self.online,
            document.channel,
            document.masked_contact,
            "" if self.online else "offline",
        )

    def code_key(self) -> bytes:
        digest = hashlib.sha256(signed_by_director(self.sample.name)).hexdigest()
        return derive_code_key(ROOT_SECRET, "k1", "client1", DOCUMENT_ID.hex(), digest, 1)

    def challenge(self, document_id: str) -> CodeChallenge | None:
        assert document_id == DOCUMENT_ID.hex()
        if self.time_assured:
            return None
        self.codes = challenge_for(self.codes, self.boot(), "123456789")
        assert self.codes.challenge is not None
        digits = self.codes.challenge.digits
        return CodeChallenge(
            self.codes.challenge.shown, f"https://office.example/a/{document_id}/0/{digits}"
        )

    def boot(self) -> BootTime:
        """A machine that was started when the test began."""
        return BootTime("boot", (self.time - NOW).total_seconds())

    def check_code(self, document_id: str, entered: str) -> CodeAnswer:
        assert document_id == DOCUMENT_ID.hex()
        if self.limit.closed(self.time):
            return CodeAnswer(CodeOutcome.CLOSED, self.codes.tries_left, 0)
        begun = begin_try(self.codes, self.time)
        if isinstance(begun, CodeRefusal):
            return CodeAnswer(begun.outcome, self.codes.tries_left, begun.wait_seconds)
        before, self.codes, self.limit = self.limit, begun, self.limit.counted(self.time)
        if self.time_assured:
            outcome, self.codes = finish_try(self.code_key(), entered, begun, self.time)
        else:
            outcome, self.codes = finish_answer(self.code_key(), entered, begun, self.boot())
        if outcome in {CodeOutcome.ACCEPTED, CodeOutcome.MALFORMED}:
            self.limit = before
        return CodeAnswer(outcome, self.codes.tries_left, 0)

    def seal(self, document_id: str, answers: ClientAnswers, evidence: EvidenceSummary) -> Sealed:
        source_bytes = self.pdf(document_id)
        if self.seal_refusal:
            raise DeskRefused(self.seal_refusal, "Refused by the test.", "Nothing.")
        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder) / "source.pdf", Path(folder) / "sealed.pdf"
            source.write_bytes(source_bytes)
            facts = replace(context(), evidence=evidence)
            done = complete(source, target, self.plan, 0, answers, house().kiosk, facts, self.time)
            self.sealed = target.read_bytes()
        self.answers, self.evidence = answers, evidence
        return done

    def sealed_pdf(self, document_id: str) -> bytes | None:
        assert document_id == DOCUMENT_ID.hex()
        return self.sealed

    def print_copy(self, document_id: str) -> None:
        assert self.sealed is not None
        self.printed = PrintState.PRINTING

    def print_state(self, document_id: str) -> PrintState:
        assert document_id == DOCUMENT_ID.hex()
        return self.printed

    def copy_link(self, document_id: str) -> str:
        assert document_id == DOCUMENT_ID.hex()
        return "" if self.sealed is None else self.link

    def decline(self, document_id: str, reason: DeclineReason) -> None:
        assert document_id == DOCUMENT_ID.hex()
        self.declined, self.refusal = reason, "declined"
        self.saved, self.pictures = None, {}

    def finish(self, document_id: str) -> None:
        assert document_id == DOCUMENT_ID.hex()
        assert self.progress is None or self.progress.step is Step.DONE
        self.finished = True


def sample_named(name: str) -> Sample:
    """One of the sample contracts."""
    return next(sample for sample in samples() if sample.name == name)


@cache
def signed_by_director(name: str) -> bytes:
    """A sample contract, prepared and signed by the director; made once per run."""
    sample = sample_named(name)
    plan = sample.plan(DOCUMENT_ID, DIRECTOR)
    director: SignerClaim = context().director
    with tempfile.TemporaryDirectory() as folder:
        prepared, signed = Path(folder) / "prepared.pdf", Path(folder) / "signed.pdf"
        prepared.write_bytes(prepare(normalise(sample.pdf), plan, NOW - timedelta(hours=4)))
        sign_as_director(prepared, signed, plan, house().director, director.signed_at)
        return signed.read_bytes()


@cache
def pages_of(name: str) -> int:
    """How many pages the client reads."""
    import pikepdf

    with tempfile.TemporaryFile() as file:
        file.write(signed_by_director(name))
        with pikepdf.open(file) as document:
            return len(document.pages)
