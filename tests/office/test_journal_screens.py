"""The administrator's page of journals."""

from __future__ import annotations

from sqlalchemy import update

from office import tables
from office.application import create_app
from office.head_office import HeadOffice
from office.journal_trees import take_own_events
from tests.office.test_key_screens import opened
from tests.office.town_hall import Clock, People, TestKiosk


def test_the_page_says_how_each_journal_stands_and_what_was_changed(
    office: HeadOffice, people: People, kiosk: TestKiosk, clock: Clock
) -> None:
    app = create_app(office, clock)
    administrator = opened(app, people.administrator)
    page = administrator.visit("/journals")
    assert "Not signed yet" in page.words
    with office.database.write() as connection:
        take_own_events(connection)
    page = administrator.submit(page, "/journals/check")
    assert "Every line of every journal is the one that was signed for." in page.words
    with office.database.write() as connection:
        connection.execute(update(tables.events).values(kind="nothing"))
    page = administrator.submit(page, "/journals/check", expect=409)
    assert "Head office" in page.words
    assert "A line or a hash in this database was changed or lost." in page.words
    for person in (people.operator, people.director):
        opened(app, person).visit("/journals", expect=403)
