"""Finding the document: by the number in the message, or by the QR code of the message."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from kiosk.desk import KioskDesk
from kiosk.documents import DocumentState
from kiosk.link_text import MAX_LINK_CHARACTERS, link_hash_of
from kiosk.refusals import refusal
from kiosk.screens.attract import IDLE_SECONDS
from kiosk.screens.pictures import received_frame, received_text
from kiosk.screens.words import Words, refusal_words
from kiosk.terminal import Terminal
from signing.ceremony import start_ceremony
from signing.errors import SigningError
from verifier.errors import PictureError
from verifier.picture import text_in_picture
from verifier.wedge_text import readings

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
    screens = _FindScreens(terminal, desk)
    blueprint.add_url_rule("", "number", screens.number)
    blueprint.add_url_rule("", "look_for_number", screens.look_for_number, methods=["POST"])
    blueprint.add_url_rule("/scan", "scan", screens.scan)
    blueprint.add_url_rule("/frame", "frame", screens.frame, methods=["POST"])
    blueprint.add_url_rule("/text", "text", screens.text, methods=["POST"])
    blueprint.add_url_rule("/open/<document_id>", "open_found", screens.open_found)
    return blueprint


class _FindScreens:
    """The views; what they share is the desk and the count of wrong numbers."""

    def __init__(self, terminal: Terminal, desk: KioskDesk) -> None:
        self._terminal = terminal
        self._desk = desk
        self._misses = Misses()

    def number(self) -> str:
        """The keypad."""
        return _number_screen(None)

    def look_for_number(self) -> AnyResponse | str | tuple[str, int]:
        """A number was typed."""
        typed = "".join(request.form.get("number", "")[:20].split())
        if len(typed) != NUMBER_DIGITS or not (typed.isascii() and typed.isdigit()):
            return _number_screen(_wrong_length(), typed), 422
        if self._misses.too_many(self._desk.now()):
            return _number_screen(_pause()), 429
        document_id = self._desk.find_by_number(typed)
        if document_id is None:
            self._misses.add(self._desk.now())
            return _number_screen(_not_found(typed), typed), 404
        return _begin(self._terminal, self._desk, document_id)

    def scan(self) -> str:
        """The camera."""
        return render_template("kiosk/scan.html", idle_seconds=IDLE_SECONDS)

    def frame(self) -> AnyResponse:
        """A picture from the camera; answers as camera.js wants: location, problem or nothing."""
        try:
            text = text_in_picture(received_frame())
        except PictureError:
            return jsonify({})
        return jsonify(self._link_found(text) if text else {})

    def text(self) -> AnyResponse:
        """A text from a scanner."""
        scanned = received_text(MAX_LINK_CHARACTERS)
        if scanned is None:
            return jsonify(_other_code())
        return jsonify(self._link_found(*readings(scanned)))

    def open_found(self, document_id: str) -> AnyResponse | tuple[str, int]:
        """Begin with a document that a QR code named; its id is random and was just given."""
        client = request.args.get("client", type=int)
        return _begin(self._terminal, self._desk, document_id, client)

    def _link_found(self, *readings_of_one: str) -> dict[str, object]:
        """The document of a message's link; a scanner's text has one reading per layout."""
        for reading in readings_of_one:
            document_id = self._desk.find_by_link(reading)
            if document_id is not None:
                client = self._client(document_id, reading)
                where = url_for("find.open_found", document_id=document_id, client=client)
                return {"location": where}
        return _other_code()

    def _client(self, document_id: str, link: str) -> int | None:
        """Whose message it was, of a document that several clients sign."""
        documents = self._terminal.documents
        record, hashed = documents.record(document_id), link_hash_of(link)
        if record is None or hashed is None or not (record.following or record.client_index):
            return None
        return documents.turns.client_of_link(hashed)


def _begin(
    terminal: Terminal, desk: KioskDesk, document_id: str, client: int | None = None
) -> AnyResponse | tuple[str, int]:
    """Go to the ceremony, or say in words why not.

    `client` is whose message showed the way, when that is known; it may not be their turn.
    """
    try:
        if terminal.documents.turns.signed_here(document_id):
            desk.nobody_there()  # whoever signed last has left; the next client may begin
        record = terminal.documents.record(document_id)
        if record is not None and client is not None and client != record.client_index:
            raise refusal("already_signed" if client < record.client_index else "not_your_turn")
        row = terminal.documents.row(document_id)
        if row is not None and row.state is DocumentState.SIGNED:
            raise refusal("already_signed")
        if not terminal.key_health().can_sign:
            raise refusal("kiosk_keys_unusable")
        desk.nobody_there()
        return redirect(start_ceremony(desk, document_id), 303)
    except SigningError as error:
        words = refusal_words(error)
        return render_template("kiosk/outcome.html", words=words, idle_seconds=IDLE_SECONDS), 409


def _number_screen(words: Words | None, typed: str = "") -> str:
    return render_template("kiosk/find.html", words=words, typed=typed, idle_seconds=IDLE_SECONDS)


def _wrong_length() -> Words:
    return Words(
        "bad",
        gettext("The number has 7 digits."),
        gettext("You find it in your message."),
        "number_length",
    )


def _pause() -> Words:
    return Words(
        "warn",
        gettext("Please wait two minutes."),
        gettext("Too many numbers did not fit. The staff can help you."),
        "number_pause",
    )


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
    title = gettext("This is not the code from a message.")
    words = gettext("Show the square code in the message that you got, or type the number.")
    code = "not_a_message_code"
    return {"problem": {"kind": "warn", "title": title, "words": words, "code": code}}
