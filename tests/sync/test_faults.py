"""The network loses, repeats, delays, cuts and corrupts; the kiosk dies at any write.

Whatever happens, once the network is whole again one exchange completes the story: every row is
applied exactly once and in order, every signed PDF is at head office exactly once, every event is
there exactly once and in order.
"""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sync.errors import SyncError
from sync.records import DocumentWithdrawn, EventKind
from tests.sync.conftest import NOW
from tests.sync.faulty_transport import Fault
from tests.sync.memory_device import KilledError
from tests.sync.pair import Pair

DUE = [b"%PDF-1.7 due " + bytes([n]) * (700_000 * n + 10) for n in range(3)]
SIGNED = [b"%PDF-1.7 signed " + bytes([n]) * (150_000 * n + 10) for n in range(3)]

faults = st.lists(st.sampled_from(Fault), max_size=40)
deaths = st.lists(st.tuples(st.integers(0, 12), st.booleans()), max_size=5)


def prepare_work(pair: Pair) -> None:
    for number, pdf in enumerate(DUE, 1):
        pair.due(number, pdf)
    pair.ledger.push(pair.kiosk_id, DocumentWithdrawn("ee" * 16, "moved"))
    for number, pdf in enumerate(SIGNED, 1):
        pair.store.note(EventKind.CEREMONY_STARTED, f"{number:032x}", NOW)
        pair.store.sign(f"{number:032x}", pdf, NOW)


def attempt(pair: Pair) -> None:
    """One exchange of a freshly started kiosk, whatever becomes of it."""
    with contextlib.suppress(SyncError, KilledError):
        pair.start_device().exchange()
    pair.store.writes_until_death = None


def assert_everything_arrived_exactly_once(pair: Pair) -> None:
    books = pair.ledger.kiosks[pair.kiosk_id]
    assert [row.counter for row in pair.store.applied] == [1, 2, 3, 4]
    assert sorted(pair.store.pdfs.values()) == sorted(DUE)
    assert [event.sequence for event in books.events] == [1, 2, 3, 4, 5, 6]
    assert books.events == pair.store.journal
    assert sorted(books.blobs.values()) == sorted(SIGNED)
    assert pair.ledger.stores == len(SIGNED)
    assert books.pieces == {}
    assert pair.store.queue_lengths() == (0, 0)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(faults=faults, deaths=deaths)
@example(faults=[Fault.NONE] * 5 + [Fault.LATE_COPY] * 20, deaths=[])
@example(faults=[Fault.LOSE_REPLY, Fault.NONE] * 20, deaths=[])
@example(faults=[Fault.DUPLICATE] * 40, deaths=[(3, True), (3, False)])
def test_everything_arrives_exactly_once_and_in_order(
    faults: list[Fault], deaths: list[tuple[int, bool]]
) -> None:
    with tempfile.TemporaryDirectory() as folder, Pair(NOW, Path(folder) / "trust") as pair:
        prepare_work(pair)
        pair.with_faults(faults)
        for writes, before in deaths:
            pair.store.writes_until_death = writes
            pair.store.dies_before_commit = before
            attempt(pair)
        for _ in range(len(faults) + 1):
            attempt(pair)
        assert_everything_arrived_exactly_once(pair)


@pytest.mark.parametrize("before", [True, False])
def test_death_at_each_single_write_costs_nothing(pair: Pair, before: bool) -> None:
    prepare_work(pair)
    write = 0
    while pair.store.queue_lengths() != (0, 0) or pair.store.missing_blobs():
        pair.store.writes_until_death = write
        pair.store.dies_before_commit = before
        attempt(pair)
        write += 1
        assert write < 100
    attempt(pair)
    assert_everything_arrived_exactly_once(pair)


@pytest.mark.parametrize(
    "fault",
    [Fault.CUT_REPLY, Fault.CORRUPT_REPLY, Fault.OLD_REPLY, Fault.GATEWAY, Fault.LOSE_REPLY],
)
def test_a_spoilt_reply_to_a_poll_changes_nothing_on_the_kiosk(pair: Pair, fault: Fault) -> None:
    pair.due(1, DUE[0])
    before = pair.store.picture()
    pair.with_faults([Fault.NONE, fault])
    with pytest.raises(SyncError):
        pair.device.exchange()
    assert pair.store.picture() == before


@pytest.mark.parametrize("fault", [Fault.CUT_REQUEST, Fault.CORRUPT_REQUEST])
def test_a_spoilt_upload_changes_nothing_at_head_office(pair: Pair, fault: Fault) -> None:
    pair.store.sign("01" * 16, SIGNED[0], NOW)
    pair.with_faults([Fault.NONE, Fault.NONE, Fault.NONE, fault, Fault.LOSE_REQUEST])
    with pytest.raises(SyncError):
        pair.device.exchange()
    assert pair.ledger.kiosks[pair.kiosk_id].blobs == {}
    assert pair.store.queue_lengths() == (1, 1)
