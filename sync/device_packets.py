"""The kiosk's end of a stick: writes a packet up, and takes the packet down that answers it.

docs/sync-by-stick.md sections 2 and 4. A packet down is read twice: nothing of it is taken before
every piece has opened and every message has its form. A kiosk that is killed while it takes one
takes the same file again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sync.carried_messages import BLOB_PATH, CarriedMessage, read_messages, written
from sync.certified_device import AuthoritySource
from sync.device_store import BlobEntry, DeviceStore
from sync.errors import DeviceFault, PacketRefused
from sync.events import JournalEvent
from sync.message_views import ReplyView
from sync.messages import MAX_EVENTS, EventsMessage
from sync.office_link import DeviceIdentity
from sync.office_uploads import CHUNK_BYTES, MAX_WHOLE_BYTES
from sync.packet import (
    CONTENT_KEY_BYTES,
    PacketHead,
    manifest_bytes,
    open_pieces,
    packet_info,
    packet_request,
    read_head,
    seal_pieces,
    sealed_key,
)
from sync.packet_taking import MAX_CARRIED_EVENTS, Replies, Taking
from sync.request_signature import sign_request, verify_reply
from sync.round import Round, SyncReport
from sync.sealed_box import seal_box
from sync.strict_json import canonical_bytes
from sync.trust_update import folder_source, held_version, update_trust

__all__ = ["DevicePackets", "PacketMade"]

MAX_UP_BYTES = 1536 * 1024**2
"""Where a kiosk stops adding documents to a packet, bytes; the next one goes on."""
_OK = 200


@dataclass(frozen=True)
class PacketMade:
    """What a packet up holds."""

    documents: int
    """Signed PDFs."""
    events: int
    """Events of the journal."""


class DevicePackets:
    """Writes and takes the packets of one kiosk."""

    def __init__(
        self,
        store: DeviceStore,
        identity: DeviceIdentity,
        open_box: Callable[[bytes, bytes], bytes],
        authority: AuthoritySource,
        trust_folder: Path,
        trust_root: bytes,
    ) -> None:
        """Keep the parts.

        Args:
            store: the kiosk's books.
            identity: keys and names.
            open_box: opens a box sealed to this device, given box and info string; raises
                BoxNotOpened.
            authority: the kiosk's own authority.
            trust_folder, trust_root: as `sync.device_side.Device` takes them.
        """
        self._store = store
        self._identity = identity
        self._open_box = open_box
        self._authority = authority
        self._trust_folder = trust_folder
        self._trust_root = trust_root

    # -- up ----------------------------------------------------------------------------------

    def export(self, write: Callable[[bytes], object], now: datetime) -> PacketMade:
        """Write a packet up. Only its answer will be taken from now on, not that of an earlier one.

        Args:
            write: takes the packet, part by part.
            now: the time by the kiosk's clock.

        Raises:
            PacketRefused: `no_box_key`, `packet_too_large`.
            DeviceFault: `blob_lost`.
            OSError: it cannot be written.
        """
        office_key = self._store.office_box_key()
        if not office_key:
            raise PacketRefused(
                "no_box_key",
                "This kiosk does not know yet what to seal a packet with.",
                "Let it exchange with head office over a network once; then sticks will do.",
            )
        identity, content_key = self._identity, os.urandom(CONTENT_KEY_BYTES)
        box = seal_box(office_key, content_key, packet_info(identity.kiosk_id, "up"))
        request, manifest = packet_request(), manifest_bytes(box)
        sign_request(
            request,
            manifest,
            kiosk_id=identity.kiosk_id,
            nonce=self._store.next_nonce(),
            created=now,
            key=identity.signing_key,
        )
        head = PacketHead(dict(request.headers), manifest)
        blobs = list(_within(MAX_UP_BYTES, self._store.outbox_blobs()))
        events = tuple(self._store.outbox_events(MAX_CARRIED_EVENTS))
        self._store.keep_asked_packet(head.fields)
        write(head.to_bytes())
        for piece in seal_pieces(content_key, map(written, self._requests(blobs, events))):
            write(piece)
        return PacketMade(len(blobs), len(events))

    def _requests(
        self, blobs: Iterable[BlobEntry], events: tuple[JournalEvent, ...]
    ) -> Iterator[CarriedMessage]:
        report = canonical_bytes(self._authority.report().to_json())
        yield CarriedMessage.asking("POST", "/authority", report)
        for entry in blobs:
            yield from self._upload(entry)
        for first in range(0, len(events), MAX_EVENTS):
            body = canonical_bytes(EventsMessage(events[first : first + MAX_EVENTS]).to_json())
            yield CarriedMessage.asking("POST", "/events", body)
        yield CarriedMessage.asking("GET", "/poll", cursor=self._store.cursor())
        for entry in self._store.missing_blobs():
            yield CarriedMessage.asking("GET", BLOB_PATH + entry.sha256, offset=0)

    def _upload(self, entry: BlobEntry) -> Iterator[CarriedMessage]:
        """A signed PDF in the pieces in which the link sends it."""
        length = entry.size if entry.size <= MAX_WHOLE_BYTES else CHUNK_BYTES
        try:
            source = self._store.open_blob(entry.sha256)
        except KeyError as error:
            raise DeviceFault(
                "blob_lost", "A signed document that must go up is not on this kiosk's disk."
            ) from error
        with source:
            for offset in range(0, entry.size, length):
                query = {"size": entry.size, "offset": offset}
                path = BLOB_PATH + entry.sha256
                yield CarriedMessage.asking("PUT", path, source.read(length), **query)

    # -- down --------------------------------------------------------------------------------

    def take(self, source: BinaryIO, now: datetime) -> SyncReport:
        """Take the packet down that answers the last packet up.

        Raises:
            PacketRefused: `packet_not_asked`, `packet_malformed`, `packet_damaged`.
            ReplyNotTrusted: it is not head office's answer to the last packet up.
            BoxNotOpened: it was sealed to another kiosk.
            MessageMalformed: a message in it does not follow the page.
            OSError: it cannot be read.
                Nothing has changed.
        """
        asked = self._store.asked_packet()
        if not asked:
            raise PacketRefused(
                "packet_not_asked",
                "This kiosk waits for no answer: it was taken already, or nothing was asked.",
                "Write a new packet for head office.",
            )
        head = read_head(source)
        place = source.tell()
        identity = self._identity
        office_key = Ed25519PublicKey.from_public_bytes(identity.office_public_key)
        view = ReplyView(_OK, packet_request(dict(asked)), dict(head.fields))
        verify_reply(view, head.manifest, office_key)
        info = packet_info(identity.kiosk_id, "down")
        content_key = self._open_box(sealed_key(head.manifest), info)
        for _ in read_messages(open_pieces(content_key, source)):
            pass
        source.seek(place)
        done = Round()
        with TemporaryDirectory(prefix="sygnet-trust-") as folder:
            taking = Taking(self._store, self._authority, Path(folder), done)
            replies = Replies(read_messages(open_pieces(content_key, source)))
            taking.all(replies)
            if replies.fault is not None:  # the stick was pulled out or changed since it was read
                raise replies.fault
            done.guarded(lambda: self._update_trust(taking, done))
        self._store.keep_asked_packet({})
        return done.report(now)

    def _update_trust(self, taking: Taking, done: Round) -> None:
        if taking.trust_files and done.trust_version not in (
            None,
            0,
            held_version(self._trust_folder),
        ):
            update_trust(self._trust_folder, folder_source(taking.folder), self._trust_root)
            done.trust_updated = True


def _within(most_bytes: int, entries: Iterable[BlobEntry]) -> Iterator[BlobEntry]:
    """Give the entries that fit together, from the first on."""
    for entry in entries:
        most_bytes -= entry.size
        if most_bytes < 0:
            return
        yield entry
