"""PDFs like those that real collections hold, each cut down to its one oddity and built here.

What `tests.signing.inputs` has is not repeated. Every maker was added for a kind of file that is
common outside, or that once came out differently from how it went in.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageDraw

from tests.signing import inputs
from tests.signing.inputs import changed, paper


def saved(pdf: bytes, **options: object) -> bytes:
    """Saved again by qpdf in another way."""
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(output, **options)  # type: ignore[arg-type]
    return output.getvalue()


def mixed_sizes() -> bytes:
    """A label, a letter, a landscape A3, and each next page turned once more."""
    output = io.BytesIO()
    with pikepdf.new() as document:
        for turn, size in enumerate(((90, 40), (612, 792), (1191, 842), (300, 300))):
            with pikepdf.open(io.BytesIO(paper(1, size))) as one:
                document.pages.extend(one.pages)
            document.pages[-1].obj.Rotate = 90 * turn
        document.save(output)
    return output.getvalue()


def poster() -> bytes:
    """Larger than readers allow, by its unit: 3600 by 36,000 points."""

    def enlarge(document: pikepdf.Pdf) -> None:
        document.pages[0].obj.UserUnit = 10

    return changed(paper(1, (360, 3600)), enlarge)


def speck() -> bytes:
    """A page of two by three points."""
    return paper(1, (2, 3))


def inherited() -> bytes:
    """Resources, media box, crop box and rotation that the page tree states once for all pages."""

    def lift(document: pikepdf.Pdf) -> None:
        tree = document.Root.Pages
        first = document.pages[0].obj
        tree.Resources, tree.MediaBox = first.Resources, first.MediaBox
        tree.CropBox, tree.Rotate = Array([20, 30, 500, 800]), 90
        for page in document.pages:
            for key in ("/Resources", "/MediaBox", "/Rotate"):
                if key in page.obj:
                    del page.obj[key]

    return changed(paper(2), lift)


def looping_page_tree() -> bytes:
    """A page tree that lists its own root as a page, before the pages."""
    plain = changed(paper(2), lambda document: None)
    return plain.replace(b"/Kids [ ", b"/Kids [ 2 0 R ", 1)


def absent_page() -> bytes:
    """The page tree names a page that the file does not hold."""

    def name_nothing(document: pikepdf.Pdf) -> None:
        document.Root.Pages.Kids.append(document.make_indirect(Dictionary(Type=Name.Nothing)))

    return changed(paper(2), name_nothing)


def content_that_breaks_off() -> bytes:
    """A deflated content stream whose end is garbage, as after a bad copy."""

    def spoil(document: pikepdf.Pdf) -> None:
        packed = bytearray(zlib.compress(document.pages[0].Contents.read_bytes() + b"% \n" * 9000))
        packed[-12:] = b"\xff" * 12
        document.pages[0].obj.Contents = pikepdf.Stream(
            document, bytes(packed), {"/Filter": Name.FlateDecode}
        )

    return changed(paper(), spoil)


def shared_annotations() -> bytes:
    """Three pages that share one list of annotations, as merging programs write it."""

    def share(document: pikepdf.Pdf) -> None:
        stamp = document.make_stream(b"1 0 0 rg 0 0 120 60 re f")
        stamp.Type, stamp.Subtype = Name.XObject, Name.Form
        stamp.BBox = Array([0, 0, 120, 60])
        mark = Dictionary(
            Type=Name.Annot,
            Subtype=Name.Stamp,
            Rect=Array([300, 100, 420, 160]),
            AP=Dictionary(N=stamp),
            F=4,
        )
        marks = document.make_indirect(Array([document.make_indirect(mark)]))
        for page in document.pages:
            page.obj.Annots = marks

    return changed(paper(3), share)


def shapes() -> bytes:
    """Every drawn annotation that can leave its looks to the reader."""
    box = {"Rect": Array([60, 400, 200, 480]), "C": Array([0, 0, 1]), "IC": Array([0.7])}
    kinds: list[dict[str, object]] = [
        {"Subtype": Name.Square, **box},
        {"Subtype": Name.Circle, **box, "Rect": Array([300, 400, 500, 480])},
        {"Subtype": Name.Ink, "InkList": Array([Array([60, 200, 120, 280, 180, 200])])},
        {"Subtype": Name.Line, "L": Array([60, 150, 260, 180]), "LE": Array([Name.OpenArrow] * 2)},
        {"Subtype": Name.PolyLine, "Vertices": Array([300, 200, 360, 280, 420, 200])},
        {"Subtype": Name.Polygon, "Vertices": Array([440, 200, 500, 280, 540, 200])},
        {
            "Subtype": Name.FreeText,
            "Contents": String("Zgoda: ćma"),
            "DA": String("1 0 0 rg /H 18 Tf"),
        },
    ]

    def add(document: pikepdf.Pdf) -> None:
        document.pages[0].obj.Annots = Array(
            [
                document.make_indirect(
                    Dictionary(
                        {
                            "/Type": Name.Annot,
                            "/Rect": Array([60, 320, 260, 360]),
                            "/F": 4,
                            "/BS": Dictionary(W=3),
                            **{f"/{key}": value for key, value in kind.items()},
                        }
                    )
                )
                for kind in kinds
            ]
        )

    return changed(paper(), add)


def form_of_all_kinds(*, drawn: bool = False) -> bytes:
    """Text, comb, list, combo, check box, radio button and push button, mostly undrawn."""

    def add(document: pikepdf.Pdf) -> None:
        choices = Array([String("Gdańsk"), String("Kraków"), String("Łódź")])
        on, off = (
            document.make_stream(b"0 g 2 2 12 12 re f"),
            document.make_stream(b"0 0 15 15 re S"),
        )
        for look in (on, off):
            look.Type, look.Subtype, look.BBox = Name.XObject, Name.Form, Array([0, 0, 16, 16])
        combo = {"V": choices[2], "Opt": choices, "Ff": 1 << 17}
        ticked = Dictionary(N=Dictionary(Yes=on, Off=off))
        fields = [
            Dictionary(FT=kind, T=String(name), Rect=Array(list(box)), **more)
            for kind, name, box, more in (
                (Name.Tx, "a", (60, 600, 260, 620), {"V": String("Żółw")}),
                (Name.Ch, "b", (60, 520, 160, 580), {"V": choices[1], "Opt": choices}),
                (Name.Ch, "c", (200, 560, 300, 580), combo),
                (Name.Btn, "d", (60, 480, 76, 496), {"V": Name.Yes, "AS": Name.Yes, "AP": ticked}),
                (Name.Btn, "e", (90, 480, 106, 496), {"AS": Name.Off, "AP": ticked}),
                (Name.Btn, "f", (120, 480, 180, 496), {"Ff": 1 << 16}),
                (Name.Tx, "a", (60, 440, 260, 460), {"V": String("the same name twice")}),
            )
        ]
        for field in fields:
            field.Type, field.Subtype, field.F = Name.Annot, Name.Widget, 4
            field.DA = String("/Helv 11 Tf 0 g")
        whole = Array([document.make_indirect(field) for field in fields])
        document.pages[0].obj.Annots = whole
        document.Root.AcroForm = Dictionary(Fields=whole, DA=String("/Helv 11 Tf 0 g"))
        if not drawn:
            document.Root.AcroForm.NeedAppearances = True

    return changed(paper(), add)


def transparent_spot_colours() -> bytes:
    """A page group, half-transparent overprinting ink and a separation colour."""

    def paint(document: pikepdf.Pdf) -> None:
        page = document.pages[0]
        tint = Dictionary(
            FunctionType=2,
            Domain=Array([0, 1]),
            N=1,
            C0=Array([0, 0, 0, 0]),
            C1=Array([0, 1, 1, 0]),
        )
        page.obj.Resources.ColorSpace = Dictionary(
            Spot=Array([Name.Separation, Name.Czerwony, Name.DeviceCMYK, tint])
        )
        page.obj.Resources.ExtGState = Dictionary(
            Half=Dictionary(ca=0.5, BM=Name.Multiply, OP=True)
        )
        page.obj.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceCMYK, I=True)
        page.contents_add(
            b"q /Half gs /Spot cs 1 scn 80 300 300 200 re f 0.6 scn 200 200 300 200 re f Q"
        )

    return changed(paper(), paint)


def picture(kind: str) -> bytes:
    """A scan: JPEG 2000, CCITT group 4 or JPEG, on a page of its own."""
    sheet = Image.new("L", (240, 320), 255)
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((30, 40, 210, 280), outline=0, width=6)
    pen.line((30, 40, 210, 280), fill=0, width=8)
    packed = io.BytesIO()
    entries: dict[str, object] = {"ColorSpace": Name.DeviceGray, "BitsPerComponent": 8}
    if kind == "CCITTFaxDecode":
        sheet.convert("1").save(packed, "TIFF", compression="group4")
        whole = packed.getvalue()
        with Image.open(io.BytesIO(whole)) as tiff:
            start, size = tiff.tag_v2[273][0], tiff.tag_v2[279][0]  # type: ignore[attr-defined]
            white_is_zero = tiff.tag_v2[262] == 0  # type: ignore[attr-defined]
        data = whole[start : start + size]
        entries["BitsPerComponent"] = 1
        entries["DecodeParms"] = Dictionary(K=-1, Columns=240, Rows=320, BlackIs1=not white_is_zero)
    else:
        sheet.save(packed, "JPEG2000" if kind == "JPXDecode" else "JPEG")
        data = packed.getvalue()

    def place(document: pikepdf.Pdf) -> None:
        scan = pikepdf.Stream(document, data, {"/Filter": Name(f"/{kind}")})
        scan.Type, scan.Subtype, scan.Width, scan.Height = Name.XObject, Name.Image, 240, 320
        for key, value in entries.items():
            scan[f"/{key}"] = value
        document.pages[0].obj.Resources = Dictionary(XObject=Dictionary(Scan=scan))
        document.pages[0].obj.Contents = document.make_stream(b"q 480 0 0 640 50 100 cm /Scan Do Q")

    return changed(paper(), place)


def fonts_not_embedded() -> bytes:
    """Chinese and Hebrew text in fonts that only the reader has."""

    def write(document: pikepdf.Pdf) -> None:
        page = document.pages[0]
        cjk = Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name("/STSong-Light"),
            Encoding=Name("/UniGB-UCS2-H"),
            DescendantFonts=Array(
                [
                    Dictionary(
                        Type=Name.Font,
                        Subtype=Name.CIDFontType0,
                        BaseFont=Name("/STSong-Light"),
                        CIDSystemInfo=Dictionary(
                            Registry=String("Adobe"), Ordering=String("GB1"), Supplement=4
                        ),
                    )
                ]
            ),
        )
        page.obj.Resources.Font.Song = document.make_indirect(cjk)
        page.contents_add(b"BT /Song 30 Tf 100 300 Td <5408540C> Tj ET")

    return changed(paper(), write)


def portfolio() -> bytes:
    """A cover page with a collection of attached files, a script and two sounds."""

    def collect(document: pikepdf.Pdf) -> None:
        document.attachments["umowa.txt"] = b"EVIL"
        document.Root.Collection = Dictionary(Type=Name.Collection, View=Name.D)
        script = Dictionary(S=Name.JavaScript, JS=String("EVIL()"))
        document.Root.OpenAction = script
        document.Root.AA = Dictionary(WP=script)

    return changed(paper(), collect)


def tangled_resources() -> bytes:
    """Form XObjects that all name one another in one resource dictionary, as drawing programs do.

    Seventy such objects have more ways through them than anybody can walk.
    """

    def tangle(document: pikepdf.Pdf) -> None:
        shared = document.make_indirect(Dictionary(XObject=Dictionary()))
        for number in range(30):
            form = document.make_stream(b"0 0 10 10 re f")
            form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 10, 10])
            form.Resources = shared
            shared.XObject[f"/F{number}"] = form
        page = document.pages[0]
        page.obj.Resources.XObject = shared.XObject
        page.contents_add(b"/F7 Do")

    return changed(paper(), tangle)


def with_odd_names() -> bytes:
    """Names that hold a number sign where none may be, in a dictionary and in the trailer."""
    plain = paper(compressed=False)
    return plain.replace(b"/Font <<", b"/Od#e0d 1 /Font <<", 1).replace(
        b"trailer\n<<", b"trailer\n<< /Som#e0hing 1", 1
    )


WILD: dict[str, Callable[[], bytes]] = {
    "mixed sizes, turned": mixed_sizes,
    "poster": poster,
    "speck": speck,
    "A0": lambda: paper(1, (2384, 3370)),
    "inherited": inherited,
    "looping page tree": looping_page_tree,
    "absent page": absent_page,
    "content that breaks off": content_that_breaks_off,
    "shared annotations": shared_annotations,
    "shapes": shapes,
    "form of all kinds": form_of_all_kinds,
    "the same, said to be drawn": lambda: form_of_all_kinds(drawn=True),
    "transparent spot colours": transparent_spot_colours,
    "JPEG 2000": lambda: picture("JPXDecode"),
    "CCITT": lambda: picture("CCITTFaxDecode"),
    "JPEG": lambda: picture("DCTDecode"),
    "fonts not embedded": fonts_not_embedded,
    "portfolio": portfolio,
    "PDF 1.0": lambda: saved(paper(), force_version="1.0"),
    "PDF 2.0": lambda: saved(paper(), force_version="2.0"),
    "owner's password only": lambda: inputs.encrypted(""),
    "linearised, object streams": lambda: saved(
        paper(3), linearize=True, object_stream_mode=pikepdf.ObjectStreamMode.generate
    ),
    "tangled resources": tangled_resources,
    "odd names": with_odd_names,
    "two hundred pages": lambda: paper(200),
}
