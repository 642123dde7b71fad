"""A Flask app that mounts the ceremony over a `MemoryDesk`, as a kiosk does."""

from __future__ import annotations

from flask import Flask, Response, redirect
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response as AnyResponse

from signing.ceremony import (
    TRANSLATIONS,
    chosen_language,
    make_ceremony,
    secure_headers,
    start_ceremony,
)
from signing.ceremony.speech import Sound
from tests.ceremony.memory_desk import DOCUMENT_ID, MemoryDesk

__all__ = ["make_app"]


def make_app(desk: MemoryDesk, sound: Sound = "off") -> Flask:
    """The app; `/` is where clients start and end, `/start` opens the document."""
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY="a test's session key",
        BABEL_TRANSLATION_DIRECTORIES=str(TRANSLATIONS),
        BABEL_DEFAULT_LOCALE="pl",
        SESSION_COOKIE_SAMESITE="Strict",
        TESTING=True,
        PROPAGATE_EXCEPTIONS=True,
    )
    CSRFProtect(app)
    Babel(app, locale_selector=chosen_language)
    app.register_blueprint(make_ceremony(desk, home="/", sound=sound))
    app.after_request(secure_headers)

    @app.get("/")
    def home() -> Response:
        return Response("<!doctype html><title>Start</title><p>Start</p>", mimetype="text/html")

    @app.get("/start")
    def start() -> AnyResponse:
        return redirect(start_ceremony(desk, DOCUMENT_ID.hex()))

    return app
