"""Signing in: right and wrong passwords, limits, sessions that end."""

from __future__ import annotations

import pytest

from office.errors import Refused
from office.head_office import HeadOffice
from office.history import Actor
from office.people import NewPerson, Role, add_person, set_active
from office.sessions import (
    TRIES_PER_ADDRESS,
    TRIES_PER_SOURCE,
    person_of_session,
    sign_in,
    sign_out,
)
from tests.office.town_hall import PASSWORD, Clock, People


def code_of(office: HeadOffice, clock: Clock, email: str, password: str) -> str:
    with pytest.raises(Refused) as refusal:
        sign_in(office.database, email, password, "10.0.0.1", clock())
    return refusal.value.code


def test_the_right_password_opens_a_session(
    office: HeadOffice, people: People, clock: Clock
) -> None:
    person, token = sign_in(
        office.database, " Operator@Sygnet.example ", PASSWORD, "10.0.0.1", clock()
    )
    assert person == people.operator
    assert person_of_session(office.database, token, clock()) == people.operator
    assert person_of_session(office.database, token + "x", clock()) is None


def test_a_wrong_password_and_an_unknown_address_are_told_apart_by_nobody(
    office: HeadOffice, people: People, clock: Clock
) -> None:
    assert code_of(office, clock, people.operator.email, "wrong") == "sign_in_failed"
    assert code_of(office, clock, "nobody@sygnet.example", "wrong") == "sign_in_failed"


def test_too_many_failures_close_the_door_even_to_the_right_password(
    office: HeadOffice, people: People, clock: Clock
) -> None:
    for _ in range(TRIES_PER_ADDRESS):
        code_of(office, clock, people.operator.email, "wrong")
    assert code_of(office, clock, people.operator.email, PASSWORD) == "too_many_tries"
    clock.forward(minutes=16)
    sign_in(office.database, people.operator.email, PASSWORD, "10.0.0.1", clock())


def test_a_success_forgets_earlier_failures(
    office: HeadOffice, people: People, clock: Clock
) -> None:
    for _ in range(3):
        for _ in range(TRIES_PER_ADDRESS - 1):
            code_of(office, clock, people.operator.email, "wrong")
        sign_in(office.database, people.operator.email, PASSWORD, "10.0.0.1", clock())


def test_many_people_behind_one_address_can_all_sign_in(
    office: HeadOffice, people: People, clock: Clock
) -> None:
    for _ in range(TRIES_PER_SOURCE + 1):
        sign_in(office.database, people.operator.email, PASSWORD, "10.0.0.1", clock())


def test_guessing_many_addresses_from_one_place_is_stopped(
    office: HeadOffice, people: People, clock: Clock
) -> None:
    for number in range(TRIES_PER_SOURCE):
        assert code_of(office, clock, f"guess{number}@sygnet.example", "x") == "sign_in_failed"
    assert code_of(office, clock, people.operator.email, PASSWORD) == "too_many_tries"
    sign_in(office.database, people.operator.email, PASSWORD, "10.0.0.2", clock())


def test_a_session_ends_when_idle_when_old_and_when_signed_out(
    office: HeadOffice, people: People, clock: Clock
) -> None:
    email = people.operator.email
    _, idle = sign_in(office.database, email, PASSWORD, "10.0.0.1", clock())
    clock.forward(hours=2, minutes=1)
    assert person_of_session(office.database, idle, clock()) is None
    _, used = sign_in(office.database, email, PASSWORD, "10.0.0.1", clock())
    for _ in range(11):
        clock.forward(hours=1)
        assert person_of_session(office.database, used, clock()) is not None
    clock.forward(hours=1, minutes=1)
    assert person_of_session(office.database, used, clock()) is None
    _, left = sign_in(office.database, email, PASSWORD, "10.0.0.1", clock())
    sign_out(office.database, left)
    assert person_of_session(office.database, left, clock()) is None


def test_putting_a_person_aside_ends_their_session(
    office: HeadOffice, people: People, clock: Clock
) -> None:
    email = people.operator.email
    _, token = sign_in(office.database, email, PASSWORD, "10.0.0.1", clock())
    with office.database.write() as connection:
        actor = Actor(people.administrator.id)
        set_active(connection, people.operator.id, False, actor, clock())
    assert person_of_session(office.database, token, clock()) is None
    assert code_of(office, clock, email, PASSWORD) == "sign_in_failed"


def test_an_administrator_cannot_lock_themselves_out(
    office: HeadOffice, people: People, clock: Clock
) -> None:
    admin = people.administrator
    with office.database.write() as connection, pytest.raises(Refused) as refusal:
        set_active(connection, admin.id, False, Actor(admin.id), clock())
    assert refusal.value.code == "not_yourself"


@pytest.mark.parametrize(
    ("email", "name", "password", "code"),
    [
        ("not-an-address", "Ewa", PASSWORD, "bad_email"),
        ("a b@example.com", "Ewa", PASSWORD, "bad_email"),
        ("ewa@example.com", "", PASSWORD, "bad_name"),
        ("ewa@example.com", "E" * 300, PASSWORD, "bad_name"),
        ("ewa@example.com", "Ewa\u202e", PASSWORD, "bad_name"),
        ("ewa@example.com", "Ewa 😀", PASSWORD, "unsupported_letters"),
        ("ewa@example.com", "Ewa", "short", "password_too_short"),
        ("ewa@example.com", "Ewa", "x" * 300, "password_too_long"),
        ("OPERATOR@sygnet.example", "Ewa", PASSWORD, "email_taken"),
    ],
)
def test_bad_people_are_refused_with_a_reason(
    office: HeadOffice,
    people: People,
    clock: Clock,
    email: str,
    name: str,
    password: str,
    code: str,
) -> None:
    new = NewPerson(email, name, Role.OPERATOR, "pl", password)
    with office.database.write() as connection, pytest.raises(Refused) as refusal:
        add_person(connection, new, Actor(), clock())
    assert refusal.value.code == code
    assert refusal.value.next_step
