"""What an evidence service could be made to sign behind the seal, all under trusted timestamps."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any, Final

from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.sign.signers import PdfTimeStamper

from tests.vectors.attacks import Attacks, page_of
from tests.vectors.raw_updates import number_of
from tests.vectors.sealed_pdf import ISSUED, House, Sealed, Update, direct, finish, prepare
from tests.vectors.timestamps import dss_added, timestamp_service, timestamped
from verifier.der import element

__all__ = ["TAIL_ATTACKS", "add_field", "changed", "dictionary", "numbers"]


def changed(change: Callable[[Any], None]) -> type[Update]:
    """An update that changes something before the timestamp is made in it."""

    class Changed(Update):
        def __init__(self, stream: BytesIO) -> None:
            super().__init__(stream)
            change(self)

    return Changed


def dictionary(**entries: Any) -> generic.DictionaryObject:
    return generic.DictionaryObject({pdf_name(f"/{key}"): entries[key] for key in entries})


def numbers(*values: int) -> generic.ArrayObject:
    return generic.ArrayObject(map(generic.NumberObject, values))


def _add_evidence(writer: Any, house: House, **explained: Any) -> None:
    """A DSS whose one stream refers to other objects, which a lenient rule then takes for its."""
    der = house.signing_ca.certificate.public_bytes(Encoding.DER)
    stream = generic.StreamObject(dict_data=dictionary(**explained), stream_data=der)
    certificates = generic.ArrayObject([writer.add_object(stream)])
    writer.root["/DSS"] = writer.add_object(dictionary(Certs=certificates))
    writer.update_root()


def add_field(writer: Any, rectangle: generic.ArrayObject, **more: Any) -> None:
    field = writer.add_object(
        dictionary(
            FT=pdf_name("/Sig"),
            T=generic.pdf_string("Timestamp2"),
            Type=pdf_name("/Annot"),
            Subtype=pdf_name("/Widget"),
            Rect=rectangle,
            F=generic.NumberObject(4),
            **more,
        )
    )
    page = page_of(writer).get_object()
    page["/Annots"].append(field)
    writer.update_container(page["/Annots"])
    writer.root["/AcroForm"]["/Fields"].append(field)
    writer.update_root()


def overlay_explained_by_evidence(sealed: Sealed, house: House) -> bytes:
    """A new field covers the page; its size hides behind references that the DSS "explains"."""

    def change(writer: Any) -> None:
        words = b"1 g 0 0 595 842 re f 0 g BT 72 720 Td (Other) Tj ET"
        form = generic.StreamObject(
            dict_data=dictionary(
                Type=pdf_name("/XObject"),
                Subtype=pdf_name("/Form"),
                BBox=numbers(0, 0, 595, 842),
            ),
            stream_data=words,
        )
        shown = writer.add_object(form)
        corners = [writer.add_object(generic.NumberObject(n)) for n in (0, 0, 595, 842)]
        add_field(writer, generic.ArrayObject(corners), AP=dictionary(N=shown))
        names = {f"X{place}": corner for place, corner in enumerate(corners)}
        _add_evidence(writer, house, Shown=shown, **names)

    return timestamped(sealed.data, house, update=changed(change))


def script_in_a_field(sealed: Sealed, house: House) -> bytes:
    """An invisible field runs JavaScript when its page is shown."""

    def change(writer: Any) -> None:
        script = dictionary(S=pdf_name("/JavaScript"), JS=generic.pdf_string("app.alert(1)"))
        add_field(writer, numbers(0, 0, 0, 0), AA=dictionary(PV=script))

    return timestamped(sealed.data, house, update=changed(change))


def words_in_a_timestamps_name(sealed: Sealed, house: House) -> bytes:
    """Anybody may have a service time-stamp the file: viewers show the name of its field."""
    out = BytesIO()
    stamper = PdfTimeStamper(timestamp_service(house), field_name="Withdrawn, see annex 2")
    stamper.timestamp_pdf(Update(BytesIO(sealed.data)), "sha256", output=out)
    return out.getvalue()


def metadata_replaced(sealed: Sealed, house: House) -> bytes:
    """Another title in XMP metadata."""

    def change(writer: Any) -> None:
        kind = dictionary(Type=pdf_name("/Metadata"), Subtype=pdf_name("/XML"))
        made = generic.StreamObject(dict_data=kind, stream_data=b"<title>Other</title>")
        writer.root["/Metadata"] = writer.add_object(made)
        writer.update_root()

    return timestamped(sealed.data, house, update=changed(change))


def appearances_asked_anew(sealed: Sealed, house: House) -> bytes:
    """Every field is to be drawn anew, in white."""

    def change(writer: Any) -> None:
        form = writer.root["/AcroForm"]
        form["/NeedAppearances"] = generic.BooleanObject(True)
        form["/DA"] = generic.pdf_string("/Helv 12 Tf 1 g")
        writer.update_root()

    return timestamped(sealed.data, house, update=changed(change))


def file_hidden_in_evidence(sealed: Sealed, house: House) -> bytes:
    """Another PDF among the certificates."""

    def change(writer: Any) -> None:
        kind = dictionary(Type=pdf_name("/EmbeddedFile"))
        other = generic.StreamObject(dict_data=kind, stream_data=b"%PDF-1.7 other")
        _add_evidence(writer, house, Other=writer.add_object(other))

    return timestamped(sealed.data, house, update=changed(change))


def planted_note_revealed(sealed: Sealed, house: House) -> bytes:
    """The list of annotations names an object of before once more."""

    def change(writer: Any) -> None:
        page = page_of(writer).get_object()
        page["/Annots"].append(page["/Annots"].raw_get(0))
        writer.update_container(page["/Annots"])

    return timestamped(sealed.data, house, update=changed(change))


def _plant_list_of_contents(writer: Any) -> None:
    page = page_of(writer).get_object()
    page["/Contents"] = writer.add_object(generic.ArrayObject([page.raw_get("/Contents")]))


def certificate_drawn_on_the_page(sealed: Sealed, house: House) -> bytes:
    """Evidence that is DER and a drawing at once, in the planted list of a page's contents."""

    def change(writer: Any) -> None:
        drawing = b"\n1 g 0 0 595 842 re f 0 g BT 72 720 Td (Other) Tj ET\n"
        stream = generic.StreamObject(stream_data=element(0x04, drawing))
        contents = page_of(writer).get_object().raw_get("/Contents")
        contents.get_object().append(writer.add_object(stream))
        writer.mark_update(contents.reference)

    planted = finish(direct(prepare(plant=_plant_list_of_contents), house), house)
    return timestamped(planted.data, house, update=changed(change))


def _plant_information(writer: Any) -> None:
    title = generic.pdf_string("Other title")
    writer.add_object(dictionary(Title=title, Planted=generic.BooleanObject(True)))


def information_switched(sealed: Sealed, house: House) -> bytes:
    """The trailer names a planted dictionary as the document information."""
    planted = finish(direct(prepare(plant=_plant_information), house), house).data
    number = number_of(planted, b"/Planted")

    def change(writer: Any) -> None:
        writer.set_info(generic.IndirectObject(number, 0, writer))

    return timestamped(planted, house, update=changed(change))


def junk_under_a_timestamp(sealed: Sealed, house: House) -> bytes:
    """Bytes that no table names, and a timestamp over them."""
    return timestamped(sealed.data + b"% junk\n", house)


def unlisted_object_under_a_timestamp(sealed: Sealed, house: House) -> bytes:
    """The page's content once more, for readers that rebuild the table themselves."""
    other = b"3 0 obj\n<< /Length 4 >>\nstream\n1 g \nendstream\nendobj\n"
    return timestamped(sealed.data + other, house)


def _field_says(house: House, data: bytes, entry: str, value: Any) -> bytes:
    """A timestamp whose field has another entry, set when it is written."""

    class Talking(Update):
        def write(self, stream: Any) -> None:
            for made in self.objects.values():
                if isinstance(made, dict) and str(made.get("/T", "")).startswith("Timestamp"):
                    made[pdf_name(entry)] = value
            super().write(stream)  # type: ignore[no-untyped-call]

    return timestamped(data, house, update=Talking)


def words_where_a_field_names_its_page(sealed: Sealed, house: House) -> bytes:
    """/P, which nobody looks at in a field without size."""
    words = dictionary(Words=generic.pdf_string("Withdrawn"))
    return _field_says(house, sealed.data, "/P", words)


def words_where_a_field_has_flags(sealed: Sealed, house: House) -> bytes:
    """/F."""
    return _field_says(house, sealed.data, "/F", generic.pdf_string("Withdrawn"))


def evidence_about_no_signature(sealed: Sealed, house: House) -> bytes:
    """A VRI whose entry's name is what forty digits spell."""
    name = b"Withdrawn, see annex".hex().upper()

    def change(writer: Any) -> None:
        entry = dictionary(VRI=dictionary(**{name: dictionary()}))
        writer.root["/DSS"] = writer.add_object(entry)
        writer.update_root()

    return timestamped(sealed.data, house, update=changed(change))


def _rewritten_evidence(sealed: Sealed, house: House, change: Callable[[bytes], bytes]) -> bytes:
    """An update of evidence whose table or trailer is changed, and a timestamp over it."""
    with_evidence = dss_added(sealed.data, house)
    at = with_evidence.rindex(b"\nxref\n") + 1
    made = change(with_evidence[at:])
    assert made != with_evidence[at:]
    return timestamped(with_evidence[:at] + made, house)


def information_left_out(sealed: Sealed, house: House) -> bytes:
    """A trailer without /Info: PyHanko looks further back, other readers show no title."""

    def change(end: bytes) -> bytes:
        return re.sub(rb"/Info \d+ 0 R\n", b"", end)

    return _rewritten_evidence(sealed, house, change)


def identifier_changed_under_a_timestamp(sealed: Sealed, house: House) -> bytes:
    """The first identifier, which stays the same for ever."""

    def change(end: bytes) -> bytes:
        return re.sub(rb"/ID \[ <.{32}>", b"/ID [ <" + b"0" * 32 + b">", end)

    return _rewritten_evidence(sealed, house, change)


def empty_section_far_away(sealed: Sealed, house: House) -> bytes:
    """A table's section of no objects, from the nine-millionth: MuPDF rebuilds the table."""
    return _rewritten_evidence(
        sealed, house, lambda end: end.replace(b"xref\n", b"xref\n9999999 0\n", 1)
    )


def timestamp_from_before(sealed: Sealed, house: House) -> bytes:
    """A trusted service whose clock is years behind the certificate."""
    return timestamped(sealed.data, house, at=datetime(2010, 1, 1, tzinfo=UTC))


def timestamp_from_the_future(sealed: Sealed, house: House) -> bytes:
    """A trusted service whose clock is years ahead."""
    return timestamped(sealed.data, house, at=ISSUED + timedelta(days=1800))


TAIL_ATTACKS: Final[Attacks] = {
    ("altered", "changed_after_seal"): (
        overlay_explained_by_evidence,
        script_in_a_field,
        words_in_a_timestamps_name,
        metadata_replaced,
        appearances_asked_anew,
        file_hidden_in_evidence,
        planted_note_revealed,
        certificate_drawn_on_the_page,
        information_switched,
        junk_under_a_timestamp,
        unlisted_object_under_a_timestamp,
        words_where_a_field_names_its_page,
        words_where_a_field_has_flags,
        evidence_about_no_signature,
        information_left_out,
        identifier_changed_under_a_timestamp,
        empty_section_far_away,
    ),
    ("cannot_tell", "long_life_unproved"): (timestamp_from_before, timestamp_from_the_future),
}
"""Outcome and finding, and the attacks."""
