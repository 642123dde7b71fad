"""Reading the QR code from a picture (skeleton)."""

from __future__ import annotations

from datetime import datetime

from verifier.trust_list import TrustList
from verifier.verdict import Verdict

__all__ = ["text_in_picture", "verify_picture"]


def text_in_picture(data: bytes) -> str | None:
    """The text of the QR code in a JPEG or PNG picture, or None."""
    raise NotImplementedError


def verify_picture(data: bytes, trust: TrustList, now: datetime) -> Verdict:
    """Judge the certificate whose QR code is in a picture."""
    raise NotImplementedError
