"""Signatures on requests and replies: RFC 9421 with Ed25519, digests by RFC 9530. No I/O.

A request covers its method, path, query and the digest of its body; `keyid` is the kiosk,
`nonce` its strictly rising counter, `tag` the protocol. A reply by the office key covers its
status, the digest of its body, and the signature (with its input) of the very request it answers,
so that no reply can stand for another. Host and scheme are not covered: a proxy changes them.

Exactly these components and parameters are accepted, in one signature; anything else is refused.
Replays are judged by the caller, by the counter (`RequestFacts.nonce`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    ContentDigest,
    HTTPMessageSignaturesException,
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    VerifyResult,
    algorithms,
)

from sync.errors import ReplyNotTrusted, RequestRefused
from sync.message_views import MessageView, ReplyView

__all__ = [
    "LABEL",
    "TAG",
    "RequestFacts",
    "sign_reply",
    "sign_request",
    "verify_reply",
    "verify_request",
]

LABEL = "sygnet"
"""Label of the one signature in the dictionary fields."""
TAG = "sygnet-sync-v1"
"""Names the protocol inside the signature (RFC 9421 section 2.3)."""
OFFICE_KEY_ID = "office"
"""`keyid` of every reply."""
MAX_SIGNATURE_FIELD = 1024
"""Longest Signature or Signature-Input field, letters: real ones have about 250."""
MAX_NONCE = 2**53 - 1
"""Highest counter."""

_REQUEST_COMPONENTS: tuple[str, ...] = ("@method", "@path", "@query", "content-digest")
_REPLY_COMPONENTS: tuple[str, ...] = ("@status", "content-digest")
_BINDING = (f'"signature-input";req;key="{LABEL}"', f'"signature";req;key="{LABEL}"')
_REPLY_PARAMETERS = frozenset({"created", "keyid", "alg", "tag"})
_REQUEST_PARAMETERS = _REPLY_PARAMETERS | {"nonce"}


@dataclass(frozen=True)
class RequestFacts:
    """What a valid signature says about a request."""

    kiosk_id: str
    """Who signed."""
    nonce: int
    """The counter."""
    created: datetime
    """When, by the kiosk's clock."""


class _Keys(HTTPSignatureKeyResolver):
    """Finds a public key by id, through a function of the caller."""

    def __init__(self, find: Callable[[str], Ed25519PublicKey | None]) -> None:
        self._find = find

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey | None:
        return self._find(key_id)


class _OneKey(HTTPSignatureKeyResolver):
    """Holds the one private key to sign with."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    def resolve_private_key(self, key_id: str) -> Ed25519PrivateKey:  # noqa: ARG002 - one key only
        return self._key


class _TimelessVerifier(HTTPMessageVerifier):
    """The library's verifier without its look at the clock: age is judged by our callers."""

    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:
        pass


def _sign(
    message: MessageView | ReplyView,
    components: tuple[str, ...],
    *,
    key: Ed25519PrivateKey,
    key_id: str,
    nonce: str | None,
    created: datetime,
    body: bytes,
) -> None:
    signer = HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=_OneKey(key))
    message.headers.pop("Content-Digest", None)
    signer.sign(
        message,
        body=body,
        key_id=key_id,
        created=created,
        nonce=nonce,
        label=LABEL,
        tag=TAG,
        covered_component_ids=components,
    )


def sign_request(
    request: MessageView,
    body: bytes,
    *,
    kiosk_id: str,
    nonce: int,
    created: datetime,
    key: Ed25519PrivateKey,
) -> None:
    """Add Content-Digest, Signature-Input and Signature to a request's headers."""
    _sign(
        request,
        _REQUEST_COMPONENTS,
        key=key,
        key_id=kiosk_id,
        nonce=str(nonce),
        created=created,
        body=body,
    )


def sign_reply(reply: ReplyView, body: bytes, *, created: datetime, key: Ed25519PrivateKey) -> None:
    """Add the same fields to a reply's headers.

    The reply is bound to the signature of its request if that has one that can be read; a reply
    to anything else is bound to nothing and no device acts on it.
    """
    components = _REPLY_COMPONENTS
    if _readable_signature(reply.request.headers):
        components += _BINDING
    try:
        _sign_reply(reply, components, body, created, key)
    except HTTPMessageSignaturesException:
        _sign_reply(reply, _REPLY_COMPONENTS, body, created, key)


def _sign_reply(
    reply: ReplyView,
    components: tuple[str, ...],
    body: bytes,
    created: datetime,
    key: Ed25519PrivateKey,
) -> None:
    _sign(
        reply,
        components,
        key=key,
        key_id=OFFICE_KEY_ID,
        nonce=None,
        created=created,
        body=body,
    )


def _field(headers: Mapping[str, str], name: str) -> str | None:
    values = [value for key, value in headers.items() if key.lower() == name]
    return ", ".join(values) if values else None


def _readable_signature(headers: Mapping[str, str]) -> bool:
    fields = [_field(headers, "signature"), _field(headers, "signature-input")]
    return all(text is not None and len(text) <= MAX_SIGNATURE_FIELD for text in fields)


def verify_request(
    request: MessageView, body: bytes, find_key: Callable[[str], Ed25519PublicKey | None]
) -> RequestFacts:
    """Check a request's signature and digest.

    Args:
        request: the request with its headers.
        body: its body as received.
        find_key: gives the public key of an enrolled kiosk, None for others.

    Raises:
        RequestRefused: signature_missing, signature_malformed, kiosk_unknown, signature_invalid,
            digest_mismatch.
    """
    if _field(request.headers, "signature") is None:
        raise _refused("signature_missing", "The request is not signed.")
    if not _readable_signature(request.headers):
        raise _refused("signature_malformed", "The signature fields cannot be read.")
    asked: list[str] = []
    known: list[bool] = []

    def find(key_id: str) -> Ed25519PublicKey | None:
        key = find_key(key_id)
        asked.append(key_id)
        known.append(key is not None)
        return key

    try:
        result = _verify_one(request, find)
    except (HTTPMessageSignaturesException, ValueError) as error:
        if not asked:
            raise _refused("signature_malformed", "The signature fields cannot be read.") from error
        if not known[0]:
            raise _refused("kiosk_unknown", "Head office does not know this kiosk.") from error
        raise _refused(
            "signature_invalid", "The signature does not fit the request and the kiosk."
        ) from error
    _check_shape(result, [f'"{name}"' for name in _REQUEST_COMPONENTS], _REQUEST_PARAMETERS)
    _check_digest(result, body)
    nonce_text = str(result.parameters["nonce"])
    if not nonce_text.isascii() or not nonce_text.isdigit() or len(nonce_text) > 16:
        raise _refused("signature_malformed", "The counter in the signature is not a number.")
    nonce = int(nonce_text)
    if not 0 < nonce <= MAX_NONCE or str(nonce) != nonce_text:
        raise _refused("signature_malformed", "The counter in the signature is out of range.")
    return RequestFacts(asked[0], nonce, _created(result))


def _verify_one(
    message: MessageView | ReplyView, find: Callable[[str], Ed25519PublicKey | None]
) -> VerifyResult:
    verifier = _TimelessVerifier(signature_algorithm=algorithms.ED25519, key_resolver=_Keys(find))
    results = verifier.verify(message, max_age=None)
    if len(results) != 1:
        raise InvalidSignature("exactly one signature is expected")
    return results[0]


def _check_shape(
    result: VerifyResult, components: list[str], parameter_names: frozenset[str]
) -> None:
    covered = [name for name in result.covered_components if name != '"@signature-params"']
    parameters = result.parameters
    if (
        result.label != LABEL
        or covered != components
        or set(parameters) != parameter_names
        or parameters["tag"] != TAG
    ):
        raise _refused("signature_malformed", "The signature does not cover what it must cover.")


def _check_digest(result: VerifyResult, body: bytes) -> None:
    value = result.covered_components['"content-digest"']
    if value != ContentDigest.create(body):
        raise RequestRefused(
            "digest_mismatch",
            "The body is not the one that was signed: it was cut or changed on the way.",
            "Send the message again.",
        )


def _created(result: VerifyResult) -> datetime:
    try:
        return datetime.fromtimestamp(int(result.parameters["created"]), tz=UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise _refused("signature_malformed", "The time in the signature is absurd.") from error


def _refused(code: str, sentence: str) -> RequestRefused:
    return RequestRefused(
        code, sentence, "Check that this kiosk is enrolled at this head office.", 401
    )


def verify_reply(reply: ReplyView, body: bytes, office_key: Ed25519PublicKey) -> None:
    """Check on the device that a reply is head office's own answer to this very request.

    Raises:
        ReplyNotTrusted: reply_not_signed, or reply_not_trusted with what did not fit.
    """
    if not _readable_signature(reply.headers):
        raise ReplyNotTrusted("The reply is not signed.", "reply_not_signed")
    try:
        result = _verify_one(reply, lambda key_id: office_key if key_id == OFFICE_KEY_ID else None)
        components = [f'"{name}"' for name in _REPLY_COMPONENTS]
        _check_shape(result, [*components, *_BINDING], _REPLY_PARAMETERS)
        _check_digest(result, body)
    except (HTTPMessageSignaturesException, ValueError) as error:
        raise ReplyNotTrusted("The reply is not head office's answer to this request.") from error
    except RequestRefused as error:
        raise ReplyNotTrusted(f"The reply cannot be trusted: {error.code}.") from error
