"""Admitting requests at head office: the checks before any endpoint acts, in their order.

1. Length: the body is not longer than the endpoint allows.            too_large, length_missing,
                                                                       body_cut
2. Signature: present, exact, by the named kiosk, over this body.      signature_*, digest_mismatch
3. The kiosk has not been shut out.                                    kiosk_revoked
4. It does not come too often.                                         too_many_requests
5. Its clock is within five minutes of head office's (not for /time).  clock_skew
6. Its counter is higher than any before; a request that changes
   something takes it, in one atomic step.                             nonce_not_rising

Reading requests do not take the counter, so that a poll costs no write: replaying one changes
nothing, and its reply is bound to the old request.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from werkzeug.exceptions import ClientDisconnected

from sync.errors import RequestRefused
from sync.message_views import MessageView
from sync.request_signature import RequestFacts, verify_request
from sync.token_bucket import TokenBuckets

if TYPE_CHECKING:
    from flask import Request

    from sync.office_ledger import KioskKeys, OfficeLedger

__all__ = ["CLOCK_TOLERANCE", "Gate", "message_view", "read_body", "verified"]

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far a kiosk's clock may be from ours: a withheld request dies after that time."""
BURST_REQUESTS = 2000
"""Requests a kiosk may send at once: the largest blob in pieces takes 1,536."""
REQUESTS_PER_SECOND = 50.0
"""Requests a kiosk may send for long."""
ENROLMENT_BURST = 20
"""Enrolment requests from one address at once."""
ENROLMENTS_PER_SECOND = 0.2
"""Enrolment requests from one address for long."""
SEEN_EVERY = timedelta(minutes=10)
"""How often at most a kiosk's last contact is written down."""


def message_view(request: Request) -> MessageView:
    """Give a Flask request as signatures see it, without its body."""
    return MessageView(
        method=request.method,
        path=request.root_path + request.path,
        query=request.query_string.decode("latin-1"),
        headers=dict(request.headers.items()),
    )


def read_body(request: Request, max_bytes: int) -> bytes:
    """Read a request's body.

    Raises:
        RequestRefused: too_large, length_missing, body_cut.
    """
    length = request.content_length
    if length is None:
        if request.headers.get("Transfer-Encoding"):
            raise RequestRefused(
                "length_missing",
                "The request does not say how long its body is.",
                "Send a Content-Length.",
                411,
            )
        return b""
    if length > max_bytes:
        raise RequestRefused(
            "too_large",
            f"The body is longer than {max_bytes} bytes.",
            "Send it in smaller pieces.",
            413,
        )
    try:
        body = request.stream.read(length)
    except ClientDisconnected:
        body = b""
    if len(body) != length:
        raise RequestRefused(
            "body_cut", "The body ended before its announced length.", "Send it again.", 400
        )
    return body


class Gate:
    """Decides whether a request is let in; keeps the token buckets of one process."""

    def __init__(self, ledger: OfficeLedger) -> None:
        """Keep the ledger."""
        self._ledger = ledger
        self._buckets = TokenBuckets(BURST_REQUESTS, REQUESTS_PER_SECOND)
        self._enrolment_buckets = TokenBuckets(ENROLMENT_BURST, ENROLMENTS_PER_SECOND, 10_000)
        self._seen: dict[str, datetime] = {}

    def admit(
        self, view: MessageView, body: bytes, now: datetime, *, changes: bool, any_clock: bool
    ) -> RequestFacts:
        """Make checks 2 to 6.

        Args:
            view: the request.
            body: its body.
            now: head office's time.
            changes: whether the request changes something and so takes its counter.
            any_clock: whether the kiosk's clock may be wrong.

        Raises:
            RequestRefused: with the codes of the module's docstring.
        """
        facts, keys, by_next_key = verified(self._ledger, view, body)  # 2 and 3
        self._check_rate(self._buckets, facts.kiosk_id, now)  # 4
        if not any_clock and abs(facts.created - now) > CLOCK_TOLERANCE:  # 5
            raise RequestRefused(
                "clock_skew",
                "The request is too old or too new by head office's clock.",
                "Ask head office for the time and send the request again.",
                401,
            )
        self._check_nonce(facts, keys, changes)  # 6
        if by_next_key:
            self._ledger.keys_taken(facts.kiosk_id, now)
        self._note_seen(facts.kiosk_id, now)
        return facts

    def admit_enrolment(self, address: str, now: datetime) -> None:
        """Make check 4 for an enrolment, by network address.

        Raises:
            RequestRefused: too_many_requests.
        """
        self._check_rate(self._enrolment_buckets, address, now)

    @staticmethod
    def _check_rate(buckets: TokenBuckets, name: str, now: datetime) -> None:
        wait_seconds = buckets.take(name, now)
        if wait_seconds:
            raise RequestRefused(
                "too_many_requests",
                "Too many requests in a short time.",
                f"Wait {wait_seconds} s and try again.",
                429,
                retry_after_seconds=wait_seconds,
            )

    def _check_nonce(self, facts: RequestFacts, keys: KioskKeys, changes: bool) -> None:
        last_nonce = keys.last_nonce
        risen = facts.nonce > last_nonce
        if risen and changes and not self._ledger.take_nonce(facts.kiosk_id, facts.nonce):
            risen = False
            again = self._ledger.kiosk_keys(facts.kiosk_id)
            last_nonce = last_nonce if again is None else again.last_nonce
        if not risen:
            raise RequestRefused(
                "nonce_not_rising",
                "A request with this or a higher counter came before: this one is a repetition.",
                "Send a new request with a higher counter.",
                409,
                last_nonce=last_nonce,
            )

    def _note_seen(self, kiosk_id: str, now: datetime) -> None:
        before = self._seen.get(kiosk_id)
        if before is None or not before <= now < before + SEEN_EVERY:
            self._seen[kiosk_id] = now
            self._ledger.seen(kiosk_id, now)


def verified(
    ledger: OfficeLedger, view: MessageView, body: bytes
) -> tuple[RequestFacts, KioskKeys, bool]:
    """Make checks 2 and 3: by the kiosk's key or by the next one of a renewal.

    Returns:
        What the signature says, the kiosk's keys, and whether it was the next one.

    Raises:
        RequestRefused: signature_*, kiosk_unknown, digest_mismatch, kiosk_revoked.
    """
    facts, keys, by_next_key = _by_either_key(ledger, view, body)
    if keys.revoked:
        raise RequestRefused(
            "kiosk_revoked",
            "Head office has shut this kiosk out.",
            "Ask the administrator; the kiosk must be enrolled again.",
            403,
        )
    return facts, keys, by_next_key


def _by_either_key(
    ledger: OfficeLedger, view: MessageView, body: bytes
) -> tuple[RequestFacts, KioskKeys, bool]:
    kiosks: dict[str, KioskKeys] = {}

    def find_key(kiosk_id: str) -> Ed25519PublicKey | None:
        keys = ledger.kiosk_keys(kiosk_id)
        if keys is None:
            return None
        kiosks[kiosk_id] = keys
        return Ed25519PublicKey.from_public_bytes(keys.sync_public_key)

    def find_next_key(kiosk_id: str) -> Ed25519PublicKey | None:
        raw = kiosks[kiosk_id].next_sync_public_key
        return None if raw is None else Ed25519PublicKey.from_public_bytes(raw)

    try:
        facts = verify_request(view, body, find_key)
    except RequestRefused as refusal:
        keys = next(iter(kiosks.values()), None)
        if refusal.code != "signature_invalid" or keys is None:
            raise
        if keys.next_sync_public_key is None:
            raise
        return verify_request(view, body, find_next_key), keys, True
    return facts, kiosks[facts.kiosk_id], False
