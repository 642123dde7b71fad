"""Three people with one telephone sign one contract in three places, two of them without a network.

The first signs on the telephone, the second at a kiosk whose cable is pulled, the third at another
kiosk whose cable is pulled. Each code is for one of them alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Playwright, expect

from office.layout import Layout
from signing.fields import ClientPlan
from tests.head_office_staff import LaterClient, Upload
from tests.journeys.browser import KIOSK_SCREEN, OFFICE_SCREEN, PHONE_SCREEN, chromium
from tests.journeys.contract import NUMBER, judge
from tests.journeys.kiosk_pages import ClientInBrowser
from tests.journeys.office_pages import Keep, OperatorInBrowser, sign_in
from tests.journeys.one_telephone import INVITATION, OneTelephone, give
from tests.journeys.test_phone import ClientOnPhone, desk
from tests.phones import PhoneDeskOfTown
from tests.samples import garage
from tests.second_kiosk import SecondKiosk
from tests.town import OPERATOR, Town

__all__ = ["desk"]  # a fixture

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.slow]

DOWNLOAD = r"(http\S+/d/[\w-]+)"
EWA, PAWEL, JAN = "Ewa Wróblewska", "Paweł Wróblewski", "Jan Wróblewski"


@pytest.fixture
def second(town: Town) -> Iterator[SecondKiosk]:
    kiosk = SecondKiosk(town)
    kiosk.start()
    yield kiosk
    kiosk.stop()


def test_three_people_with_one_telephone_sign_in_three_places(
    playwright: Playwright,
    town: Town,
    desk: PhoneDeskOfTown,
    second: SecondKiosk,
    tmp_path: Path,
    keep: Keep,
) -> None:
    family = Family(playwright, town, keep)
    family.office_prepares(desk)
    family.office_sends_the_last_one_to(second)
    used = family.first_signs_on_the_telephone()
    used = family.second_signs_at_the_kiosk(used)
    family.third_signs_at_the_other(second, used)
    code, words = judge(family.fetch(tmp_path), town)
    assert code == 0, words
    assert all(name in words for name in (EWA, PAWEL, JAN))


class Family:
    """Three people, and what they need to know."""

    def __init__(self, playwright: Playwright, town: Town, keep: Keep) -> None:
        self.playwright, self.town, self.keep = playwright, town, keep
        self.sample = garage()
        self.telephone = OneTelephone(playwright, town, keep, self.sample.contact)
        self.document_id = self.number = ""

    def office_prepares(self, desk: PhoneDeskOfTown) -> None:
        """Ewa on the telephone, the others at the first kiosk; the director signs."""
        upload = Upload.of_sample(self.sample)
        kiosk_id = self.town.staff(OPERATOR).first_kiosk()
        (pawel,) = upload.others
        jan = LaterClient(JAN, self.sample.contact, Layout(), kiosk_id)
        others = (replace(pawel, kiosk_id=kiosk_id), jan)
        upload = replace(upload, kiosk_id=desk.kiosk_id, others=others)
        self.document_id = self.town.staff(OPERATOR).prepare(upload)
        self.town.direct(self.document_id)

    def office_sends_the_last_one_to(self, kiosk: SecondKiosk) -> None:
        """The operator lets Jan sign at the other kiosk."""
        with chromium(self.playwright, OFFICE_SCREEN) as context:
            page = context.new_page()
            sign_in(page, self.town.office_address, OPERATOR)
            page.goto(f"{self.town.office_address}/documents/{self.document_id}")
            his = page.locator(".turn").filter(has_text=JAN)
            his.locator("summary").click()
            his.locator("select").select_option(label=kiosk.name)
            self.keep(page, "office-another-kiosk")
            his.locator(".confirm__box button").click()
            expect(page.locator(".turn").filter(has_text=JAN)).to_contain_text(kiosk.name)

    def first_signs_on_the_telephone(self) -> str:
        """Ewa, by the link of her message; returns the code that she used."""
        link = self.telephone.message(EWA, INVITATION)
        with chromium(self.playwright, PHONE_SCREEN, touch=True) as context:
            client = ClientOnPhone(context.new_page(), link, self.keep)
            before = self.town.messages().newest()
            client.ask_here()
            code = self.telephone.code_after(EWA, before)
            client.enter_code(code)
            give(client, self.sample.client, self.sample.answers)
            client.agree_before_the_next()
        return code

    def second_signs_at_the_kiosk(self, used: str) -> str:
        """Paweł, as soon as the document has come; Ewa's code is none of his."""
        (pawel,) = self.sample.others
        self.telephone.message(PAWEL, INVITATION)
        self.number = self.telephone.message(PAWEL, NUMBER).replace(" ", "")
        self.town.wait_until_at_kiosk(self.number)
        self.town.link.cut()
        with chromium(self.playwright, KIOSK_SCREEN, touch=True) as context:
            client = ClientInBrowser(context.new_page(), self.town.kiosk_address, self.keep)
            code = self._proves_who(client, PAWEL, used)
            give(client, pawel.client, pawel.answers)
            client.agree_before_the_next()
            self.town.link.join()
            client.end()
        return code

    def third_signs_at_the_other(self, kiosk: SecondKiosk, used: str) -> None:
        """Jan, at the kiosk that has the document now; the certificate is sealed there."""
        self.telephone.message(JAN, INVITATION)
        kiosk.wait_for_a_document()
        kiosk.link.cut()
        with chromium(self.playwright, KIOSK_SCREEN, touch=True) as context:
            client = ClientInBrowser(context.new_page(), kiosk.address, self.keep)
            self._proves_who(client, JAN, used)
            give(client, ClientPlan(JAN, (), None, None), {})
            client.agree()
            kiosk.link.join()
            client.end()

    def fetch(self, folder: Path) -> Path:
        """All have signed, as head office shows; each has a link of their own to one file."""
        with chromium(self.playwright, OFFICE_SCREEN) as context:
            page = context.new_page()
            sign_in(page, self.town.office_address, OPERATOR)
            operator = OperatorInBrowser(page, self.town.office_address, self.keep)
            operator.wait_until_completed(self.document_id)
            expect(page.locator(".turn.is-signed")).to_have_count(3)
            self.keep(page, "office-three-places-completed")
        links = {self.telephone.message(name, DOWNLOAD) for name in (EWA, PAWEL, JAN)}
        assert len(links) == 3
        (content,) = {httpx.get(link).content for link in links}
        final = folder / "final.pdf"
        final.write_bytes(content)
        return final

    def _proves_who(self, client: ClientInBrowser, name: str, used: str) -> str:
        """Without a network: a code that another of them used is refused, their own is taken."""
        client.find(self.number)
        said = client.ask_here()
        expect(said.first).to_be_visible()
        client.enter_wrong_code(used)
        code = self.telephone.code_of(name)
        client.enter_code(code)
        return code
