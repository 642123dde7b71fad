"""Another key signs head office's replies; whoever was away follows, and nobody else leads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import MessageMalformed, OfficeRefused, ReplyNotTrusted, SyncError
from sync.office_keys import (
    MAX_ANNOUNCEMENTS,
    MAX_ANNOUNCEMENTS_BYTES,
    KeyAnnouncement,
    announce,
    announcements_bytes,
    follow,
    read_announcements,
)
from tests.sync.faulty_transport import Fault
from tests.sync.pair import OFFICE_URL, Pair

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with Pair(NOW, tmp_path) as made:
        made.device.exchange()
        yield made


def new_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


def public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def replaced(pair: Pair) -> Ed25519PrivateKey:
    """Head office takes another key, as `office.response_key` does; gives the former one."""
    former, following = pair.office_key, new_key()
    pair.ledger.announcements.append(announce(former, following, pair.clock.now()))
    pair.office_key = following
    return former


def stranger(pair: Pair, key: Ed25519PrivateKey, *told: KeyAnnouncement) -> None:
    """Somebody who answers in head office's place, with a key and announcements of their own."""
    pair.office_key, pair.ledger.announcements = key, list(told)


def refused(pair: Pair) -> str:
    with pytest.raises(ReplyNotTrusted) as raised:
        pair.device.exchange()
    assert pair.store.office_key == b""
    return raised.value.code


def test_a_device_follows_to_the_new_key_and_stays_there(pair: Pair) -> None:
    former = replaced(pair)
    pair.device.exchange()
    assert pair.store.office_key == public(pair.office_key)
    pair.ledger.announcements.clear()  # nobody asks for them any more
    pair.device.exchange()
    pair.office_key = former  # destroyed at head office, but somebody had copied it
    with pytest.raises(ReplyNotTrusted):
        pair.device.exchange()


def test_a_device_that_was_away_for_a_month_and_three_keys_follows_all_the_way(pair: Pair) -> None:
    for _ in range(3):
        replaced(pair)
        pair.clock.moment += timedelta(days=10)
    pair.due(1, b"%PDF due while it was away")
    report = pair.device.exchange()
    assert (report.rows, report.problems) == (1, ())
    assert pair.store.office_key == public(pair.office_key)


def test_a_refusal_by_the_new_key_is_believed_too(pair: Pair) -> None:
    replaced(pair)
    pair.ledger.revoke(pair.kiosk_id)
    with pytest.raises(OfficeRefused) as raised:
        pair.device.exchange()
    assert raised.value.code == "kiosk_revoked"
    assert pair.store.office_key == public(pair.office_key)


def test_an_attackers_announcement_changes_nothing(pair: Pair) -> None:
    pinned, own = pair.office_key, new_key()
    honest = announce(pinned, new_key(), NOW)
    foreign = announce(own, own, NOW)
    for told in (
        (),
        (foreign,),
        (KeyAnnouncement(public(pinned), public(own), NOW, foreign.signature, foreign.proof),),
        # the former key's signature over another key
        (KeyAnnouncement(public(pinned), public(own), NOW, honest.signature, foreign.proof),),
        # honest, but the attacker does not have the key that it names
        (honest,),
        (honest, announce(own, own, NOW)),
    ):
        stranger(pair, own, *told)
        assert refused(pair) == "reply_not_trusted"
    pair.office_key = pinned
    pair.device.exchange()
    assert pair.store.office_key == b""


def test_an_old_announcement_played_again_leads_nowhere(pair: Pair) -> None:
    first, following = replaced(pair), pair.office_key
    pair.device.exchange()
    replaced(pair)
    pair.device.exchange()
    reached = pair.store.office_key
    old = pair.ledger.announcements[0]
    stolen = announce(first, new_key(), NOW)  # whoever stole the first key leads from it
    for key, told in ((first, (old,)), (following, (old,)), (new_key(), (stolen, old))):
        stranger(pair, key, *told)
        with pytest.raises(ReplyNotTrusted):
            pair.device.exchange()
        assert pair.store.office_key == reached


def test_a_key_that_was_announced_and_is_not_used_yet_is_not_pinned(pair: Pair) -> None:
    pair.ledger.announcements.append(announce(pair.office_key, new_key(), NOW))
    pair.device.exchange()
    assert pair.store.office_key == b""
    # and one link further on: the device comes back between the announcement and the change
    in_use = new_key()
    pair.ledger.announcements = [
        announce(pair.office_key, in_use, NOW),
        announce(in_use, new_key(), NOW),
    ]
    pair.office_key = in_use
    pair.device.exchange()
    assert pair.store.office_key == public(in_use)


@pytest.mark.parametrize("fault", list(Fault))
def test_whatever_the_network_does_meanwhile_the_next_exchange_follows(
    pair: Pair, fault: Fault
) -> None:
    replaced(pair)
    for position in range(4):
        pair.with_faults([*([Fault.NONE] * position), fault])
        try:
            pair.device.exchange()
        except SyncError:
            assert pair.store.office_key in {b"", public(pair.office_key)}
    pair.with_faults([])
    pair.device.exchange()
    assert pair.store.office_key == public(pair.office_key)


def test_anybody_may_ask_and_gets_nothing_else(pair: Pair) -> None:
    replaced(pair)
    before = pair.ledger.picture()
    answer = pair.http.get(f"{OFFICE_URL}/sync/v1/office-keys")
    assert answer.status_code == httpx.codes.OK
    assert read_announcements(answer.content) == tuple(pair.ledger.announcements)
    assert pair.http.post(f"{OFFICE_URL}/sync/v1/office-keys").status_code != httpx.codes.OK
    assert pair.ledger.picture() == before


def test_the_longest_list_is_within_its_limit_and_drops_the_oldest() -> None:
    keys = [new_key() for _ in range(MAX_ANNOUNCEMENTS + 3)]
    made = [announce(*two, NOW + timedelta(days=at)) for at, two in enumerate(pairwise(keys))]
    data = announcements_bytes(made)
    assert len(data) <= MAX_ANNOUNCEMENTS_BYTES
    assert read_announcements(data) == tuple(made[-MAX_ANNOUNCEMENTS:])
    assert follow(public(keys[2]), read_announcements(data))[-1] == public(keys[-1])
    assert follow(public(keys[0]), read_announcements(data)) == []


def test_a_circle_is_left_where_it_closes() -> None:
    one, other = new_key(), new_key()
    circle = (announce(one, other, NOW), announce(other, one, NOW))
    assert follow(public(one), circle) == [public(other)]


@given(st.binary(max_size=400))
def test_any_bytes_are_announcements_or_malformed(data: bytes) -> None:
    try:
        found = read_announcements(data)
    except MessageMalformed:
        return
    assert announcements_bytes(found) == data or found == ()


ANNOUNCED = announcements_bytes([announce(new_key(), new_key(), NOW)])


@given(st.integers(0, len(ANNOUNCED) - 1), st.integers(0, 255))
def test_no_byte_of_an_announcement_can_be_changed(position: int, value: int) -> None:
    (honest,) = read_announcements(ANNOUNCED)
    changed = ANNOUNCED[:position] + bytes([value]) + ANNOUNCED[position + 1 :]
    try:
        found = read_announcements(changed)
    except MessageMalformed:
        return
    reached = [key for one in found for key in follow(honest.former, [one])]
    assert reached in ([], [honest.key])
    if changed != ANNOUNCED:
        assert reached == [] or found == (honest,)
