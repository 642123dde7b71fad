"""The transactional outbox: work that must follow a change, written in the change's transaction.

A job is leased before it runs and marked afterwards, so that a process killed in between runs it
again when the lease ends; every handler therefore does the same thing twice without harm, or says
in its `unique_key` what must not happen twice. Only the holder of the lease marks it. A job past
its `drop_after` is dropped, never run late: an old confirmation code must not reach anyone. A
message that was given up is written into its document's history, where the operator sees it. A job
that comes back by itself, such as renewing evidence, says when, and is never given up.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update

from office import tables
from office.database import Database
from office.errors import DeliveryError, OfficeError
from office.history import Actor, record

__all__ = ["Handler", "Job", "JobKind", "JobState", "NotYet", "enqueue", "run_due_jobs"]

LEASE = timedelta(minutes=2)  # longer than any handler takes
MAX_TRIES = 12  # with the back-off below: about three hours; some kinds are never given up
FIRST_WAIT = timedelta(seconds=5)  # doubled after each failed try
LONGEST_WAIT = timedelta(hours=1)
KEEP_FINISHED = timedelta(days=14)  # finished jobs are forgotten after this

_CODE_MESSAGE = "client_code"  # what a job without a named message was about

_LOG = logging.getLogger(__name__)


class JobKind(StrEnum):
    """What a job does; each kind has one handler in `office.work`."""

    MESSAGE = "message"  # tell a person something, by e-mail or SMS
    CODE = "code"  # send a confirmation code to a client
    DIRECTOR_CODE = "director_code"  # send a confirmation code to a director
    ENDINGS = "endings"  # tell an administrator which keys and lists run out
    DECISION = "decision"  # tell somebody who may decide that a document was held back
    STAFF_INVITED = "staff_invited"  # let somebody at the front desk choose a PIN
    DESTROY = "destroy"  # destroy a document for good
    KEEP = "keep"  # add evidence for long keeping to a final file, and renew it


_NEVER_GIVEN_UP = frozenset({JobKind.DESTROY, JobKind.KEEP})


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"  # to be run, now or later
    DONE = "done"  # ran
    DROPPED = "dropped"  # too old to be run
    FAILED = "failed"  # gave up


@dataclass(frozen=True)
class Job:
    """One piece of work."""

    id: int
    kind: JobKind
    payload: Mapping[str, Any]  # names of things, no secrets
    document_id: str | None
    created_at: datetime
    tries: int  # this one included
    lease: str  # whoever took the job, this time


Handler = Callable[[Job, datetime], datetime | None]
"""Does a job and says when to do it again, None for never; raises OfficeError when it failed."""


class NotYet(OfficeError):
    """What a job needs is not there yet; it is tried again like one that failed."""


def enqueue(
    connection: Connection,
    kind: JobKind,
    unique_key: str,
    payload: Mapping[str, Any],
    now: datetime,
    *,
    document_id: str | None = None,
    run_after: datetime | None = None,
    drop_after: datetime | None = None,
) -> bool:
    """Write a job in the caller's transaction, unless one with this key is already there.

    Returns:
        True when it was written, False when it was there before.
    """
    known = select(tables.jobs.c.id).where(tables.jobs.c.unique_key == unique_key)
    if connection.execute(known).first() is not None:
        return False
    connection.execute(
        insert(tables.jobs).values(
            kind=kind.value,
            unique_key=unique_key,
            payload=dict(payload),
            document_id=document_id,
            state=JobState.WAITING.value,
            created_at=now,
            run_after=run_after or now,
            drop_after=drop_after,
            tries=0,
        )
    )
    return True


def run_due_jobs(
    database: Database,
    handlers: Mapping[JobKind, Handler],
    now: datetime,
    limit: int = 1,
) -> int:
    """Run jobs that are due and of a kind that has a handler here, one after the other.

    Args:
        database: where they stand.
        handlers: what does each kind of job.
        now: the time. A job can take a minute, so whoever has a clock runs one for each look at
            it: with a time of long ago a code that is too old would still be sent.
        limit: how many.

    Returns:
        How many were taken (done, failed or dropped).
    """
    taken = 0
    while taken < limit:
        job = _lease_next(database, list(handlers), now)
        if job is None:
            break
        taken += 1
        _run(database, handlers[job.kind], job, now)
    if taken == 0:
        _forget_finished(database, now)
    return taken


def _lease_next(database: Database, kinds: list[JobKind], now: datetime) -> Job | None:
    """Take the next due job, dropping those that came too late."""
    jobs = tables.jobs
    due = (
        select(jobs)
        .where(
            jobs.c.state == JobState.WAITING.value,
            jobs.c.kind.in_([kind.value for kind in kinds]),
            jobs.c.run_after <= now,
            or_(jobs.c.lease_until.is_(None), jobs.c.lease_until <= now),
        )
        .order_by(jobs.c.run_after, jobs.c.id)
        .limit(1)
    )
    with database.read() as connection:
        if connection.execute(due).first() is None:
            return None
    lease = secrets.token_hex(16)
    with database.write() as connection:
        connection.execute(
            update(jobs)
            .where(jobs.c.state == JobState.WAITING.value, jobs.c.drop_after < now)
            .values(state=JobState.DROPPED.value, lease_until=None)
        )
        row = connection.execute(due.with_for_update(skip_locked=True)).first()
        if row is None:
            return None
        connection.execute(
            update(jobs)
            .where(jobs.c.id == row.id)
            .values(lease=lease, lease_until=now + LEASE, tries=row.tries + 1)
        )
    return Job(
        row.id,
        JobKind(row.kind),
        row.payload,
        row.document_id,
        row.created_at,
        row.tries + 1,
        lease,
    )


def _run(database: Database, handler: Handler, job: Job, now: datetime) -> None:
    error: OfficeError | None = None
    again: datetime | None = None
    try:
        again = handler(job, now)
    except OfficeError as raised:
        error = raised
    except Exception:  # noqa: BLE001 - one broken job must not stop the others
        _LOG.exception("event=job_broken kind=%s job=%d", job.kind.value, job.id)
        error = OfficeError("job_broken", "This job met an error in the program.")
    after = _after(job, error, again, now)
    jobs = tables.jobs
    with database.write() as connection:
        marked = connection.execute(
            update(jobs).where(jobs.c.id == job.id, jobs.c.lease == job.lease).values(**after)
        )
        given_up = error is not None and after.get("state") == JobState.FAILED.value
        if error is not None and given_up and marked.rowcount and job.document_id is not None:
            what = job.payload.get("message", _CODE_MESSAGE)
            record(
                connection, now, "message_failed", Actor(), job.document_id,
                message=what, code=error.code,
            )  # fmt: skip


def _after(
    job: Job, error: OfficeError | None, again: datetime | None, now: datetime
) -> dict[str, Any]:
    """Say what becomes of a job that ran."""
    if again is not None:
        return {"run_after": again, "lease_until": None, "error": None, "tries": 0}
    if error is None:
        return {"state": JobState.DONE.value, "lease_until": None, "error": None}
    for_good = isinstance(error, DeliveryError) and not error.retry
    _LOG.log(
        logging.INFO if isinstance(error, NotYet) else logging.WARNING,
        "event=job_failed kind=%s job=%d code=%s tries=%d",
        job.kind.value,
        job.id,
        error.code,
        job.tries,
    )
    if for_good or (job.tries >= MAX_TRIES and job.kind not in _NEVER_GIVEN_UP):
        return {"state": JobState.FAILED.value, "lease_until": None, "error": error.code}
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (job.tries - 1))
    return {"run_after": now + wait, "lease_until": None, "error": error.code}


def _forget_finished(database: Database, now: datetime) -> None:
    old = [
        tables.jobs.c.state != JobState.WAITING.value,
        tables.jobs.c.created_at <= now - KEEP_FINISHED,
    ]
    with database.read() as connection:
        if connection.execute(select(tables.jobs.c.id).where(*old).limit(1)).first() is None:
            return
    with database.write() as connection:
        connection.execute(delete(tables.jobs).where(*old))
