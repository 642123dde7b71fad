"""Head office's end of the link: a Flask blueprint over the OfficeLedger.

Admission is in sync.office_requests, what is answered in sync.office_endpoints. Every reply, errors
included, is signed by the office key; every error is JSON {code, sentence, next_step, …}.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response, request

from sync.enrolment import check_request, grant_reply
from sync.enrolment_messages import EnrolmentRequest
from sync.errors import RequestRefused
from sync.office_endpoints import (
    MAX_AUTHORITY_BYTES,
    MAX_ENROLMENT_BYTES,
    MAX_EVENTS_BYTES,
    MAX_SMALL_BYTES,
    Endpoints,
    Question,
)
from sync.office_keys import OFFICE_KEYS_PATH, OfficeKeys
from sync.office_ledger import OfficeLedger
from sync.office_replies import Reply, answered, json_reply, signed
from sync.office_requests import Gate, message_view, read_body
from sync.office_uploads import MAX_WHOLE_BYTES
from sync.strict_json import parse_object
from sync.witnessing import MAX_CHECKPOINT_BYTES

__all__ = ["make_sync_blueprint"]

_log = logging.getLogger(__name__)


class _Office:
    """Admits requests and has them answered."""

    def __init__(
        self,
        ledger: OfficeLedger,
        keys: OfficeKeys,
        clock: Callable[[], datetime],
    ) -> None:
        self._ledger = ledger
        self._keys = keys
        self._clock = clock
        self._gate = Gate(ledger)

    def answer(self, endpoint: Callable[[], Reply]) -> Response:
        """Run an endpoint and sign what it answers; a refusal is an answer too."""
        reply = answered(endpoint, str(request.endpoint))
        try:
            return signed(reply, self._keys.present(), self._clock())
        except Exception as error:  # noqa: BLE001 - the key may be in a token that was pulled out
            _log.error(
                "sync_not_signed endpoint=%s error=%s", request.endpoint, type(error).__name__
            )
            return Response(status=503, headers={"Retry-After": "60"})  # a kiosk tries again

    def asked(
        self, max_bytes: int = 0, *, changes: bool = False, any_clock: bool = False
    ) -> Question:
        """Admit the current request; raises RequestRefused."""
        body, now = read_body(request, max_bytes), self._clock()
        facts = self._gate.admit(
            message_view(request), body, now, changes=changes, any_clock=any_clock
        )
        return Question(facts.kiosk_id, now, request.args, body, facts.nonce)

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
    endpoints = Endpoints(ledger, keys, next_poll_seconds)
    office = _Office(ledger, keys, clock)
    blueprint = Blueprint("sync", __name__, url_prefix="/sync/v1")

    def add(
        method: str,
        path: str,
        endpoint: Callable[..., Reply],
        max_bytes: int = 0,
        **admission: bool,
    ) -> None:
        def view(**place: str) -> Response:
            return office.answer(lambda: endpoint(office.asked(max_bytes, **admission), **place))

        blueprint.add_url_rule(path, endpoint.__name__, view, methods=[method])

    add("GET", "/time", endpoints.time, any_clock=True)
    add("GET", "/poll", endpoints.poll)
    add("GET", "/staff", endpoints.staff)
    add("GET", "/blob/<sha256>", endpoints.download)
    add("GET", "/upload/<sha256>", endpoints.upload_state)
    add("PUT", "/blob/<sha256>", endpoints.upload, MAX_WHOLE_BYTES, changes=True)
    add("POST", "/events", endpoints.events, MAX_EVENTS_BYTES, changes=True)
    add("POST", "/code-requests", endpoints.code_request, MAX_SMALL_BYTES, changes=True)
    add("POST", "/authority", endpoints.authority, MAX_AUTHORITY_BYTES, changes=True)
    add("POST", "/checkpoint", endpoints.checkpoint, MAX_CHECKPOINT_BYTES, changes=True)
    add("POST", "/renewal", endpoints.renewal, MAX_ENROLMENT_BYTES, changes=True)

    @blueprint.get(OFFICE_KEYS_PATH)
    def office_keys() -> Response:
        return office.answer(office.office_keys)

    @blueprint.post("/enrolment")
    def enrolment() -> Response:
        return office.answer(office.enrolment)

    everything = ["GET", "POST", "PUT", "PATCH", "DELETE"]

    @blueprint.route("/", methods=everything, defaults={"rest": ""})
    @blueprint.route("/<path:rest>", methods=everything)
    def nothing_here(rest: str) -> Response:  # noqa: ARG001 - Flask passes what it matched
        return office.answer(office.nothing_here)

    return blueprint
