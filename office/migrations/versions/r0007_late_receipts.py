"""Allow-lists of revoked signing CAs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of receipts."""
    op.create_table(
        "late_receipts",
        sa.Column("trust_key_id", sa.Integer(), nullable=False),
        sa.Column("receipt", sa.String(16), nullable=False),
        sa.ForeignKeyConstraint(
            ["trust_key_id"],
            ["trust_keys.id"],
            name=op.f("fk_late_receipts_trust_key_id_trust_keys"),
        ),
        sa.PrimaryKeyConstraint("trust_key_id", "receipt", name=op.f("pk_late_receipts")),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("late_receipts")
