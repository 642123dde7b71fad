"""The few screens around the ceremony on a client's own telephone: coming in, waiting, the end."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from kiosk.phone_desk import PhoneDesk
from kiosk.screens.words import Words, refusal_words, ticket_words
from signing.ceremony import forget_everything, start_ceremony
from signing.ceremony.desk import DeskRefused
from signing.ceremony.sessions import end_session
from sync.tickets import TicketRefused

__all__ = ["make_phone_screens"]


LOOK_AGAIN = "3"
"""Seconds until the page of a document that is on its way looks again."""


def make_phone_screens(desk: PhoneDesk, look_now: Callable[[], None]) -> Blueprint:
    """Make the blueprint `phone`.

    Args:
        desk: the desk for telephones.
        look_now: asks head office at once for what is due.
    """
    blueprint = Blueprint("phone", __name__, template_folder="../templates")

    @blueprint.get("/")
    def start() -> str:
        """Say where to begin, or that one is done."""
        return _screen(None)

    @blueprint.get("/fresh")
    def fresh() -> AnyResponse:
        """Forget whoever was here: everything that this browser kept."""
        end_session(desk)
        response: Response = make_response(redirect(url_for("phone.start"), 303))
        return forget_everything(response)

    @blueprint.get("/s/<ticket>")
    def come_in(ticket: str) -> AnyResponse | str | tuple[str, int]:
        """Open a document with a ticket of head office."""
        try:
            document_id = desk.open(ticket)
            return redirect(start_ceremony(desk, document_id), 303)
        except TicketRefused as refused:
            return _screen(ticket_words(refused)), 403
        except DeskRefused as refused:
            if refused.code == "not_here_yet":
                look_now()
                return Response(_screen(None, waiting=True), headers={"Refresh": LOOK_AGAIN})
            return _screen(refusal_words(refused)), 409

    @blueprint.get("/healthz")
    def healthz() -> AnyResponse:
        """For a watchdog or a balancer: this process answers."""
        return Response("ok\n", mimetype="text/plain")

    return blueprint


def _screen(words: Words | None, *, waiting: bool = False) -> str:
    return render_template("kiosk/phone.html", words=words, waiting=waiting)
