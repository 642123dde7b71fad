"""While the camera is open, the client hears what would be wrong with the photograph."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from signing.ceremony.advice_screens import ADVICE_WORDS, UNREADABLE
from signing.picture_advice import Advice
from tests.ceremony.at_the_screen import AtTheScreen
from tests.ceremony.memory_desk import MemoryDesk
from tests.samples.hand import stamp_photograph


def blank(shade: int) -> bytes:
    kept = io.BytesIO()
    Image.new("L", (900, 500), shade).save(kept, "JPEG")
    return kept.getvalue()


def test_every_advice_has_words() -> None:
    assert set(ADVICE_WORDS) == {advice.value for advice in Advice}


@pytest.mark.parametrize(
    ("picture", "advice"),
    [
        (stamp_photograph(), "good"),
        (blank(12), "too_dark"),
        (blank(240), "nothing_found"),
        (b"no picture", UNREADABLE),
        (b"", UNREADABLE),
    ],
    ids=["stamp", "dark", "blank", "text", "nothing"],
)
def test_advice_is_given_and_nothing_is_kept(
    client: AtTheScreen, desk: MemoryDesk, picture: bytes, advice: str
) -> None:
    client.to("stamp")
    before = desk.progress
    answer = client.ask("/ceremony/stamp/advice", picture, "image/jpeg")
    assert answer.status_code == 200
    assert answer.json["advice"] == advice
    assert bool(answer.json.get("words")) is (advice != UNREADABLE)
    assert desk.pictures == {}
    assert desk.progress == before


def test_advice_on_a_signature_needs_the_signatures_step(
    client: AtTheScreen, desk: MemoryDesk
) -> None:
    client.to("stamp")
    answer = client.ask("/ceremony/sign/picture/advice", stamp_photograph(), "image/jpeg")
    assert "advice" not in (answer.json or {})
    client.to("draw")
    answer = client.ask("/ceremony/sign/picture/advice", stamp_photograph(), "image/jpeg")
    assert answer.json["advice"] == "good"
