"""The whole story with real processes and a real browser, the kiosk's network cut in between."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.demo import last_page_picture
from tests.head_office_staff import CODE, DOWNLOAD_LINK, MESSAGE_LINK
from tests.journeys.browser import KIOSK_SCREEN, OFFICE_SCREEN, PHONE_SCREEN, chromium
from tests.journeys.camera import clip_of_photograph
from tests.journeys.contract import NUMBER, judge
from tests.journeys.kiosk_pages import ClientInBrowser
from tests.journeys.office_pages import DirectorInBrowser, Keep, OperatorInBrowser, sign_in
from tests.samples import samples
from tests.samples.hand import drawn_signature, stamp_photograph
from tests.town import DIRECTOR, OPERATOR, Town

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.slow]

PAGES = 3
"""What the client reads; the certificate's page is still empty then and is not shown."""


def test_a_contract_is_prepared_signed_without_a_network_and_found_genuine(
    playwright: Playwright, town: Town, tmp_path: Path, keep: Keep, screens: Path
) -> None:
    story = Story(playwright, town, tmp_path, keep)
    story.office_prepares()
    story.client_signs_offline()
    final = story.office_delivers()
    code, words = judge(final, town)
    assert code == 0, words
    assert story.sample.client.name in words
    assert DIRECTOR.name in words
    (screens / "certificate.png").write_bytes(last_page_picture(final.read_bytes()))


class Story:
    """The chapters of the story, and what the later ones must know of the earlier."""

    def __init__(self, playwright: Playwright, town: Town, folder: Path, keep: Keep) -> None:
        self.playwright, self.town, self.folder, self.keep = playwright, town, folder, keep
        self.sample = samples()[0]
        self.document_id = self.link = self.number = ""

    def office_prepares(self) -> None:
        """Upload, place every box, send; the director reads and signs; the document travels."""
        town, contact = self.town, self.sample.contact
        with chromium(self.playwright, OFFICE_SCREEN) as context:
            page = context.new_page()
            sign_in(page, town.office_address, OPERATOR)
            operator = OperatorInBrowser(page, town.office_address, self.keep)
            self.document_id = operator.upload(self.sample, self.folder)
            operator.place_everything(self.sample)
            operator.send()
        with chromium(self.playwright, OFFICE_SCREEN) as context:
            page = context.new_page()
            sign_in(page, town.office_address, DIRECTOR)
            director = DirectorInBrowser(page, town.office_address, self.keep)
            director.read(self.document_id)
            director.ask_for_code()
            director.sign(town.wait_for_message(CODE, to=DIRECTOR.email))
        self.link = town.wait_for_message(MESSAGE_LINK, to=contact)
        self.number = town.wait_for_message(NUMBER, to=contact).replace(" ", "")
        town.wait_until_at_kiosk(self.number)

    def client_signs_offline(self) -> None:
        """Everything at the kiosk with its cable pulled; the code is asked for by the link."""
        sample, keep = self.sample, self.keep
        clip = clip_of_photograph(stamp_photograph(), self.folder / "stamp.mjpeg")
        self.town.link.cut()
        with chromium(self.playwright, KIOSK_SCREEN, camera=clip, touch=True) as context:
            client = ClientInBrowser(context.new_page(), self.town.kiosk_address, keep)
            client.find(self.number)
            expect(client.ask_here()).to_be_visible()
            keep(client.page, "kiosk-code-offline")
            code = self._code_by_link()
            client.enter_wrong_code(another(code))
            client.enter_code(code)
            assert client.read_every_page() == PAGES
            answers = {field.label: sample.answers[field.key] for field in sample.client.fields}
            client.fill(answers, forget="NIP")
            client.photograph_stamp()
            client.sign_by_finger(drawn_signature())
            client.review()
            client.agree()
            self.town.link.join()
            client.end()

    def office_delivers(self) -> Path:
        """The link is back: the document completes and the client fetches it by the same link."""
        with chromium(self.playwright, OFFICE_SCREEN) as context:
            page = context.new_page()
            sign_in(page, self.town.office_address, OPERATOR)
            operator = OperatorInBrowser(page, self.town.office_address, self.keep)
            operator.wait_until_completed(self.document_id)
            page.goto(f"{self.town.office_address}/documents")
            self.keep(page, "office-documents")
        self.town.wait_for_message(DOWNLOAD_LINK, to=self.sample.contact)
        with chromium(self.playwright, PHONE_SCREEN, touch=True) as context:
            phone = context.new_page()
            phone.goto(self.link)
            self.keep(phone, "phone-download")
            with phone.expect_download() as download:
                phone.click("a[href$='/pdf']")
            final = self.folder / "final.pdf"
            download.value.save_as(final)
        return final

    def _code_by_link(self) -> str:
        """On the client's own phone: open the link of the message and ask for a code."""
        before = self.town.messages().newest()
        with chromium(self.playwright, PHONE_SCREEN, touch=True) as context:
            phone = context.new_page()
            phone.goto(self.link)
            self.keep(phone, "phone-message")
            phone.click("form[action*='/code'] button[type=submit]")
            expect(phone.locator(".message--good")).to_be_visible()
            self.keep(phone, "phone-code-sent")
        found = self.town.wait_for_message(CODE, to=self.sample.contact, after=before)
        return found.replace(" ", "")


def another(code: str) -> str:
    """A code that is certainly wrong."""
    return code[:-1] + str((int(code[-1]) + 1) % 10)
