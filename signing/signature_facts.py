"""What a finished file says of its own signatures: their levels, and whose certificates matter.

    facts = read_facts(path)
    facts.stamped("Director"), facts.document_stamps, facts.certificates

Read from a file that the verifier calls genuine; nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter

from signing.errors import SigningError

__all__ = ["FileFacts", "read_facts", "stamp_certificates"]


@dataclass(frozen=True)
class FileFacts:
    """The signatures of one file."""

    fields: tuple[str, ...]
    """Names of the signature fields of people and of the seal, in the order of signing."""
    with_time_stamp: frozenset[str]
    """Those whose signature carries a time-stamp: level B-T. The others are at level B-B."""
    signers: tuple[tuple[x509.Certificate, datetime], ...]
    """The certificate and the time, by its own statement, of each of them."""
    document_stamps: int
    """How many time-stamps over the whole file follow."""
    last_stamp: x509.Certificate | None
    """The certificate of the service that made the last of these."""
    certificates: tuple[x509.Certificate, ...]
    """All that the signatures, their time-stamps and the evidence carry, each once."""

    @property
    def signed_at(self) -> datetime:
        """When the last of them was made."""
        return max(time for _, time in self.signers)

    def stamped(self, field: str) -> bool:
        """Whether a signature is at level B-T."""
        return field in self.with_time_stamp

    def signed_under(self, authority: x509.Certificate) -> datetime:
        """When the last signature was made with a certificate that an authority issued.

        That of the whole file for an authority that issued none of them itself.
        """
        issued = [time for certificate, time in self.signers if _has_issued(authority, certificate)]
        return max(issued, default=self.signed_at)


def read_facts(path: Path) -> FileFacts:
    """Read the facts of a signed file.

    Raises:
        SigningError: `document_unreadable`: it has no signatures, or cannot be read.
    """
    try:
        with path.open("rb") as stream:
            return _facts(PdfFileReader(stream))
    except (PdfError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise _unreadable() from error


def stamp_certificates(data: bytes) -> frozenset[bytes]:
    """Return the certificates (DER) in the time-stamp of a file's first signature; none without.

    Raises:
        SigningError: `document_unreadable`: it has no signatures, or cannot be read.
    """
    try:
        first = PdfFileReader(BytesIO(data)).embedded_regular_signatures[0]
        token = next(extract_tst_data_iter(first.signer_info, signed=False), None)
        return frozenset() if token is None else frozenset(_carried([token]))
    except (PdfError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise _unreadable() from error


def _facts(reader: Any) -> FileFacts:
    signatures, stamps = reader.embedded_regular_signatures, reader.embedded_timestamp_signatures
    signers = [(_certificate(one.signer_cert), one.self_reported_timestamp) for one in signatures]
    if not signers:
        raise ValueError("no signatures")
    tokens = {
        str(one.field_name): next(extract_tst_data_iter(one.signer_info, signed=False), None)
        for one in signatures
    }
    containers = [one.signed_data for one in reader.embedded_signatures]
    containers += [token for token in tokens.values() if token is not None]
    ders = dict.fromkeys([*_carried(containers), *_evidence(reader)])
    return FileFacts(
        fields=tuple(tokens),
        with_time_stamp=frozenset(name for name, token in tokens.items() if token is not None),
        signers=tuple((certificate, time.astimezone(UTC)) for certificate, time in signers),
        document_stamps=len(stamps),
        last_stamp=_certificate(stamps[-1].signer_cert) if stamps else None,
        certificates=tuple(x509.load_der_x509_certificate(der) for der in ders),
    )


def _unreadable() -> SigningError:
    return SigningError(
        "document_unreadable",
        "The signatures of the document cannot be read.",
        "Take the file from its backup.",
    )


def _certificate(found: Any) -> x509.Certificate:
    return x509.load_der_x509_certificate(found.dump())


def _has_issued(authority: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _carried(containers: list[Any]) -> Iterator[bytes]:
    """The certificates that come along in signatures and tokens (RFC 5652, 5.1)."""
    for container in containers:
        for certificate in container["certificates"]:
            yield certificate.chosen.dump()


def _evidence(reader: Any) -> Iterator[bytes]:
    """Those in the document security store (ISO 32000-2, 12.8.4.3)."""
    if "/DSS" in reader.root and "/Certs" in reader.root["/DSS"]:
        for stream in reader.root["/DSS"]["/Certs"]:
            yield stream.get_object().data
