"""A network that loses, repeats, delays, cuts and corrupts, in an order the test chooses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

import httpx


class Fault(StrEnum):
    """What happens to one request."""

    NONE = "none"
    LOSE_REQUEST = "lose_request"
    LOSE_REPLY = "lose_reply"
    DUPLICATE = "duplicate"
    LATE_COPY = "late_copy"
    """The request arrives, and once more after the next one."""
    CUT_REQUEST = "cut_request"
    CORRUPT_REQUEST = "corrupt_request"
    CUT_REPLY = "cut_reply"
    CORRUPT_REPLY = "corrupt_reply"
    OLD_REPLY = "old_reply"
    """The reply to an earlier request comes instead."""
    GATEWAY = "gateway"
    """A proxy answers that head office is down."""


class _Body(httpx.SyncByteStream):
    """A body that can be read as often as wanted."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def __iter__(self) -> Iterator[bytes]:
        yield self.content


def _content(reply: httpx.Response) -> bytes:
    assert isinstance(reply.stream, _Body)
    return reply.stream.content


class FaultyTransport(httpx.BaseTransport):
    """Passes requests to another transport, each with the next fault; faultless afterwards."""

    def __init__(self, inner: httpx.BaseTransport, faults: Iterable[Fault] = ()) -> None:
        self.inner = inner
        self.faults: Iterator[Fault] = iter(faults)
        self.requests: list[httpx.Request] = []
        self.replies: list[httpx.Response] = []
        self._late: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        fault = next(self.faults, Fault.NONE)
        body = request.read()
        self.requests.append(request)
        if fault is Fault.LOSE_REQUEST:
            raise httpx.ConnectTimeout("lost", request=request)
        if fault is Fault.GATEWAY:
            return httpx.Response(502, text="<html>Bad Gateway</html>", request=request)
        if fault is Fault.CUT_REQUEST and body:
            request = _with_body(request, body[: len(body) // 2])
        elif fault is Fault.CORRUPT_REQUEST:
            request = _corrupted(request, body)
        reply = self._pass(request)
        late, self._late = self._late, []
        for copy in late:
            self._pass(copy)
        if fault is Fault.DUPLICATE:
            reply = self._pass(_with_body(request, body))
        elif fault is Fault.LATE_COPY:
            self._late.append(_with_body(request, body))
        elif fault is Fault.LOSE_REPLY:
            raise httpx.ReadTimeout("lost", request=request)
        elif fault is Fault.OLD_REPLY and self.replies:
            return _copy(self.replies[len(self.replies) // 2])
        self.replies.append(_copy(reply))
        return _spoilt(reply, fault)

    def _pass(self, request: httpx.Request) -> httpx.Response:
        reply = self.inner.handle_request(request)
        return httpx.Response(
            reply.status_code, headers=reply.headers.raw, stream=_Body(reply.read())
        )


def _copy(reply: httpx.Response) -> httpx.Response:
    return httpx.Response(
        reply.status_code, headers=reply.headers.raw, stream=_Body(_content(reply))
    )


def _with_body(request: httpx.Request, body: bytes) -> httpx.Request:
    headers = [
        (name, value)
        for name, value in request.headers.raw
        if name.lower() not in (b"content-length", b"transfer-encoding")
    ]
    headers.append((b"Content-Length", str(len(body)).encode()))
    return httpx.Request(request.method, request.url, headers=headers, content=body)


def _corrupted(request: httpx.Request, body: bytes) -> httpx.Request:
    if body:
        middle = len(body) // 2
        spoilt = body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :]
        return _with_body(request, spoilt)
    copy = _with_body(request, body)
    copy.url = copy.url.copy_merge_params({"cursor": "0", "offset": "0"})
    return copy


def _spoilt(reply: httpx.Response, fault: Fault) -> httpx.Response:
    content = _content(reply)
    if fault is Fault.CUT_REPLY and content:
        content = content[: len(content) // 2]
    elif fault is Fault.CORRUPT_REPLY and content:
        middle = len(content) // 2
        content = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    headers = [pair for pair in reply.headers.raw if pair[0].lower() != b"content-length"]
    return httpx.Response(reply.status_code, headers=headers, stream=_Body(content))
