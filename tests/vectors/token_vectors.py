"""Writes tests/vectors/token/*.txt and the worked example of docs/certificate-token.md.

    python -m tests.vectors.token_vectors

Everything comes from fixed keys and fixed claims, so that the files come out the same, byte
for byte, every time. Invalid tokens are made by breaking one rule each and signing what can
still be signed, so that nothing but the named rule refuses them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import cbor2
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.vectors.keys import ORDER, fixed_key, raw_low_s_signature
from verifier.token import (
    Claims,
    Method,
    Proof,
    Role,
    SignerClaim,
    TimeQuality,
    UnsignedToken,
    key_identifier,
    split_token,
    token_text,
)

__all__ = ["TWO_SIGNERS", "claims_to_json", "sign_claims", "vector_files", "worked_example"]

FOLDER: Final = Path(__file__).with_name("token")
SPECIFICATION: Final = Path(__file__).parents[2] / "docs" / "certificate-token.md"
HOST: Final = "SYGNET.EXAMPLE"
KEY: Final = fixed_key("seal")
KID: Final = key_identifier(KEY.public_key())
ISSUED: Final = datetime(2026, 3, 14, 10, 26, 53, tzinfo=UTC)

TWO_SIGNERS: Final = Claims(
    document_id=bytes.fromhex("00112233445566778899aabbccddeeff"),
    covered_sha256=bytes.fromhex(
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    ),
    covered_bytes=187_342,
    issued_at=ISSUED,
    time_quality=TimeQuality.ASSURED,
    title="Umowa najmu lokalu użytkowego",
    number="UN/2026/0314",
    signers=(
        SignerClaim(
            "Katarzyna Wiśniewska",
            Role.DIRECTOR,
            Method.KEY,
            Proof.ACCOUNT,
            ISSUED - timedelta(days=1, hours=3),
        ),
        SignerClaim(
            "Jan Kowalski",
            Role.CLIENT,
            Method.DRAWN,
            Proof.SMS_CODE,
            ISSUED - timedelta(seconds=2),
        ),
    ),
    certificate_sequence=17,
    pages=6,
)


@dataclass(frozen=True)
class Vector:
    """One file: what it shows, what must come of it, and what to feed."""

    about: str
    expect: str
    token: bytes | None
    text: str | None = None
    claims: Claims | None = None


def sign_claims(claims: Claims, key: Any = KEY) -> bytes:
    """A valid token over the claims."""
    unsigned = UnsignedToken(claims, key_identifier(key.public_key()))
    return unsigned.signed(raw_low_s_signature(key, unsigned.to_be_signed))


def claims_to_json(claims: Claims) -> dict[str, Any]:
    """The claims as the vectors write them."""
    return {
        "document_id": claims.document_id.hex(),
        "covered_sha256": claims.covered_sha256.hex(),
        "covered_bytes": claims.covered_bytes,
        "issued_at": _rfc3339(claims.issued_at),
        "time_quality": int(claims.time_quality),
        "title": claims.title,
        "number": claims.number,
        "signers": [
            {
                "name": signer.name,
                "role": int(signer.role),
                "method": int(signer.method),
                "proof": int(signer.proof),
                "signed_at": _rfc3339(signer.signed_at),
            }
            for signer in claims.signers
        ],
        "certificate_sequence": claims.certificate_sequence,
        "pages": claims.pages,
    }


def vector_files() -> dict[str, bytes]:
    """Every vector file, by name."""
    return {f"{name}.txt": _write(vector) for name, vector in _vectors().items()}


def worked_example() -> str:
    """The worked example of the specification, in Markdown."""
    token = sign_claims(TWO_SIGNERS)
    unsigned = UnsignedToken(TWO_SIGNERS, KID)
    payload = split_token(token).payload
    parts = [
        ("Key (SubjectPublicKeyInfo)", _spki().hex()),
        ("kid", KID.hex()),
        (f"Payload, {len(payload)} bytes", payload.hex()),
        ("Sig_structure, which is signed", unsigned.to_be_signed.hex()),
        ("r", token[-64:-32].hex()),
        ("s", token[-32:].hex()),
        (f"Token, {len(token)} bytes", token.hex()),
        ("Text", token_text(HOST, token)),
    ]
    claims = json.dumps(claims_to_json(TWO_SIGNERS), ensure_ascii=False, indent=2)
    blocks = [f"Claims:\n\n```json\n{claims}\n```"]
    blocks += [f"{name}:\n\n```\n{_wrapped(value)}\n```" for name, value in parts]
    return "\n\n".join(blocks)


def _vectors() -> dict[str, Vector]:
    return dict([*_valid(), *_bad_framing(), *_bad_signature(), *_bad_payload(), *_bad_text()])


def _valid() -> Iterator[tuple[str, Vector]]:
    def good(name: str, about: str, claims: Claims) -> tuple[str, Vector]:
        token = sign_claims(claims)
        return name, Vector(about, "claims", token, token_text(HOST, token), claims)

    director, client = TWO_SIGNERS.signers
    yield good("valid-two-signers", "a director and a client", TWO_SIGNERS)
    yield good("valid-one-signer", "a client alone", replace(TWO_SIGNERS, signers=(client,)))
    yield good(
        "valid-longest",
        "eight signers, every text at its longest, every number at its largest",
        Claims(
            document_id=b"\xff" * 16,
            covered_sha256=b"\xff" * 32,
            covered_bytes=2**40 - 1,
            issued_at=datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC),
            time_quality=TimeQuality.NOT_ASSURED,
            title="Ż" * 30,
            number="№" * 13 + "1",
            signers=(
                replace(director, name="ї" * 20, signed_at=datetime(2089, 12, 31, tzinfo=UTC)),
                *(
                    replace(client, name="Ł" * 20, signed_at=datetime(2090, 1, n, tzinfo=UTC))
                    for n in range(1, 8)
                ),
            ),
            certificate_sequence=2**32 - 1,
            pages=9999,
        ),
    )
    yield good(
        "valid-smallest",
        "every text of one letter, every number at its smallest",
        Claims(
            document_id=bytes(16),
            covered_sha256=bytes(32),
            covered_bytes=1,
            issued_at=datetime(2020, 1, 1, tzinfo=UTC),
            time_quality=TimeQuality.NOT_ASSURED,
            title="T",
            number="1",
            signers=(
                SignerClaim(
                    "A",
                    Role.CLIENT,
                    Method.TYPED,
                    Proof.NONE,
                    datetime(2020, 1, 1, tzinfo=UTC),
                ),
            ),
            certificate_sequence=1,
            pages=1,
        ),
    )
    late = replace(client, signed_at=ISSUED + timedelta(days=1))
    yield good(
        "valid-signed-after-issue",
        "two clocks: a signing time one day after the issue time",
        replace(TWO_SIGNERS, signers=(director, late)),
    )


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
    yield bad("tagged-time", "the issue time with tag 1", _tagged_time(plain), form)
    yield bad("indefinite-map", "the map of indefinite length", b"\xbf" + plain[1:] + b"\xff", form)
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
    yield bad("nine-signers", "nine signers", changed(lambda t: t[8].extend(t[8][1:] * 7)), value)
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
    yield bad("space", "a space after the number", changed(lambda t: t.update({7: "1 "})), text)


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


def _signer(tree: dict[Any, Any], place: int, value: object) -> None:
    tree[8][1][place] = value


def _flip(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def _write(vector: Vector) -> bytes:
    lines = [f"about: {vector.about}", f"expect: {vector.expect}", f"public_key: {_spki().hex()}"]
    if vector.text is not None:
        lines.append(f"text: {json.dumps(vector.text, ensure_ascii=True)}")
    if vector.token is not None:
        lines.append(f"token: {vector.token.hex()}")
    if vector.claims is not None:
        lines.append(f"claims: {json.dumps(claims_to_json(vector.claims), ensure_ascii=False)}")
    return ("\n".join(lines) + "\n").encode()


def _spki() -> bytes:
    return KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _rfc3339(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def _wrapped(value: str) -> str:
    return "\n".join(value[at : at + 96] for at in range(0, len(value), 96))


def main() -> None:
    """Write every file again."""
    FOLDER.mkdir(exist_ok=True)
    for stale in FOLDER.glob("*.txt"):
        stale.unlink()
    for name, data in vector_files().items():
        (FOLDER / name).write_bytes(data)
    text = SPECIFICATION.read_text()
    before, rest = text.split("token_vectors` -->\n", 1)
    after = rest.split("<!-- /worked-example -->", 1)[1]
    SPECIFICATION.write_text(
        f"{before}token_vectors` -->\n\n{worked_example()}\n\n<!-- /worked-example -->{after}"
    )


if __name__ == "__main__":
    main()
