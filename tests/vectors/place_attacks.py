"""Where and how a field shows: a preparer and a kiosk together draw over what the director signed.

The rectangle of an empty field is certified, and invisible; what is drawn in it comes later.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from tests.vectors.attacks import Attacks, form_field
from tests.vectors.sealed_pdf import (
    CLIENTS,
    House,
    Sealed,
    add_client,
    claims_for,
    client_time,
    direct,
    fill,
    prepare,
    seal,
    sign,
    text_for,
)
from tests.vectors.tail_attacks import changed, dictionary

__all__ = ["PLACE_ATTACKS", "client_draws", "plainly_drawn"]

Change = Callable[[Any], None]

_NOTE: Final = "Fill1.note"
_NOTE_SIZE: Final = (228, 20)


def _numbers(*values: float) -> generic.ArrayObject:
    return generic.ArrayObject(generic.FloatObject(str(value)) for value in values)


def _look(writer: Any, width: float, height: float, **more: Any) -> Any:
    form = generic.StreamObject(stream_data=b"1 g 0 0 600 800 re f")
    form["/Type"], form["/Subtype"] = pdf_name("/XObject"), pdf_name("/Form")
    form["/BBox"] = _numbers(0, 0, width, height)
    for key, value in more.items():
        form[pdf_name(f"/{key}")] = value
    return writer.add_object(form)


def _drawn(name: str, size: tuple[float, float], **more: Any) -> Change:
    def change(writer: Any) -> None:
        field = form_field(writer, name)
        field["/AP"] = dictionary(N=_look(writer, *size, **more))
        writer.update_container(field)

    return change


def _seal_placed(house: House, plant: Change) -> bytes:
    """An honest client and an honest seal, whose field `plant` put somewhere.

    What the seal would draw there matters no more: the place alone is refused.
    """
    prefix = add_client(direct(prepare(plant=plant), house), house, 1, client_time(1))
    return seal(prefix, house, text_for(claims_for(prefix), house))


def client_draws(house: House, change: Change, plant: Change = lambda writer: None) -> bytes:
    """A client's update that draws in the client's field, and an honest seal."""
    at = client_time(1)
    who = house.client(CLIENTS[0], at)
    directed = direct(prepare(plant=plant), house)
    prefix = sign(directed, "Client1", who, house, at, update=changed(change))
    return seal(prefix, house, text_for(claims_for(prefix), house))


def plainly_drawn(house: House) -> bytes:
    """The control: a look as large as the field."""
    return client_draws(house, lambda writer: fill(writer, _NOTE, "100"))


def seal_over_the_contract(sealed: Sealed, house: House) -> bytes:
    """The seal's field lies on the first page, where its update could draw another contract."""

    def plant(writer: Any) -> None:
        first, last = (writer.root["/Pages"]["/Kids"][place] for place in (0, 1))
        *others, own = [last["/Annots"].raw_get(at) for at in range(len(last["/Annots"]))]
        last["/Annots"] = generic.ArrayObject(others)
        first["/Annots"].append(own)
        own.get_object()["/P"] = writer.root["/Pages"]["/Kids"].raw_get(0)

    return _seal_placed(house, plant)


def seal_on_every_page(sealed: Sealed, house: House) -> bytes:
    """It is where it should be, and on the contract as well."""

    def plant(writer: Any) -> None:
        first, last = (writer.root["/Pages"]["/Kids"][place] for place in (0, 1))
        first["/Annots"].append(last["/Annots"].raw_get(len(last["/Annots"]) - 1))

    return _seal_placed(house, plant)


def field_drawn_larger(sealed: Sealed, house: House) -> bytes:
    """A box that is larger than the rectangle: readers differ about where it is put."""
    return client_draws(house, _drawn(_NOTE, (595, 842)))


def field_drawn_without_size(sealed: Sealed, house: House) -> bytes:
    """A box without size, which some readers put there unscaled."""
    return client_draws(house, _drawn(_NOTE, (0, 0)))


def field_drawn_by_a_matrix(sealed: Sealed, house: House) -> bytes:
    """Turned about a corner."""
    return client_draws(house, _drawn(_NOTE, _NOTE_SIZE, Matrix=_numbers(0, 1, -1, 0, 0, 0)))


def field_drawn_on_a_layer(sealed: Sealed, house: House) -> bytes:
    """What is seen on paper is not what is seen on the screen."""
    layer = dictionary(Type=pdf_name("/OCG"), Name=generic.pdf_string("Screen"))
    return client_draws(house, _drawn(_NOTE, _NOTE_SIZE, OC=layer))


def field_drawn_otherwise_when_pressed(sealed: Sealed, house: House) -> bytes:
    """Two looks."""

    def change(writer: Any) -> None:
        field = form_field(writer, _NOTE)
        looks = (_look(writer, *_NOTE_SIZE) for _ in range(2))
        field["/AP"] = dictionary(N=next(looks), D=next(looks))
        writer.update_container(field)

    return client_draws(house, change)


def box_ticked_that_shows_none(sealed: Sealed, house: House) -> bytes:
    """The value says yes, the look that is shown says no."""

    def plant(writer: Any) -> None:
        field = form_field(writer, _NOTE)
        field["/FT"], field["/AS"] = pdf_name("/Btn"), pdf_name("/Off")
        looks = dictionary(Yes=_look(writer, *_NOTE_SIZE), Other=_look(writer, *_NOTE_SIZE))
        field["/AP"] = dictionary(N=looks)

    def change(writer: Any) -> None:
        field = form_field(writer, _NOTE)
        field["/V"], field["/AS"] = pdf_name("/Yes"), pdf_name("/Other")
        writer.update_container(field)

    return client_draws(house, change, plant)


def _draws(house: House, **entries: Any) -> bytes:
    """A client's field is drawn by an object with these entries."""

    def change(writer: Any) -> None:
        inner = generic.StreamObject(stream_data=b"")
        for key, value in entries.items():
            inner[pdf_name(f"/{key}")] = value
        resources = dictionary(XObject=dictionary(Inner=writer.add_object(inner)))
        _drawn(_NOTE, _NOTE_SIZE, Resources=resources)(writer)

    return client_draws(house, change)


def drawing_on_a_layer(sealed: Sealed, house: House) -> bytes:
    """A layer one level deeper."""
    layer = dictionary(Type=pdf_name("/OCG"), Name=generic.pdf_string("Screen"))
    return _draws(house, Subtype=pdf_name("/Form"), OC=layer)


def words_on_a_layer(sealed: Sealed, house: House) -> bytes:
    """A part of what is drawn belongs to a layer, by its name among the resources."""
    layer = dictionary(Type=pdf_name("/OCG"), Name=generic.pdf_string("Screen"))
    resources = dictionary(Properties=dictionary(Layer=layer))
    return client_draws(house, _drawn(_NOTE, _NOTE_SIZE, Resources=resources))


def picture_with_another_for_paper(sealed: Sealed, house: House) -> bytes:
    """An alternate image, which is the default for printing."""
    other = dictionary(DefaultForPrinting=generic.BooleanObject(True))
    return _draws(house, Subtype=pdf_name("/Image"), Alternates=generic.ArrayObject([other]))


def picture_in_another_file(sealed: Sealed, house: House) -> bytes:
    """Its bytes are fetched when it is shown."""
    return _draws(house, Subtype=pdf_name("/Image"), F=generic.pdf_string("https://other.example"))


def page_of_another_file(sealed: Sealed, house: House) -> bytes:
    """A reference XObject: readers may show the other file's page in its place."""
    reference = dictionary(F=generic.pdf_string("other.pdf"), Page=generic.NumberObject(0))
    return _draws(house, Subtype=pdf_name("/Form"), Ref=reference)


def drawing_in_postscript(sealed: Sealed, house: House) -> bytes:
    """For printers alone."""
    return _draws(house, Subtype=pdf_name("/PS"))


def _client_fills(house: House, value: Callable[[Any], Any]) -> bytes:
    def change(writer: Any) -> None:
        field = form_field(writer, _NOTE)
        field["/V"] = value(writer)
        writer.update_container(field)

    return client_draws(house, change)


def value_that_is_a_script(sealed: Sealed, house: House) -> bytes:
    """A dictionary where a text should be."""
    script = dictionary(S=pdf_name("/JavaScript"), JS=generic.pdf_string("app.alert(1)"))
    return _client_fills(house, lambda writer: script)


def value_that_is_a_page(sealed: Sealed, house: House) -> bytes:
    """A reference to something that exists."""
    return _client_fills(house, lambda writer: writer.root["/Pages"]["/Kids"].raw_get(0))


PLACE_ATTACKS: Final[Attacks] = {
    ("altered", "signature_unexpected"): (seal_over_the_contract,),
    ("cannot_tell", "readers_may_differ"): (seal_on_every_page,),
    ("cannot_tell", "field_unreadable"): (
        field_drawn_larger,
        field_drawn_without_size,
        field_drawn_otherwise_when_pressed,
    ),
    ("altered", "changed_after_signature"): (
        field_drawn_by_a_matrix,
        field_drawn_on_a_layer,
        box_ticked_that_shows_none,
        drawing_on_a_layer,
        words_on_a_layer,
        picture_with_another_for_paper,
        picture_in_another_file,
        page_of_another_file,
        drawing_in_postscript,
        value_that_is_a_script,
        value_that_is_a_page,
    ),
}
"""Outcome and finding, and the attacks."""
