"""Attacks on parsers: structures that two of them read in two ways, or none in time.

Each stands behind a genuine seal, where it is a change; the bombs also stand under an honest seal,
where nobody can tell.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import replace
from typing import Final

from tests.vectors.attacks import Attack, Attacks, contents_gap
from tests.vectors.raw_seal import sealed_bytes
from tests.vectors.raw_updates import raw_update
from tests.vectors.sealed_pdf import House, Sealed, prepare, seal, sealed_pdf, text_for

__all__ = ["BOMBS", "STRUCTURE_ATTACKS"]

TWO_GIGABYTES: Final = 2**31 - 1


def two_documents_in_one_file(sealed: Sealed, house: House) -> bytes:
    """A sealed document, and another one sealed by the same kiosk behind it."""
    return sealed.data + sealed_pdf(house, clients=2).data


def document_in_front_of_another(sealed: Sealed, house: House) -> bytes:
    """An unsealed document in front of a sealed one."""
    return prepare() + sealed.data


def object_streams_with_duplicates(sealed: Sealed, house: House) -> bytes:
    """An object stream that holds the catalog twice."""
    return _append(sealed.data, _object_stream_bomb(len(sealed.data)))


def cross_reference_loop(sealed: Sealed, house: House) -> bytes:
    """A table whose predecessor is itself."""
    return _append(sealed.data, _loop(len(sealed.data)))


def cross_references_of_two_kinds(sealed: Sealed, house: House) -> bytes:
    """A hybrid file: table and stream may name different objects."""
    return raw_update(sealed.data, {}, more=b" /XRefStm 9")


def cross_reference_entries_of_no_bytes(sealed: Sealed, house: House) -> bytes:
    """Four billion entries of a stream that has no bytes for any."""
    return _append(sealed.data, _endless_entries(len(sealed.data)))


def deflate_bomb(sealed: Sealed, house: House) -> bytes:
    """A cross-reference stream of 60 KB that unfolds to 60 MB."""
    return _append(sealed.data, _deflate_bomb(len(sealed.data)))


def thousands_of_updates(sealed: Sealed, house: House) -> bytes:
    """Updates that change nothing, each compared with all before."""
    data = sealed.data
    catalog = int(re.findall(rb"/Root (\d+) 0 R", data)[-1])
    body = re.findall(rb"\n%d 0 obj\s*(.*?)\s*endobj" % catalog, data, re.DOTALL)[-1]
    previous, size = _last_start(data), int(re.findall(rb"/Size (\d+)", data)[-1])
    parts, at = [data], len(data)
    for _ in range(2000):
        update = b"%d 0 obj\n%s\nendobj\n" % (catalog, body)
        table = at + len(update)
        update += (
            b"xref\n%d 1\n%010d 00000 n \ntrailer\n<< /Size %d /Root %d 0 R /Prev %d >>\n"
            b"startxref\n%d\n%%%%EOF\n"
        ) % (catalog, at, size, catalog, previous, table)
        parts.append(update)
        previous, at = table, at + len(update)
    return b"".join(parts)


def stream_of_two_gigabytes(sealed: Sealed, house: House) -> bytes:
    """A stream whose /Length is 2 GB."""
    body = b"<< /Length %d >>\nstream\nshort\nendstream" % TWO_GIGABYTES
    return raw_update(sealed.data, {900: body})


def table_of_two_gigabytes(sealed: Sealed, house: House) -> bytes:
    """A cross-reference table that declares 2^31 - 1 objects."""
    table = b"xref\n0 %d\n0000000000 65535 f \ntrailer\n<< /Size 1 /Root 1 0 R >>\n"
    return sealed.data + (table + b"startxref\n%d\n%%%%EOF\n") % (TWO_GIGABYTES, len(sealed.data))


def prefix_of_two_gigabytes(sealed: Sealed, house: House) -> bytes:
    """A certificate that covers 2 GB, in a small file."""
    claims = replace(sealed.claims, covered_bytes=TWO_GIGABYTES)
    return seal(sealed.data[: sealed.prefix_end], house, text_for(claims, house))


def byte_range_of_two_gigabytes(sealed: Sealed, house: House) -> bytes:
    """A byte range that ends far behind the file."""
    head, tail = sealed.data[: sealed.prefix_end], sealed.data[sealed.prefix_end :]
    pattern = re.compile(rb"(/ByteRange \[\d+ \d+ \d+ )\d+\] {0,8}")
    return head + pattern.sub(rb"\g<1>%d]" % TWO_GIGABYTES, tail, count=1)


def signature_of_two_gigabytes(sealed: Sealed, house: House) -> bytes:
    """A signature in DER that declares 2 GB."""
    start, _ = contents_gap(sealed)
    return sealed.data[: start + 1] + b"30847FFFFFFF" + sealed.data[start + 13 :]


def _append(data: bytes, tail: bytes) -> bytes:
    return data + tail


def _last_start(data: bytes) -> int:
    return int(re.findall(rb"startxref\s+(\d+)", data)[-1])


def _stream(at: int, entries: bytes, content: bytes) -> bytes:
    packed = zlib.compress(content, 9)
    head = b"900 0 obj\n<< /Type /XRef %s /Root 1 0 R /Filter /FlateDecode /Length %d >>\nstream\n"
    tail = b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n"
    return head % (entries, len(packed)) + packed + tail % at


def _endless_entries(at: int) -> bytes:
    return _stream(at, b"/Size 4000000000 /W [0 0 0] /Index [0 4000000000]", b"\0" * 70)


def _deflate_bomb(at: int) -> bytes:
    return _stream(at, b"/Size 9000000 /W [1 4 2]", b"\0" * 60_000_000)


def _loop(at: int) -> bytes:
    table = b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 1 /Root 1 0 R /Prev %d >>\n"
    return (table + b"startxref\n%d\n%%%%EOF\n") % (at, at)


def _object_stream_bomb(at: int) -> bytes:
    catalogs = b"1 0 1 20 << /Type /Catalog >>   << /Type /Catalog /Other true >>"
    packed = zlib.compress(catalogs)
    body = b"901 0 obj\n<< /Type /ObjStm /N 2 /First 9 /Filter /FlateDecode /Length %d >>\nstream\n"
    stream = body % len(packed) + packed + b"\nendstream\nendobj\n"
    rows = b"".join(
        kind.to_bytes(1, "big") + first.to_bytes(4, "big") + second.to_bytes(2, "big")
        for kind, first, second in ((2, 901, 0), (2, 901, 1), (1, at, 0))
    )
    entries = b"/Size 902 /W [1 4 2] /Index [1 1 1 1 901 1]"
    return stream + _stream(at + len(stream), entries, rows)


def _under_an_honest_seal(bomb: Attack, name: str) -> Attack:
    """The same structure in a prefix that the kiosk's key covers and seals."""

    def attack(sealed: Sealed, house: House) -> bytes:
        inner = Sealed(b"%PDF-1.7\n", "", sealed.claims, 0)
        return sealed_bytes(bomb(inner, house), house)[0]

    attack.__name__ = f"{name}_under_an_honest_seal"
    attack.__doc__ = bomb.__doc__
    return attack


BOMBS: Final[tuple[Attack, ...]] = (
    object_streams_with_duplicates,
    cross_reference_loop,
    cross_reference_entries_of_no_bytes,
    deflate_bomb,
    table_of_two_gigabytes,
)
"""Structures that make a file of their own."""

STRUCTURE_ATTACKS: Final[Attacks] = {
    ("altered", "changed_after_seal"): (
        two_documents_in_one_file,
        *BOMBS,
        cross_references_of_two_kinds,
        thousands_of_updates,
        stream_of_two_gigabytes,
    ),
    ("altered", "bytes_changed"): (document_in_front_of_another,),
    ("altered", "bytes_missing"): (prefix_of_two_gigabytes,),
    ("altered", "seal_range_wrong"): (byte_range_of_two_gigabytes,),
    ("altered", "seal_signature_bad"): (signature_of_two_gigabytes,),
    ("cannot_tell", "structure_unreadable"): tuple(
        _under_an_honest_seal(bomb, bomb.__name__) for bomb in BOMBS
    ),
}
"""Outcome and finding, and the attacks."""
