"""Fixtures of head office: each test has its own data folder, keys and people."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from office import trust
from office.head_office import HeadOffice, create_head_office
from office.history import Actor
from office.people import NewPerson, Person, Role, add_person, find_person
from office.settings import Settings
from tests.office.town_hall import PASSWORD, Clock, Letterbox, People, TestKiosk


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_folder=tmp_path / "office", public_url="http://office.example")


@pytest.fixture
def office(settings: Settings, clock: Clock) -> Iterator[HeadOffice]:
    opened = create_head_office(settings, "Zielony Most sp. z o.o.", "PL", clock(), {})
    yield opened
    opened.close()


@pytest.fixture
def people(office: HeadOffice, clock: Clock) -> People:
    def hire(name: str, role: Role) -> Person:
        with office.database.write() as connection:
            new = NewPerson(f"{role.value}@sygnet.example", name, role, "pl", PASSWORD)
            person = add_person(connection, new, Actor(), clock())
            if role is Role.DIRECTOR:
                trust.certify_director(office, connection, person, clock())
                trust.publish(office, connection, clock())
            return find_person(connection, person.id)

    return People(
        administrator=hire("Anna Zarzycka", Role.ADMINISTRATOR),
        operator=hire("Marta Nowak", Role.OPERATOR),
        director=hire("Jan Kowalczyk", Role.DIRECTOR),
    )


@pytest.fixture
def kiosk(office: HeadOffice, clock: Clock) -> TestKiosk:
    enrolled = TestKiosk(office, clock)
    enrolled.enrol()
    return enrolled


@pytest.fixture
def letterbox() -> Letterbox:
    return Letterbox()


@pytest.fixture(scope="session")
def pdf() -> bytes:
    """A contract of two pages."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    for page in (1, 2):
        canvas.drawString(72, 720, f"Umowa najmu lokalu, strona {page}")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()
