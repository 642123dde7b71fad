"""The kiosk's second port: it is there only where it was asked for, and shows one page only."""

from __future__ import annotations

from pathlib import Path

import httpx
from flask import Flask

from kiosk.application import create_app, stop
from kiosk.door_application import open_door
from kiosk.settings import Settings
from tests.kiosk.company import ADDRESS, Company
from tests.kiosk.machine import Machine


def test_phones_reach_the_pages_of_the_door_and_nothing_else_of_the_kiosk(
    tmp_path: Path, machine: Machine, company: Company
) -> None:
    settings = Settings(
        tmp_path / "kiosk",
        office_url=ADDRESS,
        working_folder=tmp_path / "work",
        picture_url="https://kiosk.example/",
        picture_port=0,
    )
    app = create_app(settings, machine.time(), company.client())
    door = open_door(app)
    assert door is not None
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{door.port}") as phone:
            unknown = phone.get("/ceremony/p/AbCdEfGhIjKlMnOpQrStUv")
            assert unknown.status_code == 404
            assert "no-store" in unknown.headers["Cache-Control"]
            assert phone.get("/ceremony/static/sygnet.css").status_code == 200
            for path in ("/", "/find", "/status", "/verify", "/ceremony/confirm", "/healthz"):
                assert phone.get(path).status_code == 404, path
    finally:
        door.close()
        stop(app)


def test_a_kiosk_without_an_address_for_phones_opens_no_second_port(app: Flask) -> None:
    assert open_door(app) is None
