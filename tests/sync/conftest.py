"""Head office with its real blueprint, and a kiosk enrolled at it, on a network we control."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.sync.pair import Pair

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    """A head office and a kiosk enrolled at it."""
    with Pair(NOW, tmp_path / "trust") as made:
        yield made
