"""Shadow attacks (Mainka, Mladenov, Rohlmann 2021): plant before anybody signs, reveal after.

Whoever prepares the file plants something that nobody sees; the director signs it in good faith.
Each attack is tried twice: revealed after the seal, by anybody; and revealed between the director
and the client, by a kiosk that then seals.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any, Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from tests.vectors.attacks import Attacks, page_of
from tests.vectors.raw_updates import number_of, raw_update
from tests.vectors.sealed_pdf import House, Sealed, Update, direct, finish, prepare

__all__ = ["PLANTS", "SHADOW_ATTACKS"]


def _plant_cover(writer: Any) -> None:
    """Other words under the contract's, and a cover over them."""
    page = page_of(writer).get_object()
    words = page.raw_get("/Contents")
    hidden = writer.add_object(_stream(b"BT /F1 24 Tf 72 700 Td (Za darmo) Tj ET"))
    cover = writer.add_object(_stream(b"1 g 60 690 400 40 re f"))
    page["/Contents"] = generic.ArrayObject([hidden, cover, words])


def _plant_font(writer: Any) -> None:
    """A font of which nothing is wrong yet."""
    page = page_of(writer).get_object()
    font = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Font"),
            pdf_name("/Subtype"): pdf_name("/Type1"),
            pdf_name("/BaseFont"): pdf_name("/Helvetica"),
            pdf_name("/Planted"): generic.BooleanObject(True),
        }
    )
    page["/Resources"] = generic.DictionaryObject(
        {pdf_name("/Font"): generic.DictionaryObject({pdf_name("/F1"): writer.add_object(font)})}
    )


def _plant_document(writer: Any) -> None:
    """A whole second document beside the first, which nothing refers to."""
    page = generic.DictionaryObject(page_of(writer).get_object())
    page["/Contents"] = writer.add_object(_stream(b"BT /F1 24 Tf 72 720 Td (Other) Tj ET"))
    tree = generic.DictionaryObject(writer.root["/Pages"])
    certificate = writer.root["/Pages"]["/Kids"].raw_get(1)
    tree["/Kids"] = generic.ArrayObject([writer.add_object(page), certificate])
    catalog = generic.DictionaryObject(writer.root)
    catalog["/Pages"] = writer.add_object(tree)
    catalog["/Planted"] = generic.BooleanObject(True)
    writer.add_object(catalog)


def _lift_cover(data: bytes) -> bytes:
    page = page_of(Update(BytesIO(data))).get_object()
    return raw_update(data, {}, freed=[page["/Contents"].raw_get(1).idnum])


def _change_font(data: bytes) -> bytes:
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >>"
    return raw_update(data, {number_of(data, b"/Planted"): font})


def _switch_document(data: bytes) -> bytes:
    return raw_update(data, {}, root=number_of(data, b"/Planted"))


def _stream(content: bytes) -> generic.StreamObject:
    return generic.StreamObject(stream_data=content)


def shadow_hide(sealed: Sealed, house: House) -> bytes:
    """Hide: free the object that covers other words."""
    return _lift_cover(finish(direct(prepare(plant=_plant_cover), house), house).data)


def shadow_replace(sealed: Sealed, house: House) -> bytes:
    """Replace: redefine a font."""
    return _change_font(finish(direct(prepare(plant=_plant_font), house), house).data)


def shadow_hide_and_replace(sealed: Sealed, house: House) -> bytes:
    """Hide and replace: let the trailer point at a second document inside."""
    return _switch_document(finish(direct(prepare(plant=_plant_document), house), house).data)


def _between(plant: Callable[[Any], None], reveal: Callable[[bytes], bytes], house: House) -> bytes:
    return finish(reveal(direct(prepare(plant=plant), house)), house).data


def shadow_hide_between_steps(sealed: Sealed, house: House) -> bytes:
    """The cover is lifted between director and client."""
    return _between(_plant_cover, _lift_cover, house)


def shadow_replace_between_steps(sealed: Sealed, house: House) -> bytes:
    """The font is redefined between director and client."""
    return _between(_plant_font, _change_font, house)


def shadow_hide_and_replace_between_steps(sealed: Sealed, house: House) -> bytes:
    """The trailer points elsewhere between director and client."""
    return _between(_plant_document, _switch_document, house)


SHADOW_ATTACKS: Final[Attacks] = {
    ("altered", "changed_after_seal"): (shadow_hide, shadow_replace, shadow_hide_and_replace),
    ("altered", "changed_after_signature"): (
        shadow_hide_between_steps,
        shadow_replace_between_steps,
    ),
    ("altered", "certification_wrong"): (shadow_hide_and_replace_between_steps,),
}
"""Outcome and finding, and the attacks."""

PLANTS: Final = (_plant_cover, _plant_font, _plant_document)
"""What was planted; harmless, and genuine, as long as nobody reveals it."""
