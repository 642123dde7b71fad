"""People of the front desk, and how clients of a document prove who they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from office.instants import Instant

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and columns; documents of before go by codes alone."""
    op.create_table(
        "staff",
        sa.Column("id", sa.String(10), primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("email", sa.String(254), nullable=False, unique=True),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("rights", sa.JSON, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("pin_hash", sa.String(250)),
        sa.Column("invitation", sa.Integer, nullable=False),
        sa.Column("link_hash", sa.String(64), unique=True),
        sa.Column("link_ends_at", Instant),
    )
    op.create_table(
        "staff_kiosks",
        sa.Column("staff_id", sa.String(10), sa.ForeignKey("staff.id"), primary_key=True),
        sa.Column("kiosk_id", sa.String(32), sa.ForeignKey("kiosks.id"), primary_key=True),
    )
    op.create_index("ix_staff_kiosks_kiosk_id", "staff_kiosks", ["kiosk_id"])
    op.create_table(
        "identity_checks",
        sa.Column("kiosk_id", sa.String(32), sa.ForeignKey("kiosks.id"), primary_key=True),
        sa.Column("sequence", sa.BigInteger, primary_key=True),
        sa.Column("document_id", sa.String(32), sa.ForeignKey("documents.id"), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("staff_id", sa.String(10), sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("paper", sa.String(20), nullable=False),
        sa.Column("at", Instant, nullable=False),
    )
    op.create_index("ix_identity_checks_document_id", "identity_checks", ["document_id"])
    version = sa.Column("staff_version", sa.BigInteger, nullable=False, server_default="0")
    op.add_column("kiosks", version)
    identity = sa.Column("identity", sa.String(20), nullable=False, server_default="code")
    op.add_column("documents", identity)


def downgrade() -> None:
    """Take them away."""
    op.drop_column("documents", "identity")
    op.drop_column("kiosks", "staff_version")
    op.drop_table("identity_checks")
    op.drop_table("staff_kiosks")
    op.drop_table("staff")
