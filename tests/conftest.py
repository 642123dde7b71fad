"""Options and surroundings of the whole suite."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("same every time", derandomize=True, deadline=None, database=None)
settings.load_profile("same every time")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that turns journeys into the README's pictures."""
    parser.addoption(
        "--screens",
        type=Path,
        default=None,
        metavar="FOLDER",
        help="keep the journeys' screenshots in FOLDER (docs/screens for the README)",
    )
