"""Reading and writing DER, as little of it as a seal needs (ITU-T X.690).

Strict where common parsers are lenient: one-byte tags, definite lengths in their shortest
form, nothing left over. A seal's CMS is rebuilt with `element` and compared byte for byte, so
no byte of it can differ from what was verified.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["DerError", "Element", "children", "element", "integer", "read_element", "whole"]

SEQUENCE = 0x30
SET = 0x31
INTEGER = 0x02
OCTET_STRING = 0x04
NULL = b"\x05\x00"


class DerError(ValueError):
    """Bytes that are not the DER that was expected; never leaves this package."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element: where it stands and what it holds."""

    tag: int
    """Its identifier octet."""
    encoded: bytes
    """All its bytes."""
    content: bytes
    """Its bytes without identifier and length."""


def read_element(data: bytes, start: int = 0) -> Element:
    """Read the element at `start`; bytes may follow.

    Raises:
        DerError: it is cut short, or not in DER.
    """
    head = data[start : start + 2]
    if len(head) < 2 or head[0] & 0x1F == 0x1F:
        raise DerError("no element, or a tag of several bytes")
    length, body = head[1], start + 2
    if length & 0x80:
        count = length & 0x7F
        digits = data[body : body + count]
        length = int.from_bytes(digits, "big")
        body += count
        if not 1 <= count <= 4 or len(digits) < count or digits[0] == 0 or length < 0x80:
            raise DerError("a length that is not in its shortest form")
    end = body + length
    if end > len(data):
        raise DerError("cut short")
    return Element(head[0], data[start:end], data[body:end])


def whole(data: bytes, tag: int) -> Element:
    """Read the one element that `data` is.

    Raises:
        DerError: it has another tag, or something follows.
    """
    found = read_element(data)
    if found.tag != tag or len(found.encoded) != len(data):
        raise DerError("another element than expected, or bytes after it")
    return found


def children(parent: Element) -> Iterator[Element]:
    """The elements inside an element.

    Raises:
        DerError: they do not fill it exactly.
    """
    at = 0
    while at < len(parent.content):
        child = read_element(parent.content, at)
        yield child
        at += len(child.encoded)


def element(tag: int, *contents: bytes) -> bytes:
    """Write an element."""
    content = b"".join(contents)
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    digits = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(digits))) + digits + content


def integer(value: int) -> bytes:
    """Write a non-negative INTEGER."""
    return element(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))
