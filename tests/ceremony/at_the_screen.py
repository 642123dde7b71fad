"""A client at the screen: follows redirects, sends forms with their token, reads what is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from signing.ceremony.desk import PictureKind
from signing.ceremony.picture_door import PictureDoor
from signing.ceremony.speech import Sound
from signing.codes import issue_code
from signing.pictures import clean_stamp
from tests.ceremony.memory_desk import MemoryDesk, pages_of
from tests.ceremony.small_kiosk import make_app
from tests.samples.hand import drawn_signature, stamp_photograph

__all__ = ["AtTheScreen", "clean_stamp_png"]


@dataclass(frozen=True)
class Answer:
    """What a script gets."""

    status_code: int
    json: Any


@cache
def clean_stamp_png() -> bytes:
    """What is kept of the photograph of a stamp; made once per run."""
    return clean_stamp(stamp_photograph()).png


class AtTheScreen:
    """One browser at the desk."""

    def __init__(
        self,
        desk: MemoryDesk,
        language: str = "en",
        options: tuple[str, ...] = (),
        sound: Sound = "off",
        doors: PictureDoor | None = None,
    ) -> None:
        self.desk = desk
        self.browser: FlaskClient = make_app(desk, sound, doors).test_client()
        self.shown: TestResponse
        self.token = ""
        with self.browser.session_transaction() as session:
            session["language"] = language
            session["options"] = list(options)
        self.open("/start")

    @property
    def path(self) -> str:
        """Where the client is."""
        return self.shown.request.path

    @property
    def words(self) -> str:
        """What can be read on the screen."""
        body = self.shown.get_data(as_text=True)
        body = re.sub(r"<(script|style|template)\b.*?</\1>", "", body, flags=re.DOTALL)
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())

    def open(self, path: str) -> AtTheScreen:
        return self._see(self.browser.get(path, follow_redirects=True))

    def send(self, path: str, **fields: Any) -> AtTheScreen:
        data = {"csrf_token": self.token, **fields}
        return self._see(self.browser.post(path, data=data, follow_redirects=True))

    def ask(self, path: str, body: bytes, mimetype: str, **headers: str) -> Answer:
        """What a script of the page posts; the screen stays."""
        answer = self.browser.post(
            path,
            data=body,
            content_type=mimetype,
            headers={"X-CSRFToken": self.token, "Accept": "application/json", **headers},
        )
        return Answer(answer.status_code, answer.get_json(silent=True))

    def _see(self, shown: TestResponse) -> AtTheScreen:
        self.shown = shown
        if shown.mimetype == "text/html":
            found = re.search(r'name="csrf-token" content="([^"]+)"', shown.get_data(as_text=True))
            self.token = found.group(1) if found else self.token
        return self

    # -- whole steps -----------------------------------------------------------------------------

    def confirm(self) -> AtTheScreen:
        code = issue_code(self.desk.code_key(), self.desk.time).text
        return self.send("/ceremony/code", code=code)

    def read(self, seconds: float = 10) -> AtTheScreen:
        pages = pages_of(self.desk.sample.name)
        for page in range(1, pages + 1):
            self.open(f"/ceremony/read/{page}")
            self.desk.tick(seconds)
            self.send(f"/ceremony/read/{page}", go="on" if page == pages else str(page + 1))
        return self

    def fill(self) -> AtTheScreen:
        self.open("/ceremony/fill")
        while found := re.fullmatch(r"/ceremony/fill/\d+", self.path):
            asked = re.findall(r'name="([a-z0-9_]+)"', self.shown.get_data(as_text=True))
            answers = self.desk.sample.answers
            self.send(found.group(), **{key: answers[key] for key in asked if answers.get(key)})
        return self

    def stamp(self) -> AtTheScreen:
        """Accept a stamp whose picture is there already: cleaning one takes half a second."""
        self.desk.pictures[PictureKind.STAMP] = clean_stamp_png()
        return self.open("/ceremony/stamp/result").send("/ceremony/stamp/use")

    def draw(self) -> AtTheScreen:
        ink = drawn_signature().to_json().encode()
        return self.open(self.ask("/ceremony/sign/drawn", ink, "application/json").json["location"])

    def to(self, step: str) -> AtTheScreen:
        """Do all steps before `step`."""
        for name in ("confirm", "read", "fill", "stamp", "draw"):
            if name == step:
                break
            if name != "stamp" or self.desk.sample.client.stamp is not None:
                getattr(self, name)()
        return self
