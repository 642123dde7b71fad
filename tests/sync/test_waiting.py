"""Waits between exchanges and between requests."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from sync.token_bucket import TokenBuckets
from sync.waiting import LEAST_WAIT_SECONDS, LONGEST_WAIT_SECONDS, poll_wait, retry_wait
from tests.sync.conftest import NOW


def test_waits_double_from_five_seconds_to_a_quarter_of_an_hour() -> None:
    edges = [retry_wait(failures, 1.0) for failures in range(1, 10)]
    assert edges == [5, 10, 20, 40, 80, 160, 320, 640, 900]
    assert retry_wait(10_000, 1.0) == 900


@given(failures=st.integers(1, 10_000), fraction=st.floats(0, 1))
def test_a_wait_is_anywhere_below_its_edge(failures: int, fraction: float) -> None:
    wait = retry_wait(failures, fraction)
    assert LEAST_WAIT_SECONDS <= wait <= LONGEST_WAIT_SECONDS
    assert wait <= max(LEAST_WAIT_SECONDS, retry_wait(failures, 1.0))


def test_head_office_can_ask_for_a_longer_wait() -> None:
    assert retry_wait(1, 0.5, retry_after_seconds=120) == 120


def test_normal_polls_are_spread_by_a_fifth() -> None:
    assert (poll_wait(60, 0.0), poll_wait(60, 0.5), poll_wait(60, 1.0)) == (48, 60, 72)
    assert poll_wait(1, 0.0) == LEAST_WAIT_SECONDS


def test_a_bucket_lets_a_burst_through_and_then_fills_slowly() -> None:
    buckets = TokenBuckets(capacity=3, per_second=0.5)
    assert [buckets.take("a", NOW) for _ in range(5)] == [0, 0, 0, 2, 2]
    assert buckets.take("b", NOW) == 0
    assert buckets.take("a", NOW + timedelta(seconds=2)) == 0
    assert buckets.take("a", NOW + timedelta(seconds=2)) == 2
    assert [buckets.take("a", NOW + timedelta(hours=1)) for _ in range(4)] == [0, 0, 0, 2]


def test_a_clock_that_goes_back_gives_nothing_away() -> None:
    buckets = TokenBuckets(capacity=1, per_second=1)
    assert buckets.take("a", NOW) == 0
    assert buckets.take("a", NOW - timedelta(days=1)) > 0


def test_the_least_recently_used_bucket_is_forgotten() -> None:
    buckets = TokenBuckets(capacity=1, per_second=0.01, most_names=2)
    for name in ("a", "b", "c"):
        assert buckets.take(name, NOW) == 0
    assert buckets.take("c", NOW) > 0
    assert buckets.take("a", NOW) == 0
