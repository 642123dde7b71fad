"""What a kiosk could change in its own update beside what its signer fills.

Every update here is signed, and the whole is sealed, by keys that count; pyHanko's rules take
each of them for filling a form, or for evidence.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from tests.vectors.attacks import Attacks, form_field, page_of
from tests.vectors.sealed_pdf import (
    CLIENTS,
    House,
    Sealed,
    Update,
    add_client,
    claims_for,
    client_time,
    direct,
    prepare,
    seal,
    sign,
    text_for,
)
from tests.vectors.tail_attacks import changed, dictionary

__all__ = ["TURN_ATTACKS"]

Change = Callable[[Any], None]

_NOTE: Final = "Fill1.note"


def _seal_changes(house: House, change: Change, plant: Change = lambda writer: None) -> bytes:
    """One honest client, and a seal whose update changes something."""
    prefix = add_client(direct(prepare(plant=plant), house), house, 1, client_time(1))
    text = text_for(claims_for(prefix), house)
    return seal(prefix, house, text, update=changed(change))


def _turn_changes(
    house: House, number: int, change: Change, plant: Change = lambda writer: None
) -> bytes:
    """Two clients; the update of one of them changes something, and the seal is honest."""
    prefix = direct(prepare(2, plant), house)
    for turn in (1, 2):
        if turn != number:
            prefix = add_client(prefix, house, turn, client_time(turn))
            continue
        at = client_time(turn)
        who = house.client(CLIENTS[turn - 1], at)
        prefix = sign(prefix, f"Client{turn}", who, house, at, update=changed(change))
    return seal(prefix, house, text_for(claims_for(prefix, 2), house))


def _set(key: str, value: Any) -> Change:
    def change(writer: Any) -> None:
        field = form_field(writer, _NOTE)
        field[key] = value
        writer.update_container(field)

    return change


def _set_in_catalog(key: str, value: Any) -> Change:
    def change(writer: Any) -> None:
        writer.root[key] = value
        writer.update_root()

    return change


_other_words: Final = _set("/V", generic.pdf_string("Nie wpłacono"))
_hidden: Final = _set("/F", generic.NumberObject(2))
_drawn_by_nobody: Final = _set("/Subtype", generic.pdf_string("/Widget"))


def field_changed_by_the_seal(sealed: Sealed, house: House) -> bytes:
    """The kiosk seals other words than the client filled in: the prefix stays what it was."""
    return _seal_changes(house, _other_words)


def field_hidden_by_the_seal(sealed: Sealed, house: House) -> bytes:
    """A flag hides what the client filled in."""
    return _seal_changes(house, _hidden)


def field_made_unknown_by_the_seal(sealed: Sealed, house: House) -> bytes:
    """A string where the kind of annotation was a name: viewers draw nothing."""
    return _seal_changes(house, _drawn_by_nobody)


def appearance_changed_by_the_seal(sealed: Sealed, house: House) -> bytes:
    """The value stays, what is shown does not."""

    def change(writer: Any) -> None:
        form = generic.StreamObject(stream_data=b"BT (0) Tj ET")
        form["/Subtype"] = pdf_name("/Form")
        _set("/AP", dictionary(N=writer.add_object(form)))(writer)

    return _seal_changes(house, change)


def version_lowered_by_the_seal(sealed: Sealed, house: House) -> bytes:
    """A catalog of PDF 1.2."""
    return _seal_changes(house, _set_in_catalog("/Version", pdf_name("/1.2")))


def evidence_added_by_the_seal(sealed: Sealed, house: House) -> bytes:
    """Validation data inside of what is sealed, which nobody would look at as strictly."""

    def change(writer: Any) -> None:
        stream = generic.StreamObject(stream_data=b"BT (Other) Tj ET")
        named = generic.ArrayObject([writer.add_object(stream)])
        _set_in_catalog("/DSS", writer.add_object(dictionary(Certs=named)))(writer)

    return _seal_changes(house, change)


def _plant_metadata(writer: Any) -> None:
    kind = dictionary(Type=pdf_name("/Metadata"), Subtype=pdf_name("/XML"))
    made = generic.StreamObject(dict_data=kind, stream_data=b"<title>Other</title>")
    writer.root["/PieceInfo"] = dictionary(Planted=writer.add_object(made))
    writer.update_root()


def metadata_switched_by_the_seal(sealed: Sealed, house: House) -> bytes:
    """The catalog names planted metadata as its own: no object is new."""

    def change(writer: Any) -> None:
        planted = writer.root["/PieceInfo"].raw_get("/Planted")
        _set_in_catalog("/Metadata", planted)(writer)

    return _seal_changes(house, change, _plant_metadata)


def _plant_mode(writer: Any) -> None:
    writer.root["/PageMode"] = pdf_name("/FullScreen")


def catalog_made_unknown_by_the_seal(sealed: Sealed, house: House) -> bytes:
    """A string where the catalog had a name."""
    change = _set_in_catalog("/PageMode", generic.pdf_string("/FullScreen"))
    return _seal_changes(house, change, _plant_mode)


class _TalkingTrailer(Update):
    """A trailer with an entry more."""

    def _populate_trailer(self, trailer: Any) -> None:
        super()._populate_trailer(trailer)  # type: ignore[no-untyped-call]
        trailer["/Other"] = generic.pdf_string("Other words")


def trailer_of_the_seal_says_more(sealed: Sealed, house: House) -> bytes:
    """Words in a place where nobody looks for any."""
    prefix = sealed.data[: sealed.prefix_end]
    return seal(prefix, house, sealed.text, update=_TalkingTrailer)


def page_hung_on_what_the_seal_adds(sealed: Sealed, house: House) -> bytes:
    """A page whose /Parent does not exist until the seal's update makes it: the page is turned.

    Whoever walks through a document never follows /Parent, yet pages inherit from it.
    """
    number = int(re.findall(rb"/Size (\d+)", sealed.data[: sealed.prefix_end])[-1]) + 1

    def plant(writer: Any) -> None:
        page_of(writer).get_object()["/Parent"] = generic.IndirectObject(number, 0, writer)

    def change(writer: Any) -> None:
        tree = dictionary(Type=pdf_name("/Pages"), Rotate=generic.NumberObject(180))
        form = generic.StreamObject(stream_data=b"q Q")
        form["/Subtype"] = pdf_name("/Form")
        form["/BBox"] = generic.ArrayObject(map(generic.NumberObject, (0, 0, 0, 0)))
        added = writer.add_object(tree)
        form["/Resources"] = dictionary(XObject=dictionary(Added=added))
        assert added.idnum == number
        seal_field = form_field(writer, "Seal")
        seal_field["/AP"] = dictionary(N=writer.add_object(form))
        writer.update_container(seal_field)

    return _seal_changes(house, change, plant)


def field_changed_by_the_next_client(sealed: Sealed, house: House) -> bytes:
    """The second client's update changes what the first filled in."""
    return _turn_changes(house, 2, _other_words)


def field_hidden_by_the_next_client(sealed: Sealed, house: House) -> bytes:
    """The second client's update hides it."""
    return _turn_changes(house, 2, _hidden)


def _plant_for_second(writer: Any) -> None:
    """The field is the second client's."""
    form_field(writer, "Fill1")["/T"] = generic.pdf_string("Fill2")


def field_of_the_next_client_filled(sealed: Sealed, house: House) -> bytes:
    """The first client fills in what the second was to be asked."""

    def change(writer: Any) -> None:
        field = form_field(writer, "Fill2.note")
        field["/V"] = generic.pdf_string("Wpłacono kaucję")
        writer.update_container(field)

    return _turn_changes(house, 1, change, _plant_for_second)


def _plant_value(writer: Any) -> None:
    _set("/V", generic.pdf_string("1500 zł"))(writer)


def value_of_head_office_changed_by_a_client(sealed: Sealed, house: House) -> bytes:
    """A field that was filled before the director signed gets another value."""
    return _turn_changes(house, 1, _other_words, _plant_value)


TURN_ATTACKS: Final[Attacks] = {
    ("altered", "changed_after_signature"): (
        field_changed_by_the_seal,
        field_hidden_by_the_seal,
        field_made_unknown_by_the_seal,
        appearance_changed_by_the_seal,
        version_lowered_by_the_seal,
        evidence_added_by_the_seal,
        metadata_switched_by_the_seal,
        catalog_made_unknown_by_the_seal,
        trailer_of_the_seal_says_more,
        field_changed_by_the_next_client,
        field_hidden_by_the_next_client,
        field_of_the_next_client_filled,
        value_of_head_office_changed_by_a_client,
    ),
    ("cannot_tell", "structure_unreadable"): (page_hung_on_what_the_seal_adds,),
}
"""Outcome and finding, and the attacks."""
