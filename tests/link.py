"""The network between a kiosk and head office, as a TCP forwarder that can be cut and joined.

Cutting closes every connection at once, wherever it is, and refuses new ones: what a pulled cable
looks like to a program that notices. Nothing is slept for; both ends see it at once.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType

__all__ = ["HOST", "Link"]

PIECE_BYTES = 64 * 1024
HOST = "127.0.0.1"


class Link:
    """Forwards `port` of this machine to `target_port` of this machine while it is joined."""

    def __init__(self, target_port: int, port: int = 0) -> None:
        """Listen at once; port 0 takes a free one, which is then kept over cuts."""
        self.target_port = target_port
        self.port = port
        self.connections_made = 0
        self._lock = threading.Lock()
        self._listener: socket.socket | None = None
        self._open: set[socket.socket] = set()
        self.join()

    @property
    def is_joined(self) -> bool:
        """Whether new connections are taken."""
        return self._listener is not None

    @property
    def address(self) -> str:
        """What the kiosk calls head office."""
        return f"http://{HOST}:{self.port}"

    def join(self) -> None:
        """Take connections (again)."""
        with self._lock:
            if self._listener is not None:
                return
            listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((HOST, self.port))
            listener.listen()
            self.port = listener.getsockname()[1]
            self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), name="link", daemon=True).start()

    def cut(self) -> None:
        """Close every connection and refuse new ones."""
        with self._lock:
            listener, self._listener = self._listener, None
            ends, self._open = self._open, set()
        if listener is not None:
            _close(listener)
        for end in ends:
            _close(end)

    def __enter__(self) -> Link:
        """Used as a context, the link is cut at the end."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Cut for good."""
        self.cut()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection((HOST, self.target_port))
            except OSError:
                _close(near)
                continue
            with self._lock:
                joined = self._listener is listener
                if joined:
                    self._open |= {near, far}
                    self.connections_made += 1
            if not joined:
                _close(near)
                _close(far)
                return
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=(source, target), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(PIECE_BYTES):
                target.sendall(piece)
            target.shutdown(socket.SHUT_WR)
            return
        with self._lock:
            self._open -= {source, target}
        _close(source)
        _close(target)


def _close(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
