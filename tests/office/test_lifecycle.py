"""The states of a document: what follows what, and that nothing else does."""

from __future__ import annotations

import pytest

from office.errors import Refused
from office.lifecycle import OPEN_STATES, TRANSITIONS, State, Step, allows, next_state


def test_the_straight_way_leads_from_draft_to_destroyed() -> None:
    state = State.DRAFT
    for step in (
        Step.SEND,
        Step.DIRECTOR_SIGN,
        Step.DISPATCH,
        Step.CLIENT_SIGN,
        Step.COMPLETE,
        Step.DESTROY,
    ):
        state = next_state(state, step)
    assert state is State.DESTROYED


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("step", Step)
def test_every_step_is_either_in_the_table_or_refused(state: State, step: Step) -> None:
    if allows(state, step):
        assert next_state(state, step) is TRANSITIONS[state][step]
    else:
        with pytest.raises(Refused) as refusal:
            next_state(state, step)
        assert refusal.value.code == "step_not_allowed"


def test_nothing_leads_out_of_destroyed() -> None:
    assert not TRANSITIONS[State.DESTROYED]


def test_a_signed_document_can_no_longer_be_cancelled() -> None:
    assert not allows(State.CLIENT_SIGNED, Step.CANCEL)
    assert not allows(State.COMPLETED, Step.CANCEL)


def test_every_state_has_its_row() -> None:
    assert set(TRANSITIONS) == set(State)
    assert set(State) >= OPEN_STATES
