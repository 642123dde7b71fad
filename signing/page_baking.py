"""Makes a page's own geometry plain: upright, whole, starting at (0, 0), in points.

A page may be stored turned (`/Rotate`), cropped (`/CropBox`), off the origin (`/MediaBox`) and in
its own unit (`/UserUnit`); ISO 32000-1, 7.7.3.3. Whoever places a field, a stamp or a signature
on it wants none of that. A page beyond the sizes that readers cope with is brought within them, in
proportion.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal

import pikepdf

from signing.document_font import FONT_KEY
from signing.errors import InputRefused
from signing.page_content import readable_content
from signing.page_geometry import PageSize

__all__ = ["bake_page", "isolate_content", "name_of", "number_of", "separate_annotations"]

US_LETTER = (0.0, 0.0, 612.0, 792.0)  # what readers assume when a page states no size
MAX_PAGE_SIDE = 14_400.0  # points, 200 inches: ISO 32000-1 annex C; a larger page is scaled down
MIN_PAGE_SIDE = 3.0  # points, 1 mm; a smaller page is scaled up
MAX_INHERITANCE = 64  # steps up the page tree; more is a loop
SAVES_AND_RESTORES = re.compile(rb"(?<![^\s\[\]()<>/%])(q|Q)(?![^\s\[\]()<>/%])")

Box = tuple[float, float, float, float]


def separate_annotations(page: pikepdf.Page) -> None:
    """Give the page a list of annotations of its own.

    Pages of one file may share the list, or an annotation in it (ISO 32000-1, 12.5.2 forbids only
    the latter). What is drawn into one page and taken off its list must stay on the other's.

    Args:
        page: The page; it is changed.
    """
    annotations = page.obj.get("/Annots")
    if isinstance(annotations, pikepdf.Array):
        page.obj.Annots = pikepdf.Array(list(annotations))


def isolate_content(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """Give whatever is drawn on the page later a clean graphics state.

    Content that saves and restores the state evenly is put between `q` and `Q`; content that does
    not is wrapped in a form XObject, after which every reader restores the state by itself. So is
    content that calls a font of its own by the name of the one that preparing adds.

    Args:
        pdf: The document of the page.
        page: The page; it is changed.
    """
    _settle_inherited(page)
    contents = page.obj.get("/Contents")
    if contents is None:
        return
    data = readable_content(contents)
    page.obj.Contents = pdf.make_stream(data)
    if _is_balanced(data) and not _names_our_font(page.obj.Resources):
        page.contents_add(b"q\n", prepend=True)
        page.contents_add(b"\nQ\n", prepend=False)
    else:
        _wrap_in_form(pdf, page, _media_box(page), (1, 0, 0, 1, 0, 0))


def bake_page(pdf: pikepdf.Pdf, page: pikepdf.Page) -> PageSize:
    """Bake rotation, crop box, offset and user unit into the page's content.

    Args:
        pdf: The document of the page.
        page: The page, whose content `isolate_content` has isolated; it is changed.

    Returns:
        The size that the page shows, in points.

    Raises:
        InputRefused: `page_too_large` or `page_too_small`, for a page that no scale makes fit.
    """
    box = _visible_box(page)
    turns = _quarter_turns(page)
    unit = _fitting_unit(box, _user_unit(page))
    width, height = (box[2] - box[0]) * unit, (box[3] - box[1]) * unit
    size = PageSize(height, width) if turns % 2 else PageSize(width, height)
    media = _media_box(page)
    if turns or unit != 1 or box != media or media[:2] != (0.0, 0.0):
        matrix = _matrix(box, turns, unit)
        if page.obj.get("/Contents") is not None:
            _wrap_in_form(pdf, page, box, matrix)
        _move_links(page, matrix)
    for key in ("/CropBox", "/Rotate", "/UserUnit"):
        if key in page.obj:
            del page.obj[key]
    page.obj.MediaBox = pikepdf.Array([0, 0, _decimal(size.width), _decimal(size.height)])
    return size


def _settle_inherited(page: pikepdf.Page) -> None:
    """Write onto the page what it inherits from the page tree, its rotation as 0 to 270.

    Whoever flattens annotations that stay upright on a turned page knows no other numbers.
    """
    for key in ("/Resources", "/MediaBox", "/CropBox", "/Rotate"):
        if key in page.obj:
            continue
        value = _inherited(page.obj, key)
        if value is not None:
            page.obj[key] = value
    if not isinstance(page.obj.get("/Resources"), pikepdf.Dictionary):
        page.obj.Resources = pikepdf.Dictionary()
    if "/Rotate" in page.obj:
        page.obj.Rotate = 90 * _quarter_turns(page)


def _inherited(page: pikepdf.Object, key: str) -> pikepdf.Object | None:
    holder = page.get("/Parent")
    for _ in range(MAX_INHERITANCE):
        if not isinstance(holder, pikepdf.Dictionary):
            return None
        if key in holder:
            return holder[key]
        holder = holder.get("/Parent")
    return None


def _names_our_font(resources: pikepdf.Object) -> bool:
    fonts = resources.get("/Font")
    return isinstance(fonts, pikepdf.Dictionary) and FONT_KEY in fonts


def _is_balanced(content: bytes) -> bool:
    depth = 0
    for match in SAVES_AND_RESTORES.finditer(content):
        depth += 1 if match.group(1) == b"q" else -1
        if depth < 0:
            return False
    return depth == 0


def _wrap_in_form(
    pdf: pikepdf.Pdf, page: pikepdf.Page, box: Box, matrix: tuple[float, ...]
) -> None:
    page.contents_coalesce()
    form = pdf.make_stream(page.Contents.read_bytes())
    form.Type = pikepdf.Name.XObject
    form.Subtype = pikepdf.Name.Form
    form.BBox = pikepdf.Array([_decimal(side) for side in box])
    form.Matrix = pikepdf.Array([_decimal(number) for number in matrix])
    form.Resources = page.obj.Resources
    if "/Group" in page.obj:
        form.Group = page.obj.Group
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Content=form))
    page.obj.Contents = pdf.make_stream(b"q\n/Content Do\nQ\n")


def _matrix(box: Box, turns: int, unit: float) -> tuple[float, ...]:
    """From the page's own space to points on the upright page; `turns` are clockwise quarters."""
    left, low, right, top = box
    a, b, c, d, e, f = {
        0: (1, 0, 0, 1, -left, -low),
        1: (0, -1, 1, 0, -low, right),
        2: (-1, 0, 0, -1, right, top),
        3: (0, 1, -1, 0, top, -left),
    }[turns]
    return (a * unit, b * unit, c * unit, d * unit, e * unit, f * unit)


def _visible_box(page: pikepdf.Page) -> Box:
    media = _media_box(page)
    crop = _box(page.obj.get("/CropBox"))
    if crop is None:
        return media
    cut = (
        max(media[0], crop[0]),
        max(media[1], crop[1]),
        min(media[2], crop[2]),
        min(media[3], crop[3]),
    )
    return cut if cut[2] > cut[0] and cut[3] > cut[1] else media


def _media_box(page: pikepdf.Page) -> Box:
    return _box(page.obj.get("/MediaBox")) or US_LETTER


def _box(value: object) -> Box | None:
    if not isinstance(value, pikepdf.Array) or len(value) != 4:
        return None
    numbers = [number_of(item) for item in value]
    x0, y0, x1, y1 = numbers
    if x0 is None or y0 is None or x1 is None or y1 is None:
        return None
    box = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
    return box if box[2] > box[0] and box[3] > box[1] else None


def number_of(value: object) -> float | None:
    """A number from a foreign file, or None when it is none or not finite."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    number = float(value)
    return number if math.isfinite(number) else None


def name_of(value: object) -> str:
    """A name from a foreign file with its slash; empty for anything else and for a broken name."""
    try:
        return str(value) if isinstance(value, pikepdf.Name) else ""
    except UnicodeDecodeError:  # names are bytes, and only meant to be UTF-8 (7.3.5)
        return ""


def _quarter_turns(page: pikepdf.Page) -> int:
    degrees = number_of(page.obj.get("/Rotate"))
    if degrees is None or degrees % 90:
        return 0
    return int(degrees // 90) % 4


def _user_unit(page: pikepdf.Page) -> float:
    unit = number_of(page.obj.get("/UserUnit"))
    return unit if unit is not None and unit > 0 else 1.0


def _fitting_unit(box: Box, unit: float) -> float:
    """Points for each unit of the page, so that it is no larger and no smaller than a page can be.

    A reader shows such a page as it shows any other, to the size of its window.
    """
    longer, shorter = (pick(box[2] - box[0], box[3] - box[1]) for pick in (max, min))
    fitting = max(min(unit, MAX_PAGE_SIDE / longer), MIN_PAGE_SIDE / shorter)
    if longer * fitting <= MAX_PAGE_SIDE * 1.0001:
        return fitting
    if shorter * unit < MIN_PAGE_SIDE:
        raise InputRefused(
            "page_too_small",
            "A page of the PDF is too small to be seen.",
            "Export the document with a real paper size.",
        )
    raise InputRefused(
        "page_too_large",
        "A page of the PDF is larger than any sheet of paper.",
        "Export the document with a real paper size.",
    )


def _move_links(page: pikepdf.Page, matrix: tuple[float, ...]) -> None:
    for link in page.obj.get("/Annots", pikepdf.Array()):
        box = _box(link.get("/Rect"))
        if box is None:
            continue
        x0, y0 = _moved(matrix, box[0], box[1])
        x1, y1 = _moved(matrix, box[2], box[3])
        link.Rect = pikepdf.Array(
            [_decimal(side) for side in (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))]
        )
        if "/QuadPoints" in link:
            del link["/QuadPoints"]  # optional; without them the rectangle counts


def _moved(matrix: tuple[float, ...], x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _decimal(number: float) -> Decimal:
    return Decimal(f"{number:.4f}".rstrip("0").rstrip(".") or "0")
