"""From the client's last word to the sealed file, in one step that leaves all or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from signing.fields import DocumentPlan
from signing.marks import ClientAnswers

if TYPE_CHECKING:
    from signing.identities import KioskIdentity, SealContext
    from verifier.token import Claims

__all__ = ["Sealed", "complete"]


@dataclass(frozen=True)
class Sealed:
    """What a finished document leaves beside its file."""

    token: bytes  # the certificate token, docs/certificate-token.md
    text: str  # the token as the QR code carries it
    covered_sha256: bytes  # SHA-256 of the covered prefix
    covered_bytes: int  # length of the covered prefix
    claims: Claims  # what the token says


def complete(
    source: Path,
    target: Path,
    plan: DocumentPlan,
    client_index: int,
    answers: ClientAnswers,
    kiosk: KioskIdentity,
    context: SealContext,
    now: datetime,
) -> Sealed:
    """Sign for the client, seal, verify and keep the result at `target`."""
    raise NotImplementedError
