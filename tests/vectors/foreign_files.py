"""PDFs as another vendor signs them: pyHanko's own defaults, an authority that is not ours."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from itertools import permutations
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers.pdf_signer import PdfTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.vectors.sealed_pdf import ISSUED, House, punctual_signer
from tests.vectors.timestamps import dss_added, timestamp_service

__all__ = ["AUTHORITY", "paper", "roots", "signed", "signed_for_long", "signed_in_a_maze"]

AUTHORITY = House("another authority")


def roots() -> tuple[bytes, ...]:
    """The authority's root."""
    return (AUTHORITY.root.certificate.public_bytes(Encoding.DER),)


def paper() -> bytes:
    """A page, with a cross-reference stream, as most producers write."""
    writer = PdfFileWriter()
    stream = writer.add_object(generic.StreamObject(stream_data=b"BT (Faktura) Tj ET"))
    box = generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842)))
    writer.insert_page(PageObject(contents=stream, media_box=box))
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def signed(data: bytes, field: str = "Signature1", *, stamped: bool = False, **more: Any) -> bytes:
    """Sign with the authority's director, in PAdES unless said otherwise."""
    settings = {"subfilter": SigSeedSubFilter.PADES, **more}
    metadata = signers.PdfSignatureMetadata(field_name=field, md_algorithm="sha256", **settings)
    stamper = timestamp_service(AUTHORITY) if stamped else None
    signer = punctual_signer(metadata, AUTHORITY.director, AUTHORITY, ISSUED, stamper)
    out = BytesIO()
    signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(data)), output=out, in_place=False)
    return out.getvalue()


def signed_in_a_maze(data: bytes, keys: int = 4, field: str = "Signature1") -> bytes:
    """Signed under an authority whose keys all certify each other, all under one name.

    The ways from one of `keys` certificates to another are as many as the orders of the others.
    """
    end = ISSUED + timedelta(days=900)

    def certificate(name: str, key: Any, by: Any, *, authority: bool) -> asn1_x509.Certificate:
        named = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, n)]) for n in (name, "Maze")]
        usage = dict.fromkeys(_USAGES, False)
        usage |= {"key_cert_sign": True} if authority else {"digital_signature": True}
        made = (
            x509.CertificateBuilder(named[1], named[0], key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(ISSUED - timedelta(days=9))
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(authority, None), critical=True)
            .add_extension(x509.KeyUsage(**usage), critical=True)
            .sign(by, hashes.SHA256())
        )
        return asn1_x509.Certificate.load(made.public_bytes(Encoding.DER))

    *made, own = (ec.generate_private_key(ec.SECP256R1()) for _ in range(keys + 1))
    maze = SimpleCertificateStore()  # type: ignore[no-untyped-call] # in pyHanko's other half
    for one, other in permutations(made, 2):
        maze.register(certificate("Maze", one, other, authority=True))
    packed = own.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    signer = signers.SimpleSigner(
        signing_cert=certificate("Visitor", own, made[0], authority=False),
        signing_key=asn1_keys.PrivateKeyInfo.load(packed),
        cert_registry=maze,
    )
    metadata = signers.PdfSignatureMetadata(
        field_name=field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
    )
    out = BytesIO()
    writer = IncrementalPdfFileWriter(BytesIO(data))
    signers.PdfSigner(metadata, signer).sign_pdf(
        writer, output=out, bytes_reserved=2 * (8_000 + 500 * keys * keys)
    )
    return out.getvalue()


_USAGES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
    *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)


def signed_for_long(data: bytes) -> bytes:
    """PAdES B-LTA: a timestamp inside, validation data, a document timestamp."""
    out = BytesIO()
    writer = IncrementalPdfFileWriter(BytesIO(dss_added(signed(data, stamped=True), AUTHORITY)))
    PdfTimeStamper(timestamp_service(AUTHORITY)).timestamp_pdf(writer, "sha256", output=out)
    return out.getvalue()
