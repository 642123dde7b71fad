"""Every screen for everybody: axe finds nothing, targets are large, nothing runs off the side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, sync_playwright

from signing.ceremony.desk import PictureKind
from signing.ceremony.progress import CEREMONY_LANGUAGES, StampChoice
from signing.ceremony.speech import Sound
from tests.ceremony.at_the_screen import clean_stamp_png
from tests.ceremony.conftest import STAMPED
from tests.ceremony.memory_desk import MemoryDesk, pages_of, sample_named
from tests.ceremony.screen_sheet import ScreenSheet
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


CUT_OFF = """() => {
  const wide = [document.documentElement, ...document.querySelectorAll("main, .actions")]
    .filter((one) => !one.matches(".unseen") && one.scrollWidth > one.clientWidth + 1);
  const burst = [...document.querySelectorAll(".button > span, .tool > span, .tick__label > span")]
    .filter((one) => one.checkVisibility() && !one.matches(".unseen") && one.clientWidth !== 1)
    .filter((one) => {
      const around = one.parentElement.getBoundingClientRect();
      const inside = one.getBoundingClientRect();
      return inside.width > 1 && (inside.left < around.left - 1 || inside.right > around.right + 1
        || inside.top < around.top - 1 || inside.bottom > around.bottom + 1);
    });
  return [...wide, ...burst].map((one) => `${one.tagName} ${one.className} `
    + one.textContent.trim().slice(0, 40));
}"""
"""What is wider than its place, and words that stick out of their button."""


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
    desk.time_assured = False
    page.goto(f"{address}/ceremony/challenge")
    page.evaluate(PAINTED)
    yield "/ceremony/challenge"
    desk.time_assured = True
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


MODES = ("", "high-contrast", "large-text", "high-contrast large-text left-handed")
SHOW_MODE = """(mode) => {
  for (const one of [document.documentElement, document.body]) {
    for (const name of ["high-contrast", "large-text", "left-handed"]) {
      one.classList.toggle(name, mode.split(" ").includes(name));
    }
  }
}"""
"""A mode is nothing but classes, so a screen need not be loaded for each."""


@pytest.mark.parametrize("language", CEREMONY_LANGUAGES)
def test_axe_finds_nothing_on_any_screen_in_any_language_and_mode(
    page: Page, language: str, request: pytest.FixtureRequest
) -> None:
    """Each screen in two languages and modes, other ones each; `--every-mode` in all sixteen."""
    every = request.config.getoption("--every-mode")
    desk = MemoryDesk(sample_named(STAMPED))
    axe, start = Axe(), CEREMONY_LANGUAGES.index(language)
    found: dict[str, str] = {}
    sheet = ScreenSheet(request.config.getoption("--screens"), f"ceremony-{language}", 0.4)
    with served(desk, language, ("read_aloud",), "speaker") as address:
        for order, path in enumerate(screens(page, desk, address)):
            page.set_viewport_size({"width": KIOSK_SCREEN[0], "height": KIOSK_SCREEN[1]})
            sheet.add(page)
            page.set_viewport_size(
                {"width": SMALL_KIOSK_SCREEN[0], "height": SMALL_KIOSK_SCREEN[1]}
            )
            chosen = () if (order + start) % 2 else (MODES[(order // 2 + start) % len(MODES)],)
            for mode in MODES if every else chosen:
                page.evaluate(SHOW_MODE, mode)
                page.evaluate(PAINTED)  # what scrolls now is told after the next frame
                result = axe.run(page, options={"runOnly": {"type": "tag", "values": AXE_TAGS}})
                if result.violations_count:
                    found[f"{path} {mode}"] = result.generate_report()
    sheet.save()
    assert found == {}


PHOTOGRAPHED = {("pl", "large-text"), ("de", "high-contrast"), ("uk", "")}
"""Sheets beside those of the four languages: one of each mode, and one of the phone."""


@pytest.mark.parametrize(
    ("screen", "language", "modes"),
    [
        *((SMALL_KIOSK_SCREEN, language, MODES[1:]) for language in CEREMONY_LANGUAGES),
        (KIOSK_SCREEN, "de", MODES[1:]),
        (PHONE_SCREEN, "uk", MODES[:1]),
        (PHONE_SCREEN, "de", MODES[:1]),
    ],
)
def test_targets_are_large_and_no_words_are_cut_off(
    page: Page,
    screen: tuple[int, int],
    language: str,
    modes: tuple[str, ...],
    request: pytest.FixtureRequest,
) -> None:
    """Also with text of twice the size: what does not fit can be scrolled to, downwards only."""
    on_phone = screen == PHONE_SCREEN
    desk = MemoryDesk(sample_named(STAMPED), kind="phone" if on_phone else "kiosk")
    least = LEAST_PHONE_TARGET_PX if on_phone else LEAST_TARGET_PX
    page.set_viewport_size({"width": screen[0], "height": screen[1]})
    found: dict[str, object] = {}
    sound: Sound = "off" if on_phone else "speaker"
    folder = request.config.getoption("--screens") if screen != KIOSK_SCREEN else None
    sheets = {
        mode: ScreenSheet(folder, f"ceremony-{mode or 'phone'}", 0.5)
        for mode in modes
        if (language, mode) in PHOTOGRAPHED
    }
    with served(desk, language, ("read_aloud",), sound) as address:
        for path in screens(page, desk, address):
            for mode in modes:
                page.evaluate(SHOW_MODE, mode)
                if mode in sheets:
                    sheets[mode].add(page)
                small = page.evaluate(SMALL_TARGETS, [least, NARROW_KEYS])
                cut = page.evaluate(CUT_OFF)
                if small or cut:
                    found[f"{path} {mode}"] = (small, cut)
    for sheet in sheets.values():
        sheet.save()
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


@pytest.mark.parametrize("screen", [SMALL_KIOSK_SCREEN, KIOSK_SCREEN])
def test_the_page_that_is_read_scrolls_and_not_the_screen_around_it(
    page: Page, screen: tuple[int, int]
) -> None:
    """The words for screen readers lie in the sheet; they once made the whole screen longer."""
    page.set_viewport_size({"width": screen[0], "height": screen[1]})
    desk = MemoryDesk(sample_named(STAMPED))
    with served(desk, "pl") as address:
        for path in screens(page, desk, address):
            if path == "/ceremony/read/1":
                break
        over = "one => one.scrollHeight - one.clientHeight"
        assert page.locator("main").evaluate(over) <= 1
        assert page.locator(".sheet").evaluate(over) > 100
