"""Which objects of before an update may redefine: the fields that its signer fills, and no other.

For `Client1` these are the signature's own field and the empty fields for that client, for the
seal its own field alone. What changes in them is their value and their appearance. Nothing else of
what was certified is ever redefined, not even the catalog, and what was filled in stays. How a
field shows is examined once, in the end (`verifier.form_fields`).
"""

from __future__ import annotations

from typing import Any, Final

from verifier.field_looks import shows_nothing
from verifier.same_objects import raw_entry, same_but

__all__ = ["is_filled_field", "shows_one_thing"]

_FILLED: Final = frozenset({"/V", "/AP", "/AS"})
"""What filling changes in a field: its value, its appearances, and which of them shows."""
_CLIENT: Final = "Client"
_FILLS: Final = "Fill"
"""The fields for `Client1` are the kids of a field named `Fill1`, and so on."""
_TWO_FACED: Final = frozenset(
    {
        *("/OC", "/OCGs", "/Properties", "/Ref", "/OPI", "/Alternates", "/PS", "/JS"),
        *("/CharProcs", "/PatternType"),
    }
)
"""Entries by which readers show one thing on a screen and another on paper, or fetch it elsewhere:
layers, references to files, substitutes (ISO 32000-2 8.9.5.4, 8.10.4, 8.11, 14.11.7), scripts; and
letters and patterns that are drawings of their own (9.6.4, 8.7)."""
_ELSEWHERE: Final = frozenset({"/F", "/FFilter", "/FDecodeParms"})
"""Entries of a stream that lies in another file (7.3.8.2)."""


def is_filled_field(old: Any, new: Any, signed: str) -> bool:
    """Tell whether a field was empty, is filled now, and is for whoever signs the field `signed`.

    Args:
        old: an object as pyHanko reads it in the revision before.
        new: the same in the update.
        signed: name of the signature field that the update fills.
    """
    from pyhanko.pdf_utils.generic import DictionaryObject, StreamObject

    for each in (old, new):
        if not isinstance(each, DictionaryObject) or isinstance(each, StreamObject):
            return False
    names = _names(old)
    is_own = names == [signed] or (
        signed.startswith(_CLIENT)
        and len(names) == 2
        and names[0] == _FILLS + signed.removeprefix(_CLIENT)
    )
    was_empty = old.get("/V", "/Off") == "/Off" and shows_nothing(old)
    kept = is_own and was_empty and same_but(old, new, _FILLED)
    return kept and (names == [signed] or _is_word(new))


def shows_one_thing(made: Any) -> bool:
    """Tell whether an object that an update adds is the same to every reader.

    Args:
        made: the object as pyHanko reads it; what it refers to is not looked at.
    """
    from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, StreamObject

    waiting = [made]
    while waiting:
        part = waiting.pop()
        if isinstance(part, StreamObject) and (
            not _ELSEWHERE.isdisjoint(part) or ("/Subtype" in part and part["/Subtype"] == "/PS")
        ):
            return False
        if isinstance(part, DictionaryObject):
            if not _TWO_FACED.isdisjoint(part):
                return False
            waiting += [raw_entry(part, key) for key in part]
        elif isinstance(part, ArrayObject):
            waiting += [part.raw_get(at) for at in range(len(part))]
    return True


def _is_word(field: Any) -> bool:
    """The value is a text or the name of a state, written where it is; a stamp has none."""
    from pyhanko.pdf_utils.generic import ByteStringObject, NameObject, TextStringObject

    value = raw_entry(field, "/V")
    return value is None or isinstance(value, ByteStringObject | NameObject | TextStringObject)


def _names(field: Any) -> list[str]:
    """The partial names of a field, the root's first (ISO 32000-2 12.7.4.2); three are enough."""
    names: list[str] = []
    while "/T" in field and len(names) < 3:
        names.insert(0, str(field["/T"]))
        if "/Parent" not in field:
            break
        field = field["/Parent"]
    return names
