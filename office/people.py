"""People of head office: who they are and what they may do.

Passwords are kept as argon2id hashes; `office.sessions` checks them.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from enum import StrEnum
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import Connection, Row, delete, insert, select, update

from office import tables
from office.errors import NotAllowed, NotFound, Refused
from office.history import Actor, record
from office.lines import writable_line
from office.settings import LANGUAGES

__all__ = [
    "MAX_NAME_LETTERS",
    "MIN_PASSWORD_LETTERS",
    "NewPerson",
    "Person",
    "Role",
    "add_person",
    "checked_email",
    "find_person",
    "list_people",
    "require_role",
    "set_active",
    "set_password",
]

MIN_PASSWORD_LETTERS = 10
MAX_PASSWORD_LETTERS = 200  # argon2 would take more; nobody types it
MAX_NAME_LETTERS = 64  # of a certificate's common name (RFC 5280, appendix A)
MAX_EMAIL_LETTERS = 254  # RFC 5321, 4.5.3.1.3

HASHER = PasswordHasher()
"""argon2id with the library's present defaults (RFC 9106, second recommended option)."""


class Role(StrEnum):
    """What a person may do; each route says which roles it serves."""

    OPERATOR = "operator"  # prepares and follows documents
    DIRECTOR = "director"  # signs for the company; also follows documents
    ADMINISTRATOR = "administrator"  # kiosks and people; also prepares and follows documents


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in."""

    id: str  # 32 hex digits
    email: str  # lower case; also where a director's codes go
    name: str  # as it stands on documents
    role: Role
    language: str  # of the screens and messages
    active: bool  # False: kept for the history, cannot sign in
    has_key: bool  # has an own signing key and certificate


@dataclass(frozen=True)
class NewPerson:
    """What is asked for when somebody is added."""

    email: str
    name: str
    role: Role
    language: str
    password: str


def add_person(connection: Connection, new: NewPerson, actor: Actor, now: datetime) -> Person:
    """Add a person. A director still needs a key: `office.trust.certify_director`.

    Raises:
        Refused: `bad_email`, `bad_name`, `unsupported_letters`, `bad_language`,
            `password_too_short`, `password_too_long`, `email_taken`.
    """
    email = checked_email(new.email)
    name = _checked_name(new.name)
    if new.language not in LANGUAGES:
        raise Refused("bad_language", "This language is not offered.", "Choose another one.")
    _check_password(new.password)
    known = select(tables.people.c.id).where(tables.people.c.email == email)
    if connection.execute(known).first() is not None:
        raise Refused(
            "email_taken",
            "Somebody with this e-mail address is already here.",
            "Use another address, or edit the person who has it.",
        )
    person = Person(secrets.token_hex(16), email, name, new.role, new.language, True, False)
    connection.execute(
        insert(tables.people).values(
            id=person.id,
            email=email,
            name=name,
            role=new.role.value,
            language=new.language,
            password_hash=HASHER.hash(new.password),
            active=True,
            created_at=now,
        )
    )
    record(connection, now, "person_added", actor, person=person.id, role=new.role.value)
    return person


def find_person(connection: Connection, person_id: str) -> Person:
    """Return a person.

    Raises:
        NotFound: `no_such_person`.
    """
    row = connection.execute(select(tables.people).where(tables.people.c.id == person_id)).first()
    if row is None:
        raise _no_such_person()
    return person_of_row(row)


def list_people(connection: Connection, role: Role | None = None) -> list[Person]:
    """Return the people, by name; only active ones with `role` when it is given."""
    query = select(tables.people).order_by(tables.people.c.name)
    if role is not None:
        query = query.where(tables.people.c.role == role.value, tables.people.c.active)
    return [person_of_row(row) for row in connection.execute(query)]


def set_active(
    connection: Connection, person_id: str, active: bool, actor: Actor, now: datetime
) -> None:
    """Let a person sign in, or no more; sessions of a person put aside end at once.

    Raises:
        NotFound: `no_such_person`.
        Refused: `not_yourself`, when an administrator would lock themselves out.
    """
    find_person(connection, person_id)
    if person_id == actor.person_id and not active:
        raise Refused(
            "not_yourself",
            "You cannot put yourself aside.",
            "Ask another administrator to do it.",
        )
    connection.execute(
        update(tables.people).where(tables.people.c.id == person_id).values(active=active)
    )
    if not active:
        connection.execute(delete(tables.sessions).where(tables.sessions.c.person_id == person_id))
    kind = "person_activated" if active else "person_put_aside"
    record(connection, now, kind, actor, person=person_id)


def set_password(
    connection: Connection, email: str, password: str, actor: Actor, now: datetime
) -> None:
    """Give a person another password; their sessions end at once.

    Raises:
        NotFound: `no_such_person`.
        Refused: `password_too_short`, `password_too_long`.
    """
    _check_password(password)
    people = tables.people
    person_id = connection.execute(
        update(people)
        .where(people.c.email == email.strip().lower())
        .values(password_hash=HASHER.hash(password))
        .returning(people.c.id)
    ).scalar()
    if person_id is None:
        raise _no_such_person()
    connection.execute(delete(tables.sessions).where(tables.sessions.c.person_id == person_id))
    record(connection, now, "password_changed", actor, person=person_id)


def require_role(person: Person, *roles: Role) -> None:
    """Refuse a person whose role is not among `roles`.

    Raises:
        NotAllowed: `not_allowed`.
    """
    if person.role not in roles:
        raise NotAllowed(
            "not_allowed",
            "Your role does not allow this.",
            "Ask an administrator, or somebody whose task it is.",
        )


def person_of_row(row: Row[Any]) -> Person:
    """Return the person of a row of the table of people."""
    return Person(
        id=row.id,
        email=row.email,
        name=row.name,
        role=Role(row.role),
        language=row.language,
        active=row.active,
        has_key=row.certificate_der is not None,
    )


def _no_such_person() -> NotFound:
    return NotFound("no_such_person", "There is no such person.", "Check the list of people.")


def checked_email(text: str) -> str:
    """Return an e-mail address in its one form.

    Raises:
        Refused: `bad_email`.
    """
    email = text.strip().lower()
    if (
        not 3 <= len(email) <= MAX_EMAIL_LETTERS
        or parseaddr(email)[1] != email
        or email.count("@") != 1
        or not all(email.split("@"))
        or any(letter.isspace() for letter in email)
    ):
        raise Refused(
            "bad_email", "This is not an e-mail address.", "Write it like anna@example.com."
        )
    return email


def _checked_name(text: str) -> str:
    refusal = Refused(
        "bad_name",
        f"A name has 1 to {MAX_NAME_LETTERS} letters.",
        "Write the first name and the surname.",
    )
    return writable_line(text, MAX_NAME_LETTERS, refusal)


def _check_password(password: str) -> None:
    if len(password) < MIN_PASSWORD_LETTERS:
        raise Refused(
            "password_too_short",
            f"A password has at least {MIN_PASSWORD_LETTERS} letters.",
            "Take a longer one; a few words do well.",
        )
    if len(password) > MAX_PASSWORD_LETTERS:
        raise Refused(
            "password_too_long",
            f"A password has at most {MAX_PASSWORD_LETTERS} letters.",
            "Take a shorter one.",
        )
