"""Every screen for everybody: axe finds nothing, targets are large, nothing runs off the side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, sync_playwright

from signing.ceremony.desk import PictureKind
from signing.ceremony.progress import StampChoice
from tests.ceremony.at_the_screen import clean_stamp_png
from tests.ceremony.conftest import STAMPED
from tests.ceremony.memory_desk import MemoryDesk, pages_of, sample_named
from tests.ceremony.served_desk import served
from tests.ceremony.test_headers import SCREENS
from tests.journeys.browser import KIOSK_SCREEN, PHONE_SCREEN, chromium

pytestmark = pytest.mark.browser

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SMALL_KIOSK_SCREEN = (800, 480)
LEAST_TARGET_PX = 72
LEAST_PHONE_TARGET_PX = 44
NARROW_KEYS = ".keyboard .key"  # ten and more in a row of 800 px; their height is checked

PAINTED = """() => document.fonts.ready.then(() => new Promise(
    (done) => requestAnimationFrame(() => requestAnimationFrame(done))))"""
"""Scripts have run with the page's load; this waits for the typefaces and two frames."""

SMALL_TARGETS = """([least, narrow]) => [...document.querySelectorAll(
    "button, a[href], label.button, label.hand, label.tick__label")]
  .filter((one) => one.checkVisibility() && !one.closest("dialog") && !one.matches(".skip"))
  .map((one) => [one, one.getBoundingClientRect()])
  .filter(([one, box]) => box.height < least - 0.5
    || (box.width < least - 0.5 && !one.matches(narrow)))
  .map(([one, box]) => `${one.className} ${Math.round(box.width)}x${Math.round(box.height)}`)"""


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    """One touch browser for all tests here."""
    with (
        sync_playwright() as playwright,
        chromium(playwright, KIOSK_SCREEN, touch=True) as context,
    ):
        yield context


@pytest.fixture
def page(browser: BrowserContext) -> Iterator[Page]:
    """A fresh tab that never shows a colour between two."""
    browser.clear_cookies()
    page = browser.new_page()
    page.emulate_media(reduced_motion="reduce")
    yield page
    page.close()


def screens(page: Page, desk: MemoryDesk, address: str) -> Iterator[str]:
    """Show each screen in turn, with everything given, then the signed document."""
    desk.pictures[PictureKind.STAMP] = desk.pictures[PictureKind.MARK] = clean_stamp_png()
    page.goto(f"{address}/start")
    assert desk.progress is not None
    given = replace(
        desk.progress,
        code_ok_at=desk.time,
        pages_seen=dict.fromkeys(range(1, pages_of(STAMPED) + 1), 5.0),
        values={key: value for key, value in desk.sample.answers.items() if value},
        stamp=StampChoice.GIVEN,
        mark={"kind": "typed", "name": desk.sample.client.name, "typeface": "caveat"},
    )
    for path in (*SCREENS, "/ceremony/sign/picture/result"):
        desk.save(replace(given, ceremony_id=desk.progress.ceremony_id))
        page.goto(address + path)
        page.evaluate(PAINTED)
        assert page.url.removeprefix(address) == path
        yield path
    page.goto(f"{address}/ceremony/agree")
    page.locator("footer .button--primary").click()
    page.wait_for_url("**/ceremony/done")
    page.evaluate(PAINTED)
    yield "/ceremony/done"


@pytest.mark.parametrize(
    ("language", "options"),
    [("pl", ()), ("uk", ("high_contrast",)), ("de", ("large_text", "left_handed"))],
)
def test_axe_finds_nothing_on_any_screen(
    page: Page, language: str, options: tuple[str, ...]
) -> None:
    desk = MemoryDesk(sample_named(STAMPED))
    axe = Axe()
    found: dict[str, str] = {}
    with served(desk, language, options) as address:
        for path in screens(page, desk, address):
            result = axe.run(page, options={"runOnly": {"type": "tag", "values": AXE_TAGS}})
            if result.violations_count:
                found[path] = result.generate_report()
    assert found == {}


@pytest.mark.parametrize(
    ("screen", "language", "options"),
    [
        (SMALL_KIOSK_SCREEN, "pl", ()),
        (SMALL_KIOSK_SCREEN, "uk", ("large_text",)),
        (SMALL_KIOSK_SCREEN, "de", ("left_handed",)),
        (KIOSK_SCREEN, "de", ("large_text",)),
        (PHONE_SCREEN, "uk", ()),
    ],
)
def test_targets_are_large_and_nothing_runs_off_the_side(
    page: Page, screen: tuple[int, int], language: str, options: tuple[str, ...]
) -> None:
    on_phone = screen == PHONE_SCREEN
    desk = MemoryDesk(sample_named(STAMPED), kind="phone" if on_phone else "kiosk")
    least = LEAST_PHONE_TARGET_PX if on_phone else LEAST_TARGET_PX
    page.set_viewport_size({"width": screen[0], "height": screen[1]})
    found: dict[str, object] = {}
    with served(desk, language, options) as address:
        for path in screens(page, desk, address):
            small = page.evaluate(SMALL_TARGETS, [least, NARROW_KEYS])
            wide = page.evaluate("document.documentElement.scrollWidth") - screen[0]
            if small or wide > 0:
                found[path] = (small, wide)
    assert found == {}


def test_whoever_could_scroll_on_sees_that_there_is_more(page: Page) -> None:
    page.set_viewport_size({"width": SMALL_KIOSK_SCREEN[0], "height": SMALL_KIOSK_SCREEN[1]})
    desk = MemoryDesk(sample_named(STAMPED))
    with served(desk, "uk", ("large_text",)) as address:
        for path in screens(page, desk, address):
            if path == "/ceremony/agree":
                break
        hidden = page.locator("main").evaluate("main => main.scrollHeight - main.clientHeight")
        assert hidden > 100  # two of the three declarations
        assert page.locator("main[data-below]").count() == 1
        page.locator("main").evaluate("main => main.scrollTo(0, main.scrollHeight)")
        page.wait_for_selector("main:not([data-below])")
