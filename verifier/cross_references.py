"""A look at the cross-reference chain of a PDF before a parser follows it (ISO 32000-2 7.5).

A few bytes can make a parser loop, allocate gigabytes or compare thousands of revisions. Here the
chain is walked over plain bytes, with limits, and whatever is not written in its plainest form
is refused: names with escapes, or comments in a trailer. Sealed files of ours hold
nothing but cross-reference tables, so there objects in streams do not exist at all; files of
others may hold cross-reference streams of bounded size, and comments (reportlab writes one).
"""

from __future__ import annotations

import re
from typing import Final

from verifier.file_bytes import Bytes
from verifier.pdf_patterns import WHITE_SPACE, pdf_pattern

__all__ = ["ChainError", "TooManyObjectsError", "check_chain", "follows_directly"]

MAX_UPDATES: Final = 100
"""Most revisions of one file: comparing them takes time that grows with the square."""
MAX_OBJECTS: Final = 250_000
"""Most objects that one chain declares; a parser holds about 200 bytes for each."""
MAX_SECTIONS: Final = 20_000
"""Most sections of one table; empty ones cost a parser time and declare nothing."""
MAX_DICTIONARY_BYTES: Final = 4096
"""Longest trailer or dictionary of a cross-reference stream."""
TAIL_BYTES: Final = 1024
"""How far from the end `startxref` may stand (ISO 32000-2 annex I, as readers do)."""
LINEARIZATION_BYTES: Final = 1024
"""Within so many bytes a linearized file says that it is one (ISO 32000-2 F.3.3)."""
START_BYTES: Final = 64
"""How long `startxref`, its number and `%%EOF` are at most."""

_START: Final = pdf_pattern(rb"startxref\s{1,4}(\d{1,12})\s{1,4}%%EOF\s{0,4}\Z")
_TABLE: Final = pdf_pattern(rb"xref\s{0,2}[\r\n]")
_SECTION: Final = pdf_pattern(rb"(\d{1,10}) (\d{1,10})\s{0,2}[\r\n]")
_TRAILER: Final = pdf_pattern(
    rb"\s{0,4}trailer\s{0,4}(<<(?:[^()%#]|\((?:[^()\\]|\\.){0,200}\)){0,4000}?>>)\s{0,4}startxref",
    re.DOTALL,
)
_TRAILER_OF_OTHERS: Final = pdf_pattern(
    _TRAILER.pattern.replace(rb"[^()%#]|", rb"[^()%#]|%[^\r\n]{0,200}[\r\n]|"), re.DOTALL
)
_STRING_OR_COMMENT: Final = pdf_pattern(rb"(\((?:[^()\\]|\\.){0,200}\))|%[^\r\n]*", re.DOTALL)
_STREAM: Final = pdf_pattern(
    rb"\d{1,10} \d{1,5} obj\s{0,4}(<<[^()%#]{0,4000}?>>)\s{0,4}stream\r?\n"
)
_PREVIOUS: Final = pdf_pattern(rb"/Prev\s{1,4}(\d{1,12})(?=[\s/>])")
_WIDTHS: Final = pdf_pattern(rb"/W\s{0,4}\[\s{0,4}(\d)\s{1,4}(\d)\s{1,4}(\d)\s{0,4}\]")
_SIZE: Final = pdf_pattern(rb"/Size\s{1,4}(\d{1,10})(?=[\s/>])")
_INDEX: Final = pdf_pattern(rb"/Index\s{0,4}\[([\d\s]{1,2000})\]")
_NAME: Final = pdf_pattern(rb"/([^\s/<>\[\](){}%]*)")
_TRAILER_NAMES: Final = frozenset({b"Root", b"Info", b"ID", b"Size"})
_ENTRY_BYTES: Final = 20


class ChainError(ValueError):
    """A chain that no parser is asked to follow; never leaves this package."""


class TooManyObjectsError(ChainError):
    """A chain that declares more than the limits allow."""


def check_chain(data: Bytes, *, streams: bool = False) -> None:
    """Walk the cross-references from the last to the first.

    Args:
        data: a whole file.
        streams: whether cross-reference streams are allowed.

    Raises:
        ChainError: a loop, a form that is not the plainest, or more than the limits allow.
    """
    if not streams and b"/Linearized" in data[:LINEARIZATION_BYTES]:
        raise ChainError("a second table at the beginning, which some readers take for the last")
    found = _START.search(data[max(0, len(data) - TAIL_BYTES) :])
    if found is None:
        raise ChainError("the file does not end with startxref")
    at: int | None = int(found[1])
    seen: set[int] = set()
    objects = 0
    while at is not None:
        if at in seen or at >= len(data) or len(seen) == MAX_UPDATES:
            raise ChainError("a loop, a place outside the file, or too many updates")
        seen.add(at)
        if _TABLE.match(data[at : at + START_BYTES]):
            declared, dictionary = _table(data, at, comments=streams)
        elif streams:
            declared, dictionary = _stream(data, at)
        else:
            raise ChainError("cross-references that are not a table")
        objects += declared
        if objects > MAX_OBJECTS:
            raise TooManyObjectsError("too many objects")
        at = _number(_PREVIOUS, b"/Prev", dictionary)


def follows_directly(data: Bytes, start: int, end: int) -> bool:
    """Tell whether the update data[start:end] names the one before it as its predecessor.

    Whatever else /Prev may point at, bytes inside a stream for one, is a chain that no reader of
    the file's plain course would see. Its trailer says what it must, and nothing else or twice.

    Raises:
        ChainError: its table is not in the plainest form.
    """
    newest, before = _start_at_end(data, end), _start_at_end(data, start)
    if newest is None or not start <= newest < end:
        return False
    trailer = _table(data, newest)[1]
    names = _NAME.findall(trailer)
    if len(set(names)) < len(names) or {*names} - {b"Prev"} != _TRAILER_NAMES:
        return False
    return _number(_PREVIOUS, b"/Prev", trailer) == before


def _start_at_end(data: Bytes, end: int) -> int | None:
    """What `startxref` says at the end of data[:end], or None when it is not there."""
    found = _START.search(data[max(0, end - START_BYTES) : end])
    return None if found is None else int(found[1])


def _table(data: Bytes, at: int, *, comments: bool = False) -> tuple[int, bytes]:
    """Objects that a table declares, and its trailer without comments, if these are allowed."""
    start = _TABLE.match(data[at : at + START_BYTES])
    position = at if start is None else at + start.end()
    declared = sections = 0
    while section := _SECTION.match(data[position : position + START_BYTES]):
        declared += int(section[2])
        sections += 1
        position += section.end() + int(section[2]) * _ENTRY_BYTES
        if declared > MAX_OBJECTS or sections > MAX_SECTIONS:
            raise TooManyObjectsError("too many objects or sections")
    written = data[position : position + MAX_DICTIONARY_BYTES + START_BYTES]
    trailer = (_TRAILER_OF_OTHERS if comments else _TRAILER).match(written)
    if trailer is None or b"/XRefStm" in trailer[1]:
        raise ChainError("no trailer behind the table, or a hybrid one")
    return declared, _STRING_OR_COMMENT.sub(lambda found: found[1] or b" ", trailer[1])


def _stream(data: Bytes, at: int) -> tuple[int, bytes]:
    """Objects that a cross-reference stream declares, and its dictionary."""
    stream = _STREAM.match(data[at : at + MAX_DICTIONARY_BYTES].lstrip(WHITE_SPACE))
    if stream is None:
        raise ChainError("neither a table nor a stream")
    dictionary = stream[1]
    widths, size = _WIDTHS.findall(dictionary), _number(_SIZE, b"/Size", dictionary)
    if len(widths) != 1 or dictionary.count(b"/W") != 1 or size is None:
        raise ChainError("a stream whose entries have no form")
    if not any(int(width) for width in widths[0]):
        raise ChainError("entries of no bytes")
    declared = size
    if b"/Index" in dictionary:
        index = _INDEX.findall(dictionary)
        if len(index) != 1 or dictionary.count(b"/Index") != 1:
            raise ChainError("an index without a form")
        declared = sum(int(number) for number in index[0].split()[1::2])
    return max(declared, 0), dictionary


def _number(pattern: re.Pattern[bytes], name: bytes, dictionary: bytes) -> int | None:
    """The one number of an entry, or None when there is no such entry."""
    found = pattern.findall(dictionary)
    if len(found) != dictionary.count(name) or len(found) > 1:
        raise ChainError("an entry that is not one number")
    return int(found[0]) if found else None
