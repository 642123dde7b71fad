"""The way of the clients out of the documents' rows, and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from office import tables
from office.clients import clients_of
from office.database import Database, open_database, sqlite_url
from office.documents import find_document

DOCUMENT, SIGNER = "dddddddddddddddddddddddddddddddd", "ssssssssssssssss"
OLD_ROWS = """
INSERT INTO people (id, email, name, role, language, password_hash, active, created_at)
VALUES ('p', 'p@x.example', 'P', 'director', 'pl', 'x', 1, 0);

INSERT INTO kiosks (id, name, created_at, nonce, row_counter, event_sequence)
VALUES ('k', 'K', 0, 0, 0, 0);

INSERT INTO documents (id, number, short_number, title, language, state, state_at, quarantined,
created_at, created_by, director_id, kiosk_id, signer_id, client_name, channel, contact,
stamp_wanted, pages, layout, link_hash, code_generation, code_locked)
VALUES ('dddddddddddddddddddddddddddddddd', '1', '1234566', 'T', 'pl', 'completed', 9, 0,
0, 'p', 'p', 'k', 'ssssssssssssssss', 'Anna', 'sms', '+48600100200',
0, 2, '{"fields": [], "signature": {"page": 0, "x": 1, "y": 2, "width": 90, "height": 40},
"stamp": null, "director_signature": null, "director_fields": []}', 'hash', 3, 1);

INSERT INTO events (at, kind, document_id, body)
VALUES (7, 'client_signed', 'dddddddddddddddddddddddddddddddd', '{}');

INSERT INTO codes (document_id, generation, counter, contact_hash, issued_at, expires_at)
VALUES ('dddddddddddddddddddddddddddddddd', 3, 5, 'c', 0, 0);
"""
OLD_COLUMNS = "SELECT signer_id, client_name, contact, link_hash, code_generation FROM documents"


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Database]:
    """A database of the time when a document had one client, with one that was signed."""
    database = open_database(sqlite_url(tmp_path / "a.sqlite3"))
    database.downgrade("0003")
    with database.write() as connection:
        for statement in OLD_ROWS.split(";\n"):
            if statement.strip():
                connection.exec_driver_sql(statement)
    yield database
    database.close()


def test_a_documents_only_client_gets_a_row_and_keeps_everything(old: Database) -> None:
    old.upgrade()
    with old.read() as connection:
        document = find_document(connection, DOCUMENT)
        assert connection.execute(select(tables.codes.c.signer_id)).scalar_one() == SIGNER
    (client,) = document.clients
    assert (client.name, client.signer_id, client.link_hash) == ("Anna", SIGNER, "hash")
    assert (client.code_generation, client.code_locked) == (3, True)
    assert document.layout.signature is not None
    assert set(client.layout) == {"fields", "signature", "stamp"}
    assert client.signed_at is not None
    assert (document.turn, client.signed_at.microsecond) == (1, 7000)


def test_the_way_back_leaves_what_was_there(old: Database) -> None:
    def content() -> list[object]:
        with old.read() as connection:
            rows = connection.execute(text(OLD_COLUMNS)).all()
            return [*rows, *connection.execute(text("SELECT * FROM codes")).all()]

    before = content()
    old.upgrade()
    old.downgrade("0003")
    assert content() == before
    old.upgrade()
    with old.read() as connection:
        assert len(clients_of(connection, [DOCUMENT])[DOCUMENT]) == 1


def test_receipts_of_turns_become_as_short_as_a_trust_list_takes_them(old: Database) -> None:
    old.upgrade()
    old.downgrade("0010")
    copies, long = tables.signed_copies, "0123456789abcdef" * 4
    kept = {"a": long, "b": "fedcba9876543210", "c": None}
    with old.write() as connection:
        for name, receipt in kept.items():
            connection.exec_driver_sql(
                "INSERT INTO signed_copies (document_id, sha256, kiosk_id, received_at, decision,"
                " verdict, receipt) VALUES (?, ?, 'k', 0, 'turn', '{}', ?)",
                (DOCUMENT, name, receipt),
            )
    old.upgrade()
    with old.read() as connection:
        query = select(copies.c.sha256, copies.c.receipt)
        found = {row.sha256: row.receipt for row in connection.execute(query)}
    assert found == {"a": long[:16], "b": "fedcba9876543210", "c": None}


def test_a_document_with_two_clients_is_not_taken_back(old: Database) -> None:
    old.upgrade()
    with old.write() as connection:
        row = connection.execute(select(tables.clients)).one()._asdict()
        second = {**row, "place": 1, "signer_id": "t" * 16, "link_hash": "another"}
        connection.execute(insert(tables.clients).values(**second))
    with pytest.raises(RuntimeError, match="several clients"):
        old.downgrade("0003")
    with old.read() as connection:
        assert len(clients_of(connection, [DOCUMENT])[DOCUMENT]) == 2
