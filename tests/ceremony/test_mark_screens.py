"""The three ways to sign."""

from __future__ import annotations

import io
import json

import pytest

from signing.ceremony.desk import PictureKind
from signing.ink import trace_of
from signing.ink_trace import Trace
from signing.marks import PictureMark, TypedMark
from tests.ceremony.at_the_screen import AtTheScreen
from tests.ceremony.memory_desk import MemoryDesk
from tests.samples.hand import drawn_signature, stamp_photograph


def mark_kind(desk: MemoryDesk) -> str | None:
    assert desk.progress is not None
    return None if desk.progress.mark is None else str(desk.progress.mark["kind"])


def ink_of(strokes: list[list[list[float]]]) -> bytes:
    ink = {"version": 1, "width": 800, "height": 300, "sample_rate_hz": 60, "strokes": strokes}
    return json.dumps(ink).encode()


def test_the_three_ways_stand_side_by_side(client: AtTheScreen) -> None:
    client.to("draw")
    for way in ("With your finger", "Typed name", "From paper", "All three count the same."):
        assert way in client.words


def test_a_typed_name_is_previewed_and_sealed(client: AtTheScreen, desk: MemoryDesk) -> None:
    client.to("draw").open("/ceremony/sign/typed")
    assert client.shown.get_data(as_text=True).count('<path d="M') == 4
    client.send("/ceremony/sign/typed", name=" Anna  Wiśniewska ", typeface="bad_script")
    assert client.path == "/ceremony/review"
    client.send("/ceremony/agree")
    assert desk.answers is not None
    assert isinstance(desk.answers.mark, TypedMark)
    assert desk.answers.mark.name == "Anna Wiśniewska"


@pytest.mark.parametrize("name", ["", "x" * 300, "Anna 😀", "שלום", "A\x00B", "<b>A</b>😀"])
def test_a_name_that_cannot_be_written_is_refused_beside_its_field(
    client: AtTheScreen, desk: MemoryDesk, name: str
) -> None:
    client.to("draw").send("/ceremony/sign/typed", name=name, typeface="caveat")
    assert client.shown.status_code == 422
    assert 'id="name-problem" role="alert">' in client.shown.get_data(as_text=True)
    assert mark_kind(desk) is None
    body = {"name": name, "csrf_token": client.token}
    preview = client.browser.post("/ceremony/sign/typed/preview", data=body)
    assert preview.status_code == 422
    assert list(preview.get_json()) == ["problem"]


def test_hands_without_all_letters_are_left_out_and_it_is_said(client: AtTheScreen) -> None:
    client.to("draw")
    body = {"name": "Ĳsbrand Nowak", "csrf_token": client.token}
    answer = client.browser.post("/ceremony/sign/typed/preview", data=body).get_json()
    assert sorted(answer["faces"]) == ["caveat", "great_vibes"]
    assert answer["note"].startswith("2 handwritings are not shown")
    client.send("/ceremony/sign/typed", name="Ĳsbrand Nowak", show="yes")
    assert answer["note"] in client.words


def test_a_name_that_no_hand_can_write_is_set_in_slanted_type_and_it_is_said(
    client: AtTheScreen, desk: MemoryDesk
) -> None:
    client.to("draw")
    body = {"name": "Ελευθερία Παππά", "csrf_token": client.token}
    answer = client.browser.post("/ceremony/sign/typed/preview", data=body).get_json()
    assert list(answer["faces"]) == ["slanted"]
    assert answer["note"].startswith("No handwriting has all letters")
    client.send("/ceremony/sign/typed", name="Ελευθερία Παππά", typeface="slanted")
    assert mark_kind(desk) == "typed"


def test_an_unknown_typeface_is_refused(client: AtTheScreen, desk: MemoryDesk) -> None:
    client.to("draw").send("/ceremony/sign/typed", name="Anna", typeface="wingdings")
    assert client.shown.status_code == 422
    assert mark_kind(desk) is None


def test_drawn_strokes_are_kept_as_they_came(client: AtTheScreen, desk: MemoryDesk) -> None:
    client.to("review")
    assert desk.progress is not None
    assert desk.progress.mark is not None
    assert Trace.from_json(desk.progress.mark["trace"]) == trace_of(drawn_signature())


def test_a_dot_and_a_straight_line_are_questioned_once(
    client: AtTheScreen, desk: MemoryDesk
) -> None:
    client.to("draw")
    line = ink_of([[[x, 100, x, 0.5] for x in range(50, 600, 5)]])
    for body, question in ((ink_of([[[9, 9, 0, 0]]]), "single_dot"), (line, "straight_line")):
        answer = client.ask("/ceremony/sign/drawn", body, "application/json")
        assert answer.json == {"question": question}
        assert mark_kind(desk) is None
    client.ask("/ceremony/sign/drawn", line, "application/json", **{"X-Insist": "yes"})
    assert mark_kind(desk) == "drawn"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "bad_ink"),
        (b"[]", "bad_ink"),
        (b"[" * 100_000, "bad_ink"),
        (b'{"version": 1}', "bad_ink"),
        (ink_of([]), "no_ink"),
        (ink_of([[[1, 2, 3]]]), "bad_ink"),  # a sample cut short
        (ink_of([[[1, 2, 3, 0.5]]] * 300), "too_much_ink"),
        (b" " * (3 * 1024 * 1024), "too_much_ink"),
    ],
)
def test_spoiled_strokes_are_explained_and_not_kept(
    client: AtTheScreen, desk: MemoryDesk, body: bytes, code: str
) -> None:
    client.to("draw")
    answer = client.ask("/ceremony/sign/drawn", body, "application/json")
    assert answer.status_code == 422
    assert answer.json["problem"]["code"] == code
    assert answer.json["problem"]["title"] != "That did not work."
    assert mark_kind(desk) is None


def test_a_photographed_signature_is_used_when_accepted(
    client: AtTheScreen, desk: MemoryDesk
) -> None:
    client.to("draw")
    answer = client.ask("/ceremony/sign/picture", stamp_photograph(), "image/jpeg")
    client.open(answer.json["location"])
    assert "Your photo" in client.words
    assert client.browser.get("/ceremony/picture/mark_shot.png").mimetype == "image/jpeg"
    assert mark_kind(desk) is None
    client.send("/ceremony/sign/picture/use")
    assert client.path == "/ceremony/review"
    client.send("/ceremony/agree")
    assert desk.answers is not None
    assert desk.answers.mark == PictureMark(desk.pictures[PictureKind.MARK])
    assert PictureKind.MARK_SHOT not in desk.pictures


def test_a_file_that_is_no_picture_is_explained(client: AtTheScreen, desk: MemoryDesk) -> None:
    client.to("draw")
    client.send("/ceremony/sign/picture", picture=(io.BytesIO(b"MZ"), "virus.exe"))
    assert client.shown.status_code == 422
    assert "This file is not a picture." in client.words
    assert PictureKind.MARK not in desk.pictures


def test_a_picture_cannot_be_used_before_it_is_there(client: AtTheScreen, desk: MemoryDesk) -> None:
    client.to("draw").send("/ceremony/sign/picture/use")
    assert client.path == "/ceremony/sign/picture"
    assert mark_kind(desk) is None


def test_clients_are_told_before_they_draw_what_is_recorded(
    client: AtTheScreen, desk: MemoryDesk
) -> None:
    told = "Pace and pressure are recorded"
    for recorded in (False, True):
        desk.records_strokes = recorded
        for path in ("sign", "sign/drawn"):
            client.to("draw").open(f"/ceremony/{path}")
            assert (told in client.words) is recorded


def test_a_recorded_drawing_is_kept_as_the_desk_sealed_it(
    client: AtTheScreen, desk: MemoryDesk
) -> None:
    desk.records_strokes = True
    client.to("review")
    assert desk.progress is not None
    assert desk.progress.mark is not None
    assert desk.progress.mark["strokes"] == "c2VhbGVk"
    assert desk.drawn == drawn_signature()
