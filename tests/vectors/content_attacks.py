"""What a document shows, and what it is called, against what its certificate says.

Whoever prepares documents fixes values that show nowhere, in dust, or twice; the kiosk seals over a
page of the contract, names another document, or lets somebody else sign.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from tests.vectors.attacks import Attacks, form_field, page_of
from tests.vectors.field_font import codes_of, drawn_text
from tests.vectors.sealed_pdf import (
    CLIENTS,
    House,
    Sealed,
    claims_for,
    client_time,
    direct,
    prepare,
    seal,
    sign,
    text_for,
)
from tests.vectors.tail_attacks import changed, dictionary, numbers

__all__ = ["CONTENT_ATTACKS", "box_ticked", "value_fixed"]

Change = Callable[[Any], None]

_NOTE: Final = "Fill1.note"
_SIZE: Final = (228, 20)
_TICK: Final = b"q 0.05 0.1 0.45 RG 2.00 w 1 J 1 j %b S Q\n"
_SEEN: Final = b"108.00 10.00 m 112.00 5.00 l 120.00 16.00 l"


def _signed(house: House, plant: Change, **stated: Any) -> bytes:
    """A document that was prepared so; its client fills nothing in."""
    at = client_time(1)
    directed = direct(prepare(plant=plant), house)
    prefix = sign(directed, "Client1", house.client(CLIENTS[0], at), house, at)
    return seal(prefix, house, text_for(replace(claims_for(prefix), **stated), house))


def _drawing(writer: Any, drawn: bytes, **resources: Any) -> Any:
    look = generic.StreamObject(stream_data=drawn)
    look["/Type"], look["/Subtype"] = pdf_name("/XObject"), pdf_name("/Form")
    look["/BBox"] = numbers(0, 0, *_SIZE)
    if resources:
        look["/Resources"] = dictionary(**resources)
    return writer.add_object(look)


def _fix(writer: Any, field: Any, value: str) -> None:
    """Head office fixes a value."""
    font = writer.root["/AcroForm"]["/DR"]["/Font"].raw_get("/SygnetSans")
    field["/V"] = generic.pdf_string(value)
    look = _drawing(writer, drawn_text(value), Font=dictionary(SygnetSans=font))
    field["/AP"] = dictionary(N=look)


def _fixed(house: House, change: Callable[[Any, Any], None], value: str = "900") -> bytes:
    def plant(writer: Any) -> None:
        field = form_field(writer, _NOTE)
        _fix(writer, field, value)
        change(writer, field)

    return _signed(house, plant)


def value_fixed(house: House) -> bytes:
    """A control: a value that head office fixed, drawn as it should be."""
    return _fixed(house, lambda writer, field: None)


def _look_has(house: House, key: str, value: Any) -> bytes:
    def change(writer: Any, field: Any) -> None:
        field["/AP"]["/N"][key] = value

    return _fixed(house, change)


def value_fixed_in_dust(sealed: Sealed, house: House) -> bytes:
    """A box a hundred times as large, which readers shrink into the rectangle."""
    return _look_has(house, "/BBox", numbers(0, 0, 22800, 2000))


def value_fixed_beside_its_box(sealed: Sealed, house: House) -> bytes:
    """A box that shows another part of the plane."""
    return _look_has(house, "/BBox", numbers(300, 300, 528, 320))


def value_fixed_by_a_matrix(sealed: Sealed, house: House) -> bytes:
    """Upside down."""
    return _look_has(house, "/Matrix", numbers(-1, 0, 0, -1, 0, 0))


def value_fixed_on_a_layer(sealed: Sealed, house: House) -> bytes:
    """What is shown can be switched off."""
    layer = dictionary(Type=pdf_name("/OCG"), Name=generic.pdf_string("Screen"))
    return _look_has(house, "/OC", layer)


def _field_has(house: House, **entries: Any) -> bytes:
    def change(writer: Any, field: Any) -> None:
        for key, value in entries.items():
            field[pdf_name(f"/{key}")] = value

    return _fixed(house, change)


def value_fixed_beyond_the_page(sealed: Sealed, house: House) -> bytes:
    """A program reads what stands where no paper is."""
    return _field_has(house, Rect=numbers(2000, 2000, 2228, 2020))


def value_in_a_password(sealed: Sealed, house: House) -> bytes:
    """Readers that draw fields themselves show asterisks."""
    return _field_has(house, Ff=generic.NumberObject(1 << 13))


def value_in_a_comb(sealed: Sealed, house: House) -> bytes:
    """Readers that draw fields themselves put a letter in each of three cells."""
    return _field_has(house, Ff=generic.NumberObject(1 << 24), MaxLen=generic.NumberObject(3))


def value_on_no_page(sealed: Sealed, house: House) -> bytes:
    """A field that the form names, and no page."""

    def change(writer: Any, field: Any) -> None:
        del page_of(writer).get_object()["/Annots"][0]

    return _fixed(house, change)


def value_on_two_pages(sealed: Sealed, house: House) -> bytes:
    """It stands in the contract, and over the certificate as well."""

    def change(writer: Any, field: Any) -> None:
        first, last = (writer.root["/Pages"]["/Kids"][place] for place in (0, 1))
        last["/Annots"].insert(0, first["/Annots"].raw_get(0))

    return _fixed(house, change)


def field_over_the_certificate(sealed: Sealed, house: House) -> bytes:
    """A value is drawn upon what the seal draws."""

    def change(writer: Any, field: Any) -> None:
        first, last = (writer.root["/Pages"]["/Kids"][place] for place in (0, 1))
        last["/Annots"].append(first["/Annots"].raw_get(0))
        del first["/Annots"][0]

    return _fixed(house, change)


def two_fields_of_one_name(sealed: Sealed, house: House) -> bytes:
    """People see both values, a program takes one."""

    def change(writer: Any, field: Any) -> None:
        group, page = writer.root["/AcroForm"]["/Fields"][0], page_of(writer).get_object()
        twin = generic.DictionaryObject(field)
        twin["/Rect"] = numbers(72, 500, 300, 520)
        _fix(writer, twin, "100")
        reference = writer.add_object(twin)
        group["/Kids"].append(reference)
        page["/Annots"].append(reference)

    return _fixed(house, change)


def field_of_another_parent(sealed: Sealed, house: House) -> bytes:
    """The form lists it among the director's, but the client's kiosk may fill it."""

    def plant(writer: Any) -> None:
        field = form_field(writer, _NOTE)
        apart = dictionary(T=generic.pdf_string("Fill1"), Kids=generic.ArrayObject())
        field["/Parent"] = writer.add_object(apart)
        writer.root["/AcroForm"]["/Fields"][0]["/T"] = generic.pdf_string("FillDirector")

    return _signed(house, plant)


def _font_has(house: House, change: Callable[[Any, Any], None]) -> bytes:
    def fix(writer: Any, field: Any) -> None:
        font = writer.root["/AcroForm"]["/DR"]["/Font"]["/SygnetSans"]
        change(writer, font["/DescendantFonts"][0])

    return _fixed(house, fix, "100 900")


def _advancing(house: House, times: int) -> bytes:
    def change(writer: Any, font: Any) -> None:
        advances = (generic.NumberObject(int(each) * times) for each in font["/W"][1])
        font["/W"] = generic.ArrayObject([generic.NumberObject(0), generic.ArrayObject(advances)])

    return _font_has(house, change)


def letters_upon_each_other(sealed: Sealed, house: House) -> bytes:
    """Letters without an advance: all of them are drawn in one place."""
    return _advancing(house, 0)


def letters_from_right_to_left(sealed: Sealed, house: House) -> bytes:
    """Letters that go back: 001 is read as 100."""
    return _advancing(house, -1)


def font_with_two_programs(sealed: Sealed, house: House) -> bytes:
    """Readers may draw by either."""

    def change(writer: Any, font: Any) -> None:
        program = generic.StreamObject(stream_data=b"OTTO")
        font["/FontDescriptor"]["/FontFile3"] = writer.add_object(program)

    return _font_has(house, change)


def _box(house: House, drawn: bytes) -> bytes:
    """A box that head office ticked."""

    def change(writer: Any, field: Any) -> None:
        field["/FT"], field["/Ff"] = pdf_name("/Btn"), generic.NumberObject(1)
        field["/V"] = field["/AS"] = pdf_name("/Yes")
        looks = dictionary(Off=_drawing(writer, b""), Yes=_drawing(writer, drawn))
        field["/AP"] = dictionary(N=looks)

    return _fixed(house, change)


def box_ticked(house: House) -> bytes:
    """A control: a box that is ticked, for everybody to see."""
    return _box(house, _TICK % _SEEN)


def box_ticked_out_of_sight(sealed: Sealed, house: House) -> bytes:
    """The tick lies beyond the edge."""
    return _box(house, _TICK % b"908.00 10.00 m 912.00 5.00 l 920.00 16.00 l")


def box_ticked_by_a_grain(sealed: Sealed, house: House) -> bytes:
    """The tick is a dot."""
    return _box(house, _TICK % b"4.00 4.00 m 4.00 4.00 l 4.00 4.00 l")


def button_that_shows_otherwise_when_pressed(sealed: Sealed, house: House) -> bytes:
    """Two looks of a button that nobody filled."""

    def change(writer: Any, field: Any) -> None:
        del field["/V"]
        field["/FT"], field["/Ff"] = pdf_name("/Btn"), generic.NumberObject(1 | 1 << 16)
        field["/AP"]["/D"] = _drawing(writer, b"")

    return _fixed(house, change)


def director_signs_with_two_looks(sealed: Sealed, house: House) -> bytes:
    """The signature shows something else when a mouse is over it."""

    def change(writer: Any) -> None:
        looks = dictionary(N=_drawing(writer, b""), R=_drawing(writer, b"0 g 0 0 9 9 re f"))
        form_field(writer, "Director")["/AP"] = looks

    at = client_time(1)
    directed = direct(prepare(), house, update=changed(change))
    prefix = sign(directed, "Client1", house.client(CLIENTS[0], at), house, at)
    return seal(prefix, house, text_for(claims_for(prefix), house))


def _certificate_page_draws(house: House, drawn: bytes) -> bytes:
    def plant(writer: Any) -> None:
        page = writer.root["/Pages"]["/Kids"][1]
        font = writer.root["/AcroForm"]["/DR"]["/Font"].raw_get("/SygnetSans")
        page["/Resources"] = dictionary(Font=dictionary(SygnetSans=font))
        page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=drawn))

    return _signed(house, plant)


def seal_covers_a_page_of_the_contract(sealed: Sealed, house: House) -> bytes:
    """What the director signed on the last page is gone once it is sealed."""
    return _certificate_page_draws(house, b"BT 72 720 Td (Kaucja) Tj ET")


def seal_covers_pale_words(sealed: Sealed, house: House) -> bytes:
    """The same, written as the page for a certificate is."""
    line = b"BT 0.620 g /SygnetSans 9.000 Tf 72.000 720.000 Td <%b> Tj ET\n"
    return _certificate_page_draws(house, b"q\n" + 2 * (line % codes_of("kaucja 900")) + b"Q\n")


def certificate_names_another_title(sealed: Sealed, house: House) -> bytes:
    """The kiosk calls the document what it likes."""
    return _signed(house, lambda writer: None, title="Umowa kredytu")


def certificate_names_another_number(sealed: Sealed, house: House) -> bytes:
    """The number of another document."""
    return _signed(house, lambda writer: None, number="UN/2026/0315")


def certificate_names_another_id(sealed: Sealed, house: House) -> bytes:
    """The id of another document."""
    return _signed(house, lambda writer: None, document_id=bytes(16))


def certificate_names_an_id_of_the_kiosk(sealed: Sealed, house: House) -> bytes:
    """The same, and the client's update gives the file that identifier."""

    def change(writer: Any) -> None:
        writer._document_id = generic.ArrayObject([generic.ByteStringObject(bytes(16))] * 2)

    at = client_time(1)
    who = house.client(CLIENTS[0], at)
    prefix = sign(direct(prepare(), house), "Client1", who, house, at, update=changed(change))
    claims = replace(claims_for(prefix), document_id=bytes(16))
    return seal(prefix, house, text_for(claims, house))


def document_says_who_wrote_it(sealed: Sealed, house: House) -> bytes:
    """An author, whom readers show."""

    def plant(writer: Any) -> None:
        writer._info.get_object()["/Author"] = generic.pdf_string("Notariusz")

    return _signed(house, plant)


def document_without_a_name(sealed: Sealed, house: House) -> bytes:
    """Whoever prepared it left it to the kiosk to name it."""

    def plant(writer: Any) -> None:
        del writer._info.get_object()["/Title"]

    return _signed(house, plant)


def another_person_signs(sealed: Sealed, house: House) -> bytes:
    """The kiosk lets, and certifies, somebody whom the director did not expect."""
    at = client_time(1)
    other = CLIENTS[1]
    prefix = sign(direct(prepare(), house), "Client1", house.client(other, at), house, at)
    claims = claims_for(prefix)
    director, client = claims.signers
    claims = replace(claims, signers=(director, replace(client, name=other)))
    return seal(prefix, house, text_for(claims, house))


def pages_counted_wrongly(sealed: Sealed, house: House) -> bytes:
    """The page tree says that there is a page more than there are."""

    def plant(writer: Any) -> None:
        writer.root["/Pages"]["/Count"] = generic.NumberObject(3)

    return _signed(house, plant, pages=3)


def some_pages_for_paper_alone(sealed: Sealed, house: House) -> bytes:
    """A range of pages that is printed."""

    def plant(writer: Any) -> None:
        writer.root["/ViewerPreferences"] = dictionary(PrintPageRange=numbers(1, 1))
        writer.update_root()

    return _signed(house, plant)


def page_turned(sealed: Sealed, house: House) -> bytes:
    """A page that readers turn, with what lies on it or without."""

    def plant(writer: Any) -> None:
        page_of(writer).get_object()["/Rotate"] = generic.NumberObject(90)

    return _signed(house, plant)


CONTENT_ATTACKS: Final[Attacks] = {
    ("cannot_tell", "field_unreadable"): (
        value_fixed_in_dust,
        value_fixed_beside_its_box,
        value_fixed_by_a_matrix,
        value_fixed_on_a_layer,
        value_in_a_password,
        value_in_a_comb,
        two_fields_of_one_name,
        field_of_another_parent,
        letters_upon_each_other,
        letters_from_right_to_left,
        font_with_two_programs,
        box_ticked_out_of_sight,
        box_ticked_by_a_grain,
        button_that_shows_otherwise_when_pressed,
        director_signs_with_two_looks,
    ),
    ("cannot_tell", "readers_may_differ"): (
        value_fixed_beyond_the_page,
        value_on_no_page,
        some_pages_for_paper_alone,
        page_turned,
    ),
    ("altered", "signature_unexpected"): (
        value_on_two_pages,
        field_over_the_certificate,
        seal_covers_a_page_of_the_contract,
        seal_covers_pale_words,
    ),
    ("altered", "changed_after_signature"): (certificate_names_an_id_of_the_kiosk,),
    ("altered", "document_differs"): (
        certificate_names_another_title,
        certificate_names_another_number,
        certificate_names_another_id,
        document_says_who_wrote_it,
        document_without_a_name,
        another_person_signs,
    ),
    ("altered", "pages_differ"): (pages_counted_wrongly,),
}
"""Outcome and finding, and the attacks."""
