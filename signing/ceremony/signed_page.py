"""The page that will carry the signature, as the review screen shows it with everything in place.

It is a picture of the page with the client's values, stamp and mark laid over it where their form
fields stand. What is sealed is drawn by `signing.client`; this is its preview.
"""

from __future__ import annotations

from dataclasses import dataclass

from signing.ceremony.desk import CeremonyDocument
from signing.ceremony.page_pictures import Places
from signing.ceremony.progress import Progress, StampChoice
from signing.document_font import document_font
from signing.fields import (
    FieldKind,
    FieldSpec,
    Placement,
    client_field,
    fill_field,
    stamp_field,
)
from signing.handwriting import faces_for, outline_name
from signing.outlines import Box as OutlineBox
from signing.text_layout import LINE_SPACING
from signing.value_appearance import LARGEST_INITIALS
from signing.value_forms import printed
from signing.value_layout import inner_room, lay_out_value

__all__ = ["Lines", "SignedPage", "signed_page"]


@dataclass(frozen=True)
class Box:
    """A rectangle on the page as an SVG has it: points, y downwards from the top."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Lines:
    """A value in its place."""

    box: Box
    size: float  # of the letters, points
    lines: tuple[str, ...]
    tick: bool  # a ticked box, nothing to write
    left: float = 0.0  # where lines begin, points on the page
    baseline: float = 0.0  # of the first line, points from the top of the page
    path: str = ""  # SVG path of what is drawn by hand


@dataclass(frozen=True)
class SignedPage:
    """What lies on the page with the signature."""

    page: int  # from 1
    width: float  # points
    height: float
    mark: Box | None
    stamp: Box | None
    values: tuple[Lines, ...]


def signed_page(
    places: Places, document: CeremonyDocument, progress: Progress
) -> SignedPage | None:
    """Find the page of the client's signature and what else the client put on it.

    Returns:
        None when the document has no such field, which is head office's mistake to find.
    """
    found = places.get(client_field(document.client_index))
    if found is None:
        return None
    place, (width, height) = found
    values = []
    for spec in document.client.asked:
        spot = places.get(fill_field(document.client_index, spec.key))
        value = progress.values.get(spec.key, "")
        if spot and spot[0].page == place.page and value:
            values.append(_lines(_box(spot[0], height), value, spec, document.language))
    stamp = places.get(stamp_field(document.client_index))
    shown = stamp and stamp[0].page == place.page and progress.stamp is StampChoice.GIVEN
    return SignedPage(
        page=place.page + 1,
        width=width,
        height=height,
        mark=_box(place, height),
        stamp=_box(stamp[0], height) if stamp and shown else None,
        values=tuple(values),
    )


def _box(place: Placement, page_height: float) -> Box:
    top = page_height - place.y - place.height
    return Box(place.x, top, place.width, place.height)


def _lines(box: Box, value: str, spec: FieldSpec, language: str) -> Lines:
    """The value as the PDF will have it: the same layout, in the same font."""
    if spec.kind is FieldKind.CHECKBOX:
        return Lines(box, box.height, (), tick=True)
    if spec.kind is FieldKind.INITIALS:
        room = inner_room(box.width, box.height)
        target = OutlineBox(0, 0, room.width, room.height)
        hand = outline_name(value, faces_for(value)[0])
        shape = hand.fitted(target, flip=True, largest_scale=LARGEST_INITIALS)
        path = shape.shifted(box.x + room.x).moved(lambda x, y: (x, y + box.y + room.y))
        return Lines(box, 0.0, (), tick=False, path=path.svg_path())
    font = document_font()
    inner = inner_room(box.width, box.height)
    layout = lay_out_value(printed(spec, value, language), spec.kind, font, inner)
    several_lines = spec.kind is FieldKind.MULTILINE
    top = inner.y if several_lines else (box.height - layout.height()) / 2
    rise = (font.ascent + font.descent) / 2000
    return Lines(
        box=box,
        size=layout.size,
        lines=layout.lines,
        tick=False,
        left=box.x + inner.x,
        baseline=box.y + top + layout.size * (LINE_SPACING / 2 + rise),
    )
