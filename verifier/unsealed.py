"""Judging a file that waits for its next client: signed by some, sealed by nobody yet.

    verify_unsealed(data, claims, trust)    # empty: every signature is as it should be

There is no certificate token yet, so the caller says who is expected to have signed: as the claims
that a certificate would make if the document ended here. The rules are those for the sealed file
(docs/genuine-pdf.md), less the seal: exactly the expected signatures in their order, each intact,
trusted and by the person named, between them nothing but form filling, and nothing after the last.
"""

from __future__ import annotations

import logging
from typing import Any

from verifier.claims import Claims
from verifier.document_names import judge_document
from verifier.errors import FileError
from verifier.file_bytes import Bytes, sha256_of
from verifier.findings import FINDINGS, Refused, finding
from verifier.form_fields import check_form
from verifier.key_judgement import judge_order_of_times
from verifier.pdf_signatures import expected_people, judge_person
from verifier.plain_document import check_document
from verifier.revisions import check_updates
from verifier.signature_statements import check_certification, check_one_shot_keys
from verifier.strict_validation import byte_range, open_pdf
from verifier.trust_list import TrustList
from verifier.verdict import Finding, Severity

__all__ = ["verify_unsealed"]

log = logging.getLogger(__name__)


def verify_unsealed(data: Bytes, claims: Claims, trust: TrustList) -> tuple[Finding, ...]:
    """Judge a file that its next client has not signed yet.

    Args:
        data: the whole file: its bytes, or what `verifier.file_bytes.open_file` gives.
        claims: what a certificate would state if the document ended here; hash and length of the
            covered prefix are those of the whole file.
        trust: the trust list.

    Returns:
        What speaks against the file; nothing when it is as it should be.

    Raises:
        FileError: a file that is not held in memory cannot be read to its end.
    """
    if claims.covered_bytes != len(data) or claims.covered_sha256 != sha256_of(
        data, (0, len(data))
    ):
        return (finding("bytes_changed"),)
    try:
        findings = _examine(data, claims, trust)
    except Refused as refused:
        return (refused.finding,)
    except FileError:
        raise
    except Exception:  # whatever a damaged or hostile file provokes, it was not signed properly
        log.info("event=unsealed_unreadable", exc_info=True)
        return (finding("structure_unreadable"),)
    return tuple(each for each in findings if FINDINGS[each.code] is not Severity.GOOD)


def _examine(data: Bytes, claims: Claims, trust: TrustList) -> list[Finding]:
    reader = open_pdf(data)
    signatures = _expected_signatures(reader, claims)
    check_certification(reader, signatures[0])
    first, last = signatures[0], signatures[-1]
    start, gap, after, length = byte_range(last)
    if start != 0 or gap >= after or after + length != len(data):
        raise Refused("changed_after_signature", field=str(last.field_name))
    if last.signed_revision != first.signed_revision + len(signatures) - 1 or (
        reader.xrefs.total_revisions != last.signed_revision + 1
    ):
        raise Refused("order_wrong")
    check_updates(reader, data, signatures)
    check_form(reader)
    check_document(reader)
    check_one_shot_keys(signatures)
    findings = [
        judge_person(signature, signer, claims, trust, data)
        for signature, signer in zip(signatures, claims.signers, strict=True)
    ]
    findings += judge_order_of_times(claims)
    return findings + judge_document(reader, signatures, claims)


def _expected_signatures(reader: Any, claims: Claims) -> list[Any]:
    """All signatures in signing order, which are those of the people named and no other."""
    expected = expected_people(claims)
    signatures = list(reader.embedded_signatures)
    names = [str(signature.field_name) for signature in signatures]
    for name in expected:
        if name not in names:
            raise Refused("signature_missing", field=name)
    for name in names:
        if name not in expected:
            raise Refused("signature_unexpected", field=name)
    if names != expected:
        raise Refused("order_wrong")
    return signatures
