"""Judging what a kiosk delivers: signed copies, codes it accepted, refusals.

Nothing that was signed is ever dropped (design section 3): the first genuine copy completes the
document, a second different one makes a conflict, one signed after a withdrawal is kept and not
delivered, one that does not add up is kept and put into quarantine for a person. Only the kiosk
that a document was handed to can move it; what another one says about it is written down.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from office import dispatch, trust
from office.completing import complete_document
from office.documents import Document, find_document
from office.downloads import create_link_of_kiosk
from office.errors import NotFound
from office.head_office import HeadOffice
from office.history import Actor, move, record
from office.kiosk_reports import take_report, unproved
from office.late_receipts import keep_late_receipt, verify_delivered
from office.lifecycle import State, Step
from office.signed_copies import Decision, hold_back, is_known_copy, note_copy
from office.strokes import SealedStrokes, take_strokes
from office.turns import JudgedTurn, differing_turns, judge_turn, take_turn
from sync.records import EventKind, JournalEvent
from verifier.claims import Claims, Role, TimeQuality, cut_name
from verifier.claims_coding import receipt_hash
from verifier.verdict import Outcome

__all__ = ["JudgedCopy", "judge", "take_event"]

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class JudgedCopy:
    """A signed copy and what the verifier and the document's own record say about it."""

    data: bytes
    sha256: str
    claims: Claims | None  # None when nothing in it can be trusted
    verdict: dict[str, Any]  # verifier.verdict.Verdict as JSON
    problems: tuple[str, ...]  # codes of what does not add up; empty when all is well
    late_receipt: str = ""  # for the allow-list of a revoked signing CA (office.late_receipts)


def judge(
    office: HeadOffice, event: JournalEvent, data: bytes, now: datetime
) -> JudgedCopy | JudgedTurn | SealedStrokes:
    """Verify what came with an event, outside any transaction."""
    if event.kind is EventKind.STROKES_SEALED:
        return SealedStrokes(data)
    if event.kind is EventKind.TURN_SIGNED:
        return judge_turn(office, event, data)
    return _judge_copy(office, event, data, now)


def _judge_copy(office: HeadOffice, event: JournalEvent, data: bytes, now: datetime) -> JudgedCopy:
    """Verify an uploaded final PDF under the present trust list, outside any transaction."""
    with office.database.read() as connection:
        trusted = trust.trust_list(office, connection)
        try:
            document = find_document(connection, event.document_id or "")
        except NotFound:
            document = None
    name = sha256(data).hexdigest()
    try:
        verdict, late = verify_delivered(data, trusted, now)
    except Exception:  # noqa: BLE001 - a hostile file must not stop a kiosk's journal for ever
        _LOG.exception("event=verifier_failed kiosk=%s sha256=%s", event.kiosk_id, name)
        return JudgedCopy(data, name, None, {}, ("verifier_failed",))
    problems: list[str] = []
    if verdict.outcome is not Outcome.GENUINE:
        problems.append(f"verdict_{verdict.outcome.value}")
    if document is not None and document.state is State.DESTROYED:
        document = None  # nothing is left to compare it with
    if document is not None and verdict.claims is not None:
        problems += _mismatches(document, event, verdict.claims, data)
    return JudgedCopy(data, name, verdict.claims, verdict.to_json(), tuple(problems), late)


def take_event(
    office: HeadOffice,
    connection: Connection,
    event: JournalEvent,
    judged: JudgedCopy | JudgedTurn | SealedStrokes | None,
    now: datetime,
) -> list[str] | None:
    """Do what follows from one event of a kiosk's journal, in the caller's transaction.

    Returns:
        None while the file that came with the event is not settled. Once it is kept with its
        document, or not to be kept because the document was destroyed: ids of objects to remove
        when the transaction is committed.
    """
    actor = Actor(kiosk_id=event.kiosk_id)
    if event.document_id is None:
        return None
    try:
        document = find_document(connection, event.document_id)
    except NotFound:
        record(connection, now, "unknown_document_reported", actor, reported=event.document_id)
        return None
    if event.kiosk_id != document.kiosk_id and not _from_anywhere(document, event):
        kind = event.kind.value
        record(connection, now, "another_kiosk_reported", actor, document.id, reported=kind)
        return None
    if event.kind is EventKind.DECLINED and document.state is State.DUE:
        reason = event.body.get("reason", "")
        move(connection, now, document.id, Step.DECLINE, actor, reason=reason)
        dispatch.withdraw(connection, document, "declined")
    elif isinstance(judged, SealedStrokes):
        take_strokes(office, connection, document, event, judged, now)
        return []
    elif isinstance(judged, JudgedTurn):
        take_turn(office, connection, document, event, judged, now)
        return []
    elif judged is not None:
        return _take_copy(office, connection, document, event, judged, now)
    elif event.kind in {EventKind.CEREMONY_STARTED, EventKind.DOCUMENT_ERASED}:
        record(connection, now, event.kind.value, actor, document.id)
    else:
        take_report(connection, document, event, now)
    return None


def _from_anywhere(document: Document, event: JournalEvent) -> bool:
    """Whether an event counts although the document is not at the kiosk that reports it."""
    if event.kind is EventKind.DOCUMENT_ERASED:  # after it was handed on to another kiosk
        return event.kiosk_id in {client.kiosk_id for client in document.clients}
    return event.blob is not None


def _mismatches(document: Document, event: JournalEvent, claims: Claims, data: bytes) -> list[str]:
    """Compare what a genuine certificate states with what head office sent out."""
    problems = []
    if claims.document_id.hex() != document.id:
        problems.append("another_document")
    if event.kiosk_id != document.kiosk_id:
        problems.append("another_kiosk")
    before, size = document.revision
    if not size or sha256(data[:size]).hexdigest() != before:
        problems.append("another_text")
    signers = [signer.name for signer in claims.signers if signer.role is Role.CLIENT]
    if signers != [cut_name(client.name) for client in document.clients]:
        problems.append("another_client")
    if document.turn < len(document.clients) - 1:
        problems.append("turns_missing")
    elif differing_turns(document, claims):
        problems.append("another_turn")
    return problems


def _take_copy(
    office: HeadOffice,
    connection: Connection,
    document: Document,
    event: JournalEvent,
    judged: JudgedCopy,
    now: datetime,
) -> list[str]:
    """Keep a signed copy and decide what it means for the document; always settles the file."""
    if is_known_copy(connection, document.id, judged.sha256):
        return []
    actor = Actor(kiosk_id=event.kiosk_id)
    if document.state is State.DESTROYED:
        record(connection, now, "copy_after_destruction", actor, document.id, sha256=judged.sha256)
        return []
    problems = [*judged.problems, *_code_problems(connection, document, judged)]
    decision = _decide(connection, document, judged, problems, actor, now)
    office.blobs.put(connection, document.id, "final", judged.data, now, event.kiosk_id)
    receipt = None if problems or not judged.claims else receipt_hash(judged.claims)
    note_copy(
        connection, document.id, judged.sha256, event.kiosk_id,
        decision, {**judged.verdict, "problems": problems}, receipt, now,
    )  # fmt: skip
    if decision != Decision.ACCEPTED or judged.claims is None:
        return []
    keep_late_receipt(office, connection, judged.late_receipt, now)
    objects = complete_document(
        office, connection, document, judged.sha256, judged.claims, actor, now
    )
    completed = find_document(connection, document.id)
    create_link_of_kiosk(connection, completed, event.body.get("copy_link_sha256"))
    return objects


def _decide(
    connection: Connection,
    document: Document,
    judged: JudgedCopy,
    problems: list[str],
    actor: Actor,
    now: datetime,
) -> str:
    """Move the document by what its state and the copy say; return the decision."""
    in_time = document.state is State.EXPIRED and _signed_in_time(document, judged)
    if document.state is State.DUE or in_time:
        move(connection, now, document.id, Step.CLIENT_SIGN, actor, sha256=judged.sha256)
        if not problems and not document.quarantined:
            return Decision.ACCEPTED
        record(connection, now, "quarantined", actor, document.id, problems=problems)
        hold_back(connection, document.id)
        if document.state is State.DUE and document.kiosk_id != actor.kiosk_id:
            dispatch.withdraw(connection, document, "quarantined")  # nobody signs it there as well
        return Decision.QUARANTINED
    if document.state in {State.CANCELLED, State.EXPIRED, State.DECLINED}:
        move(connection, now, document.id, Step.SIGN_AFTER_CANCEL, actor, sha256=judged.sha256)
        return Decision.AFTER_CANCEL
    if document.state in {State.CLIENT_SIGNED, State.COMPLETED}:
        move(connection, now, document.id, Step.CONFLICT, actor, sha256=judged.sha256)
        return Decision.CONFLICT
    record(connection, now, "another_copy", actor, document.id, sha256=judged.sha256)
    after = document.state is State.SIGNED_AFTER_CANCEL
    return Decision.AFTER_CANCEL if after else Decision.CONFLICT


def _code_problems(connection: Connection, document: Document, judged: JudgedCopy) -> list[str]:
    """What a certificate says of the proof of identity must be true, for each client."""
    if judged.claims is None:
        return []
    signers = [signer for signer in judged.claims.signers if signer.role is Role.CLIENT]
    problems: list[str] = []
    for client, signer in zip(document.clients, signers, strict=False):
        if client.turn is None:  # else it was judged when the turn was taken, by a person maybe
            problems += unproved(connection, document, client, signer.proof)
    return problems[:1]


def _signed_in_time(document: Document, judged: JudgedCopy) -> bool:
    claims = judged.claims
    return (
        claims is not None
        and document.deadline is not None
        and claims.time_quality is TimeQuality.ASSURED
        and claims.issued_at <= document.deadline
    )
