"""Finds by which ways changed objects are used, without walking every way through the document.

pyHanko's difference analysis asks, for each object that an update overwrites, by which paths from
the trailer it was reachable before. To know, it lists all paths to all objects, and where pictures
and patterns name each other's resources their number grows like a factorial: seventy objects keep
it busy for years. Paths matter only through objects from which a changed one can be reached, and
these are found first, in one walk over each object. Bookmarks and links name pages, but pyHanko
enters a page by its place in the page tree only, so by them nothing is reached. What is left to
walk has a limit: a chain of objects that name the next one twice has as many ways through it as a
chessboard has grains. Nothing here calls itself, so depth costs nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from verifier.bounded_reading import ReadingLimitError

__all__ = ["MAX_PARTS_WALKED", "find_usages"]

KEPT_STREAM_BYTES: Final = 65_536
"""A larger stream is read again when it is needed again; a smaller one costs more to read than to
keep."""
MAX_PARTS_WALKED: Final = 600_000
"""Most parts of objects that are met on all ways through one file, and steps of the ways that are
found, about two seconds: a sealed contract has some 500, 60 pages with 20 links on each 20,000."""
MAX_TREE_DEPTH: Final = 200
"""Steps from the trailer to a node of the page tree, two for each level; writers use five."""


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
        users = _users(old, check_part)
        changed = set(new.explicit_refs_in_revision())
        pages = _page_tree(old)
        for page, (owner, _) in pages.items():
            if page not in changed:
                users[page] = {owner}
        walk = _Walk(old, changed, _leading_to(users, changed), pages)
        old._indirect_object_access_cache = walk.ways()  # noqa: SLF001


_Way = tuple[Any, ...]
"""Keys and places from the trailer, the last one first: (key, the way to what holds it), or ()."""


@dataclass(frozen=True)
class _Part:
    """Something that the walk has still to look at."""

    value: Any
    way: _Way
    structure: bool
    """Whether it lies in the structure tree, where pyHanko does not follow /P."""


class _Walk:
    """One walk along every way from the trailer to the changed objects."""

    def __init__(
        self, old: Any, changed: set[Any], leading: set[Any], pages: dict[Any, Any]
    ) -> None:
        self._old = old
        self._changed = changed
        self._leading = leading
        self._pages = {page: way for page, (_, way) in pages.items()}
        self._elements = _structure_elements(old)

    def ways(self) -> dict[Any, set[Any]]:
        """The ways by which each changed object is reached.

        Raises:
            ReadingLimitError: there are too many.
        """
        from pyhanko.pdf_utils.generic import IndirectObject
        from pyhanko.pdf_utils.reader import RawPdfPath

        found: dict[Any, set[Any]] = defaultdict(set)
        on_the_way: set[Any] = set()
        waiting: list[_Part | Any] = [_Part(self._old.trailer_view, (), structure=False)]
        while waiting:
            part = waiting.pop()
            if not isinstance(part, _Part):  # all below this object was seen
                on_the_way.discard(part)
                continue
            self._count(1)
            value = part.value
            if isinstance(value, IndirectObject):
                reference = value.reference
                if reference in on_the_way:
                    continue
                if reference in self._changed:
                    found[reference].add(RawPdfPath(*self._flat(part.way)))
                if not self._may_enter(reference, part):
                    continue
                on_the_way.add(reference)
                waiting.append(reference)
                value = self._old(reference)
            waiting.extend(_below(value, part))
        return dict(found)

    def _may_enter(self, reference: Any, part: _Part) -> bool:
        """Tell whether pyHanko goes on from here, and whether that can lead to what is sought."""
        if reference not in self._leading:
            return False
        if reference in self._pages and self._flat(part.way) != self._pages[reference]:
            return False
        return part.structure or reference not in self._elements

    def _flat(self, way: _Way) -> list[str | int]:
        keys: list[str | int] = []
        while way:
            keys.append(way[0])
            way = way[1]
        self._count(len(keys))
        return keys[::-1]

    def _count(self, parts: int) -> None:
        # One count for all revisions of a file: each may have as many paths as the one before.
        file = self._old.reader
        file.parts_walked = getattr(file, "parts_walked", 0) + parts
        if file.parts_walked > MAX_PARTS_WALKED:
            raise ReadingLimitError("too many ways through the document")


def _below(value: Any, part: _Part) -> Iterator[_Part]:
    """The parts that a value consists of, less those by which pyHanko never goes."""
    from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject

    way = part.way
    if isinstance(value, DictionaryObject):
        at_root = way[:1] == ("/StructTreeRoot",) and way[1] == ("/Root", ())
        for key, each in value.items():
            if key != "/Parent" and not (part.structure and key == "/P"):
                yield _Part(each, (key, way), part.structure or (at_root and key == "/K"))
    elif isinstance(value, ArrayObject):
        for place, each in enumerate(value):
            yield _Part(each, (place, way), part.structure)


def _structure_elements(old: Any) -> set[Any]:
    """The elements of the structure tree, which pyHanko enters by way of its root only.

    Raises:
        ReadingLimitError: the tree leads back to itself.
    """
    from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, IndirectObject

    found: set[Any] = set()
    seen: set[Any] = set()
    waiting = [old.root["/StructTreeRoot"]] if "/StructTreeRoot" in old.root else []
    while waiting:
        element = waiting.pop()
        listed = element.raw_get("/K") if "/K" in element else ArrayObject()
        kids = listed.get_object()
        several = isinstance(kids, ArrayObject)
        for kid in list(kids) if several else [listed]:
            below = kid.get_object()
            if not isinstance(below, DictionaryObject):
                continue
            if "/Type" in below and below["/Type"] != "/StructElem":
                continue
            if isinstance(kid, IndirectObject):
                if kid.reference in seen:
                    raise ReadingLimitError("a structure that leads back to itself")
                seen.add(kid.reference)
                if several:  # pyHanko does not look which object an only kid is
                    found.add(kid.reference)
            waiting.append(below)
    return found


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


def _page_tree(old: Any) -> dict[Any, tuple[Any, list[str | int]]]:
    """Each node of the page tree: the object by which pyHanko enters it, and the way there.

    That is the one whose /Kids names it; where the list is an object of its own, the list.
    """
    from pyhanko.pdf_utils.generic import IndirectObject

    entered: dict[Any, tuple[Any, list[str | int]]] = {}
    root = old.trailer_view.raw_get("/Root").reference
    top = old.root.raw_get("/Pages")
    waiting: list[tuple[Any, Any, list[str | int]]] = [(top, root, ["/Root", "/Pages"])]
    while waiting:
        node, owner, way = waiting.pop()
        has_kids = node is top
        if isinstance(node, IndirectObject):
            if node.reference in entered:
                raise ReadingLimitError("a page that stands twice in the page tree")
            entered[node.reference] = owner, way
            owner, node = node.reference, old(node.reference)
        if not has_kids and node.get("/Type") != "/Pages":
            continue
        if len(way) > MAX_TREE_DEPTH:
            raise ReadingLimitError("a page tree that is too deep")
        kids = node.raw_get("/Kids")
        if isinstance(kids, IndirectObject):
            owner, kids = kids.reference, old(kids.reference)
        waiting.extend((kid, owner, [*way, "/Kids", place]) for place, kid in enumerate(kids))
    return entered


def _users(old: Any, check_part: Callable[[Any], None] | None) -> dict[Any, set[Any]]:
    """Which objects name an object, for all that can be reached."""
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
            if check_part is not None:
                check_part(part)
            for key, value in part.items():
                if key != "/Parent":
                    waiting.append((value, owner))
                elif isinstance(value, IndirectObject):  # pyHanko never follows it; it must exist
                    _without_keeping(old, value.reference)
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
