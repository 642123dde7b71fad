"""Finding the document: by the number in the message, or by the QR code of the message."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from kiosk.desk import KioskDesk
from kiosk.documents import DocumentState
from kiosk.link_text import MAX_LINK_CHARACTERS
from kiosk.refusals import refusal
from kiosk.screens.attract import IDLE_SECONDS
from kiosk.screens.pictures import received_frame
from kiosk.screens.words import Words, refusal_words
from kiosk.terminal import Terminal
from signing.ceremony import start_ceremony
from signing.ceremony.desk import DeskRefused
from verifier.errors import PictureError
from verifier.picture import text_in_picture

__all__ = ["Misses", "has_check_digit", "make_find_screens"]

NUMBER_DIGITS = 7
MAX_MISSES = 10
"""Wrong numbers within MISSES_WITHIN after which nobody may try for a while."""
MISSES_WITHIN = timedelta(minutes=2)
"""Ten tries in two minutes is a curious person, not a client with a message in hand."""


class Misses:
    """Counts numbers that led nowhere, so that nobody looks for other people's documents."""

    def __init__(self) -> None:
        self._times: list[datetime] = []

    def add(self, now: datetime) -> None:
        """One more."""
        self._times = [*self._recent(now), now]

    def too_many(self, now: datetime) -> bool:
        """Whether it is time for a pause."""
        return len(self._recent(now)) >= MAX_MISSES

    def _recent(self, now: datetime) -> list[datetime]:
        return [time for time in self._times if abs(now - time) < MISSES_WITHIN]


def has_check_digit(number: str) -> bool:
    """Whether a number of digits ends in its Luhn check digit (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def make_find_screens(terminal: Terminal, desk: KioskDesk) -> Blueprint:
    """Make the blueprint `find`."""
    blueprint = Blueprint("find", __name__, url_prefix="/find", template_folder="../templates")
    misses = Misses()

    @blueprint.get("")
    def number() -> str:
        """The keypad."""
        return _number_screen(None)

    @blueprint.post("")
    def look_for_number() -> AnyResponse | str | tuple[str, int]:
        """A number was typed."""
        typed = "".join(request.form.get("number", "")[:20].split())
        if len(typed) != NUMBER_DIGITS or not (typed.isascii() and typed.isdigit()):
            words = Words(
                "bad",
                gettext("The number has 7 digits."),
                gettext("You find it in your message."),
                "number_length",
            )
            return _number_screen(words, typed), 422
        if misses.too_many(desk.now()):
            words = Words(
                "warn",
                gettext("Please wait two minutes."),
                gettext("Too many numbers did not fit. The staff can help you."),
                "number_pause",
            )
            return _number_screen(words), 429
        document_id = desk.find_by_number(typed)
        if document_id is None:
            misses.add(desk.now())
            return _number_screen(_not_found(typed), typed), 404
        return _begin(terminal, desk, document_id)

    @blueprint.get("/scan")
    def scan() -> str:
        """The camera."""
        return render_template("kiosk/scan.html", idle_seconds=IDLE_SECONDS)

    @blueprint.post("/frame")
    def frame() -> AnyResponse:
        """A picture from the camera: `{found: false}`, or where to go, or what is wrong."""
        try:
            text = text_in_picture(received_frame())
        except PictureError:
            return jsonify(found=False)
        return jsonify(found=False) if not text else jsonify(_link_found(text))

    @blueprint.post("/text")
    def text() -> AnyResponse:
        """A text from a scanner."""
        given = request.get_json(silent=True)
        scanned = given.get("text") if isinstance(given, dict) else None
        if not isinstance(scanned, str) or len(scanned) > MAX_LINK_CHARACTERS:
            return jsonify(_other_code())
        return jsonify(_link_found(scanned))

    @blueprint.get("/open/<document_id>")
    def open_found(document_id: str) -> AnyResponse | tuple[str, int]:
        """Begin with a document that a QR code named; its id is random and was just given."""
        return _begin(terminal, desk, document_id)

    def _link_found(scanned: str) -> dict[str, object]:
        document_id = desk.find_by_link(scanned)
        if document_id is not None:
            return {"found": True, "go": url_for("find.open_found", document_id=document_id)}
        return _other_code()

    return blueprint


def _begin(terminal: Terminal, desk: KioskDesk, document_id: str) -> AnyResponse | tuple[str, int]:
    """Go to the ceremony, or say in words why not."""
    try:
        row = terminal.documents.row(document_id)
        if row is not None and row.state is DocumentState.SIGNED:
            raise refusal("already_signed")
        return redirect(start_ceremony(desk, document_id), 303)
    except DeskRefused as error:
        words = refusal_words(error)
        return render_template("kiosk/outcome.html", words=words, idle_seconds=IDLE_SECONDS), 409


def _number_screen(words: Words | None, typed: str = "") -> str:
    return render_template("kiosk/find.html", words=words, typed=typed, idle_seconds=IDLE_SECONDS)


def _not_found(typed: str) -> Words:
    if not has_check_digit(typed):
        return Words(
            "bad",
            gettext("There is a typing mistake in this number."),
            gettext("Please compare it with your message, digit by digit."),
            "number_mistyped",
        )
    return Words(
        "bad",
        gettext("There is no document with this number here."),
        gettext("It may be at another place, or still on its way. Please ask the staff."),
        "number_unknown",
    )


def _other_code() -> dict[str, object]:
    return {
        "found": True,
        "title": gettext("This is not the code from a message."),
        "words": gettext("Show the square code in the message that you got, or type the number."),
        "code": "not_a_message_code",
    }
