"""People of the front desk: by version, sealed to one kiosk, whole or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import MessageMalformed
from sync.sealed_box import BoxNotOpened, box_info, seal_box
from sync.staff import MAX_STAFF, MAX_STAFF_BYTES, StaffList, StaffMember, StaffReply, StaffRight
from sync.strict_json import canonical_bytes, parse_object
from tests.sync.pair import Pair

PIN_HASH = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43
ANNA = StaffMember("s-00000001", "Anna Kowal", PIN_HASH, frozenset({StaffRight.CANCEL}))

members = st.builds(
    StaffMember,
    st.from_regex(r"s-[0-9a-f]{8}", fullmatch=True),
    st.text(st.characters(codec="utf-8", exclude_characters="\n"), min_size=1, max_size=64),
    st.just(PIN_HASH),
    st.frozensets(st.sampled_from(StaffRight)),
)
lists = st.lists(members, max_size=4, unique_by=lambda one: one.staff_id).map(
    lambda some: StaffList(tuple(some))
)


@given(lists, st.integers(0, 2**53 - 1))
def test_a_sealed_list_opens_to_the_same_list(people: StaffList, version: int) -> None:
    key = X25519PrivateKey.from_private_bytes(bytes(range(32)))
    reply = StaffReply.seal(people, version, "k-1", key.public_key().public_bytes_raw())
    assert StaffReply.from_json(reply.to_json()) == reply
    assert reply.open("k-1", key) == people
    for other in (replace(reply, version=version + 1), replace(reply, sealed=reply.sealed[:-1])):
        with pytest.raises(BoxNotOpened):
            other.open("k-1", key)
    with pytest.raises(BoxNotOpened):
        reply.open("k-2", key)


@given(st.binary(max_size=300))
def test_whatever_is_in_the_box_is_a_list_or_is_refused(content: bytes) -> None:
    key = X25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = key.public_key().public_bytes_raw()
    reply = StaffReply(3, seal_box(public, content, box_info("k-1", "staff", "3")))
    with pytest.raises(MessageMalformed):
        reply.open("k-1", key)


@pytest.mark.parametrize(
    "change",
    [
        {"staff_id": "s-1"},
        {"name": ""},
        {"name": "two\nlines"},
        {"pin_hash": "$argon2i$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43},
        {"pin_hash": "123456"},
        {"rights": ["everything"]},
        {"rights": "cancel"},
        {"pin": "123456"},
    ],
)
def test_a_person_who_is_not_described_exactly_is_refused(change: dict[str, object]) -> None:
    assert StaffMember.from_json(ANNA.to_json()) == ANNA
    with pytest.raises(MessageMalformed):
        StaffMember.from_json(ANNA.to_json() | change)


def test_nobody_is_on_a_list_twice() -> None:
    with pytest.raises(MessageMalformed):
        StaffList.from_json({"members": [ANNA.to_json(), ANNA.to_json()]})


def test_the_longest_list_fits() -> None:
    longest = tuple(
        replace(ANNA, staff_id=f"s-{n:08x}", name="\U0001d504" * 64, rights=frozenset(StaffRight))
        for n in range(MAX_STAFF)
    )
    content = canonical_bytes(StaffList(longest).to_json())
    assert len(content) <= MAX_STAFF_BYTES
    assert StaffList.from_json(parse_object(content, MAX_STAFF_BYTES)) == StaffList(longest)


def test_a_hash_is_in_no_picture_of_a_person() -> None:
    assert PIN_HASH not in repr(StaffList((ANNA,)))


def test_people_come_down_when_their_version_is_another_one(pair: Pair) -> None:
    assert pair.device.exchange().problems == ()
    assert pair.store.held_staff.version == 0
    books = pair.ledger.kiosks[pair.kiosk_id]
    books.staff, books.staff_version = StaffList((ANNA,)), 3
    assert pair.device.exchange().problems == ()
    assert pair.store.held_staff.open(pair.kiosk_id, pair.keys.box) == StaffList((ANNA,))
    asked = len(pair.network.requests)
    pair.device.exchange()
    assert not [one for one in pair.network.requests[asked:] if one.url.path.endswith("/staff")]
    books.staff, books.staff_version = StaffList(), 2  # an old backup was restored there
    pair.device.exchange()
    assert pair.store.held_staff.version == 2
