"""Whether two values of a PDF are the same, in every respect that a reader could tell apart.

In Python a name equals a string with the same letters, and true equals 1; a reader of PDF draws
nothing in a font whose /Subtype is a string. So kinds are compared, and values then.
"""

from __future__ import annotations

from typing import Any

__all__ = ["named_numbers", "raw_entry", "same", "same_but"]


def same(old: Any, new: Any) -> bool:
    """Tell whether two values that pyHanko read are the same; references are not followed.

    Args:
        old: a value, None for one that is not there.
        new: another.
    """
    from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, StreamObject

    if _kind(old) is not _kind(new) or isinstance(old, StreamObject):
        return False
    if isinstance(old, DictionaryObject):
        return old.keys() == new.keys() and same_but(old, new, frozenset())
    if isinstance(old, ArrayObject):
        return len(old) == len(new) and all(
            same(old.raw_get(at), new.raw_get(at)) for at in range(len(old))
        )
    return bool(old == new)


def same_but(old: Any, new: Any, keys: frozenset[str]) -> bool:
    """Tell whether two dictionaries are the same in all entries but these."""
    return all(
        same(raw_entry(old, key), raw_entry(new, key)) for key in {*old, *new} if key not in keys
    )


def raw_entry(dictionary: Any, key: str) -> Any:
    """An entry as it stands, a reference unfollowed; None when it is not there."""
    return dictionary.raw_get(key) if key in dictionary else None


def named_numbers(made: Any) -> set[int]:
    """Numbers of the objects that an object, or a part of it, names."""
    found, waiting = set[int](), [made]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            waiting += [raw_entry(part, key) for key in part]
        elif isinstance(part, list):
            waiting += list(part)
        elif hasattr(part, "idnum"):
            found.add(part.idnum)
    return found


def _kind(value: Any) -> type:
    """Numbers are of one kind whether written with a point or without; so are strings."""
    from pyhanko.pdf_utils.generic import (
        ByteStringObject,
        FloatObject,
        NumberObject,
        TextStringObject,
    )

    if isinstance(value, NumberObject | FloatObject):
        return NumberObject
    if isinstance(value, ByteStringObject | TextStringObject):
        return TextStringObject
    return type(value)
