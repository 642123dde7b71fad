"""The application around the screens: languages, privacy, headers, errors, health."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlcipher3 import dbapi2 as sqlcipher

from kiosk.application import MAX_REQUEST_BYTES, Parts, create_app, parts_of, stop
from kiosk.errors import StoreError
from kiosk.settings import Settings
from tests.kiosk.client import EVIDENCE, answers, arrive, prove_identity, seal
from tests.kiosk.company import CLIENT, TITLE, Company
from tests.kiosk.machine import Machine

SCREENS = ("/", "/find", "/find/scan", "/verify", "/status")


def test_a_cookie_is_worth_nothing_on_another_device_or_after_the_next_boot(
    app: Flask, machine: Machine
) -> None:
    parts = parts_of(app)
    before = app.config["SECRET_KEY"]
    machine.restarts()
    after = parts.terminal.credential.key(f"session cookies|{parts.terminal.clock.boot_id()}")
    assert before != after


def test_a_name_that_a_stranger_turned_to_this_machine_is_refused(browser: FlaskClient) -> None:
    """DNS rebinding: the page of a stranger must not speak with the kiosk under its own name."""
    assert browser.get("/", base_url="http://127.0.0.1:8800").status_code == 200
    assert browser.get("/", base_url="http://localhost").status_code == 200
    for name in ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example"):
        refused = browser.get("/find", base_url=f"http://{name}")
        assert refused.status_code == 400
        assert "Set-Cookie" not in refused.headers


def test_a_new_kiosk_shows_nothing_but_its_enrolment(fresh_app: Flask) -> None:
    browser = fresh_app.test_client()
    for path in ("/", "/find", "/verify"):
        assert browser.get(path).location == "/enrol"
    assert "Zarejestruj ten kiosk" in browser.get("/enrol").text
    assert browser.get("/status").status_code == 200


def test_a_kiosk_is_enrolled_in_the_browser(fresh_app: Flask, company: Company) -> None:
    fresh_app.config["WTF_CSRF_ENABLED"] = False
    browser = fresh_app.test_client()
    wrong = browser.post("/enrol", data={"code": "0000-0000-0000-0000"})
    assert (wrong.status_code, "code_unknown" in wrong.text) == (422, True)
    done = browser.post("/enrol", data={"code": company.enrolment_code().lower()})
    assert (done.status_code, done.location) == (303, "/")
    assert parts_of(fresh_app).terminal.enrolled
    assert browser.get("/enrol").location == "/"


@pytest.mark.parametrize("path", SCREENS)
def test_every_screen_is_drawn_in_every_language(browser: FlaskClient, path: str) -> None:
    titles = set()
    for language in ("pl", "en", "de", "uk"):
        browser.post("/ceremony/language", data={"language": language, "return_to": "/"})
        page = browser.get(path)
        assert page.status_code == 200
        assert f'<html lang="{language}"' in page.text
        titles.add(re.sub(r"\s+", " ", page.text))
    assert len(titles) == 4


def test_polish_comes_first_whatever_the_browser_says(browser: FlaskClient) -> None:
    page = browser.get("/", headers={"Accept-Language": "en-US,en;q=0.9"})
    assert "Dzień dobry" in page.text


def test_the_next_client_starts_fresh(browser: FlaskClient) -> None:
    browser.post("/ceremony/language", data={"language": "uk", "return_to": "/"})
    browser.post("/ceremony/options", data={"toggle": "large_text", "return_to": "/"})
    answer = browser.get("/fresh")
    assert '"cookies"' in answer.headers["Clear-Site-Data"]
    page = browser.get("/").text
    assert '<html lang="pl" class=""' in page


@pytest.mark.parametrize("path", [*SCREENS, "/nowhere", "/healthz"])
def test_every_answer_has_the_strict_headers(browser: FlaskClient, path: str) -> None:
    headers = browser.get(path).headers
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Frame-Options"] == "DENY"


def test_the_cookie_is_kept_from_scripts_and_other_sites(browser: FlaskClient) -> None:
    cookie = browser.get("/").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


@pytest.mark.parametrize(
    "path", ["/find", "/find/frame", "/find/text", "/verify/frame", "/verify/file", "/enrol"]
)
def test_a_request_without_the_token_is_refused(app: Flask, path: str) -> None:
    answer = app.test_client().post(path)
    assert answer.status_code == 400
    assert "page_left_open" in answer.text


def test_an_unknown_page_has_the_products_look(browser: FlaskClient) -> None:
    answer = browser.get("/nowhere")
    assert answer.status_code == 404
    assert "Nie ma takiej strony." in answer.text
    assert "page_not_found" in answer.text
    assert browser.put("/find").status_code == 405


def test_a_fault_of_ours_shows_no_traceback(
    app: Flask,
    browser: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken() -> str:
        raise RuntimeError("secret detail")

    monkeypatch.setitem(app.view_functions, "attract.attract", broken)
    answer = browser.get("/")
    assert answer.status_code == 500
    assert "internal_error" in answer.text
    assert "secret detail" not in answer.text
    assert "test_application.py:" in caplog.text
    assert "secret detail" not in caplog.text


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left"), sqlcipher.OperationalError("full")]
)
def test_a_full_disk_costs_a_sentence_and_nothing_else(
    kiosk: Parts,
    company: Company,
    browser: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    record = arrive(kiosk, company)
    prove_identity(kiosk, company, record)

    def full(*_arguments: object) -> None:
        raise error

    monkeypatch.setattr(kiosk.terminal.documents.files.vault, "put", full)
    with pytest.raises(type(error)):
        kiosk.desk.seal(record.document_id, answers(), EVIDENCE)
    assert list(kiosk.terminal.settings.working_folder.iterdir()) == []
    assert kiosk.terminal.store.rows("SELECT * FROM sealed") == []
    monkeypatch.undo()
    assert seal(kiosk, record).claims.pages > 0
    monkeypatch.setattr(kiosk.desk, "find_by_number", full)
    answer = browser.post("/find", data={"number": record.short_number})
    assert answer.status_code == 507
    assert "storage_failed" in answer.text


def test_a_request_that_is_too_large_is_refused(browser: FlaskClient) -> None:
    answer = browser.post("/find", data={"number": "1" * (MAX_REQUEST_BYTES + 1)})
    assert answer.status_code == 413
    assert "request_too_large" in answer.text


def test_health_tells_machines_no_names(
    browser: FlaskClient, kiosk: Parts, company: Company
) -> None:
    arrive(kiosk, company)
    answer = browser.get("/healthz")
    health = answer.get_json()
    assert answer.status_code == 200
    assert health["status"] == "ok"
    assert health["documents_due"] == 1
    assert health["clock"]["assured"] is True
    assert health["trust"]["age"] == "fresh"
    assert CLIENT not in answer.text
    assert TITLE not in answer.text


def test_the_status_names_what_is_wrong(
    browser: FlaskClient, kiosk: Parts, company: Company, machine: Machine
) -> None:
    company.cable.pulled = True
    machine.passes(40 * 24 * 3600)
    page = browser.get("/status").text
    assert "state--bad" in page
    assert "niepewny" in page


def test_two_processes_never_share_a_data_folder(app: Flask, settings: Settings) -> None:
    with pytest.raises(StoreError) as refused:
        create_app(settings)
    assert refused.value.code == "folder_in_use"


def test_a_restart_ends_every_session(
    app: Flask,
    browser: FlaskClient,
    kiosk: Parts,
    company: Company,
    settings: Settings,
    machine: Machine,
) -> None:
    record = arrive(kiosk, company)
    browser.post("/find", data={"number": record.short_number})
    stop(app)
    again = create_app(settings, machine.time(), company.client())
    assert parts_of(again).desk.document(record.document_id).number == record.number
    stop(again)
