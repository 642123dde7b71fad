"""Loading a trust list from the five files that carry it; see docs/trust-list.md (skeleton)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from verifier.trust_list import TrustList

__all__ = ["load_trust", "load_trust_files"]


def load_trust(folder: Path) -> TrustList:
    """Load and check the trust list in a folder."""
    raise NotImplementedError


def load_trust_files(files: Mapping[str, bytes]) -> TrustList:
    """Check the trust list in five files already read."""
    raise NotImplementedError
