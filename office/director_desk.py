"""What a director does with the documents that wait: ask for a code, sign one or many.

A code is bound to the person and to exactly the files and values chosen when it was asked for; it
is e-mailed to the director, lives five minutes and works once (signing.codes). The try is committed
before anything is compared. Signing itself happens file by file outside the transaction that
then moves the document, so that a document is either signed and handed on or untouched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, select, update

from office import dispatch, limits, tables, trust
from office.director_signing import DirectorPen
from office.director_values import values_digest, values_ready
from office.documents import Document, find_document
from office.errors import NotFound, Refused
from office.head_office import HeadOffice
from office.history import Actor, move, record
from office.jobs import JobKind, enqueue
from office.lifecycle import State, Step
from office.people import Person
from signing.codes import (
    CodeOutcome,
    CodeRefusal,
    CodeState,
    begin_try,
    derive_code_key,
    finish_try,
    issue_code,
)

__all__ = [
    "CODES_PER_HOUR",
    "director_code_key",
    "locked_directors",
    "request_director_code",
    "sign_documents",
    "unlock_director",
]

MAX_AT_ONCE = 50  # documents signed with one code
CODES_PER_HOUR = 10  # e-mails with codes for one director
CODE_DROP_AFTER = timedelta(seconds=60)  # an older code is never sent

_DESK = "office"
"""Stands for the kiosk in the derivation of a director's code key."""


@dataclass(frozen=True)
class Choice:
    """The documents that one code is for."""

    documents: tuple[Document, ...]
    digest: str  # SHA-256 over their ids, files and the director's values


def request_director_code(
    office: HeadOffice, person: Person, document_ids: Sequence[str], now: datetime
) -> datetime:
    """E-mail the director a code for exactly these documents.

    Returns:
        When the code expires.

    Raises:
        NotFound: `no_such_document`, also for somebody else's.
        Refused: `nothing_chosen`, `too_many_chosen`, `not_waiting`, `not_filled_in`, `code_limit`,
            `code_locked`, `no_key`, `director_key_ended`.
    """
    subject = limits.subject_hash("director-code", person.id)
    with office.database.write() as connection:
        choice = _choice(connection, person, document_ids)
        trust.director_identity(office, connection, person, now)
        state = _code_state(connection, person, choice.digest)
        if state.locked:
            raise _locked()
        if limits.count_recent(connection, subject, now - timedelta(hours=1)) >= CODES_PER_HOUR:
            raise Refused(
                "code_limit",
                "Too many codes were asked for in the last hour.",
                "Use the last one, or try again later.",
            )
        limits.note(connection, subject, now, timedelta(hours=1))
        issued = issue_code(director_code_key(office, person.id, choice.digest, state), now)
        enqueue(
            connection,
            JobKind.DIRECTOR_CODE,
            f"director_code:{person.id}:{choice.digest[:16]}:{state.generation}:{issued.counter}",
            {
                "person": person.id,
                "digest": choice.digest,
                "generation": state.generation,
                "counter": issued.counter,
                "documents": len(choice.documents),
            },
            now,
            drop_after=now + CODE_DROP_AFTER,
        )
        _save_state(connection, person, state, choice.digest)
    return issued.expires_at


def sign_documents(
    office: HeadOffice, person: Person, document_ids: Sequence[str], entered: str, now: datetime
) -> list[str]:
    """Check the code, then sign the documents and hand them to their kiosks.

    Returns:
        The ids of the documents that were signed.

    Raises:
        NotFound: `no_such_document`.
        Refused: `code_wrong`, `code_expired`, `code_used`, `code_wait`, `code_locked`,
            `code_malformed`, or as `request_director_code`.
    """
    with office.database.write() as connection:
        choice = _choice(connection, person, document_ids)
        identity = trust.director_identity(office, connection, person, now)
        begun = begin_try(_code_state(connection, person, choice.digest), now)
        if isinstance(begun, CodeRefusal):
            raise _code_refused(begun.outcome, begun.wait_seconds)
        _save_state(connection, person, begun, choice.digest)
    key = director_code_key(office, person.id, choice.digest, begun)
    outcome, after = finish_try(key, entered, begun, now)
    with office.database.write() as connection:
        _save_state(connection, person, after, choice.digest)
        if outcome is not CodeOutcome.ACCEPTED:
            record(connection, now, "director_code_refused", Actor(person.id), outcome=outcome)
    if outcome is not CodeOutcome.ACCEPTED:
        raise _code_refused(outcome, 0)
    pen = DirectorPen(office, identity, now)
    for document in choice.documents:
        _sign_one(office, person, pen, document, now)
    return [document.id for document in choice.documents]


def unlock_director(office: HeadOffice, person_id: str, actor: Actor, now: datetime) -> None:
    """Let a director try codes again, under a new generation of keys."""
    with office.database.write() as connection:
        person_state = connection.execute(
            select(tables.people.c.code_state).where(tables.people.c.id == person_id)
        ).first()
        if person_state is None:
            raise NotFound("no_such_person", "There is no such person.", "Check the list.")
        state = _state_from_json(person_state[0])
        renewed = state.renewed(state.generation + 1)
        connection.execute(
            update(tables.people)
            .where(tables.people.c.id == person_id)
            .values(code_state=_state_json(renewed))
        )
        record(connection, now, "director_unlocked", actor, person=person_id)


def locked_directors(connection: Connection) -> frozenset[str]:
    """Return the ids of the directors whose signing is locked after wrong codes."""
    query = select(tables.people.c.id, tables.people.c.code_state)
    return frozenset(
        str(person_id)
        for person_id, stored in connection.execute(query)
        if _state_from_json(stored).locked
    )


def director_code_key(
    office: HeadOffice, person_id: str, digest: str, state: CodeState | int
) -> bytes:
    """Return the key of a director's codes for one choice of documents."""
    generation = state if isinstance(state, int) else state.generation
    return derive_code_key(
        office.keyring.root_secret(), _DESK, person_id, "queue", digest, generation
    )


def _choice(connection: Connection, person: Person, document_ids: Sequence[str]) -> Choice:
    ids = sorted(set(document_ids))
    if not ids:
        raise Refused("nothing_chosen", "No document is chosen.", "Tick at least one.")
    if len(ids) > MAX_AT_ONCE:
        raise Refused(
            "too_many_chosen",
            f"At most {MAX_AT_ONCE} documents can be signed with one code.",
            "Sign the rest afterwards.",
        )
    documents = tuple(find_document(connection, document_id) for document_id in ids)
    for document in documents:
        if document.director_id != person.id:
            raise NotFound("no_such_document", "There is no such document.", "Check the list.")
        if document.state is not State.SENT:
            raise Refused(
                "not_waiting",
                "One of the documents does not wait for your signature (any more).",
                "Look at the queue again.",
            )
    blobs = tables.blobs
    content = sha256()
    for document in documents:
        query = select(blobs.c.sha256).where(
            blobs.c.document_id == document.id, blobs.c.kind == "prepared"
        )
        content.update(f"{document.id}:{connection.execute(query).scalar_one()}\n".encode())
        if values_ready(document):
            content.update(f"{values_digest(document)}\n".encode())
    return Choice(documents, content.hexdigest())


def _sign_one(
    office: HeadOffice, person: Person, pen: DirectorPen, document: Document, now: datetime
) -> None:
    if document.plan is None:
        raise Refused("not_waiting", "This document was not prepared.", "Look at the queue again.")
    with office.database.read() as connection:
        prepared = office.blobs.get(connection, document.id, "prepared")
    signed = pen.sign(prepared, document.plan, values_ready(document), now)
    with office.database.write() as connection:
        actor = Actor(person.id)
        move(connection, now, document.id, Step.DIRECTOR_SIGN, actor)
        if signed.problem:
            record(
                connection, now, "director_not_stamped", Actor(), document.id, code=signed.problem
            )
        digest = office.blobs.put(connection, document.id, "director", signed.data, now)
        connection.execute(
            update(tables.documents)
            .where(tables.documents.c.id == document.id)
            .values(
                pdf_sha256=digest,
                pdf_bytes=len(signed.data),
                director_signed_at=now.replace(microsecond=0),
            )
        )
        dispatch.hand_over(office, connection, document.id, now)


def _code_state(connection: Connection, person: Person, digest: str) -> CodeState:
    """Return what is remembered of the director's codes.

    Which counter was used is remembered for one choice of documents: the next choice has another
    key, and its first code may fall into the same five seconds. Wrong tries count across choices.
    """
    people = tables.people
    row = connection.execute(
        select(people.c.code_state, people.c.code_digest).where(people.c.id == person.id)
    ).one()
    state = _state_from_json(row.code_state)
    return state if row.code_digest == digest else replace(state, used_counter=None)


def _save_state(connection: Connection, person: Person, state: CodeState, digest: str) -> None:
    connection.execute(
        update(tables.people)
        .where(tables.people.c.id == person.id)
        .values(code_state=_state_json(state), code_digest=digest)
    )


def _state_json(state: CodeState) -> dict[str, Any]:
    at = state.last_wrong_at
    return {**asdict(state), "last_wrong_at": None if at is None else at.isoformat()}


def _state_from_json(stored: dict[str, Any] | None) -> CodeState:
    if stored is None:
        return CodeState(generation=1)
    at = stored["last_wrong_at"]
    return CodeState(**{**stored, "last_wrong_at": at and datetime.fromisoformat(at)})


def _code_refused(outcome: CodeOutcome, wait_seconds: int) -> Refused:
    if outcome is CodeOutcome.LOCKED:
        return _locked()
    sentence, next_step = {
        CodeOutcome.WRONG: (
            "The code is wrong.",
            "Compare it with the e-mail, digit by digit; it is only for the chosen documents.",
        ),
        CodeOutcome.EXPIRED: ("The code is older than five minutes.", "Ask for a new one."),
        CodeOutcome.USED: ("The code was used already.", "Ask for a new one."),
        CodeOutcome.WAIT: (
            "That was too soon after a wrong code.",
            f"Wait {wait_seconds} seconds and try again.",
        ),
        CodeOutcome.MALFORMED: ("A code has eight digits.", "Type all eight of them."),
    }[outcome]
    return Refused(f"code_{outcome.value}", sentence, next_step)


def _locked() -> Refused:
    return Refused(
        "code_locked",
        "Too many wrong codes: your signing is locked.",
        "Ask an administrator to unlock it on the page of people.",
    )
