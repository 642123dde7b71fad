"""The kiosk in a real browser: a client who touches, types, photographs and signs by finger."""

from __future__ import annotations

from collections.abc import Mapping

from playwright.sync_api import CDPSession, Locator, Page, expect

from signing.ink import Ink
from tests.journeys.browser import await_picture, await_video
from tests.journeys.office_pages import Keep

__all__ = ["ClientInBrowser"]

PRIMARY = ".actions .button--primary:visible"
EVERY_NTH_SAMPLE = 3
"""A finger at 80 Hz is what Chromium's tools deliver in good time."""


class ClientInBrowser:
    """Somebody before the kiosk's screen."""

    def __init__(self, page: Page, kiosk_address: str, keep: Keep) -> None:
        """Stand before the first screen."""
        self.page, self.kiosk_address, self.keep = page, kiosk_address, keep
        page.goto(kiosk_address)
        expect(page.locator("h1")).to_be_visible()
        keep(page, "kiosk-attract")

    def find(self, short_number: str) -> None:
        """Touch “sign a document” and the digits of the number."""
        self.page.click("a[href$='/find']")
        self._touch_digits(short_number)
        self.keep(self.page, "kiosk-find")
        self._onward()
        expect(self.page.locator(".hash")).to_be_visible()
        self.keep(self.page, "kiosk-confirm")

    def ask_here(self) -> Locator:
        """Ask the kiosk itself to send a code; what it says about that."""
        self._onward()
        return self.page.locator(".message")

    def enter_wrong_code(self, code: str) -> None:
        """Touch digits that are not the code; the screen says so and asks again."""
        said = self.page.locator(".message--bad, .message--warn")
        self._touch_digits(code)
        with self.page.expect_navigation():
            self._onward()
        expect(said).to_be_visible()
        self.keep(self.page, "kiosk-code-wrong")

    def enter_code(self, code: str) -> None:
        """Touch the digits of the code and go on."""
        self._touch_digits(code)
        self.keep(self.page, "kiosk-code")
        self._onward()

    def read_every_page(self) -> int:
        """Turn every page; returns how many there are."""
        reader = self.page.locator("[data-reader]")
        expect(reader).to_be_visible()
        pages = int(reader.get_attribute("data-pages") or 0)
        count = self.page.locator("[data-count]")
        for number in range(1, pages + 1):
            words = count.get_attribute("data-words") or ""
            expect(count).to_have_text(words.replace("{n}", str(number)).replace("{m}", str(pages)))
            await_picture(self.page.locator("[data-page-picture]"))
            if number == 1:
                self.keep(self.page, "kiosk-read")
            self._onward()
        return pages

    def fill(self, answers: Mapping[str, str], *, forget: str = "") -> None:
        """Answer what each screen asks, by its words; first leave `forget` empty and be told."""
        self.page.wait_for_url("**/ceremony/fill/*")  # loaded; before that there are no boxes
        while "/ceremony/fill/" in self.page.url:
            here = self.page.url
            boxes = self.page.locator("#fill-form [name]:not([type=hidden])").all()
            labels = [self._label_of(box) for box in boxes]
            if forget in labels:
                boxes[labels.index(forget)].fill("")
                with self.page.expect_navigation():  # the page may say so before the answer does
                    self._onward()
                expect(self.page.locator(".problem")).to_be_visible()
                self.keep(self.page, "kiosk-fill-problem")
                forget = ""
            question = self.page.locator(".choice legend")
            if question.count():
                self._choose(answers[str(question.inner_text())])
                boxes, labels = [], []
            for box, label in zip(boxes, labels, strict=True):
                if box.get_attribute("type") == "checkbox":
                    if answers[label]:
                        self.page.locator("label.tick__label", has=box).click()
                else:
                    box.fill(answers[label])
            self.keep(self.page, f"kiosk-fill-{here.rsplit('/', 1)[1]}")
            self._onward()
            self.page.wait_for_url(lambda url, before=here: url != before)  # type: ignore[misc]

    def _choose(self, answer: str) -> None:
        """Tap the button of one answer."""
        self.page.locator(".choice__offer").filter(has_text=answer).first.click()

    @staticmethod
    def _label_of(box: Locator) -> str:
        """The words that stand beside a box, without the remark that it is optional."""
        words = box.evaluate(
            "box => [...box.labels[0].querySelectorAll('span:last-of-type'), box.labels[0]]"
            ".map((one) => one.firstChild.textContent.trim())"
            ".find((text) => text && !text.startsWith('('))"
        )
        return str(words)

    def photograph_stamp(self) -> None:
        """Take a photo of what is before the camera and accept it as the stamp."""
        expect(self.page.locator("[data-camera-shoot]")).to_be_enabled()
        await_video(self.page.locator("video"))
        self.keep(self.page, "kiosk-stamp")
        self.page.click("[data-camera-shoot]")
        self.page.wait_for_url("**/stamp/result")
        await_picture(self.page.locator(".result img"))
        self.keep(self.page, "kiosk-stamp-result")
        self._onward()

    def sign_by_finger(self, ink: Ink) -> None:
        """Choose to draw, and draw with a finger."""
        expect(self.page.locator(".ways")).to_be_visible()
        self.keep(self.page, "kiosk-sign")
        self.page.click("a[href$='/sign/drawn']")
        expect(self.page.locator("[data-pad-hint]")).to_be_visible()
        pad = self.page.locator("[data-pad-canvas]").bounding_box()
        assert pad is not None
        touch = self.page.context.new_cdp_session(self.page)
        scale = min(pad["width"] / ink.width, pad["height"] / ink.height) * 0.92
        left = pad["x"] + (pad["width"] - ink.width * scale) / 2
        top = pad["y"] + (pad["height"] - ink.height * scale) / 2
        for stroke in ink.strokes:
            points = [
                (left + point.x * scale, top + point.y * scale)
                for point in (*stroke[::EVERY_NTH_SAMPLE], stroke[-1])
            ]
            _one_stroke(touch, points)
        expect(self.page.locator("[data-pad-done]")).to_be_enabled()
        self.keep(self.page, "kiosk-sign-drawn")
        self.page.click("[data-pad-done]")
        self.page.wait_for_url("**/ceremony/review")

    def review(self) -> None:
        """Look at everything in place and go on."""
        expect(self.page.locator(".answers")).to_be_visible()
        self.page.wait_for_load_state("networkidle")
        self.keep(self.page, "kiosk-review")
        self._onward()

    def agree(self) -> None:
        """Read the declaration and sign; the certificate is shown."""
        expect(self.page.locator(".consent")).to_be_visible()
        self.keep(self.page, "kiosk-agree")
        self._onward()
        self.page.wait_for_url("**/ceremony/done")
        await_picture(self.page.locator(".done__page img"))
        self.keep(self.page, "kiosk-done")

    def agree_before_the_next(self) -> None:
        """Read the declaration and sign; the screen says who is next, and shows no certificate."""
        expect(self.page.locator(".consent")).to_be_visible()
        self._onward()
        self.page.wait_for_url("**/ceremony/done")
        expect(self.page.locator(".card.next")).to_be_visible()
        expect(self.page.locator(".done__page")).to_have_count(0)
        self.keep(self.page, "kiosk-next-client")

    def hand_over(self) -> None:
        """Step back for the next client; the screen asks them who they are."""
        self.page.click("form[action$='/hand-over'] button")
        expect(self.page.locator(".hash")).to_be_visible()
        self.keep(self.page, "kiosk-confirm-next")

    def end(self) -> None:
        """End; the first screen comes back."""
        self._onward()
        expect(self.page.locator(".tiles")).to_be_visible()

    def _touch_digits(self, digits: str) -> None:
        for digit in digits:
            self.page.click(f".keypad [data-digit='{digit}']")

    def _onward(self) -> None:
        self.page.locator(PRIMARY).last.click()


def _one_stroke(touch: CDPSession, points: list[tuple[float, float]]) -> None:
    for order, (x, y) in enumerate(points):
        kind = "touchStart" if order == 0 else "touchMove"
        spot = {"x": round(x, 2), "y": round(y, 2), "force": 0.5}
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [spot]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
