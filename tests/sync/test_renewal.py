"""New keys over the wire: strict messages, proofs, and a change that no lost reply can spoil."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from sync.certified_device import CertifiedDevice
from sync.device_side import DeviceIdentity
from sync.enrolment_messages import DeviceKeys
from sync.errors import MessageMalformed, RequestRefused, SyncError
from sync.renewal import (
    KeysWanted,
    NewPrivateKeys,
    RenewalReply,
    RenewalRequest,
    check_renewal,
    make_renewal,
)
from sync.strict_json import parse_object
from tests.sync.faulty_transport import Fault
from tests.sync.pair import OFFICE_URL, Pair
from tests.sync.test_authority import NothingToWitness, Source

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


def p256() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def private() -> NewPrivateKeys:
    return NewPrivateKeys(Ed25519PrivateKey.generate(), p256(), p256(), p256())


def request_of(keys: NewPrivateKeys, generation: int = 2, kiosk: str = "k-1") -> RenewalRequest:
    box = X25519PrivateKey.generate().public_key().public_bytes_raw()
    return make_renewal(kiosk, generation, keys, box)


HELD = request_of(private()).keys
REQUEST = request_of(private())
REPLY = RenewalReply(b"ca", b"seal", b"time", (b"signing ca", b"root"))


def test_messages_are_read_as_they_were_written() -> None:
    assert RenewalRequest.from_json(REQUEST.to_json()) == REQUEST
    assert RenewalReply.from_json(REPLY.to_json()) == REPLY
    assert KeysWanted.from_json({"generation": 2}) == KeysWanted(2)


@pytest.mark.parametrize("field", sorted(REQUEST.to_json()))
def test_a_request_with_a_field_missing_or_of_another_kind_is_refused(field: str) -> None:
    whole = REQUEST.to_json()
    for broken in (
        {name: value for name, value in whole.items() if name != field},
        {**whole, field: None},
        {**whole, "more": 1},
    ):
        with pytest.raises(MessageMalformed):
            RenewalRequest.from_json(broken)


@given(value=json_values)
def test_nothing_else_is_read_as_a_message(value: object) -> None:
    for kind in (RenewalRequest, RenewalReply):
        with pytest.raises(MessageMalformed):
            kind.from_json(value)


@given(data=st.binary(max_size=400))
def test_no_bytes_make_a_message(data: bytes) -> None:
    with pytest.raises(MessageMalformed):
        RenewalRequest.from_json(parse_object(data, 400))


@pytest.mark.parametrize("generation", [-1, 0, 1, 10_000, True, "2", None])
def test_a_wish_names_a_generation_after_the_first(generation: object) -> None:
    with pytest.raises(MessageMalformed):
        KeysWanted.from_json({"generation": generation})


def refused(kiosk: str, request: RenewalRequest, held: DeviceKeys = HELD) -> str:
    with pytest.raises(RequestRefused) as error:
        check_renewal(kiosk, request, held)
    return error.value.code


def test_proofs_are_bound_to_kiosk_generation_and_keys() -> None:
    check_renewal("k-1", REQUEST, HELD)
    assert refused("k-2", REQUEST) == "keys_refused"
    assert refused("k-1", replace(REQUEST, generation=3)) == "keys_refused"
    other = request_of(private())
    assert refused("k-1", replace(REQUEST, keys=other.keys)) == "keys_refused"
    assert refused("k-1", replace(REQUEST, timestamp_key=other.timestamp_key)) == "keys_refused"
    for place in range(4):
        proofs = list(REQUEST.proofs)
        proofs[place] = other.proofs[place]
        assert refused("k-1", replace(REQUEST, proofs=tuple(proofs))) == "keys_refused"  # type: ignore[arg-type]


def test_old_keys_doubled_keys_and_keys_of_another_kind_are_refused() -> None:
    assert refused("k-1", REQUEST, held=REQUEST.keys) == "keys_refused"
    for field in ("seal_public_key", "ca_public_key", "sync_public_key", "box_public_key"):
        held = replace(HELD, **{field: getattr(REQUEST.keys, field)})
        assert refused("k-1", REQUEST, held=held) == "keys_refused", field
    one = p256()
    assert refused("k-1", request_of(replace(private(), seal=one, ca=one))) == "keys_refused"
    assert refused("k-1", request_of(replace(private(), ca=one, timestamp=one))) == "keys_refused"
    large = ec.generate_private_key(ec.SECP384R1())
    assert refused("k-1", request_of(replace(private(), seal=large))) == "keys_refused"


class Keys:
    """A device's renewal in memory (`sync.certified_device.RenewalSource`)."""

    def __init__(self, pair: Pair) -> None:
        self.pair, self.new = pair, private()
        self.reply: RenewalReply | None = None
        self.taken = False

    def request(self) -> RenewalRequest | None:
        wished = any(isinstance(row.record, KeysWanted) for row in self.pair.store.applied)
        if not wished or self.reply is not None:
            return None
        return request_of(self.new, 2, self.pair.kiosk_id)

    def keep(self, reply: RenewalReply) -> None:
        self.reply = reply

    def waits(self) -> bool:
        return self.reply is not None and not self.taken

    def take(self) -> DeviceIdentity | None:
        self.taken = True
        office = self.pair.grant.office_public_key
        return DeviceIdentity(self.pair.kiosk_id, self.new.sync, office)


def device(pair: Pair, keys: Keys) -> CertifiedDevice:
    identity = pair.identity
    if keys.taken:
        identity = replace(identity, signing_key=keys.new.sync)
    return CertifiedDevice(
        Source(pair, due=False), pair.store, identity, OFFICE_URL, pair.http, pair.clock,
        pair.trust_folder, pair.grant.trust_root, renewal=keys,
        journal=NothingToWitness(),
    )  # fmt: skip


@pytest.mark.parametrize("fault", sorted(Fault))
@pytest.mark.parametrize("place", [2, 3, 4, 5])
def test_whatever_the_network_does_the_device_ends_with_one_key_that_counts(
    pair: Pair, fault: Fault, place: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CertifiedDevice, "_fetch_trust", lambda _self: None)
    pair.ledger.want_keys(pair.kiosk_id, 2)
    keys = Keys(pair)
    pair.with_faults([Fault.NONE] * place + [fault])
    for _ in range(3):
        try:
            device(pair, keys).exchange()
        except SyncError:
            continue
    assert keys.taken
    books = pair.ledger.kiosks[pair.kiosk_id]
    assert books.keys.sync_public_key == keys.new.sync.public_key().public_bytes_raw()
    assert books.keys.next_sync_public_key is None
    assert len(books.taken) == 1
    old = device(pair, Keys(pair))
    with pytest.raises(SyncError) as error:
        old.fetch_time()
    assert error.value.code == "signature_invalid"


def test_an_old_request_by_the_old_key_changes_nothing_after_the_change(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CertifiedDevice, "_fetch_trust", lambda _self: None)
    pair.ledger.want_keys(pair.kiosk_id, 2)
    device(pair, Keys(pair)).exchange()
    (asked,) = [one for one in pair.network.requests if one.url.path.endswith("/renewal")]
    before = pair.ledger.picture()
    again = pair.network.inner.handle_request(asked)
    assert again.status_code == 401
    assert pair.ledger.picture() == before
