"""Options and surroundings of the whole suite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from kiosk import tpm

settings.register_profile("same every time", derandomize=True, deadline=None, database=None)
settings.load_profile("same every time")


@pytest.fixture(scope="session", autouse=True)
def no_tpm_of_this_machine() -> Iterator[None]:
    """Kiosks in tests keep their secrets out of the TPM of the machine that runs the tests."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(tpm, "DEVICE", Path("/nowhere/tpm"))
        yield


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that turns journeys into the README's pictures."""
    parser.addoption(
        "--screens",
        type=Path,
        default=None,
        metavar="FOLDER",
        help="keep the journeys' screenshots in FOLDER (docs/screens for the README)",
    )
    parser.addoption(
        "--histories",
        type=int,
        default=12,
        metavar="NUMBER",
        help="how many histories of sync the simulator plays",
    )
    parser.addoption(
        "--every-mode",
        action="store_true",
        help="look at each screen in every language and every mode, not in a part of the pairs",
    )
