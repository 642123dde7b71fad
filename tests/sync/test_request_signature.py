"""Signatures against the vectors of RFC 9421, and what a reply may not be."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from http_message_signatures import HTTPMessageVerifier, MappingKeyResolver, algorithms

from sync.errors import ReplyNotTrusted
from sync.message_views import MessageView, ReplyView
from sync.request_signature import _TimelessVerifier, sign_reply, sign_request, verify_reply
from tests.sync.conftest import NOW

# RFC 9421 appendix B.1.4, key test-key-ed25519.
RFC_KEY = b"""-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF
-----END PRIVATE KEY-----
"""
# Appendix B.2.6: signing a request using ed25519.
RFC_HEADERS = {
    "Host": "example.com",
    "Date": "Tue, 20 Apr 2021 02:07:55 GMT",
    "Content-Type": "application/json",
    "Content-Length": "18",
    "Signature-Input": (
        'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length")'
        ';created=1618884473;keyid="test-key-ed25519"'
    ),
    "Signature": (
        "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1"
        "u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:"
    ),
}


@dataclass
class RfcRequest:
    method: str
    url: str
    headers: dict[str, str]


def rfc_key() -> Ed25519PrivateKey:
    key = load_pem_private_key(RFC_KEY, None)
    assert isinstance(key, Ed25519PrivateKey)
    return key


def test_the_rfc_9421_example_b_2_6_verifies() -> None:
    keys = MappingKeyResolver(
        public_keys={"test-key-ed25519": rfc_key().public_key()}, private_keys={}
    )
    verifier: HTTPMessageVerifier = _TimelessVerifier(
        signature_algorithm=algorithms.ED25519, key_resolver=keys
    )
    request = RfcRequest("POST", "https://example.com/foo?param=Value&Pet=dog", RFC_HEADERS)
    (result,) = verifier.verify(request, max_age=None)
    assert result.parameters["created"] == 1618884473


def test_our_own_signature_is_reproduced_from_its_base_by_hand() -> None:
    view = MessageView("GET", "/sync/v1/poll", "cursor=3")
    created = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    sign_request(view, b"", kiosk_id="kiosk-1", nonce=7, created=created, key=rfc_key())
    parameters = (
        '("@method" "@path" "@query" "content-digest");created=1795510800;keyid="kiosk-1"'
        ';alg="ed25519";nonce="7";tag="sygnet-sync-v1"'
    )
    base = (
        '"@method": GET\n'
        '"@path": /sync/v1/poll\n'
        '"@query": ?cursor=3\n'
        '"content-digest": sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:\n'
        f'"@signature-params": {parameters}'
    )
    assert view.headers["Signature-Input"] == f"sygnet={parameters}"
    signature = base64.b64encode(rfc_key().sign(base.encode())).decode()
    assert view.headers["Signature"] == f"sygnet=:{signature}:"


def signed_pair(body: bytes = b"{}") -> tuple[Ed25519PrivateKey, ReplyView]:
    office_key = Ed25519PrivateKey.generate()
    view = MessageView("GET", "/sync/v1/time", "")
    sign_request(
        view, b"", kiosk_id="kiosk-1", nonce=1, created=NOW, key=Ed25519PrivateKey.generate()
    )
    reply = ReplyView(200, view)
    sign_reply(reply, body, created=NOW, key=office_key)
    return office_key, reply


def test_head_offices_own_reply_is_trusted() -> None:
    office_key, reply = signed_pair()
    verify_reply(reply, b"{}", office_key.public_key())


def test_a_reply_to_another_request_is_not_trusted() -> None:
    office_key, reply = signed_pair()
    other = MessageView("GET", "/sync/v1/time", "")
    key = Ed25519PrivateKey.generate()
    sign_request(other, b"", kiosk_id="kiosk-1", nonce=2, created=NOW, key=key)
    reply.request = other
    with pytest.raises(ReplyNotTrusted):
        verify_reply(reply, b"{}", office_key.public_key())


def test_a_reply_with_another_status_or_body_is_not_trusted() -> None:
    office_key, reply = signed_pair()
    with pytest.raises(ReplyNotTrusted):
        verify_reply(reply, b"{ }", office_key.public_key())
    reply.status_code = 201
    with pytest.raises(ReplyNotTrusted):
        verify_reply(reply, b"{}", office_key.public_key())


def test_a_reply_bound_to_no_request_is_not_trusted() -> None:
    office_key = Ed25519PrivateKey.generate()
    reply = ReplyView(200, MessageView("GET", "/sync/v1/time", ""))
    sign_reply(reply, b"{}", created=NOW, key=office_key)
    with pytest.raises(ReplyNotTrusted):
        verify_reply(reply, b"{}", office_key.public_key())


def test_a_reply_without_signature_is_not_trusted() -> None:
    office_key, reply = signed_pair()
    reply.headers.clear()
    with pytest.raises(ReplyNotTrusted) as refused:
        verify_reply(reply, b"{}", office_key.public_key())
    assert refused.value.code == "reply_not_signed"


def test_a_reply_signed_by_somebody_else_is_not_trusted() -> None:
    _, reply = signed_pair()
    with pytest.raises(ReplyNotTrusted):
        verify_reply(reply, b"{}", Ed25519PrivateKey.generate().public_key())
