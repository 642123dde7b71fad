"""Counting acts that may only happen so often: failed sign-ins, requests for codes and links.

The database keeps a hash of what is limited and the moment, nothing else; old rows go with the
next count of the same subject, and after a day in any case.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, delete, func, insert, select

from office import tables

__all__ = ["count_recent", "forget", "forget_old", "note", "subject_hash", "take_back"]

LONGEST_WINDOW = timedelta(days=1)
"""No act is counted for longer."""


def subject_hash(kind: str, value: str) -> str:
    """Return the name under which an act is counted; the value cannot be read from it."""
    return sha256(f"{kind}|{value}".encode()).hexdigest()


def count_recent(connection: Connection, subject: str, since: datetime) -> int:
    """Return how often the act happened after `since`."""
    query = select(func.count()).where(tables.tries.c.subject == subject, tables.tries.c.at > since)
    return int(connection.execute(query).scalar_one())


def note(connection: Connection, subject: str, now: datetime, window: timedelta) -> None:
    """Write down one act, and forget those older than the window in which they count."""
    connection.execute(
        delete(tables.tries).where(
            tables.tries.c.subject == subject, tables.tries.c.at <= now - window
        )
    )
    connection.execute(insert(tables.tries).values(subject=subject, at=now))


def forget_old(connection: Connection, now: datetime) -> None:
    """Forget acts that count no more, of subjects that never came again."""
    connection.execute(delete(tables.tries).where(tables.tries.c.at <= now - LONGEST_WINDOW))


def take_back(connection: Connection, subject: str) -> None:
    """Uncount the latest act: it turned out to be none."""
    latest = select(func.max(tables.tries.c.id)).where(tables.tries.c.subject == subject)
    connection.execute(delete(tables.tries).where(tables.tries.c.id == latest.scalar_subquery()))


def forget(connection: Connection, subject: str) -> None:
    """Start counting an act afresh."""
    connection.execute(delete(tables.tries).where(tables.tries.c.subject == subject))
