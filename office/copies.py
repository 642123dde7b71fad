"""Every signed copy of a document, with what was found in it and what people decided about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, insert, select

from office import tables
from office.errors import NotFound
from office.head_office import HeadOffice
from office.signed_copies import Decision

__all__ = ["Copy", "Given", "Ruling", "Standing", "copy_file", "find_copy", "list_copies"]
__all__ += ["note_ruling", "rulings_about"]


_FOR_GOOD = frozenset(
    {"verdict_altered", "verifier_failed", "another_document", "another_client", "out_of_turn"}
)
"""Problems of a file that no decision and no later trust list can mend."""


class Ruling(StrEnum):
    """What a person decided about a copy."""

    ACCEPTED = "accepted"  # it counts
    REJECTED = "rejected"  # it does not
    TAKEN_BACK = "taken_back"  # whatever was decided before is open again


class Standing(StrEnum):
    """How a copy stands now."""

    COUNTS = "counts"  # it completed the document, or the next client signs it
    HELD = "held"  # kept; somebody has to decide
    REJECTED = "rejected"  # kept; somebody decided that it does not count


@dataclass(frozen=True)
class Given:
    """One decision of a person."""

    ruling: Ruling
    at: datetime
    person_name: str
    reason: str  # empty once the document is destroyed


@dataclass(frozen=True)
class Copy:
    """One signed file that a kiosk delivered."""

    sha256: str
    kiosk_id: str
    kiosk_name: str
    received_at: datetime
    decision: str  # what head office did by itself when it came: one of `Decision`
    verdict: Mapping[str, Any]  # as kept then
    rulings: tuple[Given, ...]  # oldest first

    @property
    def place(self) -> int | None:
        """Whose turn this is; None for a sealed file."""
        place = self.verdict.get("turn")
        return place if isinstance(place, int) else None

    @property
    def problems(self) -> Sequence[str]:
        """Codes of what did not add up."""
        return tuple(self.verdict.get("problems", ()))

    @property
    def is_hopeless(self) -> bool:
        """Whether what was found in the file itself can never be otherwise."""
        return any(code in _FOR_GOOD or code.startswith("turn_") for code in self.problems)

    @property
    def ruling(self) -> Ruling | None:
        """The last word of a person; None when nobody has decided, or took it back."""
        last = self.rulings[-1].ruling if self.rulings else None
        return None if last is Ruling.TAKEN_BACK else last

    @property
    def standing(self) -> Standing:
        """How it stands now."""
        if self.ruling is not None:
            return Standing.COUNTS if self.ruling is Ruling.ACCEPTED else Standing.REJECTED
        if not self.rulings and self.decision in {Decision.ACCEPTED, Decision.TURN}:
            return Standing.COUNTS
        return Standing.HELD


def list_copies(connection: Connection, document_id: str) -> list[Copy]:
    """Return a document's copies, oldest first."""
    copies, kiosks = tables.signed_copies, tables.kiosks
    query = (
        select(copies, kiosks.c.name.label("kiosk_name"))
        .join(kiosks, kiosks.c.id == copies.c.kiosk_id)
        .where(copies.c.document_id == document_id)
        .order_by(copies.c.received_at, copies.c.sha256)
    )
    given = _rulings(connection, document_id)
    return [
        Copy(
            sha256=row.sha256,
            kiosk_id=row.kiosk_id,
            kiosk_name=row.kiosk_name,
            received_at=row.received_at,
            decision=row.decision,
            verdict=row.verdict or {},
            rulings=given.get(row.sha256, ()),
        )
        for row in connection.execute(query)
    ]


def find_copy(connection: Connection, document_id: str, sha256: str) -> Copy:
    """Return one copy.

    Raises:
        NotFound: `no_such_file`.
    """
    found = [one for one in list_copies(connection, document_id) if one.sha256 == sha256]
    if not found:
        raise NotFound(
            "no_such_file",
            "This file is not kept here (any more).",
            "Files are destroyed 14 days after signing; ask the person who has a copy.",
        )
    return found[0]


def copy_file(office: HeadOffice, connection: Connection, document_id: str, copy: Copy) -> bytes:
    """Return the bytes of a copy.

    Raises:
        NotFound: `no_such_file`, when a longer file holds them, or they were destroyed.
    """
    kind = "final" if copy.place is None else "turn"
    return office.blobs.get(connection, document_id, kind, copy.sha256)


def note_ruling(
    connection: Connection,
    document_id: str,
    sha256: str,
    ruling: Ruling,
    person_id: str,
    reason: str,
    now: datetime,
) -> None:
    """Write a person's decision down, in the caller's transaction."""
    connection.execute(
        insert(tables.rulings).values(
            document_id=document_id,
            sha256=sha256,
            at=now,
            person_id=person_id,
            ruling=ruling.value,
            reason=reason,
        )
    )


def rulings_about(connection: Connection, document_id: str, sha256: str) -> tuple[Given, ...]:
    """Return what people decided about one copy, or with no name about the document itself."""
    return _rulings(connection, document_id).get(sha256, ())


def _rulings(connection: Connection, document_id: str) -> dict[str, tuple[Given, ...]]:
    rulings, people = tables.rulings, tables.people
    query = (
        select(rulings, people.c.name)
        .join(people, people.c.id == rulings.c.person_id)
        .where(rulings.c.document_id == document_id)
        .order_by(rulings.c.id)
    )
    found: dict[str, tuple[Given, ...]] = {}
    for row in connection.execute(query):
        one = Given(Ruling(row.ruling), row.at, row.name, row.reason)
        found[row.sha256] = (*found.get(row.sha256, ()), one)
    return found
