"""A normalised document becomes one that is ready for its signers. (Being written.)"""

from __future__ import annotations

from datetime import datetime

from signing.fields import DocumentPlan
from signing.normalise import NormalisedPdf

__all__ = ["prepare"]


def prepare(normalised: NormalisedPdf, plan: DocumentPlan, now: datetime) -> bytes:
    """Add fields, signature fields, the certificate's page and the small print."""
    raise NotImplementedError
