"""The verify screen in Chromium: a certificate before the camera, files good and bad."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import qrcode
from PIL import Image
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from tests.demo import last_page_picture
from tests.journeys.browser import KIOSK_SCREEN, chromium
from tests.journeys.camera import clip_of_sheet
from tests.journeys.contract import Contract
from tests.journeys.office_pages import Keep
from tests.town import Town

QR_CORNER = (0.04, 0.74, 0.46, 0.97)
"""Where a hand holds the certificate page: left, top, right, bottom as shares of the page."""
pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def final(town: Town, tmp_path: Path) -> Path:
    """A signed document of this town."""
    contract = Contract(town)
    contract.prepare()
    contract.direct()
    town.wait_until_at_kiosk(contract.number)
    client = contract.client()
    contract.give_everything(client)
    client.agree()
    client.leave()
    return contract.fetch(tmp_path)


def test_the_verify_screen_judges_papers_by_camera_and_files(
    playwright: Playwright, town: Town, final: Path, tmp_path: Path, keep: Keep
) -> None:
    sheet = Image.open(io.BytesIO(last_page_picture(final.read_bytes())))
    left, top, right, bottom = QR_CORNER
    around_the_code = sheet.crop(
        (left * sheet.width, top * sheet.height, right * sheet.width, bottom * sheet.height)
    )
    clip = clip_of_sheet(around_the_code, 0.8, tmp_path / "certificate.mjpeg")
    with chromium(playwright, KIOSK_SCREEN, camera=clip) as context:
        page = _verify_screen(context, town)
        expect(page.locator(".verdict--genuine")).to_be_visible()
        expect(page.locator(".verdict__paper")).to_be_visible()
        keep(page, "kiosk-verify-paper")
        _choose(page, final)
        expect(page.locator(".verdict--genuine")).to_be_visible()
        expect(page.locator(".verdict__paper")).to_have_count(0)
        keep(page, "kiosk-verify-genuine")
        _choose(page, _with_one_byte_changed(final, tmp_path / "altered.pdf"))
        expect(page.locator(".verdict--altered")).to_be_visible()
        keep(page, "kiosk-verify-altered")


def test_a_code_of_something_else_gets_a_sentence(
    playwright: Playwright, town: Town, tmp_path: Path, keep: Keep
) -> None:
    picture = io.BytesIO()
    qrcode.make("https://example.com/menu").save(picture, "PNG")
    clip = clip_of_sheet(Image.open(picture), 0.7, tmp_path / "menu.mjpeg")
    with chromium(playwright, KIOSK_SCREEN, camera=clip) as context:
        page = _verify_screen(context, town)
        expect(page.locator("[data-found] [data-verdict]")).to_be_visible()
        expect(page.locator(".verdict--genuine")).to_have_count(0)
        keep(page, "kiosk-verify-other-code")


def _verify_screen(context: BrowserContext, town: Town) -> Page:
    page = context.new_page()
    page.goto(town.kiosk_address)
    page.click("a[href$='/verify']")
    return page


def _choose(page: Page, file: Path) -> None:
    with page.expect_navigation():
        page.set_input_files("#verify-file input[type=file]", file)


def _with_one_byte_changed(final: Path, target: Path) -> Path:
    data = bytearray(final.read_bytes())
    data[len(data) // 3] ^= 0x01
    target.write_bytes(data)
    return target
