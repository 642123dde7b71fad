"""Replies of head office: made from what an endpoint gives or raises, then signed."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Response, request

from sync.errors import MessageMalformed, RequestRefused
from sync.message_views import ReplyView
from sync.messages import ErrorReply
from sync.office_requests import message_view
from sync.request_signature import sign_reply
from sync.strict_json import canonical_bytes

__all__ = ["Reply", "answered", "json_reply", "signed"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reply:
    """What an endpoint answers, before it is signed."""

    body: bytes
    """The body."""
    content_type: str = "application/json"
    """Its type."""
    status: int = 200
    """HTTP status."""
    retry_after_seconds: int | None = None
    """Value of Retry-After, if there is to be one."""


def json_reply(value: dict[str, Any]) -> Reply:
    """Make a reply of a JSON object."""
    return Reply(canonical_bytes(value))


def answered(endpoint: Callable[[], Reply], name: str) -> Reply:
    """Run an endpoint; what it refuses, and every fault, becomes a reply with a code.

    Args:
        endpoint: gives the reply.
        name: what the log calls it.
    """
    try:
        return endpoint()
    except RequestRefused as refusal:
        return _refusal(refusal, name)
    except MessageMalformed as error:
        malformed = RequestRefused(error.code, error.sentence, error.next_step, 400)
        return _refusal(malformed, name)
    except Exception as error:  # noqa: BLE001 - a kiosk gets JSON whatever fails here
        _log.error(
            "sync_failed endpoint=%s error=%s at=%s",
            name,
            type(error).__name__,
            _place(error),
        )
        return _refusal(
            RequestRefused(
                "office_failed",
                "Head office could not do this because of a fault of its own.",
                "The kiosk tries again by itself; tell the administrator if it goes on.",
                503,
            ),
            name,
        )


def signed(reply: Reply, office_key: Ed25519PrivateKey, now: datetime) -> Response:
    """Sign a reply to the current request and make Flask's response of it."""
    view = ReplyView(reply.status, message_view(request))
    sign_reply(view, reply.body, created=now, key=office_key)
    response = Response(reply.body, status=reply.status, content_type=reply.content_type)
    response.headers.update(view.headers)
    response.headers["Cache-Control"] = "no-store"
    if reply.retry_after_seconds is not None:
        response.headers["Retry-After"] = str(reply.retry_after_seconds)
    return response


def _place(error: Exception) -> str:
    """Say where an error came from; its message may hold personal data and is left out."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown"


def _refusal(refusal: RequestRefused, name: str) -> Reply:
    _log.info("sync_refused endpoint=%s code=%s", name, refusal.code)
    body = ErrorReply(
        refusal.code,
        refusal.sentence,
        refusal.next_step,
        refusal.retry_after_seconds,
        refusal.last_nonce,
    )
    return Reply(
        canonical_bytes(body.to_json()),
        status=refusal.status,
        retry_after_seconds=refusal.retry_after_seconds,
    )
