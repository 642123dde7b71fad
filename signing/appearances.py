"""What a signer leaves on the page: signatures with their captions, filled values, stamps.

Each function returns content-stream operators in the space of its widget, whose lower left corner
is the origin, or adds the finished form XObject to a revision. Text is drawn in the document's own
font (`signing.document_font`), so every letter comes out as it was entered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from signing.document_font import FONT_KEY, DocumentFont
from signing.fields import FieldKind
from signing.handwriting import outline_name
from signing.ink import outline
from signing.marks import DrawnMark, Mark, PictureMark, TypedMark
from signing.outlines import Box
from signing.page_geometry import Rectangle
from signing.picture_objects import add_picture
from signing.revision import Revision, not_prepared
from signing.text_layout import Layout, lay_out, text_content
from signing.value_appearance import HAND_INK, value_content

__all__ = [
    "Caption",
    "Writing",
    "add_mark_appearance",
    "add_name_appearance",
    "add_stamp_appearance",
    "add_text_appearance",
    "writing_of",
]

ACCENT = b"0.047 0.094 0.353 RG 1.1 w"
CAPTION_GREY = 0.36
LARGEST_CAPTION = 6.8  # points
LARGEST_NAME = 13.0  # points
LARGEST_HAND = 0.034  # points per unit of a handwriting face: 34 points to the em
CAPTION_SHARE = 0.3  # of a signature's height, at most


@dataclass(frozen=True)
class Writing:
    """The document's font, as the document itself holds it."""

    font: DocumentFont
    reference: Any  # the font object in the file

    @property
    def resources(self) -> dict[str, dict[str, Any]]:
        """What a form XObject needs to write with it."""
        return {"/Font": {FONT_KEY: self.reference}}


@dataclass(frozen=True)
class Caption:
    """The words beside or under a signature."""

    name: str
    signed: str  # "signed electronically" in the document's language
    moment: str  # as `signing.words.moment` prints it


def writing_of(revision: Revision) -> Writing:
    """Find the font that preparing put into the document.

    Raises:
        SigningError: `not_prepared`, the document has no such font.
    """
    try:
        fonts = revision.root["/AcroForm"]["/DR"]["/Font"]
        reference = fonts.raw_get(FONT_KEY)
        descendant = fonts[FONT_KEY]["/DescendantFonts"][0]
        font = DocumentFont.from_file(descendant["/FontDescriptor"]["/FontFile2"].data)
    except Exception as error:  # whatever is wrong with it, the document is not as we made it
        raise not_prepared() from error
    return Writing(font, reference)


def add_text_appearance(
    revision: Revision, writing: Writing, value: str, kind: FieldKind, room: Rectangle
) -> Any:
    """A filled value, as large as is pleasant and never cut off."""
    content = value_content(value, kind, writing.font, room.width, room.height)
    return revision.add_form(content, room.width, room.height, writing.resources)


def add_name_appearance(
    revision: Revision, writing: Writing, caption: Caption, room: Rectangle
) -> Any:
    """A signature without a handwritten mark: the name, and that and when it was signed."""
    inner = Rectangle(0, 0, room.width, room.height).inset(min(6.0, room.height * 0.08))
    left = inner.x + min(7.0, inner.width * 0.06)
    width = inner.right - left
    name = lay_out(
        caption.name, writing.font, width, inner.height * 0.52, largest=LARGEST_NAME, wrap=True
    )
    below = _caption_lines(
        writing, f"{caption.signed}\n{caption.moment}", width, inner.height * 0.44
    )
    gap = min(2.0, inner.height * 0.04)
    height = name.height() + gap + below.height()
    top = inner.y + (inner.height + height) / 2
    bar = f"\n{inner.x + 0.6:.2f} {top - height:.2f} m {inner.x + 0.6:.2f} {top:.2f} l S\n"
    content = (
        b"q\n"
        + ACCENT
        + bar.encode("ascii")
        + text_content(name, writing.font, left, top, grey=0.08)
        + text_content(below, writing.font, left, top - name.height() - gap, grey=CAPTION_GREY)
        + b"Q\n"
    )
    return revision.add_form(content, room.width, room.height, writing.resources)


def add_mark_appearance(
    revision: Revision, writing: Writing, mark: Mark, caption: Caption, room: Rectangle
) -> Any:
    """A signature with the client's handwritten mark and a caption below it."""
    inner = Rectangle(0, 0, room.width, room.height).inset(min(3.0, room.height * 0.05))
    words = f"{caption.name}\n{caption.signed}, {caption.moment}"
    below = _caption_lines(writing, words, inner.width, inner.height * CAPTION_SHARE)
    caption_top = inner.y + below.height()
    space = Rectangle(inner.x, caption_top, inner.width, inner.top - caption_top)
    resources = dict(writing.resources)
    if isinstance(mark, PictureMark):
        picture = add_picture(revision, mark.png)
        resources["/XObject"] = {"/Mark": picture.reference}
        drawn = _placed_picture("/Mark", picture.width / picture.height, space, centred=False)
    else:
        drawn = HAND_INK + _mark_outline(mark, space)
    content = (
        b"q\n"
        + drawn
        + b"Q\nq\n"
        + text_content(below, writing.font, inner.x, caption_top, grey=CAPTION_GREY)
        + b"Q\n"
    )
    return revision.add_form(content, room.width, room.height, resources)


def add_stamp_appearance(revision: Revision, png: bytes, room: Rectangle) -> Any:
    """A stamp in its true size where that is known, else as large as its place allows.

    A place that is smaller than the stamp makes the stamp smaller: nothing is cut off.
    """
    picture = add_picture(revision, png)
    aspect = picture.width / picture.height
    space = Rectangle(0, 0, room.width, room.height)
    if picture.width_points is not None:
        width = min(picture.width_points, room.width)
        height = min(picture.width_points / aspect, room.height)
        space = Rectangle((room.width - width) / 2, (room.height - height) / 2, width, height)
    content = b"q\n" + _placed_picture("/Stamp", aspect, space) + b"Q\n"
    resources = {"/XObject": {"/Stamp": picture.reference}}
    return revision.add_form(content, room.width, room.height, resources)


def _caption_lines(writing: Writing, words: str, width: float, height: float) -> Layout:
    return lay_out(words, writing.font, width, height, largest=LARGEST_CAPTION, wrap=True)


def _mark_outline(mark: TypedMark | DrawnMark, space: Rectangle) -> bytes:
    box = Box(space.x, space.y, space.right, space.top)
    if isinstance(mark, DrawnMark):
        shape = outline(mark.trace).fitted(box, flip=True)
    else:
        written = outline_name(mark.name, mark.typeface)
        shape = written.fitted(box, largest_scale=LARGEST_HAND)
    shift = space.x - shape.bounds().left  # flush with the caption, as a hand begins
    return shape.moved(lambda x, y: (x + shift, y)).content()


def _placed_picture(name: str, aspect: float, space: Rectangle, *, centred: bool = True) -> bytes:
    """Operators that draw an image XObject in `space`, keeping its width over its height."""
    width = min(space.width, space.height * aspect)
    height = width / aspect
    left = space.x + ((space.width - width) / 2 if centred else 0)
    low = space.y + (space.height - height) / 2
    return f"{width:.3f} 0 0 {height:.3f} {left:.3f} {low:.3f} cm {name} Do\n".encode("ascii")
