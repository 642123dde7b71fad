"""The signatures inside a sealed PDF, read with pyHanko under strict settings.

The seal has proved every byte before this module looks, so what is judged here is what the
file shows: exactly the expected signatures, each intact, trusted and by the person whom the
certificate names, and between them nothing but form filling (ISO 32000-2 12.8.2.2, 12.8.4).
No network and no trust store of the operating system is ever asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from cryptography import x509

from verifier.claims import Claims, Role, SignerClaim
from verifier.claims_coding import file_receipt
from verifier.der import DerError
from verifier.document_names import judge_document
from verifier.file_bytes import Bytes, sha256_of
from verifier.findings import Refused, finding
from verifier.form_fields import check_form
from verifier.key_judgement import CLOCK_TOLERANCE, revoked_before, shown_time, was_valid
from verifier.kiosk_time import check_kiosk_time, check_same_kiosk, is_a_kiosks
from verifier.pdf_seal import SealPlace, check_signature_gap
from verifier.plain_document import check_document
from verifier.revisions import check_updates
from verifier.seal_cms import signature_timestamp
from verifier.seal_page import SEAL_FIELD, check_seal_page
from verifier.signature_statements import (
    check_certification,
    check_one_shot_keys,
    common_name,
    says_nothing_else,
    states_proof,
)
from verifier.strict_validation import (
    byte_range,
    levels_up_to,
    open_pdf,
    validate_signature,
)
from verifier.timestamp_cms import states_a_time
from verifier.trust_list import KeyRole, TrustedKey, TrustList
from verifier.verdict import Finding, Severity

__all__ = ["DIRECTOR_FIELD", "check_signatures"]
__all__ += ["expected_people", "judge_person"]

Revoked = Callable[[TrustedKey], bool]
"""Tells whether a key no longer counted when the document was sealed."""
DIRECTOR_FIELD: Final = "Director"
"""Name of the director's signature field."""


@dataclass(frozen=True)
class _Examination:
    """What every step below needs."""

    data: Bytes
    claims: Claims
    text: str
    place: SealPlace
    seal_key: TrustedKey
    trust: TrustList


def check_signatures(
    data: Bytes,
    claims: Claims,
    text: str,
    place: SealPlace,
    seal_key: TrustedKey,
    trust: TrustList,
) -> list[Finding]:
    """Judge all signatures of a file whose prefix and seal are already proved.

    Args:
        data: the file up to the end of the seal.
        claims: what its certificate states.
        text: the certificate's text, which the seal must carry.
        place: where the seal stands.
        seal_key: the key that sealed it.
        trust: the trust list.

    Returns:
        The findings, good and bad.

    Raises:
        Refused: a finding that ends the examination.
        Exception: anything that pyHanko raises on a file that it cannot read.
    """
    examination = _Examination(data, claims, text, place, seal_key, trust)
    reader = open_pdf(data)
    signatures = _expected_signatures(reader, claims)
    count = len(signatures)
    findings = [finding("signatures_complete", count=str(count))]
    findings += _judge_seal(signatures[-1], examination)
    findings += _check_frame(reader, signatures, examination)
    check_updates(reader, data, signatures)
    check_form(reader)
    check_seal_page(reader, signatures[-1])
    check_document(reader)
    check_one_shot_keys(signatures[: count - 1])
    for signature, signer in zip(signatures, claims.signers, strict=False):
        findings.append(judge_person(signature, signer, claims, trust, data))
    if findings[-1].severity is Severity.GOOD:
        check_same_kiosk(signatures[-2], signatures[-1], seal_key)
    return findings


def expected_people(claims: Claims) -> list[str]:
    """Names of the signature fields of people in the order in which they were signed."""
    names, clients = [], 0
    for signer in claims.signers:
        if signer.role is Role.DIRECTOR:
            names.append(DIRECTOR_FIELD)
        else:
            clients += 1
            names.append(f"Client{clients}")
    return names


def _expected_signatures(reader: Any, claims: Claims) -> list[Any]:
    """All signatures in signing order, which are the expected ones and no other.

    The director's is the first of people and a client's follows, whoever the certificate names.
    """
    from pyhanko.sign.fields import enumerate_sig_fields

    expected = [*expected_people(claims), SEAL_FIELD]
    for place, name in enumerate((DIRECTOR_FIELD, "Client1")):
        if expected[place] != name:
            raise Refused("signature_missing", field=name)
    filled: dict[str, Any] = {}
    for name, value, _ in enumerate_sig_fields(reader):
        if value is None or name in filled:
            raise Refused("signature_unexpected", field=str(name))
        filled[str(name)] = value.get_object()
    for name in expected:
        if name not in filled:
            raise Refused("signature_missing", field=name)
    signatures = list(reader.embedded_signatures)
    names = [signature.field_name for signature in signatures]
    for name in filled:
        if name not in names or name not in expected:
            raise Refused("signature_unexpected", field=name)
    if names != expected:
        raise Refused("order_wrong")
    return signatures


def _check_frame(reader: Any, signatures: list[Any], examination: _Examination) -> list[Finding]:
    """Certification, the end of the covered prefix, the seal's own entries, the pages."""
    claims, place = examination.claims, examination.place
    count = len(claims.signers)
    last, seal = signatures[count - 1], signatures[count]
    check_certification(reader, signatures[0])
    if sum(byte_range(last)[2:]) != claims.covered_bytes:
        raise Refused("seal_range_wrong")
    if seal.signed_revision != last.signed_revision + 1:
        raise Refused("order_wrong")
    span = [0, place.gap_start, place.gap_end, place.end - place.gap_end]
    if byte_range(seal) != span:
        raise Refused("seal_range_wrong")
    if str(seal.sig_object.get("/ContactInfo", examination.text)) != examination.text:
        raise Refused("other_certificate")
    return judge_document(reader, signatures[:-1], claims)


def judge_person(
    signature: Any, signer: SignerClaim, claims: Claims, trust: TrustList, data: Bytes
) -> Finding:
    """Judge one person's signature: intact, trusted, by the person named, at the time named."""
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    field = signature.field_name
    status = validate_signature(signature, signer.signed_at, trust)
    stamp = None if status is None else status.timestamp_validity
    intact = status is not None and all(x.intact and x.valid for x in (status, stamp) if x)
    if not intact or not says_nothing_else(signature):
        return finding("signature_broken", field=field)
    if (
        status.coverage < SignatureCoverageLevel.ENTIRE_REVISION
        or status.modification_level not in levels_up_to(ModificationLevel.FORM_FILLING)
        or not status.docmdp_ok
    ):
        return finding("changed_after_signature", field=field)
    if not status.bottom_line:
        return finding("signature_untrusted", field=field)
    found = common_name(status.signing_cert)
    if found != signer.name:
        return finding("signer_differs", field=field, found=found or "?", expected=signer.name)
    if signer.role is Role.CLIENT and not states_proof(status.signing_cert, signer.proof):
        return finding("proof_differs", field=field)
    claimed = status.signer_reported_dt
    if claimed is None or abs(claimed - signer.signed_at) > CLOCK_TOLERANCE:
        shown = "?" if claimed is None else shown_time(claimed)
        expected = shown_time(signer.signed_at)
        return finding("signing_time_differs", field=field, found=shown, expected=expected)
    left = None if signer.role is Role.DIRECTOR else partial(_receipt, signature, data)
    revoked = partial(revoked_before, claims=claims, file_left=left)
    judged = _judge_path(status, field, signer, revoked, trust)
    if judged.severity is Severity.GOOD:
        _check_stamp(data, signature, status, signer, revoked, trust)
    return judged


def _receipt(signature: Any, data: Bytes) -> str:
    """The short name of the file as a client left it: up to the end of their signature."""
    return file_receipt(sha256_of(data, (0, sum(byte_range(signature)[2:]))))


def _check_stamp(
    data: Bytes,
    signature: Any,
    status: Any,
    signer: SignerClaim,
    revoked: Revoked,
    trust: TrustList,
) -> None:
    """Check how a person's signature is written, and the time-stamp on it, when there is one.

    At a kiosk the kiosk's own makes it; on the director's any service of the trust list.
    """
    field = str(signature.field_name)
    _, gap_start, gap_end, _ = byte_range(signature)
    try:
        stamp = signature_timestamp(check_signature_gap(data, gap_start, gap_end))
    except (Refused, DerError) as error:
        raise Refused("signature_broken", field=field) from error
    if stamp is None:
        return
    if signer.role is not Role.DIRECTOR:
        kiosk_ca = x509.load_der_x509_certificate(list(status.validation_path)[-2].dump())
        at, broken = signer.signed_at, "signature_broken"
        check_kiosk_time(stamp, field, kiosk_ca, at, revoked, trust, broken)
        return
    service = status.timestamp_validity
    key = trust.by_certificate.get(service.signing_cert.dump())
    if key is None or key.role is not KeyRole.TIMESTAMP or is_a_kiosks(key, trust):
        raise Refused("signature_untrusted", field=field)
    if not was_valid(key, service.timestamp) or not states_a_time(stamp.token):
        raise Refused("signature_untrusted", field=field)
    if key.revocation is not None and revoked(key):
        at_text, reason = shown_time(key.revocation.at), key.revocation.reason
        raise Refused("signer_revoked", field=field, at=at_text, reason=reason)
    if abs(service.timestamp - signer.signed_at) > CLOCK_TOLERANCE:
        found, expected = shown_time(service.timestamp), shown_time(signer.signed_at)
        raise Refused("signing_time_differs", field=field, found=found, expected=expected)


def _judge_path(
    status: Any, field: str, signer: SignerClaim, revoked: Revoked, trust: TrustList
) -> Finding:
    """Judge the keys from the root to the signer: all on the trust list, none revoked."""
    path = [certificate.dump() for certificate in status.validation_path]
    authorities, leaf = path[:-1], path[-1]
    if status.signing_cert.ca:  # a person's key certifies nobody
        return finding("signature_untrusted", field=field)
    director = signer.role is Role.DIRECTOR
    keys = trust.by_certificate
    own = keys.get(leaf) if director else keys.get(authorities[-1])
    role = KeyRole.DIRECTOR if director else KeyRole.KIOSK_CA
    if own is None or own.role is not role or not was_valid(own, signer.signed_at):
        return finding("signature_untrusted", field=field)
    for der in authorities:
        if der not in keys or not was_valid(keys[der], signer.signed_at):
            return finding("signature_untrusted", field=field)
    for key in (own, *(keys[der] for der in authorities)):
        if key.revocation is not None and revoked(key):
            at, reason = shown_time(key.revocation.at), key.revocation.reason
            return finding("signer_revoked", field=field, at=at, reason=reason)
    return finding("signature_good", field=field, name=signer.name)


def _judge_seal(seal: Any, examination: _Examination) -> list[Finding]:
    """The seal covers everything, and its key leads to a root of the list.

    The authorities between were judged with the certificate; no others come along in its CMS.
    """
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    status = validate_signature(seal, examination.claims.issued_at, examination.trust)
    issued_at, claimed = examination.claims.issued_at, None
    if status is not None and status.intact and status.valid:
        claimed = status.signer_reported_dt
    if claimed is None or not says_nothing_else(seal, seals=True):
        raise Refused("seal_signature_bad")
    if abs(claimed - issued_at) > CLOCK_TOLERANCE:
        found, expected = shown_time(claimed), shown_time(issued_at)
        raise Refused("signing_time_differs", field=SEAL_FIELD, found=found, expected=expected)
    if status.coverage is not SignatureCoverageLevel.ENTIRE_FILE:
        raise Refused("seal_range_wrong")
    if not status.bottom_line or status.signing_cert.dump() != examination.seal_key.certificate_der:
        return [finding("signature_untrusted", field=SEAL_FIELD)]
    return []
