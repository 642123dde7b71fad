"""What finishing a document costs: fill, sign and seal against one bare signature by pyHanko."""

from __future__ import annotations

import io
from pathlib import Path

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing.certificate_page import draw_certificate
from tests.bench.documents import contract
from tests.bench.measure import Paired, Row, paired, row
from tests.signing.house import NOW, house
from tests.signing.test_certificate_page import A4, FACTS, QR_TEXT
from verifier.document import verify_pdf

__all__ = ["signing_rows"]

SEAL_BUDGET, PAGES_BUDGET = 3.5, 1.5


def signing_rows(folder: Path, rounds: int) -> list[Row]:
    """Measure on contracts of 5, of 40 and of 500 pages."""
    short, long, book = (contract(folder, pages) for pages in (5, 40, 500))
    data = short.source.read_bytes()
    signer = _signer()
    short.complete()
    sealed = short.target.read_bytes()

    def bare() -> None:
        writer = IncrementalPdfFileWriter(io.BytesIO(data))
        metadata = signers.PdfSignatureMetadata(
            field_name="Client1", subfilter=fields.SigSeedSubFilter.PADES
        )
        signers.PdfSigner(metadata, signer).sign_pdf(writer, output=io.BytesIO())

    def verify() -> None:
        verify_pdf(sealed, house().trust, NOW)

    def certificate() -> None:
        draw_certificate(FACTS, QR_TEXT, A4)

    whole = paired(short.complete, bare, rounds)
    check = paired(verify, bare, rounds)
    return [
        row("fill + sign + seal, 5 pages / bare pyHanko B-B", _less(whole, check), SEAL_BUDGET),
        row("  the same with self-verification", whole),
        row("  its certificate page alone", paired(certificate, bare, rounds)),
        row("  40 pages / 5 pages", paired(long.complete, short.complete, rounds), PAGES_BUDGET),
        row("  500 pages / 5 pages", paired(book.complete, short.complete, min(rounds, 5))),
    ]


def _less(whole: Paired, part: Paired) -> Paired:
    """What is left of a measurement without a part that was measured alone."""
    return Paired(
        whole.ratio - part.ratio,
        whole.spread + part.spread,
        whole.thing_ms - part.thing_ms,
        whole.yardstick_ms,
    )


def _signer() -> signers.SimpleSigner:
    director = house().director
    assert isinstance(director.key, EllipticCurvePrivateKey)
    key = director.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    chain = SimpleCertificateStore()  # type: ignore[no-untyped-call] # in pyHanko's other half
    for each in director.chain:
        chain.register(asn1_x509.Certificate.load(each.public_bytes(Encoding.DER)))
    return signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(director.certificate.public_bytes(Encoding.DER)),
        signing_key=asn1_keys.PrivateKeyInfo.load(key),
        cert_registry=chain,
    )
