"""Judging what a client leaves who is not the last: a file that is signed, but not sealed yet.

Nothing of it is taken on a kiosk's word. The file must begin with the one that head office handed
out, hold exactly the signatures that are due, each by a key of a kiosk that had the document, and
name what the event names (`verifier.unsealed`). What does not is kept, and stops the document until
a person has looked; what does is the file that the next client signs.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import Connection, select

from office import dispatch, tables, trust
from office.clients import Client, set_client
from office.documents import CERTIFICATE_PAGES, Document, find_document
from office.errors import NotFound
from office.head_office import HeadOffice
from office.history import Actor, move, record
from office.kiosk_reports import unproved
from office.lifecycle import State, Step
from office.signed_copies import Decision, hold_back, is_known_copy, note_copy
from signing.certificate_facts import EvidenceSummary
from signing.turns import ClientTurn, claims_after
from sync.errors import MessageMalformed
from sync.records import JournalEvent
from sync.turns import SignedClient
from verifier.claims import Claims, Method, Proof, Role, SignerClaim, TimeQuality, cut_name
from verifier.claims_coding import file_receipt
from verifier.trust_list import KeyRole, TrustList
from verifier.unsealed import verify_unsealed
from verifier.verdict import Finding

__all__ = ["JudgedTurn", "count_turn", "differing_turns", "judge_turn", "take_turn"]

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class JudgedTurn:
    """A turn's file and what is to be said about it."""

    data: bytes
    sha256: str
    place: int  # which client, as the event says
    facts: SignedClient | None  # what the certificate will say; None when it cannot be read
    problems: tuple[str, ...]  # codes of what does not add up; empty when all is well
    findings: tuple[Finding, ...] = ()  # of the verifier, against it


def judge_turn(office: HeadOffice, event: JournalEvent, data: bytes) -> JudgedTurn:
    """Verify the file of a turn under the present trust list, outside any transaction."""
    name, place = sha256(data).hexdigest(), int(event.body["client_index"])
    with office.database.read() as connection:
        try:
            document = find_document(connection, event.document_id or "")
        except NotFound:
            return JudgedTurn(data, name, place, None, ("unknown_document",))
        if not 0 <= place < len(document.clients) - 1 or document.plan is None:
            return JudgedTurn(data, name, place, None, ("out_of_turn",))
        trusted = _of_its_kiosks(office, connection, document, place)
    client = document.clients[place]
    try:
        facts = _facts(event, client)
        _claim(client.name, facts)
    except (MessageMalformed, ValueError):  # the latter: a code that nobody has given a meaning
        return JudgedTurn(data, name, place, None, ("turn_malformed",))
    problems, findings = list[str](), tuple[Finding, ...]()
    if event.kiosk_id != client.kiosk_id:
        problems.append("another_kiosk")
    earlier = document.clients[:place]
    if not all(one.turn is not None for one in earlier):
        problems.append("turns_missing")
        return JudgedTurn(data, name, place, facts, tuple(problems))
    before, size = (earlier[-1].pdf_sha256, earlier[-1].pdf_bytes) if earlier else document.base
    if not size or sha256(data[:size]).hexdigest() != before:
        problems.append("another_text")
    try:
        claims = _claims(document, facts, place, data)
        findings = verify_unsealed(data, claims, trusted)
        problems += [f"turn_{one.code}" for one in findings]
    except Exception:  # noqa: BLE001 - a hostile file must not stop a kiosk's journal for ever
        _LOG.exception("event=verifier_failed kiosk=%s sha256=%s", event.kiosk_id, name)
        problems.append("verifier_failed")
    return JudgedTurn(data, name, place, facts, tuple(problems), findings)


def take_turn(
    office: HeadOffice,
    connection: Connection,
    document: Document,
    event: JournalEvent,
    judged: JudgedTurn,
    now: datetime,
) -> None:
    """Keep a turn and see to the next client, in the caller's transaction."""
    if is_known_copy(connection, document.id, judged.sha256):
        return
    actor = Actor(kiosk_id=event.kiosk_id)
    if document.state is State.DESTROYED:
        record(connection, now, "copy_after_destruction", actor, document.id, sha256=judged.sha256)
        return
    problems = [*judged.problems, *_code_problems(connection, document, judged)]
    decision = _decide(connection, document, judged, problems, actor, now)
    office.blobs.put(connection, document.id, "turn", judged.data, now, event.kiosk_id)
    note_copy(
        connection,
        document.id,
        judged.sha256,
        event.kiosk_id,
        decision,
        {
            "turn": judged.place,
            "problems": problems,
            "findings": [{"code": one.code, "detail": dict(one.detail)} for one in judged.findings],
        },
        None if problems else file_receipt(bytes.fromhex(judged.sha256)),
        now,
    )
    if decision == Decision.TURN:
        count_turn(connection, document, judged, actor, now)
        if document.state is State.DUE:
            dispatch.pass_on(office, connection, document.id, now)


def count_turn(
    connection: Connection, document: Document, judged: JudgedTurn, actor: Actor, now: datetime
) -> None:
    """Let a turn count, in the caller's transaction: the next client signs its file."""
    if judged.facts is None:
        return
    set_client(
        connection,
        document.id,
        judged.place,
        signed_at=judged.facts.signed_at,
        turn=judged.facts.to_json(),
        pdf_sha256=judged.sha256,
        pdf_bytes=len(judged.data),
    )
    record(connection, now, "turn_signed", actor, document.id, client=judged.place)


def _decide(
    connection: Connection,
    document: Document,
    judged: JudgedTurn,
    problems: list[str],
    actor: Actor,
    now: datetime,
) -> str:
    """Say what a turn means for its document, and move or hold the document accordingly."""
    facts, state = judged.facts, document.state
    in_time = (
        state is State.EXPIRED
        and facts is not None
        and document.deadline is not None
        and facts.time_quality == TimeQuality.ASSURED
        and facts.signed_at <= document.deadline
    )
    if state is State.DUE or in_time:
        if judged.place == document.turn and not problems and not document.quarantined:
            return Decision.TURN
        if judged.place != document.turn:
            problems = problems or ["another_turn"]
        record(connection, now, "quarantined", actor, document.id, problems=problems)
        hold_back(connection, document.id)
        if state is State.DUE:
            dispatch.withdraw(connection, document, "quarantined")
        return Decision.QUARANTINED
    if state in {State.CANCELLED, State.EXPIRED, State.DECLINED}:
        move(connection, now, document.id, Step.SIGN_AFTER_CANCEL, actor, sha256=judged.sha256)
        return Decision.AFTER_CANCEL
    if state in {State.CLIENT_SIGNED, State.COMPLETED}:
        move(connection, now, document.id, Step.CONFLICT, actor, sha256=judged.sha256)
        return Decision.CONFLICT
    record(connection, now, "another_copy", actor, document.id, sha256=judged.sha256)
    return Decision.AFTER_CANCEL if state is State.SIGNED_AFTER_CANCEL else Decision.CONFLICT


def _code_problems(connection: Connection, document: Document, judged: JudgedTurn) -> list[str]:
    """What a turn says of the proof of identity must be true."""
    if judged.facts is None or not 0 <= judged.place < len(document.clients):
        return []
    client = document.clients[judged.place]
    return unproved(connection, document, client, Proof(judged.facts.proof))


def differing_turns(document: Document, claims: Claims) -> bool:
    """Tell whether a certificate says something else of earlier clients than their turns did."""
    signers = [signer for signer in claims.signers if signer.role is Role.CLIENT]
    return any(
        client.turn is not None and signer != _claim(client.name, client.turn)
        for client, signer in zip(document.clients, signers, strict=False)
    )


def _facts(event: JournalEvent, client: Client) -> SignedClient:
    """Read what the event says of the client; the kiosk's name is head office's own."""
    body = event.body
    return SignedClient.from_json(
        {
            "method": body["method"],
            "proof": body["proof"],
            "signed_at": body["signed_at"],
            "time_quality": body["quality"],
            "kiosk_name": client.kiosk_name,
            "pages_shown": body["pages_shown"],
            "pages_total": body["pages_total"],
            "seconds_reading": body["seconds_reading"],
            "consent_version": body["consent_version"],
            "language": body["language"],
            "shown_with": body.get("shown_with", ""),
        }
    )


def _claims(document: Document, facts: SignedClient, place: int, data: bytes) -> Claims:
    """What a certificate would state if the document ended with this turn."""
    if document.plan is None or document.director_signed_at is None:
        raise NotFound("no_such_document", "This document was never sent.")
    said = [*(client.turn for client in document.clients[:place]), facts]
    turns = [
        _client_turn(client, turn)
        for client, turn in zip(document.clients, said, strict=False)
        if turn is not None
    ]
    director = SignerClaim(
        name=cut_name(document.director_name),
        role=Role.DIRECTOR,
        method=Method.KEY,
        proof=Proof.EMAIL_CODE,
        signed_at=document.director_signed_at,
    )
    pages = document.pages + CERTIFICATE_PAGES
    return claims_after(turns, document.plan, director, sha256(data).digest(), len(data), pages)


def _client_turn(client: Client, turn: SignedClient) -> ClientTurn:
    evidence = EvidenceSummary(
        turn.pages_shown,
        turn.pages_total,
        turn.seconds_reading,
        turn.consent_version,
        turn.language,
    )
    quality = TimeQuality(turn.time_quality)
    return ClientTurn(_claim(client.name, turn), evidence, turn.kiosk_name, quality)


def _claim(name: str, turn: SignedClient) -> SignerClaim:
    return SignerClaim(
        name=cut_name(name),
        role=Role.CLIENT,
        method=Method(turn.method),
        proof=Proof(turn.proof),
        signed_at=turn.signed_at.astimezone(UTC).replace(microsecond=0),
    )


def _of_its_kiosks(
    office: HeadOffice, connection: Connection, document: Document, place: int
) -> TrustList:
    """The trust list without the authorities of kiosks that never had this document."""
    keys = tables.trust_keys
    kiosks = {client.kiosk_id for client in document.clients[: place + 1]}
    mine = select(keys.c.certificate_der).where(
        keys.c.role == KeyRole.KIOSK_CA.value, keys.c.kiosk_id.in_(kiosks)
    )
    known = {bytes(row[0]) for row in connection.execute(mine)}
    whole = trust.trust_list(office, connection)
    kept = [
        key
        for key in whole.keys
        if key.role is not KeyRole.KIOSK_CA or key.certificate_der in known
    ]
    return replace(whole, keys=tuple(kept))
