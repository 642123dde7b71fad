"""Finds by which ways changed objects are used, without walking every way through the document.

pyHanko's difference analysis asks, for each object that an update overwrites, by which paths from
the trailer it was reachable before. To know, it lists all paths to all objects, and where pictures
and patterns name each other's resources their number grows like a factorial: seventy objects keep
it busy for years. Paths matter only through objects from which a changed one can be reached, and
these are found first, in one walk over each object.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

__all__ = ["find_usages"]

KEPT_STREAM_BYTES: Final = 65_536
"""A larger stream is read again when it is needed again; a smaller one costs more to read than to
keep."""


def find_usages(old: Any, new: Any) -> None:
    """Fill the cache from which pyHanko answers by which paths an object was reachable.

    What it then finds for the objects that `new` overwrites is what it would have found by itself.

    Args:
        old: pyHanko's HistoricalResolver of the signed revision.
        new: the one of the revision that is judged.
    """
    if old._indirect_object_access_cache is None:  # noqa: SLF001 - pyHanko has no other way in
        leading = _leading_to(old, set(new.explicit_refs_in_revision()))
        type(old)._load_reverse_xref_cache(_Pruned(old, leading))  # noqa: SLF001


class _Pruned:
    """A revision in which objects that lead to no changed object look empty."""

    def __init__(self, revision: Any, leading: set[Any]) -> None:
        self.__dict__.update(revision=revision, leading=leading)

    def __call__(self, reference: Any) -> Any:
        from pyhanko.pdf_utils.generic import NullObject

        return self.revision(reference) if reference in self.leading else NullObject()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.revision, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.revision, name, value)


def _leading_to(old: Any, changed: set[Any]) -> set[Any]:
    """Every object from which a changed one can be reached, those included."""
    users = _users(old)
    leading: set[Any] = set()
    waiting = list(changed)
    while waiting:
        reference = waiting.pop()
        if reference not in leading:
            leading.add(reference)
            waiting.extend(users[reference])
    return leading


def _users(old: Any) -> dict[Any, set[Any]]:
    """Which objects name an object, for all that can be reached from the trailer."""
    from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, IndirectObject

    users: dict[Any, set[Any]] = defaultdict(set)
    seen: set[Any] = set()
    waiting: list[tuple[Any, Any]] = [(old.trailer_view, None)]
    while waiting:
        part, owner = waiting.pop()
        if isinstance(part, IndirectObject):
            reference = part.reference
            users[reference].add(owner)
            if reference not in seen:
                seen.add(reference)
                waiting.append((_without_keeping(old, reference), reference))
        elif isinstance(part, DictionaryObject):
            # pyHanko never follows /Parent either.
            waiting.extend((value, owner) for key, value in part.items() if key != "/Parent")
        elif isinstance(part, ArrayObject):
            waiting.extend((value, owner) for value in part)
    return users


def _without_keeping(old: Any, reference: Any) -> Any:
    """An object of the revision; streams are forgotten again, or scans would fill the memory."""
    from pyhanko.pdf_utils.generic import StreamObject

    found = old(reference)
    if isinstance(found, StreamObject) and len(found.encoded_data) > KEPT_STREAM_BYTES:
        old.cache.pop(reference, None)
        old.reader.resolved_objects.pop((reference.generation, reference.idnum), None)
    return found
