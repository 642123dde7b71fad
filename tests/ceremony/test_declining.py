"""A client who does not want to sign: a reason, an end, and nothing kept."""

from __future__ import annotations

import pytest

from signing.ceremony.declining import DeclineReason
from tests.ceremony.at_the_screen import AtTheScreen
from tests.ceremony.memory_desk import MemoryDesk


def test_declining_tells_the_reason_and_keeps_nothing(
    client: AtTheScreen, desk: MemoryDesk
) -> None:
    client.to("stamp").open("/ceremony/stop")
    assert "I do not want to sign" in client.words
    assert "Something in it is wrong" in client.open("/ceremony/decline").words
    client.send("/ceremony/decline", reason="data")
    assert client.path == "/ceremony/declined"
    assert "You have not signed." in client.words
    assert desk.sample.client.name not in client.words
    assert desk.declined is DeclineReason.DATA
    assert desk.sealed is None
    assert client.open("/ceremony/fill/1").path == "/"


def test_the_language_stays_until_the_client_leaves(desk: MemoryDesk) -> None:
    client = AtTheScreen(desk, "uk").to("read").open("/ceremony/decline")
    client.send("/ceremony/decline", reason="content")
    assert 'lang="uk"' in client.shown.get_data(as_text=True)
    gone = client.browser.post("/ceremony/leave", data={"csrf_token": client.token})
    assert gone.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    with client.browser.session_transaction() as session:
        assert "language" not in session


@pytest.mark.parametrize("given", ["", "because", "content\x00"])
def test_no_reason_or_an_unknown_one_is_another_reason(
    client: AtTheScreen, desk: MemoryDesk, given: str
) -> None:
    client.to("read").send("/ceremony/decline", reason=given)
    assert desk.declined is DeclineReason.OTHER


def test_whoever_has_not_entered_the_code_cannot_decline(
    client: AtTheScreen, desk: MemoryDesk
) -> None:
    assert "I do not want to sign" not in client.open("/ceremony/stop").words
    assert client.open("/ceremony/decline").path == "/ceremony/confirm"
    assert client.send("/ceremony/decline", reason="data").path == "/ceremony/confirm"
    assert desk.declined is None


def test_what_is_signed_cannot_be_declined(client: AtTheScreen, desk: MemoryDesk) -> None:
    client.to("review").send("/ceremony/agree")
    assert client.send("/ceremony/decline", reason="data").path == "/ceremony/done"
    assert desk.declined is None


def test_the_document_says_afterwards_that_it_was_declined(
    client: AtTheScreen, desk: MemoryDesk
) -> None:
    client.to("read").send("/ceremony/decline", reason="person")
    desk.refusal = ""
    desk.saved = None
    assert client.open("/ceremony/").path == "/"
