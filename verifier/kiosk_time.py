"""Judging the time-stamp that a kiosk puts on its own signatures (docs/genuine-pdf.md section 4b).

A kiosk's time-stamping key counts for what was signed at that kiosk and for nothing else: it
states which time the kiosk's clock showed. Pure functions.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.x509.oid import NameOID

from verifier.der import DerError, read_element
from verifier.errors import TrustError
from verifier.findings import Refused
from verifier.key_judgement import CLOCK_TOLERANCE, issuers_of, shown_time, was_valid
from verifier.seal_cms import SignatureTimestamp, signature_timestamp
from verifier.signature_timestamp import carried_certificates, check_kiosk_timestamp
from verifier.trust_list import KeyRole, TrustedKey, TrustList

__all__ = ["check_kiosk_time", "check_same_kiosk", "is_a_kiosks", "kiosk_of"]


def kiosk_of(certificate: x509.Certificate) -> str | None:
    """The kiosk that a certificate is for: the one serial number in its subject, or None."""
    return _kiosk_in(certificate.subject)


def _kiosk_in(name: x509.Name) -> str | None:
    found = name.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
    return str(found[0].value) if len(found) == 1 else None


def is_a_kiosks(key: TrustedKey, trust: TrustList) -> bool:
    """Tell whether a time-stamping key is that of a kiosk, and no service for others."""
    kiosk = kiosk_of(key.certificate)
    seals = trust.with_role(KeyRole.SEAL)
    return kiosk is not None and any(kiosk_of(seal.certificate) == kiosk for seal in seals)


def check_kiosk_time(
    stamp: SignatureTimestamp,
    field: str,
    signer: x509.Certificate,
    at: datetime,
    revoked: Callable[[TrustedKey], bool],
    trust: TrustList,
    broken: str,
) -> None:
    """Check the time-stamp on a signature that was made at a kiosk.

    Args:
        stamp: the time-stamp.
        field: name of the signature's field.
        signer: the kiosk's own certificate: the seal's, or the CA's that issued the client's.
        at: when the signature was made, as the certificate of authenticity states it.
        revoked: tells whether a key no longer counts (`key_judgement.revoked_before`).
        trust: the trust list.
        broken: the finding for a time-stamp that is not in its one form, or not over the signature.

    Raises:
        Refused: `broken`; `signature_untrusted`: not by a key of this kiosk on the trust list;
            `signer_revoked`; `signing_time_differs`.
    """
    key = _key_of(stamp, field, signer, trust, broken)
    try:
        stated = check_kiosk_timestamp(
            stamp.token, stamp.sha256, key.certificate, key.public_key, issuers_of(key, trust)
        )
    except DerError as error:
        raise Refused(broken, **_named(broken, field)) from error
    except TrustError as error:  # services may have keys of other kinds, kiosks may not
        raise Refused("signature_untrusted", field=field) from error
    if abs(stated - at) > CLOCK_TOLERANCE:
        found, expected = shown_time(stated), shown_time(at)
        raise Refused("signing_time_differs", field=field, found=found, expected=expected)
    if not was_valid(key, stated):
        raise Refused("signature_untrusted", field=field)
    if key.revocation is not None and revoked(key):
        since, reason = shown_time(key.revocation.at), key.revocation.reason
        raise Refused("signer_revoked", field=field, at=since, reason=reason)


def check_same_kiosk(client: Any, seal: Any, seal_key: TrustedKey) -> None:
    """Check that the kiosk that certified the last client made the seal, and time-stamped both.

    It makes one after the other. Another kiosk, a stolen one, could seal the same signatures once
    more and state what it likes about them. The seal's time-stamp is not signed, so anybody could
    take it off; the client's lies in the covered prefix.

    Args:
        client: the last client's signature, as pyHanko reads it.
        seal: the seal, likewise.
        seal_key: the key that sealed.

    Raises:
        Refused: `signature_untrusted` when they are of two kiosks, `seal_signature_bad` when only
            one of them has a time-stamp.
        DerError: one of them is no signature.
    """
    certified_by = x509.load_der_x509_certificate(client.signer_cert.dump()).issuer
    kiosk = kiosk_of(seal_key.certificate)
    if kiosk is None or _kiosk_in(certified_by) != kiosk:
        raise Refused("signature_untrusted", field=str(seal.field_name))
    ders = (read_element(bytes(each.pkcs7_content)).encoded for each in (client, seal))
    made, sealed = map(signature_timestamp, ders)
    if (made is None) != (sealed is None):
        raise Refused("seal_signature_bad")


def _key_of(
    stamp: SignatureTimestamp, field: str, signer: x509.Certificate, trust: TrustList, broken: str
) -> TrustedKey:
    """The key of this kiosk whose certificate the time-stamp carries."""
    try:
        carried = carried_certificates(stamp.token)
    except DerError as error:
        raise Refused(broken, **_named(broken, field)) from error
    kiosk = kiosk_of(signer)
    for key in filter(None, map(trust.by_certificate.get, carried)):
        is_stamp = key.role is KeyRole.TIMESTAMP
        if is_stamp and kiosk is not None and kiosk_of(key.certificate) == kiosk:
            return key
    raise Refused("signature_untrusted", field=field)


def _named(broken: str, field: str) -> dict[str, str]:
    return {} if broken.startswith("seal_") else {"field": field}
