"""The counter of the packets that a stick brings from a kiosk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the counter; no packet was taken before."""
    op.add_column("kiosks", sa.Column("packet", sa.BigInteger, nullable=False, server_default="0"))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("kiosks", "packet")
