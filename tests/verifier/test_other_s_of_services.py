"""ECDSA is malleable: what that means for time-stamps of services that are not ours.

Our own signatures must have the lower s. A service of others writes whichever comes, so both forms
of its signature are taken (docs/genuine-pdf.md section 4): who turns one into the other makes a
second file that states the same, by the same service, at the same time.
"""

from __future__ import annotations

import re

from asn1crypto import cms
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from tests.vectors.keys import ORDER
from tests.vectors.sealed_pdf import NOW, House, Sealed
from tests.vectors.timestamps import timestamped
from tests.verifier.verdicts import assert_genuine
from verifier.der import read_element
from verifier.document import verify_pdf
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


def test_both_forms_of_a_services_signature_say_the_same(
    sealed: Sealed, house: House, trust: TrustList
) -> None:
    kept = timestamped(sealed.data, house)
    other = with_other_s(kept, len(sealed.data))
    assert other != kept
    verdicts = [verify_pdf(data, trust, NOW) for data in (kept, other)]
    for verdict in verdicts:
        assert_genuine(verdict)
        assert verdict.has("long_life_only")
    assert verdicts[0] == verdicts[1]
