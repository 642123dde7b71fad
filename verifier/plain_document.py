"""What a sealed document may hold beside its pages, so that every reader shows the same.

Head office keeps of a PDF what shows, and drops what runs, reaches out or hides
(`signing.active_content`). Whoever prepares documents without it could let a director certify a
script, a second form in XFA, layers for paper alone, or notes that one reader draws and another
does not. What head office never leaves in a document is not genuine (docs/genuine-pdf.md 4d).
"""

from __future__ import annotations

from typing import Any, Final

from verifier.findings import Refused
from verifier.form_fields import form_fields
from verifier.page_tree import page_annotations, pages_of
from verifier.same_objects import raw_entry

__all__ = ["OTHER_ACTIONS", "USAGES", "check_document", "check_part"]

_CATALOG: Final = frozenset(
    {
        *("/Type", "/Pages", "/PageLabels", "/Names", "/Dests", "/Outlines", "/PageLayout"),
        *("/Lang", "/OCProperties", "/OutputIntents", "/AcroForm", "/Extensions", "/Perms"),
        *("/ViewerPreferences", "/Version"),
    }
)
_PAGE: Final = frozenset(
    {
        *("/Type", "/Parent", "/Resources", "/MediaBox", "/Contents", "/Group", "/Annots"),
    }
)
"""A page is upright, whole and in points: head office bakes in what says otherwise."""
_ROUNDED_POINTS: Final = 0.02
"""How far a field may stand over the edge of its page."""
_ONE_ENTRY: Final = {
    "/Names": "/Dests",
    "/Perms": "/DocMDP",
    "/ViewerPreferences": "/DisplayDocTitle",  # which pages are printed is one of the others
}
_LINK: Final = frozenset(
    {
        *("/Type", "/Subtype", "/Rect", "/QuadPoints", "/Border", "/BS", "/C", "/H", "/F"),
        *("/Dest", "/A"),
    }
)
_ACTION: Final = frozenset({"/S", "/D", "/URI"})
_SAFE_ACTIONS: Final = frozenset({"/GoTo", "/URI"})
OTHER_ACTIONS: Final = frozenset(
    {
        *("/JavaScript", "/Launch", "/GoToR", "/GoToE", "/SubmitForm", "/ResetForm", "/Hide"),
        *("/ImportData", "/SetOCGState", "/Rendition", "/RichMediaExecute", "/GoTo3DView"),
    }
)
"""Kinds of actions (/S) that a document may hold nowhere."""
USAGES: Final = frozenset(
    {
        *("/CreatorInfo", "/Language", "/Export", "/Zoom", "/Print", "/View", "/User"),
        "/PageElement",
    }
)
"""What a layer's /Usage may speak of (ISO 32000-2 table 100); readers ask for no /Type of it."""
_ELSEWHERE: Final = frozenset({"/F", "/FFilter", "/FDecodeParms", "/Alternates", "/OPI", "/Ref"})
"""Entries by which a stream, picture or form is another one, in another file or on paper."""


def check_document(reader: Any) -> None:
    """Check catalog, pages and annotations; `check_part` is for all objects below them.

    Args:
        reader: pyHanko's reader of the file up to the end of its last signature, or of a document
            that has neither signatures nor a form yet.

    Raises:
        Refused: `readers_may_differ`.
    """
    catalog = reader.root
    _check_keys(catalog, _CATALOG)
    for key, kept in _ONE_ENTRY.items():
        if key in catalog:
            _check_keys(catalog[key], frozenset({kept}))
    layers = raw_entry(catalog, "/OCProperties")
    layers = {} if layers is None else layers.get_object()
    if "/Configs" in layers or ("/D" in layers and "/AS" in layers["/D"]):
        raise Refused("readers_may_differ", what="/OCProperties")
    form = raw_entry(catalog, "/AcroForm")
    listed = () if form is None else form_fields(form.get_object())
    fields = {field.container_ref.idnum for _, field in listed}
    shown = list[int | None]()
    for page in pages_of(catalog["/Pages"]):
        _check_keys(page, _PAGE)
        for number, annotation in page_annotations(page):
            if annotation["/Subtype"] == "/Link":
                _check_link(annotation)
            elif number not in fields or not _lies_on(page, annotation["/Rect"]):
                raise Refused("readers_may_differ", what=str(annotation["/Subtype"]))
            else:
                shown.append(number)
    if len(shown) != len(fields) or set(shown) != fields:
        raise Refused("readers_may_differ", what="/Annots")  # a field that shows nowhere, or twice


def check_part(part: Any) -> None:
    """Check an object, or a part of one, wherever it is used.

    Args:
        part: a dictionary or a stream, as pyHanko reads it.

    Raises:
        Refused: `readers_may_differ`.
    """
    from pyhanko.pdf_utils.generic import DictionaryObject, StreamObject

    if isinstance(part, StreamObject):
        for key in _ELSEWHERE:
            if key in part:
                raise Refused("readers_may_differ", what=key)
        if _name(part, "/Subtype") == "/PS" and part.encoded_data:
            raise Refused("readers_may_differ", what="/PS")
    if _name(part, "/S") in OTHER_ACTIONS:
        raise Refused("readers_may_differ", what=_name(part, "/S"))
    if "/Usage" in part:
        usage = part["/Usage"]
        if isinstance(usage, DictionaryObject) and not USAGES.isdisjoint(usage):
            raise Refused("readers_may_differ", what="/Usage")


def _name(part: Any, key: str) -> str:
    """A name or a text in a part, wherever it is written; empty for anything else."""
    value = part[key] if key in part else ""  # noqa: SIM401 - `get` would not follow a reference
    return value if isinstance(value, str) else ""


def _check_keys(entries: Any, known: frozenset[str]) -> None:
    for key in entries:
        if key not in known:
            raise Refused("readers_may_differ", what=str(key))


def _check_link(link: Any) -> None:
    _check_keys(link, _LINK)
    if "/A" in link:
        _check_keys(link["/A"], _ACTION)
        if link["/A"]["/S"] not in _SAFE_ACTIONS:
            raise Refused("readers_may_differ", what=str(link["/A"]["/S"]))


def _lies_on(page: Any, rectangle: Any) -> bool:
    """Tell whether a rectangle lies on a page, where it can be seen."""
    left, low, right, top = (float(side) for side in rectangle)
    corner = [float(side) for side in page["/MediaBox"]]
    return (
        corner[0] - _ROUNDED_POINTS <= left <= right <= corner[2] + _ROUNDED_POINTS
        and corner[1] - _ROUNDED_POINTS <= low <= top <= corner[3] + _ROUNDED_POINTS
    )
