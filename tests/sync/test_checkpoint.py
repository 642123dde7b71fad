"""Checkpoints: C2SP notes that Go's tools would read, and nothing that was changed on the way."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from sync.checkpoint import (
    MAX_NOTE_BYTES,
    OFFICE_ORIGIN,
    Checkpoint,
    NoteSignature,
    SignedCheckpoint,
    _key_hash,
    kiosk_origin,
)
from sync.errors import JournalFault

KIOSK = Ed25519PrivateKey.from_private_bytes(b"\x11" * 32)
OFFICE = Ed25519PrivateKey.from_private_bytes(b"\x22" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"\x33" * 32).public_key()
ORIGIN = kiosk_origin("front-desk-1")
SEEN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
CHECKPOINT = Checkpoint(ORIGIN, 42, bytes(range(32)))
NOTE = SignedCheckpoint.sign(CHECKPOINT, KIOSK)
COSIGNED = NOTE.cosign(OFFICE_ORIGIN, OFFICE, SEEN)

# The example of C2SP signed-note: its key in verifier form, and the note.
EXAMPLE_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
EXAMPLE_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
EXAMPLE_SIGNATURE = (
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
)


def test_the_key_and_the_signature_of_the_published_example_are_read_as_published() -> None:
    name, key_hash, encoded = EXAMPLE_KEY.split("+", 2)
    key = base64.b64decode(encoded)
    assert key[:1] == b"\x01"
    public = Ed25519PublicKey.from_public_bytes(key[1:])
    blob = base64.b64decode(EXAMPLE_SIGNATURE)
    assert blob[:4].hex() == key_hash
    assert _key_hash(name, b"\x01", public).hex() == key_hash
    public.verify(blob[4:], EXAMPLE_TEXT.encode())


def test_a_note_reads_as_the_specification_shows_it() -> None:
    lines = COSIGNED.text().split("\n")
    assert lines[:4] == [
        "sygnet/kiosk/front-desk-1",
        "42",
        base64.b64encode(bytes(range(32))).decode(),
        "",
    ]
    assert [line.split(" ")[:2] for line in lines[4:6]] == [["—", ORIGIN], ["—", OFFICE_ORIGIN]]
    assert lines[6:] == [""]
    assert len(base64.b64decode(lines[4].split(" ")[2])) == 4 + 64
    assert len(base64.b64decode(lines[5].split(" ")[2])) == 4 + 8 + 64


def test_a_cosigned_note_is_read_again_to_the_same_bytes_and_both_signatures_hold() -> None:
    read = SignedCheckpoint.from_text(COSIGNED.text())
    assert read == COSIGNED
    assert read.check_log(ORIGIN, KIOSK.public_key()) == CHECKPOINT
    assert read.check_witness(OFFICE_ORIGIN, OFFICE.public_key()) == SEEN


def test_another_key_another_name_or_another_log_is_not_accepted() -> None:
    with pytest.raises(JournalFault, match="checkpoint_not_signed"):
        COSIGNED.check_log(ORIGIN, OTHER)
    with pytest.raises(JournalFault, match="checkpoint_not_signed"):
        COSIGNED.check_log(kiosk_origin("front-desk-2"), KIOSK.public_key())
    with pytest.raises(JournalFault, match="checkpoint_not_signed"):
        COSIGNED.check_log(OFFICE_ORIGIN, OFFICE.public_key())
    with pytest.raises(JournalFault, match="checkpoint_not_cosigned"):
        COSIGNED.check_witness(OFFICE_ORIGIN, OTHER)
    with pytest.raises(JournalFault, match="checkpoint_not_cosigned"):
        NOTE.check_witness(OFFICE_ORIGIN, OFFICE.public_key())


def test_a_log_cannot_pass_its_signature_off_as_a_witness_or_the_other_way_round() -> None:
    witness = OFFICE.public_key()
    own = SignedCheckpoint.sign(Checkpoint(OFFICE_ORIGIN, 42, bytes(32)), OFFICE)
    with pytest.raises(JournalFault, match="checkpoint_not_cosigned"):
        own.check_witness(OFFICE_ORIGIN, witness)
    only = SignedCheckpoint(CHECKPOINT, COSIGNED.signatures[1:])
    with pytest.raises(JournalFault, match="checkpoint_not_signed"):
        only.check_log(OFFICE_ORIGIN, witness)


@pytest.mark.parametrize(
    "changed",
    [
        Checkpoint(ORIGIN, 41, CHECKPOINT.root),
        Checkpoint(ORIGIN, 42, bytes(32)),
        Checkpoint(kiosk_origin("front-desk-2"), 42, CHECKPOINT.root),
    ],
    ids=["size", "root", "origin"],
)
def test_signatures_do_not_move_to_another_checkpoint(changed: Checkpoint) -> None:
    moved = SignedCheckpoint(changed, COSIGNED.signatures)
    with pytest.raises(JournalFault, match="checkpoint_not_signed"):
        moved.check_log(ORIGIN, KIOSK.public_key())
    with pytest.raises(JournalFault, match="checkpoint_not_cosigned"):
        moved.check_witness(OFFICE_ORIGIN, OFFICE.public_key())


def test_the_time_of_a_witness_cannot_be_changed() -> None:
    name, blob = COSIGNED.signatures[1].name, COSIGNED.signatures[1].blob
    for seconds in (0, 2**64 - 1, int(SEEN.timestamp()) + 1):
        later = NoteSignature(name, blob[:4] + seconds.to_bytes(8) + blob[12:])
        with pytest.raises(JournalFault, match="checkpoint_not_cosigned"):
            SignedCheckpoint(CHECKPOINT, (later,)).check_witness(name, OFFICE.public_key())


TEXT = COSIGNED.text()
BODY, REST = TEXT.split("\n\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        BODY + "\n",
        BODY + "\n\n",
        TEXT + "\n",
        TEXT[:-1],
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("\n42\n", "\n042\n"),
        TEXT.replace("\n42\n", "\n-1\n"),
        TEXT.replace("\n42\n", "\n٤٢\n"),
        TEXT.replace("\n42\n", f"\n{2**53}\n"),
        TEXT.replace("\n42\n", "\n42\nextension\n"),
        TEXT.replace("Hh8=\n", "Hh9=\n"),  # base64 with bits that no byte has
        TEXT.replace("—", "-"),
        TEXT.replace(ORIGIN, ORIGIN.upper()),
        TEXT + "— x " + "A" * MAX_NOTE_BYTES + "\n",
        BODY + "\n\n" + COSIGNED.signatures[0].line() * 9,
    ],
)
def test_what_is_not_written_as_a_note_is_refused(text: str) -> None:
    with pytest.raises(JournalFault, match="checkpoint_malformed"):
        SignedCheckpoint.from_text(text)


@given(st.one_of(st.text(max_size=600), st.binary(max_size=600).map(lambda b: b.decode("latin-1"))))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        read = SignedCheckpoint.from_text(text)
    except JournalFault:
        return
    assert read.text() == text


@given(st.integers(0, len(TEXT) - 1), st.characters(codec="utf-8"))
def test_no_changed_letter_leaves_both_signatures_in_force(place: int, letter: str) -> None:
    changed = TEXT[:place] + letter + TEXT[place + 1 :]
    if changed == TEXT:
        return
    with pytest.raises(JournalFault):
        check_both(changed)


def check_both(text: str) -> None:
    """Read a note and check both signatures."""
    read = SignedCheckpoint.from_text(text)
    read.check_log(ORIGIN, KIOSK.public_key())
    read.check_witness(OFFICE_ORIGIN, OFFICE.public_key())
