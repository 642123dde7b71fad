"""verifier.pdf_seal: finding the certificate and matching the seal's bytes."""

from __future__ import annotations

import pytest

from tests.vectors.attacks import contents_gap
from tests.vectors.raw_seal import sealed_bytes
from tests.vectors.sealed_pdf import NOW, House, Sealed
from tests.verifier.verdicts import assert_genuine
from verifier.document import examine_bytes
from verifier.findings import Refused
from verifier.pdf_seal import carried_texts, check_signature_gap, find_seal
from verifier.trust_list import TrustList


def test_the_text_is_found_where_the_seal_carries_it(sealed: Sealed) -> None:
    (carried,) = carried_texts(sealed.data)
    assert carried.text == sealed.text
    assert carried.position > sealed.prefix_end


def test_the_text_is_found_with_and_without_octal_escapes(sealed: Sealed) -> None:
    escaped = sealed.text.replace(":", "\\072").replace("/", "\\057").replace(".", "\\056")
    for written in (sealed.text, escaped):
        data = f"<< /ContactInfo ({written}) >>".encode()
        assert [carried.text for carried in carried_texts(data)] == [sealed.text]


@pytest.mark.parametrize(
    "written", ["(call me)", "(HTTPS://A.PL/X)", "<4854>", "((HTTPS://A.PL/C#1))", "(HTTPS://A"]
)
def test_other_contact_information_is_passed_over(written: str) -> None:
    assert carried_texts(f"/ContactInfo {written}".encode()) == ()


def test_a_file_full_of_texts_is_read_to_a_limit(sealed: Sealed) -> None:
    assert len(carried_texts(f"/ContactInfo ({sealed.text})".encode() * 5000)) == 8


def test_many_quoted_texts_do_not_hide_the_own_one(
    house: House, sealed: Sealed, trust: TrustList
) -> None:
    quoted = f"/ContactInfo ({sealed.text})\n".encode() * 50
    data, _ = sealed_bytes(b"%PDF-1.7\n" + quoted, house)
    assert_genuine(examine_bytes(data, trust, NOW))


def test_a_quoted_certificate_before_the_own_one_does_not_mislead(
    house: House, sealed: Sealed, trust: TrustList
) -> None:
    """A sealed file that quotes another genuine one, uncompressed, is judged by its own."""
    quoting = b"%PDF-1.7\n" + sealed.data[sealed.prefix_end - 4000 :] + b"\n"
    data, text = sealed_bytes(quoting, house)
    assert text != sealed.text
    assert_genuine(examine_bytes(data, trust, NOW))


def test_the_seal_is_found_behind_the_prefix(sealed: Sealed) -> None:
    place = find_seal(sealed.data, sealed.prefix_end)
    assert (place.gap_start, place.gap_end) == contents_gap(sealed)
    assert place.end == len(sealed.data)


def test_the_first_signature_behind_the_prefix_is_taken(sealed: Sealed) -> None:
    place = find_seal(sealed.data, sealed.director_end)
    assert place.end == sealed.prefix_end  # the client's, which no seal key made


def test_without_a_signature_behind_the_prefix_the_seal_is_missing(sealed: Sealed) -> None:
    with pytest.raises(Refused) as refused:
        find_seal(sealed.data, len(sealed.data))
    assert refused.value.finding.code == "seal_missing"


@pytest.mark.parametrize(
    ("gap", "code"),
    [
        (b"", "seal_gap_wrong"),
        (b"<>", "seal_gap_wrong"),
        (b"<300>", "seal_gap_wrong"),
        (b"<3000 >", "seal_gap_wrong"),
        (b"(3000)", "seal_gap_wrong"),
        (b"<30A0b0>", "seal_gap_wrong"),
        (b"<" + b"00" * 70_000 + b">", "seal_gap_wrong"),
        (b"<FFFF>", "seal_signature_bad"),
        (b"<3005>", "seal_signature_bad"),
        (b"<3000000001>", "seal_padding_wrong"),
    ],
)
def test_a_gap_that_is_not_exactly_a_signature_is_refused(gap: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        check_signature_gap(gap, 0, len(gap))
    assert refused.value.finding.code == code


def test_a_gap_is_its_der_and_zeros() -> None:
    assert check_signature_gap(b"<3003020105000000>", 0, 18) == b"\x30\x03\x02\x01\x05"
