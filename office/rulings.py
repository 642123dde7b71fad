"""People decide about signed copies that were held back: whether they count, and why.

A person knows what no program does: that the client was there, that the cancellation was a
mistake, which of two copies everybody meant. They cannot make a file genuine: what they let count
is verified anew first, and must be of this document and its clients. Nothing is deleted, whatever
is decided, and all can be decided otherwise later, but for a client's signature over which the
next one signs.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, update

from office import tables, trust
from office.consequences import (
    go_on_without,
    hold_again,
    let_count,
    nothing_to_take_back,
    set_quarantine,
    stop_counting,
)
from office.copies import Copy, Ruling, Standing, find_copy, list_copies, note_ruling
from office.documents import Document, find_document
from office.errors import Refused
from office.head_office import HeadOffice
from office.history import Actor, record
from office.kiosks import find_kiosk
from office.lifecycle import State
from office.lines import writable_line
from office.reexamination import Sound, examine

__all__ = ["MAX_REASON_LETTERS", "accept_copy", "reject_copy", "release", "take_back"]

MAX_REASON_LETTERS = 300


def accept_copy(
    office: HeadOffice, document_id: str, sha256: str, reason: str, actor: Actor, now: datetime
) -> None:
    """Let a copy that was held back count; all others of the document do not.

    Args:
        office: the head office.
        document_id: the document.
        sha256: names the copy.
        reason: why, in the person's own words.
        actor: the person.
        now: the time.

    Raises:
        NotFound: `no_such_document`, `no_such_file`.
        Refused: `bad_reason`, `nothing_to_decide`, `held_not_genuine`, `held_another_document`,
            `held_passed_by`, `held_too_late`.
    """
    words, sound = _reason(reason), examine(office, document_id, sha256, now)
    with office.database.write() as connection:
        document = find_document(connection, document_id)
        copy = _held(connection, document_id, sha256)
        for other in list_copies(connection, document_id):
            if other.standing is not Standing.REJECTED and not _is_part(document, other, sha256):
                _rule(connection, document_id, other.sha256, Ruling.REJECTED, words, actor, now)
        _rule(connection, document_id, sha256, Ruling.ACCEPTED, words, actor, now)
        record(connection, now, "copy_accepted", actor, document_id, sha256=sha256)
        objects = let_count(office, connection, document, copy, sound, actor, now)
        _set_receipt(office, connection, document, copy, sound, now)
    office.blobs.remove(objects)


def reject_copy(
    office: HeadOffice, document_id: str, sha256: str, reason: str, actor: Actor, now: datetime
) -> None:
    """Decide that a copy that was held back does not count; it is kept all the same.

    Raises:
        NotFound: `no_such_document`, `no_such_file`.
        Refused: `bad_reason`, `nothing_to_decide`.
    """
    words, objects = _reason(reason), list[str]()
    with office.database.write() as connection:
        document = find_document(connection, document_id)
        copy = _held(connection, document_id, sha256)
        _rule(connection, document_id, sha256, Ruling.REJECTED, words, actor, now)
        record(connection, now, "copy_rejected", actor, document_id, sha256=sha256)
        left = list_copies(connection, document_id)
        if not any(one.standing is Standing.HELD for one in left):
            go_on_without(office, connection, document, copy, left, actor, now)
    office.blobs.remove(objects)


def take_back(
    office: HeadOffice, document_id: str, sha256: str, reason: str, actor: Actor, now: datetime
) -> None:
    """Open a decision again: the copy is held as it was before.

    Raises:
        NotFound: `no_such_document`, `no_such_file`.
        Refused: `bad_reason`, `nothing_to_take_back`, `turn_goes_on`, `held_passed_by`.
    """
    words = _reason(reason)
    with office.database.write() as connection:
        document = find_document(connection, document_id)
        copy = find_copy(connection, document_id, sha256)
        if copy.standing is Standing.COUNTS:
            stop_counting(connection, document, copy, actor, now)
        elif copy.standing is Standing.REJECTED:
            hold_again(connection, document, copy, actor, now)
        else:
            raise nothing_to_take_back()
        _rule(connection, document_id, sha256, Ruling.TAKEN_BACK, words, actor, now)
        record(connection, now, "ruling_taken_back", actor, document_id, sha256=sha256)


def release(office: HeadOffice, document_id: str, reason: str, actor: Actor, now: datetime) -> None:
    """Let a document go on that is in quarantine for another reason than a copy.

    Raises:
        NotFound: `no_such_document`.
        Refused: `bad_reason`, `nothing_to_decide`.
    """
    words = _reason(reason)
    with office.database.write() as connection:
        document = find_document(connection, document_id)
        held = [one for one in list_copies(connection, document_id)
                if one.standing is Standing.HELD]  # fmt: skip
        if not document.quarantined or held or document.state not in {State.DUE, State.COMPLETED}:
            raise _nothing_to_decide()
        set_quarantine(connection, document_id, on=False)
        _rule(connection, document_id, "", Ruling.ACCEPTED, words, actor, now)
        record(connection, now, "released", actor, document_id)


def _set_receipt(
    office: HeadOffice,
    connection: Connection,
    document: Document,
    copy: Copy,
    sound: Sound,
    now: datetime,
) -> None:
    """What counts outlives its kiosk, as what never was in doubt does."""
    copies = tables.signed_copies
    connection.execute(
        update(copies)
        .where(copies.c.document_id == document.id, copies.c.sha256 == copy.sha256)
        .values(receipt=sound.receipt)
    )
    signed_at = {copy.kiosk_id, *(client.kiosk_id for client in document.clients)}
    if any(find_kiosk(connection, each).revoked_at is not None for each in signed_at):
        trust.publish(office, connection, now)


def _is_part(document: Document, other: Copy, sha256: str) -> bool:
    """Whether a copy stays as it is when another counts: itself, and turns that were taken."""
    taken = {client.pdf_sha256 for client in document.clients if client.pdf_sha256}
    return other.sha256 == sha256 or other.sha256 in taken


def _held(connection: Connection, document_id: str, sha256: str) -> Copy:
    copy = find_copy(connection, document_id, sha256)
    if copy.standing is not Standing.HELD:
        raise _nothing_to_decide()
    return copy


def _rule(
    connection: Connection,
    document_id: str,
    sha256: str,
    ruling: Ruling,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    note_ruling(connection, document_id, sha256, ruling, actor.person_id or "", reason, now)


def _reason(text: str) -> str:
    refusal = Refused(
        "bad_reason",
        f"Say in one line why, in at most {MAX_REASON_LETTERS} letters.",
        "It is kept with the decision until the document is destroyed.",
    )
    return writable_line(text, MAX_REASON_LETTERS, refusal)


def _nothing_to_decide() -> Refused:
    return Refused(
        "nothing_to_decide",
        "There is nothing to decide about this any more.",
        "Look at the page again: somebody else may have decided meanwhile.",
    )
