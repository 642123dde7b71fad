"""Advice while the camera is open: the script sends what the guide box shows, and says the answer.

Nothing of these pictures is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Blueprint, Response, jsonify
from flask_babel import gettext

from signing.ceremony.progress import Step
from signing.ceremony.received_picture import received_picture
from signing.ceremony.room import Room
from signing.errors import SigningError

if TYPE_CHECKING:
    from signing.picture_advice import Advice

__all__ = ["ADVICE_WORDS", "UNREADABLE", "add_advice"]

ADVICE_WORDS: dict[str, Callable[[], str]] = {
    "good": lambda: gettext("That is good. Hold still and take the photo."),
    "too_dark": lambda: gettext("It is too dark here. Find more light."),
    "nothing_found": lambda: gettext("Nothing is to be seen yet. Hold the paper inside the frame."),
    "cut_off": lambda: gettext(
        "A part is outside. Move the paper until all of it is in the frame."
    ),
    "too_far": lambda: gettext("Hold the paper closer to the camera."),
    "blurred": lambda: gettext("It is blurred. Hold still, a little farther away."),
}
"""What is said for each `Advice`."""
UNREADABLE = "unreadable"
"""Instead of an advice, for a picture that could not be read; nothing is said then."""


def add_advice(blueprint: Blueprint, room: Room) -> None:
    """Add the two addresses that camera.js asks."""

    @blueprint.post("/stamp/advice")
    def advise_on_stamp() -> Response:
        """What would be wrong with a photograph of the stamp that was taken now."""
        room.enter(Step.STAMP)
        return _advice(stamp=True)

    @blueprint.post("/sign/picture/advice")
    def advise_on_mark() -> Response:
        """The same for the photograph of a signature."""
        room.enter(Step.SIGN)
        return _advice(stamp=False)


def _advice(*, stamp: bool) -> Response:
    from signing.picture_advice import advise  # OpenCV takes a second to load

    try:
        advice: Advice = advise(received_picture(), stamp=stamp)
    except SigningError:
        return jsonify({"advice": UNREADABLE})
    return jsonify({"advice": advice.value, "words": ADVICE_WORDS[advice.value]()})
