"""One incremental update of a PDF, read byte by byte in its plainest form (ISO 32000-2 7.5.6).

    update = plain_update(data, start, end)

PyHanko forgives much: an object that a table names twice, `60 0 xyz` for a header, `6_0` for a
number, space where none belongs. Other readers forgive other things, or take the file for damaged
and collect objects by themselves; then they show what nobody judged. So each update that a
signature or evidence makes is objects one after the other, a table that names exactly these, a
trailer and an end, every word of it written in the one way that all readers know. Nothing stands
between, and in what a stream holds nothing looks like an object.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from verifier.cross_references import ChainError, follows_directly
from verifier.file_bytes import Bytes
from verifier.pdf_patterns import pdf_pattern

__all__ = ["NotPlainError", "PlainStream", "PlainUpdate", "plain_update"]

MAX_UPDATE_BYTES: Final = 16 * 2**20
"""Most bytes of one update: pictures of stamps and signatures have 40 KB each."""
MAX_OBJECTS: Final = 10_000
"""Most objects of one update."""

_NAME: Final = (
    rb"/(?:[!\"$&'*+,\-.0-9:;=?@A-Z\\^_`a-z|~]"
    # Only what cannot be written as it is: one way for each name. Readers in C end it at #00.
    rb"|#(?:0[1-9A-F]|1[0-9A-F]|2[0358F9]|3[CE]|5[BD]|7[BDF]|[89A-F][0-9A-F])){1,127}"
)
_NUMBER: Final = rb"-?(?:[0-9]{1,9}(?:\.[0-9]{0,12})?|\.[0-9]{1,12})"
_REFERENCE: Final = rb"[1-9][0-9]{0,6} 0 R"
_WORDS: Final = (
    rb"(?:\s|<<|>>|\[|\]|<(?:[0-9A-Fa-f]{2})*+>|\((?:[ !\"#$%&'*+,\-./0-9:;<=>?@A-Z\[\]^_`a-z{|}~]|"
    rb"\\[0-3][0-7]{2})*+\)|(?:" + rb"|".join((_REFERENCE, _NUMBER, _NAME, b"true|false|null"))
) + rb")(?=[\s/<>\[\]()]))++"
_HEAD: Final = pdf_pattern(rb"([1-9][0-9]{0,6}) 0 obj\s{1,2}")
_OBJECT: Final = pdf_pattern(rb"(%b)(?:endobj\s{1,2}|(stream\r?\n))" % _WORDS)
_LENGTH: Final = pdf_pattern(rb"/Length(?![0-9A-Za-z])(?: ([0-9]{1,8})(?=[\s/>]))?")
_END_OF_STREAM: Final = pdf_pattern(rb"\r?\n?endstream\s{1,2}endobj\s{1,2}")
_TABLE: Final = pdf_pattern(rb"xref\s?\n")
_SECTION: Final = pdf_pattern(rb"([0-9]{1,7}) ([0-9]{1,5})\s?\n")
_ENTRY: Final = pdf_pattern(rb"([0-9]{10}) ([0-9]{5}) ([nf])(?: \n|\r\n| \r)")
_END: Final = pdf_pattern(
    rb"trailer\s{1,2}<<(?:\s|/(?:Root|Info) %b(?=\s)|/(?:Size|Prev) [0-9]{1,9}(?=\s)|"
    rb"/ID \[\s?<(?:[0-9A-Fa-f]{2}){1,64}>\s?<[0-9A-Fa-f]{32}>\s?\](?=\s))++>>\s{1,2}"
    rb"startxref\s{1,2}([0-9]{1,10})\s{1,2}%%%%EOF\s{0,2}" % _REFERENCE
)
_HEAD_ENTRY: Final = (0, b"65535", b"f")

_GAP: Final = rb"(?:[\0-\x20\xa0]|%[^\r\n]{0,200}[\r\n])"
"""What any reader that rebuilds a table takes for space, JavaScript's included, and a comment."""
_LIKE_OBJECT: Final = re.compile(rb"[0-9]%b++[0-9]++%b*+obj" % (_GAP, _GAP))
_HOLDS_OBJECTS: Final = (b"/ObjStm", b"/XRef")
_ONCE: Final = (b"trailer", b"startxref")


class NotPlainError(ValueError):
    """Something that is no plain update; never leaves this package."""


@dataclass(frozen=True, slots=True)
class PlainStream:
    """A stream as it stands in the file."""

    dictionary: bytes
    """Its dictionary as it is written."""
    content: bytes
    """What it holds, filters not undone."""


@dataclass(frozen=True, slots=True)
class PlainUpdate:
    """One update."""

    streams: dict[int, PlainStream]
    """Objects that are streams, by number."""
    others: frozenset[int]
    """Numbers of all other objects."""
    end: int
    """Where the update ends in the file."""


def plain_update(data: Bytes, start: int, stop: int) -> PlainUpdate:
    """Read the update at `start`.

    Args:
        data: the file.
        start: where the update before ended.
        stop: where this one must have ended.

    Raises:
        NotPlainError: it is written in another way, or exceeds a limit.
    """
    shift = max(0, start - 1)  # the byte before tells how the line before ends
    written = data[shift : min(stop, start + MAX_UPDATE_BYTES)]
    at = start - shift
    if written[at - 1 : at] not in {b"\n", b"\r"} and written[at : at + 1] == b"\n":
        at += 1
    places: dict[int, int] = {}
    streams: dict[int, PlainStream] = {}
    while found := _HEAD.match(written, at):
        number = int(found[1])
        if number in places or len(places) == MAX_OBJECTS:
            raise NotPlainError("an object stands twice, or there are too many")
        places[number] = shift + at
        body = _OBJECT.match(written, found.end())
        if body is None:
            raise NotPlainError("an object that is not written plainly")
        at = body.end()
        if body[2] is not None:
            streams[number] = stream = _stream(written, body[1], at)
            at = _end_of_stream(written, at + len(stream.content))
    named, end_of_table = _table(written, at)
    if named != places:
        raise NotPlainError("the table names other objects than there are")
    last = _END.match(written, end_of_table)
    if last is None or int(last[1]) != shift + at:
        raise NotPlainError("no plain trailer, or one that points elsewhere")
    update = PlainUpdate(streams, frozenset(places) - streams.keys(), shift + last.end())
    _check_rebuilt(written[start - shift : last.end()], len(places))
    _check_chained(data, start, update.end)
    return update


def _stream(written: bytes, dictionary: bytes, at: int) -> PlainStream:
    lengths = _LENGTH.findall(dictionary)
    if len(lengths) != 1 or not lengths[0]:
        raise NotPlainError("a stream without one length")
    if any(kind in dictionary for kind in _HOLDS_OBJECTS):
        raise NotPlainError("a stream of objects")
    return PlainStream(dictionary, written[at : at + int(lengths[0])])


def _end_of_stream(written: bytes, at: int) -> int:
    found = _END_OF_STREAM.match(written, at)
    if found is None:
        raise NotPlainError("a stream that does not end where it says")
    return found.end()


def _table(written: bytes, at: int) -> tuple[dict[int, int], int]:
    """Offsets by number, and where the table ends."""
    start = _TABLE.match(written, at)
    if start is None:
        raise NotPlainError("something else than a table behind the objects")
    at, named, following = start.end(), dict[int, int](), 0
    while section := _SECTION.match(written, at):
        at, first, count = section.end(), int(section[1]), int(section[2])
        if first < following or not count:
            raise NotPlainError("a table that is out of order, or with an empty section")
        following = first + count
        for number in range(first, following):
            entry = _ENTRY.match(written, at)
            if entry is None:
                raise NotPlainError("a table that is not plain")
            offset, generation, kind = int(entry[1]), entry[2], entry[3]
            at = entry.end()
            if number == 0 and (offset, generation, kind) == _HEAD_ENTRY:
                continue
            if (generation, kind) != (b"00000", b"n"):
                raise NotPlainError("an object that is freed or reborn")
            named[number] = offset
    return named, at


def _check_rebuilt(update: bytes, objects: int) -> None:
    """Whoever looks for objects without the table finds the same ones."""
    if len(_LIKE_OBJECT.findall(update)) != objects or any(
        update.count(word) != 1 for word in _ONCE
    ):
        raise NotPlainError("something that looks like an object, or like a trailer")


def _check_chained(data: Bytes, start: int, end: int) -> None:
    """The table before is the one before it in the file, not bytes in a stream."""
    try:
        chained = follows_directly(data, start, end)
    except ChainError as error:
        raise NotPlainError("a table that is not plain") from error
    if not chained:
        raise NotPlainError("an update that does not follow the one before")
