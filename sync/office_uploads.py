"""Uploads at head office: create-only blobs, whole when small, else in 64 KiB pieces."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sync.errors import RequestRefused
from sync.messages import UploadReply
from sync.records import MAX_BLOB_BYTES

if TYPE_CHECKING:
    from sync.office_ledger import OfficeLedger

__all__ = ["CHUNK_BYTES", "MAX_WHOLE_BYTES", "receive", "received"]

CHUNK_BYTES = 64 * 1024
"""Length of every piece but the last, bytes."""
MAX_WHOLE_BYTES = 256 * 1024
"""Largest blob that comes in one request, bytes; also the largest body of an upload."""


def received(ledger: OfficeLedger, kiosk_id: str, sha256: str, size: int) -> UploadReply:
    """Say how much of an upload is here."""
    if ledger.has_blob(kiosk_id, sha256):
        return UploadReply(received=size, complete=True)
    return UploadReply(received=ledger.chunk_bytes(kiosk_id, sha256), complete=False)


def receive(
    ledger: OfficeLedger, kiosk_id: str, sha256: str, size: int, offset: int, data: bytes
) -> UploadReply:
    """Take a blob or a piece of one; a piece that is here already changes nothing.

    Args:
        ledger: head office's books.
        kiosk_id: who sends.
        sha256: the blob's name.
        size: the whole blob's length, bytes.
        offset: where the piece begins.
        data: the piece.

    Raises:
        RequestRefused: blob_too_large, piece_malformed, offset_gap, blob_hash_mismatch.
    """
    if not 1 <= size <= MAX_BLOB_BYTES:
        raise RequestRefused(
            "blob_too_large",
            f"A document of more than {MAX_BLOB_BYTES} bytes is not taken.",
            "Tell the administrator; the document stays on the kiosk.",
            413,
        )
    whole = size <= MAX_WHOLE_BYTES
    expected = size if whole else min(CHUNK_BYTES, size - offset)
    if offset >= size or offset % CHUNK_BYTES or len(data) != expected or (whole and offset):
        raise RequestRefused(
            "piece_malformed",
            "A piece of a document has the wrong place or length.",
            "Update the kiosk's software.",
        )
    here = received(ledger, kiosk_id, sha256, size)
    if here.complete or here.received >= offset + len(data):
        return here
    if here.received != offset:
        raise RequestRefused(
            "offset_gap",
            "A piece before this one is missing.",
            "Ask how much has arrived and go on from there.",
            409,
        )
    return _add(ledger, kiosk_id, sha256, size, offset, data)


def _add(
    ledger: OfficeLedger, kiosk_id: str, sha256: str, size: int, offset: int, data: bytes
) -> UploadReply:
    """Keep the next piece; with the last one check the hash and store the blob."""
    end = offset + len(data)
    if end < size:
        ledger.append_chunk(kiosk_id, sha256, offset, data)
        return UploadReply(received=ledger.chunk_bytes(kiosk_id, sha256), complete=False)
    blob = data if offset == 0 else ledger.chunks(kiosk_id, sha256) + data
    if len(blob) != size or hashlib.sha256(blob).hexdigest() != sha256:
        ledger.discard_chunks(kiosk_id, sha256)
        raise RequestRefused(
            "blob_hash_mismatch",
            "The document that arrived is not the one announced; it was dropped.",
            "Send it again from the beginning.",
            422,
        )
    ledger.store_blob(kiosk_id, sha256, blob)
    return UploadReply(received=size, complete=True)
