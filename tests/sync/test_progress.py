"""What an exchange tells of how far it has come."""

from __future__ import annotations

from itertools import count

from sync.progress import Progress, watched
from tests.sync.pair import Pair


def test_the_time_left_follows_from_the_speed_so_far() -> None:
    assert Progress(False, 0, 10, 5.0).seconds_left is None
    assert Progress(False, 10, 40, 5.0).seconds_left == 15.0
    assert Progress(False, 10, 10, 5.0).seconds_left == 0.0


def test_every_byte_that_passes_is_told_once_and_the_exchange_is_the_same(pair: Pair) -> None:
    pair.store.sign("01" * 16, b"%PDF-1.7" + bytes(300_000), pair.clock())
    size = next(iter(pair.store.waiting_blobs.values()))
    told: list[Progress] = []
    ticks = count()
    device = pair.start_device()
    device._store = watched(pair.store, told.append, lambda: float(next(ticks)))
    report = device.exchange()
    assert (report.blobs_up, report.events_up, report.problems) == (1, 1, ())
    up = [one for one in told if one.upward]
    assert [one.done_bytes for one in up] == sorted({one.done_bytes for one in up})
    assert up[-1].done_bytes == up[-1].total_bytes == size
    assert len(up) > 3
