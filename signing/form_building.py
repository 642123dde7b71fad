"""Builds the form of a document: fields, their widgets and their still empty appearances.

Everything that a later signer changes exists from the start and only its value and appearance
change: a certified document may have its fields filled and nothing else (ISO 32000-1, 12.8.2.2.2).
Fields for filling are read-only for readers, since only the ceremony fills them. Those whose value
head office has fixed are filled here already.
"""

from __future__ import annotations

import pikepdf
from pikepdf import Array, Dictionary, Name

from signing.document_font import FONT_KEY, DocumentFont
from signing.fields import FieldKind, FieldSpec
from signing.page_geometry import Rectangle
from signing.value_appearance import CHECKED, value_content
from verifier.drawn_text import MAX_INITIALS

__all__ = ["FormBuilder"]

PRINT_AND_LOCKED = 4 | 128  # annotation flags, ISO 32000-1 table 165
READ_ONLY = 1  # field flags, table 221
MULTILINE = 1 << 12  # table 228
PUSH_BUTTON = 1 << 16  # table 226
APPEND_ONLY = 1 | 2  # signature flags, table 219
NO_CHANGES = 1  # DocMDP level of the seal's lock, table 254


class FormBuilder:
    """Adds fields to the pages of one document and writes its form at the end."""

    def __init__(self, pdf: pikepdf.Pdf, font: Dictionary, metrics: DocumentFont) -> None:
        self._pdf = pdf
        self._font = font
        self._metrics = metrics
        self._roots = Array()
        self._groups: dict[str, Dictionary] = {}

    def signature(
        self, name: str, label: str, page: int, rectangle: Rectangle, *, seals: bool = False
    ) -> None:
        """An empty signature field; the sealing one allows no change after itself."""
        field = self._widget(page, rectangle, label)
        field.FT = Name.Sig
        field.T = pikepdf.String(name)
        if seals:
            field.Lock = self._pdf.make_indirect(
                Dictionary(
                    Type=Name.SigFieldLock, Action=Name.Include, Fields=Array(), P=NO_CHANGES
                )
            )
        self._roots.append(field)

    def fill(self, group: str, spec: FieldSpec, text: str) -> None:
        """A field that its signer fills in, or that head office has filled in.

        Args:
            group: Name of the parent of the signer's fields.
            spec: The field.
            text: The fixed value as it is printed; empty where there is none.
        """
        rectangle = spec.placement.rectangle
        field = self._widget(spec.placement.page, rectangle, spec.label)
        if spec.kind is FieldKind.CHECKBOX:
            self._make_checkbox(field, rectangle, ticked=bool(text))
        else:
            field.FT = Name.Tx
            field.Ff = READ_ONLY | (MULTILINE if spec.kind is FieldKind.MULTILINE else 0)
            field.DA = pikepdf.String("/Helv 0 Tf 0 g")
            if spec.kind is FieldKind.INITIALS:  # by which a verifier knows them
                field.MaxLen = MAX_INITIALS
            if text:
                field.V = pikepdf.String(text)
                field.AP = Dictionary(N=self._written(text, spec.kind, rectangle))
        self._join(group, spec.key, field)

    def stamp(self, group: str, key: str, label: str, page: int, rectangle: Rectangle) -> None:
        """A push-button that shows the client's stamp once it is given."""
        field = self._widget(page, rectangle, label)
        field.FT = Name.Btn
        field.Ff = READ_ONLY | PUSH_BUTTON
        field.H = Name.N
        field.MK = Dictionary(TP=1)  # an icon without a caption
        self._join(group, key, field)

    def finish(self) -> None:
        """Write the form into the catalog."""
        helvetica = Dictionary(
            Type=Name.Font,
            Subtype=Name.Type1,
            BaseFont=Name.Helvetica,
            Encoding=Name.WinAnsiEncoding,
        )
        fonts = Dictionary(Helv=self._pdf.make_indirect(helvetica))
        fonts[FONT_KEY] = self._font
        self._pdf.Root.AcroForm = self._pdf.make_indirect(
            Dictionary(
                Fields=self._roots,
                SigFlags=APPEND_ONLY,
                DR=Dictionary(Font=fonts),
                DA=pikepdf.String("/Helv 0 Tf 0 g"),
            )
        )

    def _widget(self, page: int, rectangle: Rectangle, label: str) -> Dictionary:
        holder = self._pdf.pages[page].obj
        widget = self._pdf.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Widget,
                F=PRINT_AND_LOCKED,
                Rect=Array(
                    round(side, 3)
                    for side in (rectangle.x, rectangle.y, rectangle.right, rectangle.top)
                ),
                P=holder,
                TU=pikepdf.String(label),
                AP=Dictionary(N=self._form(rectangle, b"")),
            )
        )
        if "/Annots" not in holder:
            holder.Annots = Array()
        holder.Annots.append(widget)
        return widget

    def _join(self, group: str, key: str, field: Dictionary) -> None:
        if group not in self._groups:
            parent = self._pdf.make_indirect(Dictionary(T=pikepdf.String(group), Kids=Array()))
            self._groups[group] = parent
            self._roots.append(parent)
        field.T = pikepdf.String(key)
        field.Parent = self._groups[group]
        self._groups[group].Kids.append(field)

    def _make_checkbox(self, field: Dictionary, rectangle: Rectangle, *, ticked: bool) -> None:
        field.FT = Name.Btn
        field.Ff = READ_ONLY
        field.V = field.AS = Name(CHECKED) if ticked else Name.Off
        states = Dictionary(Off=self._form(rectangle, b""))
        states[CHECKED] = self._form(rectangle, _tick(rectangle.width, rectangle.height))
        field.AP = Dictionary(N=states)

    def _written(self, text: str, kind: FieldKind, rectangle: Rectangle) -> pikepdf.Stream:
        content = value_content(text, kind, self._metrics, rectangle.width, rectangle.height)
        form = self._form(rectangle, content)
        fonts = Dictionary()
        fonts[FONT_KEY] = self._font
        form.Resources = Dictionary(Font=fonts)
        return form

    def _form(self, rectangle: Rectangle, content: bytes) -> pikepdf.Stream:
        form = self._pdf.make_stream(content)
        form.Type = Name.XObject
        form.Subtype = Name.Form
        form.BBox = Array([0, 0, round(rectangle.width, 3), round(rectangle.height, 3)])
        return form


def _tick(width: float, height: float) -> bytes:
    side = min(width, height)
    left, low = (width - side) / 2, (height - side) / 2
    points = [(0.2, 0.5), (0.42, 0.24), (0.82, 0.8)]
    (x0, y0), (x1, y1), (x2, y2) = ((left + side * x, low + side * y) for x, y in points)
    return (
        f"q 0.05 0.1 0.45 RG {side * 0.11:.2f} w 1 J 1 j "
        f"{x0:.2f} {y0:.2f} m {x1:.2f} {y1:.2f} l {x2:.2f} {y2:.2f} l S Q\n"
    ).encode("ascii")
