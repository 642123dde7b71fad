"""A picture from the client's own phone: through a door open once, shortly, for one client."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from signing.ceremony.desk import PictureKind
from signing.ceremony.picture_door import DOOR_LIFE, MAX_DOOR_TRIES, PictureDoor
from signing.ceremony.progress import StampChoice
from tests.ceremony.at_the_screen import AtTheScreen
from tests.ceremony.memory_desk import MemoryDesk
from tests.ceremony.small_kiosk import make_door_app
from tests.samples.hand import stamp_photograph
from tests.signing.house import NOW

ADDRESS = "https://kiosk.example"


@pytest.fixture
def doors() -> PictureDoor:
    return PictureDoor(ADDRESS)


@pytest.fixture
def client(desk: MemoryDesk, doors: PictureDoor) -> AtTheScreen:
    """Somebody who has come to the stamp."""
    return AtTheScreen(desk, doors=doors).to("stamp")


@pytest.fixture
def phone(desk: MemoryDesk, doors: PictureDoor) -> FlaskClient:
    """The client's phone, which knows nothing but an address."""
    app = make_door_app(desk, doors)
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


@pytest.fixture(scope="module")
def photograph() -> bytes:
    return stamp_photograph()


def address(client: AtTheScreen, desk: MemoryDesk, doors: PictureDoor) -> str:
    """The path that the square on the client's screen leads to."""
    client.open("/ceremony/stamp").send("/ceremony/phone-picture/stamp")
    assert client.path == "/ceremony/phone-picture/stamp"
    assert desk.progress is not None
    door = doors.of(desk.progress.ceremony_id, desk.time)
    assert door is not None
    return doors.address(door).removeprefix(ADDRESS)


def hand_in(phone: FlaskClient, path: str, picture: bytes) -> int:
    answer = phone.post(path, data={"picture": (io.BytesIO(picture), "photo.jpg")})
    return answer.status_code


def state(client: AtTheScreen) -> dict[str, str]:
    path = "/ceremony/phone-picture/stamp"
    answer: dict[str, str] = client.browser.get(
        path, headers={"Accept": "application/json"}
    ).get_json()
    return answer


def test_a_picture_from_the_phone_is_shown_at_the_kiosk_to_be_accepted(
    client: AtTheScreen, phone: FlaskClient, desk: MemoryDesk, doors: PictureDoor, photograph: bytes
) -> None:
    path = address(client, desk, doors)
    assert client.browser.get("/ceremony/phone-picture/stamp.svg").data.startswith(b"<svg")
    assert state(client) == {"state": "waiting"}
    assert phone.get(path).status_code == 200
    assert state(client) == {"state": "seen"}
    assert hand_in(phone, path, photograph) == 200
    assert desk.progress is not None
    assert desk.progress.stamp is StampChoice.OPEN  # nobody has accepted it yet
    assert set(desk.pictures) == {PictureKind.STAMP, PictureKind.STAMP_SHOT}
    assert state(client) == {"location": "/ceremony/stamp/result"}
    client.open("/ceremony/stamp/result").send("/ceremony/stamp/use")
    assert client.path == "/ceremony/sign"


def test_the_door_lets_one_good_picture_in(
    client: AtTheScreen, phone: FlaskClient, desk: MemoryDesk, doors: PictureDoor, photograph: bytes
) -> None:
    path = address(client, desk, doors)
    assert hand_in(phone, path, photograph) == 200
    before = dict(desk.pictures)
    assert hand_in(phone, path, photograph) == 404
    assert phone.get(path).status_code == 404
    assert desk.pictures == before


def test_a_bad_picture_is_told_on_the_phone_and_keeps_nothing_and_tries_end(
    client: AtTheScreen, phone: FlaskClient, desk: MemoryDesk, doors: PictureDoor
) -> None:
    path = address(client, desk, doors)
    for _one in range(MAX_DOOR_TRIES):
        assert hand_in(phone, path, b"no picture at all") == 422
    assert hand_in(phone, path, b"no picture at all") == 404
    assert desk.pictures == {}


def test_the_door_closes_after_five_minutes_and_when_another_is_opened(
    client: AtTheScreen, phone: FlaskClient, desk: MemoryDesk, doors: PictureDoor
) -> None:
    first = address(client, desk, doors)
    second = address(client, desk, doors)
    assert phone.get(first).status_code == 404
    assert phone.get(second).status_code == 200
    desk.tick(DOOR_LIFE.total_seconds() + 1)
    assert phone.get(second).status_code == 404
    assert state(client) == {"state": "closed"}


@pytest.mark.parametrize("leaving", ["/ceremony/leave", "/start"])
def test_the_door_is_shut_behind_a_client_who_leaves(
    client: AtTheScreen,
    phone: FlaskClient,
    desk: MemoryDesk,
    doors: PictureDoor,
    photograph: bytes,
    leaving: str,
) -> None:
    """Also when the browser crashed and somebody begins anew, behind a new code."""
    path = address(client, desk, doors)
    if leaving == "/start":
        client.open(leaving)
    else:
        client.send(leaving)
    assert phone.get(path).status_code == 404
    assert hand_in(phone, path, photograph) == 404
    assert desk.pictures == {}


def test_what_lies_behind_the_door_is_one_page_and_nothing_of_the_client(
    client: AtTheScreen, phone: FlaskClient, desk: MemoryDesk, doors: PictureDoor
) -> None:
    path = address(client, desk, doors)
    page = phone.get(path)
    words = page.get_data(as_text=True)
    for private in (desk.sample.title, desk.sample.client.name, desk.sample.number, "+48"):
        assert private not in words
        assert private not in path
    assert page.headers["Cache-Control"] == "no-store"
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    for other in ("/", "/ceremony/", "/ceremony/review", "/ceremony/stamp/result", "/start"):
        assert phone.get(other).status_code == 404


def test_a_larger_picture_than_any_is_refused_before_it_is_read(
    client: AtTheScreen, phone: FlaskClient, desk: MemoryDesk, doors: PictureDoor
) -> None:
    path = address(client, desk, doors)
    assert hand_in(phone, path, b"\xff\xd8" + bytes(25 * 1024 * 1024)) == 413
    assert desk.pictures == {}


def test_without_an_address_for_phones_none_is_offered(desk: MemoryDesk) -> None:
    client = AtTheScreen(desk).to("stamp").open("/ceremony/stamp")
    assert "phone-picture" not in client.shown.get_data(as_text=True)
    assert client.send("/ceremony/phone-picture/stamp").path == "/ceremony/stamp"


@given(st.text(max_size=60), st.timedeltas(timedelta(days=-2), timedelta(days=2)))
def test_nobody_comes_in_by_another_text_or_at_another_time(text: str, late: timedelta) -> None:
    doors = PictureDoor(ADDRESS)
    assert doors.visit(text, NOW) is None
    doors.open("c", "d" * 32, "stamp", "pl", NOW)
    door = doors.of("c", NOW)
    assert door is not None
    assert doors.visit(text, NOW) is None or text == door.token
    came = doors.visit(door.token, NOW + late)
    assert (came is not None) is (timedelta() <= late <= DOOR_LIFE)
