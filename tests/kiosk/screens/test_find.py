"""Finding a document: each outcome in its own words, and nothing of it changes anything."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from kiosk.application import Parts
from kiosk.screens.find import MAX_MISSES, has_check_digit
from tests.keyboards import typed_on
from tests.kiosk.client import arrive, sign
from tests.kiosk.company import Company, short_number
from tests.kiosk.machine import Machine
from tests.kiosk.pictures import empty_picture, picture_of


def look_for(browser: FlaskClient, number: str) -> tuple[int, str]:
    """Type a number; status and page."""
    answer = browser.post("/find", data={"number": number})
    return answer.status_code, answer.text


def test_a_known_number_leads_into_the_ceremony(
    browser: FlaskClient, kiosk: Parts, company: Company
) -> None:
    record = arrive(kiosk, company)
    answer = browser.post("/find", data={"number": record.short_number})
    assert (answer.status_code, answer.location) == (303, "/ceremony/confirm")
    assert browser.get("/ceremony/confirm").status_code == 200


@pytest.mark.parametrize("number", ["1", "12345678", "abcdefg", "١٢٣٤٥٦٧", "", "9" * 3000])
def test_what_is_no_number_says_so(browser: FlaskClient, number: str) -> None:
    status, page = look_for(browser, number)
    assert status == 422
    assert "Numer ma 7 cyfr." in page
    assert "number_length" in page


def test_an_unknown_number_says_so(browser: FlaskClient) -> None:
    status, page = look_for(browser, short_number(77))
    assert status == 404
    assert "Nie ma tu dokumentu o tym numerze." in page


def test_a_mistyped_number_says_so(browser: FlaskClient) -> None:
    status, page = look_for(browser, "1000013")
    assert status == 404
    assert "number_mistyped" in page


def test_after_ten_wrong_numbers_there_is_a_pause(
    browser: FlaskClient, machine: Machine, kiosk: Parts, company: Company
) -> None:
    record = arrive(kiosk, company)
    for number in range(MAX_MISSES):
        look_for(browser, short_number(100 + number))
    status, page = look_for(browser, record.short_number)
    assert status == 429
    assert "number_pause" in page
    machine.passes(121)
    assert look_for(browser, record.short_number)[0] == 303


def test_a_signed_document_says_so_and_shows_nothing_of_it(
    browser: FlaskClient, kiosk: Parts, company: Company
) -> None:
    record = arrive(kiosk, company)
    sign(kiosk, company, record)
    status, page = look_for(browser, record.short_number)
    assert status == 409
    assert "Ten dokument jest już podpisany." in page
    assert record.title not in page


@pytest.mark.parametrize(("reason", "code"), [("cancelled", "cancelled"), ("expired", "expired")])
def test_a_withdrawn_document_says_so(
    browser: FlaskClient, kiosk: Parts, company: Company, reason: str, code: str
) -> None:
    record = arrive(kiosk, company)
    company.withdraw(record, reason)
    kiosk.head_office.exchange()
    status, page = look_for(browser, record.short_number)
    assert status == 409
    assert code in page


def test_a_document_that_is_still_on_its_way_says_so(
    browser: FlaskClient, kiosk: Parts, company: Company
) -> None:
    record = company.send()
    company.ledger.kiosks["kiosk-1"].due_blobs.clear()
    kiosk.head_office.exchange()
    status, page = look_for(browser, record.short_number)
    assert status == 409
    assert "not_here_yet" in page


def test_the_code_of_a_message_before_the_camera_opens_its_document(
    browser: FlaskClient, kiosk: Parts, company: Company
) -> None:
    record = arrive(kiosk, company)
    frame = picture_of(company.link(record))
    answer = browser.post("/find/frame", data=frame, content_type="image/jpeg").get_json()
    assert answer == {"location": f"/find/open/{record.document_id}"}
    assert browser.get(answer["location"]).location == "/ceremony/confirm"


def test_the_code_of_a_message_from_a_scanner_opens_its_document(
    browser: FlaskClient, kiosk: Parts, company: Company
) -> None:
    record = arrive(kiosk, company)
    answer = browser.post("/find/text", json={"text": company.link(record)}).get_json()
    assert answer["location"].endswith(record.document_id)


@pytest.mark.parametrize("layout", ["de", "fr", "de+caps"])
def test_a_scanner_on_another_keyboard_opens_it_too(
    browser: FlaskClient, kiosk: Parts, company: Company, layout: str
) -> None:
    record = arrive(kiosk, company)
    typed = typed_on(layout, company.link(record))
    answer = browser.post("/find/text", json={"text": typed}).get_json()
    assert answer["location"].endswith(record.document_id)


def test_another_code_is_named_as_such(browser: FlaskClient) -> None:
    frame = picture_of("https://example.com/")
    answer = browser.post("/find/frame", data=frame, content_type="image/jpeg").get_json()
    assert answer["problem"]["code"] == "not_a_message_code"


def test_a_picture_without_a_code_is_no_problem(browser: FlaskClient) -> None:
    answer = browser.post("/find/frame", data=empty_picture(), content_type="image/jpeg")
    assert answer.get_json() == {}


@pytest.mark.parametrize("body", [b"", b"GIF89a", b"\x00" * 100, b"<html>"])
def test_what_is_no_picture_is_refused(browser: FlaskClient, body: bytes) -> None:
    answer = browser.post("/find/frame", data=body, content_type="image/jpeg")
    assert answer.status_code == 415
    assert answer.get_json()["problem"]["code"] == "wrong_kind_of_file"


def test_a_damaged_picture_finds_nothing(browser: FlaskClient) -> None:
    frame = picture_of("https://example.com/")[:200]
    assert browser.post("/find/frame", data=frame, content_type="image/jpeg").get_json() == {}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "null",
        '{"text": 1}',
        '{"text": "\\ud800"}',
        '{"text": "' + "x" * 9000 + '"}',
        "[" * 100_000,
    ],
)
def test_nonsense_from_a_scanner_is_refused(browser: FlaskClient, body: str) -> None:
    answer = browser.post("/find/text", data=body, content_type="application/json")
    assert answer.get_json()["problem"]["code"] == "not_a_message_code"
    checked = browser.post("/verify/text", data=body, content_type="application/json")
    assert "cannot_tell" in checked.get_json()["html"]


def test_an_unknown_id_opens_nothing(browser: FlaskClient) -> None:
    answer = browser.get("/find/open/" + "f" * 32)
    assert answer.status_code == 409
    assert "gone" in answer.text


@pytest.mark.parametrize(
    ("number", "good"), [("1000017", True), ("1000018", False), ("79927398713", True)]
)
def test_the_check_digit_is_luhns(number: str, good: bool) -> None:
    assert has_check_digit(number) is good


def test_a_plan_that_cannot_be_read_says_so(
    browser: FlaskClient, kiosk: Parts, company: Company
) -> None:
    record = replace(company.send(), plan={"clients": []})
    company.ledger.push("kiosk-1", record)
    kiosk.head_office.exchange()
    answer = browser.post("/find", data={"number": record.short_number})
    assert answer.status_code == 409
    assert "plan_malformed" in answer.text


def test_the_next_client_ends_what_the_one_before_left_open(
    browser: FlaskClient, kiosk: Parts, company: Company
) -> None:
    first = arrive(kiosk, company, 1)
    sign(kiosk, company, first)  # and their browser crashes before they press "End"
    second = arrive(kiosk, company, 2)
    browser.post("/find", data={"number": second.short_number})
    assert kiosk.desk.load(first.document_id) is None
    assert kiosk.desk.sealed_pdf(first.document_id) is None
    assert kiosk.terminal.documents.record(first.document_id) is None


def test_the_start_screen_ends_the_session_on_the_kiosk_too(
    browser: FlaskClient, kiosk: Parts, company: Company
) -> None:
    record = arrive(kiosk, company)
    browser.post("/find", data={"number": record.short_number})
    progress = kiosk.desk.load(record.document_id)
    assert progress is not None
    assert progress.ceremony_id
    browser.get("/fresh")
    assert kiosk.desk.find_by_ceremony(progress.ceremony_id) is None
