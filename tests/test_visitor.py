"""The scriptless visitor fills forms as a browser would."""

from __future__ import annotations

import flask
import httpx
import pytest

from tests.visitor import VisitFailed, Visitor

PAGE = """<!doctype html><meta name="csrf-token" content="tok&amp;en">
<form action="/keep" method="post" id="main">
  <input type="hidden" name="csrf_token" value="abc">
  <input name="name" value="Anna &amp; Ola">
  <input type="checkbox" name="agree" value="yes" checked>
  <input type="checkbox" name="offers" value="yes">
  <select name="kiosk"><option value="a">A</option><option value="b" selected>B</option></select>
  <textarea name="note">
two
lines</textarea>
  <button name="go" value="on">On</button>
</form>
<input form="main" name="outside" value="1">
"""


@pytest.fixture
def visitor() -> Visitor:
    app = flask.Flask(__name__)

    @app.get("/")
    def start() -> str:
        return PAGE

    @app.post("/keep")
    def keep() -> dict[str, list[str]]:
        return flask.request.form.to_dict(flat=False)

    @app.post("/script")
    def script() -> dict[str, str]:
        return {"token": flask.request.headers["X-CSRFToken"]}

    transport = httpx.WSGITransport(app=app)
    return Visitor(httpx.Client(transport=transport, base_url="http://site.example"))


def test_a_form_is_sent_with_what_it_holds_and_what_was_changed(visitor: Visitor) -> None:
    page = visitor.submit(visitor.visit("/"), "/keep", {"name": "Ewa", "go": "on"})
    assert flask.json.loads(page.text) == {
        "csrf_token": ["abc"],
        "name": ["Ewa"],
        "agree": ["yes"],
        "kiosk": ["b"],
        "note": ["two\nlines"],
        "outside": ["1"],
        "go": ["on"],
    }


def test_a_script_sends_the_token_of_its_page(visitor: Visitor) -> None:
    page = visitor.visit("/")
    assert visitor.send(page, "/script", b"{}", "application/json").json() == {"token": "tok&en"}


def test_a_page_that_does_not_come_or_has_no_such_form_is_a_failure(visitor: Visitor) -> None:
    with pytest.raises(VisitFailed, match="404"):
        visitor.visit("/nowhere")
    with pytest.raises(VisitFailed, match="only: /keep"):
        visitor.submit(visitor.visit("/"), "/elsewhere")
