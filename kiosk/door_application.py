"""The second, small web application of a kiosk: one picture from the phone of whoever signs there.

It listens on a port of its own, behind a proxy that speaks https, and knows no other page: what the
network can reach of a kiosk is this.
"""

from __future__ import annotations

import logging
import threading

from flask import Flask, render_template

from kiosk.application import KioskFlask, dress, parts_of
from kiosk.desk import KioskDesk
from kiosk.settings import Settings
from kiosk.terminal import Terminal
from signing.ceremony.door_screens import make_door
from signing.ceremony.picture_door import PictureDoor
from signing.ceremony.received_picture import MAX_RECEIVED_BYTES

__all__ = ["DoorServer", "create_door_app", "open_door"]

THREADS = 3
"""One phone at a time has a business here."""
MAX_CONNECTIONS = 20
"""More are made to wait: nobody holds the kiosk's memory from outside."""
MAX_FORM_BYTES = 64 * 1024
"""Around a picture in its form."""

log = logging.getLogger(__name__)


def open_door(app: Flask) -> DoorServer | None:
    """Listen for pictures beside a kiosk's application, if its settings say where; else None."""
    parts = parts_of(app)
    if parts.doors is None:
        return None
    door_app = create_door_app(parts.terminal, parts.desk, parts.doors)
    return DoorServer(door_app, parts.terminal.settings)


def create_door_app(terminal: Terminal, desk: KioskDesk, doors: PictureDoor) -> Flask:
    """Make the application, over the same desk as the kiosk's screens."""
    app = KioskFlask(__name__, static_folder="static", template_folder="templates")
    dress(app, terminal, terminal.settings, (make_door(desk, doors),))
    for missing in (404, 405):  # whoever is lost here has a phone in hand, not the kiosk
        app.register_error_handler(missing, _closed)
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_RECEIVED_BYTES + MAX_FORM_BYTES,
        SESSION_COOKIE_NAME="sygnet_picture",
        SESSION_COOKIE_SECURE=terminal.settings.picture_url.startswith("https://"),
    )
    return app


def _closed(_error: Exception) -> tuple[str, int]:
    return render_template("ceremony/door_closed.html", message=None), 404


class DoorServer:
    """Serves the application in a thread of its own."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        """Take the port, and serve from now on."""
        from waitress.server import create_server

        limit = MAX_RECEIVED_BYTES + MAX_FORM_BYTES
        self._server = create_server(
            app,
            host=settings.host,
            port=settings.picture_port,
            threads=THREADS,
            connection_limit=MAX_CONNECTIONS,
            ident=None,
            max_request_body_size=limit,
            inbuf_overflow=limit,  # a picture of a client never lies in a temporary file
            outbuf_overflow=limit,
            clear_untrusted_proxy_headers=True,
        )
        self.port = int(self._server.effective_port)
        self._thread = threading.Thread(target=self._run, name="pictures", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop, and wait for what is being received."""
        self._server.close()
        self._server.task_dispatcher.shutdown()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        try:
            self._server.run()
        except OSError:
            log.info("door closed")
