"""The ceremony as one Flask blueprint, and what every one of its screens shares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from flask import Blueprint, Response, jsonify, redirect, render_template, request, session
from flask.blueprints import BlueprintSetupState
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from signing.ceremony.advice_screens import add_advice
from signing.ceremony.copy_screens import add_copy_screens
from signing.ceremony.declining import add_decline_screens
from signing.ceremony.desk import Desk, DeskRefused
from signing.ceremony.fill_screens import add_fill_screens
from signing.ceremony.final_screens import add_final_screens, end_ceremony
from signing.ceremony.headers import secure_headers
from signing.ceremony.identity_screens import add_identity_screens
from signing.ceremony.mark_screens import add_mark_screens
from signing.ceremony.outcomes import error_message
from signing.ceremony.page_pictures import PagePictures
from signing.ceremony.phone_picture_screens import add_phone_picture_screens
from signing.ceremony.picture_door import PictureDoor
from signing.ceremony.progress import CEREMONY_LANGUAGES, DISPLAY_OPTIONS
from signing.ceremony.reading_screens import add_reading_screens
from signing.ceremony.received_picture import MAX_RECEIVED_BYTES, wants_json
from signing.ceremony.room import Elsewhere, Room, StaffPaths
from signing.ceremony.sessions import chosen_options, current_display
from signing.ceremony.speech import Sound, can_speak
from signing.ceremony.speech_screens import add_speech
from signing.ceremony.stamp_screens import add_stamp_screens
from signing.errors import SigningError

__all__ = ["make_ceremony"]

FORM_OVERHEAD_BYTES = 64 * 1024  # around a picture in a form post


def make_ceremony(
    desk: Desk,
    home: str = "/",
    onward: Callable[[str], str] | None = None,
    sound: Sound = "off",
    staff: StaffPaths | None = None,
    doors: PictureDoor | None = None,
) -> Blueprint:
    """Make the client's screens, mounted at /ceremony.

    The app brings Flask-WTF's CSRFProtect, Flask-Babel (with `chosen_language` as its locale
    selector and this package's `translations` folder among its directories) and a secret key.

    Args:
        desk: Where the ceremony takes place.
        home: Path that a finished, ended or wiped ceremony goes to.
        onward: Gives the path at which the next client of a document begins.
        sound: Where a voice can be heard, if the device has one.
        staff: Where the staff can be called, if there are any.
        doors: Lets pictures in from clients' phones, where they can reach this device.
    """
    blueprint = Blueprint(
        "ceremony",
        __name__,
        url_prefix="/ceremony",
        template_folder="templates",
        static_folder="static",
    )
    heard: Sound = sound if can_speak() else "off"
    room = Room(desk, home, onward, PagePictures(), heard, staff or StaffPaths(), doors)
    blueprint.after_request(secure_headers)
    blueprint.app_context_processor(lambda: {"display": current_display(), "sound": heard})
    blueprint.record_once(_limit_requests)
    _add_display_routes(blueprint)
    add_speech(blueprint)
    _add_start(blueprint, room)
    add_identity_screens(blueprint, room)
    add_reading_screens(blueprint, room)
    add_fill_screens(blueprint, room)
    add_stamp_screens(blueprint, room)
    add_advice(blueprint, room)
    add_mark_screens(blueprint, room)
    add_phone_picture_screens(blueprint, room)
    add_final_screens(blueprint, room)
    add_copy_screens(blueprint, room)
    add_decline_screens(blueprint, room)
    _add_refusals(blueprint, room)
    return blueprint


def _limit_requests(state: BlueprintSetupState) -> None:
    """An app without a limit of its own gets the largest that a screen needs."""
    if state.app.config.get("MAX_CONTENT_LENGTH") is None:
        state.app.config["MAX_CONTENT_LENGTH"] = MAX_RECEIVED_BYTES + FORM_OVERHEAD_BYTES


def _add_start(blueprint: Blueprint, room: Room) -> None:
    @blueprint.get("/")
    def resume() -> AnyResponse:
        """Go to where the client was."""
        there = room.anyone()
        step = there.progress.step
        if not there.progress.may_open(step, there.document):
            step = there.progress.missing_step(there.document)
        return redirect(room.address(step), 303)


def _add_display_routes(blueprint: Blueprint) -> None:
    @blueprint.post("/language")
    def choose_language() -> AnyResponse:
        """Switch the language of this browser session."""
        language = request.form.get("language")
        if language in CEREMONY_LANGUAGES:
            session["language"] = language
        return redirect(_local_path(request.form.get("return_to", "/")), 303)

    @blueprint.post("/options")
    def choose_options() -> AnyResponse:
        """Switch one display option on or off."""
        toggled = request.form.get("toggle")
        if toggled in DISPLAY_OPTIONS:
            session["options"] = sorted(chosen_options() ^ {toggled})
        return redirect(_local_path(request.form.get("return_to", "/")), 303)


def _add_refusals(blueprint: Blueprint, room: Room) -> None:
    """Every refusal becomes a sentence, a next step and a code; never a bare error page."""

    @blueprint.errorhandler(Elsewhere)
    def go_elsewhere(elsewhere: Elsewhere) -> AnyResponse:
        if wants_json():
            return jsonify({"location": elsewhere.location})
        return redirect(elsewhere.location, 303)

    @blueprint.errorhandler(SigningError)
    def refuse(refused: SigningError) -> tuple[str | Response, int]:
        message = error_message(refused)
        if wants_json():
            return jsonify({"problem": asdict(message)}), 409
        gone = isinstance(refused, DeskRefused)
        page = render_template("ceremony/refused.html", message=message, gone=gone, home=room.home)
        return page, 409

    @blueprint.errorhandler(RequestEntityTooLarge)
    def too_large(_: RequestEntityTooLarge) -> tuple[str | Response, int]:
        page, _status = refuse(SigningError("request_too_large", "Too large.", "Use less."))
        return page, 413

    @blueprint.errorhandler(CSRFError)
    def stale(_: CSRFError) -> Response | tuple[str | Response, int]:
        if request.endpoint == "ceremony.leave":
            return end_ceremony(room)  # a page left open for hours must still be able to wipe
        page, _status = refuse(SigningError("page_left_open", "Open too long.", "Go on."))
        return page, 400


def _local_path(wanted: str) -> str:
    """The wanted path if it is one of this app, else the start: never another site."""
    inside = wanted.startswith("/") and not wanted.startswith("//")
    return wanted if inside and "\\" not in wanted and wanted.isprintable() else "/"
