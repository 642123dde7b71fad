"""What head office makes of a client's turn: taken, or kept and held, and never believed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from office import codes_desk, dispatch, preparation, tables
from office.documents import Document
from office.downloads import final_file
from office.errors import Refused
from office.head_office import HeadOffice
from office.history import Actor
from office.lifecycle import State
from office.moving import move_client
from office.signing_order import NewClient
from signing.errors import SealRefused
from sync.records import DocumentDue, DocumentWithdrawn, EventKind
from tests.office.at_kiosks import (
    FIRST,
    PHONE,
    SECOND,
    accepted_code,
    problems,
    published,
    send,
    shut_out,
    take_turn,
)
from tests.office.conftest import hire  # noqa: F401 - fixtures come from there
from tests.office.town_hall import (
    Clock,
    Letterbox,
    People,
    TestKiosk,
    document_of,
    due_document,
    kinds,
)
from verifier.document import verify_pdf
from verifier.token import Method
from verifier.verdict import Outcome


@pytest.fixture
def due(office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock) -> Document:
    return send(office, people, pdf, clock, kiosk, kiosk)


def assert_held(office: HeadOffice, kiosk: TestKiosk, document: Document, problem: str) -> None:
    """Kept, but it counts for nothing: no next client, and the kiosk is told to erase it."""
    after = document_of(office, document.id)
    assert after.quarantined
    assert (after.turn, after.revision, after.kiosk_id) == (0, after.base, document.kiosk_id)
    copies = tables.signed_copies
    with office.database.read() as connection:
        query = select(copies).where(copies.c.document_id == document.id)
        (copy,) = connection.execute(query).all()
    assert copy.decision == "quarantined"
    assert copy.receipt is None
    assert problem in copy.verdict["problems"]
    (row,) = kiosk.ledger.rows_after(kiosk.id, 0, 10)
    assert isinstance(row.record, DocumentWithdrawn)
    letterbox = Letterbox()
    letterbox.run(office, kiosk.clock())
    assert [message for message in letterbox.messages if "/m/" in message.text] == []


def test_a_turn_makes_the_next_client_due_and_is_the_file_that_they_sign(
    office: HeadOffice, kiosk: TestKiosk, due: Document, clock: Clock, tmp_path: Path
) -> None:
    letterbox = Letterbox()
    letterbox.run(office, clock())
    texts = [message.text for message in letterbox.messages]
    assert ["Zolcinski" in texts[0], "Ewa Lis" in texts[1]] == [True, True]
    assert "Zolcinski" in texts[1]  # signs before her
    signed, turn = kiosk.sign_turn(due, tmp_path)
    kiosk.report(accepted_code(office, kiosk, due, 0, clock), kiosk.deliver_turn(due, signed, turn))
    after = document_of(office, due.id)
    assert (after.state, after.turn, after.client.name) == (State.DUE, 1, SECOND)
    assert after.clients[0].signed_at == turn.claim.signed_at
    assert after.clients[0].turn is not None
    assert after.clients[0].turn.kiosk_name == kiosk.name
    assert kiosk.ledger.blob(kiosk.id, after.revision[0]) == signed
    assert kiosk.ledger.blob(kiosk.id, after.base[0]) is None
    assert kiosk.ledger.has_blob(kiosk.id, after.revision[0])
    turned = Letterbox()
    turned.run(office, clock())
    assert turned.messages == []  # she came along, and has her message
    turned.run(office, clock() + dispatch.COMING_ALONG)
    assert ["Ewa Lis" in message.text for message in turned.messages] == [True]


def test_the_last_signature_completes_it_and_destroys_what_lay_between(
    office: HeadOffice, kiosk: TestKiosk, due: Document, clock: Clock, tmp_path: Path
) -> None:
    turn = take_turn(office, kiosk, due, tmp_path, clock)
    second = document_of(office, due.id)
    final = kiosk.sign(second, tmp_path, earlier=[turn])
    kiosk.report(accepted_code(office, kiosk, second, 1, clock), kiosk.deliver(second, final))
    done = document_of(office, due.id)
    assert (done.state, done.quarantined, done.turn) == (State.COMPLETED, False, 2)
    with office.database.read() as connection:
        blobs = tables.blobs
        query = select(blobs.c.kind).where(blobs.c.document_id == due.id)
        assert "turn" not in set(connection.execute(query).scalars())
        assert final_file(office, connection, done) == final
    letterbox = Letterbox()
    letterbox.run(office, clock())
    links = [message.text for message in letterbox.messages if "/d/" in message.text]
    assert ["Zolcinski" in links[0], "Ewa Lis" in links[1]] == [True, True]


def test_the_next_clients_kiosk_gets_the_document_and_the_last_one_is_told(
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    other_kiosk: TestKiosk,
    pdf: bytes,
    clock: Clock,
    tmp_path: Path,
) -> None:
    due = send(office, people, pdf, clock, kiosk, other_kiosk)
    assert other_kiosk.ledger.rows_after(other_kiosk.id, 0, 10) == []
    assert not codes_desk.issue_for(office, due.id, Actor(), clock(), "link", 1).sent
    turn = take_turn(office, kiosk, due, tmp_path, clock)
    (gone,) = kiosk.ledger.rows_after(kiosk.id, 0, 10)
    assert gone.record == DocumentWithdrawn(due.id, "moved")
    (come,) = other_kiosk.ledger.rows_after(other_kiosk.id, 0, 10)
    assert isinstance(come.record, DocumentDue)
    after = document_of(office, due.id)
    assert (come.record.client_index, come.record.client_name) == (1, SECOND)
    assert (come.record.pdf_sha256, come.record.base_sha256) == (after.revision[0], after.base[0])
    assert come.record.signed[0].kiosk_name == kiosk.name
    final = other_kiosk.sign(after, tmp_path, earlier=[turn])
    other_kiosk.report(
        accepted_code(office, other_kiosk, after, 1, clock), other_kiosk.deliver(after, final)
    )
    assert document_of(office, due.id).state is State.COMPLETED
    shut_out(office, kiosk, clock)
    assert verify_pdf(final, published(office), clock()).outcome is Outcome.GENUINE


def test_a_turn_that_had_arrived_outlives_its_kiosk_and_the_next_kiosk_seals_over_it(
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    other_kiosk: TestKiosk,
    pdf: bytes,
    clock: Clock,
    tmp_path: Path,
) -> None:
    due = send(office, people, pdf, clock, kiosk, other_kiosk)
    turn = take_turn(office, kiosk, due, tmp_path, clock)
    shut_out(office, kiosk, clock)
    after = document_of(office, due.id)
    final = other_kiosk.sign(after, tmp_path, earlier=[turn])  # verifies what it made
    accepted = accepted_code(office, other_kiosk, after, 1, clock)
    other_kiosk.report(accepted, other_kiosk.deliver(after, final))
    done = document_of(office, due.id)
    assert (done.state, done.quarantined) == (State.COMPLETED, False)
    verdict = verify_pdf(final, published(office), clock())
    assert verdict.outcome is Outcome.GENUINE, verdict


def test_a_turn_by_a_stolen_kiosk_that_had_not_arrived_is_sealed_by_nobody(
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    other_kiosk: TestKiosk,
    pdf: bytes,
    clock: Clock,
    tmp_path: Path,
) -> None:
    due = send(office, people, pdf, clock, kiosk, other_kiosk)
    thiefs, turn = kiosk.sign_turn(due, tmp_path)  # the same client, the same minute
    take_turn(office, kiosk, due, tmp_path, clock)
    shut_out(office, kiosk, clock)
    after = document_of(office, due.id)
    with pytest.raises(SealRefused):
        other_kiosk.sign(after, tmp_path, earlier=[turn], before=thiefs)


def test_three_clients_the_first_ones_kiosk_is_shut_out_between_them(
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    other_kiosk: TestKiosk,
    pdf: bytes,
    clock: Clock,
    tmp_path: Path,
) -> None:
    there = other_kiosk.id
    clients = tuple(
        NewClient(name, PHONE, at)
        for name, at in ((FIRST, kiosk.id), (SECOND, there), ("Jan Kos", there))
    )
    due = due_document(office, people, kiosk, pdf, clock(), clients=clients)
    first = take_turn(office, kiosk, due, tmp_path, clock)
    shut_out(office, kiosk, clock)
    due = document_of(office, due.id)
    signed, second = other_kiosk.sign_turn(due, tmp_path, 1, earlier=[first])
    said = {"client_index": 1}
    accepted = accepted_code(office, other_kiosk, due, 1, clock)
    other_kiosk.report(accepted, other_kiosk.deliver_turn(due, signed, second, said))
    due = document_of(office, due.id)
    assert (due.turn, due.quarantined) == (2, False)
    final = other_kiosk.sign(due, tmp_path, earlier=[first, second])
    accepted = accepted_code(office, other_kiosk, due, 2, clock)
    other_kiosk.report(accepted, other_kiosk.deliver(due, final))
    assert document_of(office, due.id).state is State.COMPLETED
    assert verify_pdf(final, published(office), clock()).outcome is Outcome.GENUINE


def test_the_end_leaves_nothing_of_either_client_and_both_kiosks_are_told(
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    other_kiosk: TestKiosk,
    pdf: bytes,
    clock: Clock,
    tmp_path: Path,
) -> None:
    due = send(office, people, pdf, clock, kiosk, other_kiosk)
    turn = take_turn(office, kiosk, due, tmp_path, clock)
    after = document_of(office, due.id)
    final = other_kiosk.sign(after, tmp_path, earlier=[turn])
    accepted = accepted_code(office, other_kiosk, after, 1, clock)
    other_kiosk.report(accepted, other_kiosk.deliver(after, final))
    Letterbox().run(office, clock.forward(days=15))
    gone = document_of(office, due.id)
    assert gone.state is State.DESTROYED
    assert [(client.name, client.contact, dict(client.layout)) for client in gone.clients] == [
        ("", "", {}),
        ("", "", {}),
    ]
    for one in (kiosk, other_kiosk):
        assert one.ledger.rows_after(one.id, 0, 99)[-1].record == DocumentWithdrawn(
            due.id, "destroyed"
        )
    for path in office.settings.data_folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for name in (FIRST, SECOND, "+48600100200"):
                assert name.encode() not in content, path


def altered(signed: bytes) -> bytes:
    return signed + b"\n% and one thing more\n"


def flipped(signed: bytes) -> bytes:
    at = len(signed) // 2
    return signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :]


def shortened(signed: bytes) -> bytes:
    return signed[:-40]


@pytest.mark.parametrize("attack", [altered, flipped, shortened])
def test_a_turn_that_was_altered_is_kept_and_never_handed_on(
    office: HeadOffice,
    kiosk: TestKiosk,
    due: Document,
    clock: Clock,
    tmp_path: Path,
    attack: Callable[[bytes], bytes],
) -> None:
    Letterbox().run(office, clock())
    signed, turn = kiosk.sign_turn(due, tmp_path)
    accepted = accepted_code(office, kiosk, due, 0, clock)
    kiosk.report(accepted, kiosk.deliver_turn(due, attack(signed), turn))
    after = document_of(office, due.id)
    assert after.quarantined
    assert after.turn == 0
    assert "turn_signed" not in kinds(office, due.id)


def test_a_turn_by_another_kiosks_keys_does_not_count(
    office: HeadOffice,
    kiosk: TestKiosk,
    other_kiosk: TestKiosk,
    due: Document,
    clock: Clock,
    tmp_path: Path,
) -> None:
    Letterbox().run(office, clock())
    signed, turn = other_kiosk.sign_turn(due, tmp_path)
    kiosk.report(accepted_code(office, kiosk, due, 0, clock), kiosk.deliver_turn(due, signed, turn))
    assert_held(office, kiosk, due, "turn_signature_untrusted")


def test_a_turn_reported_by_a_kiosk_that_never_had_the_document_does_not_count(
    office: HeadOffice,
    kiosk: TestKiosk,
    other_kiosk: TestKiosk,
    due: Document,
    clock: Clock,
    tmp_path: Path,
) -> None:
    Letterbox().run(office, clock())
    kiosk.report(accepted_code(office, kiosk, due, 0, clock))
    signed, turn = other_kiosk.sign_turn(due, tmp_path)
    other_kiosk.report(other_kiosk.deliver_turn(due, signed, turn))
    assert_held(office, kiosk, due, "another_kiosk")


def test_a_turn_of_another_document_does_not_count(
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    due: Document,
    pdf: bytes,
    clock: Clock,
    tmp_path: Path,
) -> None:
    another = send(office, people, pdf, clock, kiosk, kiosk)
    signed, turn = kiosk.sign_turn(another, tmp_path)
    kiosk.report(accepted_code(office, kiosk, due, 0, clock), kiosk.deliver_turn(due, signed, turn))
    after = document_of(office, due.id)
    assert (after.quarantined, after.turn) == (True, 0)
    assert not document_of(office, another.id).quarantined


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"signed_at": "2026-11-24T09:40:00Z"}, "turn_signing_time_differs"),
        ({"client_index": 1}, "out_of_turn"),
        ({"client_index": 7}, "out_of_turn"),
        ({"method": 77}, "turn_malformed"),
        ({"proof": 98}, "turn_malformed"),
    ],
)
def test_a_turn_that_says_something_else_than_its_file_does_not_count(
    office: HeadOffice,
    kiosk: TestKiosk,
    due: Document,
    clock: Clock,
    tmp_path: Path,
    said: dict[str, str | int],
    problem: str,
) -> None:
    Letterbox().run(office, clock())
    signed, turn = kiosk.sign_turn(due, tmp_path)
    accepted = accepted_code(office, kiosk, due, 0, clock)
    kiosk.report(accepted, kiosk.deliver_turn(due, signed, turn, said))
    assert_held(office, kiosk, due, problem)


def test_a_turn_without_a_code_issued_to_that_client_does_not_count(
    office: HeadOffice, kiosk: TestKiosk, due: Document, clock: Clock, tmp_path: Path
) -> None:
    Letterbox().run(office, clock())
    second = accepted_code(office, kiosk, due, 1, clock)  # the same telephone
    signed, turn = kiosk.sign_turn(due, tmp_path)
    kiosk.report(second, kiosk.deliver_turn(due, signed, turn))
    assert_held(office, kiosk, due, "no_matching_code")


def test_two_people_with_one_number_get_codes_of_their_own_which_name_them(
    office: HeadOffice, kiosk: TestKiosk, due: Document, clock: Clock
) -> None:
    Letterbox().run(office, clock())
    codes = []
    for place, name in enumerate(("Zolcinski", "Ewa Lis")):
        letterbox = Letterbox()
        assert codes_desk.issue_for(office, due.id, Actor(), clock(), "link", place).sent
        letterbox.run(office, clock())
        (message,) = letterbox.messages
        assert name in message.text
        assert message.to == "+48600100200"
        codes.append(letterbox.code())
    assert codes[0] != codes[1]
    with pytest.raises(StopIteration):
        kiosk.accept_code(due, codes[0], 1)
    forged = kiosk.accept_code(due, codes[0], 0)
    kiosk.sequence -= 1
    as_hers = kiosk.event(EventKind.CODE_ACCEPTED, due.id, **{**forged.body, "client_index": 9})
    kiosk.report(as_hers)
    assert "code_not_issued" in kinds(office, due.id)
    assert document_of(office, due.id).quarantined


def test_one_number_shared_by_two_gets_codes_for_both_and_no_more(
    office: HeadOffice, due: Document, clock: Clock
) -> None:
    def sent(place: int) -> bool:
        moment = clock.forward(seconds=10)
        return codes_desk.issue_for(office, due.id, Actor(), moment, "link", place).sent

    most = codes_desk.CODES_PER_HOUR
    assert all(sent(0) for _ in range(most))
    assert all(sent(1) for _ in range(most))
    assert not sent(0)
    assert not sent(1)


def test_a_turn_reported_again_changes_nothing_and_a_different_one_is_held(
    office: HeadOffice, kiosk: TestKiosk, due: Document, clock: Clock, tmp_path: Path
) -> None:
    signed, turn = kiosk.sign_turn(due, tmp_path)
    kiosk.report(accepted_code(office, kiosk, due, 0, clock), kiosk.deliver_turn(due, signed, turn))
    before = document_of(office, due.id)
    kiosk.report(kiosk.deliver_turn(due, signed, turn))
    assert document_of(office, due.id) == before
    again, turn = kiosk.sign_turn(due, tmp_path)
    kiosk.report(kiosk.deliver_turn(due, again, turn))
    after = document_of(office, due.id)
    assert after.quarantined
    assert after.clients == before.clients


def test_a_turn_after_a_cancellation_is_kept_and_goes_no_further(
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    due: Document,
    clock: Clock,
    tmp_path: Path,
) -> None:
    accepted = accepted_code(office, kiosk, due, 0, clock)
    preparation.cancel_document(office, due.id, Actor(people.operator.id), clock())
    signed, turn = kiosk.sign_turn(due, tmp_path)
    kiosk.report(accepted, kiosk.deliver_turn(due, signed, turn))
    after = document_of(office, due.id)
    assert (after.state, after.turn) == (State.SIGNED_AFTER_CANCEL, 0)
    with office.database.read() as connection:
        assert office.blobs.get(connection, due.id, "turn") == signed


def test_both_turns_signed_in_time_count_although_they_are_reported_late(
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    clock: Clock,
    tmp_path: Path,
) -> None:
    deadline = clock() + timedelta(days=2)
    due = send(office, people, pdf, clock, kiosk, kiosk, deadline=deadline)
    events = [accepted_code(office, kiosk, due, 0, clock)]
    signed, turn = kiosk.sign_turn(due, tmp_path)
    events.append(kiosk.deliver_turn(due, signed, turn))
    events.append(accepted_code(office, kiosk, due, 1, clock))
    final = kiosk.sign(due, tmp_path, earlier=[turn], before=signed)
    events.append(kiosk.deliver(due, final))
    clock.forward(days=3)
    Letterbox().run(office, clock())
    assert document_of(office, due.id).state is State.EXPIRED
    kiosk.report(*events)
    after = document_of(office, due.id)
    assert (after.state, after.turn) == (State.COMPLETED, 2)


def test_a_seal_without_the_turns_before_or_that_says_otherwise_is_held(
    office: HeadOffice, kiosk: TestKiosk, due: Document, clock: Clock, tmp_path: Path
) -> None:
    signed, turn = kiosk.sign_turn(due, tmp_path)
    codes = [accepted_code(office, kiosk, due, place, clock) for place in (0, 1)]
    final = kiosk.sign(due, tmp_path, earlier=[turn], before=signed)
    kiosk.report(*codes, kiosk.deliver(due, final))
    after = document_of(office, due.id)
    assert (after.state, after.quarantined) == (State.CLIENT_SIGNED, True)
    assert "turns_missing" in problems(office, due)


def test_a_seal_that_says_something_else_of_the_first_client_is_held(
    office: HeadOffice, kiosk: TestKiosk, due: Document, clock: Clock, tmp_path: Path
) -> None:
    turn = take_turn(office, kiosk, due, tmp_path, clock)
    second = document_of(office, due.id)
    otherwise = replace(turn, claim=replace(turn.claim, method=Method.KEY))
    final = kiosk.sign(second, tmp_path, earlier=[otherwise])
    kiosk.report(accepted_code(office, kiosk, second, 1, clock), kiosk.deliver(second, final))
    assert document_of(office, due.id).quarantined
    assert "another_turn" in problems(office, due)


def test_a_client_can_be_moved_until_they_have_signed(
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    other_kiosk: TestKiosk,
    due: Document,
    clock: Clock,
    tmp_path: Path,
) -> None:
    operator = Actor(people.operator.id)
    move_client(office, due.id, 1, other_kiosk.id, operator, clock())
    here = kiosk.ledger.rows_after(kiosk.id, 0, 10)[-1].record
    assert isinstance(here, DocumentDue)
    assert here.following == ()
    take_turn(office, kiosk, document_of(office, due.id), tmp_path, clock)
    assert document_of(office, due.id).kiosk_id == other_kiosk.id
    for place, to in ((0, other_kiosk.id), (1, other_kiosk.id)):
        with pytest.raises(Refused) as refused:
            move_client(office, due.id, place, to, operator, clock())
        assert refused.value.code == "cannot_be_moved"
    move_client(office, due.id, 1, kiosk.id, operator, clock())
    back = document_of(office, due.id)
    assert (back.kiosk_id, back.client.kiosk_id) == (kiosk.id, kiosk.id)
    assert isinstance(kiosk.ledger.rows_after(kiosk.id, 0, 10)[-1].record, DocumentDue)


def test_a_document_waits_for_the_device_of_the_next_clients_kiosk(
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    clock: Clock,
    tmp_path: Path,
) -> None:
    later = TestKiosk(office, clock, "Gdańsk, Długa 8")
    due = send(office, people, pdf, clock, kiosk, later)
    take_turn(office, kiosk, due, tmp_path, clock)
    assert later.ledger.rows_after(later.id, 0, 10) == []
    later.enrol()
    (row,) = later.ledger.rows_after(later.id, 0, 10)
    assert isinstance(row.record, DocumentDue)
    assert row.record.client_index == 1


WHOLE = st.integers(min_value=0, max_value=2**53 - 1)


def test_nothing_that_a_kiosk_can_report_of_a_turn_stops_its_journal_or_is_believed(
    office: HeadOffice, kiosk: TestKiosk, due: Document, clock: Clock, tmp_path: Path
) -> None:
    signed, turn = kiosk.sign_turn(due, tmp_path)
    body = {
        "client_index": st.sampled_from([0, 1, 2, 99]) | WHOLE,
        "method": st.integers(0, 4) | WHOLE,
        "proof": st.integers(0, 4) | WHOLE,
        "quality": st.integers(0, 1) | WHOLE,
        "pages_shown": WHOLE,
        "pages_total": WHOLE,
        "seconds_reading": WHOLE,
        "signed_at": st.sampled_from(
            ["2026-11-24T09:00:00Z", "9999-12-31T23:59:59Z", "0000-00-00T00:00:00Z"]
        ),
        "language": st.sampled_from(["pl", "zz"]),
    }
    files = st.binary(min_size=1, max_size=200) | st.just(signed) | st.just(signed + b"%%EOF")

    @settings(max_examples=25, deadline=None, derandomize=True)
    @given(files, st.fixed_dictionaries(body))
    def report(pdf: bytes, said: dict[str, str | int]) -> None:
        event = kiosk.deliver_turn(due, pdf, turn, said)
        assert kiosk.report(event) == kiosk.sequence
        after = document_of(office, due.id)
        assert (after.turn, after.quarantined) == (0, True)  # no code was ever accepted

    report()
