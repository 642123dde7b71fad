"""Pictures meant to mislead: two codes at once, codes inside codes, codes turned and inverted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from operator import xor
from typing import Any

import numpy as np
import pytest
import qrcode
import zxingcpp

from tests.vectors.sealed_pdf import NOW, House, Sealed, claims_for, text_for
from tests.verifier.test_picture import code, encoded
from tests.verifier.verdicts import assert_cannot_tell, assert_genuine
from verifier.picture import text_in_picture, verify_picture
from verifier.trust_list import TrustList


def beside(left: Any, right: Any) -> Any:
    """Two codes on one white page."""
    height = max(left.shape[0], right.shape[0])
    page = np.full((height, left.shape[1] + right.shape[1] + 40), 255, np.uint8)
    page[: left.shape[0], : left.shape[1]] = left
    page[: right.shape[0], left.shape[1] + 40 :] = right
    return page


def other_genuine(sealed: Sealed, house: House) -> str:
    """Another certificate by the same kiosk."""
    prefix = sealed.data[: sealed.prefix_end]
    return text_for(replace(claims_for(prefix), title="Inna umowa"), house)


def forged(sealed: Sealed, house: House) -> str:
    """A certificate's text with one digit changed."""
    return sealed.text[:-1] + ("1" if sealed.text[-1] != "1" else "2")


def number_alone(sealed: Sealed, house: House) -> str:
    """Nothing but the beginning and a damaged number."""
    return sealed.text[: len(sealed.text) // 2]


@pytest.mark.parametrize("other", [other_genuine, forged, number_alone])
@pytest.mark.parametrize("genuine_first", [True, False])
def test_two_certificates_in_one_picture_are_told_apart_by_nobody(
    other: Callable[[Sealed, House], str],
    genuine_first: bool,
    sealed: Sealed,
    house: House,
    trust: TrustList,
) -> None:
    codes = [code(sealed.text, 4), code(other(sealed, house), 4)]
    picture = encoded(beside(*(codes if genuine_first else reversed(codes))))
    assert_cannot_tell(verify_picture(picture, trust, NOW), "several_codes")
    assert text_in_picture(picture) is None


def test_the_same_code_twice_and_a_code_of_another_kind_do_no_harm(
    sealed: Sealed, trust: TrustList
) -> None:
    ours, menu = code(sealed.text, 4), code("https://example.com/menu", 6)
    for picture in (beside(ours, ours), beside(menu, ours), beside(ours, menu)):
        assert_genuine(verify_picture(encoded(picture), trust, NOW))


@pytest.mark.parametrize(
    "turned",
    [lambda grey: 255 - grey, np.rot90, np.fliplr, np.flipud],
    ids=["inverted", "turned", "mirrored", "upside down"],
)
def test_a_code_is_read_however_it_is_held(
    turned: Callable[[Any], Any], sealed: Sealed, trust: TrustList
) -> None:
    picture = encoded(np.ascontiguousarray(turned(code(sealed.text))))
    assert_genuine(verify_picture(picture, trust, NOW))


@pytest.mark.parametrize(
    "wrapped",
    ["see {}", "{} is genuine", "https://evil.example/?to={}", "WIFI:S:{};;", "{}\n{}", "{}#1"],
)
def test_a_genuine_text_inside_another_is_none(
    wrapped: str, sealed: Sealed, trust: TrustList
) -> None:
    verdict = verify_picture(encoded(code(wrapped.format(sealed.text, sealed.text), 4)), trust, NOW)
    assert len(verdict.against) == 1
    assert_cannot_tell(verdict)


def test_a_code_that_leads_to_a_strange_host_is_not_genuine(
    sealed: Sealed, trust: TrustList
) -> None:
    text = sealed.text.replace("SYGNET.EXAMPLE", "SYGNET.EXAMPLE.EVIL.EXAMPLE")
    assert_cannot_tell(verify_picture(encoded(code(text)), trust, NOW), "host_not_listed")


class _Series:
    """The head of a symbol of a series (ISO/IEC 18004 8.1): place, count and parity of all data."""

    mode = 0b0011

    def __init__(self, place: int, count: int, parity: int) -> None:
        self._place_and_count = place << 4 | count - 1
        self._parity = parity

    def __len__(self) -> int:
        return self._place_and_count  # stands where other segments have their length

    def write(self, buffer: Any) -> None:
        """Write the parity."""
        buffer.put(self._parity, 8)


def series(monkeypatch: pytest.MonkeyPatch, *parts: str) -> list[Any]:
    """The pictures of a text that is shared among several symbols (structured append)."""
    usual = qrcode.util.length_in_bits
    monkeypatch.setattr(
        qrcode.util,
        "length_in_bits",
        lambda mode, version: 8 if mode == _Series.mode else usual(mode, version),
    )
    parity = reduce(xor, "".join(parts).encode("ascii"))
    pictures = []
    for place, part in enumerate(parts):
        made = qrcode.QRCode(18, qrcode.constants.ERROR_CORRECT_L, box_size=4)
        made.add_data(part)
        made.data_list.insert(0, _Series(place, len(parts), parity))
        made.make(fit=False)
        pictures.append(np.array(made.make_image().convert("L"), np.uint8))
    return pictures


def test_parts_of_a_certificate_in_a_series_of_codes_are_not_put_together(
    sealed: Sealed, trust: TrustList, monkeypatch: pytest.MonkeyPatch
) -> None:
    half = len(sealed.text) // 2
    first, second = series(monkeypatch, sealed.text[:half], sealed.text[half:])
    (head,) = zxingcpp.read_barcodes(first)
    assert head.text == sealed.text[:half]  # the vector is one that decoders read
    assert_cannot_tell(verify_picture(encoded(first), trust, NOW), "code_damaged")
    assert_cannot_tell(verify_picture(encoded(second), trust, NOW), "not_a_certificate")
    both = verify_picture(encoded(beside(first, second)), trust, NOW)
    assert_cannot_tell(both, "code_damaged")


def test_a_whole_certificate_in_a_series_is_that_certificate_and_no_other(
    sealed: Sealed, trust: TrustList, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = series(monkeypatch, sealed.text, "1234567890")
    assert_genuine(verify_picture(encoded(first), trust, NOW))
    assert_genuine(verify_picture(encoded(beside(first, second)), trust, NOW))
    longer = [f"{sealed.text[:40]}", sealed.text[40:]]
    reordered = beside(*reversed(series(monkeypatch, *longer)))
    assert_cannot_tell(verify_picture(encoded(reordered), trust, NOW), "code_damaged")


def small_code(kind: zxingcpp.BarcodeFormat, text: str) -> Any:
    """A code of another family, with its quiet zone."""
    made = zxingcpp.write_barcode_to_image(zxingcpp.create_barcode(text, kind), scale=6)
    return np.pad(np.array(made), 24, constant_values=255)


@pytest.mark.parametrize(
    "kind", [zxingcpp.BarcodeFormat.MicroQRCode, zxingcpp.BarcodeFormat.RMQRCode]
)
def test_micro_and_rectangular_codes_are_no_certificates(
    kind: zxingcpp.BarcodeFormat, sealed: Sealed, trust: TrustList
) -> None:
    """They are too small for a certificate: 35 digits, and 361."""
    other = small_code(kind, "12345678901234567890")
    assert_cannot_tell(verify_picture(encoded(other), trust, NOW), "not_a_certificate")
    ours = code(sealed.text, 4)
    for picture in (beside(ours, other), beside(other, ours)):
        assert_genuine(verify_picture(encoded(picture), trust, NOW))


def test_among_a_dozen_codes_the_one_certificate_is_found(
    sealed: Sealed, house: House, trust: TrustList
) -> None:
    others = [code(f"https://example.com/{number}", 3) for number in range(11)]
    sheet = beside(code(sealed.text, 4), others[0])
    for other in others[1:]:
        sheet = beside(sheet, other)
    assert_genuine(verify_picture(encoded(sheet), trust, NOW))
    two = beside(sheet, code(other_genuine(sealed, house), 4))
    assert_cannot_tell(verify_picture(encoded(two), trust, NOW), "several_codes")
    menus = beside(others[0], others[1])
    assert_cannot_tell(verify_picture(encoded(menus), trust, NOW), "not_a_certificate")
