"""The file that carries an exchange on a stick: a signed head and a sealed stream. No folders here.

docs/sync-by-stick.md section 1. The head is the envelope of the link, an RFC 9421 signature over a
request `POST /sync/v1/packet` or the reply to it; its small body, the manifest, holds the sealed
key of what follows. The stream is cut into pieces of 1 MiB, each sealed by itself, so that a packet
of any length takes a few megabytes of memory; what was cut, added, changed or exchanged does not
open (STREAM: Hoang, Reyhanitabar, Rogaway, Vizár, "Online Authenticated-Encryption and its
Nonce-Reuse Misuse-Resistance", 2015).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sync.errors import PacketRefused
from sync.message_views import MessageView
from sync.sealed_box import box_info
from sync.strict_json import Fields, canonical_bytes, parse_object

__all__ = [
    "CONTENT_KEY_BYTES",
    "MAX_PACKET_BYTES",
    "PIECE_BYTES",
    "PacketHead",
    "manifest_bytes",
    "open_pieces",
    "packet_info",
    "packet_request",
    "read_head",
    "seal_pieces",
    "sealed_key",
]

PACKET_PATH = "/sync/v1/packet"
"""What a packet up is signed as a request to; the link has no such endpoint."""
CONTENT_KEY_BYTES = 32
"""Length of a packet's content key, bytes."""
PIECE_BYTES = 1024 * 1024
"""Length of a piece before it is sealed, bytes."""
MAX_PACKET_BYTES = 2 * 1024**3
"""Longest packet, bytes: several thousand signed documents, and less than FAT32 takes."""
MAX_HEAD_BYTES = 4096
"""Longest head, bytes: three fields of at most 1,024 letters."""
MAX_MANIFEST_BYTES = 512
"""Longest manifest, bytes."""
_TAG_BYTES = 16
_SEALED_PIECE_BYTES = PIECE_BYTES + _TAG_BYTES
_FIELDS = ("Content-Digest", "Signature-Input", "Signature")
_HEAD = re.compile(
    rb"SYGNET PACKET 1\n"
    + b"".join(rb"%s: ([!-~](?:[ -~]{0,1022}[!-~])?)\n" % name.encode() for name in _FIELDS)
    + rb"\n"
)


@dataclass(frozen=True)
class PacketHead:
    """What stands before the pieces."""

    fields: dict[str, str]
    """The three signature fields."""
    manifest: bytes
    """The signed body, canonical JSON."""

    def to_bytes(self) -> bytes:
        """Write it."""
        lines = "".join(f"{name}: {self.fields[name]}\n" for name in _FIELDS)
        return f"SYGNET PACKET 1\n{lines}\n".encode("ascii") + self.manifest + b"\n"


def packet_request(fields: dict[str, str] | None = None) -> MessageView:
    """Give the request that a packet up is, as signatures see it."""
    return MessageView("POST", PACKET_PATH, "", dict(fields or {}))


def packet_info(kiosk_id: str, direction: str) -> bytes:
    """Make the info string of a content key's box; `direction` is `up` or `down`."""
    return box_info(kiosk_id, "packet", direction)


def manifest_bytes(box: bytes) -> bytes:
    """Write the manifest."""
    return canonical_bytes({"box": base64.b64encode(box).decode("ascii")})


def sealed_key(manifest: bytes) -> bytes:
    """Read the box out of a manifest; raises MessageMalformed."""
    fields = Fields(parse_object(manifest, MAX_MANIFEST_BYTES), "manifest")
    box = fields.octets("box", 256)
    fields.done()
    return box


def read_head(source: BinaryIO) -> PacketHead:
    """Read the head and leave the source where the first piece begins.

    Raises:
        PacketRefused: `packet_malformed`.
        OSError: the source cannot be read.
    """
    start = source.read(MAX_HEAD_BYTES + MAX_MANIFEST_BYTES + 1)
    found = _HEAD.match(start, 0, MAX_HEAD_BYTES)
    if found is None:
        raise _malformed("The file is no packet.")
    end = start.find(b"\n", found.end(), found.end() + MAX_MANIFEST_BYTES + 1)
    if end < 0:
        raise _malformed("The packet has no manifest.")
    source.seek(end + 1)
    texts = (part.decode("ascii") for part in found.groups())
    return PacketHead(dict(zip(_FIELDS, texts, strict=True)), start[found.end() : end])


def seal_pieces(content_key: bytes, content: Iterable[bytes]) -> Iterator[bytes]:
    """Seal a stream; gives its pieces, the last one marked as such.

    Raises:
        PacketRefused: `packet_too_large`; what came until then is worth nothing.
    """
    cipher, number, total = AESGCM(content_key), 0, 0
    waiting = bytearray()
    for part in content:
        waiting += part
        while len(waiting) > PIECE_BYTES:
            yield cipher.encrypt(_nonce(number, last=False), bytes(waiting[:PIECE_BYTES]), None)
            del waiting[:PIECE_BYTES]
            number, total = number + 1, total + _SEALED_PIECE_BYTES
            if total > MAX_PACKET_BYTES - 2 * _SEALED_PIECE_BYTES:
                raise too_large()
    yield cipher.encrypt(_nonce(number, last=True), bytes(waiting), None)


def open_pieces(content_key: bytes, source: BinaryIO) -> Iterator[bytes]:
    """Open the pieces from where the source stands to its end.

    Raises:
        PacketRefused: `packet_damaged`, before anything of the damaged piece is given.
        OSError: the source cannot be read.
    """
    cipher, number = AESGCM(content_key), 0
    piece = source.read(_SEALED_PIECE_BYTES)
    while True:
        following = source.read(_SEALED_PIECE_BYTES) if len(piece) == _SEALED_PIECE_BYTES else b""
        try:
            yield cipher.decrypt(_nonce(number, last=not following), piece, None)
        except (InvalidTag, ValueError) as error:
            raise PacketRefused(
                "packet_damaged",
                "The packet was cut off or changed on its way; nothing of it was taken.",
                "Write it to the stick again, and remove the stick only when told so.",
            ) from error
        if not following:
            return
        piece, number = following, number + 1


def too_large() -> PacketRefused:
    """Make the refusal of a packet that is beyond the limit."""
    return PacketRefused(
        "packet_too_large",
        "This is more than one packet can carry.",
        "Let the kiosk exchange over a network once, or tell the administrator.",
    )


def _malformed(sentence: str) -> PacketRefused:
    return PacketRefused(
        "packet_malformed", sentence, "Write it to the stick again with the same version."
    )


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
