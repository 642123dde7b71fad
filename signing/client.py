"""The client's update: values, stamp, mark and signature in one revision. (Being written.)"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from signing.fields import DocumentPlan
from signing.marks import ClientAnswers

if TYPE_CHECKING:
    from signing.identities import SigningIdentity

__all__ = ["sign_as_client"]


def sign_as_client(
    source: Path,
    target: Path,
    plan: DocumentPlan,
    client_index: int,
    answers: ClientAnswers,
    identity: SigningIdentity,
    now: datetime,
) -> None:
    """Fill and sign the document at `source` into `target`."""
    raise NotImplementedError
