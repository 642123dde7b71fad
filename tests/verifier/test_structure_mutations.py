"""Changes that know a file's structure: whatever is written in another way is not genuine.

Flips of single bytes are in test_attacks.py. Here tables, trailers, lengths, spaces, signatures and
whole updates are rewritten as a tool, or an attacker without any key, could write them. The only
genuine files that anybody can make of one are those that it grew from: evidence behind the seal can
be cut off again.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Final

import pytest

from tests.vectors.keys import ORDER
from tests.vectors.raw_seal import rewritten
from tests.vectors.raw_updates import raw_update
from tests.vectors.sealed_pdf import NOW, House, Sealed
from tests.vectors.timestamps import dss_added, timestamped
from verifier.der import read_element
from verifier.document import verify_pdf
from verifier.token_text import read_token_text
from verifier.trust_list import TrustList
from verifier.verdict import Outcome

MUTATIONS: Final = 120
"""Of each file; some seconds."""

_END: Final = re.compile(rb"%%EOF\s{0,3}")
_CONTENTS: Final = re.compile(rb"/Contents <([0-9A-F]+)>")
_OBJECT: Final = re.compile(rb"[\r\n](\d+) 0 obj\s*(.*?)\s*endobj", re.DOTALL)
_RANGE: Final = re.compile(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]")
_TOKEN: Final = re.compile(rb"/ContactInfo\s*\(([^)]*)\)")
_OCTAL: Final = re.compile(r"\\([0-7]{3})")
_BREAK: Final = re.compile(rb"%%EOF\s|endobj\s|obj\s|stream\s|xref\s|trailer\s")
_NUMBERS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rb"startxref\s+(\d+)",
        rb"/Size (\d+)",
        rb"/Prev (\d+)",
        rb"/Root (\d+)",
        rb"(\d{10}) \d{5} n",
        rb"\d{10} (\d{5}) n",
        rb"\s(\d+) 0 R",
    )
)


def _put(data: bytes, match: re.Match[bytes], new: bytes, group: int = 0) -> bytes:
    return data[: match.start(group)] + new + data[match.end(group) :]


def _any(chance: random.Random, pattern: re.Pattern[bytes], data: bytes) -> re.Match[bytes]:
    """A match, a late one more often: what is near the end is looked at last."""
    found = list(pattern.finditer(data))
    return found[-1] if chance.random() < 0.4 else chance.choice(found)


def signature_in_another_form(chance: random.Random, data: bytes) -> bytes:
    match = _any(chance, _CONTENTS, data)
    der = read_element(bytes.fromhex(match[1].decode())).encoded
    try:
        kept = chance.choice([(0,), (0, 0), (1, 0), (0, 1)])
        der = rewritten(der, high_s=chance.random() < 0.5, kept=kept)
    except (ValueError, IndexError):  # it has fewer certificates, or a time-stamp of its own
        der = b"\x30\x83\x00" + der[2:]
    return _put(data, match, der.hex().upper().encode().ljust(len(match[1]), b"0"), 1)


def hexadecimal(chance: random.Random, data: bytes) -> bytes:
    match = _any(chance, _CONTENTS, data)
    digits = match[1]
    written = (digits.lower(), digits[:-2], digits[:-2] + b"\n\n", b" " + digits, digits + b"00")
    return _put(data, match, chance.choice(written), 1)


def white_space(chance: random.Random, data: bytes) -> bytes:
    at = _any(chance, _BREAK, data).end()
    more = chance.choice([b"\n", b" ", b"\r", b"\0", b"\t", b"\x0b", b"%x\n"])
    return data[:at] + more + data[at:] if chance.random() < 0.6 else data[: at - 1] + data[at:]


def byte_range(chance: random.Random, data: bytes) -> bytes:
    match = _any(chance, _RANGE, data)
    first, start, end, length = (int(number) for number in match.groups())
    form = chance.choice(
        [b"[ %d %d %d %d]", b"[%d %d %d %06d]", b"[%d %d %d +%d]", b"[%d %d %d %d 0]"]
    )
    moved = chance.choice([(0, 0, 0), (1, 0, 0), (0, -1, 0), (0, 0, -1)])
    numbers = (first + moved[0], start + moved[1], end, length + moved[2])
    return _put(data, match, b"/ByteRange " + form % numbers)


def number(chance: random.Random, data: bytes) -> bytes:
    match = _any(chance, chance.choice(_NUMBERS), data)
    value = max(0, int(match[1]) + chance.choice([-7, -1, 1, 7]))
    return _put(data, match, chance.choice([b"%0*d" % (len(match[1]), value), b"0" + match[1]]), 1)


def token(chance: random.Random, data: bytes) -> bytes:
    match = _any(chance, _TOKEN, data)
    text = _OCTAL.sub(lambda found: chr(int(found[1], 8)), match[1].decode())
    _, signed = read_token_text(text)
    s = ORDER - int.from_bytes(signed[-32:], "big")
    other = int.from_bytes(signed[:-32] + s.to_bytes(32, "big"), "big")
    written = (
        text.lower(),
        text + " ",
        text.replace("HTTPS://", "HTTPS://X."),
        text.replace("#", "\\043"),
        f"{text.partition('#')[0]}#{other}",
    )
    return _put(data, match, chance.choice(written).encode(), 1)


def update(chance: random.Random, data: bytes) -> bytes:
    found = _any(chance, _OBJECT, data)
    at, body = int(found[1]), found[2]
    other = _any(chance, _OBJECT, data)[2]
    made: tuple[Callable[[], bytes], ...] = (
        lambda: raw_update(data, {at: body}),
        lambda: raw_update(data, {at: other}),
        lambda: raw_update(data, {9000: body}),
        lambda: raw_update(data, {}, freed=[at]),
        lambda: raw_update(data, {}, root=at),
        lambda: raw_update(data, {}),
    )
    return chance.choice(made)()


def revisions(chance: random.Random, data: bytes) -> bytes:
    ends = [match.end() for match in _END.finditer(data)]
    first, last = sorted(chance.sample(ends, 2))
    made = (
        data[:first],
        data[:first] + data[last:],
        data + data[first:last],
        data[:first] + b"\n" + data[first:],
        data[: -chance.randrange(1, 400)],
        data + chance.choice([b"\n", b" ", bytes(512), b"startxref\n0\n%%EOF\n"]),
    )
    return chance.choice(made)


_KINDS: Final = (
    *(signature_in_another_form, hexadecimal, white_space, byte_range),
    *(number, token, update, revisions),
)


@pytest.mark.parametrize("renewals", [0, 1, 2])
def test_no_rewritten_file_is_genuine(
    renewals: int, sealed: Sealed, house: House, trust: TrustList
) -> None:
    grown = [sealed.data]
    for _ in range(renewals):
        grown.append(timestamped(dss_added(grown[-1], house), house))
    assert verify_pdf(grown[-1], trust, NOW).outcome is Outcome.GENUINE
    chance = random.Random(renewals)
    for turn in range(MUTATIONS):
        kind = _KINDS[turn % len(_KINDS)]
        data = kind(chance, grown[-1])
        if chance.random() < 0.2:
            data = white_space(chance, data)
        if data not in grown:
            verdict = verify_pdf(data, trust, NOW)
            assert verdict.outcome is not Outcome.GENUINE, (turn, kind.__name__)
