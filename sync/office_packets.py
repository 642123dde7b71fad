"""Head office's end of a stick: takes a packet up, and writes the packet down that answers it.

Steps, in order (docs/sync-by-stick.md section 3):

1. The head has its form.                                               packet_malformed
2. The signature is by an enrolled kiosk that was not shut out.          signature_*, kiosk_*,
                                                                         digest_mismatch
3. The box opens, every piece does, and every message has its form.      box_not_opened,
                                                                         packet_damaged,
                                                                         message_malformed
4. No later packet of this kiosk was taken.                              packet_old

Nothing has changed until then. The messages are then answered one by one by the endpoints of the
link, whose refusals are replies too. What a device would ask next is answered unasked.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import BinaryIO

from sync.carried_messages import BLOB_PATH, MAX_BODY_BYTES, CarriedMessage, read_messages, written
from sync.errors import MessageMalformed, PacketRefused
from sync.message_views import MessageView, ReplyView
from sync.messages import PollReply
from sync.names import SHA256
from sync.office_endpoints import DOWNLOAD_BYTES, MAX_EVENTS_BYTES, Endpoints, Question
from sync.office_keys import OfficeKeys
from sync.office_ledger import OfficeLedger
from sync.office_replies import Reply, answered
from sync.office_requests import verified
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
from sync.records import DocumentDue
from sync.request_signature import sign_reply
from sync.sealed_box import seal_box
from sync.strict_json import parse_object

__all__ = ["MAX_DOWN_BYTES", "OfficePackets"]

MAX_DOWN_BYTES = 1536 * 1024**2
"""Where head office stops adding documents to a packet, bytes; the next one goes on."""
_OK = 200
_BLOB = re.compile(re.escape(BLOB_PATH) + f"({SHA256})")


class OfficePackets:
    """Takes packets."""

    def __init__(
        self,
        ledger: OfficeLedger,
        keys: OfficeKeys,
        trust_files: Callable[[], Iterable[tuple[str, bytes]]],
        next_poll_seconds: int,
    ) -> None:
        """Keep the parts.

        Args:
            ledger: head office's books.
            keys: what answers are signed with, and what opens boxes.
            trust_files: gives the files of the published trust list by their place below
                `/trust/`.
            next_poll_seconds: what polls are told.
        """
        self._ledger = ledger
        self._keys = keys
        self._trust_files = trust_files
        self._endpoints = Endpoints(ledger, keys, next_poll_seconds)

    def take(
        self,
        kiosk_id: str,
        source: BinaryIO,
        write: Callable[[bytes], object],
        now: datetime,
    ) -> tuple[str, ...]:
        """Take one packet and write its answer.

        Args:
            kiosk_id: whose packet it is by its name.
            source: the packet up, from its beginning; seekable.
            write: takes the packet down, part by part.
            now: head office's time.

        Returns:
            The codes of messages that were refused, though the packet was taken.

        Raises:
            SyncError: with the codes of the module's docstring; nothing has changed.
            OSError: something cannot be read or written; the packet may be taken again.
        """
        head = read_head(source)
        place = source.tell()
        request = packet_request(head.fields)
        facts, _, by_next_key = verified(self._ledger, request, head.manifest)
        if facts.kiosk_id != kiosk_id:
            raise PacketRefused(
                "packet_malformed",
                "The packet has the name of another kiosk.",
                "Give it back the name that the kiosk wrote.",
            )
        info = packet_info(kiosk_id, "up")
        content_key = self._keys.open_box(sealed_key(head.manifest), info)
        for message in read_messages(open_pieces(content_key, source)):
            _endpoint(self._endpoints, message)
        if not self._ledger.take_packet(kiosk_id, facts.nonce):
            raise PacketRefused(
                "packet_old",
                "A later packet of this kiosk was taken before.",
                "Let the kiosk write a new one.",
            )
        if by_next_key:
            self._ledger.keys_taken(kiosk_id, now)
        self._ledger.seen(kiosk_id, now)
        source.seek(place)
        answers = _Answers(self._endpoints, kiosk_id, now)
        replies = answers.to(read_messages(open_pieces(content_key, source)))
        self._write(kiosk_id, request, self._with_lists(answers, replies), write, now)
        return tuple(dict.fromkeys(answers.refused))

    def _with_lists(
        self, answers: _Answers, replies: Iterable[CarriedMessage]
    ) -> Iterator[CarriedMessage]:
        """Add what travels by version: the people of the front desk, and the trust list."""
        yield from _last_of_each_upload(replies)
        if self._ledger.staff_version(answers.kiosk_id):
            yield answers.reply(CarriedMessage.asking("GET", "/staff"))
        for place, data in self._trust_files():
            yield CarriedMessage.asking("GET", f"/trust/{place}").answered(_OK, data)

    def _write(
        self,
        kiosk_id: str,
        request: MessageView,
        replies: Iterable[CarriedMessage],
        write: Callable[[bytes], object],
        now: datetime,
    ) -> None:
        keys = self._ledger.kiosk_keys(kiosk_id)
        assert keys is not None  # noqa: S101 - its signature was just verified
        content_key = os.urandom(CONTENT_KEY_BYTES)
        box = seal_box(keys.box_public_key, content_key, packet_info(kiosk_id, "down"))
        manifest, view = manifest_bytes(box), ReplyView(_OK, request)
        sign_reply(view, manifest, created=now, key=self._keys.present())
        write(PacketHead(view.headers, manifest).to_bytes())
        for piece in seal_pieces(content_key, map(written, replies)):
            write(piece)


class _Answers:
    """Answers the messages of one packet, and goes on as the device would."""

    def __init__(self, endpoints: Endpoints, kiosk_id: str, now: datetime) -> None:
        self.kiosk_id = kiosk_id
        self.refused: list[str] = []
        self._endpoints = endpoints
        self._now = now
        self._sent_bytes = 0

    def to(self, messages: Iterable[CarriedMessage]) -> Iterator[CarriedMessage]:
        """Give the replies, in the order of the messages."""
        for message in messages:
            if message.method == "GET" and message.path.startswith(BLOB_PATH):
                yield from self._blob(message.path)
                continue
            reply = self.reply(message)
            yield reply
            if reply.status != _OK:
                self.refused.append(str(json.loads(reply.body)["code"]))
            elif reply.path == "/poll":
                yield from self._go_on(reply)

    def _go_on(self, reply: CarriedMessage) -> Iterator[CarriedMessage]:
        """The PDFs that the rows of a poll name, and the polls after it."""
        while True:
            poll = PollReply.from_json(parse_object(reply.body, MAX_BODY_BYTES))
            for row in poll.rows:
                if isinstance(row.record, DocumentDue):
                    yield from self._blob(BLOB_PATH + row.record.pdf_sha256)
            if not (poll.more and poll.rows) or self._sent_bytes > MAX_DOWN_BYTES:
                return
            following = CarriedMessage.asking("GET", "/poll", cursor=poll.rows[-1].counter)
            reply = self.reply(following)
            yield reply

    def _blob(self, path: str) -> Iterator[CarriedMessage]:
        """All pieces of a PDF, if it is still due and there is room for it."""
        offset = 0
        while offset or self._sent_bytes <= MAX_DOWN_BYTES:
            piece = self.reply(CarriedMessage.asking("GET", path, offset=offset))
            if piece.status != _OK:
                return
            yield piece
            offset += len(piece.body)
            if len(piece.body) < DOWNLOAD_BYTES:
                return

    def reply(self, message: CarriedMessage) -> CarriedMessage:
        """Answer one message."""
        endpoint = _endpoint(self._endpoints, message)
        question = Question(self.kiosk_id, self._now, message.values(), message.body)
        reply = answered(lambda: endpoint(question), message.path.split("/")[1])
        self._sent_bytes += len(reply.body)
        return message.answered(reply.status, reply.body)


def _endpoint(endpoints: Endpoints, message: CarriedMessage) -> Callable[[Question], Reply]:
    """Give what answers a message; raises MessageMalformed for one that is not carried."""
    blob = _BLOB.fullmatch(message.path)
    if message.status == 0 and len(message.body) <= MAX_EVENTS_BYTES:
        if blob and message.method == "PUT":
            return lambda asked: endpoints.upload(asked, blob[1])
        if blob and message.method == "GET":
            return lambda asked: endpoints.download(asked, blob[1])
        carried = {
            ("GET", "/poll"): endpoints.poll,
            ("GET", "/staff"): endpoints.staff,
            ("POST", "/authority"): endpoints.authority,
            ("POST", "/events"): endpoints.events,
        }
        if (message.method, message.path) in carried:
            return carried[message.method, message.path]
    raise MessageMalformed("packet: a message that is not carried by a stick.")


def _last_of_each_upload(replies: Iterable[CarriedMessage]) -> Iterator[CarriedMessage]:
    """Drop what was said of the pieces of a PDF before its last one."""
    held: CarriedMessage | None = None
    for reply in replies:
        if held is not None and not (reply.method == "PUT" and reply.path == held.path):
            yield held
            held = None
        if reply.method == "PUT":
            held = reply
        else:
            yield reply
    if held is not None:
        yield held
