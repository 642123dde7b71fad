"""What genuine means for a sealed PDF and for a printed certificate (skeleton)."""

from __future__ import annotations

from datetime import datetime

from verifier.trust_list import TrustList
from verifier.verdict import Verdict

__all__ = ["verify_pdf", "verify_text"]


def verify_pdf(data: bytes, trust: TrustList, now: datetime) -> Verdict:
    """Judge a PDF file."""
    raise NotImplementedError


def verify_text(text: str, trust: TrustList, now: datetime) -> Verdict:
    """Judge the text of a certificate's QR code alone."""
    raise NotImplementedError
