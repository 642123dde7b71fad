"""The kiosk's way to head office: the sync in its own thread, and a code asked for at once.

Nothing that a client does waits for this, except asking for a code, and that not for long.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import httpx

from kiosk.errors import KioskError
from kiosk.terminal import Terminal
from signing.ceremony.desk import CodeRequest
from sync.device_side import SyncReport, make_http_client
from sync.errors import SyncError
from sync.loop import SyncLoop

__all__ = ["HeadOffice", "LinkState"]

ASK_CONNECT_SECONDS = 3.0
"""A client is waiting: no connection by then means that there is none."""
ASK_SILENCE_SECONDS = 8.0
"""How long head office may take to answer a client's wish for a code."""

_NotSent = Literal["", "offline", "limit", "already"]
_NOT_SENT: dict[str, _NotSent] = {"limit": "limit", "already": "already"}
"""Why head office sent no code, where the client can do something about it."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class LinkState:
    """How the connection to head office stands, for the status screen.

    Attributes:
        last_sync_at: when head office last answered; None when it never did.
        problem: code of what went wrong since; empty when all is well.
    """

    last_sync_at: datetime | None
    problem: str


class HeadOffice:
    """Exchanges with head office for one terminal."""

    def __init__(self, terminal: Terminal, http: httpx.Client | None = None) -> None:
        """Prepare; nothing is sent yet.

        Args:
            terminal: the kiosk's parts.
            http: how to reach head office; tests give a client of their own.
        """
        self._terminal = terminal
        self._http = http or make_http_client()
        self._ask_http = http or httpx.Client(
            timeout=httpx.Timeout(ASK_SILENCE_SECONDS, connect=ASK_CONNECT_SECONDS),
            headers={"Accept-Encoding": "identity", "User-Agent": "sygnet"},
            follow_redirects=False,
        )
        self._loop: SyncLoop | None = None
        self._lock = threading.Lock()

    def enrol(self, code: str) -> None:
        """Trade the one-time code. Raises `EnrolmentError`."""
        with self._lock:
            self._terminal.enrol(self._http, code)

    def exchange(self) -> SyncReport:
        """One full round, here and now; not while the thread runs.

        Raises:
            SyncError: it did not work; whatever was done so far stays done.
            EnrolmentError: the kiosk is not enrolled.
        """
        return self._terminal.device(self._http).exchange()

    def start(self) -> None:
        """Start the thread, if the kiosk is enrolled; starting twice changes nothing."""
        with self._lock:
            if self._loop is None and self._terminal.enrolled:
                self._loop = SyncLoop(
                    self._terminal.device(self._http),
                    self._terminal.device_store,
                    self._terminal.clock,
                )
                self._loop.start()

    def wake(self) -> None:
        """Something waits to go up."""
        if self._loop is not None:
            self._loop.wake()

    def ask_for_code(self, document_id: str, signer_id: str = "") -> CodeRequest | None:
        """Ask head office to send a client a code; None when it cannot be reached."""
        try:
            device = self._terminal.device(self._ask_http)  # anew: keys may have been renewed
            result = device.request_code(document_id, signer_id)
        except (SyncError, KioskError) as error:
            log.info("code_request refused code=%s", error.code)
            return None
        channel: Literal["sms", "email"] = "email" if result.channel == "email" else "sms"
        reason: _NotSent = "" if result.sent else _NOT_SENT.get(result.reason, "offline")
        return CodeRequest(result.sent, channel, result.masked_contact, reason)

    def state(self) -> LinkState:
        """How the connection stands."""
        reading = self._terminal.clock.read()
        problem = self._loop.status().last_error if self._loop is not None else None
        return LinkState(reading.last_assured, problem or "")

    def close(self) -> None:
        """Stop the thread and close the connections."""
        if self._loop is not None:
            self._loop.stop()
        self._http.close()
        self._ask_http.close()
