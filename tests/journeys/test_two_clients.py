"""A couple with one telephone signs a contract at one kiosk whose cable is pulled."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Playwright, expect

from tests.journeys.browser import KIOSK_SCREEN, OFFICE_SCREEN, chromium
from tests.journeys.contract import NUMBER, judge
from tests.journeys.kiosk_pages import ClientInBrowser
from tests.journeys.office_pages import Keep, OperatorInBrowser, sign_in
from tests.journeys.one_telephone import OneTelephone, give
from tests.samples import garage
from tests.town import OPERATOR, Town

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.slow]

NAMES = ("Ewa Wróblewska", "Paweł Wróblewski")


def test_a_couple_with_one_telephone_signs_in_one_sitting_without_a_network(
    playwright: Playwright, town: Town, tmp_path: Path, keep: Keep
) -> None:
    couple = Couple(playwright, town, tmp_path, keep)
    couple.office_prepares()
    couple.both_sign_offline()
    for final in couple.office_delivers():
        code, words = judge(final, town)
        assert code == 0, words
        assert all(name in words for name in NAMES)


class Couple:
    """Two people, and what they need to know."""

    def __init__(self, playwright: Playwright, town: Town, folder: Path, keep: Keep) -> None:
        self.playwright, self.town, self.folder, self.keep = playwright, town, folder, keep
        self.sample = garage()
        self.telephone = OneTelephone(playwright, town, keep, self.sample.contact)
        self.document_id = self.number = ""

    def office_prepares(self) -> None:
        """Two clients in the form, boxes for each; the director signs; both get an invitation."""
        with chromium(self.playwright, OFFICE_SCREEN) as context:
            page = context.new_page()
            sign_in(page, self.town.office_address, OPERATOR)
            operator = OperatorInBrowser(page, self.town.office_address, self.keep)
            self.document_id = operator.upload(self.sample, self.folder)
            operator.place_everything(self.sample)
            operator.send()
        self.town.direct(self.document_id)
        self.number = self.town.wait_for_message(NUMBER, to=self.sample.contact).replace(" ", "")
        self.town.wait_until_at_kiosk(self.number)

    def both_sign_offline(self) -> None:
        """One after the other at the kiosk; each with the code that names them."""
        (other,) = self.sample.others
        self.town.link.cut()
        with chromium(self.playwright, KIOSK_SCREEN, touch=True) as context:
            client = ClientInBrowser(context.new_page(), self.town.kiosk_address, self.keep)
            client.find(self.number)
            client.ask_here()
            his = self.telephone.code_of(other.client.name)
            client.enter_wrong_code(his)
            client.enter_code(self.telephone.code_of(self.sample.client.name))
            give(client, self.sample.client, self.sample.answers)
            client.agree_before_the_next()
            client.hand_over()
            client.ask_here()
            client.enter_code(his)
            give(client, other.client, other.answers)
            client.agree()
            self.town.link.join()
            client.end()

    def office_delivers(self) -> list[Path]:
        """Both have signed, as head office shows; each has a link of their own."""
        with chromium(self.playwright, OFFICE_SCREEN) as context:
            page = context.new_page()
            sign_in(page, self.town.office_address, OPERATOR)
            operator = OperatorInBrowser(page, self.town.office_address, self.keep)
            operator.wait_until_completed(self.document_id)
            expect(page.locator(".turn.is-signed")).to_have_count(2)
            self.keep(page, "office-two-clients-completed")
        files: list[Path] = []
        for name in NAMES:
            link = self.telephone.message(name, r"(http\S+/d/[\w-]+)")
            files.append(self.folder / f"{len(files)}.pdf")
            files[-1].write_bytes(httpx.get(link).content)
        return files
