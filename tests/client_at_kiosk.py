"""A client before the kiosk, step by step through the real screens, without scripts.

client = ClientAtKiosk(visitor)
client.find("1234565")
client.enter_code("12345678")
client.read_every_page()
client.fill({"address": "ul. Przykładowa 1"})
client.draw(drawn_signature())
client.agree()
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import httpx

from signing.ink import Ink
from tests.visitor import Page, VisitFailed, Visitor

__all__ = ["ClientAtKiosk"]


class ClientAtKiosk:
    """Somebody who signs; `page` is what they see now."""

    def __init__(self, visitor: Visitor) -> None:
        """Stand before the kiosk that the visitor's browser shows."""
        self.visitor = visitor
        self.page: Page = visitor.visit("/")

    def find(self, short_number: str) -> None:
        """Type the number from the message; the kiosk asks whether this is the client."""
        self.page = self.visitor.submit(
            self.visitor.visit("/find"), "/find", {"number": short_number}
        )
        self._expect("/ceremony/confirm")

    def enter_code(self, code: str) -> None:
        """Type the code from the message."""
        page = self.visitor.visit("/ceremony/code")
        self.page = self.visitor.submit(page, "/ceremony/code", {"code": code})
        if "/ceremony/code" in self.page.address:
            raise VisitFailed(f"the code was not accepted: {self.page.words[:400]}")

    def read_every_page(self) -> int:
        """Look at each page as a picture, in order; returns how many there were."""
        self.page = self.visitor.visit("/ceremony/read")
        number = 1
        while f"/ceremony/read/{number}" in self.page.address:
            picture = self.visitor.http.get(f"/ceremony/page/{number}.jpg")
            if picture.status_code != httpx.codes.OK or not picture.content.startswith(b"\xff\xd8"):
                raise VisitFailed(f"page {number} has no picture ({picture.status_code})")
            following = self.visitor.submit(self.page, f"/read/{number}", {"go": str(number + 1)})
            if f"/ceremony/read/{number}" in following.address:
                following = self.visitor.submit(following, f"/read/{number}", {"go": "on"})
            self.page = following
            number += 1
        return number - 1

    def fill(self, answers: Mapping[str, str]) -> None:
        """Answer every field that is asked for; a tick box takes "yes" or ""."""
        self.page = self.visitor.visit("/ceremony/fill")
        while found := re.search(r"/ceremony/fill/(\d+)", self.page.address):
            action = found.group(0)
            asked = re.findall(r'name="([a-z0-9_]+)"', self.page.text)
            values: dict[str, str | list[str]] = {
                key: value or [] for key, value in answers.items() if key in asked
            }
            self.page = self.visitor.submit(self.page, action, values)

    def add_stamp(self, photograph: bytes) -> None:
        """Photograph the company's stamp and accept what the kiosk made of it."""
        page = self.visitor.visit("/ceremony/stamp")
        self.visitor.send(page, "/ceremony/stamp/picture", photograph, "image/jpeg")
        page = self.visitor.visit("/ceremony/stamp/result")
        self.page = self.visitor.submit(page, "/ceremony/stamp/use")

    def draw(self, ink: Ink) -> None:
        """Sign by finger."""
        page = self.visitor.visit("/ceremony/sign/drawn")
        answer = self.visitor.send(
            page, "/ceremony/sign/drawn", ink.to_json().encode(), "application/json"
        )
        reply = json.loads(answer.text)
        if "location" not in reply:
            raise VisitFailed(f"the signature was questioned: {reply}")
        self.page = self.visitor.visit(reply["location"])

    def agree(self) -> None:
        """Agree and sign; afterwards the certificate is on the screen."""
        self.visitor.visit("/ceremony/review")
        page = self.visitor.visit("/ceremony/agree")
        self.page = self.visitor.submit(page, "/ceremony/agree")
        self._expect("/ceremony/done")

    def certificate(self) -> bytes:
        """The certificate page as the kiosk shows it, a JPEG."""
        return self.visitor.http.get("/ceremony/certificate.jpg").content

    def hand_over(self, short_number: str) -> ClientAtKiosk:
        """Step back for the next client, who finds the document open before them."""
        page = self.visitor.submit(self.page, "/ceremony/hand-over")
        following = ClientAtKiosk.__new__(ClientAtKiosk)
        following.visitor, following.page = self.visitor, page
        following._expect("/ceremony/confirm")
        return following

    def leave(self) -> None:
        """End; the kiosk is ready for the next client."""
        self.page = self.visitor.submit(self.page, "/ceremony/leave")

    def _expect(self, path: str) -> None:
        if path not in self.page.address:
            raise VisitFailed(f"at {self.page.address}, not {path}: {self.page.words[:600]}")
