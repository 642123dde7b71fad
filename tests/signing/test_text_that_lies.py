"""A document whose text says something else than its pages show (docs/genuine-pdf.md, 7a).

No verdict speaks of it, and this holds what the documentation says: the pages are what was signed.
"""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pypdfium2
from pikepdf import Dictionary, Name

from signing.completion import complete
from tests.signing import inputs
from tests.signing.house import NOW, context, director_signed, house, plain_plan, typed_answers
from verifier.document import verify_pdf
from verifier.verdict import Outcome

LIE = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CMapName /Lie def /CMapType 2 def
1 begincodespacerange <00> <ff> endcodespacerange
2 beginbfrange <20> <30> <0020> <32> <7e> <0032> endbfrange
1 beginbfchar <31> <0039> endbfchar
endcmap CMapName currentdict /CMap defineresource pop end end"""
"""Every character is itself, but 1 is 9."""


def contract(*, lying: bool) -> bytes:
    """One page on which "Czynsz: 100" is drawn."""

    def write(document: pikepdf.Pdf) -> None:
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        font.Encoding = Name.WinAnsiEncoding
        if lying:
            font.ToUnicode = document.make_stream(LIE)
        page = document.pages[0]
        page.obj.Resources = Dictionary(Font=Dictionary(F=document.make_indirect(font)))
        page.obj.Contents = document.make_stream(b"BT /F 24 Tf 72 700 Td (Czynsz: 100) Tj ET")

    return inputs.changed(inputs.paper(), write)


def sealed(pdf: bytes, folder: Path) -> bytes:
    """The same document, signed and sealed."""
    folder.mkdir()
    source, target = director_signed(pdf, folder), folder / "sealed.pdf"
    complete(source, target, plain_plan(), 0, typed_answers(), house().kiosk, context(), NOW)
    return target.read_bytes()


def test_the_pages_are_what_was_signed_whatever_their_text_says(tmp_path: Path) -> None:
    shown, said = [], []
    for lying in (False, True):
        data = sealed(contract(lying=lying), tmp_path / str(lying))
        assert verify_pdf(data, house().trust, NOW).outcome is Outcome.GENUINE
        with pypdfium2.PdfDocument(data) as document:
            page = document[0]
            said.append(page.get_textpage().get_text_bounded())
            shown.append(page.render(scale=1).to_pil().convert("L").tobytes())
    assert "Czynsz: 100" in said[0]
    assert "Czynsz: 900" in said[1]
    assert shown[0] == shown[1]
