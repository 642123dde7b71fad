"""verifier.same_objects: what a reader could tell apart is not the same."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from verifier.same_objects import raw_entry, same, same_but


def value(written: bytes) -> Any:
    """A value as pyHanko reads it from a file."""
    head = b"%PDF-1.7\n1 0 obj\n<< /A " + written + b" >>\nendobj\n"
    table = b"xref\n0 2\n0000000000 65535 f \n0000000009 00000 n \n"
    trailer = b"trailer\n<< /Size 2 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(head)
    return raw_entry(PdfFileReader(BytesIO(head + table + trailer)).root, "/A")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"/Type1", b"(/Type1)"),
        (b"1", b"true"),
        (b"0", b"false"),
        (b"null", b"false"),
        (b"[1 2]", b"[1 2 3]"),
        (b"[1 /A]", b"[1 (/A)]"),
        (b"<< /B /C >>", b"<< /B (/C) >>"),
        (b"<< /B 1 >>", b"<< /B 1 /C 2 >>"),
        (b"<< /B 1 >>", b"[/B 1]"),
        (b"5 0 R", b"6 0 R"),
        (b"5 0 R", b"5 1 R"),
        (b"5 0 R", b"5"),
        (b"(a)", b"(b)"),
    ],
)
def test_what_differs_is_not_the_same(old: bytes, new: bytes) -> None:
    assert not same(value(old), value(new))
    assert not same(value(new), value(old))
    assert not same(value(old), None)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"595", b"595.0"),
        (b"(a)", b"<61>"),
        (b"/A", b"/#41"),
        (b"[1 << /B [5 0 R] >>]", b"[ 1 <</B[5 0 R]>> ]"),
        (b"<< /B 1 /C 2 >>", b"<< /C 2 /B 1 >>"),
    ],
)
def test_other_writing_is_the_same(old: bytes, new: bytes) -> None:
    assert same(value(old), value(new))


def test_named_entries_may_differ() -> None:
    old, new = value(b"<< /B 1 /C 2 >>"), value(b"<< /B 1 /C 3 /D 4 >>")
    assert same_but(old, new, frozenset({"/C", "/D"}))
    assert not same_but(old, new, frozenset({"/C"}))
