"""Incremental updates written by hand, for what no library would write."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

__all__ = ["number_of", "raw_update"]

_TRAILER = re.compile(rb"trailer\s*(<<.*?>>)\s*startxref\s+(\d+)", re.DOTALL)


def raw_update(
    data: bytes,
    objects: Mapping[int, bytes],
    *,
    freed: Collection[int] = (),
    root: int | None = None,
    more: bytes = b"",
) -> bytes:
    """Append an update with a cross-reference table.

    Args:
        data: the file.
        objects: bodies of objects by number, new or redefined.
        freed: numbers of objects that cease to exist.
        root: another catalog.
        more: further entries of the trailer.
    """
    *_, (trailer, previous) = _TRAILER.findall(data)
    size = max(int(re.findall(rb"/Size (\d+)", trailer)[-1]), *(n + 1 for n in objects or [0]))
    identifier = re.search(rb"/ID\s*\[.*?\]", trailer, re.DOTALL)
    catalog = root if root is not None else int(re.findall(rb"/Root (\d+) 0 R", trailer)[-1])
    out = data if data.endswith(b"\n") else data + b"\n"
    table = b"xref\n"
    for number, body in sorted(objects.items()):
        table += b"%d 1\n%010d 00000 n \n" % (number, len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    for number in freed:
        table += b"%d 1\n0000000000 00001 f \n" % number
    if not objects and not freed:
        table += b"0 1\n0000000000 65535 f \n"
    entries = b"/Size %d /Root %d 0 R /Prev %s " % (size, catalog, previous)
    entries += (identifier[0] if identifier else b"") + more
    return out + table + b"trailer\n<< %s >>\nstartxref\n%d\n%%%%EOF\n" % (entries, len(out))


def number_of(data: bytes, mark: bytes) -> int:
    """Number of the first object whose dictionary holds `mark`."""
    found = re.search(rb"(\d+) 0 obj\s*<<(?:(?!endobj).)*?" + re.escape(mark), data, re.DOTALL)
    assert found is not None
    return int(found[1])
