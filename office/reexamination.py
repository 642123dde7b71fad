"""Looking once more at a signed copy that was held back, before a person lets it count.

What only head office can be wrong about is the person's to decide: a code of which nobody knows,
another kiosk, a cancellation, a second copy. What the file itself must be is not: genuine by the
present trust list, of this document as the director signed it, by the clients whom it names.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256 as sha256_digest
from typing import Any

from sqlalchemy import Connection, select

from office import tables, trust
from office.copies import Copy, copy_file, find_copy
from office.documents import Document, find_document
from office.errors import Refused
from office.head_office import HeadOffice
from office.late_receipts import verify_delivered
from office.turns import JudgedTurn, judge_turn
from sync.records import EventKind, JournalEvent
from verifier.claims import Claims, Role, cut_name
from verifier.claims_coding import file_receipt, receipt_hash
from verifier.document import verify_pdf
from verifier.trust_list import TrustList
from verifier.verdict import Outcome

__all__ = ["Sound", "examine"]

_FOR_A_PERSON = frozenset({"another_kiosk"})
"""What may not add up about a turn that a person lets count."""


@dataclass(frozen=True)
class Sound:
    """A copy that may count."""

    receipt: str  # its short name on allow-lists
    claims: Claims | None  # of a sealed file
    turn: JudgedTurn | None  # of a file that the next client signs
    late_receipt: str = ""  # as `office.late_receipts` gives it
    copy_link: object = None  # what the kiosk reported of the address that it showed to its client


def examine(office: HeadOffice, document_id: str, sha256: str, now: datetime) -> Sound:
    """Verify a held copy under the present trust list, outside any write transaction.

    Raises:
        NotFound: `no_such_document`, `no_such_file`.
        Refused: `held_not_genuine`, `held_another_document`.
    """
    with office.database.read() as connection:
        document = find_document(connection, document_id)
        copy = find_copy(connection, document_id, sha256)
        data = copy_file(office, connection, document_id, copy)
        trusted = trust.trust_list(office, connection)
        event = _event_of(connection, document_id, copy)
        keys = _keys_since(connection, copy)
    if copy.place is not None:
        return _examine_turn(office, event, data)
    sound = _examine_sealed(document, data, trusted, keys, now)
    link = None if event is None else event["body"].get("copy_link_sha256")
    return replace(sound, copy_link=link)


def _examine_sealed(
    document: Document, data: bytes, trusted: TrustList, keys: frozenset[bytes], now: datetime
) -> Sound:
    verdict, late = verify_delivered(data, trusted, now)
    if verdict.outcome is not Outcome.GENUINE and verdict.claims is not None and keys:
        # Its kiosk was shut out after it came: head office had it by then, which is what counts.
        listed = _with_receipt(trusted, receipt_hash(verdict.claims), keys)
        verdict = verify_pdf(data, listed, now)
    if verdict.outcome is not Outcome.GENUINE or verdict.claims is None:
        raise _not_genuine()
    claims, (base, size) = verdict.claims, document.base
    signers = [signer.name for signer in claims.signers if signer.role is Role.CLIENT]
    if (
        claims.document_id.hex() != document.id
        or not size
        or sha256_digest(data[:size]).hexdigest() != base
        or signers != [cut_name(client.name) for client in document.clients]
    ):
        raise Refused(
            "held_another_document",
            "This file is genuine, but it is not this document, or not signed by its clients.",
            "Reject it here; it is kept all the same.",
        )
    return Sound(receipt_hash(claims), claims, None, late)


def _examine_turn(office: HeadOffice, event: dict[str, Any] | None, data: bytes) -> Sound:
    if event is None:
        raise _not_genuine()
    judged = judge_turn(office, JournalEvent.from_json(event), data)
    if set(judged.problems) - _FOR_A_PERSON or judged.facts is None:
        raise _not_genuine()
    return Sound(file_receipt(bytes.fromhex(judged.sha256)), None, judged)


def _event_of(connection: Connection, document_id: str, copy: Copy) -> dict[str, Any] | None:
    """The line of the kiosk's journal that came with a copy, as it was taken."""
    events = tables.kiosk_events
    kind = EventKind.CLIENT_SIGNED if copy.place is None else EventKind.TURN_SIGNED
    query = select(events.c.record).where(
        events.c.kiosk_id == copy.kiosk_id,
        events.c.document_id == document_id,
        events.c.kind == kind.value,
    )
    found: list[dict[str, Any]] = list(connection.execute(query).scalars())
    return next((one for one in found if one["body"]["pdf_sha256"] == copy.sha256), None)


def _keys_since(connection: Connection, copy: Copy) -> frozenset[bytes]:
    """The certificates of a copy's kiosk that were revoked after the copy had come."""
    keys = tables.trust_keys
    query = select(keys.c.certificate_der).where(
        keys.c.kiosk_id == copy.kiosk_id, keys.c.revoked_at >= copy.received_at
    )
    return frozenset(bytes(der) for der in connection.execute(query).scalars())


def _with_receipt(trusted: TrustList, receipt: str, certificates: frozenset[bytes]) -> TrustList:
    keys = tuple(
        replace(
            key,
            revocation=replace(key.revocation, received=key.revocation.received | {receipt}),
        )
        if key.revocation is not None and key.certificate_der in certificates
        else key
        for key in trusted.keys
    )
    return replace(trusted, keys=keys)


def _not_genuine() -> Refused:
    return Refused(
        "held_not_genuine",
        "The file is not genuine by the present trust list, so it cannot count.",
        "Reject it; it is kept all the same. Nobody can make it genuine.",
    )
