"""ECDSA is malleable: what that means for time-stamps of services that are not ours.

A service writes whichever form comes, and head office turns it into the one with the lower s before
it stands in a file. So the other form, which anybody can make of it, is a change.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from tests.vectors.keys import ORDER
from tests.vectors.sealed_pdf import NOW, House, Sealed
from tests.vectors.timestamps import timestamped
from tests.verifier.verdicts import assert_altered, assert_genuine
from verifier.der import read_element
from verifier.document import verify_pdf
from verifier.timestamp_cms import lower_form
from verifier.trust_list import TrustList


def with_other_s(data: bytes, sealed_bytes: int) -> bytes:
    """The file with the other form of its document timestamp's signature."""
    match = re.compile(rb"/ByteRange \[0 (\d+) (\d+) \d+\]").search(data, sealed_bytes)
    assert match is not None
    start, end = int(match[1]), int(match[2])
    der = read_element(bytes.fromhex(data[start + 1 : end - 1].decode())).encoded
    content = cms.ContentInfo.load(der)
    info = content["content"]["signer_infos"][0]
    r, s = decode_dss_signature(info["signature"].native)
    info["signature"] = encode_dss_signature(r, ORDER - s)
    other: bytes = content.dump(force=True)
    digits = other.hex().upper().encode().ljust(end - start - 2, b"0")
    return b"".join((data[: start + 1], digits, data[end - 1 :]))


def test_the_other_form_of_a_services_signature_is_a_change(
    sealed: Sealed, house: House, trust: TrustList
) -> None:
    kept = timestamped(sealed.data, house)
    assert_genuine(verify_pdf(kept, trust, NOW))
    other = with_other_s(kept, len(sealed.data))
    assert_altered(verify_pdf(other, trust, NOW), "changed_after_seal")


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()])
def test_of_both_forms_the_same_lower_one_is_made(curve: ec.EllipticCurve) -> None:
    key = ec.generate_private_key(curve)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    name = x509.Name([])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(7)
    builder = builder.not_valid_before(at).not_valid_after(at + timedelta(days=1))
    certificate = builder.public_key(key.public_key()).sign(key, hashes.SHA256())
    for number in range(4):
        signature = key.sign(bytes([number]), ec.ECDSA(hashes.SHA256()))
        lower = lower_form(signature, certificate)
        r, s = decode_dss_signature(signature)
        low = min(s, decode_dss_signature(lower)[1])
        assert decode_dss_signature(lower) == (r, low)
        assert lower_form(lower, certificate) == lower
        key.public_key().verify(lower, bytes([number]), ec.ECDSA(hashes.SHA256()))
    with pytest.raises(ValueError, match=r"\w"):
        lower_form(b"0", certificate)


def test_signatures_of_other_kinds_stay_as_they_are() -> None:
    with_rsa = SimpleNamespace(public_key=object)
    assert lower_form(b"any", with_rsa) == b"any"  # type: ignore[arg-type]
