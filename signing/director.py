"""The director's signature: the first, and a certification. (Being written.)"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from signing.fields import DocumentPlan

if TYPE_CHECKING:
    from signing.identities import SigningIdentity

__all__ = ["sign_as_director"]


def sign_as_director(
    source: Path, target: Path, plan: DocumentPlan, identity: SigningIdentity, now: datetime
) -> None:
    """Sign the prepared document at `source` into `target`."""
    raise NotImplementedError
