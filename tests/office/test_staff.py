"""People of the front desk: invited, known to their kiosks alone, put aside, given another PIN."""

from __future__ import annotations

import logging
import re

import httpx
import pytest
from sqlalchemy import select

from office import people as people_module
from office import tables
from office.application import create_app
from office.errors import NotFound, Refused
from office.head_office import HeadOffice
from office.history import Actor
from office.people import Person
from office.staff import (
    INVITATION_LIFE,
    NewStaff,
    Staff,
    add_staff,
    change_staff,
    find_staff,
    invite,
    set_staff_active,
)
from office.staff_pins import choose_pin
from sync.staff import StaffRight
from tests.office.town_hall import PASSWORD, Clock, Letterbox, People, TestKiosk
from tests.visitor import Visitor

PIN = "482917"
ADDRESS = "http://office.example"
RIGHTS = frozenset({StaffRight.CHECK_IDENTITY})


def hire(
    office: HeadOffice, clock: Clock, *kiosks: str, email: str = "ewa@sygnet.example"
) -> Staff:
    new = NewStaff("Ewa Górska", email, "pl", RIGHTS, frozenset(kiosks))
    return add_staff(office, new, Actor(), clock())


def token_in(letterbox: Letterbox) -> str:
    found = re.search(r"/pin/([\w-]+)", letterbox.messages[-1].text)
    assert found
    return found.group(1)


def with_pin(
    office: HeadOffice, clock: Clock, letterbox: Letterbox, *kiosks: str, pin: str = PIN
) -> Staff:
    person = hire(office, clock, *kiosks)
    letterbox.run(office, clock())
    choose_pin(office, token_in(letterbox), pin, pin, clock())
    return person


def at(kiosk: TestKiosk) -> list[str]:
    """Who can enter at a kiosk, as the kiosk opens it."""
    reply = kiosk.ledger.staff(kiosk.id)
    assert reply.version == kiosk.ledger.staff_version(kiosk.id)
    return [one.staff_id for one in reply.open(kiosk.id, kiosk.box_key).members]


def test_whoever_is_invited_chooses_a_pin_that_only_their_kiosk_gets(
    office: HeadOffice, clock: Clock, letterbox: Letterbox, kiosk: TestKiosk
) -> None:
    other = TestKiosk(office, clock, "Warszawa")
    other.enrol()
    person = hire(office, clock, kiosk.id)
    assert (at(kiosk), kiosk.ledger.staff_version(kiosk.id)) == ([], 0)
    letterbox.run(office, clock())
    choose_pin(office, token_in(letterbox), PIN, PIN, clock())
    assert (at(kiosk), at(other)) == ([person.id], [])
    (member,) = kiosk.ledger.staff(kiosk.id).open(kiosk.id, kiosk.box_key).members
    assert (member.name, member.rights) == ("Ewa Górska", RIGHTS)
    assert people_module.HASHER.verify(member.pin_hash, PIN)


def test_a_link_works_once_and_for_a_week_and_only_the_newest_one(
    office: HeadOffice, clock: Clock, letterbox: Letterbox, kiosk: TestKiosk
) -> None:
    person = hire(office, clock, kiosk.id)
    letterbox.run(office, clock())
    first = token_in(letterbox)
    invite(office, person.id, Actor(), clock())
    letterbox.run(office, clock())
    second = token_in(letterbox)
    with pytest.raises(NotFound, match="no_such_invitation"):
        choose_pin(office, first, PIN, PIN, clock())
    clock.now += INVITATION_LIFE
    with pytest.raises(NotFound, match="no_such_invitation"):
        choose_pin(office, second, PIN, PIN, clock())
    invite(office, person.id, Actor(), clock())
    letterbox.run(office, clock())
    third = token_in(letterbox)
    choose_pin(office, third, PIN, PIN, clock())
    with pytest.raises(NotFound, match="no_such_invitation"):
        choose_pin(office, third, "718293", "718293", clock())


@pytest.mark.parametrize(
    ("pin", "again", "code"),
    [
        ("12345", "12345", "bad_pin"),
        ("1234567890123", "1234567890123", "bad_pin"),
        ("48291x", "48291x", "bad_pin"),
        ("٤٨٢٩١٧", "٤٨٢٩١٧", "bad_pin"),
        ("", "", "bad_pin"),
        ("345678", "345678", "simple_pin"),
        ("987654", "987654", "simple_pin"),
        ("112112", "112112", "simple_pin"),
        (PIN, "482918", "pins_differ"),
    ],
)
def test_a_pin_that_is_short_or_easy_or_mistyped_is_refused(
    office: HeadOffice,
    clock: Clock,
    letterbox: Letterbox,
    kiosk: TestKiosk,
    pin: str,
    again: str,
    code: str,
) -> None:
    person = hire(office, clock, kiosk.id)
    letterbox.run(office, clock())
    with pytest.raises(Refused, match=code):
        choose_pin(office, token_in(letterbox), pin, again, clock())
    with office.database.read() as connection:
        assert not find_staff(connection, person.id).has_pin
    assert kiosk.ledger.staff_version(kiosk.id) == 0


def test_who_is_put_aside_moved_or_invited_anew_is_gone_from_the_kiosk(
    office: HeadOffice, clock: Clock, letterbox: Letterbox, kiosk: TestKiosk
) -> None:
    person = with_pin(office, clock, letterbox, kiosk.id)
    versions = [kiosk.ledger.staff_version(kiosk.id)]

    def changed() -> list[str]:
        versions.append(kiosk.ledger.staff_version(kiosk.id))
        assert versions[-1] > versions[-2]
        return at(kiosk)

    set_staff_active(office, person.id, False, Actor(), clock())
    assert changed() == []
    with pytest.raises(Refused, match="put_aside"):
        invite(office, person.id, Actor(), clock())
    set_staff_active(office, person.id, True, Actor(), clock())
    assert changed() == [person.id]
    change_staff(office, person.id, RIGHTS, frozenset(), Actor(), clock())
    assert changed() == []
    change_staff(office, person.id, RIGHTS, frozenset({kiosk.id}), Actor(), clock())
    assert changed() == [person.id]
    invite(office, person.id, Actor(), clock())
    assert changed() == []


def test_a_refused_change_changes_nothing(
    office: HeadOffice, clock: Clock, kiosk: TestKiosk
) -> None:
    hire(office, clock, kiosk.id)
    with pytest.raises(Refused, match="email_taken"):
        hire(office, clock, kiosk.id)
    with pytest.raises(NotFound, match="no_such_kiosk"):
        hire(office, clock, "k-none", email="other@sygnet.example")
    with office.database.read() as connection:
        assert len(connection.execute(select(tables.staff)).all()) == 1


def test_neither_pin_nor_link_is_in_a_log_or_a_table(
    office: HeadOffice,
    clock: Clock,
    letterbox: Letterbox,
    kiosk: TestKiosk,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    hire(office, clock, kiosk.id)
    letterbox.run(office, clock())
    token = token_in(letterbox)
    visitor = Visitor(
        httpx.Client(transport=httpx.WSGITransport(app=create_app(office, clock)), base_url=ADDRESS)
    )
    page = visitor.visit(f"/pin/{token}")
    done = visitor.submit(page, f"/pin/{token}", {"pin": PIN, "again": PIN})
    assert PIN not in done.text
    visitor.visit(f"/pin/{token}", expect=404)
    assert PIN not in caplog.text
    assert token not in "".join(
        one.getMessage() for one in caplog.records if "httpx" not in one.name
    )
    with office.database.read() as connection:
        for table in (tables.staff, tables.jobs, tables.events):
            for row in connection.execute(select(table)):
                assert PIN not in str(row)
                assert token not in str(row)


def test_only_an_administrator_sees_and_changes_the_front_desk(
    office: HeadOffice, clock: Clock, people: People, kiosk: TestKiosk, letterbox: Letterbox
) -> None:
    app = create_app(office, clock)

    def browser(person: Person) -> Visitor:
        client = httpx.Client(transport=httpx.WSGITransport(app=app), base_url=ADDRESS)
        visitor = Visitor(client, language="pl")
        page = visitor.visit("/sign-in")
        visitor.submit(page, "/sign-in", {"email": person.email, "password": PASSWORD})
        return visitor

    for person in (people.operator, people.director):
        browser(person).visit("/front-desk", expect=403)
    admin = browser(people.administrator)
    page = admin.visit("/front-desk")
    given: dict[str, str | list[str]] = {
        "name": "Ewa Górska",
        "email": "ewa@sygnet.example",
        "language": "uk",
        "right": ["check_identity"],
        "kiosk": [kiosk.id],
    }
    page = admin.submit(page, "/front-desk", given)
    assert "Ewa Górska" in page.words
    letterbox.run(office, clock())
    assert letterbox.messages[-1].to == "ewa@sygnet.example"
    with office.database.read() as connection:
        (row,) = connection.execute(select(tables.staff)).all()
        assert find_staff(connection, row.id).kiosk_ids == {kiosk.id}
