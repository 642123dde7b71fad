"""Requests and replies as far as their signatures see them."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["MessageView", "ReplyView"]

_NO_HOST = "http://sync.invalid"


@dataclass
class MessageView:
    """A request as far as signatures see it."""

    method: str
    """Upper case."""
    path: str
    """Absolute path as sent, percent-encoding included."""
    query: str
    """Query as sent, without the question mark; empty when there is none."""
    headers: dict[str, str] = field(default_factory=dict)
    """The header fields; signing adds to them."""

    @property
    def url(self) -> str:
        """An absolute address with the path and query; the host is never covered."""
        return _NO_HOST + self.path + (f"?{self.query}" if self.query else "")


@dataclass
class ReplyView:
    """A reply as far as signatures see it."""

    status_code: int
    """HTTP status."""
    request: MessageView
    """The request it answers, signature fields included."""
    headers: dict[str, str] = field(default_factory=dict)
    """The header fields; signing adds to them."""
