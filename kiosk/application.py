"""The kiosk's web application: the ceremony, and the screens before and beside it.

app = create_app(settings)
start(app)      # the sync thread; `python -m kiosk serve` does this
...
stop(app)
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

import httpx
from flask import Blueprint, Flask, Request, Response, redirect, request, session, url_for
from flask_babel import Babel, format_date, format_datetime
from flask_wtf.csrf import CSRFProtect
from werkzeug.sansio.utils import host_is_trusted
from werkzeug.wrappers import Response as AnyResponse

from kiosk.clock import MachineTime
from kiosk.desk import KioskDesk
from kiosk.head_office import HeadOffice
from kiosk.screens.attract import make_attract_screen
from kiosk.screens.enrolment import make_enrolment_screen
from kiosk.screens.failures import add_failure_pages
from kiosk.screens.find import make_find_screens
from kiosk.screens.staff import make_staff_screens
from kiosk.screens.status import make_status_screens
from kiosk.screens.verify import make_verify_screens
from kiosk.settings import LANGUAGES, Settings
from kiosk.staff_door import StaffDoor
from kiosk.terminal import Terminal
from kiosk.verifying import MAX_CHECKED_BYTES
from signing.ceremony import (
    TRANSLATIONS,
    StaffPaths,
    chosen_language,
    make_ceremony,
    secure_headers,
)
from signing.ceremony.picture_door import PictureDoor

__all__ = [
    "MAX_REQUEST_BYTES",
    "KioskFlask",
    "Parts",
    "create_app",
    "dress",
    "parts_of",
    "start",
    "stop",
]

MAX_REQUEST_BYTES = 24 * 1024 * 1024
"""Largest request but that of a file to be checked: a photo and the form around it."""
MAX_FORM_BYTES = 64 * 1024
"""What a form needs around its file: boundaries, the CSRF token, the name."""
PAGE_LIFE = timedelta(hours=4)
"""How long the CSRF token of a page left open stays good."""

LOOPBACK_NAMES = ("127.0.0.1", "localhost", ".localhost")
"""How the browser of the same machine calls it; a name that a stranger's DNS turned to this machine
is refused."""

OPEN_BEFORE_ENROLMENT = frozenset(
    {
        "enrolment",
        "status",
        "static",
        "ceremony.static",
        "ceremony.choose_language",
        "ceremony.choose_options",
        "ceremony.speech",
        "attract.fresh",
    }
)
"""Endpoints, or blueprints, that a kiosk shows before head office knows it."""


@dataclass(frozen=True)
class Parts:
    """What the application is made of."""

    terminal: Terminal
    desk: KioskDesk
    head_office: HeadOffice
    doors: PictureDoor | None = None


class KioskRequest(Request):
    """Uploads stay in memory: nothing of a client touches a temporary file on the disk."""

    def _get_file_stream(self, *_sizes: object, **_names: object) -> IO[bytes]:
        return io.BytesIO()


class KioskFlask(Flask):
    """Flask with our kind of request."""

    request_class = KioskRequest


def create_app(
    settings: Settings,
    machine: MachineTime | None = None,
    http: httpx.Client | None = None,
) -> Flask:
    """Make the application.

    Args:
        settings: where and how.
        machine: where raw time comes from; tests turn their own clocks.
        http: how to reach head office; tests give their own client.

    Raises:
        KioskError: the data folder cannot be used.
    """
    terminal = Terminal(settings, machine)
    head_office = HeadOffice(terminal, http)
    desk = KioskDesk(terminal, head_office.ask_for_code, head_office.wake)
    door = StaffDoor(terminal)
    doors = PictureDoor(settings.picture_url) if settings.picture_url else None
    app = KioskFlask(__name__, static_folder="static", template_folder="templates")
    app.extensions["kiosk"] = Parts(terminal, desk, head_office, doors)
    if settings.host in LOOPBACK_NAMES:
        app.before_request(_refuse_other_names)
    app.before_request(_allow_large_files)
    screens = (
        make_attract_screen(desk, door.close),
        make_staff_screens(terminal, desk, door),
        make_find_screens(terminal, desk),
        make_verify_screens(terminal),
        make_status_screens(terminal, head_office),
        make_enrolment_screen(terminal, head_office, head_office.start),
        make_ceremony(
            desk,
            home="/fresh",
            onward=lambda found: url_for("find.open_found", document_id=found),
            sound=settings.sound,
            staff=StaffPaths("/staff/identity", "/staff/enter"),
            doors=doors,
        ),
    )
    dress(app, terminal, settings, screens)
    app.before_request(_speak_polish_first)
    app.before_request(lambda: _enrol_first(terminal))
    return app


def dress(app: Flask, terminal: Terminal, settings: Settings, screens: Sequence[Blueprint]) -> None:
    """Give an app over a terminal its screens, and what every one of them needs."""
    _configure(app, terminal, settings)
    CSRFProtect(app)
    Babel(app, locale_selector=chosen_language)
    app.after_request(secure_headers)
    for blueprint in screens:
        app.register_blueprint(blueprint)
    add_failure_pages(app)
    app.add_template_filter(_local_time, "local_time")
    app.add_template_filter(_local_clock, "local_clock")
    app.add_template_filter(_local_day, "local_day")


def parts_of(app: Flask) -> Parts:
    """What an application of `create_app` is made of."""
    parts = app.extensions["kiosk"]
    assert isinstance(parts, Parts)  # noqa: S101 - put there by create_app
    return parts


def start(app: Flask) -> None:
    """Start the sync thread; it waits for enrolment when there is none."""
    parts_of(app).desk.printing.tidy_up()
    parts_of(app).head_office.start()


def stop(app: Flask) -> None:
    """Stop the sync thread, close the store, release the data folder."""
    parts = parts_of(app)
    parts.desk.printing.close()
    parts.head_office.close()
    parts.terminal.close()


def _configure(app: Flask, terminal: Terminal, settings: Settings) -> None:
    own_translations = Path(__file__).parent / "translations"
    app.config.update(
        # Of this device and this boot: anywhere else, or later, a cookie is worth nothing.
        SECRET_KEY=terminal.credential.key(f"session cookies|{terminal.clock.boot_id()}"),
        SESSION_COOKIE_NAME="sygnet_kiosk",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        WTF_CSRF_TIME_LIMIT=int(PAGE_LIFE.total_seconds()),
        BABEL_DEFAULT_LOCALE=LANGUAGES[0],
        BABEL_DEFAULT_TIMEZONE=settings.timezone,
        BABEL_TRANSLATION_DIRECTORIES=f"{own_translations};{TRANSLATIONS}",
    )


def _refuse_other_names() -> AnyResponse | None:
    """Against DNS rebinding; before anything looks at the request."""
    if host_is_trusted(request.host, LOOPBACK_NAMES):
        return None
    return Response("This kiosk has another address.\n", status=400, mimetype="text/plain")


def _allow_large_files() -> None:
    """A file to be checked may be as large as what Sygnet signs; before CSRF reads the form."""
    if request.endpoint == "verify.file":
        request.max_content_length = MAX_CHECKED_BYTES + MAX_FORM_BYTES


def _speak_polish_first() -> None:
    """The browser of a kiosk says nothing about its client: Polish, until somebody chooses."""
    if request.endpoint not in (None, "ceremony.static", "static", "status.healthz"):
        session.setdefault("language", LANGUAGES[0])


def _local_time(moment: datetime) -> str:
    """A time as people here read it, in the zone of the kiosk."""
    return f"{format_date(moment, 'long')}, {format_datetime(moment, 'HH:mm')}"


def _local_clock(moment: datetime) -> str:
    """A time of today, likewise."""
    return f"{format_datetime(moment, 'HH:mm')}"


def _local_day(moment: datetime) -> str:
    """A day, likewise."""
    return f"{format_date(moment, 'long')}"


def _enrol_first(terminal: Terminal) -> AnyResponse | None:
    """Before enrolment there is one screen only."""
    endpoint = request.endpoint or ""
    known = {endpoint, endpoint.partition(".")[0]}
    if terminal.enrolled or not endpoint or known & OPEN_BEFORE_ENROLMENT:
        return None
    response: Response = redirect(url_for("enrolment.enrol"))  # type: ignore[assignment]
    return response
