"""What people decided about signed copies that were held back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from office.instants import Instant

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; nobody could decide anything before."""
    op.create_table(
        "rulings",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("document_id", sa.String(32), sa.ForeignKey("documents.id"), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("person_id", sa.String(32), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("ruling", sa.String(12), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
    )
    op.create_index("ix_rulings_document_id", "rulings", ["document_id"])


def downgrade() -> None:
    """Take it away; copies that a person let count stay as they are."""
    op.drop_table("rulings")
