"""verifier.trust_list: one canonical encoding, strictly read."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vectors.sealed_pdf import House, claims_for
from verifier.claims_coding import encode_claims, receipt_hash
from verifier.errors import TrustError
from verifier.token import key_identifier
from verifier.trust_list import (
    MAX_TRUST_LIST_BYTES,
    KeyRole,
    Revocation,
    TrustedKey,
    TrustList,
)

HOUSE = House()
TRUST = HOUSE.trust()
DATA = TRUST.to_json_bytes()


def refused_code(data: bytes) -> str:
    """The code with which a list is refused."""
    with pytest.raises(TrustError) as refused:
        TrustList.from_json_bytes(data)
    return refused.value.code


def rewritten(change: Callable[[dict[str, Any]], object]) -> bytes:
    """The list after a change to its JSON, in canonical form."""
    tree = json.loads(DATA)
    change(tree)
    return json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def test_what_is_written_is_read() -> None:
    assert TrustList.from_json_bytes(DATA) == TRUST
    assert TrustList.from_json_bytes(DATA).to_json_bytes() == DATA


@settings(max_examples=50)
@given(
    st.integers(1, 2**53 - 1),
    st.sets(st.binary(min_size=8, max_size=8).map(bytes.hex), max_size=5),
    st.integers(946_684_800, 4_102_444_800),
)
def test_any_list_survives_the_round(version: int, received: set[str], seconds: int) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    first, *others = TRUST.keys
    revoked = replace(first, revocation=Revocation(at, "stolen", frozenset(received)))
    made = replace(TRUST, version=version, as_of=at, keys=(revoked, *others))
    assert TrustList.from_json_bytes(made.to_json_bytes()) == made


def test_hosts_are_kept_in_upper_case() -> None:
    made = replace(TRUST, hosts=("office.example:8700",))
    assert made.hosts == ("OFFICE.EXAMPLE:8700",)
    assert TrustList.from_json_bytes(made.to_json_bytes()) == made


def test_a_seal_key_is_found_by_its_kid() -> None:
    public = HOUSE.seal.key.public_key()
    found = TRUST.seal_key(key_identifier(public))
    assert found is not None
    assert found.role is KeyRole.SEAL
    assert TRUST.seal_key(b"unknown!") is None


def test_keys_of_other_roles_do_not_seal() -> None:
    for identity in (HOUSE.root, HOUSE.signing_ca, HOUSE.director, HOUSE.kiosk_ca):
        assert TRUST.seal_key(key_identifier(identity.key.public_key())) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.pop("as_of"),
        lambda t: t.update(extra=1),
        lambda t: t.update(_type="other"),
        lambda t: t.update(format=2),
        lambda t: t.update(version=0),
        lambda t: t.update(version=True),
        lambda t: t.update(version=1.5),
        lambda t: t.update(version=2**53),
        lambda t: t.update(as_of="2026-03-15"),
        lambda t: t.update(as_of="9999-12-31T23:59:59Z"),
        lambda t: t["keys"][0].update(valid_from="1-01-01T00:00:00Z"),
        lambda t: t.update(as_of="2026-03-15T10:00:00+01:00"),
        lambda t: t.update(organisation=""),
        lambda t: t.update(organisation="x" * 201),
        lambda t: t.update(organisation="a\nb"),
        lambda t: t.update(hosts=["lower.example"]),
        lambda t: t.update(hosts="A"),
        lambda t: t.update(keys={}),
        lambda t: t["keys"].append(1),
        lambda t: t["keys"].append(t["keys"][4]),
        lambda t: t["keys"][0].update(role="king"),
        lambda t: t["keys"][0].update(certificate="AAAA"),
        lambda t: t["keys"][0].update(certificate="not base64!"),
        lambda t: t["keys"][0].update(certificate="A" * 20_000),
        lambda t: t["keys"][0].update(valid_until="2000-01-01T00:00:00Z"),
        lambda t: t["keys"][0].update(revocation={}),
        lambda t: t["keys"][0].update(revocation=[]),
        lambda t: t["keys"][0].update(
            revocation={"at": "2026-01-01T00:00:00Z", "reason": "x", "received": ["zz"]}
        ),
    ],
)
def test_a_list_that_breaks_a_rule_is_refused(change: Callable[[dict[str, Any]], object]) -> None:
    assert refused_code(rewritten(change)) == "trust_list_form"


def test_only_the_canonical_encoding_is_read() -> None:
    for data in (
        DATA + b"\n",
        DATA.replace(b",", b", ", 1),
        json.dumps(json.loads(DATA), ensure_ascii=True, sort_keys=True).encode(),
        DATA.replace(b'"version":3', b'"version":3,"version":3'),
    ):
        assert refused_code(data) == "trust_list_form"


def test_receipts_are_sorted_and_each_once() -> None:
    revocation = {"at": "2026-01-01T00:00:00Z", "reason": "x"}
    for received in (["b" * 16, "a" * 16], ["a" * 16, "a" * 16]):
        keys = json.loads(DATA)["keys"]
        keys[0]["revocation"] = {**revocation, "received": received}
        data = rewritten(partial(dict.update, keys=keys))
        assert refused_code(data) == "trust_list_form"


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"\xff", b"[" * 100_000, b"1" * 5000])
def test_hostile_bytes_raise_nothing_but_trust_errors(data: bytes) -> None:
    assert refused_code(data) == "trust_list_form"


def test_a_list_beyond_the_limit_is_refused_unread() -> None:
    assert refused_code(b" " * (MAX_TRUST_LIST_BYTES + 1)) == "trust_list_too_large"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a003020102", "a003020109"),  # X.509 version 10
        ("06072a8648ce3d0201", "06072a8648ce3d0209"),  # an unknown kind of key
        ("06082a8648ce3d030107", "06082a8648ce3d030109"),  # an unknown curve
        ("03420004", "03420002"),  # a point of another form
    ],
)
def test_a_certificate_that_cannot_be_read_is_refused(old: str, new: str) -> None:
    key = TRUST.keys[4]
    der = key.certificate_der.replace(bytes.fromhex(old), bytes.fromhex(new), 1)
    assert der != key.certificate_der
    data = DATA.replace(base64.b64encode(key.certificate_der), base64.b64encode(der))
    assert refused_code(data) in {"trust_list_form", "trust_key_kind"}


def test_a_key_that_is_not_on_p256_is_refused() -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding

    key = ec.derive_private_key(9, ec.SECP384R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "other curve")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2027, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    root = TRUST.keys[0]
    other = TrustedKey(
        KeyRole.ROOT,
        "Other",
        certificate.public_bytes(Encoding.DER),
        root.valid_from,
        root.valid_until,
        None,
    )
    assert refused_code(replace(TRUST, keys=(other,)).to_json_bytes()) == "trust_key_kind"


def test_a_receipt_names_all_that_was_certified() -> None:
    claims = claims_for(b"prefix")
    others = (
        replace(claims, document_id=bytes(16)),
        replace(claims, covered_sha256=bytes(32)),
        replace(claims, title="Other"),
        replace(claims, certificate_sequence=18),
    )
    assert len({receipt_hash(each) for each in (claims, *others)}) == 5
    assert receipt_hash(claims) == hashlib.sha256(encode_claims(claims)).hexdigest()[:16]
