"""What a kiosk's journal says of the people before it: codes, identity documents, the staff.

Nothing of it is believed for its own sake: a code counts when head office issued it, an identity
document when head office allowed that for the document and the person who looked is one of ours.
What a certificate claims is compared with this (`unproved`).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select

from office import codes_desk, dispatch, tables
from office.clients import Client, set_client
from office.decision_mail import ask_for_decision
from office.documents import Document
from office.history import Actor, move, record
from office.lifecycle import State, Step
from office.signed_copies import hold_back
from sync.records import EventKind, JournalEvent
from sync.staff import IdentityWay
from verifier.claims import Proof

__all__ = ["take_report", "unproved"]

_CODES = frozenset({Proof.SMS_CODE, Proof.EMAIL_CODE})


def take_report(
    connection: Connection, document: Document, event: JournalEvent, now: datetime
) -> None:
    """Do what follows from an event about a client or by the staff, in the caller's transaction."""
    actor = Actor(kiosk_id=event.kiosk_id)
    staff = str(event.body.get("staff", ""))
    if event.kind is EventKind.CODE_ACCEPTED:
        _take_accepted_code(connection, document, event, now)
    elif event.kind is EventKind.CODE_LOCKED:
        _take_locked_codes(connection, document, event, now)
    elif event.kind is EventKind.CODE_UNLOCKED:
        _take_unlocked_codes(connection, document, event, now)
    elif event.kind is EventKind.IDENTITY_CHECKED:
        _take_identity_check(connection, document, event, now)
    elif event.kind is EventKind.STAFF_CANCELLED and document.state is State.DUE:
        reason = event.body["reason"]
        move(connection, now, document.id, Step.CANCEL, actor, reason=reason, staff=staff)
        dispatch.withdraw(connection, document, "cancelled")
    elif event.kind in {EventKind.HANDED_OVER, EventKind.TAKEN_BACK}:
        record(connection, now, event.kind.value, actor, document.id, staff=staff)


def unproved(connection: Connection, document: Document, client: Client, proof: Proof) -> list[str]:
    """Return why a proof of identity that a certificate claims does not count; empty when it does.

    `no_matching_code`: a code that head office did not issue or no kiosk reported as accepted;
    `no_identity_check`: an identity document that no kiosk reported; `another_proof`: one that
    head office did not allow for this document, no proof at all among them.
    """
    if proof in _CODES and document.identity != IdentityWay.STAFF:
        return codes_desk.missing_code(connection, document.id, client, proof)
    if proof is not Proof.ID_DOCUMENT or document.identity == IdentityWay.CODE:
        return ["another_proof"]
    checks = tables.identity_checks
    query = select(checks.c.sequence).where(
        checks.c.document_id == document.id,
        checks.c.place == client.place,
        checks.c.kiosk_id == client.kiosk_id,
    )
    return [] if connection.execute(query).first() is not None else ["no_identity_check"]


def _take_accepted_code(
    connection: Connection, document: Document, event: JournalEvent, now: datetime
) -> None:
    actor = Actor(kiosk_id=event.kiosk_id)
    generation, counter = int(event.body["generation"]), int(event.body["counter"])
    client = _client_of(document, event)
    if client is not None and codes_desk.matches(
        connection, document.id, client, generation, counter, now
    ):
        record(connection, now, "code_accepted", actor, document.id, client=client.place)
        return
    record(
        connection, now, "code_not_issued", actor, document.id,
        generation=generation, counter=counter,
    )  # fmt: skip
    hold_back(connection, document.id)
    ask_for_decision(connection, document.id, f"code-{generation}-{counter}", now)


def _take_locked_codes(
    connection: Connection, document: Document, event: JournalEvent, now: datetime
) -> None:
    client = _client_of(document, event)
    if client is None:
        return
    actor = Actor(kiosk_id=event.kiosk_id)
    record(connection, now, "code_locked", actor, document.id, client=client.place)
    if event.body.get("generation", client.code_generation) == client.code_generation:
        set_client(connection, document.id, client.place, code_locked=True)


def _take_unlocked_codes(
    connection: Connection, document: Document, event: JournalEvent, now: datetime
) -> None:
    client = _client_of(document, event)
    if client is None:
        return
    actor, staff = Actor(kiosk_id=event.kiosk_id), str(event.body["staff"])
    record(connection, now, "code_unlocked", actor, document.id, client=client.place, staff=staff)
    if event.body["generation"] == client.code_generation:
        set_client(connection, document.id, client.place, code_locked=False)


def _take_identity_check(
    connection: Connection, document: Document, event: JournalEvent, now: datetime
) -> None:
    """Keep a check by somebody whom we know, of a client of this kiosk."""
    client, staff = _client_of(document, event), str(event.body["staff"])
    actor, paper = Actor(kiosk_id=event.kiosk_id), str(event.body["paper"])
    known = select(tables.staff.c.id).where(tables.staff.c.id == staff)
    if client is None or connection.execute(known).first() is None:
        record(connection, now, "identity_check_unknown", actor, document.id, staff=staff)
        return
    connection.execute(
        insert(tables.identity_checks).values(
            kiosk_id=event.kiosk_id,
            sequence=event.sequence,
            document_id=document.id,
            place=client.place,
            staff_id=staff,
            paper=paper,
            at=event.at,
        )
    )
    record(
        connection, now, "identity_checked", actor, document.id,
        client=client.place, staff=staff, paper=paper,
    )  # fmt: skip


def _client_of(document: Document, event: JournalEvent) -> Client | None:
    """The client whom a kiosk speaks of; None when the document has no such one."""
    place = event.body.get("client_index", 0)
    return next((client for client in document.clients if client.place == place), None)
