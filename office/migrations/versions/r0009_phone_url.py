"""Where clients' own telephones reach a desk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column of the address."""
    column = sa.Column("phone_url", sa.String(200), nullable=False, server_default="")
    op.add_column("kiosks", column)


def downgrade() -> None:
    """Take it away."""
    op.drop_column("kiosks", "phone_url")
