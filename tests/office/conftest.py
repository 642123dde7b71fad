"""Fixtures of head office: each test has its own data folder, keys and people."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import argon2
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from office import people as people_module
from office import sessions, trust
from office.head_office import HeadOffice, create_head_office, open_head_office
from office.history import Actor
from office.people import NewPerson, Role, add_person, list_people
from office.settings import Settings
from tests.office.town_hall import PASSWORD, Clock, Letterbox, People, TestKiosk

NAMES = {
    Role.ADMINISTRATOR: "Anna Zarzycka",
    Role.OPERATOR: "Marta Nowak",
    Role.DIRECTOR: "Jan Kowalczyk",
}


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Let argon2id take a millisecond: the tests try hundreds of passwords."""
    hasher = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(people_module, "HASHER", hasher)
        patched.setattr(sessions, "_NOBODYS_HASH", hasher.hash("nobody"))
        yield


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_folder=tmp_path / "office", public_url="http://office.example")


@pytest.fixture(scope="session")
def templates(cheap_passwords: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two head offices made once, to be copied: one without anybody, one with its people."""
    folder = tmp_path_factory.mktemp("templates")
    now = Clock()()
    for name in ("bare", "staffed"):
        settings = Settings(data_folder=folder / name)
        made = create_head_office(settings, "Zielony Most sp. z o.o.", "PL", now, {})
        if name == "staffed":
            for role, person_name in NAMES.items():
                hire(made, role, person_name, now)
        made.close()
    return folder


def hire(office: HeadOffice, role: Role, name: str, now: datetime) -> None:
    with office.database.write() as connection:
        new = NewPerson(f"{role.value}@sygnet.example", name, role, "pl", PASSWORD)
        person = add_person(connection, new, Actor(), now)
        if role is Role.DIRECTOR:
            trust.certify_director(office, connection, person, now)
            trust.publish(office, connection, now)


def staffed_office(settings: Settings, now: datetime) -> HeadOffice:
    """A head office made at a given time, for commands that look at the machine's own clock."""
    made = create_head_office(settings, "Zielony Most sp. z o.o.", "PL", now, {})
    for role, name in NAMES.items():
        hire(made, role, name, now)
    return made


@pytest.fixture
def office(
    request: pytest.FixtureRequest, settings: Settings, templates: Path
) -> Iterator[HeadOffice]:
    """A head office; with its people when the test asks for them."""
    name = "staffed" if "people" in request.fixturenames else "bare"
    shutil.copytree(templates / name, settings.data_folder)
    opened = open_head_office(settings, {})
    yield opened
    opened.close()


@pytest.fixture
def people(office: HeadOffice) -> People:
    with office.database.read() as connection:
        administrator, operator, director = (list_people(connection, role)[0] for role in NAMES)
    return People(administrator, operator, director)


@pytest.fixture
def kiosk(office: HeadOffice, clock: Clock) -> TestKiosk:
    enrolled = TestKiosk(office, clock)
    enrolled.enrol()
    return enrolled


@pytest.fixture
def other_kiosk(office: HeadOffice, kiosk: TestKiosk, clock: Clock) -> TestKiosk:
    enrolled = TestKiosk(office, clock, "Gdańsk, Długa 8")
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
