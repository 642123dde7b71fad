"""PDFs that are not ours, judged as PAdES against roots that the caller names (EN 319 142-1).

    verify_foreign_pdf(data, read_roots(pem), now)

Of each signature it is said whether it is intact, who made it, whether it leads to one of the
roots, what it covers, what was changed after it, its level and its time. The verdict is never
"genuine": that word is kept for documents with our certificate. It is `altered` when a signature
is broken, else `cannot_tell`, and its sentence says that the file is not ours. No network, so
revocation is not examined, which is said. Pure functions: no I/O, no clock.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from verifier.document import MAX_PDF_BYTES, Watch
from verifier.errors import FileError, TrustError
from verifier.file_bytes import Bytes
from verifier.findings import Refused, finding
from verifier.key_judgement import CLOCK_TOLERANCE, shown_time
from verifier.strict_validation import byte_range, open_pdf, validate_by_roots
from verifier.verdict import Finding, Verdict, reach_verdict

__all__ = ["FOREIGN_STEP", "MAX_ROOTS", "read_roots", "verify_foreign_pdf"]

FOREIGN_STEP: Final = 8
"""What a watch is told when the judging of others' signatures begins: section 8 of genuine-pdf.md,
where our own steps end with 6."""

MAX_ROOTS: Final = 500
"""Most roots: the trusted lists of the European Union have about 300."""
MAX_ROOTS_BYTES: Final = 4 * 2**20
"""Largest file of roots."""
MAX_SIGNATURES: Final = 32
"""Most signatures of one file that are judged."""
MAX_CARRIED_CERTIFICATES: Final = 200
"""Most certificates that its signatures carry along."""


def read_roots(data: bytes) -> tuple[bytes, ...]:
    """Read root certificates: PEM, any number of them, or one in DER.

    Raises:
        TrustError: code `roots_form`.
    """
    try:
        if len(data) > MAX_ROOTS_BYTES:
            raise ValueError("too large")
        if b"-----BEGIN" in data:
            roots = x509.load_pem_x509_certificates(data)
        else:
            roots = [x509.load_der_x509_certificate(data)]
        if len(roots) > MAX_ROOTS:
            raise ValueError("too many")
        return tuple(root.public_bytes(Encoding.DER) for root in roots)
    except Exception as error:  # X.509 and PEM have a dozen kinds
        raise TrustError(
            "roots_form",
            "These roots cannot be used: no certificates in PEM or DER, or too many.",
            "Name a file with the certificates of the authorities that you trust.",
        ) from error


def verify_foreign_pdf(
    data: Bytes, roots: Sequence[bytes], now: datetime, watch: Watch | None = None
) -> Verdict:
    """Judge the signatures of a PDF that is not ours.

    Args:
        data: the file: its bytes, or what `verifier.file_bytes.open_file` gives.
        roots: certificates in DER of the authorities that the caller trusts.
        now: the present time, aware.
        watch: whoever wants to know when it begins.

    Returns:
        A verdict that is never genuine; it names no trust list. No file makes this raise.

    Raises:
        FileError: a file that is not held in memory cannot be read to its end.
    """
    if watch is not None:
        watch(FOREIGN_STEP, ())
    findings = [finding("foreign_document", count=str(len(roots)), as_of=shown_time(now))]
    try:
        _check_is_pdf(data)
        findings += _judge(data, roots, now)
    except Refused as refused:
        findings.append(refused.finding)
    except FileError:
        raise
    except Exception:  # noqa: BLE001 - whatever a hostile file provokes in a parser
        findings.append(finding("structure_unreadable"))
    outcome = reach_verdict(findings, ("never",))
    return Verdict(outcome, tuple(findings), None, None, None, now)


def _check_is_pdf(data: Bytes) -> None:
    if len(data) > MAX_PDF_BYTES:
        raise Refused("file_too_large", limit=str(MAX_PDF_BYTES // 2**20))
    if data[:5] != b"%PDF-":
        raise Refused("not_a_pdf")


@dataclass(frozen=True)
class _File:
    """What is said of every signature of one file."""

    has_evidence: bool
    """Whether it holds validation data (a DSS)."""
    stamped_from: tuple[int, ...]
    """Ends of the byte ranges of its document timestamps."""
    roots: Collection[bytes]
    """Whom the caller trusts."""
    others: Collection[bytes]
    """Certificates that the signatures carry along, for the way to a root."""
    now: datetime
    """The present time."""


def _judge(data: Bytes, roots: Collection[bytes], now: datetime) -> list[Finding]:
    reader = open_pdf(data, streams=True)
    signatures = list(reader.embedded_signatures)
    if not signatures:
        raise Refused("foreign_unsigned")
    if len(signatures) > MAX_SIGNATURES:
        raise Refused("structure_unreadable")
    stamps = [each for each in signatures if each.sig_object_type == "/DocTimeStamp"]
    ends = tuple(sum(byte_range(stamp)[2:]) for stamp in stamps)
    others = {each.dump() for signature in signatures for each in signature.other_embedded_certs}
    if len(others) > MAX_CARRIED_CERTIFICATES:
        raise Refused("structure_unreadable")
    file = _File("/DSS" in reader.root, ends, roots, others, now)
    each_end = [sum(byte_range(signature)[2:]) for signature in signatures]
    judged = [_judge_signature(signature, file) for signature in signatures]
    findings = [each for one in judged for each in one]
    after_last = {each.code for each in judged[each_end.index(max(each_end))]}
    if max(each_end) == len(data):
        findings.append(finding("foreign_covered"))
    elif "foreign_evidence_after" not in after_last:  # which no signature can cover
        findings.append(finding("foreign_not_covered"))
    return findings


def _judge_signature(signature: Any, file: _File) -> list[Finding]:
    """Intact, by whom, trusted, covered, changed, level, time: in this order."""
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    field = str(signature.field_name)
    status, trusted_time = _validated(signature, file)
    if status is None or not (status.intact and status.valid):
        return [finding("foreign_signature_broken", field=field)]
    name = _name(status.signing_cert)
    code = "foreign_signature_good" if _is_trusted(status) else "foreign_signature_untrusted"
    findings = [finding(code, field=field, name=name)]
    if status.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        findings.append(finding("foreign_covers_part", field=field))
    elif status.coverage is not SignatureCoverageLevel.ENTIRE_FILE:
        findings.append(_judge_changes(status, field))
    if signature.sig_object_type == "/DocTimeStamp":
        return [*findings, finding("foreign_level", field=field, level="RFC 3161")]
    findings.append(finding("foreign_level", field=field, level=_level(signature, status, file)))
    claimed = status.signer_reported_dt
    if trusted_time is not None:
        findings.append(finding("foreign_time_stamped", field=field, at=shown_time(trusted_time)))
    elif claimed is None:
        findings.append(finding("foreign_time_missing", field=field))
    else:
        findings.append(finding("foreign_time_claimed", field=field, at=_shown(claimed)))
    return findings


def _validated(signature: Any, file: _File) -> tuple[Any, datetime | None]:
    """PyHanko's status, at the time that a trusted timestamp proves, else now."""
    status = validate_by_roots(signature, file.now, file.roots, file.others)
    stamp = getattr(status, "timestamp_validity", None)
    if stamp is None or not (stamp.intact and stamp.valid and _is_trusted(stamp)):
        return status, None
    proved: datetime = stamp.timestamp
    if proved - CLOCK_TOLERANCE > file.now:
        return status, None
    return validate_by_roots(signature, proved, file.roots, file.others), proved


def _is_trusted(status: Any) -> bool:
    """Tell whether a signature leads to a root, and the root may certify whom it certified.

    A caller may name a person's own certificate. It counts for that person's signatures, and makes
    nobody an authority (RFC 5280 4.2.1.3, 4.2.1.9); old roots state neither.
    """
    if not status.trusted:
        return False
    root, *below = status.validation_path
    constraints, usage = root.basic_constraints_value, root.key_usage_value
    certifies = (constraints is None or constraints["ca"].native) and (
        usage is None or "key_cert_sign" in usage.native
    )
    return not below or certifies


def _judge_changes(status: Any, field: str) -> Finding:
    """What later revisions did, by pyHanko's rules; what they do not explain is a doubt."""
    from pyhanko.sign.diff_analysis import ModificationLevel

    level = status.modification_level
    if status.docmdp_ok is False:
        return finding("foreign_changed_after", field=field)
    if level is ModificationLevel.LTA_UPDATES:
        return finding("foreign_evidence_after", field=field)
    if level in (ModificationLevel.NONE, ModificationLevel.FORM_FILLING):
        return finding("foreign_filled_after", field=field)
    return finding("foreign_changed_after", field=field)


def _level(signature: Any, status: Any, file: _File) -> str:
    """The level of PAdES (EN 319 142-1 6), or what it is instead."""
    if signature.sig_object.get("/SubFilter") != "/ETSI.CAdES.detached":
        return "PDF (ISO 32000), not PAdES"
    if status.timestamp_validity is None:
        return "PAdES B-B"
    if not file.has_evidence:
        return "PAdES B-T"
    end = sum(byte_range(signature)[2:])
    later = any(stamped > end for stamped in file.stamped_from)
    return "PAdES B-LTA" if later else "PAdES B-LT"


def _name(certificate: Any) -> str:
    return str(certificate.subject.human_friendly)


def _shown(time: datetime) -> str:
    return shown_time(time if time.tzinfo is not None else time.replace(tzinfo=UTC))
