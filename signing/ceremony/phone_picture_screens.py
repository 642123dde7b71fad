"""Where the camera cannot: a square that opens a picture door to the client's own phone."""

from __future__ import annotations

import qrcode
from flask import Blueprint, Response, jsonify, redirect, url_for
from qrcode.image.svg import SvgPathFillImage
from werkzeug.wrappers import Response as AnyResponse

from signing.ceremony.picture_door import Door, DoorKind, PictureDoor
from signing.ceremony.progress import Step
from signing.ceremony.received_picture import wants_json
from signing.ceremony.room import Elsewhere, Room
from signing.ceremony.sessions import OpenCeremony, chosen_language

__all__ = ["add_phone_picture_screens"]

STEPS: dict[DoorKind, Step] = {"stamp": Step.STAMP, "mark": Step.SIGN}
RESULTS: dict[DoorKind, str] = {
    "stamp": "ceremony.stamp_result",
    "mark": "ceremony.sign_picture_result",
}


def add_phone_picture_screens(blueprint: Blueprint, room: Room) -> None:
    """Add /phone-picture/stamp and /phone-picture/mark."""

    @blueprint.post("/phone-picture/<any(stamp, mark):kind>")
    def open_door(kind: DoorKind) -> AnyResponse:
        """Open a door."""
        there, doors = _enter(room, kind)
        ceremony_id, document_id = there.progress.ceremony_id, there.document.document_id
        doors.open(ceremony_id, document_id, kind, chosen_language(), room.desk.now())
        return redirect(url_for("ceremony.phone_picture", kind=kind), 303)

    @blueprint.get("/phone-picture/<any(stamp, mark):kind>")
    def phone_picture(kind: DoorKind) -> str | AnyResponse:
        """Show the square, or, for the script, whether the picture has come."""
        there, doors = _enter(room, kind)
        door = _door(room, there, doors, kind)
        if door is not None and door.done:
            doors.shut(there.progress.ceremony_id)
            location = url_for(RESULTS[kind])
            return jsonify({"location": location}) if wants_json() else redirect(location, 303)
        if wants_json():
            state = "closed" if door is None else "seen" if door.seen else "waiting"
            return jsonify({"state": state})
        return room.show("phone_picture.html", there, STEPS[kind], kind=kind, door=door)

    @blueprint.get("/phone-picture/<any(stamp, mark):kind>.svg")
    def door_square(kind: DoorKind) -> Response:
        """The square with the door's address."""
        there, doors = _enter(room, kind)
        door = _door(room, there, doors, kind)
        if door is None:
            return Response(status=404)
        square = qrcode.make(doors.address(door), image_factory=SvgPathFillImage, border=3)
        return Response(square.to_string(), mimetype="image/svg+xml")


def _enter(room: Room, kind: DoorKind) -> tuple[OpenCeremony, PictureDoor]:
    there = room.enter(STEPS[kind])
    if room.doors is None:
        raise Elsewhere(room.address(STEPS[kind]))
    return there, room.doors


def _door(room: Room, there: OpenCeremony, doors: PictureDoor, kind: DoorKind) -> Door | None:
    door = doors.of(there.progress.ceremony_id, room.desk.now())
    return door if door is not None and door.kind == kind else None
