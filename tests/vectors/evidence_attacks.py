"""What could be hidden in the evidence behind the seal, all under trusted timestamps.

The objects are of the kinds that long keeping needs; what they say is not. Here a public
timestamping service is all that the attacker needs.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any, Final

from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.sign.signers import PdfTimeStamper

from tests.vectors.attacks import Attacks, page_of
from tests.vectors.sealed_pdf import House, Sealed, Update, direct, finish, prepare
from tests.vectors.tail_attacks import add_field, changed, dictionary, numbers
from tests.vectors.timestamps import timestamp_service, timestamped
from verifier.der import element

__all__ = ["EVIDENCE_ATTACKS", "EVIDENCE_PLANTS"]

_WORDS: Final = b"BT /F1 24 Tf 72 720 Td (Other words) Tj ET"


def previous_table_inside_evidence(sealed: Sealed, house: House) -> bytes:
    """/Prev points into a certificate that is DER, a page and a table at once.

    A reader that follows /Prev meets a revision that redefines the contract's page; one that cuts
    the file into updates does not.
    """
    data = sealed.data
    number = page_of(Update(BytesIO(data))).get_object().raw_get("/Contents").idnum
    trailer = re.findall(rb"/Info \d+ 0 R|/Root \d+ 0 R|/ID\s*\[.*?\]", data, re.DOTALL)
    entries = b" ".join({each[:5]: each for each in trailer}.values())
    size, before = _last(rb"/Size (\d+)", data), _last(rb"startxref\s+(\d+)", data)
    head_bytes = len(_stream_head(size, 999)) + 4  # with the head of a DER value
    page_at = len(data) + head_bytes
    page = b"\n%d 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n"
    hidden = page % (number, len(_WORDS), _WORDS)
    hidden_table = page_at + len(hidden)
    hidden += _table(number, [page_at + 1], size, before, entries, hidden_table)
    value = element(0x30, hidden)
    added = _stream_head(size, len(value)) + value + b"\nendstream\nendobj\n"
    evidence_at = len(data) + len(added)
    added += b"%d 0 obj\n<< /Certs [%d 0 R] >>\nendobj\n" % (size + 1, size)
    table_at = len(data) + len(added)
    offsets = [len(data), evidence_at]
    added += _table(size, offsets, size + 2, hidden_table, entries, table_at)
    return timestamped(data + added, house)


def _last(pattern: bytes, data: bytes) -> int:
    return int(re.findall(pattern, data)[-1])


def _stream_head(number: int, length: int) -> bytes:
    return b"%d 0 obj\n<< /Length %d >>\nstream\n" % (number, length)


def _table(
    first: int, offsets: list[int], size: int, before: int, entries: bytes, at: int
) -> bytes:
    rows = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer\n<< /Size %d /Prev %d %s >>\nstartxref\n%d\n%%%%EOF\n"
    return b"xref\n%d %d\n" % (first, len(offsets)) + rows + trailer % (size, before, entries, at)


def _plant_font(writer: Any) -> None:
    """A page whose font stands in the page itself, as some programs write it."""
    kinds = {"Type": "/Font", "Subtype": "/Type1", "BaseFont": "/Helvetica"}
    font = dictionary(**{key: pdf_name(kinds[key]) for key in kinds})
    page_of(writer).get_object()["/Resources"] = dictionary(Font=dictionary(F1=font))


def font_named_by_a_string(sealed: Sealed, house: House) -> bytes:
    """The page is written again, with a string where its font's kind was: it draws no words."""

    def change(writer: Any) -> None:
        page = page_of(writer).get_object()
        page["/Resources"]["/Font"]["/F1"]["/Subtype"] = generic.pdf_string("/Type1")
        writer.update_container(page)

    planted = finish(direct(prepare(plant=_plant_font), house), house)
    return timestamped(planted.data, house, update=changed(change))


def _plant_list_of_pages(writer: Any) -> None:
    tree = writer.root["/Pages"]
    tree["/Kids"] = writer.add_object(generic.ArrayObject(list(tree["/Kids"])))


class _ExtraPage(Update):
    """Names the timestamp's field among the pages, too."""

    def add_object(self, obj: Any, *arguments: Any, **named: Any) -> Any:
        made = super().add_object(obj, *arguments, **named)
        if isinstance(obj, dict) and obj.get("/FT") == "/Sig":
            writer: Any = self
            pages = writer.root["/Pages"].raw_get("/Kids")
            pages.get_object().append(made)
            writer.mark_update(pages.reference)
        return made


def field_among_the_pages(sealed: Sealed, house: House) -> bytes:
    """The list of pages grows by the timestamp's own field: an empty page for some readers."""
    planted = finish(direct(prepare(plant=_plant_list_of_pages), house), house)
    return timestamped(planted.data, house, update=_ExtraPage)


def field_without_a_timestamp(sealed: Sealed, house: House) -> bytes:
    """A second invisible field whose value is null: an empty signature field to fill later."""

    def change(writer: Any) -> None:
        add_field(writer, numbers(0, 0, 0, 0), V=generic.NullObject())

    return timestamped(sealed.data, house, update=changed(change))


def words_in_the_evidence(sealed: Sealed, house: House) -> bytes:
    """The catalog's DSS holds text instead of evidence."""

    def change(writer: Any) -> None:
        writer.root["/DSS"] = dictionary(Note=generic.pdf_string("Other words"))
        writer.update_root()

    return timestamped(sealed.data, house, update=changed(change))


def words_in_the_list_of_certificates(sealed: Sealed, house: House) -> bytes:
    """Text where certificates are listed."""

    def change(writer: Any) -> None:
        words = generic.ArrayObject([generic.pdf_string("Other words")])
        writer.root["/DSS"] = writer.add_object(dictionary(Certs=words))
        writer.update_root()

    return timestamped(sealed.data, house, update=changed(change))


def words_in_the_time_of_evidence(sealed: Sealed, house: House) -> bytes:
    """Text where an entry says when it was made."""

    def change(writer: Any) -> None:
        entry = dictionary(TU=generic.pdf_string("Other words"))
        writer.root["/DSS"] = writer.add_object(dictionary(VRI=dictionary(**{"A" * 40: entry})))
        writer.update_root()

    return timestamped(sealed.data, house, update=changed(change))


def page_taken_for_a_certificate(sealed: Sealed, house: House) -> bytes:
    """The evidence names what draws the page."""

    def change(writer: Any) -> None:
        contents = page_of(writer).get_object().raw_get("/Contents")
        named = generic.ArrayObject([generic.IndirectObject(contents.idnum, 0, writer)])
        writer.root["/DSS"] = writer.add_object(dictionary(Certs=named))
        writer.update_root()

    return timestamped(sealed.data, house, update=changed(change))


def words_in_a_timestamp_of_nobody(sealed: Sealed, house: House) -> bytes:
    """A timestamp's dictionary that no field names, with words where its bytes would be."""

    def change(writer: Any) -> None:
        kinds = {"Type": "/DocTimeStamp", "SubFilter": "/ETSI.RFC3161"}
        names = {key: pdf_name(kinds[key]) for key in kinds}
        writer.add_object(dictionary(Contents=generic.pdf_string("Other words"), **names))

    return timestamped(sealed.data, house, update=changed(change))


def evidence_that_nothing_names(sealed: Sealed, house: House) -> bytes:
    """An empty object, where nobody looks for one."""
    return timestamped(
        sealed.data, house, update=changed(lambda writer: writer.add_object(dictionary()))
    )


def file_hidden_in_a_certificate(sealed: Sealed, house: House) -> bytes:
    """A DER value of any content, which nothing names."""

    def change(writer: Any) -> None:
        writer.add_object(generic.StreamObject(stream_data=element(0x30, b"%PDF-1.7 Other words")))

    return timestamped(sealed.data, house, update=changed(change))


def words_in_place_of_a_certificate(sealed: Sealed, house: House) -> bytes:
    """A DER value that is no certificate, list or answer, and is named as one."""

    def change(writer: Any) -> None:
        words = writer.add_object(generic.StreamObject(stream_data=element(0x0C, b"Other words")))
        named = dictionary(Certs=generic.ArrayObject([words]))
        writer.root["/DSS"] = writer.add_object(named)
        writer.update_root()

    return timestamped(sealed.data, house, update=changed(change))


def time_of_evidence_in_other_digits(sealed: Sealed, house: House) -> bytes:
    """A date that only people read."""

    def change(writer: Any) -> None:
        entry = dictionary(TU=generic.pdf_string("D:" + "\N{ARABIC-INDIC DIGIT ONE}" * 14 + "Z"))
        writer.root["/DSS"] = writer.add_object(dictionary(VRI=dictionary(**{"A" * 40: entry})))
        writer.update_root()

    return timestamped(sealed.data, house, update=changed(change))


def certificate_beside_a_timestamps_own(sealed: Sealed, house: House) -> bytes:
    """The CA above comes along: no signature covers it, so anybody could take it out again."""
    service, out = timestamp_service(house), BytesIO()
    above = house.signing_ca.certificate.public_bytes(Encoding.DER)
    service.certs_to_embed.append(asn1_x509.Certificate.load(above))
    PdfTimeStamper(service).timestamp_pdf(Update(BytesIO(sealed.data)), "sha256", output=out)
    return out.getvalue()


EVIDENCE_ATTACKS: Final[Attacks] = {
    ("altered", "changed_after_seal"): (
        previous_table_inside_evidence,
        font_named_by_a_string,
        field_among_the_pages,
        field_without_a_timestamp,
        words_in_the_evidence,
        words_in_the_list_of_certificates,
        words_in_the_time_of_evidence,
        page_taken_for_a_certificate,
        words_in_a_timestamp_of_nobody,
        certificate_beside_a_timestamps_own,
        evidence_that_nothing_names,
        file_hidden_in_a_certificate,
        words_in_place_of_a_certificate,
        time_of_evidence_in_other_digits,
    ),
}
"""Outcome and finding, and the attacks."""

EVIDENCE_PLANTS: Final = (_plant_font, _plant_list_of_pages)
"""Harmless as they are: files with them stay genuine, under honest timestamps too."""
