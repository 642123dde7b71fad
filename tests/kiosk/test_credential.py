"""The one secret: found, made, guarded."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from kiosk.credential import load_credential
from kiosk.errors import CredentialError


def test_a_credential_is_made_once_and_only_for_its_owner(tmp_path: Path) -> None:
    first = load_credential(tmp_path, {})
    assert stat.S_IMODE((tmp_path / "credential").stat().st_mode) == 0o600
    assert load_credential(tmp_path, {}).key("store") == first.key("store")


def test_each_purpose_has_its_own_key(tmp_path: Path) -> None:
    credential = load_credential(tmp_path, {})
    assert credential.key("store") != credential.key("cookies")
    assert len(credential.key("store")) == 32


def test_the_one_from_systemd_wins_and_none_is_made(tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.mkdir()
    (given / "sygnet-credential").write_bytes(b"0123456789abcdef0123456789abcdef")
    data = tmp_path / "data"
    data.mkdir()
    load_credential(data, {"CREDENTIALS_DIRECTORY": str(given)})
    assert list(data.iterdir()) == []


def test_a_credential_that_others_can_read_is_refused(tmp_path: Path) -> None:
    load_credential(tmp_path, {})
    (tmp_path / "credential").chmod(0o644)
    with pytest.raises(CredentialError) as refused:
        load_credential(tmp_path, {})
    assert refused.value.code == "credential_unusable"


def test_a_lost_credential_is_not_replaced_by_a_new_one(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_bytes(b"x")
    with pytest.raises(CredentialError) as refused:
        load_credential(tmp_path, {})
    assert refused.value.code == "credential_missing"
    assert not (tmp_path / "credential").exists()


def test_the_secret_does_not_show_in_messages(tmp_path: Path) -> None:
    credential = load_credential(tmp_path, {})
    assert (tmp_path / "credential").read_text().strip() not in repr(credential)
