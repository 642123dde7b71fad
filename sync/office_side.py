"""Head office's end of the protocol: a Flask blueprint over the OfficeLedger.

Each endpoint is a few lines: admission is in sync.office_requests, uploads in
sync.office_uploads. Every reply, errors included, is signed by the office key; every error is
JSON {code, sentence, next_step, …}.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from flask import Blueprint, Response, request

from sync.authority import AuthorityReply, AuthorityReport
from sync.enrolment import check_request, grant_reply
from sync.enrolment_messages import EnrolmentRequest
from sync.errors import MessageMalformed, RequestRefused
from sync.events import MAX_EVENT_BYTES, JournalEvent
from sync.messages import (
    MAX_EVENTS,
    MAX_ROWS,
    CodeRequest,
    EventsMessage,
    EventsReply,
    PollReply,
    TimeReply,
)
from sync.names import SHA256
from sync.office_keys import OFFICE_KEYS_PATH, OfficeKeys
from sync.office_ledger import OfficeLedger
from sync.office_replies import Reply, answered, json_reply, signed
from sync.office_requests import Gate, message_view, read_body
from sync.office_uploads import MAX_WHOLE_BYTES, receive, received
from sync.renewal import RenewalRequest
from sync.request_signature import RequestFacts
from sync.strict_json import MAX_INTEGER, Fields, parse_object
from sync.witnessing import MAX_CHECKPOINT_BYTES, CheckpointMessage

__all__ = [
    "DOWNLOAD_BYTES",
    "MAX_AUTHORITY_BYTES",
    "MAX_ENROLMENT_BYTES",
    "MAX_EVENTS_BYTES",
    "MAX_SMALL_BYTES",
    "make_sync_blueprint",
]

DOWNLOAD_BYTES = 1024 * 1024
"""Longest piece of a blob in one reply, bytes."""
MAX_SMALL_BYTES = 4 * 1024
"""Largest body of a request that carries only names, bytes."""
MAX_ENROLMENT_BYTES = 8 * 1024
"""Largest enrolment or renewal, bytes: five keys and four signatures take about 1 KiB."""
MAX_AUTHORITY_BYTES = 16 * 1024
"""Largest report of a kiosk's authority, bytes: a revocation list, a key and a signature."""
MAX_EVENTS_BYTES = MAX_EVENTS * MAX_EVENT_BYTES + 1024
"""Largest body with events, bytes."""


def _number(name: str, least: int = 0) -> int:
    """Read a whole number from the query; raises MessageMalformed."""
    text = request.args.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > 16:
        raise MessageMalformed(f"query: {name} is not a whole number.")
    value = int(text)
    if not least <= value <= MAX_INTEGER:
        raise MessageMalformed(f"query: {name} is out of range.")
    return value


class _Office:
    """The endpoints; each takes an admitted request and gives a reply."""

    def __init__(
        self,
        ledger: OfficeLedger,
        keys: OfficeKeys,
        clock: Callable[[], datetime],
        next_poll_seconds: int,
    ) -> None:
        self._ledger = ledger
        self._keys = keys
        self._clock = clock
        self._next_poll_seconds = next_poll_seconds
        self._gate = Gate(ledger)

    def answer(self, endpoint: Callable[[], Reply]) -> Response:
        """Run an endpoint and sign what it answers; a refusal is an answer too."""
        return signed(answered(endpoint), self._keys.present(), self._clock())

    def _admit(
        self, max_bytes: int, *, changes: bool = False, any_clock: bool = False
    ) -> tuple[RequestFacts, bytes]:
        body = read_body(request, max_bytes)
        facts = self._gate.admit(
            message_view(request), body, self._clock(), changes=changes, any_clock=any_clock
        )
        return facts, body

    def time(self) -> Reply:
        facts, _ = self._admit(0, any_clock=True)
        return json_reply(TimeReply(facts.nonce, self._clock()).to_json())

    def poll(self) -> Reply:
        facts, _ = self._admit(0)
        rows = self._ledger.rows_after(facts.kiosk_id, _number("cursor"), MAX_ROWS + 1)
        reply = PollReply(
            rows=tuple(rows[:MAX_ROWS]),
            more=len(rows) > MAX_ROWS,
            trust_version=self._ledger.trust_version(),
            next_poll_seconds=self._next_poll_seconds,
            box_key=self._keys.box().public_key().public_bytes_raw(),
            staff_version=self._ledger.staff_version(facts.kiosk_id),
        )
        return json_reply(reply.to_json())

    def staff(self) -> Reply:
        facts, _ = self._admit(0)
        return json_reply(self._ledger.staff(facts.kiosk_id).to_json())

    def download(self, sha256: str) -> Reply:
        facts, _ = self._admit(0)
        offset = _number("offset")
        _check_hash(sha256)
        blob = self._ledger.blob(facts.kiosk_id, sha256)
        if blob is None or offset >= len(blob):
            raise RequestRefused(
                "blob_unknown",
                "Head office has no such document for this kiosk.",
                "Poll again: the document may have been withdrawn.",
                404,
            )
        return Reply(blob[offset : offset + DOWNLOAD_BYTES], "application/octet-stream")

    def upload_state(self, sha256: str) -> Reply:
        facts, _ = self._admit(0)
        _check_hash(sha256)
        return json_reply(
            received(self._ledger, facts.kiosk_id, sha256, _number("size", 1)).to_json()
        )

    def upload(self, sha256: str) -> Reply:
        facts, body = self._admit(MAX_WHOLE_BYTES, changes=True)
        _check_hash(sha256)
        size, offset = _number("size", 1), _number("offset")
        return json_reply(
            receive(self._ledger, facts.kiosk_id, sha256, size, offset, body).to_json()
        )

    def events(self) -> Reply:
        facts, body = self._admit(MAX_EVENTS_BYTES, changes=True)
        message = EventsMessage.from_json(parse_object(body, MAX_EVENTS_BYTES))
        _check_order(facts.kiosk_id, message.events)
        acknowledged = self._ledger.acknowledged(facts.kiosk_id)
        if message.events and message.events[0].sequence > acknowledged + 1:
            raise RequestRefused(
                "events_gap",
                "Head office misses events before these.",
                "Send the journal from an earlier event on; tell the administrator.",
                409,
            )
        ready, missing = self._with_blobs(facts.kiosk_id, acknowledged, message.events)
        if ready:
            acknowledged = self._ledger.accept_events(facts.kiosk_id, ready, self._clock())
        return json_reply(EventsReply(acknowledged, missing).to_json())

    def _with_blobs(
        self, kiosk_id: str, acknowledged: int, events: tuple[JournalEvent, ...]
    ) -> tuple[tuple[JournalEvent, ...], tuple[str, ...]]:
        """Cut the events before the first new one whose blob is not here; name such blobs."""
        missing = [
            (index, event.blob)
            for index, event in enumerate(events)
            if event.blob is not None
            and event.sequence > acknowledged
            and not self._ledger.has_blob(kiosk_id, event.blob)
        ]
        if not missing:
            return events, ()
        return events[: missing[0][0]], tuple(dict.fromkeys(name for _, name in missing))

    def code_request(self) -> Reply:
        facts, body = self._admit(MAX_SMALL_BYTES, changes=True)
        wanted = CodeRequest.from_json(parse_object(body, MAX_SMALL_BYTES))
        result = self._ledger.request_code(
            facts.kiosk_id, wanted.document_id, self._clock(), wanted.signer_id
        )
        return json_reply(result.to_json())

    def authority(self) -> Reply:
        facts, body = self._admit(MAX_AUTHORITY_BYTES, changes=True)
        report = AuthorityReport.from_json(parse_object(body, MAX_AUTHORITY_BYTES))
        made = self._ledger.take_authority_report(facts.kiosk_id, report, self._clock())
        return json_reply(AuthorityReply(made).to_json())

    def renewal(self) -> Reply:
        facts, body = self._admit(MAX_ENROLMENT_BYTES, changes=True)
        wanted = RenewalRequest.from_json(parse_object(body, MAX_ENROLMENT_BYTES))
        made = self._ledger.renew_keys(facts.kiosk_id, wanted, self._clock())
        return json_reply(made.to_json())

    def checkpoint(self) -> Reply:
        facts, body = self._admit(MAX_CHECKPOINT_BYTES, changes=True)
        message = CheckpointMessage.from_json(parse_object(body, MAX_CHECKPOINT_BYTES))
        answer = self._ledger.take_checkpoint(facts.kiosk_id, message, self._clock())
        return json_reply(answer.to_json())

    def enrolment(self) -> Reply:
        body = read_body(request, MAX_ENROLMENT_BYTES)
        now = self._clock()
        self._gate.admit_enrolment(request.remote_addr or "", now)
        wanted = EnrolmentRequest.from_json(parse_object(body, MAX_ENROLMENT_BYTES))
        secret = self._ledger.enrolment_secret(wanted.code_id)
        secret = check_request(wanted, secret, now)
        grant = self._ledger.redeem_enrolment(wanted.code_id, wanted.keys, now)
        return json_reply(grant_reply(wanted, grant, secret))

    def office_keys(self) -> Reply:
        """Nobody has to be known here: announcements count by their own signatures."""
        read_body(request, 0)
        return Reply(self._keys.announcements())

    @staticmethod
    def nothing_here() -> Reply:
        raise RequestRefused(
            "not_found", "There is nothing at this address.", "Update the kiosk's software.", 404
        )


def _check_hash(sha256: str) -> None:
    Fields({"sha256": sha256}, "address").text("sha256", 64, SHA256)


def _check_order(kiosk_id: str, events: tuple[JournalEvent, ...]) -> None:
    """Events are the sender's own and contiguous; raises MessageMalformed."""
    for position, event in enumerate(events):
        if event.kiosk_id != kiosk_id:
            raise MessageMalformed("events: one belongs to another kiosk.")
        if event.sequence != events[0].sequence + position:
            raise MessageMalformed("events: not in order without gaps.")


def make_sync_blueprint(
    ledger: OfficeLedger,
    keys: OfficeKeys,
    clock: Callable[[], datetime],
    next_poll_seconds: int = 60,
) -> Blueprint:
    """Make the blueprint `sync`, to be registered as it is (its prefix is /sync/v1).

    Exempt it from CSRF protection: `csrf.exempt(blueprint)`; every request is signed.

    Args:
        ledger: head office's books.
        keys: what signs every reply; its public half is pinned at enrolment, and announcements
            lead to the next one.
        clock: gives the current time, aware UTC.
        next_poll_seconds: what kiosks are told to wait between polls.
    """
    office = _Office(ledger, keys, clock, next_poll_seconds)
    blueprint = Blueprint("sync", __name__, url_prefix="/sync/v1")

    for name, reading in (("time", office.time), ("poll", office.poll), ("staff", office.staff)):
        blueprint.add_url_rule(f"/{name}", name, partial(office.answer, reading))

    @blueprint.get("/blob/<sha256>")
    def download(sha256: str) -> Response:
        return office.answer(lambda: office.download(sha256))

    @blueprint.get(OFFICE_KEYS_PATH)
    def office_keys() -> Response:
        return office.answer(office.office_keys)

    @blueprint.put("/blob/<sha256>")
    def upload(sha256: str) -> Response:
        return office.answer(lambda: office.upload(sha256))

    @blueprint.get("/upload/<sha256>")
    def upload_state(sha256: str) -> Response:
        return office.answer(lambda: office.upload_state(sha256))

    for name, endpoint in (
        ("events", office.events),
        ("code-requests", office.code_request),
        ("authority", office.authority),
        ("checkpoint", office.checkpoint),
        ("renewal", office.renewal),
        ("enrolment", office.enrolment),
    ):
        blueprint.add_url_rule(f"/{name}", name, partial(office.answer, endpoint), methods=["POST"])
    everything = ["GET", "POST", "PUT", "PATCH", "DELETE"]

    @blueprint.route("/", methods=everything, defaults={"rest": ""})
    @blueprint.route("/<path:rest>", methods=everything)
    def nothing_here(rest: str) -> Response:  # noqa: ARG001 - Flask passes what it matched
        return office.answer(office.nothing_here)

    return blueprint
