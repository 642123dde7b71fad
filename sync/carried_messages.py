"""The messages inside a packet: requests on the way up, their replies on the way down. No I/O.

docs/sync-by-stick.md section 2: a line of canonical JSON, and as many bytes as it says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from sync.errors import MessageMalformed
from sync.strict_json import Fields, canonical_bytes, parse_object

__all__ = [
    "BLOB_PATH",
    "MAX_BODY_BYTES",
    "CarriedMessage",
    "read_messages",
    "written",
]

MAX_LINE_BYTES = 512
"""Longest line before a body, bytes."""
MAX_BODY_BYTES = 16 * 1024 * 1024
"""Longest body, bytes: fifty rows with the largest plans."""
BLOB_PATH = "/blob/"
"""What the path of a PDF begins with."""
_METHODS = r"GET|POST|PUT"
_PATH = r"/[a-z]+(?:/[A-Za-z0-9._-]+){0,2}"
_QUERY = r"[a-z0-9=&]*"


@dataclass(frozen=True)
class CarriedMessage:
    """A request, or the reply to one, as on the link but without its own signature."""

    method: str
    """`GET`, `POST` or `PUT`."""
    path: str
    """Below the protocol's prefix."""
    query: str = ""
    """As in an address, without the question mark."""
    body: bytes = b""
    """The body."""
    status: int = 0
    """HTTP status of a reply; 0 in a request."""

    @classmethod
    def asking(
        cls, method: str, path: str, body: bytes = b"", **query: int | str
    ) -> CarriedMessage:
        """Make a request."""
        return cls(method, path, urlencode(query), body)

    def values(self) -> dict[str, str]:
        """Give the query's values by name."""
        return dict(parse_qsl(self.query))

    def answered(self, status: int, body: bytes) -> CarriedMessage:
        """Make the reply to this request."""
        return CarriedMessage(self.method, self.path, self.query, body, status)


def written(message: CarriedMessage) -> bytes:
    """Write a message; raises ValueError when it is longer than any message may be."""
    line = canonical_bytes(
        {
            "bytes": len(message.body),
            "method": message.method,
            "path": message.path,
            "query": message.query,
            "status": message.status,
        }
    )
    if len(line) > MAX_LINE_BYTES or len(message.body) > MAX_BODY_BYTES:
        raise ValueError("a message is too long to be carried")
    return line + b"\n" + message.body


def read_messages(content: Iterable[bytes]) -> Iterator[CarriedMessage]:
    """Read messages from a stream in pieces of any length.

    Raises:
        MessageMalformed: a line or the end does not follow the page.
    """
    parts, waiting = iter(content), bytearray()
    while True:
        end = waiting.find(b"\n", 0, MAX_LINE_BYTES + 1)
        while end < 0 and len(waiting) <= MAX_LINE_BYTES and _add(waiting, parts):
            end = waiting.find(b"\n", 0, MAX_LINE_BYTES + 1)
        if end < 0:
            if waiting:
                raise MessageMalformed("packet: a message has no line, or ends within it.")
            return
        head, size = _read_line(bytes(waiting[:end]))
        del waiting[: end + 1]
        while len(waiting) < size and _add(waiting, parts):
            pass
        if len(waiting) < size:
            raise MessageMalformed("packet: a message ends before its announced length.")
        yield CarriedMessage(head.method, head.path, head.query, bytes(waiting[:size]), head.status)
        del waiting[:size]


def _add(waiting: bytearray, parts: Iterator[bytes]) -> bool:
    """Take one more part; whether there was one."""
    part = next(parts, None)
    if part is None:
        return False
    waiting += part
    return True


def _read_line(line: bytes) -> tuple[CarriedMessage, int]:
    fields = Fields(parse_object(line, MAX_LINE_BYTES), "carried message")
    size = fields.whole("bytes", 0, MAX_BODY_BYTES)
    message = CarriedMessage(
        method=fields.text("method", 4, _METHODS),
        path=fields.text("path", 200, _PATH),
        query=fields.text("query", 100, _QUERY),
        status=fields.whole("status", 0, 599),
    )
    fields.done()
    return message, size
