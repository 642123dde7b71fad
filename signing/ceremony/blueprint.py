"""The ceremony as one Flask blueprint, and what every one of its screens shares."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, redirect, request, session
from werkzeug.wrappers import Response as AnyResponse

from signing.ceremony.desk import Desk
from signing.ceremony.headers import secure_headers
from signing.ceremony.progress import CEREMONY_LANGUAGES, DISPLAY_OPTIONS
from signing.ceremony.sessions import chosen_options, current_display

__all__ = ["make_ceremony"]


def make_ceremony(desk: Desk, home: str = "/") -> Blueprint:
    """Make the client's screens, mounted at /ceremony.

    The app brings Flask-WTF's CSRFProtect, Flask-Babel (with `chosen_language` as its locale
    selector and this package's `translations` folder among its directories) and a secret key.

    Args:
        desk: Where the ceremony takes place.
        home: Path that a finished, ended or wiped ceremony goes to.
    """
    blueprint = Blueprint(
        "ceremony",
        __name__,
        url_prefix="/ceremony",
        template_folder="templates",
        static_folder="static",
    )
    blueprint.after_request(secure_headers)
    blueprint.app_context_processor(lambda: {"display": current_display()})
    _add_display_routes(blueprint)
    return blueprint


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


def _local_path(wanted: str) -> str:
    """The wanted path if it is one of this app, else the start: never another site."""
    parts = urlsplit(wanted)
    inside = not parts.scheme and not parts.netloc and wanted.startswith("/")
    return wanted if inside and not wanted.startswith(("//", "/\\")) else "/"
