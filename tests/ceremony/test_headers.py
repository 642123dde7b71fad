"""Every screen: strict headers, nothing inline, a token in every form, one heading, a language."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from tests.ceremony.at_the_screen import AtTheScreen
from tests.ceremony.memory_desk import MemoryDesk

SCREENS = (
    "/ceremony/confirm",
    "/ceremony/code",
    "/ceremony/read/1",
    "/ceremony/read/1?view=text",
    "/ceremony/fill/1",
    "/ceremony/stamp",
    "/ceremony/stamp/again",
    "/ceremony/stamp/result",
    "/ceremony/sign",
    "/ceremony/sign/typed",
    "/ceremony/sign/drawn",
    "/ceremony/sign/picture",
    "/ceremony/review",
    "/ceremony/agree",
    "/ceremony/stop",
    "/ceremony/decline",
    "/ceremony/declined",
    "/ceremony/display",
)


class Outline(HTMLParser):
    """Collects what a rule of the screens forbids or asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.headings = 0
        self.forms: list[bool] = []
        self.unnamed: list[str] = []
        self.language = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.inline += [name for name in given if name.startswith("on") or name == "style"]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)
        if tag == "h1":
            self.headings += 1
        if tag == "html":
            self.language = given.get("lang") or ""
        if tag == "form" and given.get("method") == "post":
            self.forms.append(False)
        if tag == "input" and given.get("name") == "csrf_token" and self.forms:
            self.forms[-1] = True
        if tag == "img" and "alt" not in given:
            self.unnamed.append(str(given.get("src")))


@pytest.fixture(scope="module")
def screens() -> dict[str, tuple[str, dict[str, str]]]:
    """Path -> body and headers, of every screen of one ceremony, in German."""
    from tests.ceremony.conftest import STAMPED
    from tests.ceremony.memory_desk import sample_named

    client = AtTheScreen(MemoryDesk(sample_named(STAMPED)), "de").to("review")
    client.open("/ceremony/review")
    shown = {}
    for path in SCREENS:
        answer = client.open(path).shown
        assert answer.request.path == path.split("?")[0]
        shown[path] = (answer.get_data(as_text=True), dict(answer.headers))
    client.send("/ceremony/agree")
    shown["/ceremony/done"] = (client.shown.get_data(as_text=True), dict(client.shown.headers))
    return shown


@pytest.mark.parametrize("path", [*SCREENS, "/ceremony/done"])
def test_a_screen_keeps_the_rules(
    screens: dict[str, tuple[str, dict[str, str]]], path: str
) -> None:
    body, headers = screens[path]
    outline = Outline()
    outline.feed(body)
    assert outline.inline == []
    assert outline.headings == 1
    assert all(outline.forms)
    assert outline.unnamed == []
    assert outline.language == "de"
    assert "http://" not in body.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in body
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=(self)" in headers["Permissions-Policy"]


@pytest.mark.parametrize("path", [*SCREENS, "/ceremony/done"])
def test_a_screen_says_where_the_client_is(
    screens: dict[str, tuple[str, dict[str, str]]], path: str
) -> None:
    body, _ = screens[path]
    if path != "/ceremony/declined":
        assert re.search(r"Schritt \d von 7", body)
    if path == "/ceremony/done":
        assert "Schritt 7 von 7: Fertig" in body


def test_a_post_without_the_token_changes_nothing(client: AtTheScreen, desk: MemoryDesk) -> None:
    client.to("fill")
    before = desk.saved
    client.browser.post("/ceremony/fill/1", data={"company": "Firma"})
    assert desk.saved == before
