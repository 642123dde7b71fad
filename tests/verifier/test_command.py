"""`python -m verifier`: exit codes, text, JSON, help."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.vectors.sealed_pdf import NOW, Sealed
from verifier.__main__ import ExitCode, main
from verifier.__main__ import run as program

HOUSE = Path(__file__).parents[2]
AT = NOW.isoformat()


def run(desk: Path, *arguments: str) -> ExitCode:
    """Run the command in this process."""
    return main([*arguments, "--trust", str(desk / "trust"), "--at", AT, "--language", "en"])


def files_of(folder: Path) -> dict[str, bytes]:
    """Everything in a folder."""
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_it_runs_as_a_program_of_its_own(desk: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "verifier", "signed.pdf", "--at", AT],
        cwd=desk,
        env={**os.environ, "PYTHONPATH": str(HOUSE), "LC_ALL": "pl_PL.UTF-8"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "signed.pdf: Autentyczny." in done.stdout
    assert "Jan Kowalski (klient)" in done.stdout


def test_exit_codes_tell_the_outcome(desk: Path, sealed: Sealed) -> None:
    signed, forged, other = (str(desk / f"{name}.pdf") for name in ("signed", "forged", "other"))
    before = files_of(desk)
    assert int(run(desk, signed)) == 0
    assert int(run(desk, forged)) == 1
    assert int(run(desk, other)) == 2
    assert int(run(desk, str(desk / "none.pdf"))) == 3
    assert run(desk, signed, other, forged) is ExitCode.ALTERED
    assert run(desk, signed, other) is ExitCode.CANNOT_TELL
    assert run(desk, forged, str(desk / "none.pdf")) is ExitCode.USAGE
    assert run(desk, "--qr", sealed.text) is ExitCode.GENUINE
    assert run(desk, "--qr", sealed.text[:-30]) is ExitCode.CANNOT_TELL
    assert run(desk, signed, "--qr", sealed.text) is ExitCode.GENUINE
    assert run(desk, "--image", str(desk / "qr.png")) is ExitCode.GENUINE
    assert run(desk, "--image", signed) is ExitCode.USAGE
    assert files_of(desk) == before


def test_json_is_one_line_per_input(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(desk, str(desk / "signed.pdf"), str(desk / "forged.pdf"), "--json")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["outcome"] for line in lines] == ["genuine", "altered"]
    assert lines[0]["input"].endswith("signed.pdf")
    document = (HOUSE / "docs" / "findings.md").read_text(encoding="utf-8")
    assert {key for key in lines[0] if f"| `{key}` |" not in document} == set()
    assert {key for key in lines[0]["claims"] if f"`{key}`" not in document} == set()


def test_text_says_what_was_found(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(desk, str(desk / "forged.pdf"))
    said = capsys.readouterr().out
    assert "Altered. This is not what was signed and sealed." in said
    assert "x Something was added to the file after it was sealed." in said
    assert "signed bytes are unchanged." in said
    assert "Trust list: version 3 of 2026-03-15 10:00:00 UTC" in said


def test_an_unreadable_input_is_explained(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(desk, str(desk / "none.pdf"))
    assert "whether you may read it. [file_unreadable]" in capsys.readouterr().err


def test_a_missing_trust_list_is_explained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["x.pdf", "--trust", str(tmp_path)]) is ExitCode.USAGE
    assert "[trust_files_missing]" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [[], ["--nonsense"], ["x.pdf", "--at", "yesterday"], ["x.pdf", "--at", "2026-03-15T12:00:00"]],
)
def test_usage_errors_exit_with_three(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == ExitCode.USAGE
    assert "usage: python -m verifier" in capsys.readouterr().err


def test_help_names_every_option_and_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--help"])
    assert left.value.code == 0
    said = capsys.readouterr().out
    document = (HOUSE / "docs" / "verifier-command.md").read_text(encoding="utf-8")
    options = set(re.findall(r"--[a-z][a-z-]+", said)) - {"--help"}
    assert len(options) >= 10
    for option in options:
        assert f"| `{option}` |" in document, option
    for code in ExitCode:
        assert f"  {int(code)}  " in said


def test_a_pipe_in_a_folder_is_passed_over(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(desk / "never-ends.pdf")
    assert run(desk, str(desk)) is ExitCode.ALTERED
    assert "never-ends" not in capsys.readouterr().out


def test_odd_names_and_links_in_a_folder_are_said_and_do_not_stop_it(
    desk: Path, sealed: Sealed, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = desk / "odd"
    folder.mkdir()
    (folder / os.fsdecode(b"\xff\xfe.pdf")).write_bytes(sealed.data)
    (folder / "loop").symlink_to(".")
    (folder / "itself.pdf").symlink_to("itself.pdf")
    assert run(desk, str(folder)) is ExitCode.USAGE
    said = capsys.readouterr()
    assert "Examined: 2. Genuine: 1." in said.out
    assert "itself.pdf: This file cannot be read" in said.err


PROGRAM = (sys.executable, "-m", "verifier", "--at", AT, "signed.pdf")


@pytest.mark.parametrize("options", [(), ("--json",), ("--explain",), ("./signed.pdf",)])
def test_a_full_disk_is_no_verdict(desk: Path, options: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            (*PROGRAM, *options),
            cwd=desk,
            env={**os.environ, "PYTHONPATH": str(HOUSE)},
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == ExitCode.USAGE
    assert done.stderr == b"python -m verifier: No space left on device\n"


def test_closed_standard_streams_are_no_verdict(desk: Path) -> None:
    def code(command: str) -> int:
        shell = ["/bin/sh", "-c", f'exec "$@" {command}', "sh", *PROGRAM]
        environment = {**os.environ, "PYTHONPATH": str(HOUSE)}
        return subprocess.run(shell, cwd=desk, env=environment, check=False).returncode

    assert code("<&- >&- 2>&-") == ExitCode.GENUINE
    assert code("- <&- >/dev/null") == ExitCode.CANNOT_TELL


def test_a_fault_of_our_own_is_no_verdict(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("verifier.__main__.main", lambda: 1 // 0)
    assert program() is ExitCode.USAGE
    assert "ZeroDivisionError" in capsys.readouterr().err


@pytest.mark.parametrize("endless", [("-",), ("--qr", "-")], ids=["file", "code"])
def test_endless_standard_input_is_read_up_to_a_limit(
    desk: Path, endless: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Path("/dev/zero").open() as zeros:
        monkeypatch.setattr(sys, "stdin", zeros)
        assert run(desk, *endless) is ExitCode.CANNOT_TELL
