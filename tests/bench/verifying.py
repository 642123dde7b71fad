"""What verifying costs: a token against a bare signature check, a file against pyHanko."""

from __future__ import annotations

import io
from pathlib import Path

from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from tests.bench.documents import contract
from tests.bench.measure import Row, paired, row
from tests.signing.house import NOW, house
from verifier.claims_coding import decode_claims
from verifier.document import examine_bytes, verify_pdf, verify_text
from verifier.token import Claims, read_token_text, split_token, verify_framed
from verifier.verdict import Outcome

__all__ = ["verifying_rows"]

TOKEN_BUDGET, FAST_BUDGET, FULL_BUDGET = 1.15, 0.2, 1.2


def verifying_rows(folder: Path, rounds: int) -> list[Row]:
    """Measure on one sealed contract of five pages."""
    made = contract(folder, 5)
    text = made.complete().text
    data = made.target.read_bytes()
    return [*_token_rows(text, rounds), *_file_rows(data, rounds)]


def _token_rows(text: str, rounds: int) -> list[Row]:
    trust = house().trust
    _, token = read_token_text(text)
    framed = split_token(token)
    key = trust.seal_key(framed.kid)
    assert key is not None
    public_key = key.public_key
    raw = framed.raw_signature
    signature = encode_dss_signature(
        int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    )
    signed = framed.to_be_signed
    algorithm = ECDSA(SHA256())

    def bare() -> None:
        public_key.verify(signature, signed, algorithm)

    def claims() -> Claims:
        _, token = read_token_text(text)
        framed = split_token(token)
        verify_framed(framed, public_key)
        return decode_claims(framed.payload)

    times, more = 100, 3 * rounds
    return [
        row("token text to claims / bare P-256", paired(claims, bare, more, times), TOKEN_BUDGET),
        row(
            "  verdict on a paper, all findings / bare P-256",
            paired(lambda: verify_text(text, trust, NOW), bare, more, times),
        ),
    ]


def _file_rows(data: bytes, rounds: int) -> list[Row]:
    trust = house().trust
    root = Certificate.load(house().root.public_bytes(Encoding.DER))

    def by_pyhanko() -> None:
        reader = PdfFileReader(io.BytesIO(data))
        for signature in reader.embedded_signatures:
            context = ValidationContext(trust_roots=[root], moment=NOW, allow_fetching=False)
            status = validate_pdf_signature(signature, signer_validation_context=context)
            assert status.valid
            assert status.intact

    def fast() -> None:
        assert examine_bytes(data, trust, NOW).outcome is Outcome.GENUINE

    def full() -> None:
        assert verify_pdf(data, trust, NOW).outcome is Outcome.GENUINE

    return [
        row("fast verdict / pyHanko", paired(fast, by_pyhanko, rounds), FAST_BUDGET),
        row("full verdict / pyHanko", paired(full, by_pyhanko, rounds), FULL_BUDGET),
    ]
