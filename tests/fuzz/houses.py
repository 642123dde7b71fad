"""Who is trusted while fuzzing, and what every verdict must hold.

The first house is honest: nothing but its own files is genuine. The key of the second one is in
the hands of the mutators, which sign what they have changed so that it gets past the signature
checks; the trust list holds it, but as long
expired, so that no path is cut short and yet nothing that
a mutator made may ever be called genuine.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final

from tests.fuzz.bounds import Violation
from tests.vectors.keys import raw_low_s_signature
from tests.vectors.sealed_pdf import NOW, House, Sealed, sealed_pdf
from verifier.claims import Claims
from verifier.claims_coding import encode_claims
from verifier.report import report
from verifier.sentences import LANGUAGES
from verifier.token import UnsignedToken, key_identifier
from verifier.trust_list import KeyRole, TrustedKey, TrustList
from verifier.verdict import Outcome, Verdict

__all__ = [
    "NOW",
    "check_verdict",
    "forger",
    "genuine_texts",
    "honest",
    "honest_file",
    "sign_payload",
    "trust",
]

_LONG_AGO: Final = datetime(1970, 1, 2, tzinfo=UTC)
"""Before any issue time that a token can state, whatever a mutator writes into it."""


@cache
def honest() -> House:
    """The house whose files are genuine."""
    return House()


@cache
def forger() -> House:
    """The house whose keys the mutators use."""
    return House("mutated")


@cache
def honest_file() -> Sealed:
    """A genuine file."""
    return sealed_pdf(honest())


def genuine_texts() -> set[str]:
    """Texts that the honest key signed; those of earlier hunts are added by who keeps a corpus."""
    _GENUINE_TEXTS.add(honest_file().text)
    return _GENUINE_TEXTS


_GENUINE_TEXTS: Final[set[str]] = set()


@cache
def trust() -> TrustList:
    """Both houses; the forger's seal key ended before anything was issued."""
    ours, theirs = honest().trust(), forger().trust()
    return replace(ours, keys=(*ours.keys, *map(_ended, theirs.keys)))


def _ended(key: TrustedKey) -> TrustedKey:
    if key.role is not KeyRole.SEAL:
        return key
    return replace(key, valid_from=_LONG_AGO, valid_until=_LONG_AGO + timedelta(days=1))


def sign_payload(payload: bytes) -> bytes:
    """A token of any payload at all, signed by the forger's seal key."""
    key = forger().seal.key
    head = bytes.fromhex("d2844da201260448") + key_identifier(key.public_key()) + b"\xa0"
    kid = key_identifier(key.public_key())
    wrapped = _byte_string(payload)
    message = b"\x84\x6aSignature1\x4d" + bytes.fromhex("a201260448") + kid + b"\x40" + wrapped
    return head + wrapped + b"\x58\x40" + raw_low_s_signature(key, message)


def sign_claims(claims: Claims) -> bytes:
    """A well-formed token, signed by the forger's seal key."""
    token = sign_payload(encode_claims(claims))
    assert UnsignedToken(claims, token[8:16]).signed(token[-64:]) == token
    return token


def _byte_string(content: bytes) -> bytes:
    length = len(content)
    if length < 24:
        return bytes((0x40 | length,)) + content
    if length < 256:
        return bytes((0x58, length)) + content
    return b"\x59" + min(length, 0xFFFF).to_bytes(2, "big") + content


def check_verdict(verdict: Verdict, *, known: bool) -> None:
    """Hold one verdict to what all of them promise.

    Args:
        verdict: of an input.
        known: whether the input is one that is known to be genuine.

    Raises:
        Violation: it is genuine and must not be.
        Exception: it cannot be shown.
    """
    if verdict.outcome is Outcome.GENUINE and not known:
        raise Violation("genuine: an input that nobody sealed")
    for language in LANGUAGES:
        json.dumps(verdict.to_json(language))
        lines = report("input", verdict, language).split("\n")
        if not all(line.isprintable() for line in lines):
            raise Violation("unprintable: the report could steer a terminal")
