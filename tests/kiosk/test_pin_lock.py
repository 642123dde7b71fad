"""The pause after wrong PINs: it doubles, and no clock or restart shortens it."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kiosk.pin_lock import FIRST_PAUSE_SECONDS, FREE_TRIES, LONGEST_PAUSE_SECONDS, PinTries
from signing.shown_challenge import BootTime

seconds = st.floats(0, 1e7, allow_nan=False)


def test_the_pause_doubles_up_to_a_day() -> None:
    pauses = [PinTries(FREE_TRIES, wrong).pause_seconds for wrong in range(30)]
    assert pauses[: FREE_TRIES + 3] == [0] * FREE_TRIES + [30, 60, 120]
    assert pauses[-1] == LONGEST_PAUSE_SECONDS
    grown = [one for one in pauses if one]
    assert all(b in (2 * a, LONGEST_PAUSE_SECONDS) for a, b in pairwise(grown))


@given(st.integers(FREE_TRIES, 40), seconds, seconds)
def test_a_pause_lasts_its_whole_time_in_one_boot(wrong: int, at: float, later: float) -> None:
    tries = PinTries(FREE_TRIES, wrong, BootTime("a", at))
    wait = tries.wait_seconds(BootTime("a", at + later))
    assert (wait == 0) == (at + later - at >= tries.pause_seconds)
    assert 0 <= wait <= tries.pause_seconds


@given(st.integers(FREE_TRIES, 40), seconds, seconds)
def test_a_restart_shortens_no_pause(wrong: int, at: float, since_start: float) -> None:
    """What passed before the restart may not count: nobody knows how long it was."""
    tries = PinTries(FREE_TRIES, wrong, BootTime("a", at))
    left = tries.pause_seconds - tries.wait_seconds(BootTime("b", since_start))
    assert left <= since_start


@given(st.lists(st.tuples(st.sampled_from("abc"), seconds), max_size=60))
def test_whoever_guesses_is_never_faster_than_the_pauses(moves: list[tuple[str, float]]) -> None:
    """Boots and times in any order, also ones that jump back: each counted try has waited."""
    tries, passed, before = PinTries(FREE_TRIES), 0.0, BootTime("a", 0.0)
    for boot_id, at in moves:
        now = BootTime(boot_id, at)
        passed = at - before.seconds if boot_id == before.boot_id else at
        if tries.wait_seconds(now):
            continue
        if tries.at is not None and tries.pause_seconds:
            assert passed >= tries.pause_seconds
        tries, before = tries.counted(now), now
    assert tries.wrong <= len(moves)
    assert PinTries(FREE_TRIES, FREE_TRIES).pause_seconds == FIRST_PAUSE_SECONDS
