"""The client's way to the final file: links that live 14 days, are counted and can be revoked.

The database keeps only the hash of a link's token. The token is derived from the row's random id
with head office's secret, so that a message can be written again without the token being stored.
"""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from office import tables
from office.documents import Document, find_document
from office.errors import NotFound
from office.head_office import HeadOffice
from office.history import Actor, record
from office.keeping_book import longest_file
from office.keyring import link_hash
from office.lifecycle import State

__all__ = [
    "KEEP_FOR",
    "count_downloads",
    "create_link",
    "create_link_of_kiosk",
    "fetch_by_link",
    "fetch_by_message_link",
    "final_file",
    "link_of",
]

KEEP_FOR = timedelta(days=14)
"""How long the final file and its links live after completion."""

_HASH = re.compile(r"[0-9a-f]{64}")

_WITH_A_FILE = frozenset({State.COMPLETED, State.CONFLICT})
"""States in which the accepted file exists and may be fetched."""


def create_link(office: HeadOffice, connection: Connection, document: Document) -> str:
    """Make a download link for a completed document; it dies when the file is destroyed.

    Returns:
        The id of the link, from which `link_of` gives the address.
    """
    download_id = secrets.token_hex(16)
    token_hash = link_hash(office.keyring.download_link(download_id))
    _add_link(connection, document, download_id, token_hash)
    return download_id


def create_link_of_kiosk(connection: Connection, document: Document, token_hash: object) -> None:
    """Let the address that a kiosk showed to its client lead to the document, by the same rules.

    Args:
        connection: The caller's transaction.
        document: Completed.
        token_hash: What the kiosk reported: SHA-256, hex; anything else makes no link, and neither
            does a hash that is known already.
    """
    if not isinstance(token_hash, str) or not _HASH.fullmatch(token_hash):
        return
    known = select(tables.downloads.c.id).where(tables.downloads.c.token_hash == token_hash)
    if connection.execute(known).first() is None:
        _add_link(connection, document, secrets.token_hex(16), token_hash)


def _add_link(
    connection: Connection, document: Document, download_id: str, token_hash: str
) -> None:
    if document.keep_until is None:
        raise _gone()
    connection.execute(
        insert(tables.downloads).values(
            id=download_id,
            document_id=document.id,
            token_hash=token_hash,
            created_at=document.state_at,
            expires_at=document.keep_until,
            fetched=0,
        )
    )


def link_of(office: HeadOffice, download_id: str) -> str:
    """Return the address of a download link."""
    downloads = tables.downloads
    with office.database.read() as connection:
        known = connection.execute(
            select(downloads.c.token_hash).where(downloads.c.id == download_id)
        ).scalar()
    token = office.keyring.download_link(download_id, str(known or ""))
    return f"{office.settings.public_url}/d/{token}"


def fetch_by_link(office: HeadOffice, token: str, now: datetime) -> tuple[Document, bytes]:
    """Return the document and final file that a download link leads to, and count it.

    Raises:
        NotFound: `link_gone`: unknown, expired, revoked or destroyed; no difference is told.
    """
    downloads = tables.downloads
    with office.database.write() as connection:
        row = connection.execute(
            update(downloads)
            .where(downloads.c.token_hash == link_hash(token), downloads.c.expires_at > now)
            .values(fetched=downloads.c.fetched + 1)
            .returning(downloads.c.document_id, downloads.c.fetched)
        ).first()
        if row is None:
            raise _gone()
        document = find_document(connection, row.document_id)
        data = _for_client(office, connection, document)
        record(connection, now, "downloaded", Actor(), document.id, count=row.fetched)
    return document, data


def fetch_by_message_link(
    office: HeadOffice, document: Document, now: datetime
) -> tuple[Document, bytes]:
    """Return the final file to the client who came by the link of their first message.

    Raises:
        NotFound: `link_gone`.
    """
    if document.keep_until is None or now >= document.keep_until:
        raise _gone()
    with office.database.write() as connection:
        data = _for_client(office, connection, document)
        record(connection, now, "downloaded", Actor(), document.id, by="message_link")
    return document, data


def final_file(office: HeadOffice, connection: Connection, document: Document) -> bytes:
    """Return the accepted final file, with all evidence for long keeping that it has.

    Raises:
        NotFound: `link_gone`, when there is none (yet, or any more).
    """
    if document.state not in _WITH_A_FILE or not document.final_sha256:
        raise _gone()
    return longest_file(office, connection, document)


def _for_client(office: HeadOffice, connection: Connection, document: Document) -> bytes:
    if document.quarantined:  # something came to light after the file was accepted
        raise _gone()
    return final_file(office, connection, document)


def count_downloads(connection: Connection, document_id: str) -> int:
    """Return how often a document's links were used."""
    query = select(tables.downloads.c.fetched).where(tables.downloads.c.document_id == document_id)
    return sum(int(row[0]) for row in connection.execute(query))


def revoke_links(connection: Connection, document_id: str) -> None:
    """Make every download link of a document useless."""
    connection.execute(
        delete(tables.downloads).where(tables.downloads.c.document_id == document_id)
    )


def _gone() -> NotFound:
    return NotFound(
        "link_gone",
        "This link does not lead to a document (any more).",
        "Signed a moment ago? Try again in some minutes. Links live 14 days after signing.",
    )
