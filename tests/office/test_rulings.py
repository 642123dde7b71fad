"""People decide about signed copies that were held back, and can decide otherwise later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import select

from office import preparation, rulings, tables
from office.copies import Standing, list_copies
from office.destruction import destroy_document, expire_documents
from office.documents import Document, count_undecided
from office.downloads import final_file
from office.errors import NotFound, Refused
from office.head_office import HeadOffice
from office.history import Actor
from office.lifecycle import State
from sync.records import DocumentDue, DocumentWithdrawn, EventKind
from tests.office.at_kiosks import (
    SECOND,
    accepted_code,
    published,
    send,
    shut_out,
    take_turn,
)
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
from verifier.verdict import Outcome

WHY = "Klient był u nas, pani Nowak to potwierdza."


class Desk:
    """Somebody who decides."""

    def __init__(self, office: HeadOffice, people: People, clock: Clock) -> None:
        self.office, self.clock = office, clock
        self.actor = Actor(people.administrator.id)

    def accept(self, document: Document, data: bytes, why: str = WHY) -> None:
        self._decide(rulings.accept_copy, document, data, why)

    def reject(self, document: Document, data: bytes) -> None:
        self._decide(rulings.reject_copy, document, data, WHY)

    def take_back(self, document: Document, data: bytes) -> None:
        self._decide(rulings.take_back, document, data, WHY)

    def release(self, document: Document) -> None:
        rulings.release(self.office, document.id, WHY, self.actor, self.clock())

    def standings(self, document: Document) -> dict[str, Standing]:
        with self.office.database.read() as connection:
            return {one.sha256: one.standing for one in list_copies(connection, document.id)}

    def kept(self, document: Document, data: bytes, kind: str = "final") -> bool:
        with self.office.database.read() as connection:
            digest = sha256(data).hexdigest()
            return self.office.blobs.get(connection, document.id, kind, digest) == data

    def _decide(self, what: Callable[..., None], document: Document, data: bytes, why: str) -> None:
        digest = sha256(data).hexdigest()
        what(self.office, document.id, digest, why, self.actor, self.clock())


@pytest.fixture
def desk(office: HeadOffice, people: People, clock: Clock) -> Desk:
    return Desk(office, people, clock)


@pytest.fixture
def due(office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock) -> Document:
    return due_document(office, people, kiosk, pdf, clock())


def everything(office: HeadOffice) -> list[object]:
    """What a refused decision must leave as it was."""
    found = list[object]()
    with office.database.read() as connection:
        for table in (tables.documents, tables.rulings, tables.signed_copies, tables.events,
                      tables.clients, tables.kiosk_rows):  # fmt: skip
            found += [tuple(row) for row in connection.execute(select(table))]
        jobs = tables.jobs
        found += [tuple(row) for row in connection.execute(select(jobs.c.unique_key))]
    return found


def links(office: HeadOffice, clock: Clock) -> list[str]:
    letterbox = Letterbox()
    letterbox.run(office, clock())
    return [message.text for message in letterbox.messages if "/d/" in message.text]


def held_final(office: HeadOffice, kiosk: TestKiosk, document: Document, folder: Path) -> bytes:
    """A genuine file whose code nobody knows of."""
    final = kiosk.sign(document, folder)
    kiosk.report(kiosk.deliver(document, final))
    after = document_of(office, document.id)
    assert (after.state, after.quarantined, after.undecided) == (State.CLIENT_SIGNED, True, True)
    return final


def test_a_copy_in_quarantine_that_is_accepted_is_delivered(
    office: HeadOffice, kiosk: TestKiosk, due: Document, desk: Desk, clock: Clock, tmp_path: Path
) -> None:
    final = held_final(office, kiosk, due, tmp_path)
    assert links(office, clock) == []
    clock.forward(days=3)
    desk.accept(due, final)
    done = document_of(office, due.id)
    assert (done.state, done.quarantined, done.undecided) == (State.COMPLETED, False, False)
    assert done.final_sha256 == sha256(final).hexdigest()
    assert done.keep_until == clock() + timedelta(days=14)
    assert done.client.signed_at is not None
    assert len(links(office, clock)) == 1
    assert kinds(office, due.id)[-2:] == ["completed", "message_sent"]
    assert "copy_accepted" in kinds(office, due.id)
    Letterbox().run(office, clock.forward(days=15))
    assert document_of(office, due.id).state is State.DESTROYED


def test_a_copy_in_quarantine_that_is_rejected_is_kept_and_goes_to_nobody(
    office: HeadOffice, kiosk: TestKiosk, due: Document, desk: Desk, clock: Clock, tmp_path: Path
) -> None:
    final = held_final(office, kiosk, due, tmp_path)
    desk.reject(due, final)
    after = document_of(office, due.id)
    assert (after.state, after.undecided) == (State.CANCELLED, False)
    assert links(office, clock) == []
    assert desk.kept(due, final)
    desk.take_back(due, final)
    after = document_of(office, due.id)
    assert (after.state, after.quarantined) == (State.CLIENT_SIGNED, True)
    desk.accept(due, final)
    assert document_of(office, due.id).state is State.COMPLETED


def test_an_accepted_copy_can_be_held_again_and_nobody_fetches_it_meanwhile(
    office: HeadOffice, kiosk: TestKiosk, due: Document, desk: Desk, clock: Clock, tmp_path: Path
) -> None:
    final = held_final(office, kiosk, due, tmp_path)
    desk.accept(due, final)
    desk.take_back(due, final)
    held = document_of(office, due.id)
    assert (held.state, held.quarantined, held.final_sha256) == (State.CLIENT_SIGNED, True, "")
    with office.database.read() as connection, pytest.raises(NotFound):
        final_file(office, connection, held)
    assert links(office, clock) == []  # its message waited, and is not sent
    Letterbox().run(office, clock.forward(days=20))
    assert desk.kept(due, final)
    desk.accept(due, final)
    assert document_of(office, due.id).state is State.COMPLETED


def test_what_is_not_genuine_cannot_be_accepted_by_anybody(
    office: HeadOffice, kiosk: TestKiosk, due: Document, desk: Desk, clock: Clock, tmp_path: Path
) -> None:
    accepted = accepted_code(office, kiosk, due, 0, clock)
    altered = bytearray(kiosk.sign(due, tmp_path))
    altered[len(altered) // 3] ^= 1
    kiosk.report(accepted, kiosk.deliver(due, bytes(altered)))
    before = everything(office)
    with pytest.raises(Refused) as refused:
        desk.accept(due, bytes(altered))
    assert refused.value.code == "held_not_genuine"
    assert everything(office) == before
    desk.reject(due, bytes(altered))
    assert desk.kept(due, bytes(altered))


def test_a_genuine_copy_of_another_document_cannot_be_accepted_for_this_one(
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    due: Document,
    desk: Desk,
    pdf: bytes,
    clock: Clock,
    tmp_path: Path,
) -> None:
    other = due_document(office, people, kiosk, pdf, clock())
    final = kiosk.sign(other, tmp_path, proved=True)
    kiosk.report(kiosk.deliver(due, final))
    before = everything(office)
    with pytest.raises(Refused) as refused:
        desk.accept(due, final)
    assert refused.value.code == "held_another_document"
    assert everything(office) == before


@pytest.mark.parametrize("why", ["", "   ", "a\nb", "x" * 301])
def test_a_decision_without_a_reason_is_none(
    office: HeadOffice, kiosk: TestKiosk, due: Document, desk: Desk, tmp_path: Path, why: str
) -> None:
    final = held_final(office, kiosk, due, tmp_path)
    before = everything(office)
    with pytest.raises(Refused) as refused:
        desk.accept(due, final, why)
    assert refused.value.code == "bad_reason"
    assert everything(office) == before


def two_copies(
    office: HeadOffice, kiosk: TestKiosk, document: Document, clock: Clock, folder: Path
) -> tuple[bytes, bytes]:
    """The first completed the document, the second is in conflict with it."""
    accepted = accepted_code(office, kiosk, document, 0, clock)
    first = kiosk.sign(document, folder)
    clock.forward(seconds=20)
    second = kiosk.sign(document, folder)
    kiosk.report(accepted, kiosk.deliver(document, first), kiosk.deliver(document, second))
    assert document_of(office, document.id).state is State.CONFLICT
    links(office, clock)
    return first, second


def test_in_a_conflict_the_second_copy_can_be_taken_instead_of_the_first(
    office: HeadOffice, kiosk: TestKiosk, due: Document, desk: Desk, clock: Clock, tmp_path: Path
) -> None:
    first, second = two_copies(office, kiosk, due, clock, tmp_path)
    assert destroy_document(office, due.id, clock()) is False
    desk.accept(due, second)
    done = document_of(office, due.id)
    assert (done.state, done.final_sha256) == (State.COMPLETED, sha256(second).hexdigest())
    standings = desk.standings(due)
    assert standings[sha256(first).hexdigest()] is Standing.REJECTED
    assert standings[sha256(second).hexdigest()] is Standing.COUNTS
    assert desk.kept(due, first)
    assert len(links(office, clock)) == 1  # a message with the link to the other file
    with office.database.read() as connection:
        assert final_file(office, connection, done) == second


def test_in_a_conflict_the_first_copy_can_stay_and_the_document_ends_as_others_do(
    office: HeadOffice, kiosk: TestKiosk, due: Document, desk: Desk, clock: Clock, tmp_path: Path
) -> None:
    first, second = two_copies(office, kiosk, due, clock, tmp_path)
    Letterbox().run(office, clock.forward(days=15))
    assert document_of(office, due.id).state is State.CONFLICT
    desk.reject(due, second)
    done = document_of(office, due.id)
    assert (done.state, done.final_sha256) == (State.COMPLETED, sha256(first).hexdigest())
    assert desk.kept(due, second)
    desk.take_back(due, second)
    assert document_of(office, due.id).state is State.CONFLICT
    desk.reject(due, second)
    Letterbox().run(office, clock.forward(days=15))
    assert document_of(office, due.id).state is State.DESTROYED
    with office.database.read() as connection:
        assert set(connection.execute(select(tables.rulings.c.reason)).scalars()) == {""}


def test_in_a_conflict_neither_copy_need_count(
    office: HeadOffice, kiosk: TestKiosk, due: Document, desk: Desk, clock: Clock, tmp_path: Path
) -> None:
    first, second = two_copies(office, kiosk, due, clock, tmp_path)
    desk.take_back(due, first)
    desk.reject(due, first)
    assert document_of(office, due.id).state is State.CLIENT_SIGNED
    desk.reject(due, second)
    assert document_of(office, due.id).state is State.CANCELLED
    assert desk.kept(due, first)
    assert desk.kept(due, second)


def test_what_was_signed_after_a_cancellation_can_count_all_the_same(
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    due: Document,
    desk: Desk,
    clock: Clock,
    tmp_path: Path,
) -> None:
    accepted = accepted_code(office, kiosk, due, 0, clock)
    final = kiosk.sign(due, tmp_path)
    preparation.cancel_document(office, due.id, Actor(people.operator.id), clock())
    kiosk.report(accepted, kiosk.deliver(due, final))
    with office.database.read() as connection:
        assert count_undecided(connection) == 1
    desk.reject(due, final)
    assert document_of(office, due.id).state is State.CANCELLED
    desk.take_back(due, final)
    assert document_of(office, due.id).state is State.SIGNED_AFTER_CANCEL
    desk.accept(due, final)
    assert document_of(office, due.id).state is State.COMPLETED
    assert len(links(office, clock)) == 1
    with office.database.read() as connection:
        assert count_undecided(connection) == 0


def test_a_copy_can_count_although_its_kiosk_was_shut_out_after_it_had_come(
    office: HeadOffice, kiosk: TestKiosk, due: Document, desk: Desk, clock: Clock, tmp_path: Path
) -> None:
    final = held_final(office, kiosk, due, tmp_path)
    shut_out(office, kiosk, clock)
    assert verify_pdf(final, published(office), clock()).outcome is not Outcome.GENUINE
    desk.accept(due, final)
    assert document_of(office, due.id).state is State.COMPLETED
    assert verify_pdf(final, published(office), clock()).outcome is Outcome.GENUINE


def test_a_code_that_nobody_issued_can_be_explained_and_the_document_goes_on(
    office: HeadOffice, kiosk: TestKiosk, due: Document, desk: Desk, clock: Clock, tmp_path: Path
) -> None:
    kiosk.report(kiosk.event(EventKind.CODE_ACCEPTED, due.id, counter=123456789, generation=1))
    assert document_of(office, due.id).undecided
    desk.release(due)
    assert not document_of(office, due.id).undecided
    assert "released" in kinds(office, due.id)
    accepted = accepted_code(office, kiosk, due, 0, clock)
    kiosk.report(accepted, kiosk.deliver(due, kiosk.sign(due, tmp_path)))
    assert document_of(office, due.id).state is State.COMPLETED
    with pytest.raises(Refused) as refused:
        desk.release(due)
    assert refused.value.code == "nothing_to_decide"


# -- turns -----------------------------------------------------------------------------------------


def held_turn(
    office: HeadOffice, kiosk: TestKiosk, document: Document, folder: Path, clock: Clock
) -> bytes:
    """The first client's signature, reported by a kiosk that did not have the document."""
    signed, turn = kiosk.sign_turn(document, folder)
    elsewhere = TestKiosk(office, clock, "Sopot, Monte Cassino 1")
    elsewhere.enrol()
    kiosk.report(accepted_code(office, kiosk, document, 0, clock))
    elsewhere.report(elsewhere.deliver_turn(document, signed, turn))
    after = document_of(office, document.id)
    assert (after.state, after.turn, after.undecided) == (State.DUE, 0, True)
    return signed


@pytest.mark.parametrize("delivered", ["by its kiosk", "by another one"])
def test_a_turn_can_count_although_its_kiosk_was_shut_out_after_it_had_come(
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    other_kiosk: TestKiosk,
    pdf: bytes,
    desk: Desk,
    clock: Clock,
    tmp_path: Path,
    delivered: str,
) -> None:
    due = send(office, people, pdf, clock, kiosk, other_kiosk)
    signed, turn = kiosk.sign_turn(due, tmp_path)  # nobody sent it a code
    by = kiosk if delivered == "by its kiosk" else other_kiosk
    by.report(by.deliver_turn(due, signed, turn))
    shut_out(office, kiosk, clock)
    desk.accept(due, signed)
    after = document_of(office, due.id)
    assert (after.state, after.turn, after.undecided) == (State.DUE, 1, False)
    final = other_kiosk.sign(after, tmp_path, earlier=[turn])
    assert verify_pdf(final, published(office), clock()).outcome is Outcome.GENUINE
    accepted = accepted_code(office, other_kiosk, after, 1, clock)
    other_kiosk.report(accepted, other_kiosk.deliver(after, final))
    done = document_of(office, due.id)
    assert (done.state, done.undecided) == (State.COMPLETED, False)


def test_those_who_may_decide_are_told_once_and_not_when_it_is_decided(
    office: HeadOffice, kiosk: TestKiosk, due: Document, desk: Desk, clock: Clock, tmp_path: Path
) -> None:
    def told() -> set[str]:
        letterbox = Letterbox()
        letterbox.run(office, clock())
        page = f"/documents/{due.id}/copies"
        return {one.to for one in letterbox.messages if page in one.text and page in one.html}

    held_final(office, kiosk, due, tmp_path)
    assert told() == {"administrator@sygnet.example", "director@sygnet.example"}
    assert told() == set()
    clock.forward(seconds=20)
    second = kiosk.sign(due, tmp_path)
    kiosk.report(kiosk.deliver(due, second))
    desk.accept(due, second)
    assert told() == set()


@pytest.mark.parametrize("where", ["here", "there"])
def test_an_accepted_turn_is_what_the_next_client_signs(
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    other_kiosk: TestKiosk,
    pdf: bytes,
    desk: Desk,
    clock: Clock,
    tmp_path: Path,
    where: str,
) -> None:
    next_kiosk = kiosk if where == "here" else other_kiosk
    due = send(office, people, pdf, clock, kiosk, next_kiosk)
    signed = held_turn(office, kiosk, due, tmp_path, clock)
    desk.accept(due, signed)
    after = document_of(office, due.id)
    assert (after.state, after.turn, after.undecided) == (State.DUE, 1, False)
    row = next_kiosk.ledger.rows_after(next_kiosk.id, 0, 99)[-1].record
    assert isinstance(row, DocumentDue)
    assert (row.client_index, row.client_name) == (1, SECOND)
    assert next_kiosk.ledger.blob(next_kiosk.id, row.pdf_sha256) == signed
    with pytest.raises(Refused) as refused:
        desk.take_back(due, signed)
    assert refused.value.code == "turn_goes_on"


def test_after_a_rejected_turn_the_client_signs_again_with_codes_of_the_next_generation(
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    desk: Desk,
    clock: Clock,
    tmp_path: Path,
) -> None:
    due = send(office, people, pdf, clock, kiosk, kiosk)
    links(office, clock)
    rejected = held_turn(office, kiosk, due, tmp_path, clock)
    desk.reject(due, rejected)
    again = document_of(office, due.id)
    assert (again.state, again.turn, again.undecided) == (State.DUE, 0, False)
    withdrawn, row = (one.record for one in kiosk.ledger.rows_after(kiosk.id, 0, 99)[-2:])
    assert withdrawn == DocumentWithdrawn(due.id, "rejected")
    assert isinstance(row, DocumentDue)
    assert (row.client_index, row.code_generation) == (0, 2)
    letterbox = Letterbox()
    letterbox.run(office, clock())
    assert any("Zolcinski" in one.text and "/m/" in one.text for one in letterbox.messages)
    clock.forward(minutes=1)
    turn = take_turn(office, kiosk, again, tmp_path, clock)
    second = document_of(office, due.id)
    final = kiosk.sign(second, tmp_path, earlier=[turn])
    accepted = accepted_code(office, kiosk, second, 1, clock)
    kiosk.report(accepted, kiosk.deliver(second, final))
    assert document_of(office, due.id).state is State.COMPLETED
    assert desk.kept(due, rejected, "turn")  # evidence outlives the completion


def test_a_rejected_turn_can_be_held_again_until_the_client_has_signed_anew(
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    desk: Desk,
    clock: Clock,
    tmp_path: Path,
) -> None:
    due = send(office, people, pdf, clock, kiosk, kiosk)
    turn = held_turn(office, kiosk, due, tmp_path, clock)
    desk.reject(due, turn)
    desk.take_back(due, turn)
    assert document_of(office, due.id).quarantined
    assert kiosk.ledger.rows_after(kiosk.id, 0, 99)[-1].record == DocumentWithdrawn(
        due.id, "quarantined"
    )
    desk.reject(due, turn)
    take_turn(office, kiosk, document_of(office, due.id), tmp_path, clock)
    before = everything(office)
    with pytest.raises(Refused) as refused:
        desk.take_back(due, turn)
    assert refused.value.code == "held_passed_by"
    assert everything(office) == before


def test_a_second_turn_that_is_rejected_lets_the_next_client_go_on_with_the_first(
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    desk: Desk,
    clock: Clock,
    tmp_path: Path,
) -> None:
    due = send(office, people, pdf, clock, kiosk, kiosk)
    take_turn(office, kiosk, due, tmp_path, clock)
    again, said = kiosk.sign_turn(due, tmp_path)
    kiosk.report(kiosk.deliver_turn(due, again, said))
    held = document_of(office, due.id)
    with pytest.raises(Refused) as refused:
        desk.accept(due, again)
    assert refused.value.code == "held_passed_by"
    desk.reject(due, again)
    after = document_of(office, due.id)
    assert (after.turn, after.undecided, after.revision) == (1, False, held.revision)
    row = kiosk.ledger.rows_after(kiosk.id, 0, 99)[-1].record
    assert isinstance(row, DocumentDue)
    assert (row.client_index, row.code_generation) == (1, 1)


def test_a_turn_that_was_altered_cannot_be_accepted(
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    desk: Desk,
    clock: Clock,
    tmp_path: Path,
) -> None:
    due = send(office, people, pdf, clock, kiosk, kiosk)
    signed, turn = kiosk.sign_turn(due, tmp_path)
    altered = signed + b"\n% and one thing more\n"
    accepted = accepted_code(office, kiosk, due, 0, clock)
    kiosk.report(accepted, kiosk.deliver_turn(due, altered, turn))
    before = everything(office)
    with pytest.raises(Refused) as refused:
        desk.accept(due, altered)
    assert refused.value.code == "held_not_genuine"
    assert everything(office) == before


def test_a_turn_signed_after_a_cancellation_can_count_and_the_next_client_goes_on(
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    desk: Desk,
    clock: Clock,
    tmp_path: Path,
) -> None:
    due = send(office, people, pdf, clock, kiosk, kiosk)
    accepted = accepted_code(office, kiosk, due, 0, clock)
    preparation.cancel_document(office, due.id, Actor(people.operator.id), clock())
    signed, turn = kiosk.sign_turn(due, tmp_path)
    kiosk.report(accepted, kiosk.deliver_turn(due, signed, turn))
    assert document_of(office, due.id).state is State.SIGNED_AFTER_CANCEL
    desk.accept(due, signed)
    after = document_of(office, due.id)
    assert (after.state, after.turn) == (State.DUE, 1)
    final = kiosk.sign(after, tmp_path, earlier=[turn])
    kiosk.report(accepted_code(office, kiosk, after, 1, clock), kiosk.deliver(after, final))
    assert document_of(office, due.id).state is State.COMPLETED


def test_a_turn_that_came_after_the_deadline_cannot_count(
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    desk: Desk,
    clock: Clock,
    tmp_path: Path,
) -> None:
    deadline = clock() + timedelta(hours=1)
    due = send(office, people, pdf, clock, kiosk, kiosk, deadline=deadline)
    clock.forward(days=2)
    expire_documents(office, clock())
    signed, turn = kiosk.sign_turn(due, tmp_path)
    kiosk.report(kiosk.deliver_turn(due, signed, turn))
    before = everything(office)
    with pytest.raises(Refused) as refused:
        desk.accept(due, signed)
    assert refused.value.code == "held_too_late"
    assert everything(office) == before
