"""The limit on wrong codes over a whole kiosk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from signing.code_limit import KioskCodeLimit

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def after(tries: int, apart: timedelta) -> KioskCodeLimit:
    """The limit after so many tries, the last of them at NOW."""
    limit = KioskCodeLimit()
    for number in range(tries):
        limit = limit.counted(NOW - (tries - 1 - number) * apart)
    return limit


def test_twenty_wrong_codes_in_an_hour_close_the_kiosk() -> None:
    assert not after(19, timedelta(minutes=1)).closed(NOW)
    assert after(20, timedelta(minutes=1)).closed(NOW)


def test_the_kiosk_opens_when_the_hour_is_over() -> None:
    limit = after(20, timedelta(minutes=1))
    assert limit.closed(NOW + timedelta(minutes=40))
    assert not limit.closed(NOW + timedelta(minutes=41))


def test_thirty_wrong_codes_in_a_day_close_the_kiosk() -> None:
    assert not after(29, timedelta(minutes=30)).closed(NOW)
    assert after(30, timedelta(minutes=30)).closed(NOW)


def test_a_clock_set_back_does_not_open_the_kiosk() -> None:
    assert after(20, timedelta(minutes=1)).closed(NOW - timedelta(days=2))


def test_no_more_tries_are_remembered_than_are_needed() -> None:
    assert len(after(100, timedelta(minutes=1)).tried_at) == 30
