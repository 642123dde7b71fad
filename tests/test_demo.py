"""`make demo` keeps its promise: every file it names, its exit codes, nothing half-written."""

from __future__ import annotations

import json
from pathlib import Path

import pikepdf
import pytest

from tests.demo import EXIT_GENUINE, EXIT_REFUSED, EXIT_USAGE, main
from tests.samples import samples
from verifier.__main__ import main as verify

WRITTEN = {
    "signed.pdf",
    "trust",
    "root.pem",
    "qr.png",
    "qr.txt",
    "certificate.png",
    "timings.json",
}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one run of the demo wrote."""
    folder = tmp_path_factory.mktemp("demo")
    source = folder / "umowa.pdf"
    source.write_bytes(samples()[1].pdf)
    assert main([str(source), str(folder / "out")]) == EXIT_GENUINE
    return folder / "out"


def test_the_demo_leaves_every_file_that_it_names(out: Path) -> None:
    assert {path.name for path in out.iterdir()} == WRITTEN
    assert (out / "root.pem").read_bytes().startswith(b"-----BEGIN CERTIFICATE-----")
    assert (out / "qr.txt").read_text(encoding="ascii").startswith("HTTPS://SYGNET.EXAMPLE/C#")
    assert {"prepare", "seal", "verify"} <= set(json.loads((out / "timings.json").read_text()))


def test_the_verifier_alone_finds_the_demos_file_genuine(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify([str(out / "signed.pdf"), "--trust", str(out / "trust")]) == 0
    text = (out / "qr.txt").read_text(encoding="ascii").strip()
    assert verify(["--qr", text, "--trust", str(out / "trust")]) == 0
    assert verify(["--image", str(out / "certificate.png"), "--trust", str(out / "trust")]) == 0
    assert "Łucja Żółkiewska" in capsys.readouterr().out


def _encrypted(folder: Path) -> Path:
    target = folder / "locked.pdf"
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(595, 842))
        document.save(target, encryption=pikepdf.Encryption(owner="owner", user="sesame"))
    return target


def _empty(folder: Path) -> Path:
    target = folder / "empty.pdf"
    target.touch()
    return target


def _picture(folder: Path) -> Path:
    target = folder / "picture.pdf"
    target.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    return target


@pytest.mark.parametrize(
    ("make", "code"),
    [(_encrypted, "encrypted_pdf"), (_empty, "empty_file"), (_picture, "not_a_pdf")],
)
def test_what_cannot_be_signed_is_refused_with_a_code_and_nothing_is_written(
    make: object, code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert callable(make)
    source = make(tmp_path)
    assert main([str(source), str(tmp_path / "out")]) == EXIT_REFUSED
    assert capsys.readouterr().err.rstrip().endswith(f"[{code}]")
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_signed_already_is_refused(out: Path, tmp_path: Path) -> None:
    assert main([str(out / "signed.pdf"), str(tmp_path / "out")]) == EXIT_REFUSED
    assert not (tmp_path / "out").exists()


def test_an_encrypted_file_is_signed_with_its_password(tmp_path: Path) -> None:
    source = _encrypted(tmp_path)
    assert main([str(source), str(tmp_path / "out"), "--password", "sesame"]) == EXIT_GENUINE


def test_wrong_usage_has_its_own_exit_code(tmp_path: Path) -> None:
    assert main([]) == EXIT_USAGE
    assert main([str(tmp_path / "none.pdf"), str(tmp_path / "out")]) == EXIT_USAGE
