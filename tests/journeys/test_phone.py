"""The whole story on the client's own telephone: the link, the code, the fields, the signature."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.head_office_staff import CODE, DOWNLOAD_LINK, MESSAGE_LINK, Upload
from tests.journeys.browser import PHONE_SCREEN, chromium
from tests.journeys.camera import clip_of_photograph
from tests.journeys.contract import judge
from tests.journeys.kiosk_pages import ClientInBrowser
from tests.journeys.office_pages import Keep
from tests.phones import PhoneDeskOfTown
from tests.samples import samples
from tests.samples.hand import drawn_signature, stamp_photograph
from tests.town import OPERATOR, Town

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.slow]

BUTTON = "a[href*='/s/']"


class ClientOnPhone(ClientInBrowser):
    """Somebody with a telephone, whose own keyboard types."""

    def __init__(self, page: Page, link: str, keep: Keep) -> None:
        """Open the link of the message and touch the button."""
        self.page, self.keep = page, keep
        page.goto(link)
        keep(page, "phone-invited")
        self.ticket = page.locator(BUTTON).get_attribute("href") or ""
        page.click(BUTTON)
        page.wait_for_url("**/ceremony/confirm")
        keep(page, "phone-confirm")

    def _touch_digits(self, digits: str) -> None:
        self.page.locator("[data-digits] input, input[name=code]").first.focus()
        self.page.keyboard.type(digits)


@pytest.fixture
def desk(town: Town) -> Iterator[PhoneDeskOfTown]:
    desk = PhoneDeskOfTown(town)
    desk.add()
    desk.start()
    yield desk
    desk.stop()


def test_a_contract_is_signed_on_the_clients_own_telephone_and_found_genuine(
    playwright: Playwright, town: Town, desk: PhoneDeskOfTown, tmp_path: Path, keep: Keep
) -> None:
    sample = samples()[0]
    upload = replace(Upload.of_sample(sample), kiosk_id=desk.kiosk_id)
    document_id = town.staff(OPERATOR).prepare(upload)
    town.direct(document_id)
    link = town.wait_for_message(MESSAGE_LINK, to=sample.contact)
    clip = clip_of_photograph(stamp_photograph(), tmp_path / "stamp.mjpeg")
    with chromium(playwright, PHONE_SCREEN, camera=clip, touch=True) as context:
        before = town.messages().newest()
        client = ClientOnPhone(context.new_page(), link, keep)
        assert "/s/" not in client.page.evaluate("document.referrer")
        opened_already(playwright, client.ticket, sample.title, keep)
        client.ask_here()
        client.enter_code(town.wait_for_message(CODE, to=sample.contact, after=before))
        assert client.read_every_page() > 0
        client.fill({field.label: sample.answers[field.key] for field in sample.client.fields})
        client.photograph_stamp()
        client.sign_by_finger(drawn_signature())
        client.review()
        client.agree()
        client.page.locator("footer .button--primary:visible").last.click()
        client.page.wait_for_url(f"{desk.address}/")
        keep(client.page, "phone-end")
        client.page.go_back()
        expect(client.page.locator(".consent, .done, .answers")).to_have_count(0)
        town.wait_for_message(DOWNLOAD_LINK, to=sample.contact)
        client.page.goto(link)
        with client.page.expect_download() as download:
            client.page.click("a[href$='/pdf']")
        final = tmp_path / "final.pdf"
        download.value.save_as(final)
    code, words = judge(final, town)
    assert code == 0, words
    assert sample.client.name in words


def opened_already(playwright: Playwright, ticket: str, title: str, keep: Keep) -> None:
    """Somebody else tries the address that the client has just come in by."""
    with chromium(playwright, PHONE_SCREEN, touch=True) as context:
        stranger = context.new_page()
        stranger.goto(ticket)
        expect(stranger.locator(".message--warn")).to_be_visible()
        keep(stranger, "phone-opened-already")
        assert title not in stranger.content()
