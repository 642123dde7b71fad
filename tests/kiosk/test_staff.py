"""The staff's desk at the kiosk: PINs, handing over, taking back, unlocking, cancelling."""

from __future__ import annotations

import json
import logging
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from kiosk import staff_door
from kiosk.application import Parts
from kiosk.code_entry import CodeEntry
from kiosk.documents import DocumentState
from kiosk.pin_lock import FIRST_PAUSE_SECONDS, FREE_TRIES, KIOSK_FREE_TRIES
from kiosk.staff_door import IDLE_SECONDS
from sync.records import DocumentDue, EventKind
from tests.kiosk.client import arrive
from tests.kiosk.company import CLIENT, Company
from tests.kiosk.front_desk import ANNA, ANNA_PIN, EWA, EWA_PIN, enter
from tests.kiosk.machine import Machine


@pytest.fixture
def staffed(kiosk: Parts, company: Company) -> Parts:
    company.hire(ANNA, EWA)
    kiosk.head_office.exchange()
    return kiosk


def events(kiosk: Parts, *kinds: EventKind) -> list[tuple[str, dict[str, object]]]:
    rows = kiosk.terminal.store.rows("SELECT body FROM event ORDER BY sequence")
    found = [json.loads(row[0]) for row in rows]
    return [(one["kind"], one["body"]) for one in found if one["kind"] in kinds]


def document_page(browser: FlaskClient, record: DocumentDue) -> str:
    return browser.get(f"/staff/document/{record.document_id}").text


def hand_over(browser: FlaskClient, record: DocumentDue, **form: str) -> str:
    """Hand over, as the browser follows it; returns where the client's screen is."""
    answer = browser.post(f"/staff/document/{record.document_id}/hand-over", data=form)
    assert '"cookies"' in answer.headers["Clear-Site-Data"]
    browser.delete_cookie("sygnet_kiosk")
    opened = browser.get(answer.headers["Location"])
    assert opened.status_code == 303
    return opened.headers["Location"]


# -- the door --------------------------------------------------------------------------------


def test_nobody_gets_in_without_a_pin(
    staffed: Parts, company: Company, browser: FlaskClient
) -> None:
    record = arrive(staffed, company)
    for path in ("/staff", f"/staff/document/{record.document_id}", "/staff/identity/check"):
        answer = browser.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    for act in ("hand-over", "take-back", "unlock", "cancel"):
        answer = browser.post(f"/staff/document/{record.document_id}/{act}")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert company_events(staffed) == []


def company_events(kiosk: Parts) -> list[str]:
    return [kind for kind, _ in events(kiosk, *EventKind) if kind != "enrolled"]


def test_a_right_pin_opens_the_desk_and_says_who_came(
    staffed: Parts, company: Company, browser: FlaskClient
) -> None:
    arrive(staffed, company)
    answer = enter(browser, ANNA, ANNA_PIN)
    assert answer.headers["Location"] == "/staff"
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if "sygnet_staff" in one)
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Path=/staff" in cookie
    page = browser.get("/staff")
    assert page.headers["Cache-Control"] == "no-store"
    assert CLIENT in page.text
    assert events(staffed, EventKind.STAFF_ENTERED) == [("staff_entered", {"staff": ANNA.staff_id})]


def test_wrong_pins_cost_a_pause_that_doubles_whatever_the_clock_says(
    staffed: Parts, browser: FlaskClient, machine: Machine
) -> None:
    for _ in range(FREE_TRIES):
        assert enter(browser, ANNA, "111222").status_code in {422, 429}
    assert enter(browser, ANNA, ANNA_PIN).status_code == 429
    machine.wall += timedelta(days=30)  # somebody sets the clock
    assert enter(browser, ANNA, ANNA_PIN).status_code == 429
    machine.restarts()
    assert enter(browser, ANNA, ANNA_PIN).status_code == 429
    machine.passes(FIRST_PAUSE_SECONDS + 1)
    assert enter(browser, ANNA, "111222").status_code == 429
    machine.passes(FIRST_PAUSE_SECONDS + 1)
    assert enter(browser, ANNA, ANNA_PIN).status_code == 429
    machine.passes(FIRST_PAUSE_SECONDS)
    assert enter(browser, ANNA, ANNA_PIN).status_code == 303
    paused = [body for _, body in events(staffed, EventKind.STAFF_PAUSED)]
    assert [(one["wrong"], one["seconds"]) for one in paused] == [(3, 30), (4, 60)]


def test_going_from_person_to_person_costs_the_same_pause(
    staffed: Parts, browser: FlaskClient
) -> None:
    for member in (ANNA, EWA) * (KIOSK_FREE_TRIES // 2 - 1):
        assert enter(browser, member, "111222").status_code == 422
    for member in (ANNA, EWA):
        enter(browser, member, "111222")
    assert enter(browser, EWA, EWA_PIN).status_code == 429
    assert {body["staff"] for _, body in events(staffed, EventKind.STAFF_PAUSED)} >= {""}


def test_the_try_is_on_disk_before_the_pin_is_compared(
    staffed: Parts, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = []

    def power_cut(_hash: str, _pin: str) -> bool:
        counted.extend(staffed.terminal.store.rows("SELECT subject, wrong FROM pin_try"))
        raise KeyboardInterrupt

    monkeypatch.setattr(staff_door, "_is_right", power_cut)
    with pytest.raises(KeyboardInterrupt):
        enter(browser, ANNA, ANNA_PIN)
    assert sorted(counted) == [("", 1), (ANNA.staff_id, 1)]
    assert staffed.terminal.store.rows("SELECT wrong FROM pin_try") == [(1,), (1,)]


def test_what_is_no_pin_is_not_counted(staffed: Parts, browser: FlaskClient) -> None:
    for typed in ("", "12345", "1234567890123", "abcdef", "١٢٣٤٥٦"):
        assert enter(browser, ANNA, typed).status_code == 422
    assert staffed.terminal.store.rows("SELECT * FROM pin_try") == []


def test_a_session_ends_by_itself_and_with_the_person(
    staffed: Parts, company: Company, browser: FlaskClient, machine: Machine
) -> None:
    enter(browser, ANNA, ANNA_PIN)
    for _ in range(5):
        machine.passes(IDLE_SECONDS - 1)
        assert browser.get("/staff").status_code == 200
    machine.passes(IDLE_SECONDS + 1)
    assert browser.get("/staff").status_code == 303
    enter(browser, ANNA, ANNA_PIN)
    company.hire(EWA)
    staffed.head_office.exchange()
    assert browser.get("/staff").status_code == 303
    assert enter(browser, ANNA, ANNA_PIN).headers["Location"] == "/staff/enter"


def test_the_attract_screen_ends_a_session_that_was_left_open(
    staffed: Parts, browser: FlaskClient
) -> None:
    assert 'href="/staff/enter"' in browser.get("/").text
    enter(browser, ANNA, ANNA_PIN)
    browser.get("/")
    assert browser.get("/staff").status_code == 303
    assert staffed.terminal.staff.members() == (ANNA, EWA)


def test_the_pin_is_in_no_log_page_or_address(
    staffed: Parts, browser: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for pin in ("613857", ANNA_PIN):
        answer = enter(browser, ANNA, pin)
        assert pin not in answer.text + str(answer.headers) + answer.request.url
    assert "613857" not in caplog.text
    assert ANNA_PIN not in caplog.text
    for kind, body in events(staffed, *EventKind):
        assert ANNA_PIN not in f"{kind}{body}"


# -- documents -------------------------------------------------------------------------------


def test_documents_are_found_by_number_title_and_name_without_accents(
    staffed: Parts, company: Company, browser: FlaskClient
) -> None:
    record = arrive(staffed, company)
    other = arrive(staffed, company, 2)
    enter(browser, EWA, EWA_PIN)
    number = record.short_number
    for text in (number, f"{number[:3]} {number[3:]}", "2026/1", "gzegzolka 2026/1", "um/2026/1"):
        page = browser.get("/staff", query_string={"text": text}).text
        assert record.document_id in page
        assert other.document_id not in page
    assert record.document_id in browser.get("/staff?text=LUKASZ").text
    for text in ("nobody", "///", "- -"):
        assert record.document_id not in browser.get("/staff", query_string={"text": text}).text


def test_a_document_is_handed_over_and_the_desk_is_closed(
    staffed: Parts, company: Company, browser: FlaskClient
) -> None:
    record = arrive(staffed, company)
    enter(browser, EWA, EWA_PIN)
    assert hand_over(browser, record) == "/ceremony/confirm"
    assert record.number in browser.get("/ceremony/confirm").text
    for path in ("/staff", f"/staff/document/{record.document_id}"):  # the client presses Back
        back = browser.get(path)
        assert (back.status_code, back.headers["Location"]) == (303, "/ceremony/")
    body = {"staff": EWA.staff_id}
    assert events(staffed, EventKind.HANDED_OVER) == [("handed_over", body)]


def test_a_hand_over_opens_once_and_soon(
    staffed: Parts, company: Company, browser: FlaskClient, machine: Machine
) -> None:
    record = arrive(staffed, company)
    enter(browser, EWA, EWA_PIN)
    path = f"/staff/document/{record.document_id}/hand-over"
    first = browser.post(path).headers["Location"]
    assert browser.get("/staff/handed/" + "x" * 32).headers["Location"] == "/"
    assert browser.get(first).headers["Location"] == "/"  # a wrong one has ended it
    enter(browser, EWA, EWA_PIN)
    late = browser.post(path).headers["Location"]
    machine.passes(60)
    assert browser.get(late).headers["Location"] == "/"


def test_staff_take_a_document_back_and_nothing_of_it_is_lost(
    staffed: Parts, company: Company, browser: FlaskClient
) -> None:
    record = arrive(staffed, company)
    enter(browser, EWA, EWA_PIN)
    hand_over(browser, record)
    browser.post("/ceremony/code", data={"code": company.code(record, staffed.desk.now()).text})
    assert browser.get("/ceremony/read/1").status_code == 200
    browser.post("/ceremony/read/1", data={"go": "on"})
    assert "/staff/enter" in browser.get("/ceremony/stop").text
    answer = enter(browser, EWA, EWA_PIN)
    assert answer.headers["Location"] == f"/staff/document/{record.document_id}"
    assert browser.get("/ceremony/read/1").status_code == 303
    progress = staffed.desk.load(record.document_id)
    assert progress is not None
    assert progress.pages_seen
    assert progress.ceremony_id == ""
    assert len(events(staffed, EventKind.TAKEN_BACK)) == 1
    assert hand_over(browser, record) == "/ceremony/confirm"  # and needs a code again
    assert browser.get("/ceremony/read/1").headers["Location"] == "/ceremony/confirm"


def lock(kiosk: Parts, record: DocumentDue, machine: Machine) -> None:
    for _ in range(5):
        kiosk.desk.check_code(record.document_id, "00000000")
        machine.passes(20)


def test_a_locked_code_is_unlocked_twice_and_old_codes_stay_used(
    staffed: Parts, company: Company, browser: FlaskClient, machine: Machine
) -> None:
    record = arrive(staffed, company)
    for _ in range(2):
        lock(staffed, record, machine)
        enter(browser, ANNA, ANNA_PIN)
        assert "codes locked" in english(browser, f"/staff/document/{record.document_id}")
        browser.post(f"/staff/document/{record.document_id}/unlock")
    lock(staffed, record, machine)
    enter(browser, ANNA, ANNA_PIN)
    again = browser.post(f"/staff/document/{record.document_id}/unlock")
    assert again.status_code == 409
    assert "unlocked_too_often" in again.text
    unlocked = [body for _, body in events(staffed, EventKind.CODE_UNLOCKED)]
    assert unlocked == [{"staff": ANNA.staff_id, "generation": 1, "client_index": 0}] * 2
    company.renew_code_key(record, 2)
    staffed.head_office.exchange()
    code = company.code(record, staffed.desk.now(), 2).text
    assert staffed.desk.check_code(record.document_id, code).outcome == "accepted"


def test_a_client_who_is_locked_out_reads_that_staff_can_help_while_they_can(
    staffed: Parts, company: Company, browser: FlaskClient, machine: Machine
) -> None:
    record = company.send(1, identity="code_or_staff")
    staffed.head_office.exchange()
    hand_over_by = (enter(browser, ANNA, ANNA_PIN), hand_over(browser, record))[1]
    browser.get(hand_over_by)
    lock(staffed, record, machine)
    browser.post("/ceremony/code", data={"code": "00000000"})
    page = english(browser, "/ceremony/code")
    assert "let you try again, or look at your identity document instead" in page
    company.hire(EWA)  # nobody is left who may unlock codes, or look
    staffed.head_office.exchange()
    assert not staffed.desk.can_unlock(record.document_id)
    company.hire(ANNA)
    staffed.head_office.exchange()
    for _ in range(2):
        assert staffed.desk.can_unlock(record.document_id)
        CodeEntry(staffed.terminal).unlock(record.document_id, ANNA.staff_id)
        lock(staffed, record, machine)
    assert not staffed.desk.can_unlock(record.document_id)


def english(browser: FlaskClient, path: str) -> str:
    browser.post("/ceremony/language", data={"language": "en", "return_to": "/staff"})
    return browser.get(path).text


def test_a_document_is_cancelled_with_a_reason_and_erased(
    staffed: Parts, company: Company, browser: FlaskClient
) -> None:
    record = arrive(staffed, company)
    enter(browser, ANNA, ANNA_PIN)
    path = f"/staff/document/{record.document_id}/cancel"
    assert browser.post(path, data={"reason": "because"}).status_code == 422
    row = staffed.terminal.documents.row(record.document_id)
    assert row is not None
    assert row.state is DocumentState.DUE
    assert browser.post(path, data={"reason": "client_left"}).status_code == 303
    row = staffed.terminal.documents.row(record.document_id)
    assert row is not None
    assert (row.state, row.reason) == (DocumentState.WITHDRAWN, "cancelled")
    assert staffed.terminal.documents.record(record.document_id) is None
    (told,) = events(staffed, EventKind.STAFF_CANCELLED)
    assert told[1] == {"staff": ANNA.staff_id, "reason": "client_left", "client_index": 0}


def test_what_somebody_may_not_do_is_not_shown_and_is_refused(
    staffed: Parts, company: Company, browser: FlaskClient, machine: Machine
) -> None:
    record = company.send(1, identity="code_or_staff")
    staffed.head_office.exchange()
    lock(staffed, record, machine)
    enter(browser, EWA, EWA_PIN)
    page = document_page(browser, record)
    assert "/hand-over" in page
    for act in ("unlock", "cancel", 'name="paper"'):
        assert act not in page
    base = f"/staff/document/{record.document_id}"
    assert browser.post(f"{base}/unlock").status_code == 403
    assert browser.post(f"{base}/cancel", data={"reason": "other"}).status_code == 403
    assert browser.post(f"{base}/hand-over", data={"paper": "passport"}).status_code == 403
    for kind in (EventKind.CODE_UNLOCKED, EventKind.STAFF_CANCELLED, EventKind.HANDED_OVER):
        assert events(staffed, kind) == []
    enter(browser, ANNA, ANNA_PIN)
    page = document_page(browser, record)
    for act in ("unlock", "cancel", 'name="paper"'):
        assert act in page


def test_the_day_is_counted_and_yesterday_is_not(
    staffed: Parts, company: Company, browser: FlaskClient, machine: Machine
) -> None:
    first, second = arrive(staffed, company), arrive(staffed, company, 2)
    enter(browser, ANNA, ANNA_PIN)
    browser.post(f"/staff/document/{first.document_id}/cancel", data={"reason": "other"})
    counted = re.search(r'class="staff__day">(.*?)</p>', english(browser, "/staff"), re.DOTALL)
    assert counted
    assert "1 cancelled" in counted.group(1)
    assert "1 waiting" in counted.group(1)
    machine.passes(timedelta(days=1).total_seconds())
    enter(browser, ANNA, ANNA_PIN)
    assert "0 cancelled" in browser.get("/staff").text
    assert second.document_id in browser.get("/staff").text
