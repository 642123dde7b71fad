"""What will stand where on a document's pages: drawn over the pages that the director reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from office.clients import Client
from office.documents import Document
from signing.fields import Placement
from signing.page_geometry import PageSize

__all__ = ["PageOfPlaces", "Place", "places_by_page"]

CLIENT, DIRECTOR = "client", "director"


@dataclass(frozen=True)
class Place:
    """One box, in points from the upper left corner of its page."""

    label: Any  # what goes there, in the language of the screen
    whose: str  # "client" or "director"
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class PageOfPlaces:
    """One page and what will stand on it."""

    size: PageSize
    places: tuple[Place, ...]


def places_by_page(document: Document) -> dict[int, PageOfPlaces]:
    """The pages on which something will stand, by page number from 1.

    Signatures without a place are left out: their lines are printed on the appended page.
    """
    layout = document.layout
    boxes: list[tuple[Any, str, Placement | None]] = []
    for client in document.clients:
        mine = document.layout_of(client.place)
        boxes += [
            (field.label, CLIENT, field.placement) for field in mine.fields if field.fixed is None
        ]
        boxes.append((_named(_l("Client's signature"), document, client), CLIENT, mine.signature))
        boxes.append((_named(_l("Client's stamp"), document, client), CLIENT, mine.stamp))
    boxes += [
        (field.label, DIRECTOR, field.placement)
        for field in layout.director_fields
        if field.fixed is None
    ]
    boxes.append((_l("Director's signature"), DIRECTOR, layout.director_signature))
    found: dict[int, list[Place]] = {}
    for label, whose, box in boxes:
        if box is None or box.page >= len(document.page_sizes):
            continue
        top = document.page_sizes[box.page].height - box.y - box.height
        place = Place(label, whose, box.x, top, box.width, box.height)
        found.setdefault(box.page + 1, []).append(place)
    return {
        page: PageOfPlaces(document.page_sizes[page - 1], tuple(places))
        for page, places in sorted(found.items())
    }


def _named(what: Any, document: Document, client: Client) -> Any:
    """Whose signature or stamp it is, where there are several clients."""
    return f"{client.name}: {what}" if len(document.clients) > 1 else what
