"""verifier.command.inputs: what the command line names becomes a list of things to examine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from verifier.command.inputs import Input, Kind, inputs_of, read_input
from verifier.errors import VerifierError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Some files, one level deep."""
    (tmp_path / "below").mkdir()
    (tmp_path / "empty").mkdir()
    for name in ("b.pdf", "a.pdf", "below/c.PDF", "below/notes.txt", "odd [1].pdf"):
        (tmp_path / name).write_bytes(b"%PDF-")
    return tmp_path


def names(folder: Path, *files: str) -> list[str]:
    """What is found, relative to the folder."""
    return [
        str(Path(each.value).relative_to(folder))
        for each in inputs_of([str(folder / name) for name in files], None, [], None)
    ]


def test_a_folder_stands_for_all_pdf_files_below_it_in_order(folder: Path) -> None:
    assert names(folder, "") == ["a.pdf", "b.pdf", "below/c.PDF", "odd [1].pdf"]


def test_a_pattern_is_expanded_in_order(folder: Path) -> None:
    assert names(folder, "?.pdf") == ["a.pdf", "b.pdf"]
    assert names(folder, "**/*.PDF") == ["below/c.PDF"]


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(folder: Path) -> None:
    assert names(folder, "odd [1].pdf") == ["odd [1].pdf"]


def test_a_file_named_twice_is_examined_once(folder: Path) -> None:
    assert names(folder, "b.pdf", "*.pdf", "b.pdf") == ["b.pdf", "a.pdf", "odd [1].pdf"]


def test_what_is_not_there_is_kept_so_that_it_is_said(folder: Path) -> None:
    found = inputs_of([str(folder / name) for name in ("empty", "*.doc", "x.pdf")], None, [], None)
    assert [each.kind for each in found] == [Kind.MISSING, Kind.MISSING, Kind.FILE]


def test_a_name_that_is_too_long_is_kept_so_that_it_is_said(folder: Path) -> None:
    [found] = inputs_of([str(folder / ("a" * 5000))], None, [], None)
    assert found.kind is Kind.FILE
    with pytest.raises(VerifierError) as refused:
        read_input(found.value, 10)
    assert refused.value.code == "file_unreadable"


def test_a_folder_that_cannot_be_read_is_kept_so_that_it_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = os.scandir

    def scandir(place: str) -> object:
        if Path(place).name in {"below", "locked"}:
            raise PermissionError(13, "Permission denied", place)
        return really(place)

    (folder / "locked").mkdir()
    monkeypatch.setattr(os, "scandir", scandir)
    assert names(folder, "") == ["a.pdf", "b.pdf", "below", "locked", "odd [1].pdf"]
    assert names(folder, "locked") == ["locked"]


def test_links_to_folders_are_not_followed(folder: Path) -> None:
    (folder / "below" / "again").symlink_to(folder, target_is_directory=True)
    assert len(names(folder, "")) == 4


def test_every_other_kind_comes_after_the_files() -> None:
    found = inputs_of([], "HTTPS://A.PL/C#1", ["qr.png", "-"], 2)
    assert found == [
        Input(Kind.QR, "QR", "HTTPS://A.PL/C#1"),
        Input(Kind.IMAGE, "qr.png", "qr.png"),
        Input(Kind.IMAGE, "-", "-"),
        Input(Kind.CAMERA, "camera 2", "2"),
    ]


def test_a_code_given_with_files_is_no_input_of_its_own() -> None:
    assert [each.kind for each in inputs_of(["-"], "text", [], None)] == [Kind.FILE]


def test_reading_stops_behind_the_limit(folder: Path) -> None:
    (folder / "long").write_bytes(b"x" * 100)
    assert read_input(str(folder / "long"), 10) == b"x" * 11


@pytest.mark.parametrize("name", ["none.pdf", ".", "a\0b", "x" * 5000])
def test_what_cannot_be_read_is_explained(folder: Path, name: str) -> None:
    with pytest.raises(VerifierError) as refused:
        read_input(str(folder / name), 10)
    assert refused.value.code == "file_unreadable"


def test_a_pipe_that_is_named_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")
    with pytest.raises(VerifierError) as refused:
        read_input(str(tmp_path / "pipe.pdf"), 100)
    assert refused.value.code == "not_a_plain_file"
    assert "-" in refused.value.next_step
