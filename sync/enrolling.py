"""Enrolling a device: its one request, sent before there is anybody to trust but the code."""

from __future__ import annotations

import httpx

from sync.enrolment import grant_from_reply
from sync.enrolment_messages import EnrolmentGrant, EnrolmentRequest
from sync.errors import MessageMalformed, OfficeRefused, OfficeUnreachable, ReplyNotTrusted
from sync.messages import ErrorReply
from sync.office_link import receive
from sync.strict_json import canonical_bytes, parse_object

__all__ = ["enrol"]

MAX_GRANT_BYTES = 256 * 1024
"""Longest enrolment reply, bytes: certificates and TUF root metadata."""


def enrol(
    http: httpx.Client, office_url: str, code: str, request: EnrolmentRequest
) -> EnrolmentGrant:
    """Trade a one-time code for a grant, authenticated by the code both ways.

    Repeating it with the same code and keys gives the same grant. Make `request` with
    `sync.enrolment.make_request(code, sync_key, box_public_key, seal_key, ca_key)`.

    Raises:
        OfficeUnreachable: no complete reply came; try again with the same keys.
        ReplyNotTrusted: whoever answered does not know the code.
        OfficeRefused: code_unknown, code_expired, code_used, keys_refused, too_many_requests. This
            much is said before trust exists, so take it as a hint only.
    """
    address = f"{office_url.rstrip('/')}/sync/v1/enrolment"
    try:
        message = http.build_request(
            "POST",
            address,
            headers={"Content-Type": "application/json"},
            content=canonical_bytes(request.to_json()),
        )
    except (httpx.InvalidURL, ValueError) as error:
        raise OfficeUnreachable("The address of head office is not valid.") from error
    raw = receive(http, message, MAX_GRANT_BYTES)
    try:
        reply = parse_object(raw.body, MAX_GRANT_BYTES)
        if raw.status == httpx.codes.OK:
            return grant_from_reply(code, request, reply)
        error_reply = ErrorReply.from_json(reply)
    except MessageMalformed as error:
        raise ReplyNotTrusted("The answer at this address is not head office's.") from error
    raise OfficeRefused(
        error_reply.code,
        error_reply.sentence,
        error_reply.next_step,
        status=raw.status,
        retry_after_seconds=error_reply.retry_after_seconds,
    )
