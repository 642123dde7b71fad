"""Judging the time-stamps over a whole file, behind its seal (ISO 32000-2 12.8.5; RFC 3161).

Each must be intact, in the one form, and by a service of the trust list that is no kiosk's; their
times lie between the issue of the certificate and now, in order. Then the first one proves when the
file existed at the latest, by a clock that is not the kiosk's. Pure functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from verifier.claims import Claims
from verifier.der import DerError
from verifier.file_bytes import Bytes
from verifier.findings import Refused, finding
from verifier.key_judgement import CLOCK_TOLERANCE, shown_time, was_valid
from verifier.kiosk_time import is_a_kiosks
from verifier.pdf_seal import check_signature_gap
from verifier.strict_validation import byte_range, validate_timestamp
from verifier.timestamp_cms import check_document_timestamp, states_a_time
from verifier.trust_list import KeyRole, TrustList
from verifier.verdict import Finding

__all__ = ["judge_stamps"]


def judge_stamps(
    data: Bytes, stamps: Sequence[Any], claims: Claims, trust: TrustList, now: datetime
) -> Finding:
    """Judge the time-stamps that follow a seal, oldest first.

    Returns:
        `long_life_only` when each is by a service of the trust list and at a possible time, with
        the time and the service of the first one, which is the earliest proof that the file
        existed; else `long_life_unproved`.

    Raises:
        Refused: `changed_after_seal` when one is not intact, or in another form.
        Exception: whatever pyHanko raises on what it cannot read.
    """
    earliest, first = claims.issued_at - CLOCK_TOLERANCE, dict[str, str]()
    for stamp in stamps:
        proved = _check_stamp(data, stamp, claims, trust)
        if proved is None:
            return finding("long_life_unproved")
        stamped, service = proved
        if stamped < earliest or stamped - CLOCK_TOLERANCE > now:
            return finding("long_life_unproved")
        first = first or {"at": shown_time(stamped), "service": service}
        earliest = stamped
    return finding("long_life_only", **first)


def _check_stamp(
    data: Bytes, stamp: Any, claims: Claims, trust: TrustList
) -> tuple[datetime, str] | None:
    """Time and service of an intact timestamp, None when the trust list does not hold it."""
    zero, gap_start, gap_end, _ = byte_range(stamp)
    status = validate_timestamp(stamp, claims.issued_at, trust)
    if zero != 0 or not (status.intact and status.valid):
        raise Refused("changed_after_seal")
    own = status.signing_cert.dump()
    try:
        der = check_signature_gap(data, gap_start, gap_end)
        check_document_timestamp(der, own)
    except (Refused, DerError) as error:
        raise Refused("changed_after_seal") from error
    time: datetime = status.timestamp
    held = trust.by_certificate.get(own)
    if not states_a_time(der):
        return None
    if held is None or held.role is not KeyRole.TIMESTAMP or held.revocation is not None:
        return None
    if is_a_kiosks(held, trust):
        return None  # a kiosk's states what its own clock showed when it signed, no more
    return (time, held.holder) if was_valid(held, time) else None
