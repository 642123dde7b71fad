"""Whole ways through the kiosk with no way to head office: by finger, by keyboard, after a crash.

A finger walks in Ukrainian and counts its taps. The keyboard walks in German, at twice the text
size on the small panel, with Tab, Enter and letters only: what a switch's user has.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import (
    BrowserContext,
    CDPSession,
    Locator,
    Page,
    Playwright,
    expect,
    sync_playwright,
)
from werkzeug.serving import make_server

from kiosk.application import Parts
from signing.fields import ClientPlan, DocumentPlan, FieldKind, FieldSpec, Placement
from sync.records import DocumentDue, EventKind
from tests.journeys.browser import chromium
from tests.kiosk import company as company_module
from tests.kiosk.client import arrive
from tests.kiosk.company import CLIENT, DIRECTOR, TITLE, Company
from tests.kiosk.machine import Machine
from verifier import verify_pdf
from verifier.verdict import Outcome

pytestmark = pytest.mark.browser

SMALL, LARGE = (800, 480), (1280, 800)
MOST_TAPS = 14
"""From the first screen to the last, typing not counted."""
CITY = "Łódź"


@pytest.fixture
def record(kiosk: Parts, company: Company, monkeypatch: pytest.MonkeyPatch) -> DocumentDue:
    """A document of one field, at the kiosk; then the cable is pulled."""
    monkeypatch.setattr(company_module, "plan_for", one_field)
    record = arrive(kiosk, company)
    company.cable.pulled = True
    return record


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The kiosk on a real socket."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def playwright() -> Iterator[Playwright]:
    """The driver of the browsers here."""
    with sync_playwright() as driver:
        yield driver


def one_field(document_id: bytes, number: int) -> DocumentPlan:
    """One field and a signature."""
    city = FieldSpec("city", FieldKind.TEXT, "Miejscowość", True, Placement(1, 60, 300, 200, 24))
    client = ClientPlan(CLIENT, (city,), Placement(1, 320, 80, 200, 80), None)
    return DocumentPlan(document_id, f"UM/2026/{number}", TITLE, "pl", DIRECTOR, None, (client,))


def is_signed(kiosk: Parts, pdf: bytes | None) -> None:
    assert pdf is not None
    verdict = verify_pdf(pdf, kiosk.terminal.trust.current(), kiosk.desk.now())
    assert verdict.outcome is Outcome.GENUINE


class Finger:
    """Taps and counts; keys of the keypad and the keyboard are typing."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps = page, 0

    def tap(self, control: Locator) -> None:
        """One tap that counts."""
        control.tap()
        self.taps += 1

    def digits(self, digits: str) -> None:
        """On the keypad."""
        for digit in digits:
            self.page.locator(f".keypad [data-digit='{digit}']").tap()

    def onward(self) -> None:
        """The primary button, where it always is."""
        self.tap(self.page.locator("footer .button--primary:visible").last)

    def draw(self, session: CDPSession) -> None:
        """A wave across the pad, once it asks for one."""
        expect(self.page.locator("[data-pad-hint]")).to_be_visible()
        box = self.page.locator("[data-pad-canvas]").bounding_box()
        assert box is not None
        for order in range(40):
            spot = {
                "x": box["x"] + box["width"] * (0.2 + order / 70),
                "y": box["y"] + box["height"] * (0.5 + 0.25 * (-1) ** (order // 4)),
            }
            kind = "touchStart" if order == 0 else "touchMove"
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [spot]})
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_first_walk_in_ukrainian_takes_fourteen_taps_at_most(
    address: str, kiosk: Parts, company: Company, record: DocumentDue, playwright: Playwright
) -> None:
    with chromium(playwright, LARGE, touch=True) as browser:
        page = browser.new_page()
        page.goto(address)
        finger = Finger(page)
        finger.tap(page.get_by_text("Українська"))
        finger.tap(page.get_by_text("Підписати документ"))
        finger.digits(record.short_number)
        finger.onward()
        finger.tap(page.get_by_text("У мене вже є код"))
        finger.digits(company.code(record, kiosk.desk.now()).text)
        finger.onward()
        for number in range(1, record.pages + 1):
            page.wait_for_url(f"**/read/{number}")
            finger.onward()
        page.wait_for_url("**/fill/1")
        assert page.locator("html").get_attribute("lang") == "uk"
        page.locator(".keyboard .key--layout").tap()  # uk -> pl
        type_polish(page)
        expect(page.locator("#field-city")).to_have_value(CITY)
        finger.onward()
        finger.tap(page.get_by_text("Пальцем"))
        finger.draw(page.context.new_cdp_session(page))
        finger.tap(page.locator("[data-pad-done]"))
        page.wait_for_url("**/review")
        finger.onward()
        page.wait_for_url("**/agree")
        finger.onward()
        page.wait_for_url("**/done")
        is_signed(kiosk, kiosk.desk.sealed_pdf(record.document_id))
        finger.onward()
        expect(page.locator("h1")).to_contain_text("Dzień dobry")
        assert finger.taps <= MOST_TAPS
    signed = kiosk.terminal.journal.waiting(100)
    event = next(each for each in signed if each.kind is EventKind.CLIENT_SIGNED)
    assert (event.body["input"], event.body["language"]) == ("touch", "uk")


def type_polish(page: Page) -> None:
    """Łódź: two letters by the key for accents, as somebody does who has never seen the board."""
    keys = page.locator(".keyboard .key")
    page.locator(".key--accents").tap()
    keys.get_by_text("Ł", exact=True).tap()
    page.locator(".key--accents").tap()
    keys.get_by_text("ó", exact=True).tap()
    keys.get_by_text("d", exact=True).tap()
    page.locator(".key--accents").tap()
    keys.get_by_text("ź", exact=True).tap()


class Keyboard:
    """Tab until the control has the focus, then Enter; nothing else."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, words: str, key: str = "Enter") -> None:
        """Reach the control with these words and press it."""
        for _ in range(60):
            self.page.keyboard.press("Tab")
            focused = self.page.evaluate(FOCUSED)
            if words in focused["words"]:
                assert focused["seen"], f"{words} has the focus and cannot be seen"
                self.page.keyboard.press(key)
                return
        raise AssertionError(f"Tab never reached {words}")


FOCUSED = """() => {
  const one = document.activeElement;
  if (!one.matches("a, button, input, summary")) return { words: "", seen: true };
  const box = (one.closest("label") ?? one).getBoundingClientRect();
  const [x, y] = [box.x + box.width / 2, box.y + Math.min(box.height, 60) / 2];
  const top = document.elementFromPoint(x, y);
  const around = one.closest("label") ?? one;
  return {
    words: [one, ...(one.labels ?? [])].map((each) => each.textContent).join(" "),
    seen: Boolean(top) && (around.contains(top) || top.contains(around)),
  };
}"""
"""What has the focus, and whether it is on the screen and not covered (WCAG 2.2, 2.4.11)."""


def test_the_keyboard_alone_signs_at_twice_the_text_size(
    address: str, kiosk: Parts, company: Company, record: DocumentDue, playwright: Playwright
) -> None:
    with chromium(playwright, SMALL) as browser:
        page = browser.new_page()
        page.goto(address)
        board = Keyboard(page)
        board.press("Deutsch")
        expect(page.locator("html[lang=de]")).to_have_count(1)
        board.press("Große Schrift")
        expect(page.locator("html.large-text")).to_have_count(1)
        board.press("Dokument unterschreiben")
        page.wait_for_url("**/find")
        page.keyboard.type(record.short_number)
        page.keyboard.press("Enter")
        page.wait_for_url("**/confirm")
        board.press("Ich habe einen Code")
        page.wait_for_url("**/code")
        page.keyboard.type(company.code(record, kiosk.desk.now()).text)
        page.keyboard.press("Enter")
        for number in range(1, record.pages + 1):
            page.wait_for_url(f"**/read/{number}")
            board.press("Nächste Seite" if number < record.pages else "gelesen")
        page.wait_for_url("**/fill/1")
        page.keyboard.type(CITY)
        page.keyboard.press("Enter")
        page.wait_for_url("**/sign")
        board.press("Getippter Name")
        page.wait_for_url("**/sign/typed")
        board.press("Unterschrift verwenden")
        page.wait_for_url("**/review")
        board.press("Ja, weiter")
        page.wait_for_url("**/agree")
        board.press("Unterschreiben")
        page.wait_for_url("**/done")
        is_signed(kiosk, kiosk.desk.sealed_pdf(record.document_id))
        board.press("Beenden")
        expect(page.locator("h1")).to_contain_text("Dzień dobry")
        expect(page.locator("html.large-text")).to_have_count(0)
    waiting = kiosk.terminal.journal.waiting(100)
    event = next(each for each in waiting if each.kind is EventKind.CLIENT_SIGNED)
    assert (event.body["input"], event.body["shown_with"]) == ("keyboard", "large_text")


def test_a_crash_of_the_browser_loses_nothing_that_was_given(
    address: str,
    kiosk: Parts,
    company: Company,
    machine: Machine,
    record: DocumentDue,
    playwright: Playwright,
) -> None:
    with chromium(playwright, LARGE) as browser:
        page = browser.new_page()
        confirm(page, address, kiosk, company, record)
        for number in range(1, record.pages + 1):
            page.wait_for_url(f"**/read/{number}")
            page.locator("footer .button--primary:visible").last.click()
        with page.expect_response("**/draft"):
            page.locator("#field-city").fill("Gdy")
        crash(browser)
    with chromium(playwright, LARGE) as browser:
        page = browser.new_page()
        page.goto(f"{address}/ceremony/fill/1")
        page.wait_for_url(f"{address}/")  # a stranger: nothing is shown without a code
        machine.passes(60)
        confirm(page, address, kiosk, company, record)
        page.wait_for_url("**/fill/1")
        expect(page.locator("#field-city")).to_have_value("Gdy")


def confirm(page: Page, address: str, kiosk: Parts, company: Company, record: DocumentDue) -> None:
    """Find the document and give a code."""
    page.goto(f"{address}/find")
    page.locator("#number").fill(record.short_number)
    page.keyboard.press("Enter")
    page.wait_for_url("**/confirm")
    page.goto(f"{address}/ceremony/code")
    page.locator("#code").fill(company.code(record, kiosk.desk.now()).text)
    page.keyboard.press("Enter")


def crash(browser: BrowserContext) -> None:
    """The whole browser is gone from one moment to the next."""
    assert browser.browser is not None
    session = browser.browser.new_browser_cdp_session()
    with pytest.raises(Exception, match=r"closed|crash"):
        session.send("Browser.crash")
    assert not browser.browser.is_connected()
