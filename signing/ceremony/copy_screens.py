"""The client's own copy, offered on the last screen: on paper, and as a square for their phone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

import qrcode
from flask import Blueprint, Response, jsonify, redirect, url_for
from flask_babel import gettext
from qrcode.image.svg import SvgPathFillImage
from werkzeug.wrappers import Response as AnyResponse

from signing.ceremony.desk import Desk, PrintState
from signing.ceremony.outcomes import Message
from signing.ceremony.progress import Step
from signing.ceremony.received_picture import wants_json
from signing.ceremony.room import Room

__all__ = ["PRINT_MESSAGES", "add_copy_screens", "print_message"]

PRINT_MESSAGES: dict[PrintState, Callable[[], Message]] = {
    PrintState.PRINTING: lambda: Message(
        "note",
        gettext("Your copy is being printed."),
        gettext("You can wait for it here, or end: it comes out all the same."),
    ),
    PrintState.PRINTED: lambda: Message(
        "good",
        gettext("Your copy is printed."),
        gettext("Please take all sheets with you."),
    ),
    PrintState.NO_PAPER: lambda: Message(
        "warn",
        gettext("There is no paper in the printer."),
        gettext("Ask the staff for some; then it goes on. You get the link in any case."),
    ),
    PrintState.NO_PRINTER: lambda: Message(
        "warn",
        gettext("The printer does not work just now."),
        gettext("Your document is signed and safe. You get the link in any case."),
    ),
    PrintState.FAILED: lambda: Message(
        "warn",
        gettext("Your copy could not be printed."),
        gettext("Nothing of it is left in the printer. You get the link in any case."),
    ),
}
"""What is said of a copy on paper."""

ENDED = frozenset({PrintState.PRINTED, PrintState.FAILED, PrintState.NONE})


def print_message(desk: Desk, document_id: str) -> Message | None:
    """What to say of the copy on paper; None while nobody asked for one."""
    words = PRINT_MESSAGES.get(desk.print_state(document_id))
    return None if words is None else words()


def add_copy_screens(blueprint: Blueprint, room: Room) -> None:
    """Add /print and /copy.svg."""

    @blueprint.post("/print")
    def print_copy() -> AnyResponse:
        """Start printing."""
        there = room.enter(Step.DONE)
        if there.document.is_last and room.desk.can_print:
            room.desk.print_copy(there.document.document_id)
        return redirect(url_for("ceremony.done"), 303)

    @blueprint.get("/print")
    def look_at_print() -> AnyResponse:
        """How the copy stands, for the script that says it; without a script, the screen."""
        there = room.enter(Step.DONE)
        if not wants_json():
            return redirect(url_for("ceremony.done"), 303)
        document_id = there.document.document_id
        state = room.desk.print_state(document_id)
        message = print_message(room.desk, document_id)
        return jsonify(
            {
                "state": state.value,
                "ended": state in ENDED,
                "message": None if message is None else asdict(message),
            }
        )

    @blueprint.get("/copy.svg")
    def copy_square() -> Response:
        """The QR code with the address of the finished document."""
        there = room.enter(Step.DONE)
        address = room.desk.copy_link(there.document.document_id)
        if not address:
            return Response(status=404)
        square = qrcode.make(address, image_factory=SvgPathFillImage, border=3)
        return Response(square.to_string(), mimetype="image/svg+xml")
