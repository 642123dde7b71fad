"""Receipts of signed copies are made of all that their certificates state."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from verifier.claims import Claims, Method, Proof, Role, SignerClaim, TimeQuality
from verifier.claims_coding import receipt_hash

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Put receipts in the place of what they were made of.

    A document that was destroyed has no claims any more, and gets none.
    """
    op.add_column("signed_copies", sa.Column("receipt", sa.String(16), nullable=True))
    copies = sa.table(
        "signed_copies",
        sa.column("document_id", sa.String),
        sa.column("sha256", sa.String),
        sa.column("verdict", sa.JSON),
        sa.column("covered_sha256", sa.String),
        sa.column("receipt", sa.String),
    )
    counted = sa.select(copies).where(copies.c.covered_sha256.is_not(None))
    for row in op.get_bind().execute(counted).all():
        claims = (row.verdict or {}).get("claims")
        if claims is not None:
            op.execute(
                sa.update(copies)
                .where(copies.c.document_id == row.document_id, copies.c.sha256 == row.sha256)
                .values(receipt=receipt_hash(_claims(claims)))
            )
    op.drop_column("signed_copies", "covered_sha256")


def downgrade() -> None:
    """Take them away; what they were made of is not known any more."""
    op.add_column("signed_copies", sa.Column("covered_sha256", sa.String(64), nullable=True))
    op.drop_column("signed_copies", "receipt")


def _claims(tree: dict[str, Any]) -> Claims:
    """Claims as `verifier.verdict` writes them."""
    return Claims(
        document_id=bytes.fromhex(tree["document_id"]),
        covered_sha256=bytes.fromhex(tree["covered_sha256"]),
        covered_bytes=tree["covered_bytes"],
        issued_at=datetime.fromisoformat(tree["issued_at"]),
        time_quality=TimeQuality[tree["time_quality"].upper()],
        title=tree["title"],
        number=tree["number"],
        signers=tuple(
            SignerClaim(
                name=signer["name"],
                role=Role[signer["role"].upper()],
                method=Method[signer["method"].upper()],
                proof=Proof[signer["proof"].upper()],
                signed_at=datetime.fromisoformat(signer["signed_at"]),
            )
            for signer in tree["signers"]
        ),
        certificate_sequence=tree["certificate_sequence"],
        pages=tree["pages"],
    )
