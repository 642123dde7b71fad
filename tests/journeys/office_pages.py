"""Head office in a real browser: an operator who places fields by mouse, a director who signs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from signing.fields import ClientPlan, Placement
from tests.journeys.browser import await_picture
from tests.samples import Sample
from tests.town import SamplePerson

__all__ = ["DirectorInBrowser", "Keep", "OperatorInBrowser", "sign_in"]

Keep = Callable[[Page, str], None]
"""Keeps a picture of the screen under a name."""

INTO_VIEW = """([page, share]) => {
    const picture = document.querySelector(`.sheet[data-page="${page}"] img`);
    picture.loading = "eager";
    const box = picture.getBoundingClientRect();
    let away = box.top + share * box.height - innerHeight / 2;
    const sheets = document.getElementById("sheets");
    const before = sheets.scrollTop;
    sheets.scrollBy({ top: away, behavior: "instant" });
    window.scrollBy({ top: away - (sheets.scrollTop - before), behavior: "instant" });
    return picture.decode();
}"""
"""Scrolls a place on a page into the middle of the window, whichever of the two scrolls."""


def sign_in(page: Page, office_address: str, person: SamplePerson) -> None:
    """Sign in at head office."""
    page.goto(f"{office_address}/sign-in")
    page.fill("#email", person.email)
    page.fill("#password", person.password)
    page.click("form.form button[type=submit]")
    expect(page).not_to_have_url(f"{office_address}/sign-in")


class OperatorInBrowser:
    """Prepares documents."""

    def __init__(self, page: Page, office_address: str, keep: Keep) -> None:
        """Work in this window, signed in."""
        self.page, self.office_address, self.keep = page, office_address, keep

    def upload(self, sample: Sample, folder: Path) -> str:
        """Upload a contract and name its client; returns the document's id."""
        page, client = self.page, sample.client
        file = folder / f"{sample.name}.pdf"
        file.write_bytes(sample.pdf)
        page.goto(f"{self.office_address}/documents/new")
        page.set_input_files("#pdf", file)
        page.fill("#title", sample.title)
        page.fill("#number", sample.number)
        page.locator("[name=client_name]").first.fill(client.name)
        page.locator("[name=contact]").first.fill(sample.contact)
        page.locator("[name=stamp_wanted]").first.set_checked(client.stamp is not None)
        for other in sample.others:
            page.click("[data-do=add]")
            page.locator("[name=client_name]").last.fill(other.client.name)
            page.locator("[name=contact]").last.fill(other.contact)
        page.locator("h1").scroll_into_view_if_needed()
        self.keep(page, "office-new-document")
        page.click(".form__end button[type=submit]")
        page.wait_for_url("**/fields")
        return page.url.split("/")[-2]

    def place_everything(self, sample: Sample) -> None:
        """Draw every box of the plan on the pages by mouse and name the fields."""
        self._draw("director_signature", sample.director_signature)
        self._place_for(sample.client)
        for place, other in enumerate(sample.others, start=2):
            self.page.locator(".whose a").nth(place - 1).click()
            self.page.wait_for_url(f"**/fields?client={place}")
            expect(self.page.locator(".box--other")).not_to_have_count(0)
            self._place_for(other.client)
        self.keep(self.page, "office-place-fields")

    def send(self) -> None:
        """Send the document to the director."""
        self.page.click("#send button[type=submit]")
        self.page.wait_for_url(lambda url: "/fields" not in url)
        self.keep(self.page, "office-document-sent")

    def wait_until_completed(self, document_id: str) -> None:
        """Look at the document until its final file can be fetched."""
        page = self.page
        final = page.locator(f"a[href$='/documents/{document_id}/final.pdf']")
        page.goto(f"{self.office_address}/documents/{document_id}")
        for _ in range(120):
            if final.count():
                break
            page.wait_for_timeout(500)
            page.reload()
        expect(final.first).to_be_visible()
        self.keep(page, "office-document-completed")

    def _place_for(self, client: ClientPlan) -> None:
        for field in client.fields:
            self._draw(field.kind.value, field.placement)
            self.page.fill("#box-label", field.label)
            self.page.set_checked("#box-required", field.required)
            if field.options:
                self.page.fill("#box-options", "\n".join(field.options))
        if client.stamp is not None:
            self._draw("stamp", client.stamp)
        assert client.signature is not None
        self._draw("signature", client.signature)
        saved = self.page.locator("#saved")
        expect(saved).to_have_text(saved.get_attribute("data-saved") or "")

    def _draw(self, tool: str, place: Placement) -> None:
        page = self.page
        page.click(f"[data-tool='{tool}']")
        picture = page.locator(f".sheet[data-page='{place.page}'] img")
        page_height = float(picture.get_attribute("height") or 0)
        page.evaluate(INTO_VIEW, [place.page, 1 - (place.y + place.height / 2) / page_height])
        box = picture.bounding_box()
        assert box is not None, f"page {place.page + 1} is not on the screen"
        scale = box["height"] / page_height
        left, right = place.x * scale, (place.x + place.width) * scale
        top = (page_height - place.y - place.height) * scale
        bottom = (page_height - place.y) * scale
        page.mouse.move(box["x"] + left, box["y"] + top)
        page.mouse.down()
        page.mouse.move(box["x"] + (left + right) / 2, box["y"] + (top + bottom) / 2)
        page.mouse.move(box["x"] + right, box["y"] + bottom)
        page.mouse.up()
        expect(page.locator(f"[data-tool='{tool}']")).to_have_attribute("aria-pressed", "false")


class DirectorInBrowser:
    """Signs for the company."""

    def __init__(self, page: Page, office_address: str, keep: Keep) -> None:
        """Work in this window, signed in."""
        self.page, self.office_address, self.keep = page, office_address, keep

    def read(self, document_id: str) -> None:
        """Open a document of the queue and look at its pages."""
        self.page.goto(f"{self.office_address}/queue")
        self.keep(self.page, "office-queue")
        self.page.click(f"a[href$='/queue/{document_id}']")
        await_picture(self.page.locator(".reading img").first)
        self.keep(self.page, "office-queue-read")

    def ask_for_code(self) -> None:
        """Have a code sent for the document that is open."""
        self.page.click("form[action$='/queue/code'] button[type=submit]")
        expect(self.page.locator("#code")).to_be_visible()

    def sign(self, code: str) -> None:
        """Type the code and sign."""
        self.page.fill("#code", code)
        self.keep(self.page, "office-queue-code")
        self.page.click("form[action$='/queue/sign'] button[type=submit]")
        self.page.wait_for_url(f"{self.office_address}/queue")
