"""After the end or a wipe, the browser knows nothing of the client: asked, and searched on disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect, sync_playwright

from signing.ceremony.desk import PictureKind
from signing.ceremony.progress import StampChoice
from signing.codes import issue_code
from tests.ceremony.at_the_screen import clean_stamp_png
from tests.ceremony.conftest import STAMPED
from tests.ceremony.memory_desk import MemoryDesk, pages_of, sample_named
from tests.ceremony.served_desk import served
from tests.journeys.browser import CHROMIUM, FLAGS, KIOSK_SCREEN

pytestmark = pytest.mark.browser

TYPED = "Zażółć Gęślowska-Tajna"
"""What the client typed and never sent on."""

WHAT_IS_KEPT = """async () => ({
  cookies: document.cookie,
  local: Object.entries(localStorage),
  session: Object.entries(sessionStorage),
  caches: await caches.keys(),
  databases: (await indexedDB.databases()).map((one) => one.name),
  workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""


@contextmanager
def with_profile(playwright: Playwright, folder: Path) -> Iterator[BrowserContext]:
    """A browser that writes its profile to disk, as a kiosk's would."""
    context = playwright.chromium.launch_persistent_context(
        folder,
        executable_path=CHROMIUM,
        args=list(FLAGS),
        viewport={"width": KIOSK_SCREEN[0], "height": KIOSK_SCREEN[1]},
    )
    context.set_default_timeout(30_000)
    try:
        yield context
    finally:
        context.close()


def go_through(page: Page, desk: MemoryDesk, address: str) -> None:
    """Code, pages, a field that is typed and kept as a draft, the review with everything."""
    page.goto(f"{address}/start")
    page.goto(f"{address}/ceremony/code")
    page.locator("#code").fill(issue_code(desk.code_key(), desk.time).text)
    page.locator("footer .button--primary").click()
    page.wait_for_url("**/read/1")
    page.locator("[data-next]").click()
    page.wait_for_url("**/read/2")
    desk.pictures[PictureKind.STAMP] = clean_stamp_png()
    assert desk.progress is not None
    desk.save(
        replace(
            desk.progress,
            pages_seen=dict.fromkeys(range(1, pages_of(STAMPED) + 1), 5.0),
            values={key: value for key, value in desk.sample.answers.items() if value},
            stamp=StampChoice.GIVEN,
            mark={"kind": "typed", "name": desk.sample.client.name, "typeface": "caveat"},
        )
    )
    page.goto(f"{address}/ceremony/fill/1")
    with page.expect_response("**/draft"):
        page.locator("#field-company").fill(TYPED)
    page.goto(f"{address}/ceremony/sign/typed")
    page.goto(f"{address}/ceremony/review")
    expect(page.locator(".answers")).to_be_visible()
    page.wait_for_load_state("networkidle")


def secrets_of(desk: MemoryDesk) -> tuple[str, ...]:
    sample = desk.sample
    given = [value for value in sample.answers.values() if len(value) > 6]
    return (TYPED, sample.client.name, sample.title, sample.number, "+48 *** *** 123", *given)


def found_on_disk(folder: Path, secrets: tuple[str, ...]) -> list[tuple[str, str]]:
    """Which secrets stand in which files, in either of the ways that browsers write text."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            found += [
                (secret, path.name)
                for secret in secrets
                if secret.encode() in content or secret.encode("utf-16-le") in content
            ]
    return found


@pytest.mark.parametrize("end", ["nobody there", "declined", "signed"])
def test_nothing_of_the_client_is_left(end: str, tmp_path: Path) -> None:
    desk = MemoryDesk(sample_named(STAMPED))
    secrets = secrets_of(desk)
    with sync_playwright() as playwright, served(desk, "en") as address:
        with with_profile(playwright, tmp_path) as browser:
            page = browser.new_page()
            if end == "nobody there":
                page.clock.install()
            go_through(page, desk, address)
            if end == "nobody there":
                page.clock.run_for(61_000)
                page.clock.run_for(21_000)
            else:
                leave(page, address, end)
            page.wait_for_url(f"{address}/")
            assert browser.cookies() == []
            kept = page.evaluate(WHAT_IS_KEPT)
            assert not any(kept.values()), kept
            for _ in range(page.evaluate("history.length") - 1):
                page.go_back(wait_until="domcontentloaded")
                shown = page.content()
                assert not [secret for secret in secrets if secret in shown], page.url
            assert page.url in {f"{address}/", "about:blank"}
        assert found_on_disk(tmp_path, secrets) == []


def leave(page: Page, address: str, end: str) -> None:
    if end == "declined":
        page.goto(f"{address}/ceremony/decline")
        page.get_by_text("Another reason").click()
        page.get_by_role("button", name="Decline to sign").click()
        page.wait_for_url("**/declined")
    else:
        page.goto(f"{address}/ceremony/agree")
        page.locator("footer .button--primary").click()
        page.wait_for_url("**/done")
        expect(page.locator(".done__page img")).to_be_visible()
    page.get_by_role("button", name="End").click()


def test_the_search_finds_what_a_page_leaves_behind(tmp_path: Path) -> None:
    """The control of the test above: the same search, while the client is still there."""
    desk = MemoryDesk(sample_named(STAMPED))
    with sync_playwright() as playwright, served(desk, "en") as address:
        with with_profile(playwright, tmp_path) as browser:
            page = browser.new_page()
            go_through(page, desk, address)
            assert browser.cookies() != []
            page.evaluate(f"localStorage.setItem('kept', {TYPED!r})")
            assert page.evaluate(WHAT_IS_KEPT)["local"] == [["kept", TYPED]]
        assert (TYPED, "000003.log") in found_on_disk(tmp_path, (TYPED,))
