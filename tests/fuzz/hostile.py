"""Inputs of five megabytes that are made to exhaust whoever reads them, each by name.

    python -m tests.fuzz.matrix

judges every one of them by every entry that takes it, each in a process of its own, and prints the
table of docs/fuzzing.md. Those that once broke a promise are in the ordinary tests, too.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Final

__all__ = ["HOSTILE_PDFS", "SIZE", "file_of", "with_first"]

SIZE: Final = 5_000_000
"""Bytes of each, about."""
_HEAD: Final = b"%PDF-1.7\n"


def with_first(first: bytes, *more: bytes, root: bytes = b"1 0 R", previous: str = "") -> bytes:
    """A file of numbered objects with a proper cross-reference table; the first is the catalog."""
    return file_of({1: first, **dict(enumerate(more, 2))}, root, previous)


def file_of(objects: dict[int, bytes], root: bytes = b"1 0 R", previous: str = "") -> bytes:
    """The same, of objects under their numbers."""
    parts, table, at = [_HEAD], [b"0000000000 65535 f \n"], len(_HEAD)
    for number in range(1, max(objects) + 1):
        if number not in objects:
            table.append(b"0000000000 00000 f \n")
            continue
        body = b"%d 0 obj %s endobj\n" % (number, objects[number])
        table.append(b"%010d 00000 n \n" % at)
        parts.append(body)
        at += len(body)
    back = previous.format(at=at).encode()
    size = len(table)
    parts.append(b"xref\n0 %d\n" % size + b"".join(table))
    parts.append(
        b"trailer << /Size %d /Root %s%s >>\nstartxref\n%d\n%%%%EOF\n" % (size, root, back, at)
    )
    return b"".join(parts)


def _fields(array: bytes) -> bytes:
    return with_first(b"<< /Type /Catalog /AcroForm << /Fields [%s] >> >>" % array)


def _many(part: bytes) -> bytes:
    """The catalog's fields, made of one part again and again."""
    return _fields(part * (SIZE // len(part)))


def _catalog_with(entry: bytes) -> bytes:
    return with_first(b"<< /Type /Catalog /Pages 2 0 R %s >>" % entry, _PAGES, _PAGE)


_PAGES: Final = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
_PAGE: Final = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"


def _stream(dictionary: bytes, content: bytes) -> bytes:
    return b"<< %s /Length %d >> stream\n%s\nendstream" % (dictionary, len(content), content)


def _packed(content: bytes, times: int = 1) -> bytes:
    for _ in range(times):
        content = zlib.compress(content, 9)
    return content


def _with_xref_stream(objects: list[bytes], dictionary: bytes, entries: bytes) -> bytes:
    """Objects, and a cross-reference stream behind them."""
    body = _HEAD
    for number, each in enumerate(objects, 1):
        body += b"%d 0 obj %s endobj\n" % (number, each)
    last = len(objects) + 1
    stream = _stream(b"/Type /XRef /Root 1 0 R " + dictionary, entries)
    return body + b"%d 0 obj %s endobj\nstartxref\n%d\n%%%%EOF\n" % (last, stream, len(body))


def deflated_cross_references() -> bytes:
    """A cross-reference stream of 5 MB that unfolds to 5 GB, in two layers."""
    packed = _packed(b"\0" * 400_000_000, 1)
    layers = _packed(packed, 1)
    dictionary = b"/Size 200000 /W [1 4 2] /Filter [/FlateDecode /FlateDecode]"
    return _with_xref_stream([b"<< /Type /Catalog >>"], dictionary, layers + b"\0" * SIZE)


def object_stream_of_overlaps() -> bytes:
    """100,000 objects in one stream, which all begin in the same array of a million numbers."""
    inside = b"".join(b"%d 0 " % (number + 10) for number in range(100_000))
    content = inside + b"[" + b"1 " * 1_000_000 + b"]"
    stream = b"/Type /ObjStm /N 100000 /First %d /Filter /FlateDecode" % len(inside)
    catalog = b"<< /Type /Catalog /AcroForm << /Fields [%s] >> >>" % b"".join(
        b"%d 0 R " % (number + 10) for number in range(100_000)
    )
    objects = [catalog, _stream(stream, _packed(content))]
    offsets = [len(_HEAD), len(_HEAD) + len(b"1 0 obj %s endobj\n" % catalog)]
    entries = b"\0" * 7 + b"".join(b"\1" + at.to_bytes(4, "big") + b"\0\0" for at in offsets)
    entries += b"\0" * 7 * 7
    entries += b"".join(
        b"\2" + (2).to_bytes(4, "big") + (index & 0xFFFF).to_bytes(2, "big")
        for index in range(100_000)
    )
    return _with_xref_stream(objects, b"/Size 100010 /W [1 4 2]", entries)


def many_small_objects() -> bytes:
    """A hundred thousand objects, all fields."""
    count = 85_000
    named = b"".join(b"%d 0 R " % (number + 2) for number in range(count))
    fields = [b"<</T(a)/FT/Tx>>"] * count
    return with_first(b"<< /Type /Catalog /AcroForm << /Fields [%s] >> >>" % named, *fields)


def chain_of_fields() -> bytes:
    """Fields of which each is the only child of the one before."""
    count = 60_000
    kids = [b"<</T(a)/Kids[%d 0 R]>>" % (number + 3) for number in range(count)]
    catalog = b"<< /Type /Catalog /AcroForm << /Fields [2 0 R] >> >>"
    return with_first(catalog, *kids, b"<</T(z)/FT/Sig>>")


def deep_page_tree() -> bytes:
    """A page tree in which each node has one child."""
    count = 60_000
    nodes = [b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % (number + 3) for number in range(count)]
    return with_first(b"<< /Type /Catalog /Pages 2 0 R >>", *nodes, _PAGE)


def wide_page_tree() -> bytes:
    """Eighty thousand pages."""
    count = 60_000
    kids = b"".join(b"%d 0 R " % (number + 3) for number in range(count))
    pages = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (count, kids)
    page = b"<</Type/Page/Parent 2 0 R>>"
    return with_first(b"<< /Type /Catalog /Pages 2 0 R >>", pages, *[page] * count)


def hundred_updates() -> bytes:
    """A hundred tables, each of 2,500 objects, and each the predecessor of the next."""
    body = _HEAD + b"1 0 obj << /Type /Catalog >> endobj\n"
    entry = b"%010d 00000 n \n" % len(_HEAD)
    previous = b""
    for _ in range(100):
        at = len(body)
        body += b"xref\n0 2400\n0000000000 65535 f \n" + entry * 2399
        body += b"trailer << /Size 2400 /Root 1 0 R%s >>\nstartxref\n%d\n%%%%EOF\n" % (previous, at)
        previous = b" /Prev %d" % at
    return body


def many_byte_ranges() -> bytes:
    """Hundreds of thousands of beginnings of what the search looks for."""
    return _HEAD + b"/ByteRange [0 " * 180_000 + b"/ContactInfo (" * 180_000


def certificates_that_do_not_fit() -> bytes:
    """Five megabytes of certificate texts, of which none has a signature that fits."""
    text = b"/ContactInfo (HTTPS://SYGNET.EXAMPLE/C#" + b"7" * 1200 + b")\n"
    return _HEAD + text * (SIZE // len(text)) + b"startxref\n0\n%%EOF\n"


def contents_of_many_octals() -> bytes:
    """A certificate's text in which every character is written as an escape, without an end."""
    return _HEAD + b"/ContactInfo (" + b"\\061" * (SIZE // 4) + b"startxref\n0\n%%EOF\n"


def mazes_of_certificates() -> bytes:
    """Ten signatures, each under twelve certificates that name each other as their issuers."""
    from tests.vectors.foreign_files import paper, signed_in_a_maze

    data = paper()
    for number in range(10):
        data = signed_in_a_maze(data, 4, f"Signature{number}")
    return data


def maze_of_certificates() -> bytes:
    """A signature under 182 of them."""
    from tests.vectors.foreign_files import paper, signed_in_a_maze

    return signed_in_a_maze(paper(), 14)


HOSTILE_PDFS: Final[dict[str, Callable[[], bytes]]] = {
    "small numbers": lambda: _many(b"1 "),
    "fields in one array": lambda: _many(b"<</FT/Sig/T(a)>>"),
    "empty dictionaries": lambda: _many(b"<<>>"),
    "empty arrays": lambda: _many(b"[]"),
    "empty strings": lambda: _many(b"()"),
    "short names": lambda: _many(b"/a"),
    "names with escapes": lambda: _many(b"/#61#62#63"),
    "references": lambda: _many(b"1 0 R "),
    "references to nothing": lambda: _fields(
        b"".join(b"%d 0 R " % number for number in range(2, SIZE // 11))
    ),
    "words": lambda: _many(b"true null "),
    "comments": lambda: _many(b"%\n"),
    "white space": lambda: _many(b" "),
    "one number": lambda: _many(b"9"),
    "one name": lambda: _fields(b"/" + b"a" * SIZE),
    "one string": lambda: _fields(b"(" + b"a" * SIZE + b")"),
    "one string of escapes": lambda: _fields(b"(" + b"\\n" * (SIZE // 2) + b")"),
    "one hexadecimal string": lambda: _fields(b"<" + b"6" * SIZE + b">"),
    "parentheses inside one another": lambda: _fields(b"(" * (SIZE // 2) + b")" * (SIZE // 2)),
    "arrays inside one another": lambda: _fields(b"[" * (SIZE // 2) + b"]" * (SIZE // 2)),
    "dictionaries inside one another": lambda: _fields(
        b"<</A" * (SIZE // 6) + b" 1" + b">>" * (SIZE // 6)
    ),
    "a dictionary of many keys": lambda: _catalog_with(
        b"/Extra << %s >>" % b"".join(b"/a%d 1" % number for number in range(SIZE // 9))
    ),
    "many small objects": many_small_objects,
    "fields in a chain": chain_of_fields,
    "page tree, deep": deep_page_tree,
    "page tree, wide": wide_page_tree,
    "a hundred updates": hundred_updates,
    "table of empty sections": lambda: (
        _HEAD
        + b"xref\n"
        + b"0 0\n" * (SIZE // 4)
        + b"trailer\n<< /Size 9 /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
    ),
    "packed cross-references": deflated_cross_references,
    "object stream of overlaps": object_stream_of_overlaps,
    "beginnings of byte ranges": many_byte_ranges,
    "certificate texts": certificates_that_do_not_fit,
    "one text of escapes": contents_of_many_octals,
    "empty hexadecimal strings": lambda: _many(b"<>"),
    "points": lambda: _many(b". "),
    "certificates of one name, in ten signatures": mazes_of_certificates,
    "182 certificates of one name": maze_of_certificates,
    "noise": lambda: _HEAD + zlib.compress(b"noise", 0) * (SIZE // 16),
    "endless startxref": lambda: _HEAD + b"startxref\n" + b"9" * SIZE + b"\n%%EOF\n",
}
"""Name to what makes it."""
