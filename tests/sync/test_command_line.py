"""`python -m sync`: a station in memory, every command, every exit code."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from sync.command_line import ProgressLine, main
from sync.errors import JournalFault, OfficeUnreachable
from sync.progress import Progress
from sync.round import SyncReport

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
REPORT = SyncReport(NOW, 2, 1, 1, 3, False, (), 60)
HERE = {"SYGNET_SYNC_STATION": __name__}


class NotEnrolled(Exception):
    code, sentence, next_step = "not_enrolled", "No.", "Enrol."


class Memory:
    """A station; `reports` are given one after the other, errors are raised."""

    closed = 0
    reports: list[SyncReport | BaseException] = []  # noqa: RUF012 - set by each test

    def exchange(self, tell: Callable[[Progress], None]) -> SyncReport:
        tell(Progress(True, 1, 2, 1.0))
        found = Memory.reports.pop(0)
        if isinstance(found, BaseException):
            raise found
        return found

    def status(self) -> Mapping[str, Any]:
        return {"queue": {"files": 1}}

    def proof(self, sequence: int) -> Mapping[str, Any]:
        if sequence > 3:
            raise JournalFault("proof_impossible", "There is no such event.")
        return {"sequence": sequence}

    def close(self) -> None:
        Memory.closed += 1


def open_station(data_folder: str | None, office_url: str | None) -> Memory:
    if data_folder == "empty":
        raise NotEnrolled
    return Memory()


@pytest.fixture(autouse=True)
def station(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYGNET_SYNC_STATION", __name__)
    monkeypatch.setattr(Memory, "closed", 0)


def test_once_says_what_it_did(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Memory, "reports", [REPORT])
    assert main(["once"]) == 0
    assert "rows=2 pdfs_down=1 pdfs_up=1 events_up=3" in capsys.readouterr().out
    assert Memory.closed == 1


def test_problems_and_failures_end_with_one_and_their_code(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = SyncReport(NOW, 0, 0, 0, 0, False, ("blob_lost",), 60)
    monkeypatch.setattr(Memory, "reports", [broken, OfficeUnreachable(), ValueError("secret")])
    assert main(["once"]) == 1
    assert "problems=blob_lost" in capsys.readouterr().out
    assert main(["once"]) == 1
    assert "[office_unreachable]" in capsys.readouterr().err
    assert main(["once"]) == 1
    said = capsys.readouterr().err
    assert "[sync_fault]" in said
    assert "secret" not in said
    assert Memory.closed == 3


def test_a_kiosk_that_is_not_enrolled_ends_with_three() -> None:
    assert main(["once", "--data", "empty"]) == 3


def test_wrong_usage_ends_with_two() -> None:
    for wrong in ([], ["fly"], ["proof"], ["proof", "one"]):
        with pytest.raises(SystemExit) as ended:
            main(wrong)
        assert ended.value.code == 2


def test_status_and_proof_are_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status"]) == 0
    assert json.loads(capsys.readouterr().out) == {"queue": {"files": 1}}
    assert main(["proof", "2"]) == 0
    assert json.loads(capsys.readouterr().out) == {"sequence": 2}
    assert main(["proof", "4"]) == 1
    assert "[proof_impossible]" in capsys.readouterr().err


def test_loop_goes_on_until_it_is_stopped(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.command_line.poll_wait", lambda *_: 0)
    monkeypatch.setattr("sync.command_line.retry_wait", lambda *_: 0)
    monkeypatch.setattr(
        Memory, "reports", [REPORT, OfficeUnreachable(), REPORT, KeyboardInterrupt()]
    )
    assert main(["loop"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("=")[0] for line in lines] == ["rows", "failed", "rows"]
    assert Memory.closed == 1


def test_a_house_without_a_kiosk_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYGNET_SYNC_STATION", "no.such.module")
    assert main(["status"]) == 1
    assert "[no_station]" in capsys.readouterr().err


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_shows_amounts_and_time_left_on_a_terminal_and_nothing_elsewhere() -> None:
    screen, pipe = Terminal(), io.StringIO()
    for stream in (screen, pipe):
        line = ProgressLine(stream)
        line.show(Progress(True, 1_000_000, 4_000_000, 2.0))
        line.show(Progress(True, 4_000_000, 4_000_000, 8.0))
    assert pipe.getvalue() == ""
    first, last = screen.getvalue().split("\r")[1:]
    assert "1.0 of 4.0 MB, 6 s left" in first
    assert "4.0 of 4.0 MB" in last
    assert last.endswith("\n")
