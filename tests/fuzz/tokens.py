"""Token bytes and the text that a QR code or a keyboard-wedge scanner hands over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Final

from tests.fuzz import houses
from tests.fuzz.bounds import Violation
from tests.fuzz.target import Mutate, Target
from tests.keyboards import typed_with
from tests.vectors.keys import ORDER
from tests.vectors.token_vectors import vector_files
from tests.vectors.tokens import HOST, KEY, TWO_SIGNERS, sign_claims
from verifier.document import verify_text
from verifier.errors import TokenError
from verifier.keyboard_layouts import layouts
from verifier.token import parse_token, read_token_text, split_token, token_text, verify_token
from verifier.wedge_text import readings, restore_wedge_text, undo_layout

__all__ = ["TEXT", "TOKEN"]

_WORDS: Final = (
    *(
        b"\xd2\x84\x4d\xa2\x01\x26\x04\x48",
        b"\xa0",
        b"\x58\x40",
        b"\xaa",
        b"\x5f",
        b"\x9f",
        b"\xff",
    ),
    *(b"\xfb\x7f\xf0\0\0\0\0\0\0", b"\x1b\xff\xff\xff\xff\xff\xff\xff\xff", b"\xc1", b"\xc2\x49"),
    *(b"\x81" * 40, b"\xd8\x1d\x00", b"\xd8\x1c\x81", b"\xd9\xd9\xf7", b"\x18\x00", b"\xf5"),
)


def _examine_token(data: bytes) -> None:
    try:
        parsed = parse_token(data)
    except TokenError:
        parsed = None
    if parsed is not None and parsed.serialise() != data:
        raise Violation("not canonical: a token that serialises to other bytes")
    for key in (KEY.public_key(), houses.forger().seal.key.public_key()):
        try:
            claims = verify_token(data, key)
        except TokenError:
            continue
        if parsed is None or claims != parsed.claims:
            raise Violation("read in two ways: verified and parsed claims differ")
        if key == KEY.public_key() and data not in _signed():
            raise Violation("genuine: a token that nobody signed")


def _token_seeds() -> Mapping[str, bytes]:
    seeds = {}
    for name, content in vector_files().items():
        for line in content.decode().splitlines():
            if line.startswith("token: "):
                seeds[name] = bytes.fromhex(line.removeprefix("token: "))
    return seeds


def _signed() -> frozenset[bytes]:
    if not _SIGNED:
        _SIGNED.update(_token_seeds().values())
    return frozenset(_SIGNED)


_SIGNED: Final[set[bytes]] = set()


def _rework_token(data: bytes, chance: Random, mutate: Mutate) -> bytes:
    """Change the payload and sign it again, or the other form of its s."""
    try:
        payload = split_token(data).payload
    except TokenError:
        payload = split_token(sign_claims(TWO_SIGNERS)).payload
    if chance.random() < 0.1:
        s = int.from_bytes(data[-32:], "big") % ORDER
        return data[:-32] + (ORDER - s).to_bytes(32, "big")
    return houses.sign_payload(mutate(payload, 900))


def _examine_text(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    known = _same_link(text)
    houses.check_verdict(verify_text(text, houses.trust(), houses.NOW), known=known)
    restored = undo_layout(text)
    list(readings(text))
    houses.check_verdict(
        verify_text(restored, houses.trust(), houses.NOW), known=_same_link(restored)
    )
    try:
        again = restore_wedge_text(text)
    except TokenError:
        return
    read_token_text(again)


def _same_link(text: str) -> bool:
    """Whether a text is a genuine one but for letters that mail programs change."""
    return text.strip(" \t\r\n").upper() in houses.genuine_texts()


def _text_seeds() -> Mapping[str, bytes]:
    genuine = houses.honest_file().text
    seeds = {"genuine": genuine.encode(), "menu": b"https://example.com/menu"}
    for layout in layouts():
        seeds[layout.names[0]] = typed_with(layout, genuine).encode()
    for name, content in vector_files().items():
        for line in content.decode().splitlines():
            if line.startswith("text: "):
                seeds[name] = line.removeprefix("text: ").strip('"').encode()
    return seeds


def _rework_text(data: bytes, chance: Random, mutate: Mutate) -> bytes:
    """A signed token of changed claims, as text, in some layout; else a changed number."""
    text = data.decode("utf-8", "replace")
    kind = chance.randrange(4)
    if kind == 0:
        claims = replace(TWO_SIGNERS, pages=chance.randrange(1, 9999))
        payload = split_token(sign_claims(claims)).payload
        text = token_text(HOST, houses.sign_payload(mutate(payload, 900)))
    elif kind == 1:
        text = f"HTTPS://{HOST}/C#{int.from_bytes(mutate(data, 1100), 'big')}"
    elif kind == 2:
        host, _, number = text.partition("/C#")
        text = mutate(host.encode(), 120).decode("utf-8", "replace") + "/C#" + number
    if chance.random() < 0.5:
        text = typed_with(chance.choice(layouts()), text)
    return text.encode("utf-8", "replace")


TOKEN: Final = Target(
    name="token",
    entries=("verifier.token.parse_token", "verifier.token.verify_token"),
    examine=_examine_token,
    seeds=_token_seeds,
    rework=_rework_token,
    words=_WORDS,
    max_bytes=2048,
    smoke_rounds=600,
)
TEXT: Final = Target(
    name="text",
    entries=(
        "verifier.verify_text",
        "verifier.token_text.read_token_text",
        "verifier.wedge_text.restore_wedge_text",
        "verifier.wedge_text.undo_layout",
        "verifier.wedge_text.readings",
    ),
    examine=_examine_text,
    seeds=_text_seeds,
    rework=_rework_text,
    words=(b"HTTPS://", b"/C#", b"SYGNET.EXAMPLE", b"https", b":65535", "Ö".encode(), b"\xff"),
    max_bytes=8192,
    smoke_rounds=300,
)
