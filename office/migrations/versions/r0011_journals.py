"""Merkle trees of the journals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from office.instants import Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def _kiosk(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_kiosk_id_kiosks")
    return sa.ForeignKeyConstraint(["kiosk_id"], ["kiosks.id"], name=name)


def upgrade() -> None:
    """Make the tables; the trees grow with the next checkpoints."""
    op.create_table(
        "journal_heads",
        sa.Column("log", sa.String(32), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("log", name=op.f("pk_journal_heads")),
    )
    op.create_table(
        "journal_nodes",
        sa.Column("log", sa.String(32), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("log", "level", "place", name=op.f("pk_journal_nodes")),
    )
    op.create_table(
        "journal_checkpoints",
        sa.Column("leaf", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("kiosk_id", sa.String(32), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        _kiosk("journal_checkpoints"),
        sa.PrimaryKeyConstraint("leaf", name=op.f("pk_journal_checkpoints")),
    )
    op.create_index(
        op.f("ix_journal_checkpoints_kiosk_id"), "journal_checkpoints", ["kiosk_id"], unique=False
    )
    op.create_table(
        "journal_witnesses",
        sa.Column("kiosk_id", sa.String(32), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        _kiosk("journal_witnesses"),
        sa.PrimaryKeyConstraint("kiosk_id", name=op.f("pk_journal_witnesses")),
    )
    op.create_table(
        "journal_faults",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kiosk_id", sa.String(32), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("kiosk_note", sa.Text(), nullable=False),
        sa.Column("office_note", sa.Text(), nullable=False),
        _kiosk("journal_faults"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_faults")),
    )
    with op.batch_alter_table("events") as events:
        events.add_column(sa.Column("leaf", sa.BigInteger(), nullable=True))
        events.create_unique_constraint(op.f("uq_events_leaf"), ["leaf"])


def downgrade() -> None:
    """Take them away."""
    with op.batch_alter_table("events") as events:
        events.drop_constraint(op.f("uq_events_leaf"), type_="unique")
        events.drop_column("leaf")
    for table in (
        "journal_faults",
        "journal_witnesses",
        "journal_checkpoints",
        "journal_nodes",
        "journal_heads",
    ):
        op.drop_table(table)
