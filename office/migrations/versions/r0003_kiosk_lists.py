"""The newest revocation list of each kiosk's CA."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column of the lists."""
    op.add_column("kiosks", sa.Column("crl_der", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("kiosks", "crl_der")
