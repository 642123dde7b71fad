"""What head office asks of a root kept apart, and what the root answers; both are files on a stick.

    head office                                    root, on a machine without a network
    request.json ---------------------------------> answer_request(request, root, now)
    check_answer(answer, request) <---------------- answer.json

The request carries the certificate request of the signing CA (PKCS#10, RFC 2986), the public keys
of the trust list's other roles and what the root is to revoke. The answer carries the certificates,
the root's revocation list and the trust list's root metadata (TUF). Formats: docs/keys.md, 8.
Nothing here reads a file or a clock.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from signing.certificates import ROOT_VALIDITY, issue_signing_ca
from signing.errors import SigningError
from signing.revocation_lists import RevokedCertificate, make_crl
from signing.root_files import RootAnswer, RootRequest
from signing.root_succession import FormerRoot, SafeRoot, certify_root, check_former_root
from signing.trust_root import (
    TrustRootError,
    check_trust_root,
    hand_over_trust_root,
    key_in_force,
    make_trust_root,
)

__all__ = ["ROOT_CRL_VALIDITY", "RootRefused", "answer_request", "check_answer", "make_csr"]

ROOT_CRL_VALIDITY: Final = timedelta(days=3 * 366)
"""The root is taken out of its safe seldom; every answer brings a new list."""


class RootRefused(SigningError):
    """A request that this root does not answer, or an answer that does not fit."""


def make_csr(key: ec.EllipticCurvePrivateKey, organisation: str) -> x509.CertificateSigningRequest:
    """The signing CA's certificate request; it proves that head office has the key."""
    name = x509.NameAttribute(x509.oid.NameOID.ORGANIZATION_NAME, organisation)
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([name]))
    return builder.sign(key, hashes.SHA256())


def answer_request(
    request: RootRequest, root: SafeRoot, now: datetime, former: SafeRoot | None = None
) -> RootAnswer:
    """Sign what head office asks for.

    Args:
        request: As read from its file.
        root: The root that answers.
        now: Moment of issue, aware UTC.
        former: The root before it. It introduces this one, hands the trust list's root role over
            to it where that was not done yet, and signs its own revocation list anew.

    Returns:
        The answer, ready to be written.

    Raises:
        RootRefused: codes `other_organisation`, `other_root` (the trust list has another root key)
            and `request_refused` (the certificate request is not signed by its own P-256 key).
        CertificateRefused: code `issuer_not_valid`: usually a wrong clock.
    """
    certificate = root.certificate
    if any(
        _organisation(one.certificate) != [request.organisation]
        for one in (root, former)
        if one is not None
    ):
        raise RootRefused(
            "other_organisation",
            "The request comes from another organisation than this root's.",
            "Take the root of that organisation, or a request of this one.",
        )
    public_key = request.csr.public_key()
    usable = isinstance(public_key, ec.EllipticCurvePublicKey) and request.csr.is_signature_valid
    if not usable or not isinstance(public_key, ec.EllipticCurvePublicKey):
        raise _request_refused()
    if not isinstance(public_key.curve, ec.SECP256R1):
        raise _request_refused()
    authority = root.authority()
    trust_root = _trust_root(request, root, former, now)
    lines = [RevokedCertificate(serial, at) for serial, at in request.revoked]
    number = int(now.astimezone(UTC).timestamp())  # rises with every list, without any record
    return RootAnswer(
        root=certificate,
        signing_ca=issue_signing_ca(public_key, authority, now, request.generation),
        crl=make_crl(authority, lines, number, now, ROOT_CRL_VALIDITY),
        trust_root=trust_root,
        former=None
        if former is None
        else FormerRoot(
            root=former.certificate,
            crl=make_crl(former.authority(), lines, number, now, ROOT_VALIDITY),
            introduced=certify_root(certificate, former, now),
            vouched=certify_root(former.certificate, root, now),
        ),
    )


def _trust_root(
    request: RootRequest, root: SafeRoot, former: SafeRoot | None, now: datetime
) -> bytes:
    """The next root metadata; handed over when the former root's key has the root role still."""
    key, current = root.secret.trust_key(), request.trust_root
    if former is not None and current:
        old = former.secret.trust_key()
        if key_in_force(current, "root") == old.public_key().public_bytes_raw():
            return hand_over_trust_root(old, key, request.trust_keys, current, now)
    return make_trust_root(key, request.trust_keys, current or None, now)


def check_answer(
    answer: RootAnswer, request: RootRequest, known: Collection[x509.Certificate] = ()
) -> None:
    """Check that an answer is one to this request, before head office believes it.

    1. The root signed itself and names our organisation. 2. The signing CA is issued by it and
    carries our key. 3. The revocation list is the root's. 4. The trust list's root metadata is
    signed by its own root role and names our keys for the others. 5. The root is one that we know,
    or introduced by one, which then hands the metadata over.

    Args:
        answer: What came back.
        request: What was asked.
        known: The roots on the trust list; empty for a new head office.

    Raises:
        RootRefused: code `answer_refused`.
    """
    try:
        answer.root.verify_directly_issued_by(answer.root)
        answer.signing_ca.verify_directly_issued_by(answer.root)
        key = answer.root.public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey) or not answer.crl.is_signature_valid(key):
            raise ValueError("revocation list of another root")
        if _spki(answer.signing_ca) != _spki(request.csr):
            raise ValueError("certificate for another key")
        if _organisation(answer.root) != [request.organisation]:
            raise ValueError("another organisation")
        follows = bool(known) and answer.root not in known
        if answer.former is not None:
            check_former_root(answer.former, answer.root)
        if follows and (answer.former is None or answer.former.root not in known):
            raise ValueError("a root that nobody introduced")
        current = request.trust_root or None
        check_trust_root(answer.trust_root, request.trust_keys, current, handed_over=follows)
    except (
        ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm, TrustRootError
    ) as error:  # fmt: skip
        raise RootRefused(
            "answer_refused",
            "This is not the root's answer to the request that head office made last.",
            "Carry the newest request to the root and bring back its answer.",
        ) from error


def _organisation(certificate: x509.Certificate) -> list[str | bytes]:
    names = certificate.subject.get_attributes_for_oid(x509.oid.NameOID.ORGANIZATION_NAME)
    return [name.value for name in names]


def _spki(holder: x509.Certificate | x509.CertificateSigningRequest) -> bytes:
    key = holder.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise ValueError("not a P-256 key")
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _request_refused() -> RootRefused:
    return RootRefused(
        "request_refused",
        "The request does not prove that head office has the key it asks for.",
        "Have head office write the request anew.",
    )
