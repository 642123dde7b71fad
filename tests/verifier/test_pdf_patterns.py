"""White space of PDF is not Python's: the vertical tab is a letter."""

from __future__ import annotations

import re

import pytest

from tests.vectors.raw_seal import sealed_bytes
from tests.vectors.sealed_pdf import NOW, House, Sealed
from tests.verifier.verdicts import assert_altered
from verifier.cross_references import ChainError, check_chain
from verifier.document import examine_bytes
from verifier.pdf_patterns import WHITE_SPACE, pdf_pattern
from verifier.trust_list import TrustList


def test_white_space_is_that_of_pdf_inside_of_classes_and_outside() -> None:
    plain, named = pdf_pattern(rb"a\s\[\s\]"), pdf_pattern(rb"/([^\s/\]]{1,9})[\s\d]?")
    for byte in range(256):
        space = bytes((byte,))
        expected = space in WHITE_SPACE
        assert (plain.fullmatch(b"a" + space + b"[" + space + b"]") is not None) is expected
        inside = named.match(b"/Root" + space)
        assert inside is not None
        assert (inside[1] == b"Root") is (expected or space in b"/]")


def test_a_vertical_tab_before_the_seals_bytes_is_no_space(house: House, trust: TrustList) -> None:
    data, _ = sealed_bytes(b"%PDF-1.7\n1 0 obj << >> endobj\n", house)
    for entry, code in ((b"/Contents ", "seal_gap_wrong"), (b"/ByteRange ", "seal_missing")):
        spoilt = data.replace(entry, entry[:-1] + b"\v")
        assert_altered(examine_bytes(spoilt, trust, NOW), code)


@pytest.mark.parametrize("entry", [rb"startxref\s", rb"/Prev "])
def test_a_vertical_tab_in_a_chain_is_no_space(entry: bytes, sealed: Sealed) -> None:
    *_, last = re.finditer(entry, sealed.data)
    spoilt = sealed.data[: last.end() - 1] + b"\v" + sealed.data[last.end() :]
    with pytest.raises(ChainError):
        check_chain(spoilt)
