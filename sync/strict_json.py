"""Strict JSON: one way to write it, and no guessing when it is read.

Canonical bytes are the form of RFC 8785 for the values that occur here (objects, lists, strings,
integers, booleans and null; never floating point): keys in code-point order, no white space,
UTF-8, nothing escaped that need not be. Reading refuses unknown, missing and repeated keys, wrong
types and values beyond the named limits.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from sync.errors import MessageMalformed

__all__ = [
    "MAX_DEPTH",
    "MAX_INTEGER",
    "Fields",
    "canonical_bytes",
    "parse_object",
    "time_text",
]

MAX_INTEGER = 2**53 - 1
"""Largest integer, either sign: what every JSON reader keeps exactly (RFC 8259 section 6)."""
MAX_DEPTH = 12
"""Deepest nesting of lists and objects; a DocumentPlan has five levels."""

Item = TypeVar("Item")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")


def canonical_bytes(value: Any) -> bytes:
    """Write a JSON value in its one canonical form.

    Raises:
        MessageMalformed: the value holds a float, a non-string key, too large an integer, a lone
            surrogate, or is nested too deeply.
    """
    _check_value(value, 0)
    text = json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return text.encode("utf-8")


def _check_value(value: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise MessageMalformed("The message is nested too deeply.")
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise MessageMalformed("A number in the message is too large.")
    elif isinstance(value, str):
        if any("\ud800" <= letter <= "\udfff" for letter in value):
            raise MessageMalformed("A text in the message is not valid Unicode.")
    elif isinstance(value, (list, tuple)):
        for item in value:
            _check_value(item, depth + 1)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                raise MessageMalformed("A key in the message is not a text.")
            _check_value(key, depth)
            _check_value(item, depth + 1)
    else:
        raise MessageMalformed("The message holds a value that is not allowed in it.")


def parse_object(data: bytes, max_bytes: int) -> dict[str, Any]:
    """Read one JSON object from bytes that came from outside.

    Raises:
        MessageMalformed: longer than `max_bytes`, not UTF-8, not JSON, not an object, a repeated
            key, a float, or a value that `canonical_bytes` would refuse.
    """
    if len(data) > max_bytes:
        raise MessageMalformed("The message is too long.")
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_without_repeats,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
        )
    except (ValueError, RecursionError) as error:
        raise MessageMalformed("The message is not JSON.") from error
    if not isinstance(value, dict):
        raise MessageMalformed("The message is not a JSON object.")
    _check_value(value, 0)
    return value


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise MessageMalformed("A key occurs twice in the message.")
    return result


def _refuse_number(_text: str) -> Any:
    raise MessageMalformed("Only whole numbers are allowed in a message.")


def time_text(moment: datetime) -> str:
    """Write a moment as UTC in whole seconds, `2026-11-24T03:00:00Z` (RFC 3339).

    Raises:
        MessageMalformed: the moment has no time zone.
    """
    if moment.tzinfo is None:
        raise MessageMalformed("A time without a zone cannot be sent.")
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


class Fields:
    """The fields of one JSON object, taken out one by one; `done()` refuses what is left over.

    Every `take_*` method raises MessageMalformed when the field is missing or not as described.
    """

    def __init__(self, value: Any, what: str) -> None:
        """Hold a copy of `value`, which must be an object; `what` names it in error sentences."""
        if not isinstance(value, Mapping):
            raise MessageMalformed(f"{what} is not a JSON object.")
        self._left = dict(value)
        self._what = what

    def refuse(self, name: str, why: str) -> MessageMalformed:
        """Make the error for field `name`; the value itself never appears in it."""
        return MessageMalformed(f"{self._what}: field {name} {why}.")

    def take(self, name: str) -> Any:
        """Take a field of any JSON type."""
        if name not in self._left:
            raise self.refuse(name, "is missing")
        return self._left.pop(name)

    def text(self, name: str, max_length: int, pattern: str | None = None) -> str:
        """Take a text of at most `max_length` letters that fully matches `pattern`."""
        value = self.take(name)
        if not isinstance(value, str):
            raise self.refuse(name, "is not a text")
        if len(value) > max_length:
            raise self.refuse(name, "is too long")
        if pattern is not None and re.fullmatch(pattern, value) is None:
            raise self.refuse(name, "has an unexpected form")
        return value

    def whole(self, name: str, least: int, most: int = MAX_INTEGER) -> int:
        """Take an integer from `least` to `most`, both included."""
        value = self.take(name)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.refuse(name, "is not a whole number")
        if not least <= value <= most:
            raise self.refuse(name, "is out of range")
        return value

    def flag(self, name: str) -> bool:
        """Take a boolean."""
        value = self.take(name)
        if not isinstance(value, bool):
            raise self.refuse(name, "is not true or false")
        return value

    def moment(self, name: str) -> datetime:
        """Take a time as `time_text` writes it."""
        value = self.take(name)
        if not isinstance(value, str) or _TIME.fullmatch(value) is None:
            raise self.refuse(name, "is not a time")
        try:
            return datetime.fromisoformat(value.removesuffix("Z")).replace(tzinfo=UTC)
        except ValueError as error:
            raise self.refuse(name, "is not a time") from error

    def octets(self, name: str, max_bytes: int, exactly: int | None = None) -> bytes:
        """Take bytes written as canonical base64 with padding (RFC 4648 section 4)."""
        value = self.take(name)
        if not isinstance(value, str):
            raise self.refuse(name, "is not base64")
        if len(value) > 4 * ((max_bytes + 2) // 3):
            raise self.refuse(name, "is too long")
        try:
            data = base64.b64decode(value.encode("ascii"), validate=True)
        except (binascii.Error, ValueError) as error:
            raise self.refuse(name, "is not base64") from error
        if base64.b64encode(data).decode("ascii") != value:
            raise self.refuse(name, "is not canonical base64")
        if len(data) > max_bytes or (exactly is not None and len(data) != exactly):
            raise self.refuse(name, "has the wrong length")
        return data

    def optional(self, name: str, take: Callable[[str], Item]) -> Item | None:
        """Take a field that is present but may be null."""
        if name in self._left and self._left[name] is None:
            del self._left[name]
            return None
        return take(name)

    def items(self, name: str, most: int) -> list[Any]:
        """Take a list of at most `most` items of any JSON type."""
        value = self.take(name)
        if not isinstance(value, list):
            raise self.refuse(name, "is not a list")
        if len(value) > most:
            raise self.refuse(name, "has too many items")
        return value

    def record(self, name: str) -> dict[str, Any]:
        """Take an object whose content somebody else checks."""
        value = self.take(name)
        if not isinstance(value, dict):
            raise self.refuse(name, "is not an object")
        return value

    def done(self) -> None:
        """Refuse fields that nobody took."""
        if self._left:
            raise MessageMalformed(f"{self._what}: {len(self._left)} unknown field(s).")
