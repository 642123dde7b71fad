"""What the certificate of authenticity says: plain data, no drawing.

`signing.certificate_page` draws a `CertificateFacts`; whoever seals a document fills it. Names and
enumerations of signers are the verifier's, because the page and the QR on it say the same thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from verifier.token import Method, Proof, Role, TimeQuality

__all__ = ["INPUTS", "SHOWN_WITH", "CertificateFacts", "EvidenceSummary", "SignerLine"]

SHOWN_WITH: Final = ("large_text", "high_contrast", "read_aloud")
"""Text of twice the size, high contrast, pages read aloud."""
INPUTS: Final = ("touch", "pen", "mouse", "keyboard")
"""Kinds of pointers as browsers name them (W3C Pointer Events, 4.2), and the keyboard."""


@dataclass(frozen=True)
class EvidenceSummary:
    """What the client was shown before signing, in short."""

    pages_shown: int
    """How many pages were really on the screen."""
    pages_total: int
    """How many pages the document had."""
    seconds_reading: int
    """Seconds spent on the reading screen, all pages together."""
    consent_version: str
    """Version of the wording that the client agreed to, for example "2026-1"."""
    language: str
    """Language of the screens: pl, en, de or uk."""
    shown_with: tuple[str, ...] = ()
    """How the pages were shown, of SHOWN_WITH, in that order."""
    input: str = ""
    """What pressed the button that signed, of INPUTS; empty where that is not known."""
    page_seconds: tuple[int, ...] = ()
    """How long each page was on the screen, in order; not printed."""
    page_hashes: tuple[str, ...] = ()
    """What the screen got of each page, in order: the first 16 hex digits of the SHA-256 of its
    picture; empty where it is not known, as after a restart. Not printed."""
    ink_rate_hz: float = 0.0
    """Samples a second of a drawn signature, measured; 0 for any other. Not printed."""


@dataclass(frozen=True)
class SignerLine:
    """One signer as the page lists them."""

    name: str
    """Full name, not cut as in the token."""
    role: Role
    """In which capacity the person signed."""
    method: Method
    """How the signature was made."""
    proof: Proof
    """How the person's identity was proved."""
    signed_at: datetime
    """When, aware UTC; printed in the certificate's own time zone."""
    evidence: EvidenceSummary | None = None
    """What the person was shown, and for how long; None where no kiosk showed it."""
    kiosk_name: str = ""
    """The kiosk at which the person signed; empty where there was none."""


@dataclass(frozen=True)
class CertificateFacts:
    """Everything printed on the certificate of authenticity."""

    document_id: bytes
    """16 bytes, as in the token."""
    number: str
    """The office's own number of the document."""
    title: str
    """Full title."""
    language: str
    """Main language of the page: pl, en, de or uk; English stands beside it."""
    pages: int
    """Pages of the document, the certificate not counted."""
    signers: tuple[SignerLine, ...]
    """In the order of signing."""
    kiosk_name: str
    """The device that sealed the document, as people call it."""
    software_version: str
    """Version of this software."""
    trust_version: int
    """Version of the trust list that the device held."""
    trust_as_of: datetime
    """The moment that trust list speaks of, aware UTC."""
    issued_at: datetime
    """When the seal was made, aware UTC."""
    time_quality: TimeQuality
    """Whether the device could vouch for its clock."""
    journal_position: int
    """Sequence number of the sealing in the device's journal."""
    covered_sha256: bytes
    """SHA-256 of the document up to the end of the last client's signature."""
    host: str
    """Head office's public host, where the document can be verified online."""
    timezone: str = "Europe/Warsaw"
    """IANA name of the zone in which times are printed."""
    time_stamped: bool = False
    """Whether the kiosk's own time-stamper states the times of the signatures made there."""

    @property
    def evidence(self) -> tuple[EvidenceSummary, ...]:
        """What each client was shown, in the order of signing."""
        return tuple(each.evidence for each in self.signers if each.evidence is not None)
