"""Copies on paper, through a real CUPS: what comes out, what stays in the spool, what is said."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.application import Parts, create_app, parts_of, stop
from kiosk.print_jobs import MAX_COPIES, PrintJobs
from kiosk.printing import CupsPrinter, PrinterError, ended_state, job_reasons, printer_state
from kiosk.settings import Settings
from signing.ceremony.desk import PrintState
from tests.kiosk.client import arrive, sign
from tests.kiosk.company import ADDRESS, Company
from tests.kiosk.cups import DRIVEN_PRINTER, PRINTER, PrintServer, print_server
from tests.kiosk.machine import Machine
from tests.process import wait_for
from verifier.picture import text_in_picture

DOCUMENT = "d" * 32
PDF = b"%PDF-1.7 as far as a raw queue looks"


@pytest.fixture(scope="module")
def cups() -> Iterator[PrintServer]:
    """In a folder with a short name: a socket's path has at most 108 bytes."""
    with (
        tempfile.TemporaryDirectory(prefix="sygnet-cups-") as root,
        print_server(Path(root)) as server,
    ):
        yield server


@pytest.fixture
def printer(cups: PrintServer) -> Iterator[CupsPrinter]:
    """A printer with paper and nothing to do."""
    yield CupsPrinter(PRINTER, cups.socket)
    for flag in ("empty", "gone"):
        (cups.paper / flag).unlink(missing_ok=True)
    cups.say("cancel", "-a", "-x")
    cups.say("/usr/sbin/cupsenable", PRINTER)
    for sheet in cups.paper.glob("*.pdf"):
        sheet.unlink()


@pytest.fixture
def jobs(printer: CupsPrinter) -> Iterator[PrintJobs]:
    """What a kiosk prints there."""
    started = PrintJobs(printer)
    yield started
    started.close()


def reach(jobs: PrintJobs, state: PrintState) -> None:
    wait_for(lambda: jobs.state(DOCUMENT) is state, f"a copy that is {state}")


def empty(cups: PrintServer) -> Callable[[], bool]:
    return lambda: cups.spooled() == [] and "desk-" not in cups.say("lpstat", "-o")


def test_a_copy_comes_out_whole_and_nothing_of_it_stays_in_the_spool(
    cups: PrintServer, jobs: PrintJobs
) -> None:
    jobs.start(DOCUMENT, PDF)
    reach(jobs, PrintState.PRINTED)
    assert cups.printed() == [PDF]
    assert cups.titles() == ["Sygnet"]
    wait_for(empty(cups), "an empty spool", 20)


def test_a_copy_waits_for_paper_and_then_comes_out(cups: PrintServer, jobs: PrintJobs) -> None:
    (cups.paper / "empty").touch()
    jobs.start(DOCUMENT, PDF)
    reach(jobs, PrintState.NO_PAPER)
    assert cups.printed() == []
    (cups.paper / "empty").unlink()
    reach(jobs, PrintState.PRINTED)
    assert cups.printed() == [PDF]


def test_paper_put_in_later_brings_nobody_the_copy_of_a_client_who_has_left(
    cups: PrintServer, jobs: PrintJobs
) -> None:
    (cups.paper / "empty").touch()
    jobs.start(DOCUMENT, PDF)
    reach(jobs, PrintState.NO_PAPER)
    jobs.everyone_left()
    wait_for(empty(cups), "an empty spool", 20)
    (cups.paper / "empty").unlink()
    jobs.start("e" * 32, b"%PDF-1.7 of the next client")
    wait_for(lambda: jobs.state("e" * 32) is PrintState.PRINTED, "the next copy")
    assert cups.printed() == [b"%PDF-1.7 of the next client"]


def test_a_printer_that_is_gone_is_told_and_keeps_nothing(
    cups: PrintServer, jobs: PrintJobs
) -> None:
    (cups.paper / "gone").touch()
    jobs.start(DOCUMENT, PDF)
    reach(jobs, PrintState.NO_PRINTER)
    jobs.everyone_left()
    wait_for(empty(cups), "an empty spool", 20)
    assert cups.printed() == []


def test_a_second_tap_prints_no_second_copy_and_there_is_an_end_of_copies(
    cups: PrintServer, jobs: PrintJobs
) -> None:
    (cups.paper / "empty").touch()
    for _tap in range(3):
        jobs.start(DOCUMENT, PDF)
    reach(jobs, PrintState.NO_PAPER)
    (cups.paper / "empty").unlink()
    reach(jobs, PrintState.PRINTED)
    assert len(cups.printed()) == 1
    for copies in range(2, MAX_COPIES + 2):
        wait_for(empty(cups), "an empty spool", 20)
        jobs.start(DOCUMENT, PDF)
        reach(jobs, PrintState.PRINTED)
        assert len(cups.printed()) == min(copies, MAX_COPIES)


def test_what_a_crash_left_in_the_spool_goes_at_the_next_start(
    cups: PrintServer, printer: CupsPrinter
) -> None:
    (cups.paper / "empty").touch()
    printer.print(PDF)
    assert len(cups.spooled()) == 1
    PrintJobs(printer).tidy_up()
    wait_for(empty(cups), "an empty spool", 20)


def test_neither_a_missing_printer_nor_a_missing_cups_is_more_than_a_refusal(
    cups: PrintServer, printer: CupsPrinter
) -> None:
    with pytest.raises(PrinterError):
        CupsPrinter("nobody", cups.socket).print(PDF)
    silent = CupsPrinter(PRINTER, str(cups.root / "no-socket"))
    with pytest.raises(PrinterError):
        silent.print(PDF)
    assert silent.look("desk-1") is PrintState.NO_PRINTER
    silent.purge()
    jobs = PrintJobs(silent)
    jobs.start(DOCUMENT, PDF)
    reach(jobs, PrintState.FAILED)
    assert cups.spooled() == []


def test_the_certificate_can_be_verified_from_what_a_driver_makes_of_it(
    cups: PrintServer, printer: CupsPrinter, kiosk: Parts, company: Company, tmp_path: Path
) -> None:
    """The certificate is the look of a form field, which not every filter prints."""
    record = arrive(kiosk, company)
    sealed = sign(kiosk, company, record)
    pdf = kiosk.desk.sealed_pdf(record.document_id)
    assert pdf is not None
    driven = PrintJobs(CupsPrinter(DRIVEN_PRINTER, cups.socket))
    driven.start(DOCUMENT, pdf)
    wait_for(lambda: driven.state(DOCUMENT) is PrintState.PRINTED, "a copy")
    (sheets,) = cups.printed()
    assert sheets.startswith(b"%!PS")
    paper, seen = tmp_path / "sheets.ps", tmp_path / "seen.pdf"
    paper.write_bytes(sheets)
    subprocess.run(["ps2pdf", str(paper), str(seen)], check=True)
    document = pypdfium2.PdfDocument(seen)
    assert len(document) == sealed.claims.pages
    picture = document[len(document) - 1].render(scale=300 / 72).to_pil()
    file = tmp_path / "last.png"
    picture.save(file)
    assert text_in_picture(file.read_bytes()) == sealed.text


def test_a_kiosk_prints_for_its_client_and_forgets_with_them(
    cups: PrintServer, printer: CupsPrinter, tmp_path: Path, machine: Machine, company: Company
) -> None:
    settings = Settings(
        tmp_path / "printing",
        office_url=ADDRESS,
        working_folder=tmp_path / "work",
        printer=PRINTER,
        cups_server=cups.socket,
    )
    app = create_app(settings, machine.time(), company.client())
    try:
        kiosk = parts_of(app)
        kiosk.head_office.enrol(company.enrolment_code())
        record = arrive(kiosk, company)
        kiosk.desk.print_copy(record.document_id)  # not signed: there is nothing to print
        assert kiosk.desk.print_state(record.document_id) is PrintState.NONE
        sign(kiosk, company, record)
        pdf = kiosk.desk.sealed_pdf(record.document_id)
        kiosk.desk.print_copy(record.document_id)
        state = kiosk.desk.print_state
        wait_for(lambda: state(record.document_id) is PrintState.PRINTED, "a copy")
        assert cups.printed() == [pdf]
        kiosk.desk.finish(record.document_id)
        assert state(record.document_id) is PrintState.NONE
    finally:
        stop(app)


def test_a_kiosk_without_a_printer_offers_no_copy_on_paper(kiosk: Parts) -> None:
    assert not kiosk.desk.can_print
    kiosk.desk.print_copy(DOCUMENT)
    assert kiosk.desk.print_state(DOCUMENT) is PrintState.NONE


@pytest.mark.parametrize(
    ("alerts", "state"),
    [
        ("none", PrintState.PRINTING),
        ("media-empty-warning", PrintState.PRINTING),
        ("media-empty-error", PrintState.NO_PAPER),
        ("marker-supply-low-report media-needed", PrintState.NO_PAPER),
        ("media-jam-error", PrintState.NO_PRINTER),
        ("paused", PrintState.NO_PRINTER),
        ("offline-report", PrintState.PRINTING),
    ],
)
def test_what_a_printer_says_is_understood(alerts: str, state: PrintState) -> None:
    answer = f"printer desk is idle.\n\tForm mounted:\n\tAlerts: {alerts}\n\tLocation:\n"
    assert printer_state(answer) is state


@given(st.text(max_size=400), st.from_regex(r"desk-[0-9]{1,4}", fullmatch=True))
def test_whatever_cups_answers_has_a_meaning(answer: str, job: str) -> None:
    assert ended_state(job_reasons(answer, job)) in PrintState
    assert printer_state(answer) in PrintState
    assert job_reasons(f"{job} root 9\n\tStatus: {answer}", job) is not None
