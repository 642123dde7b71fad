"""The pages of a document and what is laid on them, as pyHanko reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

__all__ = ["page_annotations", "pages_of"]


def page_annotations(page: Any) -> list[tuple[int | None, Any]]:
    """A page's annotations with their numbers, None for one that is no object of its own.

    ISO 32000-2 12.5.2.
    """
    if "/Annots" not in page:
        return []
    listed = page["/Annots"]
    return [(getattr(each, "idnum", None), each.get_object()) for each in list(listed)]


def pages_of(tree: Any) -> Iterator[Any]:
    """The pages in their order; each branch of the tree once (ISO 32000-2 7.7.3)."""
    waiting, seen = [tree], set[int]()
    while waiting:
        node = waiting.pop()
        if "/Kids" not in node:
            yield node
            continue
        number = node.container_ref.idnum
        if number not in seen:
            seen.add(number)
            waiting += [each.get_object() for each in reversed(list(node["/Kids"]))]
