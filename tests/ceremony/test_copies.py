"""The client's own copy, on the last screen: on paper where there is a printer, and a square."""

from __future__ import annotations

import pytest
from playwright.sync_api import sync_playwright

from signing.ceremony.copy_screens import PRINT_MESSAGES
from signing.ceremony.desk import PrintState
from tests.ceremony.at_the_screen import AtTheScreen
from tests.ceremony.conftest import STAMPED
from tests.ceremony.memory_desk import MemoryDesk, sample_named
from tests.ceremony.served_desk import served
from tests.ceremony.test_access import SMALL_KIOSK_SCREEN, screens
from tests.journeys.browser import chromium
from verifier.picture import text_in_picture


@pytest.fixture
def signed(client: AtTheScreen) -> AtTheScreen:
    """A client who has just signed."""
    return client.to("review").open("/ceremony/agree").send("/ceremony/agree")


def test_a_copy_on_paper_is_offered_only_where_there_is_a_printer(
    signed: AtTheScreen, desk: MemoryDesk
) -> None:
    form = 'action="/ceremony/print"'
    assert form not in signed.shown.get_data(as_text=True)
    signed.send("/ceremony/print")
    assert desk.printed == "none"
    desk.can_print = True
    assert form in signed.open("/ceremony/done").shown.get_data(as_text=True)
    signed.send("/ceremony/print")
    assert desk.printed == "printing"
    assert signed.path == "/ceremony/done"


@pytest.mark.parametrize("state", [one for one in PrintState if one is not PrintState.NONE])
def test_the_client_is_told_how_the_copy_stands(
    signed: AtTheScreen, desk: MemoryDesk, state: PrintState
) -> None:
    desk.can_print, desk.printed = True, state
    with signed.browser.application.test_request_context():
        assert PRINT_MESSAGES[state]().title
    answer = signed.browser.get("/ceremony/print", headers={"Accept": "application/json"})
    told = answer.get_json()
    assert told["state"] == state.value
    assert told["ended"] is (state in {PrintState.PRINTED, PrintState.FAILED})
    assert told["message"]["title"] in signed.open("/ceremony/done").words


def test_nothing_is_printed_or_shown_before_signing(client: AtTheScreen, desk: MemoryDesk) -> None:
    desk.can_print = True
    client.to("review")
    client.send("/ceremony/print")
    assert desk.printed is PrintState.NONE
    assert client.browser.get("/ceremony/copy.svg").status_code == 303


def test_the_square_is_the_link_and_goes_with_the_client(signed: AtTheScreen) -> None:
    assert "/ceremony/copy.svg" in signed.shown.get_data(as_text=True)
    square = signed.browser.get("/ceremony/copy.svg")
    assert square.data.startswith(b"<svg")
    assert square.headers["Cache-Control"] == "no-store"
    signed.send("/ceremony/leave")
    assert signed.browser.get("/ceremony/copy.svg").status_code == 303


def test_without_a_link_there_is_no_square(signed: AtTheScreen, desk: MemoryDesk) -> None:
    desk.link = ""
    assert "/ceremony/copy.svg" not in signed.open("/ceremony/done").shown.get_data(as_text=True)
    assert signed.browser.get("/ceremony/copy.svg").status_code == 404


@pytest.mark.browser
def test_a_phone_reads_the_square_and_the_screen_says_when_the_copy_has_come_out() -> None:
    desk = MemoryDesk(sample_named(STAMPED), can_print=True)
    with (
        sync_playwright() as playwright,
        chromium(playwright, SMALL_KIOSK_SCREEN, touch=True) as context,
        served(desk, "en") as address,
    ):
        page = context.new_page()
        for path in screens(page, desk, address):
            if path == "/ceremony/done":
                break
        assert text_in_picture(page.locator(".done__link img").screenshot()) == desk.link
        page.get_by_role("button", name="Print a copy").tap()
        page.get_by_text("Your copy is being printed.").wait_for()
        desk.printed = PrintState.NO_PAPER
        page.get_by_text("There is no paper in the printer.").wait_for()
        assert not page.get_by_role("button", name="Print again").is_visible()
        desk.printed = PrintState.PRINTED
        page.get_by_text("Your copy is printed.").wait_for()
        assert page.get_by_role("button", name="Print again").is_visible()
