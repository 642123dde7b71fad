"""Checking a paper or a file at the kiosk, with the kiosk's trust list, and writing it down."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from kiosk.terminal import Terminal
from sync.records import BodyValue, EventKind
from verifier.document import verify_pdf, verify_text
from verifier.errors import PictureError, VerifierError
from verifier.picture import text_in_picture
from verifier.verdict import Severity, Verdict

__all__ = ["MAX_CHECKED_BYTES", "Checked", "Shown", "Verifying"]

MAX_CHECKED_BYTES = 96 * 1024 * 1024
"""The largest file that is checked: the largest that Sygnet signs."""
MAX_CODES_CHARACTERS = 400
"""What of the findings' codes goes into the journal; the field holds 512."""

PDF_START = b"%PDF-"
PDF_START_WITHIN = 1024
"""Readers look for the header in the first kilobyte (ISO 32000-1, annex H.3)."""
PICTURE_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


class Shown(StrEnum):
    """What was shown to the kiosk."""

    CODE = "code"
    """The QR code on a paper, by camera or scanner: the file itself was not seen."""
    PICTURE = "picture"
    """A picture file of the code: the signed file itself was not seen."""
    FILE = "file"
    """The PDF."""


@dataclass(frozen=True)
class Checked:
    """A verdict and what it is about.

    Attributes:
        verdict: what the verifier says.
        shown: what was shown.
        name: short name of the thing, so that the same code is not judged ten times a second.
    """

    verdict: Verdict
    shown: Shown
    name: str

    @property
    def paper_only(self) -> bool:
        """Whether only the code was seen and not the bytes of the document."""
        return self.shown is not Shown.FILE


class Verifying:
    """Judges for one terminal."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def code(self, text: str) -> Checked:
        """Judge the text of a QR code.

        Raises:
            TrustError: there is no trust list.
        """
        trust = self._terminal.trust.current()
        verdict = verify_text(text, trust, self._terminal.clock.now())
        return self._written(Checked(verdict, Shown.CODE, name_of(text)))

    def file(self, data: bytes) -> Checked:
        """Judge a PDF, or the code in a picture.

        Raises:
            VerifierError: ``empty_file``, ``not_verifiable``, ``no_code_in_picture``, or why the
                picture cannot be read.
            TrustError: there is no trust list.
        """
        trust, now = self._terminal.trust.current(), self._terminal.clock.now()
        if not data:
            raise VerifierError("empty_file", "This file is empty.", "Choose another one.")
        if PDF_START in data[:PDF_START_WITHIN]:
            verdict = verify_pdf(data, trust, now)
            name = hashlib.sha256(data).hexdigest()[:16]
            return self._written(Checked(verdict, Shown.FILE, name))
        if not data.startswith(PICTURE_STARTS):
            raise VerifierError(
                "not_verifiable", "This is neither a PDF nor a picture.", "Choose another one."
            )
        text = text_in_picture(data)
        if text is None:
            raise PictureError(
                "no_code_in_picture", "There is no code in this picture.", "Take another one."
            )
        return self._written(Checked(verify_text(text, trust, now), Shown.PICTURE, name_of(text)))

    def _written(self, checked: Checked) -> Checked:
        """Write the verdict into the journal: the outcome and codes, no names."""
        if not self._terminal.enrolled:
            return checked
        verdict = checked.verdict
        weighty = (Severity.DOUBT, Severity.BAD)
        codes = [finding.code for finding in verdict.findings if finding.severity in weighty]
        body: dict[str, BodyValue] = {
            "outcome": verdict.outcome.value,
            "shown": checked.shown.value,
            "findings": " ".join(codes)[:MAX_CODES_CHARACTERS],
            "trust_version": verdict.trust_version or 0,
        }
        document_id = None if verdict.claims is None else verdict.claims.document_id.hex()
        self._terminal.journal.add(EventKind.VERIFIED, document_id, body)
        return checked


def name_of(text: str) -> str:
    """Short name of a code's text."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
