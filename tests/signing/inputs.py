"""PDFs as the world makes them, built here so that each has exactly one oddity."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from reportlab.lib.colors import black, red
from reportlab.pdfgen.canvas import Canvas

from tests.signing.house import director_signed

A4 = (595.276, 841.89)


def paper(pages: int = 1, size: tuple[float, float] = A4, *, compressed: bool = True) -> bytes:
    """Ordinary pages with a heading, an arrow that shows where up is, and a frame."""
    output = io.BytesIO()
    canvas = Canvas(output, pagesize=size, pageCompression=int(compressed))
    width, height = size
    for number in range(1, pages + 1):
        canvas.setStrokeColor(red)
        canvas.rect(0.05 * width, 0.05 * height, 0.9 * width, 0.9 * height)
        canvas.setFillColor(black)
        canvas.setFont("Helvetica", max(2.0, height / 30))
        canvas.drawString(0.1 * width, 0.85 * height, f"Page {number}")
        canvas.setStrokeColor(black)
        canvas.line(0.5 * width, 0.3 * height, 0.5 * width, 0.7 * height)
        canvas.line(0.5 * width, 0.7 * height, 0.45 * width, 0.6 * height)
        canvas.showPage()
    canvas.save()
    return output.getvalue()


def blank(size: tuple[float, float] = A4) -> bytes:
    """One page without any content stream."""
    output = io.BytesIO()
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=size)
        if "/Contents" in page.obj:
            del page.obj["/Contents"]
        document.save(output)
    return output.getvalue()


def changed(pdf: bytes, change: Callable[[pikepdf.Pdf], None]) -> bytes:
    """A PDF after a change by pikepdf."""
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        change(document)
        document.save(output)
    return output.getvalue()


def rotated(degrees: int) -> bytes:
    """Turned pages."""

    def turn(document: pikepdf.Pdf) -> None:
        for page in document.pages:
            page.obj.Rotate = degrees

    return changed(paper(), turn)


def offset() -> bytes:
    """A media box that starts far from the origin, its content there too."""

    def shift(document: pikepdf.Pdf) -> None:
        page = document.pages[0]
        page.obj.MediaBox = Array([-200, 300, 395.276, 1141.89])
        page.contents_add(b"1 0 0 1 -200 300 cm\n", prepend=True)

    return changed(paper(), shift)


def cropped() -> bytes:
    """A crop box that shows the middle of the page."""

    def crop(document: pikepdf.Pdf) -> None:
        document.pages[0].obj.CropBox = Array([100, 200, 500, 700])

    return changed(paper(), crop)


def in_own_unit() -> bytes:
    """A page whose unit is 2/72 inch."""

    def scale(document: pikepdf.Pdf) -> None:
        document.pages[0].obj.UserUnit = 2

    return changed(paper(1, (300, 400)), scale)


def unbalanced() -> bytes:
    """Content that moves the origin and never restores it."""

    def leave_open(document: pikepdf.Pdf) -> None:
        document.pages[0].contents_add(b"q 2 0 0 2 50 50 cm\n", prepend=False)

    return changed(paper(), leave_open)


def with_xref_stream() -> bytes:
    """Object streams and a cross-reference stream."""
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper(3))) as document:
        document.save(output, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return output.getvalue()


def linearised() -> bytes:
    """Arranged for the web."""
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper(3))) as document:
        document.save(output, linearize=True)
    return output.getvalue()


def with_broken_xref() -> bytes:
    """Every offset in the cross-reference table is wrong."""
    return paper(2).replace(b"startxref\n", b"startxref\n9", 1).replace(b"0000000", b"0000900", 4)


def hybrid() -> bytes:
    """A classic table whose trailer also names a cross-reference stream (ISO 32000-1, 7.5.8.4)."""
    pdf = paper()
    entry = b"/XRefStm 15\n"
    return pdf.replace(b"trailer\n<<\n", b"trailer\n<<\n" + entry, 1)


def encrypted(user: str, owner: str = "owner") -> bytes:
    """Protected with AES-256."""
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper())) as document:
        document.save(output, encryption=pikepdf.Encryption(user=user, owner=owner, R=6))
    return output.getvalue()


def form(*, appearances: bool = True, xfa: bool = False) -> bytes:
    """A filled text field, its appearance drawn or left to the reader."""

    def add(document: pikepdf.Pdf) -> None:
        page = document.pages[0]
        font = document.make_indirect(
            Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        )
        field = document.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Widget,
                FT=Name.Tx,
                T=String("name"),
                V=String("Kowalski"),
                DA=String("/Helv 12 Tf 0 g"),
                Rect=Array([100, 500, 300, 520]),
                F=4,
            )
        )
        if appearances:
            drawn = document.make_stream(b"/Tx BMC q BT /Helv 12 Tf 2 5 Td (Kowalski) Tj ET Q EMC")
            drawn.Type, drawn.Subtype = Name.XObject, Name.Form
            drawn.BBox = Array([0, 0, 200, 20])
            drawn.Resources = Dictionary(Font=Dictionary(Helv=font))
            field.AP = Dictionary(N=drawn)
        page.obj.Annots = Array([field])
        acroform = Dictionary(
            Fields=Array([field]),
            DR=Dictionary(Font=Dictionary(Helv=font)),
            DA=String("/Helv 0 Tf 0 g"),
        )
        if not appearances:
            acroform.NeedAppearances = True
        if xfa:
            acroform.XFA = document.make_stream(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>")
        document.Root.AcroForm = document.make_indirect(acroform)

    return changed(paper(), add)


def reviewed() -> bytes:
    """Highlighted and struck-out text whose looks are left to the reader."""

    def mark(document: pikepdf.Pdf) -> None:
        corners = [60, 760, 300, 760, 60, 700, 300, 700]
        document.pages[0].obj.Annots = Array(
            [
                document.make_indirect(
                    Dictionary(
                        Type=Name.Annot,
                        Subtype=kind,
                        Rect=Array([60, 700, 300, 760]),
                        QuadPoints=Array([point + shift for point in corners]),
                        C=Array(colour),
                        F=4,
                    )
                )
                for kind, colour, shift in (
                    (Name.Highlight, [0.1, 0.3, 0.2], 0),
                    (Name.StrikeOut, [1, 0, 0], -80),
                )
            ]
        )

    return changed(paper(), mark)


def dynamic_form() -> bytes:
    """An XFA form that only its own program can show."""

    def mark(document: pikepdf.Pdf) -> None:
        document.Root.NeedsRendering = True

    return changed(form(xfa=True), mark)


def with_active_content() -> bytes:
    """Scripts, launch actions and an attachment, in every place where readers look for them."""

    def arm(document: pikepdf.Pdf) -> None:
        script = Dictionary(S=Name.JavaScript, JS=String("app.alert('EVIL')"))
        launch = Dictionary(S=Name.Launch, F=String("EVIL.exe"))
        document.Root.OpenAction = script
        document.Root.AA = Dictionary(WC=script)
        names = document.make_indirect(Dictionary(Names=Array([String("x"), script])))
        document.Root.Names = Dictionary(JavaScript=names)
        page = document.pages[0].obj
        page.AA = Dictionary(O=script)
        safe = Dictionary(S=Name.URI, URI=String("https://example.com/"), Next=script)
        page.Annots = Array(
            [
                document.make_indirect(
                    Dictionary(
                        Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 50, 50]), A=action
                    )
                )
                for action in (launch, safe)
            ]
        )
        document.attachments["EVIL.txt"] = b"EVIL"

    return changed(paper(), arm)


def without_pages() -> bytes:
    """A file with an empty page tree."""
    output = io.BytesIO()
    with pikepdf.new() as document:
        document.save(output)
    return output.getvalue()


@cache
def signed() -> bytes:
    """A document that a director has signed already."""
    with tempfile.TemporaryDirectory() as folder:
        return director_signed(paper(), Path(folder)).read_bytes()


def turn_left(document: pikepdf.Pdf) -> None:
    """Turn every page by a quarter, with everything that lies on it."""
    for page in document.pages:
        page.obj.Rotate = 270
