"""PDFs: sealed ones, those of others, and the last page on which a code is looked for."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Mapping
from functools import cache
from random import Random
from typing import Final
from unittest.mock import patch

from tests.fuzz import houses
from tests.fuzz.bounds import Violation
from tests.fuzz.resigning import forged_file, signed_again
from tests.fuzz.target import Mutate, Target
from tests.vectors import foreign_files
from tests.vectors.attack_files import CASES
from tests.vectors.raw_seal import seal_cms, sealed_bytes
from tests.vectors.raw_updates import raw_update
from tests.vectors.sealed_pdf import claims_for, prepare
from tests.vectors.timestamps import dss_added, timestamped
from verifier import rendered_page
from verifier.claims_coding import encode_claims
from verifier.document import examine_bytes, verify_pdf
from verifier.foreign_pdf import verify_foreign_pdf
from verifier.pdf_seal import find_seal
from verifier.token import token_text
from verifier.verdict import Outcome, Verdict

__all__ = ["FOREIGN", "PAGE", "PDF", "mended"]

SIGNED_AGAIN_SHARE: Final = 0.6
"""How often a change is signed again by everybody, so that the checks behind signatures see it."""
_WORDS: Final = (
    *(b"obj", b"endobj", b"stream\n", b"endstream", b"xref\n", b"trailer\n", b"startxref\n"),
    *(b"/ByteRange [0 ", b"/Contents <", b"/ContactInfo (", b"/Prev ", b"/Root ", b"/Size "),
    *(b"/Type /ObjStm", b"/Type /XRef", b"/W [1 4 2]", b"/Index [0 1]", b"/Filter /FlateDecode"),
    *(b"/Length 2147483647", b"/AcroForm ", b"/Fields [", b"/Kids [", b"/Parent ", b"/DSS "),
    *(b"<<", b">>", b"[", b"]", b"(", b")", b" 0 R", b"%%EOF\n", b"\\000", b"9999999999"),
    *(b"/Sig", b"/DocTimeStamp", b"/V ", b"/Perms ", b"/DocMDP ", b"/FieldMDP ", b"/Annots ["),
)
_ENTRY: Final = re.compile(rb"(?m)^(\d{10}) (\d{5}) n")
_OBJECT: Final = re.compile(rb"(?:^|[\r\n])(\d{1,10}) \d{1,5} obj\b")
_WORD: Final = re.compile(rb"/[A-Za-z0-9]{1,20}|\b\d{1,5} 0 R\b|\b\d{1,4}\b(?! 0 obj)|<<|>>|\[|\]")
_SECTION: Final = re.compile(
    rb"(?:^|[\r\n])xref\s{1,2}((?:\d+ \d+\s{1,2}(?:\d{10} \d{5} [nf]..)*)+)"
)
_SPAN: Final = re.compile(rb"/Contents\s{0,8}(<[0-9A-Fa-f]*>)")
_RANGE: Final = re.compile(rb"/ByteRange\s{0,8}\[[^\]]{0,200}\]")
_FLATE: Final = re.compile(rb"/Length (\d{1,6})\b[^>]{0,200}>>\s{0,2}stream\r?\n")


@cache
def _genuine() -> Mapping[str, bytes]:
    """Files that are genuine, each in a state of its life."""
    sealed, house = houses.honest_file().data, houses.honest()
    kept = timestamped(dss_added(sealed, house), house)
    return {"sealed": sealed, "kept": kept, "renewed": timestamped(dss_added(kept, house), house)}


def _examine_pdf(data: bytes) -> None:
    known = data in _genuine().values()
    with patch.object(rendered_page, "text_on_last_page", return_value=None):  # `page` looks there
        verdict = verify_pdf(data, houses.trust(), houses.NOW)
    houses.check_verdict(verdict, known=known)
    quick = examine_bytes(data, houses.trust(), houses.NOW)
    by_the_honest_key = quick.outcome is Outcome.GENUINE and _sealed_part(data, quick) in _sealed()
    houses.check_verdict(quick, known=by_the_honest_key)
    if known and verdict.outcome is not Outcome.GENUINE:
        raise Violation("lost: a genuine file is not called so")


def _sealed_part(data: bytes, verdict: Verdict) -> bytes:
    """SHA-256 over everything up to the end of the seal."""
    assert verdict.claims is not None
    return hashlib.sha256(data[: find_seal(data, verdict.claims.covered_bytes).end]).digest()


@cache
def _sealed() -> frozenset[bytes]:
    """What the honest key did seal, some of it on behalf of an insider."""
    verdicts = {
        data: examine_bytes(data, houses.trust(), houses.NOW) for data in _pdf_seeds().values()
    }
    genuine = {data: each for data, each in verdicts.items() if each.outcome is Outcome.GENUINE}
    return frozenset(_sealed_part(data, each) for data, each in genuine.items())


MADE_BEFORE: Final[dict[str, bytes]] = {}
"""The seeds, when they were made in another process; its houses sign their certificates anew."""


@cache
def _pdf_seeds() -> Mapping[str, bytes]:
    seeds = dict(_genuine())
    seeds["forged"] = forged_file().data
    if MADE_BEFORE:
        return MADE_BEFORE | seeds
    for name, case in CASES.items():
        made = case.attack(houses.honest_file(), houses.honest())
        if len(made) <= PDF.max_bytes:
            seeds[name] = made
    seeds["unsealed"] = prepare()
    return seeds


def _rework_pdf(data: bytes, chance: Random, mutate: Mutate) -> bytes:
    """Change a part that a check protects, and satisfy the check."""
    sealed = houses.honest_file()
    if chance.random() < SIGNED_AGAIN_SHARE:
        base = forged_file().data if chance.random() < 0.5 else data
        return signed_again(mended(_one_part_changed(base, chance, mutate)))
    kind = chance.randrange(7)
    if kind == 0:  # under a seal of the forger
        made = mutate(data[: sealed.prefix_end], PDF.max_bytes)
        return sealed_bytes(mended(made), houses.forger())[0]
    if kind == 1:  # behind the seal, as an update in good form
        number = chance.randrange(1, 40)
        body = mutate(_body_of(data, number, chance), 4096)
        return _updated(sealed.data, number, body)
    if kind == 2:  # behind an update that is allowed
        kept = _genuine()["kept"]
        at = len(sealed.data)
        return kept[:at] + mended(kept[:at] + mutate(kept[at:], 32768))[at:]
    if kind == 3:  # in the signature's own bytes
        return _signature_changed(data, chance, mutate)
    if kind == 4:  # in the certificate
        payload = mutate(encode_claims(claims_for(data[: sealed.prefix_end])), 900)
        text = token_text("SYGNET.EXAMPLE", houses.sign_payload(payload)).encode()
        return data.replace(sealed.text.encode(), text)
    if kind == 5:  # in a stream that is packed
        return mended(_unpacked_and_changed(data, chance, mutate))
    return mended(mutate(data, PDF.max_bytes))


def _one_part_changed(data: bytes, chance: Random, mutate: Mutate) -> bytes:
    """Change one object, one word of the structure, or what is packed in one stream."""
    kind = chance.randrange(3)
    places = list((_OBJECT, _WORD)[kind].finditer(data)) if kind < 2 else []
    if not places:
        return _unpacked_and_changed(data, chance, mutate)
    chosen = chance.choice(places)
    if kind == 1:
        word = chance.choice((chance.choice(places)[0], chance.choice(_WORDS), b"null", b"0 0 R"))
        return data[: chosen.start()] + word + data[chosen.end() :]
    end = data.find(b"endobj", chosen.end())
    end = len(data) if end < 0 else end
    return data[: chosen.end()] + mutate(data[chosen.end() : end], 8192) + data[end:]


def _updated(data: bytes, number: int, body: bytes) -> bytes:
    return raw_update(data, {number: body})


def _body_of(data: bytes, number: int, chance: Random) -> bytes:
    found = re.findall(rb"\n%d 0 obj\s(.*?)endobj" % number, data, re.DOTALL)
    return chance.choice(found) if found else b"<< /Type /Catalog /DSS << /Certs [] >> >>"


def mended(data: bytes) -> bytes:
    """The file with its tables and `startxref` naming where objects really are.

    Lengths stay what they are, so that every byte range stays what it is.
    """
    places = {int(match[1]): match.start(1) for match in _OBJECT.finditer(data)}
    made = bytearray(data)
    last = 0
    for section in _SECTION.finditer(data):
        last = section.start() + len(section[0]) - len(section[0].lstrip(b"\r\n"))
        at, end = section.start(1), section.end(1)
        while at < end and (head := re.compile(rb"(\d+) (\d+)\s{1,2}").match(data, at, end)):
            at = head.end()
            for number in range(int(head[1]), int(head[1]) + min(int(head[2]), (end - at) // 20)):
                place = places.get(number)
                if place is not None and _ENTRY.match(data, at):
                    made[at : at + 10] = b"%010d" % place
                at += 20
    start = data.rfind(b"startxref")
    number_at = re.compile(rb"startxref\s{1,4}(\d{1,12})").match(data, max(start, 0))
    if last and number_at:
        width = number_at.end(1) - number_at.start(1)
        made[number_at.start(1) : number_at.end(1)] = (b"%d" % last).rjust(width, b"0")[-width:]
    return bytes(made)


def _signature_changed(data: bytes, chance: Random, mutate: Mutate) -> bytes:
    """Change the DER of one signature; its room stays as large as it was."""
    gaps = list(_SPAN.finditer(data))
    if not gaps:
        return mutate(data, PDF.max_bytes)
    gap = chance.choice(gaps[-3:])
    room = len(gap[1]) - 2
    digits = gap[1][1:-1]
    der = bytes.fromhex(digits[: room - room % 2].decode("ascii")).rstrip(b"\0")
    filled = mutate(der, max(room // 2, 1))[: room // 2].hex().upper().encode()
    return data[: gap.start(1) + 1] + filled.ljust(room, b"0") + data[gap.end(1) - 1 :]


def _unpacked_and_changed(data: bytes, chance: Random, mutate: Mutate) -> bytes:
    """Unfold one stream, change what is inside, and fold it again with its new length."""
    streams = list(_FLATE.finditer(data))
    if not streams:
        return mutate(data, PDF.max_bytes)
    found = chance.choice(streams)
    end = found.end() + int(found[1])
    try:
        inside = zlib.decompressobj().decompress(data[found.end() : end], 2**20)
    except zlib.error:
        return mutate(data, PDF.max_bytes)
    packed = zlib.compress(mutate(inside, 2**16))
    head = data[: found.start(1)] + b"%d" % len(packed) + data[found.end(1) : found.end()]
    return head + packed + data[end:]


def _examine_foreign(data: bytes) -> None:
    verdict = verify_foreign_pdf(data, foreign_files.roots(), houses.NOW)
    houses.check_verdict(verdict, known=False)


@cache
def _foreign_seeds() -> Mapping[str, bytes]:
    paper = foreign_files.paper()
    once = foreign_files.signed(paper)
    return {
        "paper": paper,
        "signed": once,
        "twice": foreign_files.signed(once, "Signature2"),
        "stamped": foreign_files.signed(paper, stamped=True),
        "kept": foreign_files.signed_for_long(paper),
        "ours": houses.honest_file().data,
        "kept ours": _genuine()["kept"],
    }


def _rework_foreign(data: bytes, chance: Random, mutate: Mutate) -> bytes:
    """Change, mend the tables, and sign again as the authority."""
    kind = chance.randrange(4)
    if kind == 0:
        made = _signature_changed(data, chance, mutate)
    elif kind == 1:
        made = mended(_unpacked_and_changed(data, chance, mutate))
    else:
        made = mended(mutate(data, FOREIGN.max_bytes))
    return _signed_again(made) if chance.random() < 0.6 else made


def _signed_again(data: bytes) -> bytes:
    """Let the last signature cover the whole file, and sign it."""
    gaps = list(_SPAN.finditer(data))
    if not gaps:
        return data
    start, end = gaps[-1].span(1)
    found = next(
        iter(sorted(_RANGE.finditer(data), key=lambda each: abs(each.start() - end))), None
    )
    if found is not None:
        said = b"/ByteRange [0 %d %d %d]" % (start, end, len(data) - end)
        width = found.end() - found.start()
        if len(said) <= width:
            said = said[:-1].ljust(width - 1) + b"]"
            data = data[: found.start()] + said + data[found.end() :]
    digest = hashlib.sha256(data[:start] + data[end:]).digest()
    digits = seal_cms(digest, foreign_files.AUTHORITY).hex().encode()
    room = end - start - 2
    return data[: start + 1] + digits[:room].ljust(room, b"0") + data[end - 1 :]


def _examine_page(data: bytes) -> None:
    """In the process of its own that it has: bounded there, and never an error here."""
    text = rendered_page.text_on_last_page(data)
    if text is not None and not isinstance(text, str):
        raise Violation("another type: the text of a code is no text")


@cache
def _page_seeds() -> Mapping[str, bytes]:
    from io import BytesIO

    import qrcode

    code = qrcode.make(houses.honest_file().text).convert("L")
    with_code = BytesIO()
    code.save(with_code, "PDF", resolution=150)
    return {"code": with_code.getvalue(), "paper": foreign_files.paper(), "form": prepare()}


def _rework_page(data: bytes, chance: Random, mutate: Mutate) -> bytes:
    if chance.random() < 0.5:
        return mended(_unpacked_and_changed(data, chance, mutate))
    return mended(mutate(data, PAGE.max_bytes))


PDF: Final = Target(
    name="pdf",
    entries=("verifier.verify_pdf", "verifier.document.examine_bytes"),
    examine=_examine_pdf,
    seeds=_pdf_seeds,
    rework=_rework_pdf,
    words=_WORDS,
    max_bytes=64 * 1024,
    smoke_rounds=40,
    blind_share=0.1,
)
FOREIGN: Final = Target(
    name="foreign",
    entries=("verifier.foreign_pdf.verify_foreign_pdf",),
    examine=_examine_foreign,
    seeds=_foreign_seeds,
    rework=_rework_foreign,
    words=_WORDS,
    max_bytes=64 * 1024,
    smoke_rounds=150,
)
PAGE: Final = Target(
    name="page",
    entries=("verifier.rendered_page.text_on_last_page",),
    examine=_examine_page,
    seeds=_page_seeds,
    rework=_rework_page,
    words=(
        *_WORDS,
        b"/MediaBox [0 0 99999999 1]",
        b" Do\n",
        b"/XObject ",
        b"/Pattern ",
        b"/JBIG2Decode",
    ),
    max_bytes=256 * 1024,
    smoke_rounds=3,
)
