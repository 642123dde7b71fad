"""The staff's desk in a real browser: the main walk, Back after it, access."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from kiosk.application import Parts
from sync.staff import StaffMember
from tests.kiosk.chromium import chromium
from tests.kiosk.client import arrive
from tests.kiosk.company import CLIENT, Company
from tests.kiosk.front_desk import ANNA, ANNA_PIN, EWA
from tests.kiosk.test_browser import AXE_TAGS, LARGE, MIN_TARGET_PX, SMALL, SMALL_CONTROLS, watched

pytestmark = pytest.mark.browser


@pytest.fixture
def address(app: Flask, kiosk: Parts, company: Company) -> Iterator[str]:
    """The kiosk on a real socket, with people at its front desk."""
    company.hire(ANNA, EWA)
    kiosk.head_office.exchange()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def enter_by_taps(page: Page, member: StaffMember, pin: str) -> None:
    page.get_by_role("link", name=member.name).click()
    for digit in pin:
        page.locator(f"button[data-digit='{digit}']").click()
    page.locator("button[form=pin-form]").click()


def looks_right(page: Page) -> None:
    """Nothing overflows, every target can be hit, axe finds nothing."""
    page.evaluate("document.fonts.ready")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
    assert page.evaluate(SMALL_CONTROLS, MIN_TARGET_PX) == [], page.url
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": AXE_TAGS}})
    assert [(one["id"], one["nodes"]) for one in found.response["violations"]] == [], page.url


@pytest.mark.parametrize("screen", [SMALL, LARGE])
def test_staff_hand_a_document_over_and_back_shows_nothing_of_the_desk(
    address: str, kiosk: Parts, company: Company, screen: tuple[int, int]
) -> None:
    record, other = arrive(kiosk, company), arrive(kiosk, company, 2)
    with chromium(screen) as browser:
        page = browser.new_page()
        complaints = watched(page)
        page.goto(address)
        page.keyboard.press("Tab")  # the link that skips to the content
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")  # the name in the corner, for those who know
        page.wait_for_url("**/staff/enter")
        looks_right(page)
        enter_by_taps(page, ANNA, ANNA_PIN)
        page.wait_for_url("**/staff")
        expect(page.get_by_text(CLIENT)).to_have_count(2)
        looks_right(page)
        page.locator("a[href='/staff/today']").click()
        page.wait_for_url("**/staff/today")
        looks_right(page)
        page.locator("footer a").first.click()
        page.wait_for_url("**/staff")
        page.locator(f"a[href$='{record.document_id}']").click()
        page.wait_for_url("**/staff/document/*")
        looks_right(page)
        page.locator("footer .button--primary").click()
        page.wait_for_url("**/ceremony/confirm")
        assert not [one for one in browser.cookies() if one["name"] == "sygnet_staff"]
        for _ in range(4):
            page.go_back()
            page.wait_for_load_state()
            assert "/staff" not in page.url
            assert other.number not in page.content()
            assert ANNA.name not in page.content()
            page.go_forward()
        assert complaints == []


def test_a_client_without_a_phone_goes_on_after_staff_have_looked(
    address: str, kiosk: Parts, company: Company
) -> None:
    record = company.send(1, identity="code_or_staff")
    kiosk.head_office.exchange()
    with chromium(SMALL) as browser:
        page = browser.new_page()
        complaints = watched(page)
        page.goto(f"{address}/find")
        page.locator("#number").fill(record.short_number)
        page.locator("button[form=find-form]").click()
        page.wait_for_url("**/ceremony/confirm")
        page.locator("a[href='/staff/identity']").click()
        looks_right(page)
        enter_by_taps(page, ANNA, ANNA_PIN)
        page.wait_for_url("**/staff/identity/check")
        looks_right(page)
        page.locator("label:has(input[value=passport])").click()
        page.locator("label:has(input[name=same_name])").click()
        page.locator("footer .button--primary").click()
        page.wait_for_url("**/ceremony/confirm")
        page.locator("footer .button--primary").click()
        page.wait_for_url("**/ceremony/read/1")
        page.go_back()
        page.go_back()
        page.wait_for_load_state()
        assert "/staff/identity/check" not in page.url
        assert complaints == []
