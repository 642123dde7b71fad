"""What the director fills in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column of the director's values."""
    op.add_column("documents", sa.Column("director_values", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("documents", "director_values")
