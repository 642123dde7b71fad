"""Tokens that break one rule of docs/certificate-token.md each, and are right otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

import cbor2

from tests.vectors.keys import ORDER, fixed_key, raw_low_s_signature
from tests.vectors.tokens import HOST, KEY, KID, TWO_SIGNERS, Vector, sign_claims
from verifier.token import UnsignedToken, split_token, token_text

__all__ = ["broken_tokens"]

INVISIBLE: Final = {
    "invisible-space": "\u200b",
    "soft-hyphen": "\u00ad",
    "arabic-direction": "\u061c",
    "filler": "\u3164",
    "no-break-space": "\u00a0",
    "wide-space": "\u3000",
    "braille-blank": "\u2800",
    "tag-letter": "\U000e0041",
}
"""Letters that do not show, by the name of the vector that has one."""
NOTHING: Final = {"joiner-alone": "\u200d", "mark-alone": "\u0301"}
"""Titles of which nothing shows, although parts of words are made of such letters."""


def broken_tokens() -> Iterator[tuple[str, Vector]]:
    """Every broken token, by name."""
    yield from _bad_framing()
    yield from _bad_signature()
    yield from _bad_payload()
    yield from _bad_text()


def _bad_framing() -> Iterator[tuple[str, Vector]]:
    token = sign_claims(TWO_SIGNERS)
    payload = split_token(token).payload
    padded = cbor2.dumps({**cbor2.loads(payload), 6: "T" * 1000}, canonical=True)

    def bad(name: str, about: str, broken: bytes, expect: str = "token_framing") -> Any:
        return f"framing-{name}", Vector(about, expect, broken)

    yield bad("empty", "no bytes at all", b"")
    yield bad("cut-short", "the last byte is missing", token[:-1])
    yield bad("one-byte-more", "one byte follows", token + b"\x00")
    yield bad("untagged", "COSE_Sign1 without tag 18", token[1:])
    yield bad("other-tag", "tag 17 (COSE_Mac0) instead of 18", b"\xd1" + token[1:])
    yield bad("long-tag", "tag 18 in two bytes", b"\xd8\x12" + token[1:])
    yield bad("kid-unprotected", "the kid stands in the unprotected header", _kid_unprotected())
    yield bad(
        "critical-header",
        "a protected header that names an unknown critical entry",
        _with_protected({1: -7, 2: [99], 4: KID, 99: 1}),
    )
    yield bad("other-algorithm", "alg EdDSA instead of ES256", token.replace(b"\x26", b"\x27", 1))
    yield bad(
        "extra-header",
        "a content type stands in the unprotected header",
        token[:16] + bytes.fromhex("a10300") + token[17:],
    )
    yield bad(
        "long-payload-head",
        "the head of the payload is one byte longer than needed",
        token[:17] + b"\x59\x00" + token[18:],
    )
    yield bad(
        "indefinite-payload",
        "the payload is of indefinite length",
        token[:17] + b"\x5f" + token[17:-66] + b"\xff" + token[-66:],
    )
    yield bad("too-long", "more than 1024 bytes", _sign_payload(padded), expect="token_too_long")


def _bad_signature() -> Iterator[tuple[str, Vector]]:
    token = sign_claims(TWO_SIGNERS)
    body, r, s = token[:-64], token[-64:-32], token[-32:]
    high_s = (ORDER - int.from_bytes(s, "big")).to_bytes(32, "big")
    stranger = fixed_key("stranger")
    unsigned = UnsignedToken(TWO_SIGNERS, KID)

    def bad(name: str, about: str, broken: bytes, expect: str) -> tuple[str, Vector]:
        return f"signature-{name}", Vector(about, expect, broken)

    yield bad("high-s", "the other s that verifies", body + r + high_s, "signature_form")
    yield bad("zero-r", "r is zero", body + bytes(32) + s, "signature_form")
    yield bad("zero-s", "s is zero", body + r + bytes(32), "signature_form")
    yield bad("r-is-the-order", "r is n", body + ORDER.to_bytes(32, "big") + s, "signature_form")
    yield bad("swapped", "r and s change places", body + s + r, "signature_bad")
    yield bad(
        "flipped-bit", "one bit of r is flipped", _flip(token, len(body) + 5), "signature_bad"
    )
    yield bad(
        "other-claims",
        "one bit of the title is flipped",
        _flip(token, token.index(b"Umowa")),
        "signature_bad",
    )
    yield bad(
        "stranger",
        "a stranger signed and names the kiosk's key",
        unsigned.signed(raw_low_s_signature(stranger, unsigned.to_be_signed)),
        "signature_bad",
    )
    yield bad(
        "other-kid", "a stranger's valid token", sign_claims(TWO_SIGNERS, stranger), "kid_mismatch"
    )
    yield bad(
        "without-context",
        "the payload was signed instead of the Sig_structure",
        body + raw_low_s_signature(KEY, token[17:-66]),
        "signature_bad",
    )


def _bad_payload() -> Iterator[tuple[str, Vector]]:
    tree: dict[Any, Any] = cbor2.loads(split_token(sign_claims(TWO_SIGNERS)).payload)

    def bad(name: str, about: str, payload: bytes, code: str) -> tuple[str, Vector]:
        return f"payload-{name}", Vector(about, code, _sign_payload(payload))

    def changed(change: Callable[[dict[Any, Any]], object]) -> bytes:
        copy = cbor2.loads(cbor2.dumps(tree))
        change(copy)
        return cbor2.dumps(copy, canonical=True)

    plain = cbor2.dumps(tree, canonical=True)
    form, value, text = "token_not_understood", "claims_out_of_range", "claims_bad_text"
    yield bad("empty", "no payload", b"", form)
    yield bad("not-cbor", "bytes that are no CBOR", b"\xff\xff\xff\xff", form)
    yield bad("huge-length", "a string that claims 2^63 bytes", b"\x5b\x7f" + b"\xff" * 7, form)
    yield bad("deep", "250 arrays inside one another", b"\x81" * 250 + b"\x00", form)
    yield bad("trailing", "a byte after the map", plain + b"\x00", form)
    yield bad("missing-entry", "no page count", changed(lambda t: t.pop(10)), form)
    yield bad("unknown-entry", "an eleventh entry", changed(lambda t: t.update({11: 1})), form)
    yield bad("unsorted", "the entries in another order", _unsorted(tree), form)
    yield bad("duplicate-entry", "the page count twice", b"\xab" + plain[1:] + b"\x0a\x06", form)
    yield bad("long-number", "6 pages written in two bytes", plain[:-1] + b"\x18\x06", form)
    yield bad("float", "the page count as a float", plain[:-1] + b"\xf9\x46\x00", form)
    yield bad("boolean", "the time quality as true", changed(lambda t: t.update({5: True})), form)
    yield bad("boolean-key", "the document id under the key true", b"\xaa\xf5" + plain[2:], form)
    yield bad("simple-key", "the page count under simple value 10", _simple_key(plain), form)
    yield bad("tagged-time", "the issue time with tag 1", _tagged_time(plain), form)
    yield bad("indefinite-map", "the map of indefinite length", b"\xbf" + plain[1:] + b"\xff", form)
    yield bad(
        "critical-claim",
        "a claim with a negative key, as if it were one that must be understood",
        changed(lambda t: t.update({-1: 1})),
        form,
    )
    yield bad(
        "title-cut-inside-a-letter",
        "the title ends in the middle of the two bytes of a letter",
        plain.replace(_text("Umowa najmu lokalu użytkowego"), _cut("Umowa najmu lokalu u")),
        form,
    )
    yield bad(
        "indefinite-title",
        "the title in one piece of a string of indefinite length",
        plain.replace(_title(plain), b"\x7f" + _title(plain) + b"\xff"),
        form,
    )
    yield bad("bignum", "the page count as a big number", plain[:-1] + b"\xc2\x41\x06", form)
    yield bad("bytes-title", "the title as bytes", changed(lambda t: t.update({6: b"U"})), form)
    yield bad("unknown-role", "a signer of role 3", changed(lambda t: _signer(t, 1, 3)), form)
    yield bad("unknown-method", "a method 5", changed(lambda t: _signer(t, 2, 5)), form)
    yield bad("unknown-proof", "a proof 5", changed(lambda t: _signer(t, 3, 5)), form)
    yield bad("unknown-quality", "a time quality 2", changed(lambda t: t.update({5: 2})), form)
    yield bad(
        "short-id", "15 bytes of document id", changed(lambda t: t.update({1: b"1" * 15})), value
    )
    yield bad("short-hash", "31 bytes of hash", changed(lambda t: t.update({2: b"1" * 31})), value)
    yield bad("no-bytes", "a covered length of 0", changed(lambda t: t.update({3: 0})), value)
    yield bad(
        "negative-length", "a covered length of -1", changed(lambda t: t.update({3: -1})), value
    )
    yield bad("before-2020", "issued in 2019", changed(lambda t: t.update({4: 1577836799})), value)
    yield bad("after-2099", "issued in 2100", changed(lambda t: t.update({4: 4102444800})), value)
    yield bad("far-future", "issued in 2^63", changed(lambda t: t.update({4: 2**63})), value)
    yield bad("no-signers", "nobody signed", changed(lambda t: t.update({8: []})), value)
    crowd = changed(lambda t: t[8].extend(t[8][1:] * 11))
    yield bad("thirteen-signers", "thirteen signers", crowd, value)
    yield bad("second-director", "two directors", changed(lambda t: _signer(t, 1, 1)), value)
    yield bad(
        "signed-too-late",
        "signed a day and a second after",
        changed(lambda t: _signer(t, 4, 86401)),
        value,
    )
    yield bad(
        "signed-too-early",
        "signed 11 years before",
        changed(lambda t: _signer(t, 4, -347_000_000)),
        value,
    )
    yield bad("sequence-zero", "sequence number 0", changed(lambda t: t.update({9: 0})), value)
    yield bad("no-pages", "0 pages", changed(lambda t: t.update({10: 0})), value)
    yield bad("empty-title", "an empty title", changed(lambda t: t.update({6: ""})), text)
    yield bad("long-title", "61 bytes of title", changed(lambda t: t.update({6: "T" * 61})), text)
    yield bad("long-name", "41 bytes of name", changed(lambda t: _signer(t, 0, "N" * 41)), text)
    yield bad(
        "newline", "a line break in the title", changed(lambda t: t.update({6: "A\nB"})), text
    )
    yield bad(
        "direction", "a right-to-left mark", changed(lambda t: t.update({6: "A\u202eB"})), text
    )
    for name, letter in INVISIBLE.items():
        about = f"a title with U+{ord(letter):04X}, which does not show"
        yield bad(name, about, changed(partial(_put, 6, f"Umo{letter}wa")), text)
    for name, nothing in NOTHING.items():
        about = f"a title that begins with U+{ord(nothing[0]):04X}, which shows nothing alone"
        yield bad(name, about, changed(partial(_put, 6, nothing)), text)
    yield bad("space", "a space after the number", changed(lambda t: t.update({7: "1 "})), text)


def _put(key: int, value: object, tree: dict[Any, Any]) -> None:
    tree[key] = value


def _bad_text() -> Iterator[tuple[str, Vector]]:
    text = token_text(HOST, sign_claims(TWO_SIGNERS))
    head, digits = text.split("#")

    def bad(name: str, about: str, broken: str, expect: str = "token_framing") -> Any:
        return f"text-{name}", Vector(about, expect, None, broken)

    other = "not_a_certificate_text"
    yield bad("empty", "no text", "", other)
    yield bad("other-link", "a link to somewhere", "https://example.com/menu", other)
    yield bad("no-digits", "the number is missing", f"{head}#")
    yield bad("cut-short", "the last 12 digits are missing", text[:-12])
    yield bad("letters", "a letter in the number", f"{text[:-1]}O")
    yield bad("sign", "a plus sign before the number", f"{head}#+{digits}")
    yield bad("leading-zero", "a zero before the number", f"{head}#0{digits}")
    yield bad("underscore", "digits grouped as programs do", f"{head}#{digits[:3]}_{digits[3:]}")
    yield bad("other-digits", "Arabic-Indic digits", f"{head}#{digits[:-1]}\u0663")
    yield bad("line-end", "a line break after the number", f"{text}\n")
    yield bad("other-path", "another path", text.replace("/C#", "/D#"), other)
    yield bad("plain-http", "HTTP without S", text.replace("HTTPS", "HTTP"), other)
    yield bad("user-in-host", "a user name before the host", text.replace("//S", "//A@S"))
    yield bad("too-long", "one digit more than allowed", f"{head}#{'9' * 2468}", "text_too_long")
    yield bad("million-digits", "5000 digits", f"{head}#{'1' * 5000}", "text_too_long")


def _sign_payload(payload: bytes) -> bytes:
    """Sign any payload with the right key on the right framing."""
    length = len(payload)
    if length < 24:
        head = bytes([0x40 + length])
    elif length < 256:
        head = bytes([0x58, length])
    else:
        head = b"\x59" + length.to_bytes(2, "big")
    protected = bytes.fromhex("4da201260448") + KID
    message = b"\x84\x6aSignature1" + protected + b"\x40" + head + payload
    signature = raw_low_s_signature(KEY, message)
    return b"\xd2\x84" + protected + b"\xa0" + head + payload + b"\x58\x40" + signature


def _text(text: str) -> bytes:
    return cbor2.dumps(text)


def _cut(start: str) -> bytes:
    data = start.encode() + "ż".encode()[:1]
    return bytes([0x60 + len(data)]) + data


def _title(plain: bytes) -> bytes:
    title = _text(cbor2.loads(plain)[6])
    assert title in plain
    return title


def _with_protected(header: dict[int, Any]) -> bytes:
    protected = cbor2.dumps(header)
    payload = split_token(sign_claims(TWO_SIGNERS)).payload
    signature = raw_low_s_signature(KEY, cbor2.dumps(["Signature1", protected, b"", payload]))
    return b"\xd2" + cbor2.dumps([protected, {}, payload, signature])


def _kid_unprotected() -> bytes:
    payload = split_token(sign_claims(TWO_SIGNERS)).payload
    signed = cbor2.dumps(["Signature1", b"\xa1\x01\x26", b"", payload])
    signature = raw_low_s_signature(KEY, signed)
    return b"\xd2" + cbor2.dumps([b"\xa1\x01\x26", {4: KID}, payload, signature])


def _unsorted(tree: dict[Any, Any]) -> bytes:
    return cbor2.dumps(dict(reversed(tree.items())))


def _tagged_time(plain: bytes) -> bytes:
    at = plain.index(b"\x04\x1a") + 1
    return plain[:at] + b"\xc1" + plain[at:]


def _simple_key(plain: bytes) -> bytes:
    return plain[:-2] + b"\xea" + plain[-1:]


def _signer(tree: dict[Any, Any], place: int, value: object) -> None:
    tree[8][1][place] = value


def _flip(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
