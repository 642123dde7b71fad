"""A company, a machine with clocks to turn, and a kiosk of that company."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.application import Parts, create_app, parts_of, stop
from kiosk.settings import Settings
from tests.kiosk.company import ADDRESS, Company
from tests.kiosk.machine import START, Machine


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def company(tmp_path: Path) -> Company:
    folder = tmp_path / "office"
    folder.mkdir()
    return Company(folder, START)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "kiosk", office_url=ADDRESS, working_folder=tmp_path / "working")


@pytest.fixture
def fresh_app(settings: Settings, machine: Machine, company: Company) -> Iterator[Flask]:
    """A kiosk that head office does not know yet."""
    app = create_app(settings, machine.time(), company.client())
    yield app
    stop(app)


@pytest.fixture
def app(fresh_app: Flask, company: Company) -> Flask:
    """A kiosk that is enrolled and has exchanged once."""
    head_office = parts_of(fresh_app).head_office
    head_office.enrol(company.enrolment_code())
    head_office.exchange()
    return fresh_app


@pytest.fixture
def kiosk(app: Flask) -> Parts:
    return parts_of(app)


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """Somebody before the screen, without scripts and without CSRF tokens."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()
