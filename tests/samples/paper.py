"""Typesetting of the sample contracts: Liberation faces, justified text, captioned dotted lines.

Every dotted line, tick box and signature spot notes where on the finished page it was drawn.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportlab import rl_config
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from signing.fields import Placement
from tests.samples.sample import COMPANY, COMPANY_LINES

__all__ = ["SANS", "SERIF", "Blank", "Face", "Paper", "typeset"]

FONT_FOLDERS = (
    Path("/usr/share/fonts/truetype/liberation"),
    Path("/usr/share/fonts/truetype/liberation2"),
)
# As signing.certificate_page has it: whoever is imported first, the bytes are the same.
rl_config.useA85 = 0
INK = HexColor("#16202b")
PALE = HexColor("#5c6b78")
LEAF = HexColor("#2f6f4f")
MARGIN = 62.0
LINE_HEIGHT = 17.0
"""Height of what may be written above a dotted line, in points."""
SIGNATURE_HEIGHT = 56.0
STAMP_SIZE = (150.0, 64.0)
TICK_SIZE = 12.0


@dataclass(frozen=True)
class Face:
    """A family of four styles, registered with reportlab under its own name."""

    name: str

    def register(self) -> None:
        """Load the four styles from Debian's fonts-liberation."""
        for style in ("Regular", "Bold", "Italic", "BoldItalic"):
            files = [folder / f"{self.name}-{style}.ttf" for folder in FONT_FOLDERS]
            found = next((file for file in files if file.exists()), None)
            if found is None:
                message = f"{self.name}-{style}.ttf is missing: install Debian's fonts-liberation"
                raise FileNotFoundError(message)
            pdfmetrics.registerFont(TTFont(f"{self.name}-{style}", str(found)))
        pdfmetrics.registerFontFamily(
            f"{self.name}-Regular",
            normal=f"{self.name}-Regular",
            bold=f"{self.name}-Bold",
            italic=f"{self.name}-Italic",
            boldItalic=f"{self.name}-BoldItalic",
        )


SERIF = Face("LiberationSerif")
SANS = Face("LiberationSans")


@dataclass(frozen=True)
class Blank:
    """A dotted line to be filled in."""

    key: str
    caption: str  # small, under the line
    share: float = 1.0  # of the row's width


class _Blanks(Flowable):  # type: ignore[misc]  # reportlab has no types
    """A row of dotted lines, each with its caption."""

    def __init__(self, paper: Paper, blanks: Sequence[Blank]) -> None:
        super().__init__()
        self.paper, self.blanks, self.width = paper, blanks, 0.0

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        self.width = available_width
        return available_width, LINE_HEIGHT + 15.0

    def draw(self) -> None:
        gap, left = 16.0, 0.0
        total = sum(blank.share for blank in self.blanks)
        room = self.width - gap * (len(self.blanks) - 1)
        for blank in self.blanks:
            width = room * blank.share / total
            self.paper.dotted_line(self.canv, left, 13.0, width, blank.caption)
            self.paper.note(self.canv, blank.key, left, 14.0, width, LINE_HEIGHT)
            left += width + gap


class _Tick(Flowable):  # type: ignore[misc]  # reportlab has no types
    """An empty box and the sentence that it agrees to."""

    def __init__(self, paper: Paper, key: str, text: str) -> None:
        super().__init__()
        self.paper, self.key = paper, key
        self.text = Paragraph(tied(text), paper.style(9.6, leading=12.8, align=TA_LEFT))
        self.height = 0.0

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        _, height = self.text.wrap(available_width - 24.0, available_height)
        self.height = max(height, TICK_SIZE) + 5.0
        return available_width, self.height

    def draw(self) -> None:
        base = self.height - TICK_SIZE - 3.0
        self.canv.setStrokeColor(INK)
        self.canv.setLineWidth(0.8)
        self.canv.rect(1.0, base, TICK_SIZE, TICK_SIZE)
        self.paper.note(self.canv, self.key, 1.0, base, TICK_SIZE, TICK_SIZE)
        self.text.drawOn(self.canv, 24.0, self.height - self.text.height)


class _Signatures(Flowable):  # type: ignore[misc]  # reportlab has no types
    """The director's line on the left, the clients' to its right, a stamp's place if wanted."""

    def __init__(self, paper: Paper, captions: Mapping[str, str], stamp: str | None) -> None:
        super().__init__()
        self.paper, self.captions, self.stamp, self.width = paper, captions, stamp, 0.0

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        self.width = available_width
        room = STAMP_SIZE[1] + 22.0 if self.stamp else 0.0
        return available_width, SIGNATURE_HEIGHT + 18.0 + room

    def draw(self) -> None:
        lines = len(self.captions)
        column = self.width * (0.43 if lines == 2 else 0.92 / lines)
        base = STAMP_SIZE[1] + 38.0 if self.stamp else 16.0
        for order, (key, caption) in enumerate(self.captions.items()):
            left = order * (self.width - column) / (lines - 1)
            self.paper.dotted_line(self.canv, left, base, column, caption)
            self.paper.note(self.canv, key, left + 6, base + 1.5, column - 12, SIGNATURE_HEIGHT)
        if self.stamp:
            left = self.width - column / 2 - STAMP_SIZE[0] / 2
            self.canv.setStrokeColor(HexColor("#b8c2ca"))
            self.canv.setLineWidth(0.6)
            self.canv.setDash(2, 2)
            self.canv.roundRect(left, 2.0, *STAMP_SIZE, 5.0)
            self.canv.setDash()
            self.canv.setFillColor(HexColor("#9aa6b0"))
            self.canv.setFont(f"{self.paper.face.name}-Italic", 7.2)
            self.canv.drawCentredString(left + STAMP_SIZE[0] / 2, 7.0, self.stamp)
            self.paper.note(self.canv, "stamp", left + 4, 15.0, STAMP_SIZE[0] - 8, 48.0)


class Paper:
    """The parts a contract is written with; remembers where its blanks were drawn."""

    def __init__(self, face: Face) -> None:
        face.register()
        self.face = face
        self.spots: dict[str, Placement] = {}
        self.story: list[Any] = []

    def style(
        self, size: float, *, leading: float, align: int = TA_JUSTIFY, weight: str = "Regular"
    ) -> ParagraphStyle:
        """A paragraph style of this paper's face."""
        return ParagraphStyle(
            f"{weight}-{size}-{align}",
            fontName=f"{self.face.name}-{weight}",
            fontSize=size,
            leading=leading,
            alignment=align,
            textColor=INK,
            allowWidows=0,
            allowOrphans=0,
        )

    def title(self, title: str, number: str, opening: str) -> None:
        """Title, number and the sentence that names day and place."""
        heading = self.style(16.5, leading=21, align=TA_CENTER, weight="Bold")
        middle = self.style(10.5, leading=14, align=TA_CENTER)
        self.story += [Spacer(1, 10), Paragraph(title.upper(), heading), Spacer(1, 3)]
        self.story += [Paragraph(f"nr {number}", middle), Spacer(1, 12)]
        self.text(opening)

    def text(self, *paragraphs: str) -> None:
        """Justified paragraphs."""
        for paragraph in paragraphs:
            style = self.style(10.4, leading=14.1)
            self.story += [Paragraph(tied(paragraph), style), Spacer(1, 5.5)]

    def clause(self, number: int, heading: str, *points: str) -> None:
        """A numbered clause; several points get their own numbers."""
        head = self.style(10.6, leading=14, align=TA_CENTER, weight="Bold")
        first = Paragraph(f"§ {number}. {heading}", head)
        points_style = self.style(10.4, leading=14.1)
        points_style.leftIndent, points_style.bulletIndent = 18, 0
        points_style.bulletFontName = points_style.fontName
        points_style.bulletFontSize = points_style.fontSize
        if len(points) == 1:
            body = [Paragraph(tied(points[0]), self.style(10.4, leading=14.1))]
        else:
            body = [
                Paragraph(tied(point), points_style, bulletText=f"{order}.")
                for order, point in enumerate(points, start=1)
            ]
        spaced = [part for paragraph in body for part in (paragraph, Spacer(1, 3.2))]
        self.story += [Spacer(1, 7), KeepTogether([first, Spacer(1, 4), *spaced[:2]]), *spaced[2:]]

    def blanks(self, *blanks: Blank) -> None:
        """A row of dotted lines."""
        self.story += [Spacer(1, 3), _Blanks(self, blanks), Spacer(1, 5)]

    def tick(self, key: str, text: str) -> None:
        """A box to be ticked."""
        self.story.append(_Tick(self, key, text))

    def table(self, heading: str, rows: Sequence[Sequence[str]], shares: Sequence[float]) -> None:
        """A ruled table; its first row is the heading of its columns."""
        head = self.style(10.6, leading=14, align=TA_CENTER, weight="Bold")
        bold = self.style(9.2, leading=12, align=TA_LEFT, weight="Bold")
        plain = self.style(9.2, leading=12, align=TA_LEFT)
        cells = [
            [Paragraph(tied(text), plain if order else bold) for text in row]
            for order, row in enumerate(rows)
        ]
        width = A4[0] - 2 * MARGIN
        table = Table(cells, colWidths=[width * share / sum(shares) for share in shares])
        table.setStyle(
            [
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor("#c9d2d9")),
                ("LINEBELOW", (0, 0), (-1, 0), 0.9, LEAF),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 2),
            ]
        )
        self.story.append(
            KeepTogether([Spacer(1, 12), Paragraph(heading, head), Spacer(1, 5), table])
        )

    def signatures(
        self, left: str, right: str, *, stamp: str | None = None, second: str | None = None
    ) -> None:
        """Where both sides sign; `second` is the caption of another client's line."""
        captions = {"director": left, "client": right}
        if second is not None:
            captions["second"] = second
        self.story += [Spacer(1, 20), KeepTogether([_Signatures(self, captions, stamp)])]

    def dotted_line(
        self, canvas: Any, left: float, base: float, width: float, caption: str
    ) -> None:
        """A dotted line with its caption under the middle."""
        canvas.setStrokeColor(INK)
        canvas.setLineCap(1)
        canvas.setLineWidth(0.9)
        canvas.setDash([0.01, 2.6])
        canvas.line(left, base, left + width, base)
        canvas.setDash()
        canvas.setFillColor(PALE)
        canvas.setFont(f"{self.face.name}-Italic", 7.6)
        canvas.drawCentredString(left + width / 2, base - 9.5, caption)

    def note(self, canvas: Any, key: str, x: float, y: float, width: float, height: float) -> None:
        """Remember a spot by where it lies on the page."""
        left, bottom = canvas.absolutePosition(x, y)
        page = canvas.getPageNumber() - 1
        self.spots[key] = Placement(page, round(left, 2), round(bottom, 2), width, height)


def tied(text: str) -> str:
    """Polish typesetting leaves no one-letter word at a line's end and no unit at its start."""
    text = re.sub(r"(?<=\d) (?=zł|m²|\d)", "\u00a0", text)
    return re.sub(
        r"(?<![^\s(„])([aiouwzAIOUWZ§]|nr|ul\.|art\.|ust\.|lit\.) (?=\S)", "\\1\u00a0", text
    )


def typeset(
    face: Face, number: str, title: str, write: Callable[[Paper], None]
) -> tuple[bytes, Paper]:
    """Draw the contract twice: once to count its pages, once with the count in the footer."""
    pages = 0
    for _ in range(2):
        paper = Paper(face)
        write(paper)
        target = io.BytesIO()
        document = BaseDocTemplate(
            target, pagesize=A4, title=title, author=COMPANY, lang="pl", invariant=1
        )
        frame = Frame(MARGIN, 66, A4[0] - 2 * MARGIN, A4[1] - 66 - 88, 0, 0, 0, 0, showBoundary=0)
        furniture = _furniture(face, number, pages)
        document.addPageTemplates(PageTemplate("contract", [frame], onPage=furniture))
        document.build(paper.story)
        pages = document.page
    return target.getvalue(), paper


def _furniture(face: Face, number: str, pages: int) -> Callable[[Any, Any], None]:
    """Letterhead and footer of every page."""

    def draw(canvas: Any, document: Any) -> None:
        top, right = A4[1] - 46, A4[0] - MARGIN
        canvas.saveState()
        canvas.setFillColor(LEAF)
        arch = canvas.beginPath()
        arch.moveTo(MARGIN, top - 6)
        arch.curveTo(MARGIN + 2, top + 12, MARGIN + 24, top + 12, MARGIN + 26, top - 6)
        arch.lineTo(MARGIN + 21, top - 6)
        arch.curveTo(MARGIN + 20, top + 5, MARGIN + 6, top + 5, MARGIN + 5, top - 6)
        arch.close()
        canvas.drawPath(arch, stroke=0, fill=1)
        canvas.rect(MARGIN - 2, top - 10, 30, 1.6, stroke=0, fill=1)
        canvas.setFont(f"{face.name}-Bold", 11)
        canvas.drawString(MARGIN + 36, top - 5, COMPANY)
        canvas.setFillColor(PALE)
        canvas.setFont(f"{face.name}-Regular", 7.4)
        for order, line in enumerate(COMPANY_LINES):
            canvas.drawRightString(right, top + 1 - 9.5 * order, line)
        canvas.setStrokeColor(HexColor("#c9d2d9"))
        canvas.setLineWidth(0.5)
        canvas.line(MARGIN, top - 17, right, top - 17)
        canvas.line(MARGIN, 52, right, 52)
        canvas.drawString(MARGIN, 41, f"Umowa nr {number}")
        canvas.drawRightString(right, 41, f"Strona {document.page} z {pages or '…'}")
        canvas.restoreState()

    return draw
