"""Whether a PDF from outside already carries an electronic signature.

Normalising rewrites a file, which destroys every signature in it, so such a file is refused
instead. Looked at are the form's field tree, and widgets on pages that no form lists.
"""

from __future__ import annotations

from collections.abc import Iterator

import pikepdf

__all__ = ["MAX_FORM_FIELDS", "has_signatures"]

MAX_FORM_FIELDS = 50_000  # more are an attack on patience, not a form


def has_signatures(pdf: pikepdf.Pdf) -> bool:
    """Whether any signature or document timestamp stands in the file.

    Usage rights (`/Perms /UR3`) do not count: they are a vendor's licence, nobody's signature.
    """
    permissions = pdf.Root.get("/Perms")
    if isinstance(permissions, pikepdf.Dictionary) and "/DocMDP" in permissions:
        return True
    return any(_is_signed(field) for field in _fields(pdf))


def _is_signed(field: pikepdf.Dictionary) -> bool:
    value = field.get("/V")
    if not isinstance(value, pikepdf.Dictionary):
        return False
    return _inherited_type(field) == pikepdf.Name.Sig or "/ByteRange" in value


def _inherited_type(field: pikepdf.Dictionary) -> object:
    holder: object = field
    for _ in range(32):  # deeper field trees do not exist, loops do
        if not isinstance(holder, pikepdf.Dictionary):
            return None
        if "/FT" in holder:
            return holder.get("/FT")
        holder = holder.get("/Parent")
    return None


def _fields(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Dictionary]:
    form = pdf.Root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary):
        yield from _tree(form.get("/Fields"))
    for page in pdf.pages:
        for annotation in _items(page.obj.get("/Annots")):
            if annotation.get("/Subtype") == pikepdf.Name.Widget:
                yield annotation


def _tree(roots: object) -> Iterator[pikepdf.Dictionary]:
    waiting = list(_items(roots))
    seen: set[tuple[int, int]] = set()
    while waiting and len(seen) < MAX_FORM_FIELDS:
        field = waiting.pop()
        if field.is_indirect:
            if field.objgen in seen:
                continue
            seen.add(field.objgen)
        yield field
        waiting.extend(_items(field.get("/Kids")))


def _items(array: object) -> Iterator[pikepdf.Dictionary]:
    if isinstance(array, pikepdf.Array):
        for item in array:
            if isinstance(item, pikepdf.Dictionary):
                yield item
