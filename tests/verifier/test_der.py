"""verifier.der: only DER, and only in its one form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.der import DerError, children, element, integer, read_element, whole


@given(st.binary(max_size=400), st.sampled_from([0x04, 0x30, 0x31, 0xA0]))
def test_what_is_written_is_read(content: bytes, tag: int) -> None:
    written = element(tag, content)
    found = read_element(written + b"more")
    assert (found.tag, found.content, found.encoded) == (tag, content, written)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30",
        b"\x30\x05abc",
        b"\x30\x80\x00\x00",
        b"\x30\x81\x05hello",
        b"\x30\x82\x00\x81" + b"x" * 129,
        b"\x30\x85\x01\x00\x00\x00\x00",
        b"\x30\x84\xff\xff\xff\xff",
        b"\x1f\x81\x01\x00",
    ],
)
def test_other_forms_are_refused(data: bytes) -> None:
    with pytest.raises(DerError):
        read_element(data)


def test_something_after_the_whole_is_refused() -> None:
    with pytest.raises(DerError):
        whole(element(0x30) + b"\x00", 0x30)
    with pytest.raises(DerError):
        list(children(read_element(element(0x30, b"\x04\x01"))))


def test_integers_stay_positive() -> None:
    assert integer(0) == b"\x02\x01\x00"
    assert integer(127) == b"\x02\x01\x7f"
    assert integer(128) == b"\x02\x02\x00\x80"
    assert integer(2**159) == b"\x02\x15\x00\x80" + bytes(19)
