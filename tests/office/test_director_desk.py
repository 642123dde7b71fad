"""The director's queue: codes bound to a choice of files, signing one or many."""

from __future__ import annotations

import io

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from office import preparation
from office.director_desk import (
    locked_directors,
    request_director_code,
    sign_documents,
    unlock_director,
)
from office.documents import count_waiting, waiting_for
from office.errors import NotFound, Refused
from office.head_office import HeadOffice
from office.history import Actor
from office.lifecycle import State
from tests.office.town_hall import Clock, Letterbox, People, TestKiosk, document_of, draft


@pytest.fixture
def waiting(
    office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock
) -> list[str]:
    """Two documents in the director's queue."""
    ids = []
    for number in ("A/1", "A/2"):
        document_id = draft(office, people, kiosk, pdf, clock(), number=number)
        preparation.send_to_director(office, document_id, Actor(people.operator.id), clock())
        clock.forward(minutes=1)
        ids.append(document_id)
    return ids


def refusal_of(office: HeadOffice, people: People, ids: list[str], code: str, clock: Clock) -> str:
    with pytest.raises(Refused) as refusal:
        sign_documents(office, people.director, ids, code, clock())
    assert all(document_of(office, one).state is State.SENT for one in ids)
    return refusal.value.code


def test_one_code_signs_several_documents(
    office: HeadOffice, people: People, waiting: list[str], letterbox: Letterbox, clock: Clock
) -> None:
    with office.database.read() as connection:
        assert [one.id for one in waiting_for(connection, people.director.id)] == waiting
    request_director_code(office, people.director, waiting, clock())
    letterbox.run(office, clock())
    signed = sign_documents(office, people.director, waiting, letterbox.code(), clock())
    assert sorted(signed) == sorted(waiting)
    for document_id in waiting:
        document = document_of(office, document_id)
        assert document.state is State.DUE
        with office.database.read() as connection:
            data = office.blobs.get(connection, document_id, "director")
        signatures = PdfFileReader(io.BytesIO(data)).embedded_signatures
        assert [signature.field_name for signature in signatures] == ["Director"]
        assert signatures[0].signer_cert.subject.native["common_name"] == "Jan Kowalczyk"
    with office.database.read() as connection:
        assert count_waiting(connection, people.director.id) == 0


def test_a_code_is_only_for_the_documents_it_was_asked_for(
    office: HeadOffice, people: People, waiting: list[str], letterbox: Letterbox, clock: Clock
) -> None:
    request_director_code(office, people.director, waiting[:1], clock())
    letterbox.run(office, clock())
    assert refusal_of(office, people, waiting, letterbox.code(), clock) == "code_wrong"


def test_a_code_is_refused_after_five_minutes(
    office: HeadOffice, people: People, waiting: list[str], letterbox: Letterbox, clock: Clock
) -> None:
    expires_at = request_director_code(office, people.director, waiting, clock())
    letterbox.run(office, clock())
    clock.now = expires_at
    assert refusal_of(office, people, waiting, letterbox.code(), clock) == "code_expired"


def test_two_codes_in_the_same_five_seconds_both_work_for_their_own_documents(
    office: HeadOffice, people: People, waiting: list[str], clock: Clock
) -> None:
    for document_id in waiting:
        letterbox = Letterbox()
        request_director_code(office, people.director, [document_id], clock())
        letterbox.run(office, clock())
        sign_documents(office, people.director, [document_id], letterbox.code(), clock())
        assert document_of(office, document_id).state is State.DUE


def test_five_wrong_codes_lock_the_director_until_an_administrator_unlocks(
    office: HeadOffice, people: People, waiting: list[str], letterbox: Letterbox, clock: Clock
) -> None:
    request_director_code(office, people.director, waiting, clock())
    letterbox.run(office, clock())
    for _ in range(5):
        assert refusal_of(office, people, waiting, "00000000", clock) == "code_wrong"
        clock.forward(seconds=15)
    assert refusal_of(office, people, waiting, letterbox.code(), clock) == "code_locked"
    with office.database.read() as connection:
        assert locked_directors(connection) == {people.director.id}
    unlock_director(office, people.director.id, Actor(people.administrator.id), clock())
    assert refusal_of(office, people, waiting, letterbox.code(), clock) == "code_wrong"
    clock.forward(seconds=15)
    request_director_code(office, people.director, waiting, clock())
    letterbox.run(office, clock())
    sign_documents(office, people.director, waiting, letterbox.code(), clock())


def test_asking_for_another_choice_does_not_give_new_tries(
    office: HeadOffice, people: People, waiting: list[str], clock: Clock
) -> None:
    for number in range(5):
        choice = waiting[: 1 + number % 2]
        request_director_code(office, people.director, choice, clock())
        refusal_of(office, people, choice, "00000000", clock)
        clock.forward(seconds=15)
    with pytest.raises(Refused) as refusal:
        request_director_code(office, people.director, waiting, clock())
    assert refusal.value.code == "code_locked"


def test_letters_are_not_a_try(
    office: HeadOffice, people: People, waiting: list[str], clock: Clock
) -> None:
    request_director_code(office, people.director, waiting, clock())
    for _ in range(8):
        assert refusal_of(office, people, waiting, "abc", clock) == "code_malformed"
        clock.forward(seconds=15)


def test_somebody_elses_documents_do_not_exist(
    office: HeadOffice, people: People, waiting: list[str], clock: Clock
) -> None:
    with pytest.raises(NotFound):
        request_director_code(office, people.operator, waiting, clock())


def test_nothing_chosen_is_said(office: HeadOffice, people: People, clock: Clock) -> None:
    with pytest.raises(Refused) as refusal:
        request_director_code(office, people.director, [], clock())
    assert refusal.value.code == "nothing_chosen"
