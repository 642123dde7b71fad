"""What may follow the seal: document timestamps and validation data, and nothing else."""

from __future__ import annotations

import logging
import re

import pytest

from tests.vectors.attacks import field_value_changed
from tests.vectors.sealed_pdf import NOW, House, Sealed
from tests.vectors.timestamps import dss_added, timestamped
from tests.verifier.verdicts import assert_altered, assert_cannot_tell, assert_genuine
from verifier.der import DerError
from verifier.document import verify_pdf
from verifier.pdf_seal import check_signature_gap
from verifier.tail_bytes import MAX_TAIL_UPDATES
from verifier.timestamp_cms import check_timestamp_frame
from verifier.trust_list import TrustList
from verifier.verdict import Outcome

logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


@pytest.fixture(scope="module")
def kept(sealed: Sealed, house: House) -> bytes:
    """A sealed file under a timestamp of a trusted service."""
    return timestamped(sealed.data, house)


def timestamp_gap(data: bytes, sealed_bytes: int) -> tuple[int, int]:
    """Where the timestamp's `<hex>` stands."""
    match = re.compile(rb"/ByteRange \[0 (\d+) (\d+) \d+\]").search(data, sealed_bytes)
    assert match is not None
    return int(match[1]), int(match[2])


def test_a_trusted_timestamp_may_follow(kept: bytes, trust: TrustList) -> None:
    verdict = verify_pdf(kept, trust, NOW)
    assert_genuine(verdict)
    (found,) = [each for each in verdict.findings if each.code == "long_life_only"]
    assert "2026" in found.detail["at"]
    assert found.detail["service"] in found.sentence("pl")
    assert not verdict.has("nothing_after_seal")


def test_validation_data_and_timestamps_may_follow_again_and_again(
    sealed: Sealed, house: House, trust: TrustList
) -> None:
    data = sealed.data
    for _ in range(MAX_TAIL_UPDATES // 2):  # once a year for more than ten years
        data = timestamped(dss_added(data, house), house)
    assert_genuine(verify_pdf(data, trust, NOW))


def test_a_timestamp_of_an_unknown_service_proves_nothing(sealed: Sealed, trust: TrustList) -> None:
    data = timestamped(sealed.data, House("stranger"))
    assert_cannot_tell(verify_pdf(data, trust, NOW), "long_life_unproved")


def test_validation_data_that_no_timestamp_closes_is_a_change(
    sealed: Sealed, house: House, kept: bytes, trust: TrustList
) -> None:
    assert_altered(verify_pdf(dss_added(sealed.data, house), trust, NOW), "changed_after_seal")
    assert_altered(verify_pdf(dss_added(kept, house), trust, NOW), "changed_after_seal")


def test_a_timestamp_does_not_excuse_a_change(
    sealed: Sealed, house: House, trust: TrustList
) -> None:
    data = timestamped(field_value_changed(sealed, house), house)
    assert_altered(verify_pdf(data, trust, NOW), "changed_after_seal")


def test_junk_behind_a_timestamp_is_a_change(kept: bytes, trust: TrustList) -> None:
    assert_altered(verify_pdf(kept + b"\n", trust, NOW), "changed_after_seal")


def test_a_flipped_byte_behind_the_seal_is_seen(
    kept: bytes, sealed: Sealed, trust: TrustList
) -> None:
    start, end = timestamp_gap(kept, len(sealed.data))
    outside = (*range(len(sealed.data), start + 2, 31), *range(end - 3, len(kept), 31))
    for at in outside:
        data = bytearray(kept)
        data[at] ^= 0x11
        assert verify_pdf(bytes(data), trust, NOW).outcome is not Outcome.GENUINE, at


def test_a_flipped_digit_in_a_timestamp_is_seen(
    kept: bytes, sealed: Sealed, house: House, trust: TrustList
) -> None:
    start, end = timestamp_gap(kept, len(sealed.data))
    der = check_signature_gap(kept, start, end)
    known = _certificates(der)
    check_timestamp_frame(der, known)
    passed = []
    for at in range(len(der)):
        flipped = der[:at] + bytes([der[at] ^ 1]) + der[at + 1 :]
        try:
            check_timestamp_frame(flipped, known)
        except DerError:
            continue
        passed.append(at)  # signed content or the signature: only verifying can tell
    assert len(passed) < 700
    for at in passed[::7]:
        digits = start + 1 + 2 * at
        data = bytearray(kept)
        data[digits : digits + 2] = b"%02X" % (der[at] ^ 1)
        assert verify_pdf(bytes(data), trust, NOW).outcome is not Outcome.GENUINE, at


def test_a_certificate_that_plays_no_part_is_refused(kept: bytes, sealed: Sealed) -> None:
    der = check_signature_gap(kept, *timestamp_gap(kept, len(sealed.data)))
    with pytest.raises(DerError):
        check_timestamp_frame(der, set())


@pytest.mark.parametrize("der", [b"", b"\x30\x00", b"\x30\x03\x02\x01\x01"])
def test_what_is_no_timestamp_is_refused(der: bytes) -> None:
    with pytest.raises(DerError):
        check_timestamp_frame(der, set())


def _certificates(der: bytes) -> set[bytes]:
    from asn1crypto import cms

    content = cms.ContentInfo.load(der)["content"]
    return {certificate.dump() for certificate in content["certificates"]}
