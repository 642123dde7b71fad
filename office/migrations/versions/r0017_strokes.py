"""Whether kiosks record how signatures are drawn."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the setting, off."""
    column = sa.Column("record_strokes", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("organisation", column)


def downgrade() -> None:
    """Take it away; boxes that came stay with their documents until those are destroyed."""
    op.drop_column("organisation", "record_strokes")
