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
from signing.ceremony.door_screens import make_door
from signing.ceremony.picture_door import PictureDoor
from signing.ceremony.speech import Sound
from tests.ceremony.memory_desk import DOCUMENT_ID, MemoryDesk

__all__ = ["make_app"]


def make_app(desk: MemoryDesk, sound: Sound = "off", doors: PictureDoor | None = None) -> Flask:
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
    app.register_blueprint(make_ceremony(desk, home="/", sound=sound, doors=doors))
    app.after_request(secure_headers)

    @app.get("/")
    def home() -> Response:
        return Response("<!doctype html><title>Start</title><p>Start</p>", mimetype="text/html")

    @app.get("/start")
    def start() -> AnyResponse:
        return redirect(start_ceremony(desk, DOCUMENT_ID.hex()))

    return app


def make_door_app(desk: MemoryDesk, doors: PictureDoor) -> Flask:
    """The other, small app of a kiosk, for pictures from clients' phones."""
    app = Flask("door")
    app.config.update(
        SECRET_KEY="another session key of a test",
        BABEL_TRANSLATION_DIRECTORIES=str(TRANSLATIONS),
        BABEL_DEFAULT_LOCALE="pl",
        MAX_CONTENT_LENGTH=24 * 1024 * 1024 + 64 * 1024,
        TESTING=True,
    )
    CSRFProtect(app)
    Babel(app, locale_selector=chosen_language)
    app.register_blueprint(make_door(desk, doors))
    return app
