"""An outside time-stamping service, and pyHanko's ETSI engine with a clock that stands still."""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.authority import CertTrustAnchor
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer

from signing.certificates import CertificateAuthority
from signing.identities import SigningIdentity
from signing.timestamp_tokens import KioskTimeStamper
from verifier.trust_list import KeyRole, TrustedKey, TrustList

DAY = timedelta(days=1)
_REQUIRED = RevocationCheckingRule.CRL_REQUIRED


@dataclass(frozen=True)
class Service:
    """A time-stamping service with a root of its own."""

    authority: CertificateAuthority
    stamper: KioskTimeStamper

    def trusted_by(self, trust: TrustList, as_of: datetime) -> TrustList:
        """The list with this service on it."""
        own = self.stamper.certificate
        key = TrustedKey(
            KeyRole.TIMESTAMP,
            "Time",
            own.public_bytes(Encoding.DER),
            own.not_valid_before_utc,
            own.not_valid_after_utc,
            None,
        )
        return replace(trust, keys=(*trust.keys, key), as_of=as_of)


def service(start: datetime, valid_for: timedelta = 3650 * DAY) -> Service:
    """Make a service whose certificate lives so long."""
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))

    def name(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    def usage(*, ca: bool) -> x509.KeyUsage:
        return x509.KeyUsage(not ca, False, False, False, False, ca, ca, False, False)

    def builder(subject: str, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder().subject_name(name(subject)).issuer_name(name("Time Root"))
            .public_key(public).serial_number(x509.random_serial_number()).not_valid_before(start)
        )  # fmt: skip

    root = (
        builder("Time Root", root_key.public_key())
        .not_valid_after(start + 9000 * DAY)
        .add_extension(x509.BasicConstraints(True, None), True)
        .add_extension(usage(ca=True), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(root_key.public_key()), False)
        .sign(root_key, hashes.SHA256())
    )
    own = (
        builder("Time", key.public_key())
        .not_valid_after(start + valid_for)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True)
        .add_extension(usage(ca=False), True)
        .sign(root_key, hashes.SHA256())
    )
    return Service(
        CertificateAuthority(root_key, root),
        KioskTimeStamper(SigningIdentity(key, own, (root,))),
    )


@contextmanager
def standing_clock(at: datetime) -> Iterator[None]:
    """Let pyHanko believe that it is `at`: it reads the machine's clock in many places."""

    class _AnyDatetime(type):
        def __instancecheck__(cls, thing: object) -> bool:
            return isinstance(thing, dt.datetime)

    class _Standing(dt.datetime, metaclass=_AnyDatetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> Any:
            return at.astimezone(tz) if tz else at.replace(tzinfo=None)

    patched = [
        module
        for name, module in list(sys.modules.items())
        if name.startswith("pyhanko") and getattr(module, "datetime", None) is dt.datetime
    ]
    try:
        for module in patched:
            module.datetime = _Standing  # type: ignore[attr-defined]
        yield
    finally:
        for module in patched:
            module.datetime = dt.datetime  # type: ignore[attr-defined]


@contextmanager
def lists_of_issuers_found() -> Iterator[None]:
    """Mend what pyHanko 0.38 overlooks in past validation (EN 319 102-1, 5.6.2.4).

    It looks for a signer's revocation list on a path whose trust anchor is the signer's issuer, and
    then for the issuer of whoever signed the list, which is not on that path when the signer's
    issuer signed it and is no root. So such a list is passed over.
    """
    original = ValidationPath.truncate_to_issuer_and_append

    def mended(self: ValidationPath, cert: asn1_x509.Certificate) -> ValidationPath:
        anchor = getattr(self.trust_anchor.authority, "certificate", None)
        if anchor is not None and anchor.dump() == cert.dump():
            return ValidationPath(self.trust_anchor, [], None)
        result: ValidationPath = original(self, cert)
        return result

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ValidationPath, "truncate_to_issuer_and_append", mended)
        yield


def etsi_says(
    path: Path,
    at: datetime,
    roots: tuple[x509.Certificate, ...],
    lists: tuple[x509.CertificateRevocationList, ...],
) -> dict[str, str]:
    """What the engine says of each signature at a time, revocation lists required everywhere.

    Args:
        path: the file.
        at: the moment of validation (EN 319 102-1, 5.6).
        roots: who is trusted.
        lists: what the validator could still fetch, beside the evidence in the file.
    """
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build([CertTrustAnchor(_asn1(root)) for root in roots]),
        revinfo_policy=CertRevTrustPolicy(RevocationCheckingPolicy(_REQUIRED, _REQUIRED)),
        time_tolerance=timedelta(minutes=10),
    )
    known = [
        CRLContainer(asn1_crl.CertificateList.load(one.public_bytes(Encoding.DER))) for one in lists
    ]
    knowledge = LocalKnowledge(known_certs=[_asn1(root) for root in roots], known_crls=known)
    spec = PdfSignatureValidationSpec(SignatureValidationSpec(policy, local_knowledge=knowledge))
    timing = ValidationTimingInfo(at, at, point_in_time_validation=True)
    said = {}
    with path.open("rb") as stream, standing_clock(at):
        for signature in PdfFileReader(stream).embedded_regular_signatures:
            result = asyncio.run(ades_lta_validation(signature, spec, timing_info=timing))
            said[str(signature.field_name)] = str(result.ades_subindic)
    return said


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
