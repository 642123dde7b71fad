"""Where the seal shows: on the last page and on no other.

What the seal draws is the certificate. The page for it is the last one, with nothing of the
document on it: a seal whose field stands on a page of the contract could draw another one there, or
cover what the director signed. Until it is sealed the page shows nothing, or the words that the
certificate will be there (`signing.prepare`).
"""

from __future__ import annotations

import re
from typing import Any, Final

from verifier.drawn_text import FONT_KEY, FieldFont, field_font
from verifier.errors import FileError
from verifier.field_looks import drawing_of
from verifier.file_bytes import Bytes
from verifier.findings import Refused
from verifier.page_tree import page_annotations, pages_of
from verifier.same_objects import raw_entry, same
from verifier.sentences import LANGUAGES
from verifier.strict_validation import open_pdf

__all__ = ["SEAL_FIELD", "check_seal_page", "has_empty_seal_field"]

SEAL_FIELD: Final = "Seal"
"""Name of the signature field that the seal fills."""
CERTIFICATE_WORDS: Final = ("certificate_here", "certificate_how")
"""What stands on the page for the certificate before it is sealed, in one of the languages."""
_NUMBER: Final = rb"\d{1,4}\.\d{3} "
_WORD_LINE: Final = rb"BT 0\.6\d0 g /SygnetSans %bTf %b%bTd <([0-9A-F]*)> Tj ET\n" % (
    (_NUMBER,) * 3
)
_WORDS: Final = re.compile(rb"q\n%b%bQ\n" % (_WORD_LINE, _WORD_LINE))


def has_empty_seal_field(data: Bytes) -> bool:
    """Tell whether a file is one of ours before it was sealed; False when it cannot be read."""
    from pyhanko.sign.fields import enumerate_sig_fields

    try:
        empty = enumerate_sig_fields(open_pdf(data), filled_status=False, with_name=SEAL_FIELD)
        return next(empty, None) is not None
    except FileError:
        raise
    except Exception:  # noqa: BLE001 - whatever a hostile file provokes, it is not known as ours
        return False


def check_seal_page(reader: Any, seal: Any) -> None:
    """Check that the last page holds the field of the seal, and nothing of the document.

    Args:
        reader: pyHanko's reader of the file.
        seal: the seal, as pyHanko reads it.

    Raises:
        Refused: `signature_unexpected`.
    """
    *_, last = pages_of(reader.root["/Pages"])
    shown = [number for number, _ in page_annotations(last)]
    form = reader.root["/AcroForm"]
    if shown != [seal.sig_field.container_ref.idnum] or not _waits_for_it(last, form):
        raise Refused("signature_unexpected", field=str(seal.field_name))


def _waits_for_it(page: Any, form: Any) -> bool:
    """Tell whether a page draws nothing, or the words that the certificate will be there."""
    if "/Contents" not in page or not page["/Contents"].encoded_data:
        return True
    drawn = _WORDS.fullmatch(drawing_of(page["/Contents"]))
    if drawn is None:
        return False
    fonts, known = page["/Resources"]["/Font"], form["/DR"]["/Font"]
    if not same(raw_entry(fonts, FONT_KEY), raw_entry(known, FONT_KEY)):
        return False
    font = field_font(fonts[FONT_KEY])
    lines = [tuple(bytes.fromhex(each.decode("ascii"))) for each in drawn.groups()]
    return font is not None and any(
        lines == [_codes(font, sentences[code]) for code in CERTIFICATE_WORDS]
        for sentences in LANGUAGES.values()
    )


def _codes(font: FieldFont, text: str) -> tuple[int, ...]:
    """The bytes by which a text is drawn: two for each glyph."""
    return tuple(byte for glyph in font.of(text) or () for byte in glyph.to_bytes(2, "big"))
