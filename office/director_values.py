"""What the director fills in before signing: checked and kept field by field.

Values belong to one document and are part of what a confirmation code is for
(`office.director_desk`): a value that changes after the code was sent makes the code worthless.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update

from office import tables
from office.documents import Document, find_document, no_such_document
from office.errors import Refused
from office.head_office import HeadOffice
from office.history import Actor, record
from office.lifecycle import State
from office.people import Person
from signing.errors import FieldRefused
from signing.field_rules import check_value
from signing.fields import FieldSpec, asked_fields
from signing.filling import checked_values

__all__ = [
    "Kept",
    "asked_of_director",
    "checked_apart",
    "is_filled",
    "keep_values",
    "values_digest",
    "values_ready",
]


@dataclass(frozen=True)
class Kept:
    """What became of the values that were sent."""

    document: Document  # with the values that were kept
    problems: Mapping[str, FieldRefused]  # by key; these were not kept


def asked_of_director(document: Document) -> tuple[FieldSpec, ...]:
    """Return the fields that the director is asked for."""
    return () if document.plan is None else asked_fields(document.plan.director_fields)


def keep_values(
    office: HeadOffice,
    person: Person,
    document_id: str,
    entered: Mapping[str, str],
    now: datetime,
) -> Kept:
    """Keep every value that fits its field, and say what is wrong with the others.

    Args:
        office: head office.
        person: the director.
        document_id: a document that waits for this director.
        entered: what was typed, by the key of the field; a key that is missing is an empty value.
        now: aware UTC.

    Raises:
        NotFound: `no_such_document`, also for somebody else's.
        Refused: `not_waiting`, when it was signed or cancelled meanwhile.
    """
    with office.database.write() as connection:
        document = find_document(connection, document_id)
        if document.director_id != person.id:
            raise no_such_document()
        if document.state is not State.SENT:
            raise Refused(
                "not_waiting",
                "One of the documents does not wait for your signature (any more).",
                "Look at the queue again.",
            )
        good, problems = checked_apart(document, entered)
        values = {**document.director_values, **good}
        connection.execute(
            update(tables.documents)
            .where(tables.documents.c.id == document_id)
            .values(director_values=values)
        )
        record(connection, now, "director_filled", Actor(person.id), document_id)
        return Kept(find_document(connection, document_id), problems)


def checked_apart(
    document: Document, entered: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, FieldRefused]]:
    """Return the values that fit their fields, and what is wrong with the others, by key."""
    values: dict[str, str] = {}
    problems: dict[str, FieldRefused] = {}
    for spec in asked_of_director(document):
        try:
            values[spec.key] = check_value(spec, entered.get(spec.key, ""), document.language)
        except FieldRefused as error:
            problems[spec.key] = error
    return values, problems


def is_filled(document: Document) -> bool:
    """Tell whether everything that the director must fill in is there."""
    try:
        values_ready(document)
    except Refused:
        return False
    return True


def values_ready(document: Document) -> Mapping[str, str]:
    """Return the director's values, ready to be signed with.

    Raises:
        Refused: `not_filled_in`, when something that is needed is missing.
    """
    if document.plan is None:
        return {}
    asked = asked_of_director(document)
    keys = {spec.key for spec in asked}
    values = {key: value for key, value in document.director_values.items() if key in keys}
    if any(spec.suggested is not None and spec.key not in values for spec in asked):
        raise _not_filled_in(document)  # what is only suggested is his when he has saved it
    try:
        return checked_values(document.plan.director_fields, values, document.language)
    except FieldRefused as error:
        raise _not_filled_in(document) from error


def _not_filled_in(document: Document) -> Refused:
    return Refused(
        "not_filled_in",
        f"“{document.title}” has fields that you must fill in first.",
        "Open the document, fill them in and sign it then.",
    )


def values_digest(document: Document) -> str:
    """Return the values in one form, for the digest that a code is bound to."""
    return json.dumps(dict(document.director_values), sort_keys=True, ensure_ascii=False)
