"""Issuing confirmation codes to clients: who may get one, the issue log, the outbox.

Also the answers to challenges that kiosks without a trusted time show; in the log they stand under
`signing.challenges.challenge_number`.

The digits are in no table: the log keeps the counter, and the job derives the digits again when
it sends them. A code is bound to one kiosk, one signer, one file and one generation; head office
later matches the counter that a kiosk accepted with this log (`matches`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, select, update

from office import due, tables
from office.clients import Client
from office.documents import Document, find_document
from office.errors import NotFound
from office.head_office import HeadOffice
from office.history import Actor, record
from office.jobs import JobKind, enqueue
from office.kiosks import find_kiosk
from office.lifecycle import State
from signing.challenges import answer_text, challenge_number
from signing.codes import IssuedCode, issue_code
from signing.shown_challenge import CHALLENGE_SECONDS
from sync.staff import IdentityWay
from verifier.claims import Proof

__all__ = ["CODES_PER_HOUR", "CODE_DROP_AFTER", "CodeAsked", "ask_at_kiosk", "issue_for"]
__all__ += ["matches", "missing_code"]

CODES_PER_HOUR = 5
"""Codes for one number or address in an hour, whatever the document: messages cost money.

As many for each client of a document who is reached at the same one.
"""
CODE_DROP_AFTER = timedelta(seconds=60)
"""A code that could not be sent within this time is dropped: the client asks for a new one."""

_CODE_PROOFS = frozenset({Proof.SMS_CODE, Proof.EMAIL_CODE})


@dataclass(frozen=True)
class CodeAsked:
    """What came of asking for a code."""

    sent: bool  # a message is on its way
    channel: str  # "sms" or "email"
    masked_contact: str
    reason: str  # empty when sent, else "not_due", "limit" or "already" (a moment ago)
    expires_at: datetime | None  # of the code
    challenge: bool = False  # it answers the number on a kiosk's screen


def issue_for(
    office: HeadOffice,
    document_id: str,
    actor: Actor,
    now: datetime,
    asked_at: str,
    place: int | None = None,
    challenge: str | None = None,
) -> CodeAsked:
    """Issue a code for a client who can sign now, and put its message into the outbox.

    Args:
        office: the head office.
        document_id: the document.
        actor: the kiosk that asked; empty when the client asked from the link.
        now: the time.
        asked_at: `kiosk` or `link`, for the history.
        place: which client; None: the one whose turn it is. Whoever signs later at the same kiosk
            may ask too: without a network nobody here knows when their turn comes.
        challenge: the ten digits that the kiosk shows, to be answered instead of a code by time.

    Returns:
        Whether a message is on its way, and if not, why.

    Raises:
        NotFound: `no_such_document`.
    """
    with office.database.write() as connection:
        document = find_document(connection, document_id)
        client = document.client if place is None else document.clients[place]
        late = document.deadline is not None and now >= document.deadline
        shut_out = not find_kiosk(connection, document.kiosk_id).in_service
        held = document.quarantined or client not in document.here
        held = held or document.identity == IdentityWay.STAFF  # no code is asked for
        if document.state is not State.DUE or late or shut_out or held:
            return CodeAsked(False, client.channel, client.masked_contact, "not_due", None)
        contact_hashes = office.keyring.contact_hashes(client.contact)
        most = CODES_PER_HOUR * _sharing(document, client)
        if _issued_recently(connection, contact_hashes, now) >= most:
            record(connection, now, "code_limit_reached", actor, document_id, asked_at=asked_at)
            return CodeAsked(False, client.channel, client.masked_contact, "limit", None)
        issued = _issued(due.code_key(office, document, client), challenge, now)
        is_new = _log(connection, document, client, issued, contact_hashes[0], now)
        if is_new:
            record(
                connection, now, "code_issued", actor, document_id,
                asked_at=asked_at, client=client.place,
            )  # fmt: skip
            _send(connection, document, client, issued, now)
    return CodeAsked(
        sent=is_new,
        channel=client.channel,
        masked_contact=client.masked_contact,
        reason="" if is_new else "already",
        expires_at=issued.expires_at,
        challenge=challenge is not None,
    )


def ask_at_kiosk(
    office: HeadOffice, document_id: str, signer_id: str, actor: Actor, now: datetime
) -> CodeAsked | None:
    """Issue a code for a client who stands at the kiosk that asks.

    Args:
        office: the head office.
        document_id: the document.
        signer_id: which client; empty: the one whose turn it is as far as head office knows.
        actor: the kiosk.
        now: the time.

    Returns:
        As `issue_for`; None when the document is not at this kiosk or has no such client.
    """
    with office.database.read() as connection:
        try:
            document = find_document(connection, document_id)
        except NotFound:
            return None
    places = [one.place for one in document.clients if one.signer_id == signer_id]
    if document.kiosk_id != actor.kiosk_id or (signer_id and not places):
        return None
    return issue_for(office, document_id, actor, now, "kiosk", places[0] if places else None)


def matches(
    connection: Connection,
    document_id: str,
    client: Client,
    generation: int,
    counter: int,
    now: datetime,
) -> bool:
    """Tell whether head office issued the code that a kiosk accepted, and mark it as used."""
    codes = tables.codes
    marked = connection.execute(
        update(codes)
        .where(
            codes.c.document_id == document_id,
            codes.c.signer_id == client.signer_id,
            codes.c.generation == generation,
            codes.c.counter == counter,
        )
        .values(accepted_at=func.coalesce(codes.c.accepted_at, now))
        .returning(codes.c.id)
    )
    return marked.first() is not None


def missing_code(
    connection: Connection, document_id: str, client: Client, proof: Proof
) -> list[str]:
    """Return `no_matching_code` when a code is claimed that no kiosk reported as accepted.

    It must have been issued to this client: another client's is none, also at the same number.
    """
    if proof not in _CODE_PROOFS:
        return []
    codes = tables.codes
    query = select(codes.c.id).where(
        codes.c.document_id == document_id,
        codes.c.signer_id == client.signer_id,
        codes.c.accepted_at.is_not(None),
    )
    return [] if connection.execute(query).first() is not None else ["no_matching_code"]


def _issued(key: bytes, challenge: str | None, now: datetime) -> IssuedCode:
    if challenge is None:
        return issue_code(key, now)
    latest = now + timedelta(seconds=CHALLENGE_SECONDS)  # the kiosk showed it before it was asked
    return IssuedCode(answer_text(key, challenge), challenge_number(challenge), latest)


def _send(
    connection: Connection, document: Document, client: Client, issued: IssuedCode, now: datetime
) -> None:
    generation, counter = client.code_generation, issued.counter
    enqueue(
        connection,
        JobKind.CODE,
        f"code:{document.id}:{client.signer_id}:{generation}:{counter}",
        {"place": client.place, "generation": generation, "counter": counter},
        now,
        document_id=document.id,
        drop_after=now + CODE_DROP_AFTER,
    )


def _sharing(document: Document, client: Client) -> int:
    """How many of a document's clients are reached at this client's number or address."""
    return sum(other.contact == client.contact for other in document.clients)


def _issued_recently(connection: Connection, contact_hashes: Sequence[str], now: datetime) -> int:
    codes = tables.codes
    query = select(func.count()).where(
        codes.c.contact_hash.in_(contact_hashes), codes.c.issued_at > now - timedelta(hours=1)
    )
    return int(connection.execute(query).scalar_one())


def _log(
    connection: Connection,
    document: Document,
    client: Client,
    issued: IssuedCode,
    contact_hash: str,
    now: datetime,
) -> bool:
    """Write the issue log; asking twice within five seconds is one and the same code."""
    codes = tables.codes
    known = select(codes.c.id).where(
        codes.c.document_id == document.id,
        codes.c.signer_id == client.signer_id,
        codes.c.generation == client.code_generation,
        codes.c.counter == issued.counter,
    )
    if connection.execute(known).first() is not None:
        return False
    connection.execute(
        insert(codes).values(
            document_id=document.id,
            signer_id=client.signer_id,
            generation=client.code_generation,
            counter=issued.counter,
            contact_hash=contact_hash,
            issued_at=now,
            expires_at=issued.expires_at,
        )
    )
    return True
