"""One signed request to head office and its checked reply: the device's only way out.

Turns every foreign error into ours: no network, time-outs and cut connections are
OfficeUnreachable, a reply that is not head office's own is ReplyNotTrusted, an authentic refusal
is OfficeRefused with head office's code.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.device_store import DeviceClock, DeviceStore, TimeFix
from sync.errors import OfficeRefused, OfficeUnreachable, ReplyNotTrusted, SyncError
from sync.message_views import MessageView, ReplyView
from sync.messages import ErrorReply
from sync.office_keys import (
    MAX_ANNOUNCEMENTS_BYTES,
    OFFICE_KEYS_PATH,
    KeyAnnouncement,
    follow,
    read_announcements,
)
from sync.request_signature import sign_request, verify_reply
from sync.strict_json import parse_object

__all__ = [
    "MAX_REPLY_BYTES",
    "DeviceIdentity",
    "OfficeLink",
    "make_http_client",
    "receive",
]

CONNECT_SECONDS = 10.0
"""How long a connection may take to come up."""
SILENCE_SECONDS = 30.0
"""How long head office may be silent in the middle of a request."""
COUNTER_TRIES = 3
"""How often a request is sent again with a higher counter."""
MAX_REPLY_BYTES = 16 * 1024 * 1024
"""Longest reply with JSON, bytes: fifty rows with the largest plans."""
MAX_ERROR_BYTES = 8 * 1024
"""Longest error reply, bytes."""
_GATEWAY_FAULTS = frozenset({502, 503, 504})

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class DeviceIdentity:
    """Who the device is and whom it listens to."""

    kiosk_id: str
    """From the enrolment grant."""
    signing_key: Ed25519PrivateKey
    """The device's sync key."""
    office_public_key: bytes
    """Pinned at enrolment, or followed to since; Ed25519, 32 raw bytes."""


@dataclass(frozen=True)
class RawReply:
    """A complete reply as it came, no encoding undone."""

    status: int
    """HTTP status."""
    headers: Mapping[str, str]
    """Header fields, names in lower case."""
    body: bytes
    """The body."""


def make_http_client() -> httpx.Client:
    """Make the client with the protocol's time-outs; the caller closes it."""
    return httpx.Client(
        timeout=httpx.Timeout(SILENCE_SECONDS, connect=CONNECT_SECONDS),
        limits=httpx.Limits(max_connections=2, max_keepalive_connections=1),
        headers={"Accept-Encoding": "identity", "User-Agent": "sygnet"},
        follow_redirects=False,
    )


def receive(http: httpx.Client, request: httpx.Request, max_bytes: int) -> RawReply:
    """Send a request and read its reply whole, within a limit.

    Raises:
        OfficeUnreachable: no complete reply came.
        ReplyNotTrusted: the reply is longer than `max_bytes`.
    """
    try:
        response = http.send(request, stream=True)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise OfficeUnreachable from error
    try:
        pieces: list[bytes] = []
        length = 0
        for piece in response.iter_raw():
            length += len(piece)
            if length > max_bytes:
                raise ReplyNotTrusted("The reply is longer than it may be.", "reply_too_long")
            pieces.append(piece)
    except (httpx.HTTPError, httpx.StreamError, OSError) as error:
        raise OfficeUnreachable("The connection to head office was cut.") from error
    finally:
        response.close()
    headers = {name.lower(): value for name, value in response.headers.items()}
    return RawReply(response.status_code, headers, b"".join(pieces))


class OfficeLink:
    """Signs requests with rising counters and checks the replies."""

    def __init__(
        self,
        store: DeviceStore,
        identity: DeviceIdentity,
        office_url: str,
        http: httpx.Client,
        clock: DeviceClock,
    ) -> None:
        """Keep the parts; nothing is sent yet."""
        self._store = store
        self._identity = identity
        self._office_key = Ed25519PublicKey.from_public_bytes(identity.office_public_key)
        self._office_url = office_url.rstrip("/")
        self._path = urlsplit(self._office_url).path + "/sync/v1"
        self._http = http
        self._clock = clock
        self._fix: TimeFix | None = None

    @property
    def identity(self) -> DeviceIdentity:
        """Who signs the requests."""
        return self._identity

    @property
    def office_key(self) -> Ed25519PublicKey:
        """Whom the device listens to."""
        return self._office_key

    def sign_as(self, identity: DeviceIdentity) -> None:
        """Sign with another key from now on: the device's keys were renewed."""
        self._identity = identity

    def set_office_time(self, fix: TimeFix) -> None:
        """Sign with head office's time from now on, carried by the time since boot.

        The device's own clock is no help: it may be wrong, and be set right by this very answer.
        """
        self._fix = fix

    def _office_now(self) -> datetime:
        if self._fix is None:
            return self._clock.now()
        return self._fix.office_now + timedelta(seconds=self._clock.boottime() - self._fix.boottime)

    def send(
        self,
        method: str,
        path: str,
        query: Mapping[str, int] | None = None,
        body: bytes = b"",
        max_reply_bytes: int = MAX_REPLY_BYTES,
    ) -> bytes:
        """Send one request and give the body of its reply.

        A counter that head office finds too low is raised: another thread's request or a copy of
        this one made by the network overtook it, or an old backup was restored.

        Raises:
            OfficeUnreachable: no complete reply came.
            ReplyNotTrusted: the reply is not head office's own answer to this request.
            OfficeRefused: head office refused, with its code.
        """
        for _ in range(COUNTER_TRIES):
            try:
                return self._send_once(method, path, query, body, max_reply_bytes)
            except OfficeRefused as refusal:
                if refusal.last_nonce is None:
                    raise
                _log.info("sync_counter_raised code=%s", refusal.code)
                self._store.raise_nonce(refusal.last_nonce)
        return self._send_once(method, path, query, body, max_reply_bytes)

    def _send_once(
        self,
        method: str,
        path: str,
        query: Mapping[str, int] | None,
        body: bytes,
        max_reply_bytes: int,
    ) -> bytes:
        view = MessageView(method, self._path + path, urlencode(query or {}))
        sign_request(
            view,
            body,
            kiosk_id=self._identity.kiosk_id,
            nonce=self._store.next_nonce(),
            created=self._office_now(),
            key=self._identity.signing_key,
        )
        address = f"{self._office_url}/sync/v1{path}" + (f"?{view.query}" if view.query else "")
        headers = {**view.headers, "Content-Type": "application/octet-stream"}
        try:
            request = self._http.build_request(method, address, headers=headers, content=body)
        except (httpx.InvalidURL, ValueError) as error:
            raise OfficeUnreachable("The address of head office is not valid.") from error
        return self._checked(view, receive(self._http, request, max_reply_bytes))

    def _checked(self, view: MessageView, raw: RawReply) -> bytes:
        status, body = raw.status, raw.body
        reply = ReplyView(status, view, dict(raw.headers))
        if status in _GATEWAY_FAULTS and "signature" not in raw.headers:
            raise OfficeUnreachable("Head office is not running; a server before it answered.")
        try:
            verify_reply(reply, body, self._office_key)
        except ReplyNotTrusted as refusal:
            if refusal.code != "reply_not_trusted" or not self._follow_office_key(reply, body):
                raise
        if status == httpx.codes.OK:
            return body
        error = ErrorReply.from_json(parse_object(body, MAX_ERROR_BYTES))
        raise OfficeRefused(
            error.code,
            error.sentence,
            error.next_step,
            status=status,
            retry_after_seconds=error.retry_after_seconds,
            last_nonce=error.last_nonce,
        )

    def _follow_office_key(self, reply: ReplyView, body: bytes) -> bool:
        """Pin the key that signed a reply, if announcements lead to it from the pinned one."""
        pinned = self._office_key.public_bytes_raw()
        for key in reversed(follow(pinned, self._announcements())):
            following = Ed25519PublicKey.from_public_bytes(key)
            try:
                verify_reply(reply, body, following)
            except ReplyNotTrusted:
                continue
            self._store.pin_office_key(key)
            self._office_key = following
            _log.info("office_key_followed")
            return True
        return False

    def _announcements(self) -> tuple[KeyAnnouncement, ...]:
        """Ask whoever answers for announcements; they count by their own signatures alone."""
        request = self._http.build_request("GET", self._office_url + "/sync/v1" + OFFICE_KEYS_PATH)
        try:
            raw = receive(self._http, request, MAX_ANNOUNCEMENTS_BYTES)
            return read_announcements(raw.body)
        except SyncError:
            return ()
