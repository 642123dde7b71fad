"""How final files are kept for long: their levels, and the evidence behind them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "keeping",
        sa.Column("document_id", sa.String(length=32), nullable=False),
        sa.Column("final_sha256", sa.String(length=64), nullable=False),
        sa.Column("director_stamped", sa.Boolean(), nullable=False),
        sa.Column("clients_stamped", sa.Boolean(), nullable=False),
        sa.Column("seal_stamped", sa.Boolean(), nullable=False),
        sa.Column("stamps", sa.Integer(), nullable=False),
        sa.Column("kept_sha256", sa.String(length=64), nullable=True),
        sa.Column("service", sa.String(length=120), nullable=True),
        sa.Column("stamped_at", sa.BigInteger(), nullable=True),
        sa.Column("certificate_ends", sa.BigInteger(), nullable=True),
        sa.Column("renew_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_keeping")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_keeping_document_id_documents")
        ),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("keeping")
