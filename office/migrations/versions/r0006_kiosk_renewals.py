"""Renewals of kiosks' keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of renewals."""
    op.create_table(
        "kiosk_renewals",
        sa.Column("kiosk_id", sa.String(32), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("device_keys", sa.JSON(), nullable=True),
        sa.Column("timestamp_key", sa.LargeBinary(), nullable=True),
        sa.Column("ca_der", sa.LargeBinary(), nullable=True),
        sa.Column("seal_der", sa.LargeBinary(), nullable=True),
        sa.Column("timestamp_der", sa.LargeBinary(), nullable=True),
        sa.Column("certified", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=True),
        sa.Column("former_ca_der", sa.LargeBinary(), nullable=True),
        sa.Column("former_crl_der", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["kiosk_id"], ["kiosks.id"], name=op.f("fk_kiosk_renewals_kiosk_id_kiosks")
        ),
        sa.PrimaryKeyConstraint("kiosk_id", "generation", name=op.f("pk_kiosk_renewals")),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("kiosk_renewals")
