"""Updates that one reader reads in one way and the next in another, signed by keys that count.

A stolen kiosk writes its client's update, or the seal's, by hand: PyHanko finds in it what was
signed, and other readers find another page. Each attack rewrites the bytes of an honest update
before it is signed.
"""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding

from signing.signed_data import DATA, signed_data
from tests.vectors.attacks import Attack, Attacks
from tests.vectors.keys import low_s_signature
from tests.vectors.raw_seal import seal_cms
from tests.vectors.sealed_pdf import CLIENTS, House, Sealed, claims_for, client_time, text_for

__all__ = ["UPDATE_ATTACKS", "ink_plainly_drawn", "rewritten_file", "written"]

Objects = Sequence[tuple[int | None, bytes]]
"""Bodies by number; None for bytes that stand between."""
Write = Callable[[int, Objects, bytes], bytes]
"""Makes an update from where it starts, its objects and the entries of its trailer."""
Places = list[tuple[int, int]]

_END: Final = re.compile(rb"startxref\s+\d+\s+%%EOF\s*")
_OBJECT: Final = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj\n", re.DOTALL)
_TRAILER: Final = re.compile(rb"trailer\n<<\n(.*?)\n>>\nstartxref", re.DOTALL)
_HONEST: Final = b"<000E0018"
_OTHER: Final = b"<00200018"
"""How what the client filled in begins, and how another word does."""
_COVER: Final = b"<< /Length 26 >>\nstream\n1 0 0 rg 0 0 300 300 re f \nendstream"
"""Another content for the contract's page."""


def written(
    start: int,
    objects: Objects,
    entries: bytes,
    table: Callable[[Places], Places] = sorted,
    head: bytes = b"%d 0 obj\n",
    entry: bytes = b"%d 1\n%010d 00000 n \n",
) -> bytes:
    """An update in its plainest form, but for what is asked for."""
    out, places = b"", list[tuple[int, int]]()
    for number, body in objects:
        if number is None:
            out += body
            continue
        places.append((number, start + len(out)))
        out += head % number + body + b"\nendobj\n"
    rows = b"".join(entry % place for place in table(places))
    rows = b"xref\n0 1\n0000000000 65535 f \n" + rows
    last = b"startxref\n%d\n%%%%EOF\n" % (start + len(out))
    return out + rows + b"trailer\n<<\n" + entries + b"\n>>\n" + last


def rewritten_file(
    sealed: Sealed, house: House, client: Write = written, seal: Write = written
) -> bytes:
    """The file with the updates of its client and its seal written anew, and signed again."""
    ends = [match.end() for match in _END.finditer(sealed.data)]
    *before, turn, last = (
        sealed.data[start:end] for start, end in zip([0, *ends], ends, strict=False)
    )
    at = client_time(1)
    person = house.client(CLIENTS[0], at)
    chain = (person.certificate, house.kiosk_ca.certificate, house.signing_ca.certificate)

    def client_cms(digest: bytes) -> bytes:
        ders = [each.public_bytes(Encoding.DER) for each in chain]
        sign = lambda data: low_s_signature(person.key, data)  # noqa: E731
        return signed_data(DATA, None, digest, ders, person.certificate, sign, None)

    prefix = _signed(b"".join(before), turn, client, client_cms)
    free, own = (int(re.findall(rb"/Size (\d+)", each)[-1]) for each in (prefix, last))
    for word in (b" 0 R", b" 0 obj"):  # the seal's own object gets the first free number
        last = last.replace(b"%d%b" % (own - 1, word), b"%d%b" % (free, word))
    last = last.replace(b"/Size %d" % own, b"/Size %d" % (free + 1))
    text = text_for(claims_for(prefix), house).encode()
    last = re.sub(rb"/ContactInfo \([^)]*\)", b"/ContactInfo (%b)" % text, last)
    return _signed(prefix, last, seal, lambda digest: seal_cms(digest, house))


def _signed(prefix: bytes, update: bytes, write: Write, cms: Callable[[bytes], bytes]) -> bytes:
    entries = _TRAILER.findall(update)[-1]
    previous = re.findall(rb"startxref\s+(\d+)", prefix)[-1]
    entries = re.sub(rb"/Prev \d+", b"/Prev " + previous, entries)
    objects = [(int(number), body) for number, body in _OBJECT.findall(update)]
    data = prefix + write(len(prefix), objects, entries)
    *_, digits = re.finditer(rb"/Contents <([0-9A-F]{1000,})>", data)
    start, end = digits.start(1) - 1, digits.end(1) + 1
    *_, said = re.finditer(rb"/ByteRange \[[^\]]*\] *", data)
    numbers = b"/ByteRange [0 %d %d %d]" % (start, end, len(data) - end)
    data = data[: said.start()] + numbers.ljust(len(said[0])) + data[said.end() :]
    der = cms(hashlib.sha256(data[:start] + data[end:]).digest()).hex().upper().encode()
    return data[:start] + b"<" + der.ljust(end - start - 2, b"0") + b">" + data[end:]


def _look(objects: Objects) -> int:
    """Number of what draws the client's value."""
    return next(number for number, body in objects if number and _HONEST in body)


def _twice(header: bytes, *, honest_in_table: bool, named: str) -> Write:
    """The look stands twice, once with another header; the table names the first, last or one."""

    def write(start: int, objects: Objects, entries: bytes) -> bytes:
        number = _look(objects)
        honest = dict(objects)[number]
        other = honest.replace(_HONEST, _OTHER)
        plain, odd = (honest, other) if honest_in_table else (other, honest)
        (first, body), *rest = [each for each in objects if each[0] != number]
        assert first is not None
        place = (number, start + len(b"%d 0 obj\n%b\nendobj\n" % (first, body)))
        hidden = (None, header % number + odd + b"\nendobj\n")

        def table(places: Places) -> Places:
            if named == "once":
                return [place if each[0] == number else each for each in sorted(places)]
            both = ([place], sorted(places))
            return [*both[0], *both[1]] if named == "first" else [*both[1], *both[0]]

        return written(start, [(first, body), hidden, (number, plain), *rest], entries, table)

    return write


def _named(name: str, doc: str, make: Callable[[Sealed, House], bytes]) -> Attack:
    def attack(sealed: Sealed, house: House) -> bytes:
        return make(sealed, house)

    attack.__name__, attack.__doc__ = name, doc
    return attack


_HEADERS: Final = {
    "many_spaces": b"%d          0 obj\n",
    "null_bytes": b"%d\x000\x00obj\n",
    "form_feeds": b"%d" + b"\f" * 9 + b"0 obj\n",
    "many_zeros": b"0000000000000%d 0 obj\n",
    "no_keyword": b"%d 0 xyz\n",
    "a_number_of_python": b"%d 0_0 obj\n",
    "a_comment": b"%%x\n%d 0 obx\n",
}

_TWICE: Final = tuple(
    _named(
        f"value_twice_behind_{name}_named_{named}",
        "One value for PyHanko, another one for whoever takes another of two objects.",
        lambda sealed, house, header=header, named=named, honest=honest: rewritten_file(  # type: ignore[misc]
            sealed, house, client=_twice(header, honest_in_table=honest, named=named)
        ),
    )
    for name, header in _HEADERS.items()
    for named, honest in (("first", True), ("last", False), ("once", False))
    if named == "once" or name == "many_spaces"
)


def _page_number(data: bytes) -> int:
    found = re.search(rb"(\d+) 0 obj\s*<<\s*/Length \d+\s*>>\s*stream\s*BT 72 720", data)
    assert found is not None
    return int(found[1])


def size_of_a_hundred_million(sealed: Sealed, house: House) -> bytes:
    """MuPDF takes such a table for damaged, and collects objects by itself."""

    def write(start: int, objects: Objects, entries: bytes) -> bytes:
        return written(start, objects, re.sub(rb"/Size \d+", b"/Size 99999999", entries))

    return rewritten_file(sealed, house, seal=write)


def page_for_readers_that_rebuild(sealed: Sealed, house: House) -> bytes:
    """And then it finds the contract's page once more, where PyHanko sees no object."""
    hidden = (None, b"%d%%\n0\x00obj\n%b\nendobj\n" % (_page_number(sealed.data), _COVER))

    def write(start: int, objects: Objects, entries: bytes) -> bytes:
        sizeable = re.sub(rb"/Size \d+", b"/Size 99999999", entries)
        return written(start, [objects[0], hidden, *objects[1:]], sizeable)

    return rewritten_file(sealed, house, seal=write)


def _inside_a_stream(content: bytes, more: bytes = b"") -> Write:
    """What the client's signature draws names a stream of this content."""

    def write(start: int, objects: Objects, entries: bytes) -> bytes:
        look = max(number for number, _ in objects if number) + 1
        shown = b"/V %d 0 R" % (look - 1)
        named = [
            (n, body.replace(shown, b"/AP << /N %d 0 R >>\n%b" % (look, shown)))
            for n, body in objects
        ]
        form = (
            b"<<\n/Type /XObject\n/Subtype /Form\n/BBox [ 0 0 0 0 ]\n/Length 0\n"
            b"/Resources << /XObject << /A %d 0 R >> >>\n>>\nstream\n\nendstream" % (look + 1)
        )
        head = b"<<\n/Length %d%b\n>>\nstream\n" % (len(content), more)
        added = [(look, form), (look + 1, head + content + b"\nendstream")]
        entries = re.sub(rb"/Size \d+", b"/Size %d" % (look + 2), entries)
        return written(start, [*named, *added], entries)

    return write


def _stream_attack(content: bytes, more: bytes = b"") -> Callable[[Sealed, House], bytes]:
    def make(sealed: Sealed, house: House) -> bytes:
        return rewritten_file(sealed, house, client=_inside_a_stream(content, more))

    return make


_PAGE: Final = b"2 \x000\tobj\n" + _COVER + b"\nendobj\n"
_TRAILING: Final = b"trailer\n<< /Root 2 0 R >>\n"
_STREAMS: Final = tuple(
    _named(name, doc, _stream_attack(content, more))
    for name, doc, content, more in (
        ("object_inside_of_a_stream", "For readers that rebuild.", _PAGE, b""),
        ("trailer_inside_of_a_stream", "Another catalog for them.", _TRAILING, b""),
        (
            "stream_of_objects_in_an_update",
            "They unpack it, PyHanko does not.",
            b"2 0 << /Length 3 >>",
            b"\n/Type /ObjStm\n/N 1\n/First 4",
        ),
        (
            "stream_of_objects_by_another_spelling",
            "The same, its name with an escape.",
            b"2 0 << /Length 3 >>",
            b"\n/Type /Obj#53tm\n/N 1\n/First 4",
        ),
    )
)


def _replaced(old: bytes, new: bytes) -> Write:
    def write(start: int, objects: Objects, entries: bytes) -> bytes:
        assert any(old in body for _, body in objects)
        return written(start, [(n, body.replace(old, new, 1)) for n, body in objects], entries)

    return write


_WORDS: Final = tuple(
    _named(
        name,
        doc,
        lambda sealed, house, old=old, new=new: rewritten_file(  # type: ignore[misc]
            sealed, house, client=_replaced(old, new)
        ),
    )
    for name, doc, old, new in (
        ("dictionary_closed_by_anything", "`>)` for `>>`.", b"\n>>\n>>", b"\n>)\n>>"),
        ("name_with_an_escape", "A letter as #xx.", b"/Parent", b"/P#61rent"),
        ("number_with_a_plus", "+72.", b"[ 72 600", b"[ +72 600"),
        ("string_without_escapes", "Bytes as they are.", b"(\\376\\377", b"(\xfe\xff"),
        ("string_on_two_lines", "An end of line.", b"(note)", b"(no\\\nte)"),
        ("comment_in_an_object", "% words", b"/Type /Annot", b"/Type % words\n /Annot"),
        ("null_byte_for_space", "White space to some.", b"/Type /Annot", b"/Type\x00/Annot"),
    )
)


def _drawn(content: bytes, resources: bytes = b"") -> Callable[[Sealed, House], bytes]:
    """What the client's signature draws."""

    def write(start: int, objects: Objects, entries: bytes) -> bytes:
        look = max(number for number, _ in objects if number) + 1
        shown = b"/V %d 0 R" % (look - 1)
        named = b"/AP << /N %d 0 R >>\n%b" % (look, shown)
        made = [(n, body.replace(shown, named)) for n, body in objects]
        form = b"<<\n/Type /XObject\n/Subtype /Form\n/BBox [ 0 0 0 0 ]\n/Resources << %b >>\n"
        form += b"/Length %d\n>>\nstream\n%b\nendstream"
        made.append((look, form % (resources, len(content), content)))
        return written(start, made, re.sub(rb"/Size \d+", b"/Size %d" % (look + 1), entries))

    return lambda sealed, house: rewritten_file(sealed, house, client=write)


_RED: Final = b"1 0 0 rg -2000 -2000 4000 4000 re f\n"
_DRAWINGS: Final = tuple(
    _named(name, doc, _drawn(content, resources))
    for name, doc, content, resources in (
        (
            "ink_that_leaves_its_place",
            "A Q too many: pdf.js takes the edge of the field away and paints the contract red.",
            b"Q Q Q Q\n" + _RED + b"q q q q\n",
            b"",
        ),
        ("state_that_stays", "A q too many.", b"q 3 w\n", b""),
        ("path_that_goes_on", "Begun here and painted in the next field.", b"0 0 m 9 9 l\n", b""),
        ("cut_that_stays", "An empty cut for what the next field paints.", b"0 0 0 0 re W\n", b""),
        ("text_that_goes_on", "No ET.", b"BT 3 Tr\n", b""),
        ("cut_taken_away_in_a_text", "A Q between BT and ET.", b"q BT Q " + _RED + b"ET\n", b""),
        ("mark_taken_away", "An EMC too many.", b"EMC\n", b""),
        ("picture_in_line", "Its end is where each reader thinks.", b"BI /W 1 /H 1 ID x EI\n", b""),
        (
            "page_drawn_in_the_ink",
            "A certified object as part of another drawing.",
            b"/A Do\n",
            b"/XObject << /A 3 0 R >>",
        ),
        (
            "letters_that_are_drawings",
            "A font of type 3.",
            b"BT /T 9 Tf (a) Tj ET\n",
            b"/Font << /T << /Type /Font /Subtype /Type3 /CharProcs << >> >> >>",
        ),
    )
)


def ink_plainly_drawn(sealed: Sealed, house: House) -> bytes:
    """The control of the attacks on what is drawn."""
    draw = b"/Tx BMC\nq 1 0 0 1 0 0 cm 0 0 m 9 9 l S Q\nBT 0.00 g 3 Tr (a\\)) Tj ET\nEMC\n"
    return _drawn(draw)(sealed, house)


def _packed(pack: Callable[[bytes], bytes], entry: bytes) -> Write:
    """The client's look is packed."""

    def write(start: int, objects: Objects, entries: bytes) -> bytes:
        number = _look(objects)
        head, content = dict(objects)[number].split(b"stream\n", 1)
        packed = pack(content.removesuffix(b"\nendstream"))
        head = re.sub(rb"/Length \d+", b"/Length %d\n%b" % (len(packed), entry), head)
        look = head + b"stream\n" + packed + b"\nendstream"
        made = [(n, look if n == number else body) for n, body in objects]
        return written(start, made, entries)

    return write


def value_packed_with_a_vertical_tab(sealed: Sealed, house: House) -> bytes:
    """PyHanko skips it, PDFium, poppler and MuPDF end there and draw nothing."""

    def pack(content: bytes) -> bytes:
        packed = base64.a85encode(content)
        return packed[:40] + b"\x0b" + packed[40:] + b"~>"

    return rewritten_file(sealed, house, client=_packed(pack, b"/Filter /ASCII85Decode"))


def value_packed_in_hexadecimal(sealed: Sealed, house: House) -> bytes:
    """The same: MuPDF draws nothing."""

    def pack(content: bytes) -> bytes:
        return content[:40].hex().encode() + b"\x0b" + content[40:].hex().encode() + b">"

    return rewritten_file(sealed, house, client=_packed(pack, b"/Filter /ASCIIHexDecode"))


def value_packed_with_another_behind_it(sealed: Sealed, house: House) -> bytes:
    """Two streams of zlib, one behind the other."""

    def pack(content: bytes) -> bytes:
        return zlib.compress(content) + zlib.compress(b"0 g 0 0 50 50 re f")

    return rewritten_file(sealed, house, client=_packed(pack, b"/Filter /FlateDecode"))


def words_behind_the_directors_signature(sealed: Sealed, house: House) -> bytes:
    """Its room is what no signature of the director covers: a kiosk writes there."""
    digits = next(re.finditer(rb"/Contents <([0-9A-F]+)>", sealed.data))
    end = digits.end(1)
    data = sealed.data[: end - 16] + b"Words!!!".hex().upper().encode() + sealed.data[end:]
    return rewritten_file(replace(sealed, data=data), house)


def table_entries_without_a_space(sealed: Sealed, house: House) -> bytes:
    """Entries of 19 bytes: readers that count 20 for each read numbers of other objects."""

    def write(start: int, objects: Objects, entries: bytes) -> bytes:
        return written(start, objects, entries, entry=b"%d 1\n%010d 00000 n\n")

    return rewritten_file(sealed, house, client=write)


def space_before_an_object(sealed: Sealed, house: House) -> bytes:
    """A table that points at the line before."""

    def write(start: int, objects: Objects, entries: bytes) -> bytes:
        return written(start, objects, entries, head=b"\n%d 0 obj\n")

    return rewritten_file(sealed, house, client=write)


UPDATE_ATTACKS: Final[Attacks] = {
    ("altered", "changed_after_signature"): (
        *_TWICE,
        *_STREAMS,
        *_WORDS,
        *_DRAWINGS,
        value_packed_with_a_vertical_tab,
        value_packed_in_hexadecimal,
        value_packed_with_another_behind_it,
        size_of_a_hundred_million,
        page_for_readers_that_rebuild,
        space_before_an_object,
    ),
    ("altered", "signature_broken"): (words_behind_the_directors_signature,),
    ("cannot_tell", "structure_unreadable"): (table_entries_without_a_space,),
}
"""Outcome and finding, and the attacks."""
