"""Receipts of turns are as short as those of certificates: a trust list takes no others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_DIGITS = 16


def upgrade() -> None:
    """Keep the first 16 of the 64 digits that a turn's receipt had."""
    copies = sa.table("signed_copies", sa.column("receipt", sa.String))
    op.execute(
        sa.update(copies)
        .where(sa.func.length(copies.c.receipt) > _DIGITS)
        .values(receipt=sa.func.substr(copies.c.receipt, 1, _DIGITS))
    )


def downgrade() -> None:
    """Nothing: the short ones are as good to the program before."""
