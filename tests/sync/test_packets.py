"""A kiosk and head office with nothing between them but a stick (docs/sync-by-stick.md)."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.authority import AuthorityReply, AuthorityReport, make_report
from sync.carried_messages import CarriedMessage, read_messages, written
from sync.device_packets import DevicePackets
from sync.errors import MessageMalformed, PacketRefused, SyncError
from sync.office_keys import OfficeKeys
from sync.office_packets import OfficePackets
from sync.packet import PIECE_BYTES, open_pieces, read_head, seal_pieces
from sync.records import DocumentWithdrawn, EventKind
from sync.round import SyncReport
from sync.sealed_box import open_box
from sync.staff import StaffList
from tests.sync.conftest import NOW
from tests.sync.memory_device import KilledError
from tests.sync.pair import Pair
from tests.sync.test_staff import ANNA

PDF = b"%PDF-1.7 " + bytes(range(256)) * 40
LARGE = b"%PDF-1.7 " + bytes(range(251)) * 11_000
MONTH = timedelta(days=30)


class Authority:
    """`AuthoritySource` that always has something to tell."""

    def __init__(self, kiosk_id: str) -> None:
        self.kiosk_id = kiosk_id
        self.kept: list[AuthorityReply] = []

    def is_due(self) -> bool:
        return True

    def report(self) -> AuthorityReport:
        return make_report(self.kiosk_id, b"a list", generate_private_key(SECP256R1()))

    def keep(self, reply: AuthorityReply) -> None:
        self.kept.append(reply)


class Carrier:
    """Both ends, and the stick between them in memory."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.authority = Authority(pair.kiosk_id)
        self.trust: list[tuple[str, bytes]] = []
        self.kiosk = DevicePackets(
            pair.store,
            pair.identity,
            lambda box, info: open_box(pair.keys.box, box, info),
            self.authority,
            pair.trust_folder,
            pair.grant.trust_root,
        )
        keys = OfficeKeys(lambda: pair.office_key, lambda: pair.office_box)
        self.office = OfficePackets(pair.ledger, keys, lambda: self.trust, 60)

    def up(self) -> bytes:
        target = io.BytesIO()
        self.kiosk.export(target.write, self.pair.clock.now())
        return target.getvalue()

    def down(self, packet: bytes) -> bytes:
        target = io.BytesIO()
        kiosk_id = self.pair.kiosk_id
        self.office.take(kiosk_id, io.BytesIO(packet), target.write, self.pair.clock())
        return target.getvalue()

    def taken(self, packet: bytes) -> SyncReport:
        return self.kiosk.take(io.BytesIO(packet), self.pair.clock.now())

    def round(self) -> SyncReport:
        """Carry one packet up and its answer down, for a month each."""
        packet = self.up()
        self.pair.clock.moment += MONTH
        answer = self.down(packet)
        self.pair.clock.moment += MONTH
        return self.taken(answer)


@pytest.fixture
def carrier(pair: Pair) -> Carrier:
    """The pair, after the one exchange in which the kiosk hears of the box key."""
    pair.device.exchange()
    return Carrier(pair)


def test_one_round_carries_everything_both_ways(pair: Pair, carrier: Carrier) -> None:
    records = [pair.due(1, PDF), pair.due(2, LARGE)]
    pair.store.sign("01" * 16, PDF + b"signed", NOW)
    pair.store.sign("02" * 16, LARGE + b"signed", NOW)
    pair.store.note(EventKind.DECLINED, "03" * 16, NOW)
    pair.ledger.kiosks[pair.kiosk_id].staff = StaffList((ANNA,))
    pair.ledger.kiosks[pair.kiosk_id].staff_version = 4
    report = carrier.round()
    assert report.problems == ()
    assert (report.rows, report.blobs_down, report.blobs_up, report.events_up) == (2, 2, 2, 3)
    assert [row.record for row in pair.store.applied] == records
    assert set(pair.store.pdfs.values()) == {PDF, LARGE}
    books = pair.ledger.kiosks[pair.kiosk_id]
    assert set(books.blobs.values()) == {PDF + b"signed", LARGE + b"signed"}
    assert books.events == pair.store.journal
    assert pair.store.queue_lengths() == (0, 0)
    assert pair.store.held_staff.version == 4
    assert len(carrier.authority.kept) == len(pair.ledger.reports) == 1


def test_more_rows_and_events_than_one_message_holds_come_in_one_round(
    pair: Pair, carrier: Carrier
) -> None:
    for number in range(1, 121):
        pair.ledger.push(pair.kiosk_id, DocumentWithdrawn(f"{number:032x}", "cancelled"))
        for _ in range(2):
            pair.store.note(EventKind.DECLINED, f"{number:032x}", NOW)
    report = carrier.round()
    assert (report.rows, report.events_up, report.problems) == (120, 240, ())


def test_a_lost_stick_tells_nothing_of_what_is_on_it(pair: Pair, carrier: Carrier) -> None:
    pair.due(1, PDF)
    pair.store.sign("01" * 16, PDF, NOW)
    packet = carrier.up()
    answer = carrier.down(packet)
    for words in (PDF[:40], b"document_due", "Zażółć".encode(), b"client_signed", b"01" * 16):
        assert words not in packet
        assert words not in answer


def test_a_document_that_was_announced_over_the_link_comes_by_stick(
    pair: Pair, carrier: Carrier
) -> None:
    record = pair.due(1, PDF)
    blob = pair.ledger.kiosks[pair.kiosk_id].due_blobs.pop(record.pdf_sha256)
    assert pair.device.exchange().problems == ("blob_unknown",)
    pair.ledger.kiosks[pair.kiosk_id].due_blobs[record.pdf_sha256] = blob
    assert carrier.round().blobs_down == 1
    assert pair.store.pdfs[record.pdf_sha256] == PDF


def test_what_the_link_overtook_is_passed_over(pair: Pair, carrier: Carrier) -> None:
    pair.due(1, PDF)
    pair.store.sign("01" * 16, PDF + b"signed", NOW)
    answer = carrier.down(carrier.up())
    pair.due(2, LARGE)
    pair.device.exchange()
    before = pair.store.picture()
    report = carrier.taken(answer)
    assert (report.rows, report.blobs_down, report.problems) == (0, 0, ())
    assert pair.store.picture() == before


def test_nobody_returns_to_the_desk_by_an_old_list(pair: Pair, carrier: Carrier) -> None:
    books = pair.ledger.kiosks[pair.kiosk_id]
    books.staff, books.staff_version = StaffList((ANNA,)), 1
    answer = carrier.down(carrier.up())
    books.staff, books.staff_version = StaffList(), 2
    pair.device.exchange()
    carrier.taken(answer)
    assert pair.store.held_staff.version == 2


def test_the_same_packet_up_is_answered_again(pair: Pair, carrier: Carrier) -> None:
    pair.store.sign("01" * 16, PDF, NOW)
    packet = carrier.up()
    carrier.down(packet)  # its answer was lost
    before = pair.ledger.picture()
    assert carrier.taken(carrier.down(packet)).events_up == 1
    assert pair.ledger.picture() == before


def test_a_packet_up_from_before_the_last_one_is_refused(pair: Pair, carrier: Carrier) -> None:
    old = carrier.up()
    carrier.down(carrier.up())
    before = pair.ledger.picture()
    with pytest.raises(PacketRefused, match="packet_old"):
        carrier.down(old)
    assert pair.ledger.picture() == before


def test_an_answer_is_taken_once_and_only_the_last_one_asked_for(
    pair: Pair, carrier: Carrier
) -> None:
    first = carrier.down(carrier.up())
    second = carrier.down(carrier.up())
    before = pair.store.picture()
    with pytest.raises(SyncError, match="reply_not_trusted"):
        carrier.taken(first)
    assert pair.store.picture() == before
    carrier.taken(second)
    with pytest.raises(PacketRefused, match="packet_not_asked"):
        carrier.taken(second)


def test_a_kiosk_that_never_heard_of_head_offices_box_key_writes_nothing(pair: Pair) -> None:
    target = io.BytesIO()
    with pytest.raises(PacketRefused, match="no_box_key"):
        Carrier(pair).kiosk.export(target.write, NOW)
    assert target.getvalue() == b""


def test_a_kiosk_that_was_shut_out_is_not_heard(pair: Pair, carrier: Carrier) -> None:
    packet = carrier.up()
    pair.ledger.revoke(pair.kiosk_id)
    before = pair.ledger.picture()
    with pytest.raises(SyncError, match="kiosk_revoked"):
        carrier.down(packet)
    assert pair.ledger.picture() == before


def test_a_packet_of_another_kiosk_is_not_taken(pair: Pair, carrier: Carrier) -> None:
    packet = carrier.up()
    with pytest.raises(SyncError, match="kiosk_unknown"):
        carrier.down(packet.replace(b'keyid="kiosk-1"', b'keyid="kiosk-2"'))
    with pytest.raises(PacketRefused, match="packet_malformed"):
        carrier.office.take("kiosk-2", io.BytesIO(packet), io.BytesIO().write, NOW)
    with pytest.raises(SyncError, match="signature_invalid"):
        carrier.down(packet.replace(b'nonce="', b'nonce="9'))


def test_a_packet_cannot_be_sent_over_the_link_nor_the_links_requests_by_stick(
    pair: Pair, carrier: Carrier
) -> None:
    head = read_head(io.BytesIO(carrier.up()))
    response = pair.http.post(
        "http://office.example/sync/v1/packet", headers=head.fields, content=head.manifest
    )
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("dies_before_commit", [True, False])
def test_a_kiosk_killed_at_any_write_takes_the_same_packet_again(
    pair: Pair, carrier: Carrier, dies_before_commit: bool
) -> None:
    pair.due(1, PDF)
    pair.due(2, LARGE)
    pair.store.sign("01" * 16, PDF + b"signed", NOW)
    answer = carrier.down(carrier.up())
    pair.store.dies_before_commit = dies_before_commit
    deaths = 0
    while pair.store.asked_packet():
        pair.store.writes_until_death = deaths  # one write further each time
        try:
            carrier.taken(answer)
        except KilledError:
            deaths += 1
    assert deaths > 2
    assert pair.store.queue_lengths() == (0, 0)
    assert set(pair.store.pdfs.values()) == {PDF, LARGE}
    assert len(pair.store.applied) == 2


def test_a_stick_pulled_out_while_it_is_taken_loses_nothing(pair: Pair, carrier: Carrier) -> None:
    pair.due(1, LARGE)
    pair.due(2, PDF)
    answer = carrier.down(carrier.up())

    class Pulled(io.BytesIO):
        reads = 0

        def read(self, size: int | None = -1, /) -> bytes:
            self.reads += 1
            if self.reads > 6:  # the second time through, after the first piece
                raise OSError(5, "gone")
            return super().read(size)

    with pytest.raises(OSError, match="gone"):
        carrier.kiosk.take(Pulled(answer), NOW)
    assert len(pair.store.applied) == 2  # the rows came before the document
    assert carrier.taken(answer).blobs_down == 2


@pytest.mark.parametrize("where", ["head", "manifest", "first piece", "last piece"])
def test_not_one_changed_byte_is_taken(pair: Pair, carrier: Carrier, where: str) -> None:
    pair.due(1, LARGE)
    pair.store.sign("01" * 16, LARGE, NOW)
    up = carrier.up()
    down = carrier.down(up)
    office, kiosk = pair.ledger.picture(), pair.store.picture()
    for packet, take in ((up, carrier.down), (down, carrier.taken)):
        manifest = packet.index(b"\n\n") + 10
        place = {"head": 60, "manifest": manifest, "first piece": 1200, "last piece": -1}[where]
        changed = bytearray(packet)
        changed[place] ^= 1
        with pytest.raises(SyncError):
            take(bytes(changed))
    assert (pair.ledger.picture(), pair.store.picture()) == (office, kiosk)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_cut_or_lengthened_streams_do_not_open(data: st.DataObject) -> None:
    size = data.draw(st.sampled_from([0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1]))
    pieces = list(seal_pieces(bytes(32), [bytes(size)]))
    assert b"".join(open_pieces(bytes(32), io.BytesIO(b"".join(pieces)))) == bytes(size)
    cut = data.draw(st.integers(1, len(b"".join(pieces))))
    for bad in (
        b"".join(pieces)[:-cut],
        b"".join(pieces) + bytes(cut),
        b"".join([pieces[0], *pieces]),
        b"".join(reversed(pieces)) if len(pieces) > 1 else b"",
    ):
        with pytest.raises(PacketRefused, match="packet_damaged"):
            list(open_pieces(bytes(32), io.BytesIO(bad)))


@settings(max_examples=300, deadline=None)
@given(start=st.sampled_from([b"", b"SYGNET PACKET 1\n", b"SYGNET"]), rest=st.binary(max_size=300))
def test_any_bytes_as_a_head_are_refused(start: bytes, rest: bytes) -> None:
    with pytest.raises(PacketRefused, match="packet_malformed"):
        read_head(io.BytesIO(start + rest))


@settings(max_examples=200, deadline=None)
@given(
    bodies=st.lists(st.binary(max_size=2000), max_size=6),
    cuts=st.integers(1, 900),
    broken=st.binary(min_size=1, max_size=40),
)
def test_messages_come_back_however_the_stream_is_cut(
    bodies: list[bytes], cuts: int, broken: bytes
) -> None:
    messages = [CarriedMessage("POST", "/events", "offset=3", body, 200) for body in bodies]
    stream = b"".join(map(written, messages))
    parts = [stream[at : at + cuts] for at in range(0, len(stream), cuts)]
    assert list(read_messages(parts)) == messages
    with pytest.raises(MessageMalformed):
        list(read_messages([*parts, b"!" + broken]))


@pytest.mark.parametrize(
    "message",
    [
        CarriedMessage("POST", "/code-requests", body=b"{}"),
        CarriedMessage("POST", "/renewal", body=b"{}"),
        CarriedMessage("GET", "/time"),
        CarriedMessage("GET", "/poll", "cursor=0", status=200),
        CarriedMessage("PUT", "/blob/..", "size=1"),
    ],
    ids=lambda message: message.path,
)
def test_a_message_that_is_not_carried_spoils_its_packet(
    pair: Pair, carrier: Carrier, monkeypatch: pytest.MonkeyPatch, message: CarriedMessage
) -> None:
    pair.store.sign("01" * 16, PDF, NOW)
    honest = carrier.kiosk._requests
    monkeypatch.setattr(carrier.kiosk, "_requests", lambda *parts: [*honest(*parts), message])
    packet, before = carrier.up(), pair.ledger.picture()
    with pytest.raises(MessageMalformed):
        carrier.down(packet)
    assert pair.ledger.picture() == before


def test_a_refused_message_is_a_reply_among_others(
    pair: Pair, carrier: Carrier, tmp_path: Path
) -> None:
    pair.store.note(EventKind.DECLINED, "03" * 16, NOW)
    pair.store.acknowledge_events(1)  # an old backup of head office: it lacks the first one
    pair.store.note(EventKind.DECLINED, "04" * 16, NOW)
    pair.due(1, PDF)
    packet = carrier.up()
    target = io.BytesIO()
    taken = carrier.office.take(pair.kiosk_id, io.BytesIO(packet), target.write, NOW)
    assert taken == ("events_gap",)
    report = carrier.taken(target.getvalue())
    assert (report.rows, report.blobs_down, report.problems) == (1, 1, ("events_gap",))
    assert pair.store.queue_lengths() == (0, 1)
