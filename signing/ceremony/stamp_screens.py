"""Screens of the stamp step: photograph the company's stamp, look at the result, use it."""

from __future__ import annotations

from dataclasses import asdict, replace

from flask import Blueprint, Response, jsonify, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from signing.ceremony.desk import PictureKind
from signing.ceremony.outcomes import error_message
from signing.ceremony.progress import StampChoice, Step
from signing.ceremony.received_picture import received_picture, wants_json
from signing.ceremony.room import Elsewhere, Room
from signing.errors import SigningError

__all__ = ["add_stamp_screens"]


def add_stamp_screens(blueprint: Blueprint, room: Room) -> None:
    """Add /stamp and what belongs to it."""

    @blueprint.get("/stamp")
    def stamp() -> str | AnyResponse:
        """Show the camera, or the stamp that was accepted before."""
        there = room.enter(Step.STAMP)
        if not there.document.stamp_wanted:
            return redirect(room.onward(there, Step.STAMP), 303)
        if there.progress.stamp is StampChoice.GIVEN:
            return room.show("stamp_result.html", there, Step.STAMP)
        return room.show("stamp.html", there, Step.STAMP, problem=None)

    @blueprint.get("/stamp/again")
    def stamp_again() -> str:
        """Show the camera once more."""
        return room.show("stamp.html", room.enter(Step.STAMP), Step.STAMP, problem=None)

    @blueprint.post("/stamp/picture")
    def keep_stamp_picture() -> tuple[str | Response, int] | AnyResponse:
        """Clean the picture and keep it, to be accepted on the next screen."""
        there = room.enter(Step.STAMP)
        from signing.pictures import clean_stamp  # OpenCV takes a second to load

        try:
            png = clean_stamp(received_picture()).png
        except SigningError as refused:
            message = error_message(refused)
            if wants_json():
                return jsonify({"problem": asdict(message)}), 422
            return room.show("stamp.html", there, Step.STAMP, problem=message), 422
        room.desk.save(replace(there.progress, stamp=StampChoice.OPEN))
        room.desk.save_picture(there.document.document_id, PictureKind.STAMP, png)
        location = url_for("ceremony.stamp_result")
        return jsonify({"location": location}) if wants_json() else redirect(location, 303)

    _add_stamp_choice(blueprint, room)


def _add_stamp_choice(blueprint: Blueprint, room: Room) -> None:
    @blueprint.get("/stamp/result")
    def stamp_result() -> str:
        """Show what was made of the picture."""
        there = room.enter(Step.STAMP)
        if room.desk.picture(there.document.document_id, PictureKind.STAMP) is None:
            raise Elsewhere(url_for("ceremony.stamp"))
        return room.show("stamp_result.html", there, Step.STAMP)

    @blueprint.post("/stamp/use")
    def use_stamp() -> AnyResponse:
        """The client accepts the stamp."""
        there = room.enter(Step.STAMP)
        if room.desk.picture(there.document.document_id, PictureKind.STAMP) is None:
            raise Elsewhere(url_for("ceremony.stamp"))
        progress = replace(there.progress, stamp=StampChoice.GIVEN)
        room.desk.save(progress)
        return redirect(room.onward(replace(there, progress=progress), Step.STAMP), 303)
