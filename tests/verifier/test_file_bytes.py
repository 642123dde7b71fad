"""verifier.file_bytes: a file is read by pieces, to the same verdict as from memory."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.generic import StreamObject, pdf_name

from tests.fuzz.bounds import resident_growth
from tests.vectors.attack_files import CASES
from tests.vectors.sealed_pdf import NOW, House, Sealed, direct, finish, prepare
from tests.vectors.timestamps import timestamped
from tests.verifier.verdicts import assert_genuine
from verifier import file_bytes
from verifier.document import verify_pdf
from verifier.errors import FileError
from verifier.file_bytes import FileBytes, first_bytes, matches, open_file, sha256_of
from verifier.foreign_pdf import verify_foreign_pdf
from verifier.trust_list import TrustList

MANY = sorted(CASES)[::4]
"""Attacks that are judged from a file too; all of them would take long."""
LARGE_BYTES = 30_000_000
GROWTH_BYTES = 12_000_000
"""What the parser may need beside a file of which it holds nothing."""


@pytest.fixture
def nothing_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read small files by pieces too."""
    monkeypatch.setattr(file_bytes, "HELD_BYTES", 0)
    monkeypatch.setattr(file_bytes, "WINDOW_BYTES", 1000)


def test_pieces_are_those_of_the_file(tmp_path: Path, nothing_held: None) -> None:
    data = bytes(range(256)) * 10
    (tmp_path / "a").write_bytes(data)
    with open_file(tmp_path / "a") as file:
        assert isinstance(file, FileBytes)
        for part in (slice(5), slice(7, 1999), slice(-3, None), slice(9, 2), slice(0, 9**9)):
            assert file[part] == data[part]
        assert sha256_of(file, (0, 100), (300, 2560)) == sha256_of(data, (0, 100), (300, 2560))
        beginning = first_bytes(file, 1000)
        assert (len(beginning), beginning[990:2000]) == (1000, data[990:1000])
        stream = file.raw()
        assert (stream.seek(-6, os.SEEK_END), stream.read(9), stream.read(9)) == (
            len(data) - 6,
            data[-6:],
            b"",
        )


@settings(deadline=None)
@given(st.binary(max_size=200), st.integers(0, 50), st.integers(1, 30))
def test_searching_by_windows_finds_what_searching_at_once_finds(
    data: bytes, start: int, window: int
) -> None:
    data = data.translate(bytes(b"aab"[byte % 3] for byte in range(256)))
    pattern = re.compile(rb"a{2,5}b?")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(file_bytes, "WINDOW_BYTES", window)
        found = [(at, match[0]) for at, match in matches(pattern, data, 6, start)]
    assert found == [(match.start(), match[0]) for match in pattern.finditer(data, start)]


@pytest.mark.parametrize("name", MANY)
def test_an_attack_is_judged_from_a_file_as_from_memory(
    name: str, sealed: Sealed, house: House, trust: TrustList, tmp_path: Path, nothing_held: None
) -> None:
    forged = CASES[name].attack(sealed, house)
    (tmp_path / "forged.pdf").write_bytes(forged)
    with open_file(tmp_path / "forged.pdf") as data:
        assert verify_pdf(data, trust, NOW) == verify_pdf(forged, trust, NOW)


def test_genuine_files_are_genuine_from_the_disk_too(
    sealed: Sealed, house: House, trust: TrustList, tmp_path: Path, nothing_held: None
) -> None:
    for file in (sealed.data, timestamped(sealed.data, house)):
        (tmp_path / "signed.pdf").write_bytes(file)
        with open_file(tmp_path / "signed.pdf") as data:
            assert_genuine(verify_pdf(data, trust, NOW))


def scan(writer: Any) -> None:
    """A picture of noise on the page."""
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Group"] = writer.add_object(StreamObject(stream_data=os.urandom(LARGE_BYTES)))
    writer.root[pdf_name("/Lang")] = page.raw_get("/Group")
    writer.update_root()


def test_a_large_file_is_not_held_in_memory(house: House, trust: TrustList, tmp_path: Path) -> None:
    signed = tmp_path / "signed.pdf"
    signed.write_bytes(finish(direct(prepare(plant=scan), house), house).data)
    assert signed.stat().st_size > LARGE_BYTES
    with open_file(signed) as data, resident_growth() as growth:
        verdict = verify_pdf(data, trust, NOW)
    assert_genuine(verdict)
    assert growth() < LARGE_BYTES + GROWTH_BYTES


@pytest.mark.parametrize("at", [0, 1, 2, 3])
def test_a_file_that_shrinks_meanwhile_is_an_error_and_no_verdict(
    at: int, sealed: Sealed, trust: TrustList, tmp_path: Path, nothing_held: None
) -> None:
    signed = tmp_path / "signed.pdf"
    signed.write_bytes(sealed.data)

    def shrink(step: int, found: object) -> None:
        if step == at + 1:
            os.truncate(signed, 300)

    with pytest.raises(FileError) as raised, open_file(signed) as data:
        verify_pdf(data, trust, NOW, watch=shrink)
    assert raised.value.code == "file_changed"


def test_a_file_that_is_written_to_meanwhile_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"%PDF-1.7\n")
    with pytest.raises(FileError) as raised, open_file(tmp_path / "a"):
        (tmp_path / "a").write_bytes(b"%PDF-1.7\n%more\n")
    assert raised.value.code == "file_changed"


def test_a_foreign_file_that_shrinks_is_an_error_too(
    sealed: Sealed, tmp_path: Path, nothing_held: None
) -> None:
    (tmp_path / "a").write_bytes(sealed.data)
    with pytest.raises(FileError), open_file(tmp_path / "a") as data:  # noqa: PT012
        os.truncate(tmp_path / "a", 100)
        verify_foreign_pdf(data, (), NOW)


def test_a_pipe_is_refused_at_once_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")
    for path in (tmp_path / "pipe.pdf", Path("/dev/zero")):
        with pytest.raises(FileError) as raised, open_file(path):
            pass
        assert raised.value.code == "not_a_plain_file"


def test_what_is_not_there_is_an_error(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.pdf", "a\0b"):
        with pytest.raises(FileError) as raised, open_file(path):
            pass
        assert raised.value.code == "file_unreadable"
