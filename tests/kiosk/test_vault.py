"""Encrypted document files: written whole, opened only with their key, shredded for good."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.errors import StoreError
from kiosk.vault import Vault

CONTENT = b"%PDF-1.7 umowa Jana Kowalskiego " * 100


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "documents")


def test_content_comes_back_and_is_not_on_the_disk(vault: Vault) -> None:
    entry = vault.put(CONTENT)
    assert vault.get(entry) == CONTENT
    assert b"Kowalski" not in (vault.folder / entry.file).read_bytes()


def test_two_files_of_the_same_content_have_nothing_in_common(vault: Vault) -> None:
    first, second = vault.put(CONTENT), vault.put(CONTENT)
    assert first.key != second.key
    assert (vault.folder / first.file).read_bytes() != (vault.folder / second.file).read_bytes()


@pytest.mark.parametrize("position", [0, 4, 20, -1])
def test_a_changed_file_is_refused(vault: Vault, position: int) -> None:
    entry = vault.put(CONTENT)
    damaged = bytearray((vault.folder / entry.file).read_bytes())
    damaged[position] ^= 1
    (vault.folder / entry.file).write_bytes(damaged)
    with pytest.raises(StoreError) as refused:
        vault.get(entry)
    assert refused.value.code == "document_damaged"


def test_swapped_files_are_refused(vault: Vault) -> None:
    first = vault.put(b"one")
    second = replace(first, file=vault.put(b"two").file)
    (vault.folder / second.file).write_bytes((vault.folder / first.file).read_bytes())
    with pytest.raises(StoreError):
        vault.get(second)


def test_a_removed_file_is_gone_and_removing_twice_is_no_fault(vault: Vault) -> None:
    entry = vault.put(CONTENT)
    vault.remove(entry.file)
    vault.remove(entry.file)
    with pytest.raises(StoreError):
        vault.get(entry)


def test_sweeping_keeps_what_is_named_only(vault: Vault) -> None:
    kept, lost = vault.put(b"kept"), vault.put(b"lost")
    (vault.folder / ".x.part").write_bytes(b"half")
    assert vault.sweep([kept.file]) == 2
    assert vault.get(kept) == b"kept"
    assert not (vault.folder / lost.file).exists()


def test_keys_do_not_show_in_messages(vault: Vault) -> None:
    entry = vault.put(b"x")
    assert entry.key.hex() not in repr(entry)
    assert repr(entry.key) not in repr(entry)
