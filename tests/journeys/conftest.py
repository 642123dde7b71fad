"""What every journey needs: a town, a driver of browsers, and where its pictures go."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, sync_playwright

from tests.journeys.browser import photograph
from tests.journeys.office_pages import Keep
from tests.town import Town


@pytest.fixture
def screens(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Where pictures are kept: the folder of --screens, else among the test's own files."""
    chosen: Path | None = request.config.getoption("--screens")
    folder = chosen or tmp_path / "screens"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def keep(screens: Path) -> Keep:
    """Keep a picture of a screen."""

    def picture(page: Page, name: str) -> None:
        photograph(page, screens, name)

    return picture


@pytest.fixture
def playwright() -> Iterator[Playwright]:
    """The driver of this test's browsers; ended with the test, for it owns the event loop."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data of a head office and a kiosk that know each other and have done nothing yet."""
    data = tmp_path_factory.mktemp("founded") / "data"
    with Town(data) as town:
        town.start()
    return data


@pytest.fixture
def town(founded: Path, tmp_path: Path) -> Iterator[Town]:
    """A town of its own, running; the kiosk signs in a folder that tests may look into."""
    shutil.copytree(founded, tmp_path / "data")
    (tmp_path / "working").mkdir()
    with Town(tmp_path / "data", working=tmp_path / "working") as town:
        town.start()
        yield town
