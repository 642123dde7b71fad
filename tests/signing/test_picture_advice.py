"""What is advised before a photograph is what would be said of it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.picture_advice import Advice, advise
from signing.picture_files import PictureRefused
from signing.pictures import clean_signature, clean_stamp
from tests.signing.paper_scenes import BLACK, BLUE, RED, Scene
from tests.signing.stamp_art import signature_art, stamp_art

STAMP = Scene(stamp_art("company"), BLUE)
SIGNATURE = Scene(signature_art(), BLACK)


def judged(data: bytes, *, stamp: bool) -> str:
    """What is said of the photograph."""
    try:
        (clean_stamp if stamp else clean_signature)(data)
    except PictureRefused as refused:
        return refused.code
    return "good"


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({}, Advice.GOOD),
        ({"turn": 8, "tilt": 20, "shadow": 0.4, "folds": 2}, Advice.GOOD),
        ({"ink": RED, "table": "dark", "fill": 0.8}, Advice.GOOD),
        ({"light": 0.12}, Advice.TOO_DARK),
        ({"size": (480, 270), "fill": 0.6}, Advice.TOO_FAR),
        ({"shift": (55, 0)}, Advice.CUT_OFF),
        ({"blur": 5}, Advice.BLURRED),
        ({"strength": 0.0}, Advice.NOTHING_FOUND),
    ],
    ids=str,
)
def test_advice_for_a_stamp_is_what_its_photograph_is_refused_for(
    changes: dict[str, object], advice: Advice
) -> None:
    photograph = Scene(**{**vars(STAMP), **changes}).photograph()
    assert advise(photograph, stamp=True) is advice
    assert judged(photograph, stamp=True) == advice.value


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({}, Advice.GOOD),
        ({"ruling": "lined"}, Advice.GOOD),
        ({"blur": 9}, Advice.BLURRED),
        ({"shift": (60, 0)}, Advice.CUT_OFF),
    ],
    ids=str,
)
def test_advice_for_a_signature_is_what_its_photograph_is_refused_for(
    changes: dict[str, object], advice: Advice
) -> None:
    photograph = Scene(**{**vars(SIGNATURE), **changes}).photograph()
    assert advise(photograph, stamp=False) is advice
    assert judged(photograph, stamp=False) == advice.value


@settings(max_examples=60)
@given(st.binary(max_size=400))
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(PictureRefused):
        advise(data, stamp=True)
