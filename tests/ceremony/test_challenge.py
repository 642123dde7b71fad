"""Where the time is unsure, the client answers a challenge instead of typing a code."""

from __future__ import annotations

import pytest

from signing.challenges import answer_text
from tests.ceremony.at_the_screen import AtTheScreen
from tests.ceremony.memory_desk import MemoryDesk


@pytest.fixture
def unsure(desk: MemoryDesk) -> MemoryDesk:
    """The same desk after a power cut, without a network."""
    desk.time_assured = desk.online = False
    return desk


def answer(desk: MemoryDesk) -> str:
    assert desk.codes.challenge is not None
    return answer_text(desk.code_key(), desk.codes.challenge.digits)


def test_the_wish_for_a_code_leads_to_the_number_and_its_answer_opens_the_document(
    client: AtTheScreen, unsure: MemoryDesk
) -> None:
    client.open("/start").send("/ceremony/code/send")
    assert client.path == "/ceremony/challenge"
    assert unsure.codes.challenge is not None
    assert unsure.codes.challenge.shown in client.words.replace("\u00a0", " ")
    assert "+48 *** *** 123" in client.words.replace("\u00a0", " ")
    assert unsure.sent == []
    assert client.send("/ceremony/code", code=answer(unsure)).path == "/ceremony/read/1"


def test_the_square_is_a_qr_code_without_anything_of_the_client(
    client: AtTheScreen, unsure: MemoryDesk
) -> None:
    client.open("/start")
    given = client.browser.get("/ceremony/challenge.svg")
    assert given.mimetype == "image/svg+xml"
    assert given.data.startswith(b"<svg")
    assert b"<path" in given.data
    for word in unsure.sample.client.name.split():
        assert word.encode() not in given.data


def test_a_number_that_is_too_old_is_replaced_and_the_client_is_told(
    client: AtTheScreen, unsure: MemoryDesk
) -> None:
    client.open("/start").send("/ceremony/code/send")
    late, before = answer(unsure), unsure.codes.challenge
    unsure.tick(301)
    client.send("/ceremony/code", code=late)
    assert client.path == "/ceremony/code"
    assert "This code is too old." in client.words
    client.send("/ceremony/code/send")
    assert client.path == "/ceremony/challenge"
    assert unsure.codes.challenge != before


def test_where_codes_work_there_is_no_number(client: AtTheScreen, desk: MemoryDesk) -> None:
    client.open("/start")
    assert client.open("/ceremony/challenge").path == "/ceremony/code"
    assert client.browser.get("/ceremony/challenge.svg").status_code == 303
    assert desk.codes.challenge is None
