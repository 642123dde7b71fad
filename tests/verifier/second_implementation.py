"""A second reader of tokens, written from docs/certificate-token.md alone.

It shares nothing with the verifier: another CBOR library (`cbor`), another library for ECDSA
(`ecdsa`), its own order of steps. It is slow, and judges nothing but one token under one key.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any

import cbor
import ecdsa
from ecdsa.util import sigdecode_string

__all__ = ["NotAToken", "read"]

ORDER = ecdsa.NIST256p.order


class NotAToken(Exception):
    """A rule is broken; the argument is the code that the specification gives it."""


def read(vector: dict[str, Any]) -> dict[str, Any]:
    """The claims of a vector: of its text when it has one, else of its token.

    Raises:
        NotAToken: with a code of the specification.
    """
    token = from_text(vector["text"]) if "text" in vector else bytes.fromhex(vector["token"])
    return from_token(token, bytes.fromhex(vector["public_key"]))


def from_text(text: str) -> bytes:
    """Section 5."""
    if len(text) > len("HTTPS:///C#") + 100 + 2467:
        raise NotAToken("text_too_long")
    start = re.match(r"https://([^/]{1,100})/C#", text, re.IGNORECASE | re.ASCII)
    if start is None or not text[start.end() - 3 :].startswith("/C#"):
        raise NotAToken("not_a_certificate_text")
    digits = text[start.end() :]
    if len(digits) > 2467:
        raise NotAToken("text_too_long")
    host = re.fullmatch(
        r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?", start[1], re.IGNORECASE | re.ASCII
    )
    if host is None or re.fullmatch(r"[1-9][0-9]*", digits) is None:
        raise NotAToken("token_framing")
    number = int(digits)
    return number.to_bytes(-(-number.bit_length() // 8), "big")


def from_token(token: bytes, spki: bytes) -> dict[str, Any]:
    """Section 6, steps 2 to 5."""
    if len(token) > 1024:
        raise NotAToken("token_too_long")
    kid, payload, signature, signed = unframe(token)
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if not (0 < r < ORDER and 0 < s <= (ORDER - 1) // 2):
        raise NotAToken("signature_form")
    if kid != hashlib.sha256(spki).digest()[:8]:
        raise NotAToken("kid_mismatch")
    key = ecdsa.VerifyingKey.from_der(spki)
    try:
        key.verify(signature, signed, hashfunc=hashlib.sha256, sigdecode=sigdecode_string)
    except ecdsa.BadSignatureError as error:
        raise NotAToken("signature_bad") from error
    return claims(payload)


def unframe(token: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """3.1 and 3.4: the parts, by building the one framing again around them."""
    for head in (1, 2, 3):
        payload, signature = token[17 + head : -66], token[-64:]
        kid = token[8:16]
        protected = cbor.dumps({1: -7, 4: kid})
        framed = b"\xd2" + cbor.dumps([protected, {}, payload, signature])
        if len(kid) == 8 and len(signature) == 64 and framed == token:
            signed = cbor.dumps(["Signature1", protected, b"", payload])
            return kid, payload, signature, signed
    raise NotAToken("token_framing")


def claims(payload: bytes) -> dict[str, Any]:
    """3.7 and section 4."""
    try:
        tree = cbor.loads(payload)
        same = encode(tree) == payload
    except Exception as error:
        raise NotAToken("token_not_understood") from error
    shape = [bytes, bytes, int, int, int, str, str, list, int, int]
    if not same or not isinstance(tree, dict) or list(tree) != list(range(1, 11)):
        raise NotAToken("token_not_understood")
    values = list(tree.values())
    if [type(value) for value in values] != shape or values[4] not in {0, 1}:
        raise NotAToken("token_not_understood")
    for signer in values[7]:
        check_signer_form(signer)
    return in_range(values)


def check_signer_form(signer: Any) -> None:
    """The five entries of a signer and their codes."""
    good = (
        isinstance(signer, list)
        and [type(value) for value in signer] == [str, int, int, int, int]
        and signer[1] in {1, 2}
        and signer[2] in {1, 2, 3, 4}
        and signer[3] in {0, 1, 2, 3, 4}
    )
    if not good:
        raise NotAToken("token_not_understood")


def in_range(values: list[Any]) -> dict[str, Any]:
    """The ranges of the grammar, then the claims as vectors write them."""
    identifier, sha256, length, issued, quality, title, number, signers, sequence, pages = values
    within = (
        len(identifier) == 16
        and len(sha256) == 32
        and 1 <= length <= 2**40 - 1
        and 1577836800 <= issued <= 4102444799
        and 1 <= len(signers) <= 12
        and 1 <= sequence <= 2**32 - 1
        and 1 <= pages <= 9999
        and all(-315619200 <= signer[4] <= 86400 for signer in signers)
        and all(signer[1] == 2 for signer in signers[1:])
    )
    if not within:
        raise NotAToken("claims_out_of_range")
    for text, limit in ((title, 60), (number, 40), *((signer[0], 40) for signer in signers)):
        check_text(text, limit)
    return {
        "document_id": identifier.hex(),
        "covered_sha256": sha256.hex(),
        "covered_bytes": length,
        "issued_at": time(issued),
        "time_quality": quality,
        "title": title,
        "number": number,
        "signers": [
            {
                "name": name,
                "role": role,
                "method": method,
                "proof": proof,
                "signed_at": time(issued + offset),
            }
            for name, role, method, proof, offset in signers
        ],
        "certificate_sequence": sequence,
        "pages": pages,
    }


def check_text(text: str, limit: int) -> None:
    """4.1."""
    spans = (
        *((0x115F, 0x1160), (0x200E, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F)),
        *((0x17B4, 0x17B5), (0x180B, 0x180F)),
        *((0xFFF9, 0xFFFB), (0xE0000, 0xE007F)),
    )
    alone = {0xAD, 0x61C, 0x200B, 0x2800, 0x3164, 0xFEFF, 0xFFA0}
    hidden = any(
        unicodedata.category(letter) == "Cc"
        or (unicodedata.category(letter) == "Zs" and letter != " ")
        or ord(letter) in alone
        or any(first <= ord(letter) <= last for first, last in spans)
        for letter in text
    )
    hidden = hidden or unicodedata.category(text[:1] or " ")[0] == "M"
    hidden = hidden or unicodedata.category(text[:1] or " ") == "Cf"
    if hidden or not 1 <= len(text.encode()) <= limit or text.strip(" ") != text:
        raise NotAToken("claims_bad_text")


def encode(tree: Any) -> bytes:
    """Deterministic CBOR: the library's shortest heads, keys in the order of their encodings."""
    if isinstance(tree, dict):
        pairs = sorted((cbor.dumps(key), encode(value)) for key, value in tree.items())
        return bytes([0xA0 | len(pairs)]) + b"".join(key + value for key, value in pairs)
    if isinstance(tree, list):
        return bytes([0x80 | len(tree)]) + b"".join(encode(each) for each in tree)
    if type(tree) is int and tree >= 2**63:  # the library would write a big number
        return b"\x1b" + tree.to_bytes(8, "big")
    encoded: bytes = cbor.dumps(tree)
    return encoded


def time(seconds: int) -> str:
    """RFC 3339, whole seconds, UTC."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
