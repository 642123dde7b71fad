"""Another secret for codes, links and document keys, in the place of the one in use.

The new secret makes what is new from the moment its file is there; the former ones stay for links
that people have, codes that may be asked for, and what kiosks sealed. The documents' keys in the
database are wrapped anew, so a former secret opens none of them. A cut leaves both kinds, which
both open; the same command makes one more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from office import tables
from office.dispatch import renew_codes_of_all
from office.head_office import HeadOffice
from office.history import Actor, record

__all__ = ["ReplacedSecret", "replace_secret", "wrap_anew"]


@dataclass(frozen=True)
class ReplacedSecret:
    """What a replacement led to."""

    generation: int  # number of the secret that makes what is new
    codes_renewed: int  # clients whose kiosks are sent other keys for their codes


def replace_secret(
    office: HeadOffice, actor: Actor, now: datetime, *, may_be_known: bool
) -> ReplacedSecret:
    """Make what is new of another secret.

    Args:
        office: the head office.
        actor: who does it.
        now: the time.
        may_be_known: somebody else may have the former one: codes of documents that wait for their
            clients come from the new secret at once, and a kiosk takes them from its next contact
            on. Otherwise those documents keep their codes, also at kiosks that are away.

    Raises:
        NotSetUp: `secret_unreadable`; nothing has changed.
    """
    office.keyring.root_secret()
    with office.database.write() as connection:  # one process at a time
        generation = office.keyring.secrets.add()
        wrap_anew(office, connection)
        renewed = renew_codes_of_all(office, connection, actor, now) if may_be_known else 0
        record(
            connection, now, "secret_replaced", actor,
            generation=generation, may_be_known=may_be_known,
        )  # fmt: skip
    return ReplacedSecret(generation, renewed)


def wrap_anew(office: HeadOffice, connection: Connection) -> None:
    """Wrap every key in the database under the newest secret."""
    documents, uploads, kiosks = tables.document_keys, tables.uploads, tables.kiosks
    blobs = office.blobs
    for row in connection.execute(select(documents)).all():
        connection.execute(
            update(documents)
            .where(documents.c.document_id == row.document_id)
            .values(wrapped_key=blobs.wrapped_anew(row.wrapped_key, row.document_id))
        )
    for row in connection.execute(select(uploads)).all():
        subject = f"{row.kiosk_id}/{row.sha256}"
        connection.execute(
            update(uploads)
            .where(uploads.c.kiosk_id == row.kiosk_id, uploads.c.sha256 == row.sha256)
            .values(wrapped_key=blobs.wrapped_anew(row.wrapped_key, subject))
        )
    codes = select(kiosks.c.id, kiosks.c.enrolment_code_id, kiosks.c.enrolment_secret).where(
        kiosks.c.enrolment_secret.is_not(None)
    )
    for row in connection.execute(codes).all():
        connection.execute(
            update(kiosks)
            .where(kiosks.c.id == row.id)
            .values(
                enrolment_secret=blobs.wrapped_anew(row.enrolment_secret, row.enrolment_code_id)
            )
        )
