"""Pictures meant to mislead: two codes at once, codes inside codes, codes turned and inverted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

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
