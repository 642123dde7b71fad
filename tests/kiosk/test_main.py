"""The command line: real processes, their exit codes, a clean end."""

from __future__ import annotations

import json
import logging
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from werkzeug.serving import make_server

from kiosk.__main__ import main, says_no_names
from tests.kiosk.company import Company
from tests.process import wait_for

NOBODY = "http://127.0.0.1:9"  # the discard port: nothing answers there


def run(*arguments: str, package: str = "kiosk") -> subprocess.CompletedProcess[str]:
    """Run a command line to its end."""
    command = [sys.executable, "-m", package, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A kiosk process and its address."""
    folder = str(tmp_path / "kiosk")
    command = [sys.executable, "-m", "kiosk", "serve", "--data", folder, "--port", "0"]
    process = subprocess.Popen(
        [*command, "--office", NOBODY], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    found = re.search(r"http://\S+", process.stdout.readline())
    assert found is not None
    yield process, found.group(0)
    process.kill()
    process.communicate()


def test_help_names_every_command_and_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    words = capsys.readouterr().out
    for command in ("serve", "enrol", "status"):
        assert command in words
    assert "3 not enrolled" in " ".join(words.split())


def test_wrong_usage_ends_with_two() -> None:
    with pytest.raises(SystemExit) as ended:
        main(["fly"])
    assert ended.value.code == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(
    serving: tuple[subprocess.Popen[str], str], number: signal.Signals
) -> None:
    process, address = serving
    assert httpx.get(f"{address}healthz").json()["status"] == "ok"
    assert httpx.get(address).headers["location"] == "/enrol"
    process.send_signal(number)
    _out, errors = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "Traceback" not in errors


def test_one_process_at_a_time_but_the_status_may_be_asked(
    serving: tuple[subprocess.Popen[str], str], tmp_path: Path
) -> None:
    folder = str(tmp_path / "kiosk")
    second = run("enrol", "--data", folder, "--code", "ABCD-1234-EFGH-5678")
    assert second.returncode == 4
    assert "[folder_in_use]" in second.stderr
    status = run("status", "--data", folder)
    assert status.returncode == 3
    assert json.loads(status.stdout)["enrolled"] is False


def test_status_of_nothing_says_so(tmp_path: Path) -> None:
    done = run("status", "--data", str(tmp_path / "empty"))
    assert done.returncode == 1
    assert "[folder_empty]" in done.stderr
    assert not (tmp_path / "empty").exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--code", "nonsense", "--office", NOBODY), "code_malformed"),
        (("--code", "0000-0000-0000-0000", "--office", NOBODY), "office_unreachable"),
        (("--code", "0000-0000-0000-0000"), "office_unknown"),
        (("--code", "0000-0000-0000-0000", "--office", "nowhere"), "bad_office_url"),
    ],
)
def test_enrolling_that_fails_says_why(
    tmp_path: Path, arguments: tuple[str, ...], code: str
) -> None:
    done = run("enrol", "--data", str(tmp_path / "kiosk"), *arguments)
    assert done.returncode == 1
    assert f"[{code}]" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def office(company: Company) -> Iterator[str]:
    """Head office on a real socket."""
    server = make_server("127.0.0.1", 0, company.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def start() -> Iterator[Callable[..., str]]:
    """Starts kiosk processes; gives the address of each."""
    started: list[subprocess.Popen[str]] = []

    def begin(*arguments: str) -> str:
        command = [sys.executable, "-m", "kiosk", "serve", "--port", "0", *arguments]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found is not None
        return found.group(0)

    yield begin
    for process in started:
        process.terminate()
        process.communicate(timeout=20)


def test_enrolled_synced_and_served_from_the_command_line(
    company: Company, office: str, tmp_path: Path, start: Callable[..., str]
) -> None:
    folder = ("--data", str(tmp_path / "kiosk"))
    enrolled = run("enrol", *folder, "--office", office, "--code", company.enrolment_code())
    assert (enrolled.returncode, enrolled.stdout) == (0, "Enrolled as Kiosk Gdynia.\n")
    first, second = company.send(1), company.send(2)
    synced = run("once", *folder, package="sync")  # the address is known from the enrolment
    assert synced.returncode == 0, synced.stdout + synced.stderr
    assert "rows=2 pdfs_down=2" in synced.stdout
    assert run("status", *folder).returncode == 0
    third = company.send(3)
    address = start(*folder)
    with httpx.Client(base_url=address, follow_redirects=True) as browser:
        for record in (first, second, third):  # the third came by the thread of the server
            found = find(browser, record.short_number)
            assert found.url.path == "/ceremony/confirm"


def find(browser: httpx.Client, short_number: str) -> httpx.Response:
    """Type a number, again while the document is still on its way."""
    wait_for(lambda: browser.get("/healthz").json()["documents_due"] >= 3, "the documents")
    while True:
        token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/find").text)
        assert token is not None
        form = {"number": short_number, "csrf_token": token.group(1)}
        answer = browser.post("/find", data=form)
        if "not_here_yet" not in answer.text:
            return answer


def test_the_log_names_nobody() -> None:
    def line(name: str, level: int, error: Exception | None = None) -> str | None:
        kept = None if error is None else (type(error), error, None)
        record = logging.LogRecord(name, level, "", 1, "to %s", ("Jan Kowalski",), kept)
        return logging.Formatter().format(record) if says_no_names(record) else None

    assert line("kiosk.desk", logging.INFO) == "to Jan Kowalski"  # ours never say such a thing
    assert line("pyhanko.sign.validation.generic_cms", logging.WARNING) is None
    assert line("pyhanko.sign", logging.ERROR, ValueError("Jan Kowalski")) == "library_error"
