"""The stamp: a photograph becomes a clean picture, or a sentence and nothing kept."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from signing.ceremony.desk import PictureKind
from signing.ceremony.progress import StampChoice
from tests.ceremony.at_the_screen import AtTheScreen
from tests.ceremony.memory_desk import MemoryDesk
from tests.samples.hand import stamp_photograph


def choice(desk: MemoryDesk) -> StampChoice:
    assert desk.progress is not None
    return desk.progress.stamp


def picture_of(width: int, height: int, shade: int = 255) -> bytes:
    kept = io.BytesIO()
    Image.new("L", (width, height), shade).save(kept, "PNG")
    return kept.getvalue()


def test_a_photograph_is_cleaned_shown_and_used_only_when_accepted(
    client: AtTheScreen, desk: MemoryDesk
) -> None:
    client.to("stamp")
    answer = client.ask("/ceremony/stamp/picture", stamp_photograph(), "image/jpeg")
    assert answer.json == {"location": "/ceremony/stamp/result"}
    assert choice(desk) is StampChoice.OPEN
    png = Image.open(io.BytesIO(desk.pictures[PictureKind.STAMP]))
    assert (png.format, png.mode) == ("PNG", "RGBA")
    assert client.open("/ceremony/stamp/result").send("/ceremony/stamp/use").path == (
        "/ceremony/sign"
    )
    assert choice(desk) is StampChoice.GIVEN


def test_a_file_by_a_plain_form_does_the_same(client: AtTheScreen, desk: MemoryDesk) -> None:
    client.to("stamp")
    upload = (io.BytesIO(stamp_photograph()), "stamp.jpg")
    client.send("/ceremony/stamp/picture", picture=upload)
    assert client.path == "/ceremony/stamp/result"
    assert PictureKind.STAMP in desk.pictures


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "no_picture"),
        (b"%PDF-1.7 not a picture", "not_a_picture"),
        (picture_of(8000, 7500), "too_many_pixels"),
        (picture_of(900, 700), "nothing_found"),
        (picture_of(900, 700, 12), "too_dark"),
    ],
)
def test_a_useless_picture_is_explained_and_not_kept(
    client: AtTheScreen, desk: MemoryDesk, data: bytes, code: str
) -> None:
    client.to("stamp")
    answer = client.ask("/ceremony/stamp/picture", data, "image/jpeg")
    assert answer.status_code == 422
    assert answer.json["problem"]["code"] == code
    assert answer.json["problem"]["title"] != "That did not work."
    client.send("/ceremony/stamp/picture", picture=(io.BytesIO(data), "file.jpg"))
    assert answer.json["problem"]["title"] in client.words
    assert desk.pictures == {}
    assert choice(desk) is StampChoice.OPEN


def test_an_enormous_upload_is_refused_before_it_is_read(
    client: AtTheScreen, desk: MemoryDesk
) -> None:
    client.to("stamp")
    answer = client.ask("/ceremony/stamp/picture", b"x" * (25 * 1024 * 1024), "image/jpeg")
    assert answer.status_code in {413, 422}
    assert answer.json["problem"]["code"] in {"request_too_large", "too_large"}
    assert desk.pictures == {}


def test_a_new_photograph_must_be_accepted_anew(client: AtTheScreen, desk: MemoryDesk) -> None:
    client.to("draw")
    client.ask("/ceremony/stamp/picture", stamp_photograph(8), "image/jpeg")
    assert choice(desk) is StampChoice.OPEN
    assert client.open("/ceremony/sign").path == "/ceremony/stamp"


def test_nobody_goes_on_without_the_stamp_that_was_asked_for(
    client: AtTheScreen, desk: MemoryDesk
) -> None:
    client.to("stamp")
    for later in ("/ceremony/sign", "/ceremony/review", "/ceremony/agree"):
        assert client.open(later).path == "/ceremony/stamp"
    assert client.send("/ceremony/agree").path == "/ceremony/stamp"
    assert choice(desk) is StampChoice.OPEN
    assert desk.answers is None


def test_a_stamp_cannot_be_used_before_it_is_there(client: AtTheScreen, desk: MemoryDesk) -> None:
    client.to("stamp").send("/ceremony/stamp/use")
    assert client.path == "/ceremony/stamp"
    assert choice(desk) is StampChoice.OPEN


def test_pictures_are_not_shown_before_the_code(client: AtTheScreen) -> None:
    client.to("draw").open("/start")
    assert client.browser.get("/ceremony/picture/stamp.png").status_code == 404


def test_the_photograph_is_shown_beside_the_result_until_it_is_accepted(
    client: AtTheScreen, desk: MemoryDesk
) -> None:
    client.to("stamp")
    client.ask("/ceremony/stamp/picture", stamp_photograph(), "image/jpeg")
    client.open("/ceremony/stamp/result")
    assert "Your photo" in client.words
    shot = client.browser.get("/ceremony/picture/stamp_shot.png")
    assert (shot.status_code, shot.mimetype) == (200, "image/jpeg")
    client.send("/ceremony/stamp/use")
    assert PictureKind.STAMP_SHOT not in desk.pictures
    assert "Your photo" not in client.open("/ceremony/stamp").words
    assert client.browser.get("/ceremony/picture/stamp_shot.png").status_code == 404


def test_a_stamp_is_turned_by_quarters_before_it_is_accepted(
    client: AtTheScreen, desk: MemoryDesk
) -> None:
    client.to("stamp").send("/ceremony/stamp/turn")
    assert client.path == "/ceremony/stamp"
    client.ask("/ceremony/stamp/picture", stamp_photograph(), "image/jpeg")
    before = Image.open(io.BytesIO(desk.pictures[PictureKind.STAMP])).size
    client.send("/ceremony/stamp/turn")
    assert client.path == "/ceremony/stamp/result"
    assert Image.open(io.BytesIO(desk.pictures[PictureKind.STAMP])).size == before[::-1]
    assert choice(desk) is StampChoice.OPEN


def test_a_measured_camera_tells_the_stamps_true_size_and_a_chosen_file_does_not(
    client: AtTheScreen, desk: MemoryDesk
) -> None:
    desk.camera_width_mm = 120.0
    client.to("stamp")
    client.ask("/ceremony/stamp/picture", stamp_photograph(), "image/jpeg")
    assert "Its true size is" in client.open("/ceremony/stamp/result").words
    upload = (io.BytesIO(stamp_photograph()), "stamp.jpg")
    client.send("/ceremony/stamp/picture", picture=upload)
    assert "as large as its place" in client.words
