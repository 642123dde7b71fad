"""What the command prints: lines, JSON by its schema, steps, colours and progress."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import ssl
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.vectors import foreign_files
from tests.vectors.attack_files import CASES
from tests.vectors.sealed_pdf import NOW, House, Sealed
from tests.verifier.command.schema import faults, verdict_schema
from verifier.__main__ import ExitCode, main
from verifier.command.help_words import HELP_WORDS
from verifier.command.output import Progress, colours_wanted, printable
from verifier.command.words import WORDS

HOUSE = Path(__file__).parents[3]
AT = NOW.isoformat()
GREEN, RED = "\x1b[32m", "\x1b[31m"


def run(desk: Path, *arguments: str) -> ExitCode:
    """Run the command in this process."""
    return main([*arguments, "--trust", str(desk / "trust"), "--at", AT, "--language", "en"])


def on_terminal(desk: Path, *arguments: str, **environment: str) -> str:
    """Run the command as a program whose output and errors are a terminal; what that shows."""
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "verifier", *arguments, "--at", AT, "--language", "en"],
        cwd=desk,
        env={**os.environ, "PYTHONPATH": str(HOUSE), "TERM": "xterm", **environment},
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # Linux says so when the other end is closed
            break
        if not piece:
            break
        shown += piece
    os.close(ours)
    child.wait(timeout=60)
    return shown.decode("utf-8")


def test_several_files_get_a_line_each_and_a_total(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(desk / f"{name}.pdf") for name in ("signed", "forged", "other", "none")]
    assert run(desk, *files) is ExitCode.USAGE
    said = capsys.readouterr()
    lines = said.out.splitlines()
    assert [line[0] for line in lines[:-1]] == ["+", "x", "?"]
    assert "signed.pdf: Genuine." in lines[0]
    assert "Something was added to the file after it was sealed." in lines[1]
    assert lines[-1] == (
        "Examined: 4. Genuine: 1. Altered: 1. Cannot tell: 1. Unreadable: 1. "
        "Judged by the trust list as of 2026-03-15 10:00 UTC."
    )
    assert said.out.count("Judged by") == 1
    assert "none.pdf: This file cannot be read" in said.err


def test_a_folder_is_examined_whole(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(desk, str(desk)) is ExitCode.ALTERED
    lines = capsys.readouterr().out.splitlines()
    assert [Path(line.split(": ")[0][2:]).name for line in lines[:-1]] == [
        "forged.pdf",
        "other.pdf",
        "signed.pdf",
    ]


def test_every_line_of_json_fits_the_documented_schema(
    desk: Path, sealed: Sealed, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(desk / f"{name}.pdf") for name in ("signed", "forged", "other", "none")]
    run(desk, *files, "--json", "--image", str(desk / "qr.png"))
    run(desk, "--json", "--qr", sealed.text)
    run(desk, "--json", "--qr", "menu", "--explain")
    said = capsys.readouterr()
    lines = [json.loads(line) for line in said.out.splitlines()]
    assert len(lines) == 7
    assert said.err.startswith("Step 1: the certificate")  # the steps, apart from the JSON
    schema = verdict_schema()
    assert [faults(line, schema, schema) for line in lines] == [[]] * 7
    assert lines[3]["error"]["code"] == "file_unreadable"
    assert faults({"input": "x", "outcome": "maybe"}, schema, schema) != []


def test_explain_prints_the_steps_with_what_each_found(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(desk, str(desk / "signed.pdf"), str(desk / "forged.pdf"), "--explain")
    said = capsys.readouterr().out
    steps = re.findall(r"^Step (\d)", said, re.MULTILINE)
    assert steps == ["1", "2", "3", "4", "5", "1", "2", "3", "4"]
    assert said.index("Step 1") < said.index("was issued by") < said.index("Step 2")
    assert said.index("Step 2") < said.index("signed bytes are unchanged") < said.index("Step 3")
    assert said.index("Step 3") < said.index("The seal is intact") < said.index("Step 4")
    assert said.index("Step 4") < said.index("added after the seal") < said.index("Step 5")
    assert said.index("Step 5") < said.index("expected signatures are there")
    assert "Examined: 2. Genuine: 1. Altered: 1." in said
    assert [said.count(f"{desk / name}.pdf\n") for name in ("signed", "forged")] == [1, 1]


def test_what_was_explained_is_not_repeated_in_the_report(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(desk, str(desk / "signed.pdf"), "--explain")
    said = capsys.readouterr().out
    assert said.count("The seal is intact") == 1
    assert "What was examined" not in said
    assert "Trust list: version" in said
    run(desk, str(desk / "signed.pdf"))
    assert capsys.readouterr().out.count("The seal is intact") == 1


def test_steps_are_printed_for_every_kind_of_input(
    desk: Path, sealed: Sealed, house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    def steps(*arguments: str) -> list[str]:
        run(desk, *arguments, "--explain")
        return re.findall(r"^(Step \d|Section 8)", capsys.readouterr().out, re.MULTILINE)

    cv2.imwrite(str(desk / "white.png"), np.full((90, 90), 255, np.uint8))
    invoice = desk / "invoice.pdf"
    invoice.write_bytes(foreign_files.signed(foreign_files.paper()))
    (desk / "roots.pem").write_text(ssl.DER_cert_to_PEM_cert(foreign_files.roots()[0]), "ascii")
    unreadable = desk / "unreadable.pdf"
    unreadable.write_bytes(CASES["deflate_bomb_under_an_honest_seal"].attack(sealed, house))
    assert steps("--qr", sealed.text) == ["Step 1"]
    assert steps("--image", str(desk / "qr.png")) == ["Step 1"]
    assert steps("--image", str(desk / "white.png")) == ["Step 1"]
    assert steps(str(unreadable)) == [f"Step {number}" for number in range(1, 7)]
    roots = ("--roots", str(desk / "roots.pem"))
    assert steps(str(invoice), *roots) == ["Step 1", "Section 8"]


def test_a_step_that_ends_the_examination_is_the_last_one(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(desk, str(desk / "other.pdf"), "--explain")
    said = capsys.readouterr().out
    assert re.findall(r"^Step (\d)", said, re.MULTILINE) == ["1"]
    assert "no Sygnet certificate" in said


def test_colours_are_shown_on_a_terminal_and_can_be_switched_off(desk: Path) -> None:
    assert GREEN in on_terminal(desk, "signed.pdf")
    assert RED in on_terminal(desk, "forged.pdf", "other.pdf")
    assert "\x1b[3" not in on_terminal(desk, "signed.pdf", NO_COLOR="1")
    assert "\x1b[3" not in on_terminal(desk, "signed.pdf", TERM="dumb")


def test_no_colours_without_a_terminal() -> None:
    assert not colours_wanted(io.StringIO(), {"TERM": "xterm"})


def test_progress_is_shown_on_a_terminal_and_wiped_in_the_end(desk: Path) -> None:
    shown = on_terminal(desk, *[f"./{'/' * n}signed.pdf" for n in range(4)], "other.pdf")
    assert " of 5 examined" in shown
    assert shown.rindex("\r\x1b[K") > shown.rindex("of 5 examined")


def test_no_progress_without_a_terminal_or_for_one_file() -> None:
    stream = io.StringIO()
    Progress(5, "en", stream).show(1)
    assert stream.getvalue() == ""


def test_a_name_cannot_steer_the_terminal(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hostile = desk / "\x1b[2Jgenuine.pdf"
    hostile.write_bytes(b"x")
    run(desk, str(hostile), str(desk / "none\x1b[31m.pdf"))
    said = capsys.readouterr()
    assert "\x1b" not in said.out + said.err
    assert printable("a\x1b\nb") == "a\ufffd\ufffdb"


def test_a_pdf_of_others_is_judged_by_given_roots_and_never_genuine(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pem = ssl.DER_cert_to_PEM_cert(foreign_files.roots()[0])
    (desk / "roots.pem").write_text(pem, encoding="ascii")
    invoice = foreign_files.signed(foreign_files.paper())
    (desk / "invoice.pdf").write_bytes(invoice)
    (desk / "broken.pdf").write_bytes(invoice.replace(b"(Faktura)", b"(Fakture)"))
    files = [str(desk / f"{name}.pdf") for name in ("invoice", "broken", "signed")]
    assert run(desk, files[0]) is ExitCode.CANNOT_TELL
    capsys.readouterr()
    roots = ("--roots", str(desk / "roots.pem"))
    assert run(desk, files[0], *roots) is ExitCode.CANNOT_TELL
    assert "This is not a Sygnet document" in capsys.readouterr().out
    assert run(desk, *files, *roots, "--json") is ExitCode.ALTERED
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["outcome"] for line in lines] == ["cannot_tell", "altered", "genuine"]
    assert "foreign_signature_good" in {each["code"] for each in lines[0]["findings"]}
    schema = verdict_schema()
    assert [faults(line, schema, schema) for line in lines] == [[]] * 3


def test_a_pdf_of_others_needs_no_trust_list(
    desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pem = ssl.DER_cert_to_PEM_cert(foreign_files.roots()[0])
    (desk / "roots.pem").write_text(pem, encoding="ascii")
    (desk / "invoice.pdf").write_bytes(foreign_files.signed(foreign_files.paper()))
    alone = ("--roots", str(desk / "roots.pem"), "--trust", str(tmp_path / "none"), "--json")
    invoice, ours = str(desk / "invoice.pdf"), str(desk / "signed.pdf")
    assert main([invoice, *alone]) is ExitCode.CANNOT_TELL
    assert "foreign_signature_good" in capsys.readouterr().out
    assert main([invoice, ours, "--image", str(desk / "qr.png"), *alone]) is ExitCode.USAGE
    _, *lines = map(json.loads, capsys.readouterr().out.splitlines())
    assert [line["error"]["code"] for line in lines] == ["trust_files_missing"] * 2
    assert main([invoice, *alone[2:]]) is ExitCode.USAGE
    assert "[trust_files_missing]" in capsys.readouterr().err


def test_roots_that_are_none_are_refused(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(desk, "x.pdf", "--roots", str(desk / "signed.pdf")) is ExitCode.USAGE
    assert "[roots_form]" in capsys.readouterr().err


def test_standard_input_is_examined_like_a_file(desk: Path, sealed: Sealed) -> None:
    def piped(data: bytes, *arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "verifier", *arguments, "--at", AT, "--language", "en"],
            cwd=desk,
            env={**os.environ, "PYTHONPATH": str(HOUSE)},
            input=data,
            capture_output=True,
            timeout=60,
            check=False,
        )
        return done.returncode, done.stdout.decode("utf-8")

    assert piped(sealed.data, "-") == (0, piped(sealed.data, "-")[1])
    assert piped(sealed.data, "-")[1].startswith("-: Genuine.")
    assert piped((desk / "qr.png").read_bytes(), "--image", "-")[0] == 0
    assert piped(f"{sealed.text}\n".encode(), "--qr", "-")[0] == 0
    assert piped(f"{sealed.text}\n".encode(), "--qr", "-", "signed.pdf")[0] == 0
    assert piped(b"", "-")[0] == 2


def test_a_scanner_on_another_keyboard_may_type_the_code(desk: Path, sealed: Sealed) -> None:
    from tests.keyboards import typed_on

    assert run(desk, "--qr", typed_on("de", sealed.text)) is ExitCode.GENUINE
    assert run(desk, str(desk / "signed.pdf"), "--qr", typed_on("fr", sealed.text)) == 0


def test_whoever_reads_may_stop_reading(desk: Path) -> None:
    command = f"{sys.executable} -m verifier {'signed.pdf ./signed.pdf ' * 2} --at {AT}"
    done = subprocess.run(
        ["/bin/sh", "-c", f"{command} | head -c 1 >/dev/null"],
        cwd=desk,
        env={**os.environ, "PYTHONPATH": str(HOUSE)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("spoken", [WORDS, HELP_WORDS])
def test_every_language_says_the_same_things(spoken: dict[str, dict[str, str]]) -> None:
    details = {
        language: {
            code: sorted(re.findall(r"\{(\w+)\}", said)) for code, said in spoken[language].items()
        }
        for language in spoken
    }
    assert set(details) == {"pl", "en", "de", "uk"}
    assert all(each == details["en"] for each in details.values())
