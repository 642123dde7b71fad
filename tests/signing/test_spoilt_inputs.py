"""Whatever is wrong with a file from outside, it is normalised or refused with a code."""

from __future__ import annotations

import random
import re

import pytest

from signing.errors import InputRefused
from signing.normalise import NormalisedPdf, normalise
from tests.signing.wild_inputs import WILD, shapes
from tests.signing.wild_structures import STRUCTURES

SEEDS = {name: make for name, make in (WILD | STRUCTURES).items() if "hundred" not in name}
ODD = (b"null", b"-1", b"1e999", b"/X", b"(\xff)", b"[]", b"<<>>", b"true", b"9999999999", b"3 0 R")
VALUE = re.compile(rb"(?<=[ /\[(])-?\d+(?:\.\d+)?|/[A-Z][A-Za-z0-9]+(?=[ /<\[(])")
ROUNDS = 3


def spoilt(pdf: bytes, chance: random.Random) -> bytes:
    """Values turned into others, bytes flipped, or a part cut out."""
    kind = chance.randrange(3)
    if kind == 0:
        places = list(VALUE.finditer(pdf))
        for place in chance.sample(places, min(3, len(places))):
            odd = chance.choice(ODD)
            pdf = pdf[: place.start()] + odd + pdf[place.start() + len(place.group()) :]
        return pdf
    if kind == 1:
        changed = bytearray(pdf)
        for _ in range(chance.randrange(1, 20)):
            changed[chance.randrange(20, len(changed))] = chance.randrange(256)
        return bytes(changed)
    start = chance.randrange(20, len(pdf))
    return pdf[:start] + pdf[start + chance.randrange(1, 400) :]


@pytest.mark.parametrize("name", sorted(SEEDS))
def test_a_spoilt_file_is_normalised_or_refused(name: str) -> None:
    pdf, chance = SEEDS[name](), random.Random(name)
    for _ in range(ROUNDS):
        document, refused = outcome(spoilt(pdf, chance))
        if document is None:
            assert refused is not None
            assert refused.code
            assert refused.next_step
        else:
            assert document.pages
            assert min(min(page.width, page.height) for page in document.pages) >= 2.9


def outcome(pdf: bytes) -> tuple[NormalisedPdf | None, InputRefused | None]:
    """The document or the refusal; anything else is a failure."""
    try:
        return normalise(pdf), None
    except InputRefused as refused:
        return None, refused


def test_names_that_are_no_text_are_passed_over() -> None:
    """Font names in the letters of another time, and what bit rot makes of others."""
    plain = shapes().replace(b"/Circle", b"/C\xe9rcle").replace(b"/Square", b"/\xff\xfequare")
    drawn, refused = outcome(plain.replace(b"/Helvetica", b"/#82l#82r#82r"))
    assert refused is None
    assert drawn is not None
