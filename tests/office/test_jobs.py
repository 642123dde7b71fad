"""The outbox: once, leased, retried, dropped when too old."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from office import tables
from office.errors import DeliveryError, OfficeError
from office.head_office import HeadOffice
from office.jobs import LEASE, MAX_TRIES, Job, JobKind, enqueue, run_due_jobs
from tests.office.town_hall import Clock

Work = Callable[[Job, datetime], None]


def put(
    office: HeadOffice, clock: Clock, key: str = "one", drop_after: datetime | None = None
) -> bool:
    with office.database.write() as connection:
        return enqueue(connection, JobKind.MESSAGE, key, {"n": 1}, clock(), drop_after=drop_after)


def run(office: HeadOffice, clock: Clock, work: Work) -> int:
    return run_due_jobs(office.database, {JobKind.MESSAGE: work}, clock(), limit=50)


def states(office: HeadOffice) -> list[tuple[str, int, str | None]]:
    jobs = tables.jobs
    with office.database.read() as connection:
        query = select(jobs.c.state, jobs.c.tries, jobs.c.error).order_by(jobs.c.id)
        return [(state, tries, error) for state, tries, error in connection.execute(query)]


def test_a_job_runs_once(office: HeadOffice, clock: Clock) -> None:
    ran: list[Job] = []
    put(office, clock)
    assert run(office, clock, lambda job, _now: ran.append(job)) == 1
    assert run(office, clock, lambda job, _now: ran.append(job)) == 0
    assert len(ran) == 1
    assert ran[0].payload == {"n": 1}
    assert states(office) == [("done", 1, None)]


def test_the_same_key_is_written_once(office: HeadOffice, clock: Clock) -> None:
    assert put(office, clock)
    assert not put(office, clock)
    assert len(states(office)) == 1


def test_a_job_of_a_transaction_that_fails_does_not_exist(office: HeadOffice, clock: Clock) -> None:
    def interrupted() -> None:
        with office.database.write() as connection:
            enqueue(connection, JobKind.MESSAGE, "x", {}, clock())
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        interrupted()
    assert states(office) == []


def test_a_gateway_that_is_down_is_tried_again_ever_more_slowly(
    office: HeadOffice, clock: Clock
) -> None:
    def fail(_job: Job, _now: datetime) -> None:
        raise DeliveryError("down", "It is down.", retry=True)

    put(office, clock)
    assert run(office, clock, fail) == 1
    assert run(office, clock, fail) == 0
    clock.forward(seconds=5)
    assert run(office, clock, fail) == 1
    clock.forward(seconds=5)
    assert run(office, clock, fail) == 0
    for _ in range(MAX_TRIES):
        clock.forward(hours=1)
        run(office, clock, fail)
    assert states(office) == [("failed", MAX_TRIES, "down")]


def test_a_refusal_for_good_is_not_tried_again(office: HeadOffice, clock: Clock) -> None:
    def refuse(_job: Job, _now: datetime) -> None:
        raise DeliveryError("refused", "No such number.", retry=False)

    put(office, clock)
    run(office, clock, refuse)
    clock.forward(days=1)
    assert run(office, clock, refuse) == 0
    assert states(office) == [("failed", 1, "refused")]


def test_a_job_whose_process_was_killed_runs_again_when_its_lease_ends(
    office: HeadOffice, clock: Clock
) -> None:
    def killed(_job: Job, _now: datetime) -> None:
        raise SystemExit(9)  # what no handler catches: the process is gone

    ran: list[Job] = []
    put(office, clock)
    with pytest.raises(SystemExit):
        run(office, clock, killed)
    assert run(office, clock, lambda job, _now: ran.append(job)) == 0
    clock.forward(seconds=LEASE.total_seconds())
    assert run(office, clock, lambda job, _now: ran.append(job)) == 1
    assert ran[0].tries == 2


def test_a_job_that_is_too_old_is_dropped_and_never_run(office: HeadOffice, clock: Clock) -> None:
    ran: list[Job] = []
    put(office, clock, drop_after=clock() + timedelta(seconds=60))
    clock.forward(seconds=61)
    run(office, clock, lambda job, _now: ran.append(job))
    assert ran == []
    assert states(office) == [("dropped", 0, None)]


def test_a_broken_job_does_not_stop_the_others(office: HeadOffice, clock: Clock) -> None:
    ran: list[int] = []

    def work(job: Job, _now: datetime) -> None:
        if job.id == 1:
            raise ZeroDivisionError
        ran.append(job.id)

    put(office, clock, "one")
    put(office, clock, "two")
    run(office, clock, work)
    assert ran == [2]
    assert states(office)[0] == ("waiting", 1, "job_broken")


def test_finished_jobs_are_forgotten_after_two_weeks(office: HeadOffice, clock: Clock) -> None:
    put(office, clock)
    run(office, clock, lambda _job, _now: None)
    clock.forward(days=15)
    run(office, clock, lambda _job, _now: None)
    assert states(office) == []


def test_whoever_lost_the_lease_does_not_mark_the_job(office: HeadOffice, clock: Clock) -> None:
    def overtaken(_job: Job, _now: datetime) -> None:
        clock.forward(seconds=LEASE.total_seconds())
        run(office, clock, lambda _job, _now: None)
        raise DeliveryError("late", "It took too long.", retry=True)

    put(office, clock)
    run(office, clock, overtaken)
    assert states(office) == [("done", 2, None)]


def test_destroying_is_never_given_up(office: HeadOffice, clock: Clock) -> None:
    def fail(_job: Job, _now: datetime) -> None:
        raise OfficeError("store_failed", "The store is away.")

    with office.database.write() as connection:
        enqueue(connection, JobKind.DESTROY, "destroy:1", {}, clock())
    for _ in range(MAX_TRIES + 3):
        run_due_jobs(office.database, {JobKind.DESTROY: fail}, clock.forward(hours=1))
    assert states(office) == [("waiting", MAX_TRIES + 3, "store_failed")]


def test_one_job_is_run_for_each_look_at_the_clock(office: HeadOffice, clock: Clock) -> None:
    """A slow gateway before it must not let a code be sent after its time."""
    ran: list[Job] = []

    def slow(job: Job, _now: datetime) -> None:
        ran.append(job)
        clock.forward(seconds=61)

    put(office, clock, "slow")
    put(office, clock, "code", drop_after=clock() + timedelta(seconds=60))
    while run_due_jobs(office.database, {JobKind.MESSAGE: slow}, clock()):
        pass
    assert [state for state, _tries, _error in states(office)] == ["done", "dropped"]
    assert len(ran) == 1
