"""The ceremony of a `MemoryDesk` on a real port of this machine, for a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import request, session
from werkzeug.serving import make_server

from signing.ceremony.picture_door import PictureDoor
from signing.ceremony.speech import Sound
from tests.ceremony.memory_desk import MemoryDesk
from tests.ceremony.small_kiosk import make_app

__all__ = ["served"]


@contextmanager
def served(
    desk: MemoryDesk,
    language: str,
    options: tuple[str, ...] = (),
    sound: Sound = "off",
    doors: PictureDoor | None = None,
) -> Iterator[str]:
    """Serve the desk; a ceremony starts in this language and with these options."""
    app = make_app(desk, sound, doors)

    @app.before_request
    def _prefer() -> None:
        if request.path == "/start":
            session["language"] = language
            session["options"] = list(options)

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
