"""What a document shows against what it holds: fields, covers, and what readers do differently.

All of it is signed by everybody who counts: a kiosk draws something else than it stores, or whoever
prepares documents lets the director certify what shows, or runs, otherwise later.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.signers.pdf_byterange import PdfSignedData

from tests.vectors.attacks import Attacks, form_field, page_of
from tests.vectors.field_font import codes_of, drawn_text, embed_field_font
from tests.vectors.place_attacks import client_draws
from tests.vectors.sealed_pdf import (
    CLIENTS,
    DIRECTOR_SIGNED,
    ISSUED,
    House,
    Sealed,
    Update,
    claims_for,
    client_time,
    direct,
    fill,
    finish,
    prepare,
    seal,
    sign,
    text_for,
)
from tests.vectors.tail_attacks import dictionary, numbers

__all__ = ["DRAWING_ATTACKS", "drawn_by_hand", "drawn_on_two_lines"]
__all__ += ["within_the_tolerance_of_clocks"]

Change = Callable[[Any], None]

_NOTE: Final = "Fill1.note"
_COVER: Final = b"0.9 g 0 0 228 20 re f\n"


def _fills(house: House, value: str, drawn: bytes, plant: Change = lambda writer: None) -> bytes:
    """A kiosk stores a value, and draws something."""
    return client_draws(house, lambda writer: fill(writer, _NOTE, value, drawn), plant)


def drawn_on_two_lines(house: House) -> bytes:
    """A control: a value that is drawn on two lines."""
    return _fills(house, "100 000", drawn_text("100", "000", size=7, top=12))


def drawn_by_hand(house: House) -> bytes:
    """A control: initials, in a field that was certified for them."""
    return _fills(house, "AW", _by_hand("AW"), _for_initials)


def _by_hand(text: str) -> bytes:
    unseen = b"BT 3 Tr /SygnetSans 9.000 Tf 1 0 0 1 3.000 4.000 Tm <%s> Tj ET\n" % codes_of(text)
    curves = b"3 3 m\n9 12 l\n15 3 l\n13 7 11 7 9 7 c\nh\nf\n"
    return b"/Tx BMC\nq\n0.047 0.094 0.353 rg\n" + curves + unseen + b"Q\nEMC\n"


def _for_initials(writer: Any) -> None:
    form_field(writer, _NOTE)["/MaxLen"] = generic.NumberObject(8)


def value_drawn_as_another(sealed: Sealed, house: House) -> bytes:
    """A program reads 100 where people see 900."""
    return _fills(house, "100", drawn_text("900"))


def value_drawn_with_more(sealed: Sealed, house: House) -> bytes:
    """A digit more."""
    return _fills(house, "100", drawn_text("1000"))


def value_drawn_in_another_order(sealed: Sealed, house: House) -> bytes:
    """The lines change places."""
    return _fills(house, "100 900", drawn_text("900", "100", size=7, top=12))


def value_drawn_out_of_its_box(sealed: Sealed, house: House) -> bytes:
    """The last digits lie beyond the edge, where nothing shows."""
    return _fills(house, "900,00", drawn_text("900,00", left=220))


def value_drawn_too_small(sealed: Sealed, house: House) -> bytes:
    """A grain of dust."""
    return _fills(house, "900", drawn_text("900", size=0.2))


def value_drawn_in_white(sealed: Sealed, house: House) -> bytes:
    """On white paper nothing shows."""
    return _fills(house, "900", drawn_text("900").replace(b"0.00 g", b"1.00 g"))


def value_drawn_and_covered(sealed: Sealed, house: House) -> bytes:
    """Something is painted over it."""
    return _fills(house, "900", drawn_text("900").replace(b"Q\nEMC\n", _COVER + b"Q\nEMC\n"))


def value_drawn_line_upon_line(sealed: Sealed, house: House) -> bytes:
    """Two lines on one: nobody reads either."""
    shown = drawn_text("100", "900", top=6).replace(b"2.000 -7.200 Tm", b"2.000 6.000 Tm")
    return _fills(house, "100 900", shown)


def value_drawn_in_curves(sealed: Sealed, house: House) -> bytes:
    """Curves, which nothing reads, where letters are due."""
    return _fills(house, "AW", _by_hand("AW"))


def amount_drawn_as_initials(sealed: Sealed, house: House) -> bytes:
    """Digits where only initials are drawn by hand."""
    return _fills(house, "900", _by_hand("900"), _for_initials)


def value_drawn_in_a_font_of_the_kiosk(sealed: Sealed, house: House) -> bytes:
    """The same codes in another font, in which they may be other letters."""

    def change(writer: Any) -> None:
        fill(writer, _NOTE, "900")
        fonts = form_field(writer, _NOTE)["/AP"]["/N"]["/Resources"]["/Font"]
        fonts["/SygnetSans"] = embed_field_font(writer)

    return client_draws(house, change)


def value_that_is_not_drawn(sealed: Sealed, house: House) -> bytes:
    """A program reads what nobody sees."""

    def change(writer: Any) -> None:
        form_field(writer, _NOTE)["/V"] = generic.pdf_string("900")
        writer.update_container(form_field(writer, _NOTE))

    return client_draws(house, change)


def drawing_without_a_value(sealed: Sealed, house: House) -> bytes:
    """People see what no program reads."""

    def change(writer: Any) -> None:
        fill(writer, _NOTE, "900")
        del form_field(writer, _NOTE)["/V"]

    return client_draws(house, change)


def value_in_a_late_encoding(sealed: Sealed, house: House) -> bytes:
    """UTF-8, which older readers take for other letters."""

    def change(writer: Any) -> None:
        fill(writer, _NOTE, "900")
        form_field(writer, _NOTE)["/V"] = generic.ByteStringObject(b"\xef\xbb\xbf900")

    return client_draws(house, change)


def _prepared(house: House, plant: Change) -> bytes:
    """A document that was prepared by a liar, and signed and sealed honestly."""
    return finish(direct(prepare(plant=plant), house), house).data


def form_that_calculates(sealed: Sealed, house: House) -> bytes:
    """An order in which scripts of fields are run."""

    def plant(writer: Any) -> None:
        first = generic.ArrayObject([generic.IndirectObject(1, 0, writer)])
        writer.root["/AcroForm"]["/CO"] = first

    return _prepared(house, plant)


def form_of_another_kind_inside(sealed: Sealed, house: House) -> bytes:
    """XFA: some readers show it in place of the pages."""

    def plant(writer: Any) -> None:
        form = generic.StreamObject(stream_data=b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>")
        writer.root["/AcroForm"]["/XFA"] = writer.add_object(form)

    return _prepared(house, plant)


def _field_has(house: House, key: str, value: Any) -> bytes:
    def plant(writer: Any) -> None:
        form_field(writer, _NOTE)[key] = value

    return _prepared(house, plant)


def field_for_the_screen_alone(sealed: Sealed, house: House) -> bytes:
    """What the client fills in is not on paper."""
    return _field_has(house, "/F", generic.NumberObject(0))


def field_for_paper_alone(sealed: Sealed, house: House) -> bytes:
    """What the client fills in is not on the screen."""
    return _field_has(house, "/F", generic.NumberObject(4 | 32))


def field_with_a_text_of_its_own(sealed: Sealed, house: House) -> bytes:
    """A second value, with type and colour, which some readers draw."""
    return _field_has(house, "/RV", generic.pdf_string("<body><p>900</p></body>"))


def field_that_calculates(sealed: Sealed, house: House) -> bytes:
    """A script of a field."""
    script = dictionary(S=pdf_name("/JavaScript"), JS=generic.pdf_string("event.value = 900"))
    return _field_has(house, "/AA", dictionary(F=script))


def _cover(writer: Any, name: str) -> None:
    """An empty field that draws something."""
    form = generic.StreamObject(stream_data=_COVER)
    form["/Type"], form["/Subtype"] = pdf_name("/XObject"), pdf_name("/Form")
    form["/BBox"] = numbers(0, 0, 228, 20)
    form_field(writer, name)["/AP"] = dictionary(N=writer.add_object(form))


def words_covered_until_the_client_fills(sealed: Sealed, house: House) -> bytes:
    """The director sees a box where words come to light when it is filled in."""
    return _prepared(house, lambda writer: _cover(writer, _NOTE))


def words_covered_until_the_client_signs(sealed: Sealed, house: House) -> bytes:
    """The same by an empty signature."""

    def change(writer: Any) -> None:
        look = generic.StreamObject(stream_data=b"")
        look["/Subtype"], look["/BBox"] = pdf_name("/Form"), numbers(0, 0, 0, 0)
        form_field(writer, "Client1")["/AP"] = dictionary(N=writer.add_object(look))

    return client_draws(house, change, lambda writer: _cover(writer, "Client1"))


def script_certified(sealed: Sealed, house: House) -> bytes:
    """A script that the director signed, and never saw."""
    script = dictionary(S=pdf_name("/JavaScript"), JS=generic.pdf_string("app.alert(1)"))
    return _catalog_has(house, "OpenAction", script)


def _catalog_has(house: House, key: str, value: Any) -> bytes:
    def plant(writer: Any) -> None:
        writer.root[pdf_name(f"/{key}")] = value
        writer.update_root()

    return _prepared(house, plant)


def scripts_certified_by_name(sealed: Sealed, house: House) -> bytes:
    """Scripts of the whole document."""
    script = dictionary(S=pdf_name("/JavaScript"), JS=generic.pdf_string("app.alert(1)"))
    listed = generic.ArrayObject([generic.pdf_string("a"), script])
    return _catalog_has(house, "Names", dictionary(JavaScript=dictionary(Names=listed)))


def file_certified(sealed: Sealed, house: House) -> bytes:
    """A file inside of the file, which a reader offers to open."""
    return _catalog_has(house, "Names", dictionary(EmbeddedFiles=dictionary()))


def metadata_certified(sealed: Sealed, house: House) -> bytes:
    """XMP metadata, which readers show as the document's title and author."""

    def plant(writer: Any) -> None:
        words = generic.StreamObject(stream_data=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
        words["/Type"], words["/Subtype"] = pdf_name("/Metadata"), pdf_name("/XML")
        writer.root["/Metadata"] = writer.add_object(words)
        writer.update_root()

    return _prepared(house, plant)


def layers_by_the_occasion_certified(sealed: Sealed, house: House) -> bytes:
    """Layers that switch themselves on paper."""
    switched = generic.ArrayObject([dictionary(Event=pdf_name("/Print"))])
    layers = dictionary(OCGs=generic.ArrayObject(), D=dictionary(AS=switched))
    return _catalog_has(house, "OCProperties", layers)


def layer_for_paper_alone_certified(sealed: Sealed, house: House) -> bytes:
    """A layer that says itself where it shows."""

    def plant(writer: Any) -> None:
        usage = dictionary(Print=dictionary(PrintState=pdf_name("/ON")))
        layer = dictionary(Type=pdf_name("/OCG"), Name=generic.pdf_string("a"), Usage=usage)
        named = dictionary(Properties=dictionary(L=writer.add_object(layer)))
        page_of(writer).get_object()["/Resources"] = named

    return _prepared(house, plant)


def layer_of_no_kind_certified(sealed: Sealed, house: House) -> bytes:
    """The same without its /Type, for which readers do not ask."""

    def plant(writer: Any) -> None:
        usage = dictionary(Print=dictionary(PrintState=pdf_name("/ON")))
        layer = dictionary(Name=generic.pdf_string("a"), Usage=writer.add_object(usage))
        named = dictionary(Properties=dictionary(L=writer.add_object(layer)))
        page_of(writer).get_object()["/Resources"] = named

    return _prepared(house, plant)


def script_whose_kind_is_elsewhere(sealed: Sealed, house: House) -> bytes:
    """A script behind a destination, the name of its kind an object of its own."""

    def plant(writer: Any) -> None:
        kind = writer.add_object(pdf_name("/JavaScript"))
        script = dictionary(S=kind, JS=generic.pdf_string("app.alert(1)"))
        writer.root["/Dests"] = dictionary(A=script)
        writer.update_root()

    return _prepared(house, plant)


def _page_draws(house: House, **entries: Any) -> bytes:
    def plant(writer: Any) -> None:
        inner = generic.StreamObject(stream_data=b" ")
        for key, value in entries.items():
            inner[pdf_name(f"/{key}")] = value
        resources = dictionary(XObject=dictionary(Inner=writer.add_object(inner)))
        page_of(writer).get_object()["/Resources"] = resources

    return _prepared(house, plant)


def page_of_another_file_certified(sealed: Sealed, house: House) -> bytes:
    """A page whose picture is in another file."""
    return _page_draws(house, Subtype=pdf_name("/Image"), F=generic.pdf_string("other.pdf"))


def picture_for_paper_certified(sealed: Sealed, house: House) -> bytes:
    """A page with another picture for printers."""
    other = generic.ArrayObject([dictionary(DefaultForPrinting=generic.BooleanObject(True))])
    return _page_draws(house, Subtype=pdf_name("/Image"), Alternates=other)


def postscript_certified(sealed: Sealed, house: House) -> bytes:
    """A page that draws for printers alone."""
    return _page_draws(house, Subtype=pdf_name("/PS"))


def _annotated(house: House, **entries: Any) -> bytes:
    def plant(writer: Any) -> None:
        note = dictionary(Type=pdf_name("/Annot"), Rect=numbers(60, 700, 460, 760), **entries)
        page_of(writer).get_object()["/Annots"].append(writer.add_object(note))

    return _prepared(house, plant)


def note_certified(sealed: Sealed, house: House) -> bytes:
    """A note without a look: each reader draws it in its own way, or not at all."""
    words = generic.pdf_string("900")
    return _annotated(house, Subtype=pdf_name("/FreeText"), Contents=words)


def field_that_no_form_names(sealed: Sealed, house: House) -> bytes:
    """A widget on the page, which no rule for fields looks at."""
    return _annotated(house, Subtype=pdf_name("/Widget"), FT=pdf_name("/Tx"))


def link_that_starts_a_program(sealed: Sealed, house: House) -> bytes:
    """A link to something that runs."""
    start = dictionary(S=pdf_name("/Launch"), F=generic.pdf_string("calc"))
    return _annotated(house, Subtype=pdf_name("/Link"), A=start)


def page_that_runs(sealed: Sealed, house: House) -> bytes:
    """A page that does something when it is shown."""

    def plant(writer: Any) -> None:
        script = dictionary(S=pdf_name("/JavaScript"), JS=generic.pdf_string("app.alert(1)"))
        page_of(writer).get_object()["/AA"] = dictionary(O=script)

    return _prepared(house, plant)


def bookmark_that_runs(sealed: Sealed, house: House) -> bytes:
    """A table of contents that does something."""

    def plant(writer: Any) -> None:
        script = dictionary(S=pdf_name("/JavaScript"), JS=generic.pdf_string("app.alert(1)"))
        item = writer.add_object(dictionary(Title=generic.pdf_string("a"), A=script))
        writer.root["/Outlines"] = writer.add_object(dictionary(First=item, Last=item))
        writer.update_root()

    return _prepared(house, plant)


def unlisted_object_in_the_clients_update(sealed: Sealed, house: House) -> bytes:
    """The page's content once more, where only readers look that rebuild the table."""

    def change(writer: Any) -> None:
        fill(writer, _NOTE, "900")
        look = form_field(writer, _NOTE)["/AP"]["/N"]
        written = look.write_to_stream

        def padded(stream: Any, *arguments: Any, **named: Any) -> None:
            written(stream, *arguments, **named)
            stream.write(b"\nendobj\n2 0 obj\n<</Length 3>>\nstream\n0 g\nendstream")

        look.write_to_stream = padded

    return client_draws(house, change)


def _at(house: House, **moved: Any) -> bytes:
    """An honest file whose people have other times, which their signatures state as well."""
    director = DIRECTOR_SIGNED + moved.get("director", timedelta())
    times = [client_time(n + 1) + moved.get(f"client{n + 1}", timedelta()) for n in range(2)]
    settings: dict[str, Any] = {"certify": True}
    settings["docmdp_permissions"] = MDPPerm.FILL_FORMS
    prefix = sign(prepare(2), "Director", house.director, house, director, **settings)
    for place, at in enumerate(times):
        client = house.client(CLIENTS[place], at)
        prefix = sign(prefix, f"Client{place + 1}", client, house, at)
    claims = claims_for(prefix, 2)
    signers = [
        replace(each, signed_at=at)
        for each, at in zip(claims.signers, (director, *times), strict=True)
    ]
    return seal(prefix, house, text_for(replace(claims, signers=tuple(signers)), house))


def within_the_tolerance_of_clocks(house: House) -> bytes:
    """A control: clocks of people who signed at once, nine minutes apart, in the wrong order."""
    ahead, behind = timedelta(minutes=8), timedelta(minutes=-1)
    return _at(house, director=ISSUED - DIRECTOR_SIGNED, client1=ahead, client2=behind)


def client_before_the_director(sealed: Sealed, house: House) -> bytes:
    """A signature over another one that was not there yet."""
    return _at(house, director=ISSUED - DIRECTOR_SIGNED + timedelta(minutes=11))


def second_client_before_the_first(sealed: Sealed, house: House) -> bytes:
    """The same between clients."""
    return _at(house, client2=timedelta(minutes=-11))


def client_after_the_seal(sealed: Sealed, house: House) -> bytes:
    """A seal over a signature that was not there yet."""
    return _at(house, client2=timedelta(minutes=11))


def clients_drift_back_in_time(sealed: Sealed, house: House) -> bytes:
    """Each nine minutes before the one before, which is too far in sum."""
    director = ISSUED - DIRECTOR_SIGNED
    first, second = timedelta(minutes=-9), timedelta(minutes=-18)
    return _at(house, director=director, client1=first, client2=second)


def _reference_says(house: House, change: Callable[[Any], None]) -> bytes:
    """A client's signature with a permission that says more."""

    class Talking(Update):
        def add_object(self, obj: Any, *arguments: Any, **named: Any) -> Any:
            if isinstance(obj, PdfSignedData):
                parameters = dictionary(
                    Type=pdf_name("/TransformParams"),
                    V=pdf_name("/1.2"),
                    Action=pdf_name("/Include"),
                    Fields=generic.ArrayObject(),
                )
                permission = dictionary(
                    Type=pdf_name("/SigRef"),
                    TransformMethod=pdf_name("/FieldMDP"),
                    TransformParams=parameters,
                    Data=generic.IndirectObject(1, 0, self),
                )
                change(permission)
                obj["/Reference"] = generic.ArrayObject([permission])
            return super().add_object(obj, *arguments, **named)

    at = client_time(1)
    client = house.client(CLIENTS[0], at)
    prefix = sign(direct(prepare(), house), "Client1", client, house, at, update=Talking)
    return seal(prefix, house, text_for(claims_for(prefix), house))


def _words(key: str, *below: str) -> Callable[[Any], None]:
    def change(permission: Any) -> None:
        for each in below:
            permission = permission[each]
        permission[key] = generic.pdf_string("Withdrawn")

    return change


def permission_of_a_version_in_words(sealed: Sealed, house: House) -> bytes:
    """Words where a version is named."""
    return _reference_says(house, _words("/V", "/TransformParams"))


def permission_of_an_action_in_words(sealed: Sealed, house: House) -> bytes:
    """Words where it is said which fields are meant."""
    return _reference_says(house, _words("/Action", "/TransformParams"))


def permission_with_a_digest_in_words(sealed: Sealed, house: House) -> bytes:
    """Words where an algorithm is named."""
    return _reference_says(house, _words("/DigestMethod"))


def permission_about_words(sealed: Sealed, house: House) -> bytes:
    """Words where the signed object is named."""

    def change(permission: Any) -> None:
        permission["/Data"] = generic.pdf_string("Withdrawn")

    return _reference_says(house, change)


DRAWING_ATTACKS: Final[Attacks] = {
    ("altered", "field_differs"): (
        value_drawn_as_another,
        value_drawn_with_more,
        value_drawn_in_another_order,
    ),
    ("cannot_tell", "field_unreadable"): (
        value_drawn_out_of_its_box,
        value_drawn_too_small,
        value_drawn_in_white,
        value_drawn_and_covered,
        value_drawn_line_upon_line,
        value_drawn_in_curves,
        amount_drawn_as_initials,
        value_drawn_in_a_font_of_the_kiosk,
        value_that_is_not_drawn,
        drawing_without_a_value,
        value_in_a_late_encoding,
        form_that_calculates,
        form_of_another_kind_inside,
        field_for_the_screen_alone,
        field_for_paper_alone,
        field_with_a_text_of_its_own,
        field_that_calculates,
    ),
    ("cannot_tell", "readers_may_differ"): (
        script_certified,
        scripts_certified_by_name,
        file_certified,
        metadata_certified,
        layers_by_the_occasion_certified,
        layer_for_paper_alone_certified,
        layer_of_no_kind_certified,
        script_whose_kind_is_elsewhere,
        page_of_another_file_certified,
        picture_for_paper_certified,
        postscript_certified,
        note_certified,
        field_that_no_form_names,
        link_that_starts_a_program,
        page_that_runs,
        bookmark_that_runs,
    ),
    ("cannot_tell", "times_out_of_order"): (
        client_before_the_director,
        second_client_before_the_first,
        client_after_the_seal,
        clients_drift_back_in_time,
    ),
    ("altered", "changed_after_signature"): (
        words_covered_until_the_client_fills,
        words_covered_until_the_client_signs,
        unlisted_object_in_the_clients_update,
    ),
    ("altered", "signature_broken"): (
        permission_of_a_version_in_words,
        permission_of_an_action_in_words,
        permission_with_a_digest_in_words,
        permission_about_words,
    ),
}
"""Outcome and finding, and the attacks."""
