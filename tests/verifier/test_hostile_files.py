"""Files made to exhaust whoever opens them: the answer comes soon, and is never genuine."""

from __future__ import annotations

import logging
import time
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.bounds import bounded
from tests.vectors import foreign_files
from tests.vectors.raw_seal import sealed_bytes
from tests.vectors.sealed_pdf import NOW, House
from verifier.document import verify_pdf, verify_text
from verifier.foreign_pdf import verify_foreign_pdf
from verifier.trust_list import TrustList
from verifier.verdict import Outcome

logging.getLogger("pyhanko").setLevel(logging.CRITICAL)

TRUST = House().trust()
PATIENCE_SECONDS = 10.0
"""CPU time that one hostile file may cost here; a real file takes less than a tenth of one."""


def deflate_bomb() -> bytes:
    """A cross-reference stream of 60 KB that unfolds to 60 MB."""
    packed = zlib.compress(b"\0" * 60_000_000, 9)
    head = b"%PDF-1.7\n"
    stream = (
        b"1 0 obj << /Type /XRef /Size 9000000 /W [1 4 2] /Root 2 0 R /Filter /FlateDecode "
        b"/Length %d >> stream\n" % len(packed)
    )
    return head + stream + packed + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF\n" % len(head)


def deep_nesting() -> bytes:
    """Arrays inside one another, a hundred thousand deep."""
    deep = b"[" * 100_000 + b"]" * 100_000
    return _with_trailer(b"1 0 obj << /Type /Catalog /AcroForm << /Fields " + deep + b" >> >>")


def circular_page_tree() -> bytes:
    """Pages that are their own parents and children."""
    return _with_trailer(b"1 0 obj << /Type /Pages /Kids [1 0 R] /Pages 1 0 R /Count 2 >>")


def circular_cross_references() -> bytes:
    """A cross-reference table whose predecessor is itself."""
    return _with_trailer(b"1 0 obj << /Type /Catalog >>", previous=True)


def circular_fields() -> bytes:
    """A form field that is its own child."""
    return _with_trailer(b"1 0 obj << /AcroForm << /Fields [1 0 R] >> /Kids [1 0 R] /T (Seal) >>")


def many_byte_ranges() -> bytes:
    """Hundreds of thousands of beginnings of what the search looks for."""
    return b"%PDF-1.7\n" + b"/ByteRange [0 " * 200_000 + b"/ContactInfo (" * 200_000


def endless_number() -> bytes:
    """A number of two million digits where an offset is expected."""
    return b"%PDF-1.7\nstartxref\n" + b"9" * 2_000_000 + b"\n%%EOF\n"


def _fields(array: bytes) -> bytes:
    return _with_trailer(b"1 0 obj << /Type /Catalog /AcroForm << /Fields [%s] >> >>" % array)


def million_small_numbers() -> bytes:
    """Five megabytes of objects of one byte each: once 22 s and 650 MB."""
    return _fields(b"1 " * 2_600_000)


def million_fields() -> bytes:
    """Five megabytes of signature fields: once 9 s and 370 MB."""
    return _fields(b"<</FT/Sig/T(a)>>" * 320_000)


def number_without_an_end() -> bytes:
    """A number of five million digits: once 15 s."""
    return _fields(b"9" * 5_000_000)


def table_of_empty_sections() -> bytes:
    """A million sections of a cross-reference table that declare no object: once a minute."""
    trailer = b"trailer\n<< /Size 9 /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
    return b"%PDF-1.7\nxref\n" + b"0 0\n" * 1_300_000 + trailer


BOMBS: tuple[Callable[[], bytes], ...] = (
    deflate_bomb,
    deep_nesting,
    circular_page_tree,
    circular_cross_references,
    circular_fields,
    many_byte_ranges,
    endless_number,
    million_small_numbers,
    million_fields,
    number_without_an_end,
    table_of_empty_sections,
)


@pytest.mark.parametrize("bomb", BOMBS, ids=lambda bomb: bomb.__name__)
def test_a_hostile_file_is_answered_soon(bomb: Callable[[], bytes], trust: TrustList) -> None:
    data = bomb()
    with bounded():
        verdict = verify_pdf(data, trust, NOW)
    assert verdict.outcome is Outcome.CANNOT_TELL


@pytest.mark.parametrize("bomb", BOMBS, ids=lambda bomb: bomb.__name__)
def test_a_hostile_file_under_an_honest_seal_is_not_genuine(
    bomb: Callable[[], bytes], house: House, trust: TrustList
) -> None:
    data, _ = sealed_bytes(bomb(), house)
    start = time.process_time()
    assert verify_pdf(data, trust, NOW).outcome is not Outcome.GENUINE
    assert time.process_time() - start < PATIENCE_SECONDS


@pytest.mark.parametrize("bomb", BOMBS, ids=lambda bomb: bomb.__name__)
def test_a_hostile_file_of_others_keeps_to_the_bounds(bomb: Callable[[], bytes]) -> None:
    data = bomb()
    with bounded():
        verdict = verify_foreign_pdf(data, foreign_files.roots(), NOW)
    assert verdict.outcome is Outcome.CANNOT_TELL


def _with_trailer(first: bytes, *, previous: bool = False) -> bytes:
    """A file of one object with a proper cross-reference table."""
    body = b"%PDF-1.7\n"
    at = len(body)
    body += first + b" endobj\n"
    table = len(body)
    back = b" /Prev %d" % table if previous else b""
    return body + (
        b"xref\n0 2\n0000000000 65535 f \n%010d 00000 n \ntrailer << /Size 2 /Root 1 0 R%s >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (at, back, table)
    )


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200), st.booleans())
def test_no_text_makes_it_raise(text: str, ours: bool) -> None:
    said = f"HTTPS://SYGNET.EXAMPLE/C#{text}" if ours else text
    assert verify_text(said, TRUST, NOW).outcome is Outcome.CANNOT_TELL


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_make_it_raise(data: bytes) -> None:
    for file in (data, b"%PDF-1.7\n" + data, b"%PDF-1.7\n/ContactInfo (" + data + b")"):
        assert verify_pdf(file, TRUST, NOW).outcome is Outcome.CANNOT_TELL
