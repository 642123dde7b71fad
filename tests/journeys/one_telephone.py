"""Several people who sign one document and share one telephone: what it shows for whom."""

from __future__ import annotations

from collections.abc import Mapping

from playwright.sync_api import Playwright, expect

from signing.fields import ClientPlan
from tests.journeys.browser import PHONE_SCREEN, chromium
from tests.journeys.kiosk_pages import ClientInBrowser
from tests.journeys.office_pages import Keep
from tests.process import wait_for
from tests.samples.hand import drawn_signature
from tests.town import Town

__all__ = ["INVITATION", "OneTelephone", "give"]

INVITATION = r"(http\S+/m/[\w-]+)"
ITS_CODE = r"\b(\d{4} \d{4})\b"
_LETTERS = str.maketrans("ąćęłńóśźż", "acelnoszz")


class OneTelephone:
    """The telephone that every client of a document is reached at."""

    def __init__(self, playwright: Playwright, town: Town, keep: Keep, number: str) -> None:
        """Take it in hand."""
        self._playwright, self._town, self._keep, self._number = playwright, town, keep, number

    def message(self, name: str, what: str, after: int = 0) -> str:
        """What the newest message for one of them says."""
        pattern = rf"^Dla: {name.translate(_LETTERS)}\..*?{what}"

        def find() -> str | None:
            return self._town.messages().find(pattern, to=self._number, after=after)

        wait_for(lambda: find() is not None, f"a message for {name}")
        return str(find())

    def code_of(self, name: str) -> str:
        """Open the link that came for this one, and ask for a code."""
        before = self._town.messages().newest()
        with chromium(self._playwright, PHONE_SCREEN, touch=True) as context:
            phone = context.new_page()
            phone.goto(self.message(name, INVITATION))
            expect(phone.get_by_text(name).first).to_be_visible()
            phone.click("form[action*='/code'] button[type=submit]")
            expect(phone.locator(".message--good")).to_be_visible()
            self._keep(phone, f"phone-code-{name.split(maxsplit=1)[0]}")
        return self.code_after(name, before)

    def code_after(self, name: str, before: int) -> str:
        """The digits that came for this one after a message of that number."""
        return self.message(name, ITS_CODE, before).replace(" ", "")


def give(client: ClientInBrowser, plan: ClientPlan, answers: Mapping[str, str]) -> None:
    """Read, fill in what is asked for, sign by finger and look at it all."""
    client.read_every_page()
    if plan.fields:
        client.fill({field.label: answers[field.key] for field in plan.fields})
    client.sign_by_finger(drawn_signature())
    client.review()
