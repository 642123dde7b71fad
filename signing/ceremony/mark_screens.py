"""Screens of the signature step: three equal ways to leave a handwritten mark.

A typed name in a handwriting face, a signature drawn by finger, a photo of one on paper. None is
preferred; the client can change between them until signing.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response as AnyResponse

from signing.ceremony.desk import PictureKind
from signing.ceremony.field_words import field_message
from signing.ceremony.given_mark import Shape, drawn, picture, typed, typed_shape
from signing.ceremony.outcomes import error_message
from signing.ceremony.progress import Step
from signing.ceremony.received_picture import received_picture, wants_json
from signing.ceremony.room import Elsewhere, Room
from signing.ceremony.sessions import OpenCeremony
from signing.ceremony.taken_pictures import take_mark
from signing.errors import SigningError
from signing.field_rules import check_person_name
from signing.handwriting import HANDS, Typeface, faces_for, letters_without_hand
from signing.ink import Ink, question

__all__ = ["add_mark_screens"]

MAX_TYPED_CHARACTERS = 400  # what is read of a name before it is refused as too long


def add_mark_screens(blueprint: Blueprint, room: Room) -> None:
    """Add /sign and what belongs to it."""

    @blueprint.get("/sign")
    def sign() -> str:
        """Offer the three ways."""
        there = room.enter(Step.SIGN)
        return room.show("sign.html", there, Step.SIGN, recorded=room.desk.records_strokes)

    _add_typed(blueprint, room)
    _add_drawn(blueprint, room)
    _add_picture(blueprint, room)


def _add_typed(blueprint: Blueprint, room: Room) -> None:
    @blueprint.get("/sign/typed")
    def sign_typed() -> str:
        """Show the name in each hand."""
        there = room.enter(Step.SIGN)
        kept = there.progress.mark or {}
        name = str(kept.get("name") or there.document.client_name)
        return _show_typed(room, there, name, str(kept.get("typeface", "")), "")

    @blueprint.post("/sign/typed")
    def keep_typed() -> str | tuple[str, int] | AnyResponse:
        """Show another name in each hand, or keep the one that was chosen."""
        there = room.enter(Step.SIGN)
        entered = request.form.get("name", "")[:MAX_TYPED_CHARACTERS]
        face = request.form.get("typeface", "")
        try:
            name = check_person_name(entered)
            if "show" in request.form or letters_without_hand(name):
                return _show_typed(room, there, name, face, "")
            typed_shape(name, Typeface(face))
        except SigningError as refused:
            return _show_typed(room, there, entered, face, field_message(refused)), 422
        except ValueError:
            return _show_typed(room, there, name, "", ""), 422
        return _kept(room, there, typed(name, Typeface(face)))

    @blueprint.post("/sign/typed/preview")
    def preview_typed() -> tuple[Response, int] | Response:
        """The name in each hand, for the script that shows it while it is typed."""
        room.enter(Step.SIGN)
        try:
            name = check_person_name(request.form.get("name", "")[:MAX_TYPED_CHARACTERS])
        except SigningError as refused:
            return jsonify({"problem": field_message(refused)}), 422
        hands = _hands(name)
        faces = {face: asdict(shape) for face, shape in hands.items()}
        return jsonify({"faces": faces, "note": _about_hands(name, len(hands))})


def _add_drawn(blueprint: Blueprint, room: Room) -> None:
    @blueprint.get("/sign/drawn")
    def sign_drawn() -> str:
        """Show the pad."""
        there = room.enter(Step.SIGN)
        return room.show("sign_drawn.html", there, Step.SIGN, recorded=room.desk.records_strokes)

    @blueprint.post("/sign/drawn")
    def keep_drawn() -> tuple[Response, int] | Response:
        """Keep the strokes that ink.js sends, or question them once."""
        there = room.enter(Step.SIGN)
        try:
            ink = Ink.from_json(request.get_data())
        except SigningError as refused:
            return jsonify({"problem": asdict(error_message(refused))}), 422
        asked = question(ink)
        if asked is not None and request.headers.get("X-Insist") != "yes":
            return jsonify({"question": asked})
        strokes = room.desk.sealed_strokes(there.document.document_id, ink)
        return jsonify({"location": _kept(room, there, drawn(ink, strokes)).location})


def _add_picture(blueprint: Blueprint, room: Room) -> None:
    @blueprint.get("/sign/picture")
    def sign_picture() -> str:
        """Show the camera."""
        return room.show("sign_picture.html", room.enter(Step.SIGN), Step.SIGN, problem=None)

    @blueprint.post("/sign/picture")
    def keep_mark_picture() -> tuple[str | Response, int] | AnyResponse:
        """Clean the picture and keep it, to be accepted on the next screen."""
        there = room.enter(Step.SIGN)
        try:
            take_mark(room.desk, there.progress, received_picture())
        except SigningError as refused:
            message = error_message(refused)
            if wants_json():
                return jsonify({"problem": asdict(message)}), 422
            return room.show("sign_picture.html", there, Step.SIGN, problem=message), 422
        location = url_for("ceremony.sign_picture_result")
        return jsonify({"location": location}) if wants_json() else redirect(location, 303)

    @blueprint.get("/sign/picture/result")
    def sign_picture_result() -> str:
        """Show what was made of the picture, beside it."""
        there = _with_picture(room)
        shot = room.desk.picture(there.document.document_id, PictureKind.MARK_SHOT)
        return room.show("sign_picture_result.html", there, Step.SIGN, shot=shot is not None)

    @blueprint.post("/sign/picture/use")
    def use_mark_picture() -> AnyResponse:
        """The client accepts the picture as the signature."""
        there = _with_picture(room)
        kept = _kept(room, there, picture())
        room.desk.forget_picture(there.document.document_id, PictureKind.MARK_SHOT)
        return kept


def _with_picture(room: Room) -> OpenCeremony:
    there = room.enter(Step.SIGN)
    if room.desk.picture(there.document.document_id, PictureKind.MARK) is None:
        raise Elsewhere(url_for("ceremony.sign_picture"))
    return there


def _kept(room: Room, there: OpenCeremony, mark: dict[str, Any]) -> AnyResponse:
    progress = replace(there.progress, mark=mark)
    room.desk.save(progress)
    return redirect(room.onward(replace(there, progress=progress), Step.SIGN), 303)


def _hands(name: str) -> dict[str, Shape]:
    return {face.value: typed_shape(name, face) for face in faces_for(name)}


def _about_hands(name: str, offered: int) -> str:
    """Why some hands, or all, are not offered for this name; empty when all are."""
    if not offered:
        nowhere: str = gettext(
            "None of the handwritings has the letters %(letters)s. Write the name without them, or "
            "go back and sign with your finger or from paper.",
            letters=" ".join(letters_without_hand(name)),
        )
        return nowhere
    if faces_for(name) == (Typeface.SLANTED,):
        set_in_type: str = gettext(
            "No handwriting has all letters of this name; it is set in slanted type."
        )
        return set_in_type
    absent = len(HANDS) - offered
    if not absent:
        return ""
    left_out: str = ngettext(
        "%(num)d handwriting is not shown: it does not have all letters of this name.",
        "%(num)d handwritings are not shown: they do not have all letters of this name.",
        absent,
    )
    return left_out


def _show_typed(room: Room, there: OpenCeremony, name: str, typeface: str, problem: str) -> str:
    hands = {} if problem else _hands(name)
    chosen = typeface if typeface in hands else next(iter(hands), "")
    return room.show(
        "sign_typed.html",
        there,
        Step.SIGN,
        name=name,
        chosen=chosen,
        hands=hands,
        faces=[face.value for face in Typeface],
        note="" if problem else _about_hands(name, len(hands)),
        problem=problem,
    )
