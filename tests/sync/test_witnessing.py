"""Messages about checkpoints: strict, and no made-up answer is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from sync.certified_device import DISPUTES
from sync.checkpoint import OFFICE_ORIGIN, Checkpoint, SignedCheckpoint, kiosk_origin
from sync.errors import JournalFault, MessageMalformed
from sync.merkle_log import consistency_proof, inclusion_proof, root
from sync.witnessing import CheckpointMessage, CheckpointReply, judge_journal, judge_witness
from tests.sync.memory_ledger import tree

KIOSK = Ed25519PrivateKey.from_private_bytes(b"\x11" * 32)
OFFICE = Ed25519PrivateKey.from_private_bytes(b"\x22" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"\x33" * 32)
ORIGIN = kiosk_origin("k-1")
SEEN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
EVENTS = tree([b"one", b"two", b"three"])
NOTE = SignedCheckpoint.sign(Checkpoint(ORIGIN, 3, root(3, EVENTS)), KIOSK)
LINES = [b'{"id":1}', b'{"id":2}', NOTE.text().encode(), b'{"id":3}']
LOG = tree(LINES)
KNOWN = Checkpoint(OFFICE_ORIGIN, 2, root(2, LOG))
REPLY = CheckpointReply(
    journal=NOTE.cosign(OFFICE_ORIGIN, OFFICE, SEEN),
    office=SignedCheckpoint.sign(Checkpoint(OFFICE_ORIGIN, 4, root(4, LOG)), OFFICE),
    leaf_index=2,
    inclusion=inclusion_proof(2, 4, LOG),
    consistency=consistency_proof(2, 4, LOG),
)


def checked(reply: CheckpointReply, known: Checkpoint | None = KNOWN) -> datetime:
    return reply.check(NOTE, known, OFFICE.public_key())


def test_an_honest_answer_is_taken() -> None:
    assert checked(REPLY) == SEEN
    assert checked(CheckpointReply.from_json(REPLY.to_json())) == SEEN
    assert checked(replace(REPLY, consistency=()), None) == SEEN


def test_an_answer_to_another_checkpoint_is_refused() -> None:
    other = SignedCheckpoint.sign(Checkpoint(ORIGIN, 3, bytes(32)), KIOSK)
    with pytest.raises(JournalFault, match="checkpoint_not_cosigned"):
        checked(replace(REPLY, journal=other.cosign(OFFICE_ORIGIN, OFFICE, SEEN)))


def test_an_answer_without_head_offices_signatures_is_refused() -> None:
    with pytest.raises(JournalFault, match="checkpoint_not_cosigned"):
        checked(replace(REPLY, journal=NOTE))
    with pytest.raises(JournalFault, match="checkpoint_not_cosigned"):
        checked(replace(REPLY, journal=NOTE.cosign(OFFICE_ORIGIN, OTHER, SEEN)))
    with pytest.raises(JournalFault, match="checkpoint_not_signed"):
        checked(replace(REPLY, office=SignedCheckpoint.sign(REPLY.office.checkpoint, OTHER)))


def test_a_log_without_the_kiosks_checkpoint_is_refused() -> None:
    with pytest.raises(JournalFault, match="proof_false"):
        checked(replace(REPLY, leaf_index=1, inclusion=inclusion_proof(1, 4, LOG)))


def test_a_log_that_was_rewritten_is_refused_and_disputed() -> None:
    other = tree([b'{"id":9}', *LINES[1:]])
    log = SignedCheckpoint.sign(Checkpoint(OFFICE_ORIGIN, 4, root(4, other)), OFFICE)
    forked = replace(
        REPLY,
        office=log,
        inclusion=inclusion_proof(2, 4, other),
        consistency=consistency_proof(2, 4, other),
    )
    with pytest.raises(JournalFault, match="office_log_forked") as caught:
        checked(forked)
    assert caught.value.code in DISPUTES
    assert checked(forked, None) == SEEN  # who knows nothing of it cannot tell


def test_a_log_that_became_shorter_is_refused() -> None:
    with pytest.raises(JournalFault, match="office_log_forked"):
        checked(REPLY, Checkpoint(OFFICE_ORIGIN, 5, bytes(32)))


def test_head_office_tells_a_kiosk_that_is_ahead_behind_or_another_apart() -> None:
    key = KIOSK.public_key()
    judge_journal(NOTE, ORIGIN, key, 3, root(3, EVENTS))
    for size, top, code in (
        (2, root(2, EVENTS), "journal_ahead"),
        (4, bytes(32), "journal_behind"),
        (3, bytes(32), "journal_forked"),
    ):
        with pytest.raises(JournalFault, match=code):
            judge_journal(NOTE, ORIGIN, key, size, top)
    with pytest.raises(JournalFault, match="checkpoint_not_signed"):
        judge_journal(NOTE, kiosk_origin("k-2"), key, 3, root(3, EVENTS))


def test_head_office_holds_a_kiosks_memory_against_its_log() -> None:
    key = KIOSK.public_key()
    memory = SignedCheckpoint.sign(KNOWN, OFFICE).cosign(ORIGIN, KIOSK, SEEN)
    assert judge_witness(memory, ORIGIN, key, 4, lambda at: root(at, LOG)) == KNOWN
    with pytest.raises(JournalFault, match="office_log_behind"):
        judge_witness(memory, ORIGIN, key, 1, lambda at: root(at, LOG))
    with pytest.raises(JournalFault, match="office_log_forked"):
        judge_witness(memory, ORIGIN, key, 4, lambda _at: bytes(32))
    with pytest.raises(JournalFault, match="checkpoint_not_cosigned"):
        judge_witness(memory, ORIGIN, OTHER.public_key(), 4, lambda at: root(at, LOG))
    own = NOTE.cosign(ORIGIN, KIOSK, SEEN)
    with pytest.raises(JournalFault, match="checkpoint_not_cosigned"):
        judge_witness(own, ORIGIN, key, 4, lambda at: root(at, LOG))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=80),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner),
    max_leaves=12,
)


@given(JSON, st.sampled_from(sorted(REPLY.to_json())))
def test_no_message_but_a_well_written_one_is_read(value: object, name: str) -> None:
    with pytest.raises(MessageMalformed):
        CheckpointMessage.from_json(value)
    with pytest.raises(MessageMalformed):
        CheckpointReply.from_json(value)
    changed = REPLY.to_json() | {name: value}
    try:
        read = CheckpointReply.from_json(changed)
    except MessageMalformed:
        return
    assert read.to_json() == changed
