"""What administrators were told of keys and lists that run out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "ending_notices",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("stage", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", "stage", name=op.f("pk_ending_notices")),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("ending_notices")
