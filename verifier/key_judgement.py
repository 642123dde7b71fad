"""Judging keys and times: validity, revocation, the age of the trust list.

docs/trust-list.md section 5. Pure functions: values in, findings out.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from verifier.claims import Claims, Role, TimeQuality
from verifier.claims_coding import receipt_hash
from verifier.findings import finding
from verifier.trust_list import (
    AMBER_AFTER_DAYS,
    STALE_AFTER_DAYS,
    KeyRole,
    TrustedKey,
    TrustList,
)
from verifier.verdict import Finding, shown_time

__all__ = ["CLOCK_TOLERANCE", "issuers_of", "judge_issue_time", "judge_list", "judge_seal_key"]
__all__ += ["judge_end_of_key", "judge_issuers", "judge_order_of_times", "revoked_before"]
__all__ += ["shown_time"]
__all__ += ["was_valid"]

CLOCK_TOLERANCE: Final = timedelta(minutes=10)
"""How far two honest clocks may be apart."""


def judge_list(trust: TrustList, now: datetime) -> Finding:
    """Judge the age of the trust list: green, amber, or too old to know of revocations."""
    age = now - trust.as_of
    if age < -CLOCK_TOLERANCE:
        return finding("trust_from_future", as_of=shown_time(trust.as_of))
    days = str(max(age.days, 0))
    if age > timedelta(days=STALE_AFTER_DAYS):
        return finding("trust_stale", days=days)
    if age > timedelta(days=AMBER_AFTER_DAYS):
        return finding("trust_ageing", days=days)
    return finding("trust_fresh", days=days)


def judge_issue_time(claims: Claims, now: datetime) -> Finding:
    """Judge when the certificate says it was issued."""
    issued_at = shown_time(claims.issued_at)
    if claims.issued_at - CLOCK_TOLERANCE > now:
        return finding("issued_in_future", issued_at=issued_at)
    if claims.time_quality is TimeQuality.ASSURED:
        return finding("time_assured", issued_at=issued_at)
    return finding("time_not_assured", issued_at=issued_at)


def judge_order_of_times(claims: Claims) -> tuple[Finding, ...]:
    """Judge whether people signed in the order of their signatures, and before the seal.

    Each signature covers those before it, so none can be earlier; clocks may be apart.
    """
    latest, clients = claims.signers[0].signed_at, 0
    for signer in claims.signers:
        clients += signer.role is Role.CLIENT
        if signer.signed_at < latest - CLOCK_TOLERANCE:
            return (finding("times_out_of_order", field=f"Client{clients}"),)
        latest = max(latest, signer.signed_at)
    if claims.issued_at < latest - CLOCK_TOLERANCE:
        return (finding("times_out_of_order", field="Seal"),)
    return ()


def judge_end_of_key(
    key: TrustedKey, claims: Claims, now: datetime, proved_by: str | None = None
) -> tuple[Finding, ...]:
    """Tell when a seal key has ended, and nobody but its holder says what was issued before.

    Args:
        key: the key.
        claims: what the certificate states.
        now: the present time.
        proved_by: when the file existed at the latest, as `shown_time` writes it.
    """
    received = key.revocation is not None and receipt_hash(claims) in key.revocation.received
    until = shown_time(key.valid_until)
    in_time = proved_by is not None and proved_by < until  # written so that they sort as times
    if now < key.valid_until or received or in_time:
        return ()
    return (finding("key_ended_since", until=until),)


def judge_seal_key(key: TrustedKey, claims: Claims, trust: TrustList) -> tuple[Finding, Finding]:
    """Judge the seal key: valid at the issue time, and not revoked.

    A revoked seal key counts for exactly the certificates that head office had received by
    then. The issue time does not help: whoever stole the key can write any time.
    """
    valid = finding("key_valid" if was_valid(key, claims.issued_at) else "key_not_valid_then")
    revocation = key.revocation
    if revocation is None:
        return valid, finding("key_not_revoked", as_of=shown_time(trust.as_of))
    at = shown_time(revocation.at)
    if receipt_hash(claims) in revocation.received:
        return valid, finding("revoked_but_received", at=at)
    return valid, finding("key_revoked", at=at, reason=revocation.reason)


def judge_issuers(key: TrustedKey, claims: Claims, trust: TrustList) -> tuple[Finding, ...]:
    """Judge the authorities above a seal key, which may have been revoked since it was certified.

    It may have several certificates above it; one way to a root against which nothing speaks is
    enough. Whether there is any way at all is for those to say who see the seal.

    Args:
        key: the seal key, or a signing CA.
        claims: what the certificate states.
        trust: the trust list.
    """
    above = (
        (KeyRole.ROOT,) if key.role is KeyRole.SIGNING_CA else (KeyRole.ROOT, KeyRole.SIGNING_CA)
    )
    against: tuple[Finding, ...] = ()
    for authority in trust.with_role(*above):
        if not _has_issued(authority.certificate_der, key.certificate_der):
            continue
        against = _judge_authority(authority, claims)
        if not against and authority.role is KeyRole.SIGNING_CA:
            against = judge_issuers(authority, claims, trust)
        if not against:
            return ()
    return against


def _judge_authority(key: TrustedKey, claims: Claims) -> tuple[Finding, ...]:
    if not was_valid(key, claims.issued_at):
        return (finding("signature_untrusted", field="Seal"),)
    if key.revocation is not None and revoked_before(key, claims):
        at, reason = shown_time(key.revocation.at), key.revocation.reason
        return (finding("signer_revoked", field="Seal", at=at, reason=reason),)
    return ()


def was_valid(key: TrustedKey, at: datetime) -> bool:
    """Tell whether a key counted at a time, by the trust list."""
    return key.valid_from - CLOCK_TOLERANCE <= at < key.valid_until


def revoked_before(
    key: TrustedKey, claims: Claims, file_left: Callable[[], str] | None = None
) -> bool:
    """Tell whether a signer's (or CA's) key was revoked before the document was sealed.

    Its signature stays good when the seal, by a key that still counts, bounds its time from
    above, or when head office had received the certificate by then. Of clients who signed before
    the last one it had received the file as they left it.

    Args:
        key: the key.
        claims: what the certificate states.
        file_left: gives `file_receipt` of the file as a client left it; asked only when needed.
    """
    revocation = key.revocation
    if revocation is None or claims.issued_at < revocation.at:
        return False
    received = revocation.received
    if receipt_hash(claims) in received:
        return False
    return file_left is None or file_left() not in received


def issuers_of(key: TrustedKey, trust: TrustList) -> list[bytes]:
    """Certificates in DER of the authorities on the list that issued a key's certificate."""
    authorities = trust.with_role(KeyRole.ROOT, KeyRole.SIGNING_CA)
    ders = [authority.certificate_der for authority in authorities]
    return [der for der in ders if _has_issued(der, key.certificate_der)]


@lru_cache(maxsize=1024)
def _has_issued(authority: bytes, certificate: bytes) -> bool:
    issued = x509.load_der_x509_certificate(certificate)
    try:
        issued.verify_directly_issued_by(x509.load_der_x509_certificate(authority))
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True
