"""What every journey needs: a driver of browsers, and where its pictures go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, sync_playwright

from tests.journeys.browser import photograph
from tests.journeys.office_pages import Keep


@pytest.fixture
def keep(request: pytest.FixtureRequest, tmp_path: Path) -> Keep:
    """Keep a picture of a screen: in the folder of --screens, else with the test's own files."""
    chosen: Path | None = request.config.getoption("--screens")
    folder = chosen or tmp_path / "screens"
    folder.mkdir(parents=True, exist_ok=True)

    def picture(page: Page, name: str) -> None:
        photograph(page, folder, name)

    return picture


@pytest.fixture
def playwright() -> Iterator[Playwright]:
    """The driver of this test's browsers; ended with the test, for it owns the event loop."""
    with sync_playwright() as driver:
        yield driver
