"""The front desk's day: the journal in plain words, its numbers, receipts, who may print."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path

import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk import search
from kiosk.application import Parts, create_app, parts_of, stop
from kiosk.paper_slips import Slip, short_hash, slip_pdf
from kiosk.screens.day_words import GROUPS, OUTCOMES, PRINTED, WORDS
from kiosk.search import find_due, index_missing
from kiosk.settings import Settings
from kiosk.staff_day import Group, StaffDay
from signing.ceremony.desk import PrintState
from sync.records import EventKind
from sync.staff import StaffRight
from tests.kiosk.client import arrive, sign
from tests.kiosk.company import ADDRESS, CLIENT, Company
from tests.kiosk.cups import PRINTER, PrintServer, print_server
from tests.kiosk.front_desk import ANNA, ANNA_PIN, EWA, EWA_PIN, enter
from tests.kiosk.machine import Machine
from tests.kiosk.test_staff import events
from tests.process import wait_for


@pytest.fixture(scope="module")
def cups(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrintServer]:
    with print_server(tmp_path_factory.mktemp("d")) as server:
        yield server


@pytest.fixture
def printing_app(
    cups: PrintServer, tmp_path: Path, machine: Machine, company: Company
) -> Iterator[Flask]:
    """A kiosk with a printer, enrolled, and people at its front desk."""
    settings = Settings(
        tmp_path / "printing",
        office_url=ADDRESS,
        working_folder=tmp_path / "work",
        printer=PRINTER,
        cups_server=cups.socket,
    )
    app = create_app(settings, machine.time(), company.client())
    app.config["WTF_CSRF_ENABLED"] = False
    head_office = parts_of(app).head_office
    head_office.enrol(company.enrolment_code())
    company.hire(ANNA, EWA)
    head_office.exchange()
    yield app
    stop(app)


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return " ".join(document[0].get_textpage().get_text_bounded().split())


def has_come_out(kiosk: Parts, job: str) -> bool:
    return kiosk.desk.printing.state(job) is PrintState.PRINTED


def at_the_desk(app: Flask, right: bool = True) -> FlaskClient:
    browser = app.test_client()
    with browser.session_transaction() as session:
        session["language"] = "en"
    enter(browser, *((ANNA, ANNA_PIN) if right else (EWA, EWA_PIN)))
    return browser


def test_the_day_is_told_in_plain_words_and_filtered(
    kiosk: Parts, company: Company, browser: FlaskClient, machine: Machine
) -> None:
    company.hire(ANNA, EWA)
    kiosk.head_office.exchange()
    record, other = arrive(kiosk, company), arrive(kiosk, company, 2)
    sign(kiosk, company, record)
    kiosk.desk.finish(record.document_id)
    with browser.session_transaction() as session:
        session["language"] = "en"
    for shown in ("code", "file"):
        verified = {"outcome": "genuine", "shown": shown}
        kiosk.terminal.journal.add(EventKind.VERIFIED, record.document_id, verified)
    enter(browser, ANNA, ANNA_PIN)
    browser.post(f"/staff/document/{other.document_id}/cancel", data={"reason": "other"})
    page = browser.get("/staff/today").text
    shown = f"{record.short_number[:3]} {record.short_number[3:]}"
    for words in ("The code was right", "Signed and sealed", "Cancelled", ANNA.name, shown):
        assert words in page
    assert CLIENT not in page
    assert record.title not in page
    numbers = dict(re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", page))
    assert numbers["Signed"] == "1"
    assert numbers["Cancelled"] == "1"
    assert numbers["Not yet sent"] == "1"
    only = browser.get("/staff/today?show=staff").text
    assert "Cancelled" in only
    assert "Signed and sealed" not in only
    checks = browser.get("/staff/today?show=checks").text
    for words in ("Verified: genuine", "its code alone: the file was not seen", "the file itself"):
        assert words in checks
    assert "Nothing of this kind happened" not in checks
    assert browser.get("/staff/today?show=nonsense").status_code == 200
    machine.passes(timedelta(days=1).total_seconds())
    enter(browser, ANNA, ANNA_PIN)
    tomorrow = browser.get("/staff/today").text
    assert "Signed and sealed" not in tomorrow
    assert dict(re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", tomorrow))["Signed"] == "0"


def test_every_kind_of_event_has_words_and_a_group(kiosk: Parts, company: Company) -> None:
    spoken = {*WORDS, EventKind.VERIFIED, EventKind.PRINTED, EventKind.IDENTITY_CHECKED}
    assert spoken == set(EventKind)
    assert set(OUTCOMES) == {"genuine", "altered", "cannot_tell"}
    assert set(PRINTED) == {"copy", "receipt", "summary"}
    assert set(GROUPS) == set(Group)


def test_a_person_who_works_here_no_more_is_not_named(kiosk: Parts, company: Company) -> None:
    company.hire(ANNA, EWA)
    kiosk.head_office.exchange()
    kiosk.terminal.journal.add(EventKind.STAFF_ENTERED, None, {"staff": EWA.staff_id})
    company.hire(ANNA)
    kiosk.head_office.exchange()
    lines, more = StaffDay(kiosk.terminal, kiosk.desk).lines(Group.STAFF)
    assert [(one.staff_name, one.staff_left) for one in lines] == [("", True)]
    assert not more


def test_staff_print_a_receipt_a_copy_and_the_day(
    printing_app: Flask, cups: PrintServer, company: Company
) -> None:
    kiosk = parts_of(printing_app)
    record = arrive(kiosk, company)
    sign(kiosk, company, record)
    kiosk.desk.finish(record.document_id)
    pdf = StaffDay(kiosk.terminal, kiosk.desk).copy_of(record.document_id)
    assert pdf is not None
    staff = at_the_desk(printing_app)
    base = f"/staff/signed/{record.document_id}"
    page = staff.get(base).text
    assert "Print a receipt" in page
    assert "Print a copy" in page
    for path, data, job in (
        (f"{base}/print", {"what": "receipt"}, f"receipt-{record.document_id}"),
        (f"{base}/print", {"what": "copy"}, record.document_id),
        ("/staff/today/print", {}, "summary"),
    ):
        answer = staff.post(path, data=data)
        assert answer.status_code == 303
        wait_for(partial(has_come_out, kiosk, job), "a print")
        said = staff.get(f"/staff/printing/{job}").get_json()
        assert (said["state"], said["ended"]) == ("printed", True)
        assert said["message"]["title"] == "It is printed."
        assert "It is printed." in staff.get(answer.headers["Location"]).text
    receipt, copy, summary = cups.printed()
    assert copy == pdf
    said = words_of(receipt)
    assert f"{record.short_number[:3]} {record.short_number[3:]}" in said
    assert "Certificate 1" in said
    assert short_hash(sha256(pdf).hexdigest()) in said
    assert CLIENT not in said
    assert "Signed 1" in words_of(summary)
    assert ANNA.name in words_of(summary)
    assert cups.spooled() == []
    who = {"staff": ANNA.staff_id}
    assert events(kiosk, EventKind.PRINTED) == [
        ("printed", {"what": what, **who}) for what in ("receipt", "copy", "summary")
    ]
    kiosk.head_office.exchange()
    gone = staff.get(base).text
    assert "no longer on this kiosk" in gone
    assert staff.post(f"{base}/print", data={"what": "copy"}).status_code == 409


def test_the_desk_says_before_a_client_comes_that_the_printer_has_no_paper(
    printing_app: Flask, cups: PrintServer
) -> None:
    staff = at_the_desk(printing_app)
    (cups.paper / "empty").touch()
    try:
        staff.post("/staff/today/print")
        printing = parts_of(printing_app).desk.printing
        wait_for(lambda: printing.state("summary") is PrintState.NO_PAPER, "no paper")
        assert "There is no paper in the printer." in staff.get("/staff").text
        assert "There is no paper in the printer." in staff.get("/staff/today").text
    finally:
        (cups.paper / "empty").unlink()
    wait_for(lambda: printing.state("summary") is PrintState.PRINTED, "paper")
    assert "There is no paper" not in staff.get("/staff").text


ACTS = {
    StaffRight.CHECK_IDENTITY: ("document", "hand-over", {"paper": "passport"}, 'name="paper"'),
    StaffRight.CANCEL: ("document", "cancel", {"reason": "other"}, "/cancel"),
    StaffRight.UNLOCK_CODES: ("document", "unlock", {}, ""),
    StaffRight.PRINT: ("signed", "print", {"what": "receipt"}, "/print"),
}
"""Kind of page, act, its form, and what the page shows of it (unlocking: only when locked)."""


@pytest.mark.parametrize("right", StaffRight)
@pytest.mark.parametrize("held", [True, False])
def test_only_who_has_a_right_sees_and_does_what_needs_it(
    printing_app: Flask, company: Company, right: StaffRight, held: bool
) -> None:
    rights = frozenset({right}) if held else frozenset(StaffRight) - {right}
    company.hire(replace(ANNA, rights=rights))
    kiosk = parts_of(printing_app)
    first, second = company.send(1), company.send(2, identity="code_or_staff")
    kiosk.head_office.exchange()
    sign(kiosk, company, first)
    kiosk.desk.finish(first.document_id)
    staff = at_the_desk(printing_app)
    for one, (kind, act, form, shown) in ACTS.items():
        record = first if kind == "signed" else second
        page = staff.get(f"/staff/{kind}/{record.document_id}").text
        assert (shown in page) is (one in rights) or not shown
        if one is not right:
            continue
        before = len(events(kiosk, *EventKind))
        answer = staff.post(f"/staff/{kind}/{record.document_id}/{act}", data=form)
        assert (answer.status_code == 403) is not held
        if not held:
            assert len(events(kiosk, *EventKind)) == before
            if one is StaffRight.PRINT:
                assert staff.post("/staff/today/print").status_code == 403
                assert staff.get("/staff/printing/summary").status_code == 403
                assert "/today/print" not in staff.get("/staff/today").text
        break


def test_nobody_outside_sees_the_day(kiosk: Parts, browser: FlaskClient) -> None:
    for path in ("/staff/today", f"/staff/signed/{1:032x}", "/staff/printing/summary"):
        assert browser.get(path).headers["Location"] == "/"
    for path in ("/staff/today/print", f"/staff/signed/{1:032x}/print"):
        assert browser.post(path).headers["Location"] == "/"


def test_a_search_reads_words_and_not_documents(
    kiosk: Parts, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = kiosk.terminal.store
    record = arrive(kiosk, company)
    assert find_due(store, "gzeg 2026/1", 5) == [record.document_id]
    plans: list[str] = []
    plain = store.rows

    def explained(sql: str, parameters: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        plans.extend(str(row[3]) for row in plain(f"EXPLAIN QUERY PLAN {sql}", parameters))
        return plain(sql, parameters)

    store.rows = explained  # type: ignore[method-assign,assignment]
    for rare in (500, 1):
        monkeypatch.setattr(search, "RARE", rare)
        for text in ("", "gzeg 2026"):
            assert find_due(store, text, 5) == [record.document_id]
        assert find_due(store, "gzeg 2027", 5) == []
    StaffDay(kiosk.terminal, kiosk.desk).count()
    scans = [plan for plan in plans if plan.startswith("SCAN")]
    short = ("SCAN p", "SCAN strokes")  # who has begun, and what waits to go up: a handful each
    assert all(plan.startswith(short) for plan in scans), scans
    assert any("event_by_time" in plan for plan in plans)
    (waiting,) = plain("EXPLAIN QUERY PLAN SELECT count(*) FROM event WHERE acknowledged = 0", ())
    assert "event_waiting" in str(waiting)
    assert any("document_by_arrival" in plan for plan in plans)


def test_the_words_of_a_document_go_with_it_and_come_back_for_older_stores(
    kiosk: Parts, company: Company
) -> None:
    store = kiosk.terminal.store
    record, other = arrive(kiosk, company), arrive(kiosk, company, 2)
    store.database.execute("DELETE FROM search_word")
    index_missing(store)
    assert set(find_due(store, "2026", 5)) == {other.document_id, record.document_id}
    company.withdraw(record)
    sign(kiosk, company, other)
    kiosk.head_office.exchange()
    assert find_due(store, "2026", 5) == []
    kiosk.desk.finish(other.document_id)
    assert store.rows("SELECT * FROM search_word") == []


def test_a_slip_takes_whatever_it_is_given() -> None:
    slip = Slip("Квитанція " * 20, "Łódź " * 60, [("Ґ" * 80, "9" * 200), ("", "")], "słowo " * 400)
    said = words_of(slip_pdf(slip))
    assert said.startswith("Квитанція")
    assert short_hash("0123456789abcdef" * 4) == "0123 4567 89ab cdef"
