"""Checkpoints of a journal: how long it is and what its Merkle root is, signed.

The text is a C2SP tlog-checkpoint in a C2SP signed-note, with Ed25519 signatures: the log's own
(algorithm 0x01) and any number of witnesses' (cosignature/v1 of C2SP tlog-cosignature, algorithm
0x04), which say when the witness saw it. docs/journal.md describes what Sygnet puts in. What
parses is written again to the same bytes; anything else is refused. Pure.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.errors import JournalFault

__all__ = [
    "MAX_NOTE_BYTES",
    "OFFICE_ORIGIN",
    "Checkpoint",
    "NoteSignature",
    "SignedCheckpoint",
    "kiosk_origin",
]

OFFICE_ORIGIN = "sygnet/office"
"""Origin of head office's own log, and the name under which it cosigns."""
MAX_NOTE_BYTES = 4096
"""Longest note: Sygnet's have two or three signatures and take under 500 bytes."""
MAX_SIGNATURES = 8
"""Most signatures on one note."""
MAX_SIZE = 2**53 - 1
"""Longest log, leaves: what JSON carries exactly."""

_LOG_KEY = b"\x01"
_WITNESS_KEY = b"\x04"
_DASH = "\N{EM DASH} "
_BODY = re.compile(
    r"([a-z0-9][a-z0-9./-]{0,63})\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n", re.ASCII
)
_SIGNATURE = re.compile(
    r"\N{EM DASH} ([a-z0-9][a-z0-9./-]{0,63}) ([A-Za-z0-9+/]{1,120}={0,2})\n", re.ASCII
)


def kiosk_origin(kiosk_id: str) -> str:
    """Origin of a kiosk's journal, and the name under which it cosigns."""
    return f"sygnet/kiosk/{kiosk_id}"


@dataclass(frozen=True)
class Checkpoint:
    """How far a log has come."""

    origin: str
    """Which log."""
    size: int
    """Its leaves."""
    root: bytes
    """Its Merkle root, 32 bytes."""

    def body(self) -> bytes:
        """Give the text that is signed: three lines."""
        encoded = base64.b64encode(self.root).decode("ascii")
        return f"{self.origin}\n{self.size}\n{encoded}\n".encode()


@dataclass(frozen=True)
class NoteSignature:
    """One signature line of a note."""

    name: str
    """Who signed: an origin."""
    blob: bytes
    """Four bytes that name the key, then the signature; a witness's begins with its time."""

    def line(self) -> str:
        """Give the line, with its end."""
        return f"{_DASH}{self.name} {base64.b64encode(self.blob).decode('ascii')}\n"


@dataclass(frozen=True)
class SignedCheckpoint:
    """A checkpoint with its signatures; reading one does not check them."""

    checkpoint: Checkpoint
    """What is signed."""
    signatures: tuple[NoteSignature, ...]
    """By whom, in the order of the note."""

    def text(self) -> str:
        """Give the note."""
        lines = "".join(signature.line() for signature in self.signatures)
        return f"{self.checkpoint.body().decode('ascii')}\n{lines}"

    @classmethod
    def from_text(cls, text: str) -> SignedCheckpoint:
        """Read a note.

        Raises:
            JournalFault: `checkpoint_malformed`.
        """
        body = _BODY.match(text) if len(text) <= MAX_NOTE_BYTES else None
        if body is None or text[body.end() : body.end() + 1] != "\n":
            raise _malformed()
        size, root = int(body[2]), _decoded(body[3])
        signatures: list[NoteSignature] = []
        place = body.end() + 1
        while place < len(text):
            line = _SIGNATURE.match(text, place)
            if line is None or len(signatures) == MAX_SIGNATURES:
                raise _malformed()
            signatures.append(NoteSignature(line[1], _decoded(line[2])))
            place = line.end()
        found = cls(Checkpoint(body[1], size, root), tuple(signatures))
        if not signatures or size > MAX_SIZE or found.text() != text:
            raise _malformed()
        return found

    @classmethod
    def sign(cls, checkpoint: Checkpoint, key: Ed25519PrivateKey) -> SignedCheckpoint:
        """Sign a checkpoint as its own log."""
        prefix = _key_hash(checkpoint.origin, _LOG_KEY, key.public_key())
        blob = prefix + key.sign(checkpoint.body())
        return cls(checkpoint, (NoteSignature(checkpoint.origin, blob),))

    def cosign(self, witness: str, key: Ed25519PrivateKey, now: datetime) -> SignedCheckpoint:
        """Add the signature of a witness who saw this checkpoint at `now`."""
        seconds = int(now.astimezone(UTC).timestamp())
        signature = key.sign(_witnessed(seconds, self.checkpoint))
        prefix = _key_hash(witness, _WITNESS_KEY, key.public_key())
        blob = prefix + seconds.to_bytes(8) + signature
        return replace(self, signatures=(*self.signatures, NoteSignature(witness, blob)))

    def check_log(self, origin: str, key: Ed25519PublicKey) -> Checkpoint:
        """Check the log's own signature; gives the checkpoint.

        Raises:
            JournalFault: `checkpoint_not_signed`, when it is of another log or by no such key.
        """
        prefix = _key_hash(origin, _LOG_KEY, key)
        message = self.checkpoint.body()
        for signature in self.signatures:
            mine = signature.name == origin and signature.blob[:4] == prefix
            if mine and _fits(key, signature.blob[4:], message):
                if self.checkpoint.origin != origin:
                    break
                return self.checkpoint
        raise JournalFault("checkpoint_not_signed", "The checkpoint is not signed by its journal.")

    def check_witness(self, witness: str, key: Ed25519PublicKey) -> datetime:
        """Check a witness's signature; gives the time at which the witness saw the checkpoint.

        Raises:
            JournalFault: `checkpoint_not_cosigned`.
        """
        prefix = _key_hash(witness, _WITNESS_KEY, key)
        for signature in self.signatures:
            if signature.name != witness or signature.blob[:4] != prefix:
                continue
            seconds = int.from_bytes(signature.blob[4:12])
            if seconds <= _LAST_SECOND and _fits(
                key, signature.blob[12:], _witnessed(seconds, self.checkpoint)
            ):
                return datetime.fromtimestamp(seconds, UTC)
        raise JournalFault("checkpoint_not_cosigned", "The checkpoint has no such witness.")


_LAST_SECOND = int(datetime(9999, 12, 31, tzinfo=UTC).timestamp())


def _key_hash(name: str, algorithm: bytes, key: Ed25519PublicKey) -> bytes:
    """The four bytes that name a key (C2SP signed-note, "Signature")."""
    return sha256(name.encode("ascii") + b"\n" + algorithm + key.public_bytes_raw()).digest()[:4]


def _witnessed(seconds: int, checkpoint: Checkpoint) -> bytes:
    """What a witness signs (C2SP tlog-cosignature, "Format")."""
    return f"cosignature/v1\ntime {seconds}\n".encode() + checkpoint.body()


def _fits(key: Ed25519PublicKey, signature: bytes, message: bytes) -> bool:
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise _malformed() from error


def _malformed() -> JournalFault:
    return JournalFault(
        "checkpoint_malformed", "This is no checkpoint of a journal.", "Use an unchanged copy."
    )
