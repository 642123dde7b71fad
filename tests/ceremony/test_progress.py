"""The state machine, without a browser."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.ceremony.desk import CeremonyDocument
from signing.ceremony.progress import (
    MAX_SECONDS_PER_VIEW,
    Progress,
    ProgressRefused,
    StampChoice,
    Step,
)
from tests.ceremony.memory_desk import DOCUMENT_ID, MemoryDesk

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
EMPTY = Progress(DOCUMENT_ID.hex())


@pytest.fixture
def document(desk: MemoryDesk) -> CeremonyDocument:
    """Four pages, five fields, a stamp."""
    return desk.document(DOCUMENT_ID.hex())


def complete(document: CeremonyDocument) -> Progress:
    """Everything given, nothing signed."""
    return replace(
        EMPTY,
        ceremony_id="a" * 32,
        code_ok_at=NOW,
        pages_seen=dict.fromkeys(range(1, document.pages + 1), 3.5),
        values={spec.key: "x" for spec in document.client.fields},
        stamp=StampChoice.GIVEN,
        mark={"kind": "picture"},
        step=Step.REVIEW,
    )


def test_each_step_waits_for_the_one_before(document: CeremonyDocument) -> None:
    done = complete(document)
    assert EMPTY.missing_step(document) is Step.CODE
    assert replace(done, code_ok_at=None).missing_step(document) is Step.CODE
    assert replace(done, pages_seen={1: 1.0}).missing_step(document) is Step.READ
    assert replace(done, values={}).missing_step(document) is Step.FILL
    assert replace(done, stamp=StampChoice.OPEN).missing_step(document) is Step.STAMP
    assert replace(done, mark=None).missing_step(document) is Step.SIGN
    assert done.missing_step(document) is Step.REVIEW


def test_back_is_always_open_and_forward_never(document: CeremonyDocument) -> None:
    filling = replace(complete(document), values={})
    assert filling.may_open(Step.CODE, document)
    assert filling.may_open(Step.READ, document)
    assert filling.may_open(Step.FILL, document)
    assert not filling.may_open(Step.STAMP, document)
    assert not filling.may_open(Step.DONE, document)


def test_after_sealing_only_the_end_is_open(document: CeremonyDocument) -> None:
    sealed = complete(document).at(Step.DONE)
    assert sealed.may_open(Step.DONE, document)
    assert not any(sealed.may_open(step, document) for step in Step if step is not Step.DONE)


def test_a_new_session_needs_a_new_code_and_loses_nothing(document: CeremonyDocument) -> None:
    before = complete(document)
    after = before.with_session("b" * 32)
    assert after.missing_step(document) is Step.CODE
    assert (after.values, after.mark, after.pages_seen) == (
        before.values,
        before.mark,
        before.pages_seen,
    )


def test_seconds_add_up_over_visits_and_an_absence_counts_little() -> None:
    progress = EMPTY.with_page_open(1, NOW).with_page_open(2, NOW + timedelta(seconds=8))
    progress = progress.with_page_open(1, NOW + timedelta(seconds=10))
    progress = progress.with_page_closed(NOW + timedelta(hours=3))
    assert progress.pages_seen == {1: 8 + MAX_SECONDS_PER_VIEW, 2: 2}


def test_a_clock_set_back_takes_no_seconds_away() -> None:
    progress = EMPTY.with_page_open(1, NOW).with_page_closed(NOW - timedelta(hours=1))
    assert progress.pages_seen == {1: 0.0}


@given(
    pages=st.dictionaries(st.integers(1, 5000), st.floats(0, 86_400)),
    values=st.dictionaries(st.text("abc_9", min_size=1), st.text(max_size=50), max_size=20),
    moment=st.none() | st.datetimes(timezones=st.just(UTC)),
    options=st.frozensets(st.sampled_from(["large_text", "high_contrast", "left_handed"])),
    step=st.sampled_from(list(Step)),
)
def test_what_is_saved_is_what_is_loaded(
    pages: dict[int, float],
    values: dict[str, str],
    moment: datetime | None,
    options: frozenset[str],
    step: Step,
) -> None:
    progress = replace(
        EMPTY, pages_seen=pages, values=values, code_ok_at=moment, options=options, step=step
    )
    assert Progress.from_json(progress.to_json()) == progress


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("document_id", "../../etc"),
        ("ceremony_id", "short"),
        ("step", "sealed"),
        ("code_ok_at", "2026-11-24T09:00:00"),
        ("code_ok_at", 5),
        ("pages_seen", {"0": 1}),
        ("pages_seen", {"01": 1}),
        ("pages_seen", {"1": -1}),
        ("pages_seen", [1]),
        ("open_page", True),
        ("values", {"a": 1}),
        ("values", {"a": "x" * 10_001}),
        ("stamp", "perhaps"),
        ("mark", "drawn"),
        ("consent_version", "2026-1; drop"),
        ("language", "fr"),
        ("options", ["night"]),
        ("options", "large_text"),
    ],
)
def test_spoiled_progress_is_refused(key: str, value: Any) -> None:
    with pytest.raises(ProgressRefused) as refused:
        Progress.from_json({**EMPTY.to_json(), key: value})
    assert refused.value.code == "progress_unreadable"


@pytest.mark.parametrize("data", [None, [], {}, {**EMPTY.to_json(), "more": 1}])
def test_progress_of_another_form_is_refused(data: Any) -> None:
    with pytest.raises(ProgressRefused):
        Progress.from_json(data)
