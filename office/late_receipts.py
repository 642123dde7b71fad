"""What was sealed at an honest kiosk after its issuer was revoked, and before the kiosk knew.

A signing CA that was stolen is revoked at once. A kiosk that is offline then goes on sealing under
it, for clients who were really there. What such a kiosk delivers under its own sync key is judged
as if it stood on the revoked CA's allow-list, and is put there when everything else adds up
(design section 6). A thief has no kiosk's sync key, and no seal key that the trust list names.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert, select

from office import tables, trust
from verifier.claims_coding import receipt_hash
from verifier.document import verify_pdf
from verifier.trust_list import KeyRole, TrustList
from verifier.verdict import Outcome, Verdict

if TYPE_CHECKING:
    from office.head_office import HeadOffice

__all__ = ["keep_late_receipt", "verify_delivered"]


def verify_delivered(data: bytes, trusted: TrustList, now: datetime) -> tuple[Verdict, str]:
    """Verify what a kiosk in service delivered.

    Returns:
        The verdict, and the receipt to be put on the allow-list of revoked signing CAs; empty when
        the file is genuine without it, or not genuine with it.
    """
    verdict = verify_pdf(data, trusted, now)
    revoked = any(key.revocation is not None for key in trusted.with_role(KeyRole.SIGNING_CA))
    if verdict.outcome is Outcome.GENUINE or not revoked or verdict.claims is None:
        return verdict, ""
    receipt = receipt_hash(verdict.claims)
    listed = verify_pdf(data, _with_receipt(trusted, receipt), now)
    return (listed, receipt) if listed.outcome is Outcome.GENUINE else (verdict, "")


def keep_late_receipt(
    office: HeadOffice, connection: Connection, receipt: str, now: datetime
) -> None:
    """Put a receipt on the allow-list of every revoked signing CA, and publish it."""
    if not receipt:
        return
    keys, receipts = tables.trust_keys, tables.late_receipts
    revoked = select(keys.c.id).where(
        keys.c.role == KeyRole.SIGNING_CA.value, keys.c.revoked_at.is_not(None)
    )
    known = select(receipts.c.trust_key_id).where(receipts.c.receipt == receipt)
    missing = revoked.where(keys.c.id.not_in(known))
    for key_id in connection.execute(missing).scalars().all():
        connection.execute(insert(receipts).values(trust_key_id=key_id, receipt=receipt))
    trust.publish(office, connection, now)


def _with_receipt(trusted: TrustList, receipt: str) -> TrustList:
    keys = tuple(
        replace(
            key,
            revocation=replace(key.revocation, received=key.revocation.received | {receipt}),
        )
        if key.role is KeyRole.SIGNING_CA and key.revocation is not None
        else key
        for key in trusted.keys
    )
    return replace(trusted, keys=keys)
