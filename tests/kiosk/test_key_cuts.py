"""The power goes between a key and what it is for: nothing usable is left, and it goes on after."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.errors import EnrolmentError
from tests.kiosk import test_power_cut
from tests.kiosk.client import EVIDENCE, answers
from tests.kiosk.company import Company
from tests.kiosk.machine import Machine
from tests.kiosk.test_power_cut import (
    Bench,
    assert_signed_once,
    no_plain_files,
    ready_to_sign,
)

bench, office = test_power_cut.bench, test_power_cut.office  # its fixtures

HOUSE = Path(__file__).parent.parent.parent
ENROLLING = [
    "after:signing.key_files:KeyFile.keep#1",  # one key of several
    "after:signing.key_files:KeyFile.keep#3",  # all of them, head office knows nothing
    "after:kiosk.identity:enrol",  # certified at head office, the kiosk never heard
    "after:kiosk.journal:Journal.add",  # inside, at its end
]


@pytest.fixture
def new_bench(tmp_path: Path, company: Company, machine: Machine, office: str) -> Bench:
    """A kiosk that nobody has enrolled."""
    return Bench(tmp_path, company, machine, office)


@pytest.mark.parametrize("point", ENROLLING)
def test_a_cut_while_enrolling_leaves_nothing_that_signs(new_bench: Bench, point: str) -> None:
    bench, code = new_bench, new_bench.company.enrolment_code()
    machine = bench.machine
    command = [sys.executable, "-m", "tests.kiosk.enrolment_cut", point, str(bench.folder)]
    command += [bench.office, code, machine.wall.isoformat(), str(machine.boottime), machine.boot]
    done = subprocess.run(command, cwd=HOUSE, capture_output=True, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    parts = bench.start()
    assert not parts.terminal.enrolled
    with pytest.raises(EnrolmentError):
        parts.terminal.enrolment()
    parts.head_office.enrol(code)  # the same code and, where it had come so far, the same keys
    assert parts.terminal.enrolment().grant.kiosk_id == "kiosk-1"
    assert list(bench.company.ledger.kiosks) == ["kiosk-1"]  # certified once, whatever happened
    parts.head_office.exchange()
    bench.stop()


def secret_files(bench: Bench) -> set[Path]:
    return {one for one in (bench.folder / "kiosk").rglob("*") if one.suffix in {".pem", ".enc"}}


@pytest.mark.parametrize(
    "point",
    [
        "after:signing.one_shot:OneShotKey.__init__",  # the client's key is made
        "after:signing.one_shot:issue_one_shot",  # and certified, nothing is signed
    ],
)
def test_a_cut_between_the_clients_key_and_its_signature_leaves_neither(
    bench: Bench,
    point: str,
) -> None:
    record = ready_to_sign(bench)
    files = {
        path for path in (bench.folder / "kiosk").rglob("*") if path.suffix in {".pem", ".enc"}
    }
    bench.cut("seal", point, record.document_id)
    after = {
        path for path in (bench.folder / "kiosk").rglob("*") if path.suffix in {".pem", ".enc"}
    }
    assert after == files
    parts = bench.start()
    assert no_plain_files(bench)
    assert parts.terminal.store.rows("SELECT certificate_sequence FROM sealed") == []
    assert parts.desk.load(record.document_id) is not None
    parts.desk.seal(record.document_id, answers(), EVIDENCE)
    assert_signed_once(bench, parts, record)
    bench.stop()
