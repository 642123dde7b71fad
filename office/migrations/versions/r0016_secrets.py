"""Which secret the key of a client's codes is derived from."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the number; there was one secret only."""
    op.add_column(
        "clients", sa.Column("code_secret", sa.Integer, nullable=False, server_default="1")
    )


def downgrade() -> None:
    """Take it away, unless another secret came into use."""
    newest: sa.Select[Any] = sa.select(sa.func.max(sa.column("code_secret"))).select_from(
        sa.table("clients")
    )
    if (op.get_bind().execute(newest).scalar() or 1) > 1:
        raise RuntimeError("the secret was replaced")
    op.drop_column("clients", "code_secret")
