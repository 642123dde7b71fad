"""The screen that waits: what this is, in which language, sign or check."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from kiosk.desk import KioskDesk
from kiosk.settings import LANGUAGES
from signing.ceremony import forget_everything
from signing.ceremony.sessions import current_display, end_session

__all__ = ["IDLE_SECONDS", "make_attract_screen"]

IDLE_SECONDS = 60
"""Without a touch for so long, language and options go back to the defaults."""


def make_attract_screen(desk: KioskDesk, staff_left: Callable[[], None]) -> Blueprint:
    """Make the blueprint `attract`; desk and staff's door are told that everybody has left."""
    blueprint = Blueprint("attract", __name__, template_folder="../templates")

    @blueprint.get("/")
    def attract() -> str:
        """Wait for somebody."""
        staff_left()
        display = current_display()
        fresh = display.language == LANGUAGES[0] and not display.options
        return render_template("kiosk/attract.html", idle_seconds=IDLE_SECONDS, fresh=fresh)

    @blueprint.get("/fresh")
    def fresh() -> AnyResponse:
        """Forget whoever was here: language, options, everything the browser kept."""
        end_session(desk)
        desk.nobody_there()
        staff_left()
        response: Response = make_response(redirect(url_for("attract.attract"), 303))
        return forget_everything(response)

    return blueprint
