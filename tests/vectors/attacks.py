"""Attacks on a sealed PDF, each a function from a genuine file to a forged one.

Named after what the attacker does. Some are known from the literature (shadow attacks, universal
signature forgery, incremental saving, signature wrapping); the rest were thought up against this
verifier.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any, Final

from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.writer import PageObject

from tests.vectors.raw_seal import rewritten, seal_certificates
from tests.vectors.sealed_pdf import (
    House,
    Sealed,
    Update,
    find_field,
    seal,
    sealed_pdf,
    text_for,
)
from verifier.der import read_element

__all__ = ["ATTACKS", "Attack", "Attacks", "contents_gap", "form_field", "page_of", "updated"]

Attack = Callable[[Sealed, House], bytes]
Attacks = dict[tuple[str, str], tuple[Attack, ...]]
"""Outcome and finding that attacks deserve, and the attacks."""


def updated(data: bytes, change: Callable[[Any], None]) -> bytes:
    """Append an incremental update without a signature."""
    writer: Any = Update(BytesIO(data))
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def page_of(writer: Any, number: int = 0) -> Any:
    return writer.root["/Pages"]["/Kids"].raw_get(number)


def form_field(writer: Any, name: str) -> Any:
    return find_field(writer, name).get_object()


def contents_gap(sealed: Sealed) -> tuple[int, int]:
    """Start and end of the seal's `<hex>`."""
    start = sealed.data.index(b"/Contents <", sealed.prefix_end) + len(b"/Contents ")
    return start, sealed.data.index(b">", start) + 1


def white_box(sealed: Sealed, house: House) -> bytes:
    """Paint a white box over the contract."""

    def change(writer: Any) -> None:
        page = page_of(writer).get_object()
        box = writer.add_object(generic.StreamObject(stream_data=b"1 g 60 700 400 60 re f"))
        page["/Contents"] = generic.ArrayObject([page.raw_get("/Contents"), box])
        writer.update_container(page)

    return updated(sealed.data, change)


def page_swapped(sealed: Sealed, house: House) -> bytes:
    """Put another page in the first page's place."""

    def change(writer: Any) -> None:
        stream = generic.StreamObject(stream_data=b"BT 72 720 Td (Other) Tj ET")
        page = PageObject(
            contents=writer.add_object(stream),
            media_box=generic.ArrayObject(generic.NumberObject(n) for n in (0, 0, 595, 842)),
        )
        tree = writer.root["/Pages"]
        page["/Parent"] = writer.root.raw_get("/Pages")
        tree["/Kids"][0] = writer.add_object(page)
        writer.update_container(tree)

    return updated(sealed.data, change)


def page_tree_switched(sealed: Sealed, house: House) -> bytes:
    """Point the catalog at another page tree."""

    def change(writer: Any) -> None:
        tree = generic.DictionaryObject(writer.root["/Pages"])
        writer.root["/Pages"] = writer.add_object(tree)
        writer.update_root()

    return updated(sealed.data, change)


def annotation_added(sealed: Sealed, house: House) -> bytes:
    """Add a free text annotation."""

    def change(writer: Any) -> None:
        page = page_of(writer).get_object()
        note = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/FreeText"),
                pdf_name("/Contents"): generic.pdf_string("zero"),
                pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (1, 1, 99, 99))),
            }
        )
        page["/Annots"] = generic.ArrayObject([*page.get("/Annots", ()), writer.add_object(note)])
        writer.update_container(page)

    return updated(sealed.data, change)


def field_value_changed(sealed: Sealed, house: House) -> bytes:
    """Change what the client filled in."""

    def change(writer: Any) -> None:
        field = form_field(writer, "Fill1.note")
        field["/V"] = generic.pdf_string("Nie wpłacono")
        writer.update_container(field)

    return updated(sealed.data, change)


def field_appearance_changed(sealed: Sealed, house: House) -> bytes:
    """Change how a field looks, and leave its value."""

    def change(writer: Any) -> None:
        field = form_field(writer, "Fill1.note")
        form = generic.StreamObject(stream_data=b"BT (0) Tj ET")
        form["/Subtype"] = pdf_name("/Form")
        field["/AP"] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(form)})
        writer.update_container(field)

    return updated(sealed.data, change)


def seal_appearance_replaced(sealed: Sealed, house: House) -> bytes:
    """Draw another certificate page."""

    def change(writer: Any) -> None:
        field = form_field(writer, "Seal")
        form = generic.StreamObject(stream_data=b"BT (Other certificate) Tj ET")
        form["/Subtype"] = pdf_name("/Form")
        field["/AP"] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(form)})
        writer.update_container(field)

    return updated(sealed.data, change)


def certificate_of_another_document(sealed: Sealed, house: House) -> bytes:
    """Seal another document with a stranger's key and show this one's certificate."""
    other = sealed_pdf(house, clients=2)
    return seal(other.data[: other.prefix_end], House("stranger"), sealed.text)


def tail_of_another_document(sealed: Sealed, house: House) -> bytes:
    """Put this file's raw tail after another document's prefix."""
    other = sealed_pdf(house, clients=2)
    return other.data[: other.prefix_end] + sealed.data[sealed.prefix_end :]


def truncated(sealed: Sealed, house: House) -> bytes:
    """Cut the last 100 bytes off."""
    return sealed.data[:-100]


def seal_cut_off(sealed: Sealed, house: House) -> bytes:
    """Keep only what the people signed: a valid prefix."""
    return sealed.data[: sealed.prefix_end]


def rolled_back_to_director(sealed: Sealed, house: House) -> bytes:
    """Keep only the director's revision."""
    return sealed.data[: sealed.director_end]


def flip_in_prefix(sealed: Sealed, house: House) -> bytes:
    """Change one letter of the contract."""
    return sealed.data.replace(b"Umowa najmu", b"Umowa Najmu", 1)


def flip_in_seal_update(sealed: Sealed, house: House) -> bytes:
    """Change one byte behind the seal's /Contents."""
    return _flipped(sealed.data, sealed.data.rindex(b"startxref") + 11)


def flip_in_end_of_file(sealed: Sealed, house: House) -> bytes:
    """Change the very last byte."""
    return _flipped(sealed.data, len(sealed.data) - 1)


def flip_in_seal_signature(sealed: Sealed, house: House) -> bytes:
    """Change one hexadecimal digit of the seal's signature."""
    start, _ = contents_gap(sealed)
    at = start + 400
    digit = b"0" if sealed.data[at : at + 1] != b"0" else b"1"
    return sealed.data[:at] + digit + sealed.data[at + 1 :]


def zero_padding_flipped(sealed: Sealed, house: House) -> bytes:
    """Hide something in the zeros behind the seal's signature."""
    _, end = contents_gap(sealed)
    return sealed.data[: end - 3] + b"1" + sealed.data[end - 2 :]


def junk_after_end(sealed: Sealed, house: House) -> bytes:
    """Append something that no reader looks at."""
    return sealed.data + b"% junk\n"


def byte_range_mangled(sealed: Sealed, house: House) -> bytes:
    """Universal signature forgery: a byte range that covers nothing."""
    return _with_byte_range(sealed, lambda zero, start, end, length: (0, start, end, 0))


def gap_widened(sealed: Sealed, house: House) -> bytes:
    """Signature wrapping: move the second range and put something into the gap."""
    _, end = contents_gap(sealed)
    stuffed = sealed.data[:end] + b"\n% stuffing\n" + sealed.data[end:]
    forged = Sealed(stuffed, sealed.text, sealed.claims, sealed.director_end)
    added = len(b"\n% stuffing\n")
    return _with_byte_range(forged, lambda z, s, e, length: (z, s, e + added, length))


def byte_range_from_one(sealed: Sealed, house: House) -> bytes:
    """Leave the first byte out of the seal."""
    return _with_byte_range(sealed, lambda z, s, e, length: (1, s - 1, e, length))


def duplicate_seal(sealed: Sealed, house: House) -> bytes:
    """Append the seal's update once more."""
    return sealed.data + sealed.data[sealed.prefix_end :]


def sealed_by_a_stranger(sealed: Sealed, house: House) -> bytes:
    """Certificate and seal by a key that nobody knows."""
    stranger = House("stranger")
    return seal(sealed.data[: sealed.prefix_end], stranger, text_for(sealed.claims, stranger))


def sealed_by_another_key(sealed: Sealed, house: House) -> bytes:
    """This document's own certificate in a seal by another key."""
    return seal(sealed.data[: sealed.prefix_end], House("stranger"), sealed.text)


def kid_of_another_key(sealed: Sealed, house: House) -> bytes:
    """A stranger signs a certificate that names the kiosk's key."""
    from tests.vectors.keys import fixed_key, raw_low_s_signature
    from verifier.token import UnsignedToken, key_identifier, token_text

    unsigned = UnsignedToken(sealed.claims, key_identifier(house.seal.key.public_key()))
    forged = unsigned.signed(raw_low_s_signature(fixed_key("stranger"), unsigned.to_be_signed))
    text = token_text("SYGNET.EXAMPLE", forged)
    return seal(sealed.data[: sealed.prefix_end], House("stranger"), text)


def second_certificate_appended(sealed: Sealed, house: House) -> bytes:
    """Append another /ContactInfo for a search to find."""
    entry = f"/ContactInfo ({sealed.text})\n".encode()
    return sealed.data + entry


def hexadecimal_in_lower_case(sealed: Sealed, house: House) -> bytes:
    """Write the same signature with other letters."""
    start, end = contents_gap(sealed)
    return sealed.data[:start] + sealed.data[start:end].lower() + sealed.data[end:]


def other_s_in_seal(sealed: Sealed, house: House) -> bytes:
    """ECDSA is malleable: who has (r, s) has (r, n - s) without any key."""
    return _with_seal(sealed, rewritten(_seal_der(sealed), high_s=True))


def certificate_left_out_of_seal(sealed: Sealed, house: House) -> bytes:
    """Drop the certificate of the issuer, which no signature covers."""
    der = _seal_der(sealed)
    own = house.seal.certificate.public_bytes(Encoding.DER)
    place = [each.encoded for each in seal_certificates(der)].index(own)
    return _with_seal(sealed, rewritten(der, kept=(place,)))


def information_changed(sealed: Sealed, house: House) -> bytes:
    """Change the title in the document information."""

    def change(writer: Any) -> None:
        info = generic.DictionaryObject({pdf_name("/Title"): generic.pdf_string("Other title")})
        writer.set_info(info)

    return updated(sealed.data, change)


def empty_update(sealed: Sealed, house: House) -> bytes:
    """Append an update that changes nothing."""
    return updated(sealed.data, lambda writer: writer.update_root())


def certificate_page_removed(sealed: Sealed, house: House) -> bytes:
    """Append an update that frees the certificate's page."""

    def change(writer: Any) -> None:
        tree = writer.root["/Pages"]
        tree["/Kids"] = generic.ArrayObject([tree["/Kids"].raw_get(0)])
        tree["/Count"] = generic.NumberObject(1)
        writer.update_container(tree)

    return updated(sealed.data, change)


def bytes_before_header(sealed: Sealed, house: House) -> bytes:
    """Put something before the header."""
    return b"\n" + sealed.data


def _seal_der(sealed: Sealed) -> bytes:
    start, end = contents_gap(sealed)
    return read_element(bytes.fromhex(sealed.data[start + 1 : end - 1].decode())).encoded


def _with_seal(sealed: Sealed, der: bytes) -> bytes:
    start, end = contents_gap(sealed)
    digits = der.hex().upper().encode().ljust(end - start - 2, b"0")
    return sealed.data[: start + 1] + digits + sealed.data[end - 1 :]


def _flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0x01]) + data[at + 1 :]


def _with_byte_range(
    sealed: Sealed, change: Callable[[int, int, int, int], tuple[int, int, int, int]]
) -> bytes:
    pattern = re.compile(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]( *)")
    match = pattern.search(sealed.data, sealed.prefix_end)
    assert match is not None
    zero, start, end, length = (int(number) for number in match.groups()[:4])
    written = b"/ByteRange [%d %d %d %d]" % change(zero, start, end, length)
    padded = written.ljust(match.end() - match.start())
    return sealed.data[: match.start()] + padded + sealed.data[match.end() :]


ATTACKS: Final[Attacks] = {
    ("altered", "changed_after_seal"): (
        white_box,
        page_swapped,
        page_tree_switched,
        annotation_added,
        field_value_changed,
        field_appearance_changed,
        seal_appearance_replaced,
        junk_after_end,
        duplicate_seal,
        second_certificate_appended,
        information_changed,
        empty_update,
        certificate_page_removed,
    ),
    ("altered", "bytes_changed"): (
        certificate_of_another_document,
        tail_of_another_document,
        flip_in_prefix,
    ),
    ("altered", "seal_range_wrong"): (truncated, byte_range_mangled, byte_range_from_one),
    ("altered", "seal_signature_bad"): (
        flip_in_seal_update,
        flip_in_end_of_file,
        flip_in_seal_signature,
        sealed_by_another_key,
        other_s_in_seal,
        certificate_left_out_of_seal,
    ),
    ("altered", "seal_padding_wrong"): (zero_padding_flipped,),
    ("altered", "seal_gap_wrong"): (gap_widened, hexadecimal_in_lower_case),
    ("altered", "token_signature_bad"): (kid_of_another_key,),
    ("cannot_tell", "not_sealed"): (seal_cut_off, rolled_back_to_director),
    ("cannot_tell", "issuer_unknown"): (sealed_by_a_stranger,),
    ("cannot_tell", "not_a_pdf"): (bytes_before_header,),
}
"""By outsiders, who hold no key that counts: outcome and finding, and the attacks."""
