"""The power goes, for real (SIGKILL), at every kind of write; nothing is lost or doubled."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from kiosk.application import Parts, create_app, parts_of, stop
from kiosk.settings import Settings
from sync.records import DocumentDue, EventKind
from tests.kiosk.client import EVIDENCE, answers, arrive, prove_identity, seal
from tests.kiosk.company import CLIENT, Company
from tests.kiosk.machine import Machine
from verifier.document import verify_pdf
from verifier.verdict import Outcome

SEALING = [
    "after:kiosk.store:Store.next_number",  # the certificate's number is taken
    "before:kiosk.sealing:complete",
    "after:signing.one_shot:OneShotKey.sign",  # between the client's signature and the seal
    "after:kiosk.sealing:complete",  # sealed in the working folder, known to nobody
    "before:os:fsync#1",
    "before:os:fsync#2",
    "before:os:fsync#3",
    "after:kiosk.vault:Vault.put",  # encrypted, no row names it
    "after:kiosk.journal:Journal.add",  # inside the transaction
    "after:kiosk.documents:Documents.signed",  # inside, at its end
    "before:kiosk.document_files:DocumentFiles.remove",  # committed; shredded files still lie there
]

EXCHANGING = [
    "after:kiosk.documents:Documents.take_due",  # inside the transaction of the rows
    "after:kiosk.device_store:KioskDeviceStore.apply",
    "before:os:fsync#1",
    "after:kiosk.vault:Vault.put_chunks",
    "after:kiosk.document_files:DocumentFiles.name",  # inside the transaction
    "after:kiosk.device_store:KioskDeviceStore.put_blob",
]

UPLOADING = [
    "after:kiosk.device_store:KioskDeviceStore.open_blob",
    "before:kiosk.device_store:KioskDeviceStore.acknowledge_blob",  # head office has it
    "before:kiosk.device_store:KioskDeviceStore.acknowledge_events",
    "after:kiosk.journal:Journal.acknowledge",
    "before:kiosk.document_files:DocumentFiles.remove",  # key gone, file still there
]


@pytest.fixture
def office(company: Company) -> Iterator[str]:
    """Head office on a real socket, for a kiosk in another process."""
    server = make_server("127.0.0.1", 0, company.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


class Bench:
    """One kiosk that is run here and, to be cut, in another process."""

    def __init__(self, folder: Path, company: Company, machine: Machine, office: str) -> None:
        self.folder = folder
        self.company = company
        self.machine = machine
        self.office = office

    def start(self) -> Parts:
        """Switch the kiosk on in this process."""
        settings = Settings(
            self.folder / "kiosk", office_url=self.office, working_folder=self.folder / "working"
        )
        self.app = create_app(settings, self.machine.time(), self.company.client())
        return parts_of(self.app)

    def stop(self) -> None:
        """Switch it off properly."""
        stop(self.app)

    def cut(self, work: str, point: str, document_id: str = "-") -> None:
        """Run the kiosk in another process, which dies at the point."""
        where = [str(self.folder), point, self.office]
        when = [self.machine.wall.isoformat(), str(self.machine.boottime), self.machine.boot]
        command = [sys.executable, "-m", "tests.kiosk.power_cut", work, *where, *when, document_id]
        done = subprocess.run(command, capture_output=True, check=False, timeout=60)
        assert done.returncode == -signal.SIGKILL, done.stderr.decode()


@pytest.fixture
def bench(tmp_path: Path, company: Company, machine: Machine, office: str) -> Bench:
    """An enrolled kiosk, switched off."""
    bench = Bench(tmp_path, company, machine, office)
    parts = bench.start()
    parts.head_office.enrol(company.enrolment_code())
    parts.head_office.exchange()
    bench.stop()
    return bench


def ready_to_sign(bench: Bench) -> DocumentDue:
    """A document whose client has done everything but sign."""
    parts = bench.start()
    record = arrive(parts, bench.company)
    prove_identity(parts, bench.company, record)
    bench.stop()
    return record


def no_plain_files(bench: Bench) -> bool:
    """Whether nothing readable of the client lies on the disk."""
    files = [path for path in (bench.folder / "kiosk").rglob("*") if path.is_file()]
    files += list((bench.folder / "working").rglob("*.pdf"))
    return not any(
        b"%PDF-" in (content := path.read_bytes()) or CLIENT.encode() in content for path in files
    )


def assert_signed_once(bench: Bench, parts: Parts, record: DocumentDue) -> None:
    """After the next exchange head office has exactly one signed document, and it is genuine."""
    parts.head_office.exchange()
    books = bench.company.ledger.kiosks["kiosk-1"]
    (pdf,) = books.blobs.values()
    trust = parts.terminal.trust.current()
    assert verify_pdf(pdf, trust, parts.desk.now()).outcome is Outcome.GENUINE
    signed = [event for event in books.events if event.kind is EventKind.CLIENT_SIGNED]
    assert [event.document_id for event in signed] == [record.document_id]
    assert [event.sequence for event in books.events] == list(range(1, len(books.events) + 1))


@pytest.mark.parametrize("point", SEALING)
def test_a_cut_while_sealing(bench: Bench, point: str) -> None:
    record = ready_to_sign(bench)
    bench.cut("seal", point, record.document_id)
    parts = bench.start()
    assert no_plain_files(bench)
    committed = parts.terminal.store.rows("SELECT certificate_sequence FROM sealed")
    if not committed:
        progress = parts.desk.load(record.document_id)
        assert progress is not None
        assert progress.values == {"city": "Gdynia-Chylonia", "phone": ""}
        sealed = seal(parts, record)
        assert sealed.claims.certificate_sequence == 2  # the first number stays unused
    assert_signed_once(bench, parts, record)
    bench.stop()


@pytest.mark.parametrize("point", EXCHANGING)
def test_a_cut_while_documents_come_down(bench: Bench, point: str) -> None:
    record = bench.company.send()
    bench.cut("exchange", point)
    parts = bench.start()
    parts.head_office.exchange()
    assert parts.desk.document(record.document_id).number == record.number
    assert parts.desk.pdf(record.document_id).startswith(b"%PDF-")
    assert len(list((bench.folder / "kiosk" / "documents").iterdir())) == 1
    bench.stop()


@pytest.mark.parametrize("point", UPLOADING)
def test_a_cut_while_signed_documents_go_up(bench: Bench, point: str) -> None:
    record = ready_to_sign(bench)
    parts = bench.start()
    parts.desk.seal(record.document_id, answers(), EVIDENCE)
    parts.desk.finish(record.document_id)
    bench.stop()
    bench.cut("exchange", point)
    parts = bench.start()
    assert_signed_once(bench, parts, record)
    parts.head_office.exchange()
    assert parts.terminal.device_store.queue_lengths() == (0, 0)
    assert list((bench.folder / "kiosk" / "documents").iterdir()) == []
    bench.stop()
