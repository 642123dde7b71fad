"""Telling administrators by e-mail what runs out: once at the first warning, then at each reminder.

What was told is remembered by name and stage in the transaction that writes the jobs, so that
nobody is told twice and nothing is forgotten when a process dies in between.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from office import tables
from office.delivery.sender import Senders, send
from office.endings import Ending, list_endings
from office.head_office import HeadOffice
from office.jobs import Job, JobKind, enqueue
from office.messages import MessageKind, message_to_administrator
from office.people import Role, find_person, list_people

__all__ = ["enqueue_endings", "send_endings"]


def enqueue_endings(office: HeadOffice, now: datetime) -> int:
    """Write a message to every administrator about what reached another stage.

    Returns:
        How many things there are to tell; 0 when everybody knows.
    """
    with office.database.read() as connection:
        if not _untold(connection, list_endings(office, connection, now)):
            return 0
    notices = tables.ending_notices
    with office.database.write() as connection:
        endings = _untold(connection, list_endings(office, connection, now))
        people = list_people(connection, Role.ADMINISTRATOR)
        if not people:
            return 0
        for ending in endings:
            connection.execute(
                insert(notices).values(name=ending.name, stage=ending.stage, told_at=now)
            )
        told = [
            {
                "kind": ending.kind.value,
                "holder": ending.holder,
                "ends": ending.ends.isoformat(),
                "ended": ending.ends <= now,
            }
            for ending in endings
        ]
        for person in people:
            key = f"endings:{now:%Y%m%dT%H%M%S}:{person.id}"
            payload = {"person": person.id, "endings": told}
            enqueue(connection, JobKind.ENDINGS, key, payload, now)
    return len(endings)


def send_endings(office: HeadOffice, senders: Senders, job: Job) -> None:
    """Send one administrator one message."""
    with office.database.read() as connection:
        person = find_person(connection, job.payload["person"])
    if not person.active or person.role is not Role.ADMINISTRATOR:
        return
    told = [{**one, "ends": datetime.fromisoformat(one["ends"])} for one in job.payload["endings"]]
    send(
        senders,
        message_to_administrator(
            office,
            person,
            MessageKind.ADMINISTRATOR_ENDINGS,
            f"endings:{job.id}",
            endings=told,
            ended=any(one["ended"] for one in told),
        ),
    )


def _untold(connection: Any, endings: list[Ending]) -> list[Ending]:
    notices = tables.ending_notices
    names = [ending.name for ending in endings]
    rows = connection.execute(
        select(notices.c.name, notices.c.stage).where(notices.c.name.in_(names))
    )
    known = {(name, stage) for name, stage in rows}
    return [ending for ending in endings if (ending.name, ending.stage) not in known]
