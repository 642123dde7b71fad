"""Every page is shown before anything else, and how long is known."""

from __future__ import annotations

import pytest

from tests.ceremony.at_the_screen import AtTheScreen
from tests.ceremony.memory_desk import MemoryDesk, pages_of


def test_nothing_goes_on_until_every_page_was_shown(client: AtTheScreen, desk: MemoryDesk) -> None:
    client.confirm()
    last = pages_of(desk.sample.name)
    client.open(f"/ceremony/read/{last}")
    client.send(f"/ceremony/read/{last}", go="on")
    assert client.path == "/ceremony/read/2"
    assert client.open("/ceremony/fill/1").path == "/ceremony/read/2"
    client.read()
    assert client.path == "/ceremony/fill/1"


def test_seconds_on_each_page_are_kept(client: AtTheScreen, desk: MemoryDesk) -> None:
    client.confirm().read(seconds=7)
    assert desk.progress is not None
    assert desk.progress.pages_seen == dict.fromkeys(range(1, pages_of(desk.sample.name) + 1), 7.0)


def test_a_page_that_was_never_opened_cannot_be_claimed(
    client: AtTheScreen, desk: MemoryDesk
) -> None:
    client.confirm()
    client.send("/ceremony/read/4", go="on")
    client.send("/ceremony/read/3", go="on")
    assert desk.progress is not None
    assert not {3, 4} & set(desk.progress.pages_seen)


def test_time_away_from_the_pages_is_not_reading(client: AtTheScreen, desk: MemoryDesk) -> None:
    client.confirm()
    desk.tick(5)
    client.open("/ceremony/confirm")
    desk.tick(300)
    client.open("/ceremony/read/2")
    assert desk.progress is not None
    assert desk.progress.pages_seen == {1: 5.0}


def test_pages_are_pictures_and_words(client: AtTheScreen, desk: MemoryDesk) -> None:
    client.confirm()
    picture = client.browser.get("/ceremony/page/1.jpg")
    assert picture.data.startswith(b"\xff\xd8")
    assert picture.headers["Cache-Control"] == "no-store"
    assert desk.sample.number in client.browser.get("/ceremony/page/1.txt").get_data(as_text=True)
    assert desk.sample.number in client.open("/ceremony/read/1?view=text").words


def test_the_page_of_the_certificate_explains_itself(client: AtTheScreen, desk: MemoryDesk) -> None:
    client.confirm()
    body = client.open("/ceremony/read/4").shown.get_data(as_text=True)
    assert 'data-certificate-page="4"' in body
    assert "empty on purpose" in client.words


@pytest.mark.parametrize(
    "path",
    [
        "/ceremony/page/0.jpg",
        "/ceremony/page/5.jpg",
        "/ceremony/page/99999999999.jpg",
        "/ceremony/page/1.jpg?width=99999",
        "/ceremony/page/5.txt",
    ],
)
def test_a_page_that_is_not_there_is_not_drawn(client: AtTheScreen, path: str) -> None:
    client.confirm()
    assert client.browser.get(path).status_code == 404


@pytest.mark.parametrize("page", ["9" * 5000, "١", "-1", ""])
def test_a_page_that_is_no_number_leads_to_what_is_left(client: AtTheScreen, page: str) -> None:
    client.confirm()
    assert client.send("/ceremony/read/1", go=page).path.startswith("/ceremony/read/")


def test_pages_are_not_shown_before_the_code(client: AtTheScreen) -> None:
    for path in ("/ceremony/page/1.jpg", "/ceremony/page/1.txt", "/ceremony/read/1"):
        assert client.browser.get(path).location == "/ceremony/confirm"


def test_a_reload_comes_back_to_the_first_page_not_seen(
    client: AtTheScreen, desk: MemoryDesk
) -> None:
    client.confirm().open("/ceremony/read/1").send("/ceremony/read/1", go="2")
    assert client.open("/ceremony/").path == "/ceremony/read/2"


def test_a_script_learns_which_pages_are_left(client: AtTheScreen) -> None:
    client.confirm().open("/ceremony/read/1")
    headers = {"Accept": "application/json", "X-CSRFToken": client.token}
    answer = client.browser.post("/ceremony/read/1", data={"go": "2"}, headers=headers)
    assert answer.json == {"page": 2, "unseen": [3, 4]}
