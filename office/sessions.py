"""Signing in, staying signed in, signing out.

Signing in takes the same time whether the address is known or not, counts before it compares, and
gives the same answer to every kind of failure. A session is a random token in the browser and its
hash in the database, so that it can be ended.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, insert, select, update

from office import limits, tables
from office.database import Database
from office.errors import Refused
from office.people import (
    HASHER,
    MAX_EMAIL_LETTERS,
    MAX_PASSWORD_LETTERS,
    Person,
    person_of_row,
)

__all__ = [
    "TRIES_PER_ADDRESS",
    "TRIES_PER_SOURCE",
    "person_of_session",
    "sign_in",
    "sign_out",
]

SESSION_IDLE = timedelta(hours=2)  # without a request
SESSION_LIFE = timedelta(hours=12)  # in any case
SEEN_EVERY = timedelta(minutes=1)  # no write for each request
TRIES_PER_ADDRESS = 5  # failed sign-ins for one address in the window
TRIES_PER_SOURCE = 30  # failed sign-ins from one network address in the window
TRIES_WINDOW = timedelta(minutes=15)

_NOBODYS_HASH = HASHER.hash(secrets.token_hex(16))
"""What an unknown address is compared with, so that it takes as long as a known one."""


def sign_in(
    database: Database, email: str, password: str, source: str, now: datetime
) -> tuple[Person, str]:
    """Check a password and open a session.

    The try is written before anything is compared, and taken back when the password was right.

    Args:
        database: the database; the try is committed in a transaction of its own.
        email: as typed.
        password: as typed.
        source: network address of the browser.
        now: the time.

    Returns:
        The person and the session's token.

    Raises:
        Refused: `too_many_tries`, `sign_in_failed`.
    """
    address = limits.subject_hash("sign-in", email.strip().lower()[:MAX_EMAIL_LETTERS])
    network = limits.subject_hash("sign-in-from", source)
    with database.write() as connection:
        since = now - TRIES_WINDOW
        if (
            limits.count_recent(connection, address, since) >= TRIES_PER_ADDRESS
            or limits.count_recent(connection, network, since) >= TRIES_PER_SOURCE
        ):
            raise Refused(
                "too_many_tries",
                "Too many failed attempts to sign in.",
                "Wait a quarter of an hour and try again.",
            )
        limits.note(connection, address, now, TRIES_WINDOW)
        limits.note(connection, network, now, TRIES_WINDOW)
        query = select(tables.people).where(tables.people.c.email == email.strip().lower())
        row = connection.execute(query).first()
    right = _password_is_right(
        _NOBODYS_HASH if row is None else row.password_hash, password[:MAX_PASSWORD_LETTERS]
    )
    if row is None or not right or not row.active:
        raise Refused(
            "sign_in_failed",
            "The e-mail address or the password is wrong.",
            "Check both and try again, or ask your administrator.",
        )
    token = secrets.token_urlsafe(32)
    with database.write() as connection:
        limits.forget(connection, address)
        limits.take_back(connection, network)
        connection.execute(
            delete(tables.sessions).where(tables.sessions.c.created_at <= now - SESSION_LIFE)
        )
        connection.execute(
            insert(tables.sessions).values(
                token_hash=_token_hash(token), person_id=row.id, created_at=now, seen_at=now
            )
        )
    return person_of_row(row), token


def person_of_session(database: Database, token: str, now: datetime) -> Person | None:
    """Return who a session belongs to; None when it ended or never was."""
    sessions, people = tables.sessions, tables.people
    query = (
        select(people, sessions.c.created_at.label("opened_at"), sessions.c.seen_at)
        .join(sessions, sessions.c.person_id == people.c.id)
        .where(sessions.c.token_hash == _token_hash(token))
    )
    with database.read() as connection:
        row = connection.execute(query).first()
    if row is None or not row.active:
        return None
    if now - row.opened_at > SESSION_LIFE or now - row.seen_at > SESSION_IDLE:
        return None
    if now - row.seen_at > SEEN_EVERY:
        with database.write() as connection:
            connection.execute(
                update(sessions)
                .where(sessions.c.token_hash == _token_hash(token))
                .values(seen_at=now)
            )
    return person_of_row(row)


def sign_out(database: Database, token: str) -> None:
    """End a session; ending one that is gone is fine."""
    with database.write() as connection:
        connection.execute(
            delete(tables.sessions).where(tables.sessions.c.token_hash == _token_hash(token))
        )


def _password_is_right(password_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def _token_hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
