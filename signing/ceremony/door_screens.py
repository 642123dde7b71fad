"""The pages behind a picture door, on the client's phone: send a picture, look at the kiosk.

They are an application of their own with nothing else in it: whoever knows the address is anybody.
"""

from __future__ import annotations

from flask import Blueprint, render_template, request, session
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import RequestEntityTooLarge

from signing.ceremony.desk import Desk, DeskRefused
from signing.ceremony.headers import secure_headers
from signing.ceremony.outcomes import Message, error_message
from signing.ceremony.picture_door import Door, PictureDoor
from signing.ceremony.progress import Progress, ProgressRefused
from signing.ceremony.received_picture import received_picture
from signing.ceremony.sessions import current_display
from signing.ceremony.taken_pictures import take_mark, take_stamp
from signing.errors import SigningError

__all__ = ["make_door"]


def make_door(desk: Desk, doors: PictureDoor) -> Blueprint:
    """Make the blueprint; it is called `ceremony` for the sake of the stylesheet's address.

    Args:
        desk: the client's.
        doors: which doors are open.
    """
    blueprint = Blueprint(
        "ceremony",
        __name__,
        url_prefix="/ceremony",
        template_folder="templates",
        static_folder="static",
    )
    blueprint.after_request(secure_headers)
    blueprint.app_context_processor(lambda: {"display": current_display(), "sound": "off"})

    @blueprint.get("/p/<token>")
    def door(token: str) -> tuple[str, int]:
        """Ask for a picture."""
        found = doors.visit(token, desk.now())
        if found is None or _progress(desk, found) is None:
            return _closed()
        session["language"] = found.language
        return _page(found, None), 200

    @blueprint.post("/p/<token>")
    def hand_in(token: str) -> tuple[str, int]:
        """Take one picture; the client accepts it on the kiosk's screen."""
        found = doors.begin_try(token, desk.now())
        progress = None if found is None else _progress(desk, found)
        if found is None or progress is None:
            return _closed()
        take = take_stamp if found.kind == "stamp" else take_mark
        try:
            take(desk, progress, received_picture())
        except SigningError as refused:
            return _page(found, error_message(refused)), 422
        doors.finish(token)
        return render_template("ceremony/door_done.html"), 200

    @blueprint.errorhandler(DeskRefused)
    @blueprint.errorhandler(CSRFError)
    def closed(_error: Exception) -> tuple[str, int]:
        return _closed()

    @blueprint.errorhandler(RequestEntityTooLarge)
    def too_large(_error: RequestEntityTooLarge) -> tuple[str, int]:
        message = error_message(SigningError("request_too_large", "Too large.", "Use less."))
        return render_template("ceremony/door_closed.html", message=message), 413

    return blueprint


def _progress(desk: Desk, door: Door) -> Progress | None:
    """The client's progress, while they are before the screen and proven to be who they are."""
    if desk.find_by_ceremony(door.ceremony_id) != door.document_id:
        return None
    try:
        progress = desk.load(door.document_id)
    except ProgressRefused:
        return None
    known = progress is not None and progress.ceremony_id == door.ceremony_id
    return progress if known and progress and progress.code_ok_at is not None else None


def _page(door: Door, problem: Message | None) -> str:
    return render_template("ceremony/door.html", kind=door.kind, problem=problem, path=request.path)


def _closed() -> tuple[str, int]:
    return render_template("ceremony/door_closed.html", message=None), 404
