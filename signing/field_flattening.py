"""Draws the fields of a foreign form that left their looks to the reader.

A form may say that readers shall draw its text fields (`/NeedAppearances`), or simply give a field
no appearance. Readers then do, each in its own way; before the fields become page content, that
has to be settled. Text is drawn in our own font, so Polish and Ukrainian values come out right,
with the border, the colour, the size and the alignment that the field asks for
(ISO 32000-1, 12.7.3.3 and 12.5.6.19). A list shows its choices, the chosen ones marked. A password
field shows asterisks, as on every screen. Check boxes and radio buttons are those of
`signing.button_looks`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

import pikepdf
from pikepdf import Array, Dictionary, Name

from signing.button_looks import PUSH_BUTTON, RADIO, settle_button
from signing.document_font import FONT_KEY, DocumentFont, document_font, embed_font
from signing.page_baking import number_of
from signing.text_layout import LINE_SPACING, lay_out, text_content

__all__ = ["draw_missing_appearances"]

MULTILINE = 1 << 12  # field flags, ISO 32000-1 table 228
PASSWORD = 1 << 13
COMBO = 1 << 17  # a choice field that shows one value; without it, a list of all
CHOSEN = "0.600 0.757 0.855 rg"  # the colour behind a chosen line of a list
MAX_CHOICES = 5000  # of one list
AUTOMATIC_SIZE = 12.0  # points, at most, where a field of many lines says "automatic"
AUTOMATIC_PART = 0.75  # of the height of a field of one line that says so
MAX_INHERITANCE = 32  # steps up the field tree; more is a loop
MAX_VALUE_CHARACTERS = 20_000  # of one field
SIZE = re.compile(r"([\d.]+)\s+Tf\b")
COLOUR = re.compile(r"((?:[\d.]+\s+){1,4}(?:g|rg|k))\b")
TURNS = {90: (0, 1, -1, 0, 0, 0), 180: (-1, 0, 0, -1, 0, 0), 270: (0, -1, 1, 0, 0, 0)}
OPERATORS = {1: ("g", "G"), 3: ("rg", "RG"), 4: ("k", "K")}


@dataclass(frozen=True)
class _Style:
    size: float  # points, 0 is automatic
    colour: str  # operator that sets the fill colour
    align: float  # 0 left, 0.5 centre, 1 right
    multiline: bool


def draw_missing_appearances(pdf: pikepdf.Pdf) -> None:
    """Give every text or choice field that needs one an appearance of its own.

    Fields whose value has letters that our font lacks are left to qpdf's simpler drawing.

    Args:
        pdf: The open document; it is changed.
    """
    form = pdf.Root.get("/AcroForm")
    if not isinstance(form, Dictionary):
        return
    if "/XFA" in form:
        del form["/XFA"]
    redraw_all = form.get("/NeedAppearances", False) is True
    painter = _Painter(pdf, form)
    for page in pdf.pages:
        annotations = page.obj.get("/Annots")
        for widget in annotations if isinstance(annotations, Array) else ():
            if isinstance(widget, Dictionary) and widget.get("/Subtype") == Name.Widget:
                painter.settle(widget, redraw=redraw_all)
    if painter.left_to_qpdf:
        states = [(button, button.AS) for button in painter.buttons if "/AS" in button]
        form.NeedAppearances = True
        pdf.generate_appearance_streams()
        for button, state in states:  # qpdf would let the field's value decide
            button.AS = state
    if "/NeedAppearances" in form:
        del form["/NeedAppearances"]


class _Painter:
    """Draws widgets of one document, embedding the font when the first one needs it."""

    def __init__(self, pdf: pikepdf.Pdf, form: Dictionary) -> None:
        self._pdf = pdf
        self._form = form
        self._font: DocumentFont = document_font()
        self._embedded: Dictionary | None = None
        self.left_to_qpdf = False
        self.buttons: list[Dictionary] = []

    def settle(self, widget: Dictionary, *, redraw: bool) -> None:
        """Draw one widget if it needs it."""
        kind = _inherited(widget, "/FT")
        flags = _inherited(widget, "/Ff")
        flags = flags if isinstance(flags, int) else 0
        if kind == Name.Btn and not flags & PUSH_BUTTON:
            size = _size(widget)
            frame, _ = _frame(widget, *size)
            value, radio = _inherited(widget, "/V"), bool(flags & RADIO)
            settle_button(self._pdf, widget, value, size, radio=radio, frame=frame)
            self.buttons.append(widget)
        if kind not in (Name.Tx, Name.Ch):
            return
        hides = kind == Name.Tx and bool(flags & PASSWORD)
        if "/AP" in widget and not redraw and not hides:
            return
        if kind == Name.Ch and not flags & COMBO:
            self._draw_list(widget, _style(widget, self._form, multiline=True))
            return
        text = _value(widget)
        if hides:
            text = "*" * len(text)
        if not self._font.can_write(text.replace("\n", "")):
            self.left_to_qpdf = True
            return
        multiline = kind == Name.Tx and bool(flags & MULTILINE)
        self._draw(widget, text, _style(widget, self._form, multiline=multiline))

    def _draw(self, widget: Dictionary, text: str, style: _Style) -> None:
        width, height = _turned_size(widget)
        frame, border = _frame(widget, width, height)
        content = frame
        if text and width > 0 and height > 0:
            content += (
                b"/Tx BMC\nq\n" + self._text(text, style, width, height, border) + b"Q\nEMC\n"
            )
        self._give(widget, content, width, height)

    def _draw_list(self, widget: Dictionary, style: _Style) -> None:
        """The lines of a list that its box has room for, from the one that was scrolled to."""
        lines, chosen = _choices(widget), set(_value(widget).split("\n"))
        if not all(self._font.can_write(shown) for _, shown in lines) and "/AP" in widget:
            return
        width, height = _turned_size(widget)
        frame, border = _frame(widget, width, height)
        size = style.size or AUTOMATIC_SIZE
        step, margin = LINE_SPACING * size, border + 2.0
        first = _inherited(widget, "/TI")
        begin = max(0, first) if isinstance(first, int) else 0
        parts, top = [frame, b"/Tx BMC\nq\n"], height - border - 1.0
        for value, shown in lines[begin:]:
            if top <= 0:
                break
            if chosen & {value, shown}:
                box = f"{border:.2f} {top - step:.2f} {width - 2 * border:.2f} {step:.2f}"
                parts.append(f"{CHOSEN} {box} re f\n".encode("ascii"))
            if self._font.can_write(shown):
                line = lay_out(shown, self._font, 10 * width, step, largest=size, wrap=False)
                drawn = text_content(line, self._font, margin, top, room=10 * width)
                parts.append(drawn.replace(b"0.00 g", style.colour.encode("ascii"), 1))
            top -= step
        self._give(widget, b"".join([*parts, b"Q\nEMC\n"]), width, height)

    def _give(self, widget: Dictionary, content: bytes, width: float, height: float) -> None:
        if width <= 0 or height <= 0:
            return
        if self._embedded is None:
            self._embedded = embed_font(self._pdf)
        fonts = Dictionary()
        fonts[FONT_KEY] = self._embedded
        form = self._pdf.make_stream(content)
        form.Type, form.Subtype = Name.XObject, Name.Form
        form.BBox = Array([0, 0, round(width, 3), round(height, 3)])
        form.Resources = Dictionary(Font=fonts)
        if _turn(widget) in TURNS:
            form.Matrix = Array(TURNS[_turn(widget)])
        widget.AP = Dictionary(N=form)

    def _text(self, text: str, style: _Style, width: float, height: float, border: float) -> bytes:
        margin = min(border + 2.0, width / 4)
        padding = min(border + 1.0, height / 8)
        room = width - 2 * margin
        automatic = min(AUTOMATIC_SIZE, height) if style.multiline else AUTOMATIC_PART * height
        size = style.size or automatic
        # Readers centre one line in its field even where the field is lower than the line.
        space = height - 2 * padding if style.multiline else max(height, LINE_SPACING * size)
        layout = lay_out(text, self._font, room, space, largest=size, wrap=style.multiline)
        top = height - padding if style.multiline else (height + layout.height()) / 2
        drawn = text_content(layout, self._font, margin, top, room=room, align=style.align)
        return drawn.replace(b"0.00 g", style.colour.encode("ascii"), 1)


def _size(widget: Dictionary) -> tuple[float, float]:
    rect = widget.get("/Rect")
    sides = [number_of(side) for side in rect] if isinstance(rect, Array) else []
    if len(sides) != 4:
        return 0.0, 0.0
    left, low, right, top = (side or 0.0 for side in sides)
    return abs(right - left), abs(top - low)


def _turn(widget: Dictionary) -> int:
    """Degrees by which the field's text is turned against the page, anti-clockwise (table 189)."""
    looks = widget.get("/MK")
    degrees: object = looks.get("/R") if isinstance(looks, Dictionary) else None
    return degrees % 360 if isinstance(degrees, int) else 0


def _turned_size(widget: Dictionary) -> tuple[float, float]:
    """Width and height as the field's text sees them."""
    width, height = _size(widget)
    return (height, width) if _turn(widget) in (90, 270) else (width, height)


def _choices(widget: Dictionary) -> list[tuple[str, str]]:
    """Value and shown text of each line (ISO 32000-1, 12.7.4.4)."""
    options = _inherited(widget, "/Opt")
    lines = []
    for option in list(options)[:MAX_CHOICES] if isinstance(options, Array) else ():
        pair = list(option) if isinstance(option, Array) else [option, option]
        if len(pair) == 2 and all(isinstance(part, pikepdf.String) for part in pair):
            lines.append((str(pair[0]), str(pair[1]).replace("\n", " ").replace("\r", " ")))
    return lines


def _style(widget: Dictionary, form: Dictionary, *, multiline: bool) -> _Style:
    default = _inherited(widget, "/DA")
    if default is None:
        default = form.get("/DA")
    operators = str(default) if default is not None else ""
    size, colour = SIZE.search(operators), COLOUR.search(operators)
    quadding = _inherited(widget, "/Q")
    return _Style(
        size=float(size.group(1)) if size else 0.0,
        colour=colour.group(1) if colour else "0 g",
        align={1: 0.5, 2: 1.0}.get(quadding, 0.0) if isinstance(quadding, int) else 0.0,
        multiline=multiline,
    )


def _frame(widget: Dictionary, width: float, height: float) -> tuple[bytes, float]:
    """Operators for background and border, and the border's width."""
    looks = widget.get("/MK")
    if not isinstance(looks, Dictionary):
        return b"", 0.0
    parts = []
    background, line = _colour(looks.get("/BG"), 0), _colour(looks.get("/BC"), 1)
    if background:
        parts.append(f"{background} 0 0 {width:.3f} {height:.3f} re f")
    thickness = 0.0
    if line:
        style = widget.get("/BS")
        given = style.get("/W", 1) if isinstance(style, Dictionary) else 1
        thickness = float(given) if isinstance(given, int | Decimal) else 1.0
    if line and thickness > 0:
        inner = thickness / 2
        parts.append(
            f"{line} {thickness:.2f} w {inner:.2f} {inner:.2f} "
            f"{width - thickness:.3f} {height - thickness:.3f} re S"
        )
    return ("q " + " ".join(parts) + " Q\n").encode("ascii") if parts else b"", thickness


def _colour(components: object, which: int) -> str:
    if not isinstance(components, Array) or len(components) not in OPERATORS:
        return ""
    numbers = " ".join(f"{number_of(number) or 0.0:.3f}" for number in components)
    return f"{numbers} {OPERATORS[len(components)][which]}"


def _value(widget: Dictionary) -> str:
    value = _inherited(widget, "/V")
    chosen = list(value) if isinstance(value, Array) else [value]
    texts = [str(item) for item in chosen if isinstance(item, pikepdf.String)]
    text = "\n".join(texts)[:MAX_VALUE_CHARACTERS]
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")


def _inherited(field: pikepdf.Object, key: str) -> object:
    holder: object = field
    for _ in range(MAX_INHERITANCE):
        if not isinstance(holder, Dictionary):
            return None
        if key in holder:
            return holder[key]
        holder = holder.get("/Parent")
    return None
