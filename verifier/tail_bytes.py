"""What follows the seal, cut into updates and objects byte by byte, without a PDF parser.

Only the plainest form is read: objects one after the other, each named by the table behind them,
nothing before, between or after (ISO 32000-2 7.5.6). A stream holds one DER value, a certificate,
a revocation list or an OCSP answer, and its dictionary nothing but length and filter. Whatever is
written in another way raises `TailError`.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import Final

from verifier.cross_references import ChainError, follows_directly
from verifier.der import SEQUENCE, DerError, read_element
from verifier.file_bytes import Bytes
from verifier.pdf_patterns import pdf_pattern

__all__ = ["TailError", "TailUpdate", "tail_updates"]

MAX_TAIL_UPDATES: Final = 24
"""Most updates after the seal: two for a renewal; some services renew their certificate yearly."""
MAX_TAIL_BYTES: Final = 4 * 2**20
"""Most bytes after the seal."""
MAX_OBJECTS: Final = 200
"""Most objects of one update."""
MAX_EVIDENCE_BYTES: Final = 2**20
"""Largest certificate, revocation list or OCSP answer, unfolded."""

_OBJECT: Final = pdf_pattern(rb"(\d{1,10}) 0 obj\s{1,2}")
_END: Final = pdf_pattern(rb"\s{0,2}endobj\s{1,2}")
_STREAM: Final = pdf_pattern(
    rb"<<\s{1,2}((?:/Length \d{1,8}\s{1,2}|/Filter /FlateDecode\s{1,2}){1,2})>>\s{1,2}stream\r?\n"
)
_LENGTH: Final = pdf_pattern(rb"/Length (\d{1,8})\s")
_END_OF_STREAM: Final = pdf_pattern(rb"\r?\n?endstream\s{1,2}endobj\s{1,2}")
_TABLE: Final = pdf_pattern(rb"xref\s?\n")
_SECTION: Final = pdf_pattern(rb"(\d{1,10}) (\d{1,4})\s?\n")
_ENTRY: Final = pdf_pattern(rb"(\d{10}) (\d{5}) ([nf])(?: \n|\r\n| \r)")
_TRAILER: Final = pdf_pattern(
    rb"trailer\s{1,2}(<<[^()%#]{1,1000}?>>)\s{1,2}startxref\s{1,2}(\d+)\s"
)
_END_OF_FILE: Final = pdf_pattern(rb"\s{0,2}%%EOF\s{0,2}")
_HEAD_ENTRY: Final = (0, b"65535", b"f")


class TailError(ValueError):
    """Something that is no plain update; never leaves this package."""


@dataclass(frozen=True, slots=True)
class TailUpdate:
    """One update after the seal."""

    streams: frozenset[int]
    """Numbers of the objects that are streams."""
    others: frozenset[int]
    """Numbers of all other objects."""
    end: int
    """Where the update ends in the file."""


def tail_updates(data: Bytes, start: int) -> list[TailUpdate]:
    """Cut everything from `start` to the end of the file into updates.

    Raises:
        TailError: it is written in another way, or exceeds a limit.
    """
    if len(data) - start > MAX_TAIL_BYTES:
        raise TailError("more bytes than evidence needs")
    shift = max(0, start - 1)  # the byte before tells how the line before ends
    tail = data[shift:]
    updates: list[TailUpdate] = []
    at = start
    while at < len(data):
        if len(updates) == MAX_TAIL_UPDATES:
            raise TailError("more updates than evidence needs")
        update = _update(tail, at, shift)
        _check_chained(data, at, update.end)
        updates.append(update)
        at = update.end
    return updates


def _check_chained(data: Bytes, start: int, end: int) -> None:
    """The table before an update is the one before it in the file, not bytes in a stream."""
    try:
        chained = follows_directly(data, start, end)
    except ChainError as error:
        raise TailError("a table that is not plain") from error
    if not chained:
        raise TailError("an update that does not follow the one before")


def _update(data: bytes, start: int, shift: int) -> TailUpdate:
    """The update at `start` of the file, of which `data` are the bytes from `shift` on."""
    at = start - shift
    offsets: dict[int, int] = {}
    streams: set[int] = set()
    if data[at - 1 : at] not in {b"\n", b"\r"} and data[at : at + 1] == b"\n":
        at += 1
    while found := _OBJECT.match(data, at):
        number = int(found[1])
        if number in offsets or len(offsets) == MAX_OBJECTS:
            raise TailError("an object stands twice, or there are too many")
        offsets[number] = shift + at
        stream = _STREAM.match(data, found.end())
        if stream is not None:
            streams.add(number)
            at = _end_of_stream(data, stream)
        else:
            at = _end_of_object(data, found.end())
    named, end_of_table = _table(data, at)
    if named != offsets:
        raise TailError("the table names other objects than there are")
    end = _end_of_update(data, end_of_table, shift + at)
    return TailUpdate(frozenset(streams), frozenset(offsets) - streams, shift + end)


def _end_of_object(data: bytes, at: int) -> int:
    end = data.find(b"endobj", at)
    body = data[at:end]
    if end < 0 or b"%" in body or b"stream" in body or b"obj" in body:
        raise TailError("an object with a comment, or with another one inside")
    found = _END.search(data, max(at, end - 2))
    if found is None:
        raise TailError("an object without an end")
    return found.end()


def _end_of_stream(data: bytes, stream: re.Match[bytes]) -> int:
    lengths = _LENGTH.findall(stream[1])
    if len(lengths) != 1:
        raise TailError("a stream without one length")
    end = stream.end() + int(lengths[0])
    found = _END_OF_STREAM.match(data, end)
    if found is None:
        raise TailError("a stream that does not end where it says")
    content = data[stream.end() : end]
    if b"/Filter" in stream[1]:
        content = _unfold(content)
    try:
        value = read_element(content)
        if value.tag != SEQUENCE or len(value.encoded) != len(content):
            raise TailError("a stream with something behind its value")
    except DerError as error:
        raise TailError("a stream that is no evidence") from error
    return found.end()


def _unfold(content: bytes) -> bytes:
    folded = zlib.decompressobj()
    try:
        unfolded = folded.decompress(content, MAX_EVIDENCE_BYTES)
    except zlib.error as error:
        raise TailError("a stream that cannot be unfolded") from error
    if not folded.eof or folded.unused_data:
        raise TailError("a stream that is too large, or with something behind it")
    return unfolded


def _table(data: bytes, at: int) -> tuple[dict[int, int], int]:
    """Offsets by number, and where the table ends."""
    start = _TABLE.match(data, at)
    if start is None:
        raise TailError("something else than a table behind the objects")
    at, named = start.end(), {}
    while section := _SECTION.match(data, at):
        at = section.end()
        for number in range(int(section[1]), int(section[1]) + int(section[2])):
            entry = _ENTRY.match(data, at)
            if entry is None or number in named:
                raise TailError("a table that is not plain")
            offset, generation, kind = int(entry[1]), entry[2], entry[3]
            at = entry.end()
            if number == 0 and (offset, generation, kind) == _HEAD_ENTRY:
                continue
            if (generation, kind) != (b"00000", b"n"):
                raise TailError("an object that is freed or reborn")
            named[number] = offset
    return named, at


def _end_of_update(data: bytes, at: int, table: int) -> int:
    trailer = _TRAILER.match(data, at)
    if trailer is None:
        raise TailError("no plain trailer")
    if int(trailer[2]) != table:
        raise TailError("the trailer points elsewhere")
    end = _END_OF_FILE.match(data, trailer.end())
    if end is None:
        raise TailError("no end of file behind the trailer")
    return end.end()
