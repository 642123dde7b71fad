"""More PDFs from the wild: odd containers, boxes, ciphers and scripts.

Built here byte by byte where no library would write such a thing.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageDraw, ImageOps
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from tests.signing import inputs
from tests.signing.inputs import changed, paper

__all__ = ["CIPHERS", "STRUCTURES", "locked"]

HEBREW_FONT = Path("/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf")
LABEL = (56.7, 28.35)  # 20 by 10 mm


def boxed(media: list[float], crop: list[float] | None = None, turn: int = 0) -> bytes:
    """A page whose boxes are these."""

    def set_boxes(document: pikepdf.Pdf) -> None:
        page = document.pages[0].obj
        page.MediaBox, page.Rotate = Array(media), turn
        if crop is not None:
            page.CropBox = Array(crop)

    return changed(paper(), set_boxes)


def turned_form(degrees: int) -> bytes:
    """A filled, drawn field on a page that is turned."""

    def turn(document: pikepdf.Pdf) -> None:
        document.pages[0].obj.Rotate = degrees

    return changed(inputs.form(), turn)


def drawing() -> Image.Image:
    """Black lines on white."""
    sheet = Image.new("1", (240, 320), 1)
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((30, 40, 210, 280), outline=0, width=6)
    pen.line((30, 40, 210, 280), fill=0, width=8)
    return sheet


def jbig2() -> bytes:
    """A scan in JBIG2 (ISO/IEC 14492): one page, one region, coded in the fax way (MMR)."""
    packed = io.BytesIO()
    drawing().save(packed, "TIFF", compression="group4")
    whole = packed.getvalue()
    with Image.open(io.BytesIO(whole)) as tiff:
        tags = tiff.tag_v2  # type: ignore[attr-defined]
        if tags[262] != 0:  # bits that are set are white here, and black in JBIG2
            packed = io.BytesIO()
            ImageOps.invert(drawing().convert("L")).convert("1").save(
                packed, "TIFF", compression="group4"
            )
            whole = packed.getvalue()
    with Image.open(io.BytesIO(whole)) as tiff:
        tags = tiff.tag_v2  # type: ignore[attr-defined]
        fax = whole[tags[273][0] : tags[273][0] + tags[279][0]]
    page = struct.pack(">IIIIBH", 240, 320, 0, 0, 0, 0)
    region = struct.pack(">IIIIBB", 240, 320, 0, 0, 0, 1) + fax
    data = b"".join(
        struct.pack(">IBBBI", number, kind, 0, 1, len(part)) + part
        for number, (kind, part) in enumerate(((48, page), (38, region)))
    )

    def place(document: pikepdf.Pdf) -> None:
        scan = pikepdf.Stream(document, data, {"/Filter": Name.JBIG2Decode})
        scan.Type, scan.Subtype, scan.Width, scan.Height = Name.XObject, Name.Image, 240, 320
        scan.ColorSpace, scan.BitsPerComponent = Name.DeviceGray, 1
        document.pages[0].obj.Resources = Dictionary(XObject=Dictionary(Scan=scan))
        document.pages[0].obj.Contents = document.make_stream(b"q 480 0 0 640 50 100 cm /Scan Do Q")

    return changed(paper(), place)


def right_to_left() -> bytes:
    """A page in Hebrew: an embedded font, the letters in the order in which they are seen."""
    registerFont(TTFont("Hebrew", str(HEBREW_FONT)))
    output = io.BytesIO()
    canvas = Canvas(output, pagesize=inputs.A4)
    canvas.setFont("Hebrew", 28)
    for number, line in enumerate(("הסכם שכירות", "מספר 118/2026", "חתימת השוכר:")):
        canvas.drawRightString(540, 760 - 44 * number, line[::-1])
    canvas.save()
    return output.getvalue()


def hybrid_with_object_stream() -> bytes:
    """For old readers a table, for new ones an object stream besides (ISO 32000-1, 7.5.8.4).

    The heading's font and the second line of text are only in the object stream.
    """
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 300] /Contents 4 0 R "
        b"/Resources << /Font << /F 5 0 R >> >> >>",
    }
    content = b"BT /F 30 Tf 40 200 Td (Hybrid) Tj 0 -60 Td (umowa najmu) Tj ET"
    objects[4] = _stream(b"", content)
    inner = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>"
    packed = zlib.compress(b"5 0 " + inner)
    objects[6] = _stream(b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", packed)
    body, places = b"%PDF-1.5\n", {}
    for number, written in objects.items():
        places[number] = len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, written)
    rows = struct.pack(">BHB", 2, 6, 0)  # object 5: in stream 6, the first there
    hidden = len(body)
    entries = b"/Type /XRef /Size 8 /W [1 2 1] /Index [5 1] /Root 1 0 R"
    body += b"7 0 obj\n" + _stream(entries, rows) + b"\nendobj\n"
    table = b"xref\n0 8\n"
    for number in range(8):
        at = places.get(number, hidden if number == 7 else 0)
        table += b"%010d %05d %c \n" % (at, 0 if at else 65535, b"n" if at else b"f")
    trailer = b"trailer\n<< /Size 8 /Root 1 0 R /XRefStm %d >>\n" % hidden
    return body + table + trailer + b"startxref\n%d\n%%%%EOF\n" % len(body)


def _stream(entries: bytes, data: bytes) -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(data), data)


def updated(pdf: bytes, times: int = 2) -> bytes:
    """Bars drawn over the first page, each in an incremental update of its own."""
    for number in range(times):
        stream = io.BytesIO(pdf)
        writer = IncrementalPdfFileWriter(stream, strict=False)
        page = writer.root["/Pages"]["/Kids"][0].get_object()
        bar = b"q 0 0 1 rg 100 %d 200 30 re f Q" % (200 + 60 * number)
        added = writer.add_object(generic.StreamObject(stream_data=bar))
        before = page.raw_get("/Contents")
        old = list(before) if isinstance(before, generic.ArrayObject) else [before]
        page[generic.pdf_name("/Contents")] = generic.ArrayObject([*old, added])
        writer.update_container(page)
        output = io.BytesIO()
        writer.write(output)
        pdf = output.getvalue()
    return pdf


def layered() -> bytes:
    """Two layers, one of them off, and a third that shows only while the second does not."""

    def add(document: pikepdf.Pdf) -> None:
        on, off = (
            document.make_indirect(Dictionary(Type=Name.OCG, Name=String(name)))
            for name in ("plan", "draft")
        )
        other = Dictionary(Type=Name.OCMD, OCGs=Array([off]), P=Name.AllOff)
        document.Root.OCProperties = Dictionary(
            OCGs=Array([on, off]), D=Dictionary(ON=Array([on]), OFF=Array([off]))
        )
        page = document.pages[0]
        page.obj.Resources.Properties = Dictionary(On=on, Off=off, Other=other)
        page.contents_add(
            b"/OC /On BDC 1 0 0 rg 80 100 100 100 re f EMC "
            b"/OC /Off BDC 0 1 0 rg 240 100 100 100 re f EMC "
            b"/OC /Other BDC 0 0 1 rg 400 100 100 100 re f EMC"
        )

    return changed(paper(), add)


def layer_for_the_printer() -> bytes:
    """A layer that is on, but for the screen is switched off by its usage (8.11.4.4)."""

    def add(document: pikepdf.Pdf) -> None:
        usage = Dictionary(View=Dictionary(ViewState=Name.OFF))
        layer = document.make_indirect(Dictionary(Type=Name.OCG, Name=String("print"), Usage=usage))
        rule = Dictionary(Event=Name.View, OCGs=Array([layer]), Category=Array([Name.View]))
        document.Root.OCProperties = Dictionary(
            OCGs=Array([layer]), D=Dictionary(ON=Array([layer]), AS=Array([rule]))
        )
        page = document.pages[0]
        page.obj.Resources.Properties = Dictionary(Print=layer)
        page.contents_add(b"/OC /Print BDC 0 0 1 rg 80 100 200 100 re f EMC")

    return changed(paper(), add)


def upright_annotation(degrees: int) -> bytes:
    """A stamp that stays upright (flag 5) on a page turned by an odd number of degrees."""

    def add(document: pikepdf.Pdf) -> None:
        look = document.make_stream(b"0 .5 0 rg 0 0 100 30 re f 1 1 1 rg 5 5 20 20 re f")
        look.Type, look.Subtype, look.BBox = Name.XObject, Name.Form, Array([0, 0, 100, 30])
        stamp = Dictionary(
            Type=Name.Annot,
            Subtype=Name.Stamp,
            Rect=Array([150, 220, 250, 250]),
            F=4 | 16,  # printed, not turned
            AP=Dictionary(N=look),
        )
        page = document.pages[0]
        page.obj.Annots = Array([document.make_indirect(stamp)])
        page.obj.Rotate = degrees

    return changed(paper(), add)


def hex_with_dirt() -> bytes:
    """Page content in hexadecimal digits with line noise between them, which readers pass over."""

    def spoil(document: pikepdf.Pdf) -> None:
        digits = document.pages[0].Contents.read_bytes().hex().encode("ascii")
        dirty = b"\x13".join(digits[start : start + 100] for start in range(0, len(digits), 100))
        document.pages[0].obj.Contents = pikepdf.Stream(
            document, dirty + b">", {"/Filter": Name.ASCIIHexDecode}
        )

    return changed(paper(), spoil)


def framed_links() -> bytes:
    """Links with frames: to a page, into a file, by a script, and one with looks of its own."""

    def add(document: pikepdf.Pdf) -> None:
        drawn = document.make_stream(b"0 1 0 rg 0 0 100 20 re f")
        drawn.Type, drawn.Subtype, drawn.BBox = Name.XObject, Name.Form, Array([0, 0, 100, 20])
        address = Dictionary(S=Name.URI, URI=String("https://example.com/"))
        targets: tuple[dict[str, pikepdf.Object], ...] = (
            {"/Dest": Array([document.pages[0].obj, Name.Fit])},
            {"/A": Dictionary(S=Name.GoToR, F=String("other.pdf"), D=String("x"))},
            {"/A": Dictionary(S=Name.JavaScript, JS=String("EVIL()"))},
            {"/A": address, "/AP": Dictionary(N=drawn)},
        )
        document.pages[0].obj.Annots = Array(
            [
                document.make_indirect(
                    Dictionary(
                        {
                            "/Type": Name.Annot,
                            "/Subtype": Name.Link,
                            "/Rect": Array([100, 500 - 50 * number, 200, 520 - 50 * number]),
                            "/Border": Array([0, 0, 2]),
                            "/C": Array([1, 0, 0]),
                            "/F": 4,
                            **target,
                        }
                    )
                )
                for number, target in enumerate(targets)
            ]
        )

    return changed(paper(), add)


def locked(cipher: str, user: str, owner: str) -> bytes:
    """Encrypted in one of the ways of `CIPHERS`."""
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper())) as document:
        document.save(output, encryption=CIPHERS[cipher](user=user, owner=owner))
    return output.getvalue()


CIPHERS: dict[str, Callable[..., pikepdf.Encryption]] = {
    "RC4, 40 bits": partial(pikepdf.Encryption, R=2, aes=False, metadata=False),
    "RC4, 128 bits": partial(pikepdf.Encryption, R=3, aes=False, metadata=False),
    "AES, 128 bits": partial(pikepdf.Encryption, R=4, aes=True),
    "AES, 256 bits": partial(pikepdf.Encryption, R=6),
}


STRUCTURES: dict[str, Callable[[], bytes]] = {
    "media box with a negative corner": lambda: boxed([-100, -60, 480, 760]),
    "media box written backwards": lambda: boxed([595.276, 841.89, 0, 0]),
    "media box backwards, turned": lambda: boxed([595.276, 0, 0, 841.89], turn=90),
    "crop box beyond the media box": lambda: boxed([0, 0, 595, 842], [-50, -20, 700, 900]),
    "crop box off one side": lambda: boxed([0, 0, 595, 842], [300, 400, 900, 1200]),
    "crop box of no size": lambda: boxed([0, 0, 595, 842], [100, 100, 100, 100]),
    "crop box backwards, off the origin": lambda: boxed([50, 50, 645, 892], [500, 700, 90, 90]),
    "filled field, turned by 90": lambda: turned_form(90),
    "filled field, turned by 180": lambda: turned_form(180),
    "filled field, turned by 270": lambda: turned_form(270),
    "label of 20 by 10 mm": lambda: paper(1, LABEL),
    "JBIG2": jbig2,
    "right to left": right_to_left,
    "hybrid with an object stream": hybrid_with_object_stream,
    "linearised, then updated twice": lambda: updated(inputs.linearised()),
    "object streams, then updated": lambda: updated(inputs.with_xref_stream(), 1),
    "layers": layered,
    "hexadecimal with dirt": hex_with_dirt,
    "framed links": framed_links,
    "without its end": lambda: paper(2).rsplit(b"startxref", 1)[0],
    "the head of a mail before it": lambda: b"X-Mail: long\r\n" * 200 + paper(2) + b"\r\n--end--",
    "its first line lost": lambda: paper(2).split(b"\n", 1)[1],
    "a page with a key many times": lambda: paper(3).replace(
        b"/Type /Page\n", b"/Type /Page\n" + b"/Odd 1\n" * 60, 1
    ),
    "trailer that cannot be read": lambda: paper(2).replace(b"trailer\n<<", b"trailer 3 <<"),
    "upright annotation, turned by -90": lambda: upright_annotation(-90),
    "upright annotation, turned by 450": lambda: upright_annotation(450),
    "a layer for the printer only": layer_for_the_printer,
    "junk on both sides": lambda: b"\r\n\0junk" * 100 + paper() + b"\0" * 3000,
    "line ends of another system": lambda: paper(compressed=False).replace(
        b"\nendobj", b"\rendobj"
    ),
}
