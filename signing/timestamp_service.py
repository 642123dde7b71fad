"""Time-stamps by a service elsewhere (RFC 3161): the question, and what counts as its answer.

    service = read_certificates(pem)                        # whom we believe
    question = make_question(sha256, nonce)                  # to be posted to the service
    token = read_answer(answer, sha256, nonce, service, now)

Pure: whoever has a network posts the question. A token counts when it answers this very question,
by a key of the service that was named beforehand, at about this time. What its signature does not
cover is written anew in the one form that the verifier accepts behind a seal
(`verifier.timestamp_cms`), so a service may write it as it likes.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from asn1crypto import cms, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.sign.timestamps import TimeStamper as PyHankoTimeStamper
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext

from signing.errors import SigningError
from verifier.der import (
    NULL,
    OCTET_STRING,
    SEQUENCE,
    children,
    element,
    integer,
    read_element,
    whole,
)
from verifier.signed_data import CONTEXT_0, OID, TST_INFO, content_info
from verifier.timestamp_cms import check_timestamp_frame, lower_form, pss_algorithm
from verifier.trust_list import MAX_CERTIFICATE_BYTES

__all__ = ["MAX_ANSWER_BYTES", "ServiceCertificates", "TimestampError", "make_question"]
__all__ += ["read_answer", "read_certificates", "unusable_certificates"]

MAX_ANSWER_BYTES: Final = 64 * 1024
"""Largest answer of a service; with three certificates along it has about 6 KB."""
MAX_CERTIFICATES: Final = 20
"""Most certificates in the file that names a service."""
CLOCK_TOLERANCE: Final = timedelta(minutes=5)
"""How far the service's time may be from ours; the verifier allows twice that."""
FRAME_BYTES: Final = 4096
"""What a token takes beside its certificates: the service's name up to four times, and a signature
by a key of up to 8,192 bits."""

_RSA: Final = element(SEQUENCE, element(OID, bytes.fromhex("2a864886f70d010101")), NULL)


class TimestampError(SigningError):
    """There is no time-stamp to be had from the service now, or none that counts."""


@dataclass(frozen=True)
class ServiceCertificates:
    """Whom we believe when a service states a time."""

    own: tuple[x509.Certificate, ...]
    """Those under which it time-stamps; exactly these count."""
    above: tuple[x509.Certificate, ...]
    """Those that vouch for them, for the validators of others."""

    @property
    def room_bytes(self) -> int:
        """The most bytes that a token of this service takes."""
        return max(map(len, map(_der, self.own))) + sum(map(len, self._carried())) + FRAME_BYTES

    def ders(self) -> frozenset[bytes]:
        """What may come along in a token, in DER."""
        return frozenset((*map(_der, self.own), *self._carried()))

    def alone(self) -> ServiceCertificates:
        """The same service, but its tokens carry no certificate except its own."""
        return ServiceCertificates(self.own, ())

    def _carried(self) -> list[bytes]:
        return [_der(one) for one in self.above if one.issuer != one.subject]


def read_certificates(pem: bytes) -> ServiceCertificates:
    """Read the file that names a service: its certificates, and those above it, in PEM.

    Raises:
        TimestampError: `timestamp_certificates_unusable`: no certificates, or none for time-stamps.
    """
    refused = unusable_certificates()
    try:
        found = x509.load_pem_x509_certificates(pem)
        own = tuple(one for one in found if _stamps(one))
    except ValueError as error:
        raise refused from error
    sizes = [len(_der(one)) for one in found]
    if not own or len(found) > MAX_CERTIFICATES or max(sizes) > MAX_CERTIFICATE_BYTES:
        raise refused
    return ServiceCertificates(own, tuple(one for one in found if one not in own))


def unusable_certificates() -> TimestampError:
    """The refusal of such a file."""
    return TimestampError(
        "timestamp_certificates_unusable",
        "The file with the certificates of the time-stamping service cannot be used.",
        "It holds, in PEM, the certificate under which the service time-stamps and those above it.",
    )


def make_question(sha256: bytes, nonce: int) -> bytes:
    """Write a request (RFC 3161, 2.4.1): this hash, with certificates, please.

    Args:
        sha256: What is to be time-stamped.
        nonce: A random number that was never used before, positive, below 2^63.
    """
    _, question = PyHankoTimeStamper(include_nonce=False).request_cms(sha256, "sha256")
    question["nonce"] = nonce
    encoded: bytes = question.dump()
    return encoded


def read_answer(
    answer: bytes,
    sha256: bytes,
    nonce: int,
    service: ServiceCertificates,
    now: datetime,
) -> bytes:
    """Take the token out of a service's answer, when it is the one that was asked for.

    Args:
        answer: What the service sent (RFC 3161, 2.4.2).
        sha256: What was to be time-stamped.
        nonce: The number in the question.
        service: Whose tokens count, and which certificates may come along.
        now: The time by this machine, aware.

    Returns:
        The token, a DER-encoded ContentInfo, in the one form.

    Raises:
        TimestampError: `timestamp_refused`: the service said no; `timestamp_wrong`: it answered
            something else; `timestamp_untrusted`: by a key that was not named;
            `timestamp_clock`: its time is not ours.
    """
    try:
        token = _token(answer, nonce)
        signer = _signer(token, service)
        encoded = _in_one_form(token["content"], signer, service)
        check_timestamp_frame(encoded, service.ders())
        stated = _stated(encoded, sha256, signer)
    except TimestampError:
        raise
    except Exception as error:  # whatever a strange answer provokes in the libraries
        raise _wrong() from error
    if not signer.not_valid_before_utc <= stated < signer.not_valid_after_utc:
        raise _wrong()
    if abs(stated - now) > CLOCK_TOLERANCE:
        raise TimestampError(
            "timestamp_clock",
            "The clock of the time-stamping service and this machine's differ by minutes.",
            "Check this machine's clock; if it is right, ask whoever runs the service.",
        )
    if len(encoded) > service.room_bytes:
        raise _wrong()
    return encoded


def _stamps(certificate: x509.Certificate) -> bool:
    """Tell whether a certificate is for time-stamps alone (RFC 3161, 2.3)."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return list(usage) == [ExtendedKeyUsageOID.TIME_STAMPING]


def _token(answer: bytes, nonce: int) -> Any:
    """The token of an answer that grants one, with the nonce of the question."""
    if len(answer) > MAX_ANSWER_BYTES:
        raise _wrong()
    told = next(
        iter(children(whole(answer, SEQUENCE)))
    )  # a refusal has no token, which the library wants
    if tsp.PKIStatusInfo.load(told.encoded)["status"].native != "granted":
        raise TimestampError(
            "timestamp_refused",
            "The time-stamping service refused.",
            "Ask whoever runs the service; what it needs may have changed.",
        )
    token = tsp.TimeStampResp.load(answer, strict=True)["time_stamp_token"]
    info = token["content"]["encap_content_info"]["content"].parsed
    if info["nonce"].native != nonce or len(token["content"]["signer_infos"]) != 1:
        raise _wrong()
    return token


def _signer(token: Any, service: ServiceCertificates) -> x509.Certificate:
    """The certificate of this service that the token names as its signer's."""
    named = token["content"]["signer_infos"][0]["sid"]
    for one in service.own:
        if _names(named, one):
            return one
    raise TimestampError(
        "timestamp_untrusted",
        "The time-stamping service used a key that head office was not told of.",
        "Get its new certificate and add it to the file that names the service.",
    )


def _names(named: Any, certificate: x509.Certificate) -> bool:
    """Tell whether a signer's identifier, by number or by key, means a certificate.

    RFC 5652, 5.3.
    """
    if named.name == "subject_key_identifier":
        try:
            own = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        except x509.ExtensionNotFound:
            return False
        return own.digest == bytes(named.chosen)
    issuer: bytes = named.chosen["issuer"].dump()
    serial: int = named.chosen["serial_number"].native
    return certificate.serial_number == serial and certificate.issuer.public_bytes() == issuer


def _algorithm(algorithm: Any) -> bytes:
    """The signature's algorithm under its one name."""
    name = algorithm["algorithm"].native
    if name == "rsassa_pkcs1v15" or name.endswith("_rsa"):
        return _RSA
    if name == "rsassa_pss":
        return _pss(algorithm["parameters"])
    encoded: bytes = algorithm.dump()
    return encoded


def _pss(parameters: Any) -> bytes:
    """RSASSA-PSS written anew; hash, mask and salt must be of one length."""
    digest, salt = parameters["hash_algorithm"], parameters["salt_length"].native
    mask = parameters["mask_gen_algorithm"]
    number = {"sha256": 1, "sha384": 2, "sha512": 3}.get(digest["algorithm"].native, 0)
    same = mask["parameters"]["algorithm"].native == digest["algorithm"].native
    if mask["algorithm"].native != "mgf1" or not same or salt != 16 * (number + 1):
        raise _wrong()
    return pss_algorithm(number)


def _in_one_form(data: Any, signer: x509.Certificate, service: ServiceCertificates) -> bytes:
    """Write a token anew: what is signed stays, what is not is written as the verifier wants it."""
    info = data["signer_infos"][0]
    digest = info["digest_algorithm"].dump()
    written = element(
        SEQUENCE,
        integer(1),
        element(SEQUENCE, signer.issuer.public_bytes(), integer(signer.serial_number)),
        digest,
        element(CONTEXT_0, info["signed_attrs"].contents),
        _algorithm(info["signature_algorithm"]),
        element(OCTET_STRING, lower_form(info["signature"].native, signer)),
    )
    octets = bytes(data["encap_content_info"]["content"])
    content = TST_INFO + element(CONTEXT_0, element(OCTET_STRING, octets))
    carried = {one.chosen.dump() for one in data["certificates"] or ()} & service.ders()
    certificates = element(CONTEXT_0, *sorted(carried | {_der(signer)}))
    return content_info(3, digest, content, read_element(certificates), written)


def _stated(encoded: bytes, sha256: bytes, signer: x509.Certificate) -> datetime:
    """Verify the token as it will stand in the file, and give the time that it states."""
    data = cms.ContentInfo.load(encoded, strict=True)["content"]
    stated: datetime = data["encap_content_info"]["content"].parsed["gen_time"].native

    def imprint(algorithm: str) -> bytes:
        return sha256 if algorithm == "sha256" else b""

    anchor = asn1_x509.Certificate.load(_der(signer))
    context = ValidationContext(trust_roots=[anchor], allow_fetching=False, moment=stated)
    status = asyncio.run(validate_tst_signed_data(data, context, imprint))
    if not (status["intact"] and status["valid"]) or status["trust_problem_indic"] is not None:
        raise _wrong()
    return stated


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def _wrong() -> TimestampError:
    return TimestampError(
        "timestamp_wrong",
        "The time-stamping service did not answer what it was asked.",
        "Nothing was taken from it. Ask whoever runs the service.",
    )
