"""Files are written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from signing.whole_file import whole_file, write_whole


def test_a_file_is_replaced_by_its_new_content(tmp_path: Path) -> None:
    target = tmp_path / "signed.pdf"
    target.write_bytes(b"old")
    write_whole(target, b"new")
    assert target.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [target]


def test_a_failure_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    target = tmp_path / "signed.pdf"
    target.write_bytes(b"old")
    with pytest.raises(FileNotFoundError), whole_file(target) as temporary:
        temporary.rename(tmp_path / "gone")
    (tmp_path / "gone").unlink()
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_new_file_appears_only_at_the_end(tmp_path: Path) -> None:
    target = tmp_path / "signed.pdf"
    with whole_file(target) as temporary:
        temporary.write_bytes(b"whole")
        assert not target.exists()
    assert target.read_bytes() == b"whole"


def test_the_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    target = tmp_path / "signed.pdf"
    write_whole(target, b"secret")
    assert target.stat().st_mode & 0o077 == 0


def test_a_missing_folder_is_an_error_and_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_whole(tmp_path / "nowhere" / "signed.pdf", b"x")
    assert list(tmp_path.iterdir()) == []
