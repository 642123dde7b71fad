"""An application behind the server that people meet too, on a free port of the loopback address."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from waitress.server import create_server

from tests.link import HOST

__all__ = ["served"]

THREADS = 8
"""A browser asks for pictures and fonts on six connections at once."""


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve an application; gives its address without a trailing slash."""
    server = create_server(app, host=HOST, port=0, threads=THREADS)
    thread = threading.Thread(target=server.run)
    thread.start()

    def end() -> None:
        """In the server's own thread: browsers would keep their connections for minutes."""
        for channel in list(server.active_channels.values()):
            channel.handle_close()
        server.close()

    try:
        yield f"http://{HOST}:{server.effective_port}"
    finally:
        server.trigger.pull_trigger(end)
        thread.join()
        server.task_dispatcher.shutdown()
