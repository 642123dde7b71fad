"""Checking at the kiosk: the verdict in words, written down without names, nothing else changed."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.application import Parts
from sync.records import EventKind, JournalEvent
from tests.keyboards import typed_on
from tests.kiosk.client import arrive, sign
from tests.kiosk.company import CLIENT, TITLE, Company
from tests.kiosk.pictures import empty_picture, huge_picture, picture_of


class Signed:
    """A document that was signed at the kiosk."""

    def __init__(self, kiosk: Parts, company: Company) -> None:
        record = arrive(kiosk, company)
        sealed = sign(kiosk, company, record)
        self.document_id = record.document_id
        self.text = sealed.text
        self.pdf = kiosk.desk.sealed_pdf(record.document_id) or b""


@pytest.fixture
def signed(kiosk: Parts, company: Company) -> Signed:
    return Signed(kiosk, company)


def check_file(browser: FlaskClient, content: bytes, name: str = "x.pdf") -> tuple[int, str]:
    """Choose a file; status and page."""
    answer = browser.post("/verify/file", data={"file": (io.BytesIO(content), name)})
    return answer.status_code, answer.text


def everything(kiosk: Parts) -> dict[str, object]:
    """Every row of every table, and the names of every file."""
    store, folder = kiosk.terminal.store, kiosk.terminal.settings.documents_folder
    found: dict[str, object] = {
        name: store.rows(f"SELECT * FROM {name}")  # noqa: S608 - names from the schema
        for (name,) in store.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")
    }
    return {**found, "files": sorted(path.name for path in folder.iterdir())}


def last_event(kiosk: Parts) -> JournalEvent:
    return kiosk.terminal.journal.waiting(100)[-1]


def test_a_genuine_file_is_called_genuine(
    browser: FlaskClient, kiosk: Parts, signed: Signed
) -> None:
    status, page = check_file(browser, signed.pdf)
    assert status == 200
    assert "verdict--genuine" in page
    assert CLIENT in page
    assert "verdict__paper" not in page
    event = last_event(kiosk)
    assert (event.kind, event.document_id) == (EventKind.VERIFIED, signed.document_id)
    assert event.body["outcome"] == "genuine"
    assert event.body["shown"] == "file"


def test_a_file_with_one_byte_changed_is_called_altered(
    browser: FlaskClient, kiosk: Parts, signed: Signed
) -> None:
    changed = bytearray(signed.pdf)
    changed[len(changed) // 3] ^= 1
    _status, page = check_file(browser, bytes(changed))
    assert "verdict--altered" in page
    assert last_event(kiosk).body["outcome"] == "altered"


def test_a_code_alone_says_that_the_pages_were_not_seen(
    browser: FlaskClient, kiosk: Parts, signed: Signed
) -> None:
    frame = picture_of(signed.text)
    answer = browser.post("/verify/frame", data=frame, content_type="image/jpeg").get_json()
    assert "verdict--genuine" in answer["html"]
    assert "verdict__paper" in answer["html"]
    assert last_event(kiosk).body["shown"] == "code"


def test_the_same_code_is_judged_and_written_down_once(
    browser: FlaskClient, kiosk: Parts, signed: Signed
) -> None:
    frame = picture_of(signed.text)
    first = browser.post("/verify/frame", data=frame, content_type="image/jpeg").get_json()
    written = kiosk.terminal.journal.count_waiting()
    url = f"/verify/frame?shown={first['name']}"
    assert browser.post(url, data=frame, content_type="image/jpeg").get_json() == {"same": True}
    assert kiosk.terminal.journal.count_waiting() == written


def test_a_scanner_gives_the_same_verdict(browser: FlaskClient, signed: Signed) -> None:
    answer = browser.post("/verify/text", json={"text": signed.text}).get_json()
    assert "verdict--genuine" in answer["html"]


def test_a_scanner_on_a_german_keyboard_gives_it_too(browser: FlaskClient, signed: Signed) -> None:
    typed = typed_on("de", signed.text)
    assert typed.startswith("HTTPSÖ--")
    answer = browser.post("/verify/text", json={"text": typed}).get_json()
    assert "verdict--genuine" in answer["html"]


def test_a_photo_of_the_code_as_a_file_is_checked_too(
    browser: FlaskClient, kiosk: Parts, signed: Signed
) -> None:
    _status, page = check_file(browser, picture_of(signed.text, "PNG"), "code.png")
    assert "verdict--genuine" in page
    assert "verdict__paper" in page
    assert last_event(kiosk).body["shown"] == "picture"


@pytest.mark.parametrize("length", [30, 100, 400])
def test_a_code_that_is_cut_short_is_not_genuine(
    browser: FlaskClient, signed: Signed, length: int
) -> None:
    answer = browser.post("/verify/text", json={"text": signed.text[:length]}).get_json()
    assert "verdict--genuine" not in answer["html"]


def test_a_code_of_something_else_cannot_be_told(browser: FlaskClient) -> None:
    frame = picture_of("https://example.com/menu")
    answer = browser.post("/verify/frame", data=frame, content_type="image/jpeg").get_json()
    assert "verdict--cannot_tell" in answer["html"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"hello", "not_verifiable"),
        (b"PK\x03\x04" + bytes(500), "not_verifiable"),
        (empty_picture(), "no_code_in_picture"),
        (huge_picture(), "too_many_pixels"),
        (picture_of("x")[:300], "broken_picture"),
    ],
)
def test_what_cannot_be_checked_gets_a_sentence_and_a_code_and_changes_nothing(
    browser: FlaskClient, kiosk: Parts, content: bytes, code: str
) -> None:
    before = everything(kiosk)
    status, page = check_file(browser, content)
    assert status == 422
    assert code in page
    assert everything(kiosk) == before


def test_a_broken_pdf_is_judged_not_crashed_on(browser: FlaskClient) -> None:
    status, page = check_file(browser, b"%PDF-1.7\n" + b"garbage " * 50)
    assert status == 200
    assert "verdict--cannot_tell" in page


def test_a_missing_field_is_an_empty_file(browser: FlaskClient) -> None:
    answer = browser.post("/verify/file", data={})
    assert answer.status_code == 422
    assert "empty_file" in answer.text


def test_the_journal_holds_no_names(browser: FlaskClient, kiosk: Parts, signed: Signed) -> None:
    check_file(browser, signed.pdf)
    line = last_event(kiosk).canonical().decode()
    assert CLIENT not in line
    assert TITLE not in line


def test_the_trust_list_and_its_time_are_always_shown(browser: FlaskClient) -> None:
    page = browser.get("/verify").text
    assert "Lista zaufania" in page
    assert "stan na" in page


def test_without_a_trust_list_nothing_is_judged(
    browser: FlaskClient, kiosk: Parts, signed: Signed
) -> None:
    settings = kiosk.terminal.settings
    settings.trust_folder.rename(settings.data_folder / "elsewhere")
    kiosk.terminal.trust.forget()
    status, page = check_file(browser, signed.pdf)
    assert status == 422
    assert "trust_files_missing" in page
    assert "Brak listy zaufania" in page


def test_a_file_over_the_limit_is_refused(app: Flask, browser: FlaskClient) -> None:
    answer = browser.post(
        "/verify/file",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(200 * 1024 * 1024)},
    )
    assert answer.status_code == 413
    assert "request_too_large" in answer.text
