"""Reads what a page draws, also where its data are damaged.

A content stream may stop in the middle or hold bytes that its filter does not know. Readers draw
what comes before the damage, and nothing of a stream that they cannot unpack at all; what the
client sees at the kiosk is the same.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

import pikepdf

from signing.errors import InputRefused

__all__ = ["MAX_CONTENT_BYTES", "readable_content"]

MAX_CONTENT_BYTES = 256 * 1024 * 1024  # unpacked, of one page; a deflate bomb stops here
NO_HEX_DIGIT = re.compile(rb"[^0-9A-Fa-f]+")
MAX_FILTERS = 6  # one after the other; writers use two, a chain of fifteen costs a minute


def readable_content(contents: pikepdf.Object) -> bytes:
    """Everything that a page's content streams hold, as far as it can be unpacked.

    Args:
        contents: The page's `/Contents`: a stream, or an array of streams, which are one content
            cut in pieces (ISO 32000-1, 7.8.2).

    Raises:
        InputRefused: `broken_pdf`, for a stream packed in more than `MAX_FILTERS` ways at once.
        ValueError: It unpacks to more than `MAX_CONTENT_BYTES`.
    """
    parts: list[bytes] = []
    room = MAX_CONTENT_BYTES
    for stream in _streams(contents):
        part = _unpacked(stream, room)
        room -= len(part)
        if room <= 0:
            raise ValueError("the page content is too large")
        parts.append(part)
    return b"\n".join(parts)


def _streams(contents: pikepdf.Object) -> Iterator[pikepdf.Stream]:
    if isinstance(contents, pikepdf.Stream):
        yield contents
    elif isinstance(contents, pikepdf.Array):
        for part in contents:
            if isinstance(part, pikepdf.Stream):
                yield part


def _unpacked(stream: pikepdf.Stream, room: int) -> bytes:
    filters = stream.get("/Filter")
    if isinstance(filters, pikepdf.Array) and len(filters) > MAX_FILTERS:
        raise InputRefused(
            "broken_pdf",
            "The PDF is damaged and cannot be repaired.",
            "Export it again from the program that made it, or print it to a new PDF.",
        )
    try:
        return stream.read_bytes()
    except (pikepdf.PdfError, ValueError):  # the latter for messages that hold the damage itself
        names = _only_filter(stream)
        if names in (pikepdf.Name.ASCIIHexDecode, pikepdf.Name("/AHx")):
            return _hex_digits(stream)
        return _deflated_beginning(stream, room)


def _only_filter(stream: pikepdf.Stream) -> object:
    """The filter, where there is just one."""
    names = stream.get("/Filter")
    return names[0] if isinstance(names, pikepdf.Array) and len(names) == 1 else names


def _hex_digits(stream: pikepdf.Stream) -> bytes:
    """What the hexadecimal digits say; readers pass over everything between them."""
    digits = NO_HEX_DIGIT.sub(b"", stream.read_raw_bytes().split(b">", 1)[0])
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))


def _deflated_beginning(stream: pikepdf.Stream, room: int) -> bytes:
    """What zlib can unpack before the damage; nothing for any other filter."""
    names = _only_filter(stream)
    if names not in (pikepdf.Name.FlateDecode, pikepdf.Name("/Fl")) or "/DecodeParms" in stream:
        return b""
    packed, unpacked = stream.read_raw_bytes(), bytearray()
    inflater = zlib.decompressobj()
    try:
        for start in range(0, len(packed), 512):
            unpacked += inflater.decompress(packed[start : start + 512], room)
            if len(unpacked) >= room or inflater.unconsumed_tail:
                raise ValueError("the page content is too large")
    except zlib.error:
        pass  # the damage begins here
    # What lies between the last line end and the damage may be half an operator.
    return bytes(unpacked[: unpacked.rfind(b"\n") + 1])
