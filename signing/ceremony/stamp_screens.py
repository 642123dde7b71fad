"""Screens of the stamp step: photograph the company's stamp, look at the result, use it."""

from __future__ import annotations

from dataclasses import asdict, replace

from flask import Blueprint, Response, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from signing.ceremony.desk import PictureKind
from signing.ceremony.outcomes import error_message
from signing.ceremony.progress import StampChoice, Step
from signing.ceremony.received_picture import (
    from_the_camera,
    received_picture,
    wants_json,
)
from signing.ceremony.room import Elsewhere, Room
from signing.ceremony.sessions import OpenCeremony
from signing.ceremony.taken_pictures import take_stamp
from signing.errors import SigningError
from signing.true_size import true_size_mm

__all__ = ["add_stamp_screens"]

GUIDE = (0.08, 0.08, 0.84, 0.84)
"""Left, top, width and height of the guide box, as shares of the camera's picture."""


def add_stamp_screens(blueprint: Blueprint, room: Room) -> None:
    """Add /stamp and what belongs to it."""

    @blueprint.get("/stamp")
    def stamp() -> str | AnyResponse:
        """Show the camera, or the stamp that was accepted before."""
        there = room.enter(Step.STAMP)
        if not there.document.stamp_wanted:
            return redirect(room.onward(there, Step.STAMP), 303)
        if there.progress.stamp is StampChoice.GIVEN:
            return _show_result(room, there)
        return room.show("stamp.html", there, Step.STAMP, problem=None, guide=GUIDE)

    @blueprint.get("/stamp/again")
    def stamp_again() -> str:
        """Show the camera once more."""
        there = room.enter(Step.STAMP)
        return room.show("stamp.html", there, Step.STAMP, problem=None, guide=GUIDE)

    @blueprint.post("/stamp/picture")
    def keep_stamp_picture() -> tuple[str | Response, int] | AnyResponse:
        """Clean the picture and keep it, to be accepted on the next screen."""
        there = room.enter(Step.STAMP)
        try:
            take_stamp(room.desk, there.progress, received_picture(), _seen_width_mm(room))
        except SigningError as refused:
            message = error_message(refused)
            if wants_json():
                return jsonify({"problem": asdict(message)}), 422
            return room.show("stamp.html", there, Step.STAMP, problem=message, guide=GUIDE), 422
        location = url_for("ceremony.stamp_result")
        return jsonify({"location": location}) if wants_json() else redirect(location, 303)

    _add_stamp_choice(blueprint, room)


def _add_stamp_choice(blueprint: Blueprint, room: Room) -> None:
    @blueprint.get("/stamp/result")
    def stamp_result() -> str:
        """Show what was made of the picture, beside it."""
        return _show_result(room, room.enter(Step.STAMP))

    @blueprint.post("/stamp/turn")
    def turn_stamp() -> AnyResponse:
        """Turn the stamp by a quarter: which side is up, no picture tells."""
        there = room.enter(Step.STAMP)
        from signing.pictures import turned_by_a_quarter  # OpenCV takes a second to load

        turned = turned_by_a_quarter(_kept(room, there))
        room.desk.save(replace(there.progress, stamp=StampChoice.OPEN))
        room.desk.save_picture(there.document.document_id, PictureKind.STAMP, turned)
        return redirect(url_for("ceremony.stamp_result"), 303)

    @blueprint.post("/stamp/use")
    def use_stamp() -> AnyResponse:
        """The client accepts the stamp."""
        there = room.enter(Step.STAMP)
        _kept(room, there)
        progress = replace(there.progress, stamp=StampChoice.GIVEN)
        room.desk.save(progress)
        room.desk.forget_picture(there.document.document_id, PictureKind.STAMP_SHOT)
        return redirect(room.onward(replace(there, progress=progress), Step.STAMP), 303)


def _kept(room: Room, there: OpenCeremony) -> bytes:
    """The cleaned stamp; without one, the camera's screen."""
    png = room.desk.picture(there.document.document_id, PictureKind.STAMP)
    if png is None:
        raise Elsewhere(url_for("ceremony.stamp"))
    return png


def _show_result(room: Room, there: OpenCeremony) -> str:
    png = _kept(room, there)
    shot = room.desk.picture(there.document.document_id, PictureKind.STAMP_SHOT)
    return room.show(
        "stamp_result.html", there, Step.STAMP, shot=shot is not None, size=true_size_mm(png)
    )


def _seen_width_mm(room: Room) -> float | None:
    """Width of what is inside the guide box, where the camera was measured and took the picture."""
    width = room.desk.camera_width_mm
    return width * GUIDE[2] if width is not None and from_the_camera(request) else None
