"""Time that may be relied on, and time that may not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kiosk.clock import BUILD_DATE, MAX_CARRY, KioskClock, MachineTime, TimeMark
from tests.kiosk.machine import Machine

WALL = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
OFFICE = datetime(2026, 12, 1, 10, 30, tzinfo=UTC)


MARK = TimeMark(OFFICE, 1000.0, Machine().boot)


def test_without_any_signed_time_the_wall_clock_is_shown_but_not_assured() -> None:
    reading = KioskClock(Machine().time(), lambda: None).read()
    assert reading.now == WALL
    assert not reading.assured


def test_a_signed_time_is_carried_by_the_boot_clock() -> None:
    machine = Machine()
    clock = KioskClock(machine.time(), lambda: MARK)
    machine.boottime += 3600
    assert clock.read().assured
    assert clock.now() == OFFICE + timedelta(hours=1)


def test_setting_the_wall_clock_changes_nothing_while_time_is_assured() -> None:
    machine = Machine()
    clock = KioskClock(machine.time(), lambda: MARK)
    for wall in (WALL - timedelta(days=4000), WALL + timedelta(days=4000)):
        machine.wall = wall
        assert clock.now() == OFFICE
        assert clock.read().assured


def test_after_a_restart_time_is_not_assured_until_the_next_sync() -> None:
    machine = Machine(boot="boot-2", boottime=5.0)
    marks = [MARK]
    clock = KioskClock(machine.time(), lambda: marks[-1])
    assert not clock.read().assured
    marks.append(TimeMark(OFFICE + timedelta(days=1), 5.0, "boot-2"))
    assert clock.read().assured


def test_a_wall_clock_that_lost_its_battery_never_shows_less_than_what_is_known() -> None:
    machine = Machine(wall=datetime(1970, 1, 1, tzinfo=UTC), boot="boot-2")
    assert KioskClock(machine.time(), lambda: None).now() == BUILD_DATE
    assert KioskClock(machine.time(), lambda: MARK).now() == OFFICE
    written = OFFICE + timedelta(days=2)
    assert KioskClock(machine.time(), lambda: MARK, lambda: written).now() == written


def test_a_signed_time_is_not_carried_for_ever() -> None:
    machine = Machine()
    clock = KioskClock(machine.time(), lambda: MARK)
    machine.boottime += MAX_CARRY.total_seconds() + 1
    assert not clock.read().assured


def test_a_boot_clock_that_ran_backwards_is_not_believed() -> None:
    machine = Machine(boottime=999.0)
    assert not KioskClock(machine.time(), lambda: MARK).read().assured


def test_the_real_machine_has_all_three_clocks() -> None:
    machine = MachineTime.real()
    assert machine.wall().tzinfo is not None
    assert machine.boottime() > 0
    assert len(machine.boot_id()) == 36
