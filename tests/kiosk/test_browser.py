"""The kiosk's own screens in a real browser, with a camera that plays a clip."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from kiosk.application import Parts
from tests.journeys.camera import clip_of_sheet
from tests.kiosk.chromium import chromium
from tests.kiosk.client import arrive, sign
from tests.kiosk.company import CLIENT, Company
from tests.kiosk.pictures import empty_picture, qr_image
from tests.scanner import type_at

pytestmark = pytest.mark.browser

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SMALL, LARGE = (800, 480), (1280, 800)
MIN_TARGET_PX = 72


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The kiosk on a real socket."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def watched(page: Page) -> list[str]:
    """Everything that the page complains about: scripts, policy, missing files."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None,
    )
    return complaints


@pytest.mark.parametrize("screen", [SMALL, LARGE])
def test_a_paper_before_the_camera_gets_its_verdict(
    address: str, kiosk: Parts, company: Company, tmp_path: Path, screen: tuple[int, int]
) -> None:
    sealed = sign(kiosk, company, arrive(kiosk, company))
    clip = clip_of_sheet(qr_image(sealed.text), 0.85, tmp_path / "token.mjpeg")
    with chromium(screen, camera=clip) as browser:
        page = browser.new_page()
        complaints = watched(page)
        page.goto(f"{address}/verify")
        verdict = page.locator(".verdict--genuine")
        expect(verdict).to_contain_text(CLIENT)
        expect(verdict.locator(".verdict__paper")).to_be_visible()
        expect(page.locator(".trust")).to_contain_text("stan na")
        written = kiosk.terminal.journal.count_waiting()
        page.wait_for_function("performance.getEntriesByType('resource').length > 15")
        assert kiosk.terminal.journal.count_waiting() == written
        assert complaints == []


def test_the_code_of_a_message_before_the_camera_opens_the_ceremony(
    address: str, kiosk: Parts, company: Company, tmp_path: Path
) -> None:
    record = arrive(kiosk, company)
    clip = clip_of_sheet(qr_image(company.link(record)), 0.5, tmp_path / "link.mjpeg")
    with chromium(LARGE, camera=clip) as browser:
        page = browser.new_page()
        complaints = watched(page)
        page.goto(f"{address}/")
        page.get_by_text("Podpisz dokument").click()
        page.get_by_text("Wolę pokazać kod").click()
        page.wait_for_url("**/ceremony/confirm")
        expect(page.locator("main")).to_contain_text(record.title)
        assert complaints == []


def test_another_code_before_the_camera_is_named_and_the_camera_goes_on(
    address: str, tmp_path: Path
) -> None:
    clip = clip_of_sheet(qr_image("https://example.com/menu"), 0.5, tmp_path / "other.mjpeg")
    with chromium(SMALL, camera=clip) as browser:
        page = browser.new_page()
        page.goto(f"{address}/find/scan")
        expect(page.locator(".message")).to_contain_text("To nie jest kod z wiadomości.")
        page.goto(f"{address}/verify")
        expect(page.locator(".verdict--cannot_tell")).to_be_visible()


def test_a_file_is_checked_and_its_verdict_stays(
    address: str, kiosk: Parts, company: Company, tmp_path: Path
) -> None:
    record = arrive(kiosk, company)
    sealed = sign(kiosk, company, record)
    pdf = tmp_path / "signed.pdf"
    pdf.write_bytes(kiosk.desk.sealed_pdf(record.document_id) or b"")
    clip = clip_of_sheet(qr_image(sealed.text), 0.85, tmp_path / "token.mjpeg")
    with chromium(SMALL, camera=clip) as browser:
        page = browser.new_page()
        complaints = watched(page)
        page.goto(f"{address}/verify")
        page.set_input_files("input[type=file]", pdf)
        page.wait_for_url("**/verify/file")
        expect(page.locator(".verdict--genuine h1")).to_have_text("Autentyczny")
        assert page.locator("[data-camera]").count() == 0
        page.get_by_text("Co zostało sprawdzone").click()
        expect(page.locator(".finding--good").first).to_be_visible()
        assert complaints == []


@pytest.mark.parametrize("content", [b"hello", empty_picture()])
def test_a_wrong_file_says_what_to_do(address: str, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "wrong.pdf"
    file.write_bytes(content)
    with chromium(SMALL) as browser:
        page = browser.new_page()
        page.goto(f"{address}/verify")
        page.set_input_files("input[type=file]", file)
        expect(page.locator(".message--bad")).to_contain_text("Kod dla obsługi")


def test_a_scanner_that_types_needs_no_focus(address: str, kiosk: Parts, company: Company) -> None:
    record = arrive(kiosk, company)
    with chromium(LARGE) as browser:
        page = browser.new_page()
        page.goto(f"{address}/find")
        page.locator("h1").click()
        type_at(page, company.link(record), gap_ms=11)
        page.wait_for_url("**/ceremony/confirm")


def test_without_a_camera_there_is_another_way(address: str) -> None:
    with chromium(SMALL) as browser:
        browser.add_init_script("delete Navigator.prototype.mediaDevices")
        page = browser.new_page()
        page.goto(f"{address}/find/scan")
        expect(page.locator("[data-camera-status]")).to_contain_text("Wpisz numer")
        expect(page.get_by_role("link", name="Wpisz numer")).to_be_visible()


def test_nobody_there_means_back_to_polish_and_the_start(address: str) -> None:
    with chromium(SMALL) as browser:
        page = browser.new_page()
        page.clock.install()
        page.goto(f"{address}/")
        page.get_by_text("Українська").click()
        page.goto(f"{address}/find")
        page.clock.fast_forward(45_000)
        expect(page.locator(".away")).to_be_visible()
        page.clock.fast_forward(20_000)
        page.wait_for_url(f"{address}/")
        expect(page.locator("h1")).to_contain_text("Dzień dobry")


@pytest.mark.parametrize(
    ("screen", "language", "large"),
    [(SMALL, "uk", False), (LARGE, "de", False), (SMALL, "de", True), (SMALL, "pl", True)],
)
def test_every_screen_fits_and_every_control_is_large_enough(
    address: str, screen: tuple[int, int], language: str, large: bool
) -> None:
    with chromium(screen) as browser:
        page = browser.new_page()
        complaints = watched(page)
        page.goto(f"{address}/")
        page.locator(f"button[name=language][value={language}]").click()
        if large:
            page.locator("button[name=toggle][value=large_text]").click()
        for path in ("/", "/find", "/find/scan", "/verify", "/status"):
            page.goto(address + path)
            page.evaluate("document.fonts.ready")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
            small = page.evaluate(SMALL_CONTROLS, MIN_TARGET_PX)
            assert small == [], path
        assert complaints == []


SMALL_CONTROLS = """(least) => [...document.querySelectorAll('a[href], button, label.button')]
  .filter((one) => one.offsetParent !== null && !one.classList.contains('skip'))
  .map((one) => [one.textContent.trim(), one.getBoundingClientRect()])
  .filter(([, box]) => Math.round(box.height) < least || Math.round(box.width) < least)
  .map(([words, box]) => `${words} ${box.width}x${box.height}`)"""


@pytest.mark.parametrize(
    ("language", "options"),
    [
        ("pl", ()),
        ("en", ("large_text", "read_aloud")),
        ("de", ("high_contrast",)),
        ("uk", ("large_text", "high_contrast", "left_handed")),
    ],
)
def test_axe_finds_nothing_on_any_screen(
    address: str, language: str, options: tuple[str, ...]
) -> None:
    with chromium(SMALL) as browser:
        page = browser.new_page()
        page.goto(f"{address}/")
        page.locator(f"button[name=language][value={language}]").click()
        for option in options:
            page.locator(f"button[name=toggle][value={option}]").click()
        for path in ("/", "/find", "/find/scan", "/verify", "/status", "/nowhere"):
            page.goto(address + path)
            found = Axe().run(page, options={"runOnly": {"type": "tag", "values": AXE_TAGS}})
            violations = [(one["id"], one["nodes"]) for one in found.response["violations"]]
            assert violations == [], path
