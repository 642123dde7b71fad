"""Several clients of one document, each with a row of their own."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_OF_THE_CLIENT: dict[str, sa.types.TypeEngine[Any]] = {
    "signer_id": sa.String(32),
    "client_name": sa.String(120),
    "channel": sa.String(5),
    "contact": sa.String(254),
    "stamp_wanted": sa.Boolean(),
    "link_hash": sa.String(64),
    "code_generation": sa.Integer(),
    "code_locked": sa.Boolean(),
}
"""What stood in a document's own row while it had one client."""

_PLACED_BY_CLIENT = ("fields", "signature", "stamp")
"""The parts of a layout that belong to the client; the others are the director's."""


def upgrade() -> None:
    """Give every document's client a row of their own."""
    op.create_table(
        "clients",
        sa.Column("document_id", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("signer_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("channel", sa.String(length=5), nullable=False),
        sa.Column("contact", sa.String(length=254), nullable=False),
        sa.Column("kiosk_id", sa.String(length=32), nullable=False),
        sa.Column("stamp_wanted", sa.Boolean(), nullable=False),
        sa.Column("layout", sa.JSON(), nullable=True),
        sa.Column("link_hash", sa.String(length=64), nullable=False),
        sa.Column("code_generation", sa.Integer(), nullable=False),
        sa.Column("code_locked", sa.Boolean(), nullable=False),
        sa.Column("signed_at", sa.BigInteger(), nullable=True),
        sa.Column("turn", sa.JSON(), nullable=True),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=True),
        sa.Column("pdf_bytes", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_clients_document_id_documents")
        ),
        sa.ForeignKeyConstraint(
            ["kiosk_id"], ["kiosks.id"], name=op.f("fk_clients_kiosk_id_kiosks")
        ),
        sa.PrimaryKeyConstraint("document_id", "place", name=op.f("pk_clients")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_clients_link_hash")),
    )
    _move_clients_out()
    with op.batch_alter_table("documents") as batch:
        batch.drop_constraint("uq_documents_link_hash", type_="unique")
        for name in _OF_THE_CLIENT:
            batch.drop_column(name)
    _name_signers_of_codes()


def downgrade() -> None:
    """Put the only client back into the document's row."""
    connection = op.get_bind()
    clients = _clients()
    if connection.execute(sa.select(clients).where(clients.c.place > 0).limit(1)).first():
        raise RuntimeError("a document with several clients cannot be kept by the older schema")
    with op.batch_alter_table("documents") as batch:
        for name, kind in _OF_THE_CLIENT.items():
            batch.add_column(sa.Column(name, kind, nullable=True))
    documents = _documents()
    placed = {row.id: row.layout for row in connection.execute(sa.select(documents))}
    for row in connection.execute(sa.select(clients)).all():
        layout = placed[row.document_id]
        values = {name: getattr(row, name, row.name) for name in _OF_THE_CLIENT}
        values["layout"] = None if layout is None else {**layout, **(row.layout or {})}
        connection.execute(
            sa.update(documents).where(documents.c.id == row.document_id).values(**values)
        )
    with op.batch_alter_table("documents") as batch:
        for name, kind in _OF_THE_CLIENT.items():
            batch.alter_column(name, existing_type=kind, nullable=False)
        batch.create_unique_constraint("uq_documents_link_hash", ["link_hash"])
    with op.batch_alter_table("codes") as batch:
        batch.drop_constraint("uq_codes_document_id_signer_id_generation_counter", type_="unique")
        batch.drop_column("signer_id")
        batch.create_unique_constraint(
            "uq_codes_document_id_generation_counter", ["document_id", "generation", "counter"]
        )
    op.drop_table("clients")


def _documents() -> sa.TableClause:
    return sa.table(
        "documents",
        sa.column("id"),
        sa.column("kiosk_id"),
        sa.column("layout", sa.JSON()),
        *(sa.column(name, kind) for name, kind in _OF_THE_CLIENT.items()),
    )


def _clients() -> sa.TableClause:
    return sa.table(
        "clients",
        sa.column("document_id"),
        sa.column("place"),
        sa.column("signer_id"),
        sa.column("name"),
        sa.column("channel"),
        sa.column("contact"),
        sa.column("kiosk_id"),
        sa.column("stamp_wanted", sa.Boolean()),
        sa.column("layout", sa.JSON()),
        sa.column("link_hash"),
        sa.column("code_generation"),
        sa.column("code_locked", sa.Boolean()),
        sa.column("signed_at"),
    )


def _move_clients_out() -> None:
    connection, documents = op.get_bind(), _documents()
    events = sa.table("events", sa.column("document_id"), sa.column("kind"), sa.column("at"))
    signed = sa.select(events.c.document_id, events.c.at).where(events.c.kind == "client_signed")
    signed_at = {row.document_id: row.at for row in connection.execute(signed)}
    for row in connection.execute(sa.select(documents)).all():
        layout = row.layout
        mine = None if layout is None else {k: layout.get(k) for k in _PLACED_BY_CLIENT}
        connection.execute(
            sa.insert(_clients()).values(
                document_id=row.id,
                place=0,
                signer_id=row.signer_id,
                name=row.client_name,
                channel=row.channel,
                contact=row.contact,
                kiosk_id=row.kiosk_id,
                stamp_wanted=row.stamp_wanted,
                layout=mine,
                link_hash=row.link_hash,
                code_generation=row.code_generation,
                code_locked=row.code_locked,
                signed_at=signed_at.get(row.id),
            )
        )
        if layout is not None:
            directors = {k: v for k, v in layout.items() if k not in _PLACED_BY_CLIENT}
            connection.execute(
                sa.update(documents).where(documents.c.id == row.id).values(layout=directors)
            )


def _name_signers_of_codes() -> None:
    with op.batch_alter_table("codes") as batch:
        batch.add_column(sa.Column("signer_id", sa.String(32), nullable=True))
    op.execute(
        "UPDATE codes SET signer_id = (SELECT signer_id FROM clients"
        " WHERE clients.document_id = codes.document_id AND place = 0)"
    )
    with op.batch_alter_table("codes") as batch:
        batch.alter_column("signer_id", existing_type=sa.String(32), nullable=False)
        batch.drop_constraint("uq_codes_document_id_generation_counter", type_="unique")
        batch.create_unique_constraint(
            "uq_codes_document_id_signer_id_generation_counter",
            ["document_id", "signer_id", "generation", "counter"],
        )
