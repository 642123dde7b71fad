"""What follows the seal, cut into updates byte by byte, without a PDF parser.

Only plain updates are read (`verifier.plain_update`). A stream in them holds one DER value, a
certificate, a revocation list or an OCSP answer, and its dictionary nothing but length and filter.
Whatever is written in another way raises `TailError`.
"""

from __future__ import annotations

from typing import Final

from verifier.der import SEQUENCE, read_element
from verifier.file_bytes import Bytes
from verifier.pdf_patterns import pdf_pattern
from verifier.plain_update import NotPlainError, PlainStream, PlainUpdate, plain_update
from verifier.unfolding import unfold

__all__ = ["TailError", "tail_updates"]

MAX_TAIL_UPDATES: Final = 24
"""Most updates after the seal: two for a renewal; some services renew their certificate yearly."""
MAX_TAIL_BYTES: Final = 4 * 2**20
"""Most bytes after the seal."""
MAX_OBJECTS: Final = 200
"""Most objects of one update."""
MAX_EVIDENCE_BYTES: Final = 2**20
"""Largest certificate, revocation list or OCSP answer, unfolded."""

_DICTIONARY: Final = pdf_pattern(
    rb"<<\s{1,2}(?:/Length [0-9]{1,8}\s{1,2}|/Filter /FlateDecode\s{1,2}){1,2}>>\s{1,2}"
)


class TailError(ValueError):
    """Something that is no plain update; never leaves this package."""


def tail_updates(data: Bytes, start: int) -> list[PlainUpdate]:
    """Cut everything from `start` to the end of the file into updates.

    Raises:
        TailError: it is written in another way, or exceeds a limit.
    """
    if len(data) - start > MAX_TAIL_BYTES:
        raise TailError("more bytes than evidence needs")
    updates: list[PlainUpdate] = []
    at = start
    while at < len(data):
        if len(updates) == MAX_TAIL_UPDATES:
            raise TailError("more updates than evidence needs")
        try:
            update = plain_update(data, at, len(data))
        except NotPlainError as error:
            raise TailError("an update that is not plain") from error
        if len(update.streams) + len(update.others) > MAX_OBJECTS:
            raise TailError("more objects than evidence needs")
        for stream in update.streams.values():
            _check_evidence(stream)
        updates.append(update)
        at = update.end
    return updates


def _check_evidence(stream: PlainStream) -> None:
    if _DICTIONARY.fullmatch(stream.dictionary) is None:
        raise TailError("a stream that says more than its length")
    folded = b"/Filter" in stream.dictionary
    try:
        content = unfold(stream.content, MAX_EVIDENCE_BYTES) if folded else stream.content
        value = read_element(content)
        if value.tag != SEQUENCE or len(value.encoded) != len(content):
            raise TailError("a stream with something behind its value")
    except ValueError as error:  # of DER, too
        raise TailError("a stream that is no evidence") from error
