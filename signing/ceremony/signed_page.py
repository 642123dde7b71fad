"""The page that will carry the signature, as the review screen shows it with everything in place.

It is a picture of the page with the client's values, stamp and mark laid over it where their form
fields stand. What is sealed is drawn by `signing.client`; this is its preview.
"""

from __future__ import annotations

from dataclasses import dataclass

from signing.ceremony.desk import CeremonyDocument
from signing.ceremony.page_pictures import Places
from signing.ceremony.progress import Progress, StampChoice
from signing.fields import FieldKind, Placement, client_field, fill_field, stamp_field

__all__ = ["Lines", "SignedPage", "signed_page"]

TEXT_TO_BOX = 0.62  # size of a single line's letters as a share of its box
LARGEST_TEXT = 11.0  # points
LETTER_WIDTH = 0.52  # of the size, on average in a sans-serif face


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
    for spec in document.client.fields:
        spot = places.get(fill_field(document.client_index, spec.key))
        value = progress.values.get(spec.key, "")
        if spot and spot[0].page == place.page and value:
            values.append(_lines(_box(spot[0], height), value, spec.kind))
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


def _lines(box: Box, value: str, kind: FieldKind) -> Lines:
    if kind is FieldKind.CHECKBOX:
        return Lines(box, box.height * TEXT_TO_BOX, (), tick=True)
    if kind is not FieldKind.MULTILINE:
        fitting = box.width / max(len(value) * LETTER_WIDTH, 1)
        return Lines(
            box, min(box.height * TEXT_TO_BOX, LARGEST_TEXT, fitting), (value,), tick=False
        )
    size = min(LARGEST_TEXT, box.height * TEXT_TO_BOX)
    return Lines(box, size, tuple(_wrapped(value, box.width / (size * LETTER_WIDTH))), tick=False)


def _wrapped(value: str, letters: float) -> list[str]:
    lines: list[str] = []
    for paragraph in value.splitlines():
        line = ""
        for word in paragraph.split():
            if line and len(line) + 1 + len(word) > letters:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}".strip()
        lines.append(line)
    return lines
