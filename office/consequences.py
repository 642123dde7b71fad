"""What follows from a person's decision about a signed copy, in the transaction of the decision."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, update

from office import dispatch, tables
from office.clients import set_client
from office.completing import complete_document, forget_completion, plan_end
from office.copies import Copy, Ruling, Standing
from office.documents import Document, find_document
from office.downloads import create_link_of_kiosk
from office.errors import Refused
from office.head_office import HeadOffice
from office.history import Actor, move
from office.late_receipts import keep_late_receipt
from office.lifecycle import State, Step
from office.reexamination import Sound
from office.signed_copies import Decision
from office.turns import JudgedTurn, count_turn

__all__ = ["go_on_without", "hold_again", "let_count", "nothing_to_take_back", "set_quarantine"]
__all__ += ["stop_counting"]

_UNDECIDED = frozenset({State.CLIENT_SIGNED, State.CONFLICT, State.SIGNED_AFTER_CANCEL})
"""States in which a sealed file waits for a decision."""


def let_count(
    office: HeadOffice,
    connection: Connection,
    document: Document,
    copy: Copy,
    sound: Sound,
    actor: Actor,
    now: datetime,
) -> list[str]:
    """Let a copy count; returns ids of objects to remove after the commit."""
    if sound.turn is not None:
        _let_turn_count(office, connection, document, sound.turn, actor, now)
        return []
    if document.state not in _UNDECIDED or sound.claims is None:
        raise _passed_by()
    keep_late_receipt(office, connection, sound.late_receipt, now)
    objects = complete_document(office, connection, document, copy.sha256, sound.claims, actor, now)
    create_link_of_kiosk(connection, find_document(connection, document.id), sound.copy_link)
    return objects


def _let_turn_count(
    office: HeadOffice,
    connection: Connection,
    document: Document,
    turn: JudgedTurn,
    actor: Actor,
    now: datetime,
) -> None:
    after_cancel = document.state is State.SIGNED_AFTER_CANCEL
    if turn.place != document.turn or not (after_cancel or document.state is State.DUE):
        raise _passed_by()
    if document.deadline is not None and now >= document.deadline:
        raise Refused(
            "held_too_late",
            "The deadline has passed, so the next client could not sign any more.",
            "Reject this signature and make the document anew.",
        )
    if after_cancel:
        move(connection, now, document.id, Step.RESUME, actor, client=turn.place)
    count_turn(connection, document, turn, actor, now)
    set_quarantine(connection, document.id, on=False)
    dispatch.resume(office, connection, document.id, "moved", now)


def go_on_without(
    office: HeadOffice,
    connection: Connection,
    document: Document,
    copy: Copy,
    left: list[Copy],
    actor: Actor,
    now: datetime,
) -> None:
    """Nothing is held any more: deliver what counts, have the client sign again, or give up."""
    counted = [one for one in left if one.place is None and one.standing is Standing.COUNTS]
    if document.state is State.DUE:
        if copy.place == document.turn:  # codes of the signature that does not count die with it
            generation = document.client.code_generation + 1
            set_client(
                connection, document.id, document.turn, code_generation=generation,
                code_locked=False,
            )  # fmt: skip
        set_quarantine(connection, document.id, on=False)
        dispatch.resume(office, connection, document.id, "rejected", now)
    elif document.state is State.CONFLICT and counted:
        move(connection, now, document.id, Step.COMPLETE, actor, sha256=counted[0].sha256)
        plan_end(connection, document.id, now)
    elif document.state in _UNDECIDED:
        move(connection, now, document.id, Step.REJECT, actor)
        set_quarantine(connection, document.id, on=False)
        dispatch.withdraw(connection, document, "cancelled")


def stop_counting(
    connection: Connection, document: Document, copy: Copy, actor: Actor, now: datetime
) -> None:
    """What counted is held: nobody can fetch it, until it counts again."""
    if copy.place is not None:
        raise Refused(
            "turn_goes_on",
            "The next client may be signing over this signature already.",
            "Cancel the document if it must not go on.",
        )
    by_a_person = copy.ruling is Ruling.ACCEPTED
    if document.state is not State.CONFLICT and not (
        document.state is State.COMPLETED and by_a_person
    ):
        raise nothing_to_take_back()
    forget_completion(connection, document.id)
    move(connection, now, document.id, Step.HOLD, actor, sha256=copy.sha256)
    set_quarantine(connection, document.id, on=True)


def hold_again(
    connection: Connection, document: Document, copy: Copy, actor: Actor, now: datetime
) -> None:
    """What did not count is held again, and so is its document."""
    state, said = document.state, {"sha256": copy.sha256}
    if state in _UNDECIDED:
        return
    if state is State.COMPLETED:
        move(connection, now, document.id, Step.CONFLICT, actor, **said)
    elif state is State.CANCELLED:
        ours = copy.place is None and copy.decision != Decision.AFTER_CANCEL
        step = Step.HOLD if ours else Step.SIGN_AFTER_CANCEL
        move(connection, now, document.id, step, actor, **said)
        set_quarantine(connection, document.id, on=ours)
    elif state is State.DUE and copy.place == document.turn and not document.quarantined:
        set_quarantine(connection, document.id, on=True)
        dispatch.withdraw(connection, document, "quarantined")
    else:
        raise _passed_by()


def set_quarantine(connection: Connection, document_id: str, *, on: bool) -> None:
    """Hold a document back, or no more."""
    documents = tables.documents
    connection.execute(
        update(documents).where(documents.c.id == document_id).values(quarantined=on)
    )


def nothing_to_take_back() -> Refused:
    """Return the error for a decision that cannot be opened again."""
    return Refused(
        "nothing_to_take_back",
        "No decision about this can be taken back.",
        "Look at the page again: somebody else may have done it meanwhile.",
    )


def _passed_by() -> Refused:
    return Refused(
        "held_passed_by",
        "The document has gone on without this, so it can count no more.",
        "Reject it; it is kept all the same.",
    )
