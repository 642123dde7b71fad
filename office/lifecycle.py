"""A document's life at head office: its states and the only steps between them.

Pure: no clock, no database. Whoever moves a document calls `next_state` and writes the
step as an event in the same transaction (design section 3).

    >>> next_state(State.DRAFT, Step.SEND)
    <State.SENT: 'sent'>
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType

from office.errors import Refused

__all__ = ["OPEN_STATES", "TRANSITIONS", "State", "Step", "allows", "next_state"]


class State(StrEnum):
    """Where a document stands."""

    DRAFT = "draft"  # being prepared by an operator
    SENT = "sent"  # prepared and waiting for the director
    DIRECTOR_SIGNED = "director_signed"  # signed for the company, not yet handed to its kiosk
    DUE = "due"  # leased to one kiosk, waiting for the client
    CLIENT_SIGNED = "client_signed"  # a signed copy arrived and is being judged
    COMPLETED = "completed"  # the signed copy is genuine and goes to the client
    DESTROYED = "destroyed"  # key, copies and links are gone; only the hash is left
    DECLINED = "declined"  # the client said no
    CANCELLED = "cancelled"  # head office withdrew it
    EXPIRED = "expired"  # nobody signed before the deadline
    CONFLICT = "conflict"  # two different signed copies exist; a person decides
    SIGNED_AFTER_CANCEL = "signed_after_cancel"  # signed offline after withdrawal; kept, not sent


class Step(StrEnum):
    """What moves a document; also the kind of the event row that records the move."""

    SEND = "sent"
    DIRECTOR_SIGN = "director_signed"
    DISPATCH = "due"
    CLIENT_SIGN = "client_signed"
    COMPLETE = "completed"
    DESTROY = "destroyed"
    DECLINE = "declined"
    CANCEL = "cancelled"
    EXPIRE = "expired"
    CONFLICT = "conflict"
    SIGN_AFTER_CANCEL = "signed_after_cancel"
    REJECT = "rejected"  # a person decided that nothing that was signed counts
    HOLD = "held"  # a person took a decision about a signed copy back
    SIGN_AGAIN = "director_again"  # the director's signature counts no more, no client signed yet
    RESUME = "resumed"  # a person let one client's signature count after all


TRANSITIONS = MappingProxyType(
    {
        State.DRAFT: {
            Step.SEND: State.SENT,
            Step.CANCEL: State.CANCELLED,
        },
        State.SENT: {
            Step.DIRECTOR_SIGN: State.DIRECTOR_SIGNED,
            Step.CANCEL: State.CANCELLED,
            Step.EXPIRE: State.EXPIRED,
        },
        State.DIRECTOR_SIGNED: {
            Step.DISPATCH: State.DUE,
            Step.SIGN_AGAIN: State.SENT,
            Step.CANCEL: State.CANCELLED,
            Step.EXPIRE: State.EXPIRED,
        },
        State.DUE: {
            Step.CLIENT_SIGN: State.CLIENT_SIGNED,
            Step.DECLINE: State.DECLINED,
            Step.SIGN_AGAIN: State.SENT,
            Step.CANCEL: State.CANCELLED,
            Step.EXPIRE: State.EXPIRED,
        },
        State.CLIENT_SIGNED: {
            Step.COMPLETE: State.COMPLETED,
            Step.CONFLICT: State.CONFLICT,
            Step.REJECT: State.CANCELLED,
        },
        State.COMPLETED: {
            Step.CONFLICT: State.CONFLICT,
            Step.HOLD: State.CLIENT_SIGNED,
            Step.DESTROY: State.DESTROYED,
        },
        State.CONFLICT: {
            Step.COMPLETE: State.COMPLETED,
            Step.HOLD: State.CLIENT_SIGNED,
            Step.REJECT: State.CANCELLED,
            Step.DESTROY: State.DESTROYED,
        },
        State.DECLINED: {Step.SIGN_AFTER_CANCEL: State.SIGNED_AFTER_CANCEL},
        State.CANCELLED: {
            Step.SIGN_AFTER_CANCEL: State.SIGNED_AFTER_CANCEL,
            Step.HOLD: State.CLIENT_SIGNED,
        },
        State.EXPIRED: {
            Step.CLIENT_SIGN: State.CLIENT_SIGNED,  # signed in time, reported late
            Step.SIGN_AFTER_CANCEL: State.SIGNED_AFTER_CANCEL,
        },
        State.SIGNED_AFTER_CANCEL: {
            Step.COMPLETE: State.COMPLETED,
            Step.RESUME: State.DUE,
            Step.REJECT: State.CANCELLED,
        },
        State.DESTROYED: {},
    }
)
"""For each state, the steps that may be taken from it. Everything not listed is refused."""

OPEN_STATES = frozenset(
    {State.DRAFT, State.SENT, State.DIRECTOR_SIGNED, State.DUE, State.CLIENT_SIGNED}
)
"""States in which somebody still has something to do."""


def allows(state: State, step: Step) -> bool:
    """Tell whether `step` may be taken from `state`."""
    return step in TRANSITIONS[state]


def next_state(state: State, step: Step) -> State:
    """Return the state that `step` leads to.

    Raises:
        Refused: `step_not_allowed`, when the step does not start from this state.
    """
    target = TRANSITIONS[state].get(step)
    if target is None:
        raise Refused(
            "step_not_allowed",
            f"A document in the state '{state.value}' cannot become '{step.value}'.",
            "Open the document again: somebody else may have moved it meanwhile.",
        )
    return target
