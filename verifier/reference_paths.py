"""Finds by which ways changed objects are used, without walking every way through the document.

pyHanko's difference analysis asks, for each object that an update overwrites, by which paths from
the trailer it was reachable before. To know, it lists all paths to all objects, and where pictures
and patterns name each other's resources their number grows like a factorial: seventy objects keep
it busy for years. Paths matter only through objects from which a changed one can be reached, and
these are found first, in one walk over each object. Bookmarks and links name pages, but pyHanko
enters a page by its place in the page tree only, so by them nothing is reached. What is left to
walk has a limit: a chain of objects that name the next one twice has as many ways through it as a
chessboard has grains.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, Final

from verifier.bounded_reading import ReadingLimitError

__all__ = ["MAX_PARTS_WALKED", "find_usages"]

KEPT_STREAM_BYTES: Final = 65_536
"""A larger stream is read again when it is needed again; a smaller one costs more to read than to
keep."""
MAX_PARTS_WALKED: Final = 600_000
"""Most parts of objects that are met on all ways through one file, about two seconds: a sealed
contract has some 500, 60 pages with 20 links on each 20,000."""

MAX_DEPTH: Final = 5_000
"""How deep pyHanko may call itself on its way: three calls for each bookmark of a table of
contents, as it names the next one. Python's usual thousand ends at some 300 bookmarks."""
_DEPTH: Final = Lock()


def find_usages(old: Any, new: Any, check_part: Callable[[Any], None] | None = None) -> None:
    """Fill the cache from which pyHanko answers by which paths an object was reachable.

    What it then finds for the objects that `new` overwrites is what it would have found by itself.

    Args:
        old: pyHanko's HistoricalResolver of the signed revision.
        new: the one of the revision that is judged.
        check_part: is shown each dictionary and stream that can be reached, once.

    Raises:
        ReadingLimitError: there are too many paths.
    """
    if old._indirect_object_access_cache is None:  # noqa: SLF001 - pyHanko has no other way in
        users, parts = _users(old, check_part)
        changed = set(new.explicit_refs_in_revision())
        for page, owner in _page_tree(old).items():
            if page not in changed:
                users[page] = {owner}
        leading = _leading_to(users, changed)
        with _deep():
            type(old)._load_reverse_xref_cache(_Pruned(old, leading, parts))  # noqa: SLF001


@contextmanager
def _deep() -> Iterator[None]:
    """Allow calls to nest `MAX_DEPTH` deep; one walk at a time, as the limit is the process's."""
    with _DEPTH:
        usual = sys.getrecursionlimit()
        sys.setrecursionlimit(max(usual, MAX_DEPTH))
        try:
            yield
        finally:
            sys.setrecursionlimit(usual)


class _Pruned:
    """A revision in which objects that lead to no changed object look empty."""

    def __init__(self, revision: Any, leading: set[Any], parts: dict[Any, int]) -> None:
        self.__dict__.update(revision=revision, leading=leading, parts=parts)

    def __call__(self, reference: Any) -> Any:
        from pyhanko.pdf_utils.generic import NullObject

        leads = reference in self.leading
        # One count for all revisions of a file: each may have as many paths as the one before.
        file = self.revision.reader
        walked = getattr(file, "parts_walked", 0) + 1 + (self.parts[reference] if leads else 0)
        file.parts_walked = walked
        if walked > MAX_PARTS_WALKED:
            raise ReadingLimitError("too many ways through the document")
        return self.revision(reference) if leads else NullObject()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.revision, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.revision, name, value)


def _leading_to(users: dict[Any, set[Any]], changed: set[Any]) -> set[Any]:
    """Every object from which a changed one can be reached, those included."""
    leading: set[Any] = set()
    waiting = list(changed)
    while waiting:
        reference = waiting.pop()
        if reference not in leading:
            leading.add(reference)
            waiting.extend(users[reference])
    return leading


def _page_tree(old: Any) -> dict[Any, Any]:
    """Each node of the page tree, with the object by which pyHanko enters it.

    That is the one whose /Kids names it; where the list is an object of its own, the list.
    """
    from pyhanko.pdf_utils.generic import IndirectObject

    entered: dict[Any, Any] = {}
    root = old.trailer_view.raw_get("/Root").reference
    top = old.root.raw_get("/Pages")
    waiting: list[tuple[Any, Any]] = [(top, root)]
    while waiting:
        node, owner = waiting.pop()
        has_kids = node is top
        if isinstance(node, IndirectObject):
            if node.reference in entered:
                raise ReadingLimitError("a page that stands twice in the page tree")
            entered[node.reference] = owner
            owner, node = node.reference, old(node.reference)
        if not has_kids and node.get("/Type") != "/Pages":
            continue
        kids = node.raw_get("/Kids")
        if isinstance(kids, IndirectObject):
            owner, kids = kids.reference, old(kids.reference)
        waiting.extend((kid, owner) for kid in kids)
    return entered


def _users(
    old: Any, check_part: Callable[[Any], None] | None
) -> tuple[dict[Any, set[Any]], dict[Any, int]]:
    """Which objects name an object, for all that can be reached; and how many parts each has."""
    from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, IndirectObject

    users: dict[Any, set[Any]] = defaultdict(set)
    parts: dict[Any, int] = defaultdict(int)
    seen: set[Any] = set()
    waiting: list[tuple[Any, Any]] = [(old.trailer_view, None)]
    while waiting:
        part, owner = waiting.pop()
        parts[owner] += 1
        if isinstance(part, IndirectObject):
            reference = part.reference
            users[reference].add(owner)
            if reference not in seen:
                seen.add(reference)
                waiting.append((_without_keeping(old, reference), reference))
        elif isinstance(part, DictionaryObject):
            if check_part is not None:
                check_part(part)
            for key, value in part.items():
                if key != "/Parent":
                    waiting.append((value, owner))
                elif isinstance(value, IndirectObject):  # pyHanko never follows it; it must exist
                    _without_keeping(old, value.reference)
        elif isinstance(part, ArrayObject):
            waiting.extend((value, owner) for value in part)
    return users, parts


def _without_keeping(old: Any, reference: Any) -> Any:
    """An object of the revision; streams are forgotten again, or scans would fill the memory."""
    from pyhanko.pdf_utils.generic import StreamObject

    found = old(reference)
    if isinstance(found, StreamObject) and len(found.encoded_data) > KEPT_STREAM_BYTES:
        old.cache.pop(reference, None)
        old.reader.resolved_objects.pop((reference.generation, reference.idnum), None)
    return found
