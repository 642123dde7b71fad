"""The first screen of a new kiosk: type the code that head office shows."""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kiosk.errors import EnrolmentError
from kiosk.head_office import HeadOffice
from kiosk.screens.words import Words, enrolment_words
from kiosk.terminal import Terminal

__all__ = ["make_enrolment_screen"]

MAX_TYPED_CHARACTERS = 64

log = logging.getLogger(__name__)


def make_enrolment_screen(
    terminal: Terminal, head_office: HeadOffice, after_enrolment: Callable[[], None]
) -> Blueprint:
    """Make the blueprint `enrolment`.

    Args:
        terminal: the kiosk's parts.
        head_office: where the code is traded.
        after_enrolment: told when the kiosk may sync.
    """
    blueprint = Blueprint("enrolment", __name__, template_folder="../templates")

    def screen(words: Words | None = None, typed: str = "") -> str:
        office = terminal.office_url
        return render_template("kiosk/enrol.html", words=words, typed=typed, office=office)

    @blueprint.get("/enrol")
    def enrol() -> AnyResponse | str:
        """Ask for the code."""
        return redirect(url_for("attract.attract")) if terminal.enrolled else screen()

    @blueprint.post("/enrol")
    def trade() -> AnyResponse | tuple[str, int]:
        """Trade the code."""
        typed = request.form.get("code", "")[:MAX_TYPED_CHARACTERS]
        try:
            head_office.enrol(typed)
        except EnrolmentError as error:
            log.warning("enrolment refused code=%s", error.code)
            if terminal.enrolled:
                return redirect(url_for("attract.attract"), 303)
            return screen(enrolment_words(error), typed), 422
        after_enrolment()
        return redirect(url_for("attract.attract"), 303)

    return blueprint
