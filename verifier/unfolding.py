"""Undoing the one filter by which what the verifier reads itself may be packed: deflate, whole.

Readers forgive damage in a filter in their own ways: one stops at a byte that the next one skips.
So what is read as a value or as evidence is packed by /FlateDecode alone, or not at all (ISO
32000-2 7.4.4), and ends where its bytes end.
"""

from __future__ import annotations

import zlib

__all__ = ["unfold"]


def unfold(content: bytes, limit: int) -> bytes:
    """Unpack a stream of zlib.

    Args:
        content: the packed bytes.
        limit: most bytes that come out.

    Raises:
        ValueError: it is damaged, too large, or something stands behind it.
    """
    folded = zlib.decompressobj()
    try:
        unfolded = folded.decompress(content, limit)
    except zlib.error as error:
        raise ValueError("a stream that cannot be unfolded") from error
    if not folded.eof or folded.unused_data:
        raise ValueError("a stream that is too large, or with something behind it")
    return unfolded
