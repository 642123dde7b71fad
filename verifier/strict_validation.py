"""PyHanko under strict settings: how this package reads and validates signatures in a PDF.

One narrow door to the library. No network, no trust store of the operating system, no clock:
every context is built from the trust list and a given moment, and work that would have to wait
for anything is an error.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Coroutine
from datetime import datetime
from functools import cache
from typing import Any, Final, TypeVar

from verifier.bounded_reading import ReadingLimitError, bounded_reader
from verifier.cross_references import check_chain
from verifier.file_bytes import Bytes
from verifier.findings import Refused
from verifier.key_judgement import CLOCK_TOLERANCE
from verifier.plain_document import check_part
from verifier.reference_paths import find_usages
from verifier.trust_list import KeyRole, TrustList

__all__ = ["byte_range", "levels_up_to", "open_pdf"]
__all__ += ["validate_by_roots", "validate_signature", "validate_timestamp"]

MAX_XREF_STREAM_BYTES: Final = 4 * 2**20
"""Largest cross-reference stream, unfolded; `cross_references` bounds what it may declare."""

MAX_OBJECT_STREAM_BYTES: Final = 8 * 2**20
"""Largest stream of objects, unfolded; `bounded_reading` bounds how much of it is read."""

MAX_ISSUERS_SOUGHT: Final = 100
"""How often the issuers of a certificate are sought for one signature; once for each certificate
of an ordinary chain, and of each that might stand in its place."""

_LOGGERS: Final = ("pyhanko", "pyhanko_certvalidator")

_T = TypeVar("_T")


def open_pdf(data: Bytes, *, streams: bool = False) -> Any:
    """Open a PDF strictly, with limits on what streams may unfold to.

    Args:
        data: the file.
        streams: whether cross-reference streams are allowed; ours have none.

    Raises:
        Exception: anything that pyHanko raises on a file that it cannot read.
    """
    _keep_quiet()
    from pyhanko.pdf_utils import decode_limits

    check_chain(data, streams=streams)

    cross_references = decode_limits.StreamDecodeLimits(max_output_size=MAX_XREF_STREAM_BYTES)
    object_streams = decode_limits.StreamDecodeLimits(max_output_size=MAX_OBJECT_STREAM_BYTES)
    limits = decode_limits.DecodeLimits(
        per_purpose={
            **decode_limits.DEFAULT_PURPOSE_LIMITS,
            decode_limits.DecodePurpose.XREF_STREAM: cross_references,
            decode_limits.DecodePurpose.OBJECT_STREAM: object_streams,
        }
    )
    return bounded_reader(data, limits)


def validate_signature(signature: Any, at: datetime, trust: TrustList) -> Any:
    """The status of one signature by pyHanko, or None when it refuses to judge it."""
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko.sign.validation.pdf_embedded import async_validate_pdf_signature

    try:
        return _run(
            async_validate_pdf_signature(
                signature,
                signer_validation_context=_context(trust, at),
                ts_validation_context=_context(trust, at, KeyRole.TIMESTAMP),
                diff_policy=_strict_policy(),
            )
        )
    except SignatureValidationError:
        return None


def validate_timestamp(timestamp: Any, at: datetime, trust: TrustList) -> Any:
    """The status of one document timestamp by pyHanko."""
    from pyhanko.sign.validation.pdf_embedded import async_validate_pdf_timestamp

    context = _context(trust, at)
    return _run(async_validate_pdf_timestamp(timestamp, context, _strict_policy()))


def validate_by_roots(
    signature: Any, at: datetime, roots: Collection[bytes], others: Collection[bytes]
) -> Any:
    """The status of a signature or document timestamp of others, None when it is refused.

    Args:
        signature: of pyHanko's reader.
        at: the moment to judge at.
        roots: certificates in DER of whoever is trusted.
        others: certificates in DER that may stand between.
    """
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko.sign.validation.pdf_embedded import (
        async_validate_pdf_signature,
        async_validate_pdf_timestamp,
    )

    context = _offline(roots, others, at)
    try:
        if signature.sig_object_type == "/DocTimeStamp":
            return _run(
                async_validate_pdf_timestamp(signature, context, _strict_policy(foreign=True))
            )
        return _run(
            async_validate_pdf_signature(
                signature,
                signer_validation_context=context,
                ts_validation_context=context,
                diff_policy=_strict_policy(foreign=True),
            )
        )
    except SignatureValidationError:
        return None


def _context(trust: TrustList, at: datetime, *more_roots: KeyRole) -> Any:
    def ders(*roles: KeyRole) -> list[bytes]:
        return [key.certificate_der for key in trust.with_role(*roles)]

    roots = ders(KeyRole.ROOT)
    if not roots:
        raise Refused("issuer_unknown")
    roots += ders(*more_roots)  # a service of the list needs nobody above it
    return _offline(roots, ders(KeyRole.SIGNING_CA, KeyRole.KIOSK_CA), at)


def _offline(roots: Collection[bytes], others: Collection[bytes], at: datetime) -> Any:
    """A context of pyHanko that fetches nothing and trusts nobody but the roots."""
    from asn1crypto.x509 import Certificate
    from pyhanko_certvalidator import ValidationContext

    return ValidationContext(
        trust_roots=[Certificate.load(der) for der in roots],
        certificate_registry=_registry_class().build([Certificate.load(der) for der in others]),
        moment=at,
        allow_fetching=False,
        time_tolerance=CLOCK_TOLERANCE,
    )


@cache
def _registry_class() -> Any:
    """A registry of certificates that is asked so often and no more.

    PyHanko follows every way by which certificates name each other as issuers: with twelve
    certificates of four keys under one name it is busy for minutes, with twenty for ever.
    """
    from pyhanko_certvalidator.registry import CertificateRegistry

    class Registry(CertificateRegistry):
        asked = 0

        def find_potential_issuers(self, cert: Any, trust_manager: Any) -> Any:
            self.asked += 1
            if self.asked > MAX_ISSUERS_SOUGHT:
                raise ReadingLimitError("too many ways from a certificate to a root")
            return super().find_potential_issuers(cert, trust_manager)

    return Registry


def _strict_policy(*, foreign: bool = False) -> Any:
    """The rules of pyHanko less what our files never do.

    No appearance stream is overwritten in place, no object is added that nothing refers to,
    and document information and XMP metadata stay as they were certified (others write the
    time of each change there, so for their files that is allowed).
    """
    from pyhanko.sign import diff_analysis as diff
    from pyhanko.sign.diff_analysis.rules import form_field_rules

    lta = diff.ModificationLevel.LTA_UPDATES
    metadata = (diff.DocInfoRule(), diff.MetadataUpdateRule())

    class Policy(diff.StandardDiffPolicy):
        def apply(self, old: Any, new: Any, *rest: Any, **named: Any) -> Any:
            find_usages(old, new, *(() if foreign else (check_part,)))
            return super().apply(old, new, *rest, **named)

    return Policy(
        global_rules=[
            diff.CatalogModificationRule(),
            diff.XrefStreamRule().as_qualified(lta),
            diff.ObjectStreamRule().as_qualified(lta),
            form_field_rules.DSSCompareRule().as_qualified(lta),
            *([each.as_qualified(lta) for each in metadata] if foreign else ()),
        ],
        form_rule=diff.FormUpdatingRule(
            field_rules=[
                diff.SigFieldCreationRule(),
                _signature_rule(),
                diff.GenericFieldModificationRule(allow_in_place_appearance_stream_changes=False),
            ]
        ),
        ignore_orphaned_objects=False,
    )


def _signature_rule() -> Any:
    """The rule for signature fields, without an exception that lets any object be replaced.

    PyHanko permits whatever object the /TransformParams of a new signature point at, for the
    sake of one producer, and does not look at what it is.
    """
    from pyhanko.pdf_utils.generic import DictionaryObject, IndirectObject
    from pyhanko.sign import diff_analysis as diff

    class DirectParameters(diff.SigFieldModificationRule):
        def check_form_field(self, fq_name: str, spec: Any, context: Any) -> Any:
            value = spec.new_field.get("/V") if spec.new_field else None
            references = value.get("/Reference", ()) if isinstance(value, DictionaryObject) else ()
            for reference in references:
                if isinstance(reference, IndirectObject) or any(
                    isinstance(reference.raw_get(key), IndirectObject)
                    for key in reference
                    if key != "/Data"
                ):
                    raise diff.SuspiciousModification("parameters that are another object")
            return super().check_form_field(fq_name, spec, context)

    return DirectParameters(allow_in_place_appearance_stream_changes=False)


def levels_up_to(level: Any) -> list[Any]:
    """Modification levels of pyHanko that are not above `level`."""
    return [each for each in type(level) if each <= level]


def byte_range(signature: Any) -> list[int]:
    """The /ByteRange of a signature as plain numbers."""
    return [int(number) for number in signature.byte_range]


def _keep_quiet() -> None:
    """Let pyHanko log nothing: it writes tracebacks with people's names where a path is missing.

    What it finds is said by findings, to whoever asked.
    """
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _run(work: Coroutine[Any, Any, _T]) -> _T:
    """Run a coroutine that never waits; no event loop is needed, so no network can be used."""
    try:
        work.send(None)
    except StopIteration as done:
        result: _T = done.value
        return result
    work.close()
    raise RuntimeError("validation tried to wait for something outside the file")
