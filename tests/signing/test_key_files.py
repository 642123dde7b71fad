"""Key files: encrypted, private, whole, never overwritten; and the credential that opens them."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from signing.key_files import KeyFile, KeyFileError, read_credential

CREDENTIAL = b"correct horse battery staple"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_p256_key_comes_back_and_the_file_is_private(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "keys" / "seal.pem", CREDENTIAL)
    key = file.create_p256()
    assert file.load_p256().private_numbers() == key.private_numbers()
    assert isinstance(key.curve, ec.SECP256R1)
    assert mode(file.path) == 0o600
    assert file.path.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")


def test_an_ed25519_key_comes_back(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "sync.pem", CREDENTIAL)
    key = file.create_ed25519()
    loaded = file.load_ed25519()
    assert isinstance(loaded, ed25519.Ed25519PrivateKey)
    assert loaded.public_key() == key.public_key()


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "seal.pem", CREDENTIAL)
    file.create_p256()
    before = file.path.read_bytes()
    with pytest.raises(KeyFileError) as refused:
        file.create_ed25519()
    assert refused.value.code == "key_exists"
    assert file.path.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["seal.pem"]


def test_a_missing_key_says_so(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "seal.pem", CREDENTIAL)
    assert not file.exists()
    with pytest.raises(KeyFileError) as refused:
        file.load()
    assert refused.value.code == "key_missing"


@pytest.mark.parametrize("damage", [b"", b"\x00" * 100, b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n"])
def test_a_damaged_key_file_says_so(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "seal.pem"
    path.write_bytes(damage)
    with pytest.raises(KeyFileError) as refused:
        KeyFile(path, CREDENTIAL).load()
    assert refused.value.code == "key_unreadable"


def test_a_huge_key_file_is_not_parsed(tmp_path: Path) -> None:
    path = tmp_path / "seal.pem"
    path.write_bytes(b"-" * 1_000_000)
    with pytest.raises(KeyFileError):
        KeyFile(path, CREDENTIAL).load()


def test_the_wrong_credential_opens_nothing(tmp_path: Path) -> None:
    path = tmp_path / "seal.pem"
    KeyFile(path, CREDENTIAL).create_p256()
    with pytest.raises(KeyFileError) as refused:
        KeyFile(path, b"another credential").load()
    assert refused.value.code == "key_unreadable"
    assert CREDENTIAL.decode() not in str(refused.value)


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "sync.pem", CREDENTIAL)
    file.create_ed25519()
    with pytest.raises(KeyFileError):
        file.load_p256()


def test_the_credential_is_made_once_and_is_private(tmp_path: Path) -> None:
    first = read_credential(tmp_path, {})
    assert read_credential(tmp_path, {}) == first
    assert len(first) >= 43
    assert mode(tmp_path / "credential") == 0o600


def test_systemds_credential_wins(tmp_path: Path) -> None:
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "sygnet-credential").write_bytes(b"from systemd, long enough\n")
    data = tmp_path / "data"
    found = read_credential(data, {"CREDENTIALS_DIRECTORY": str(credentials)})
    assert found == b"from systemd, long enough"
    assert not data.exists()


def test_a_credential_that_others_can_read_is_refused(tmp_path: Path) -> None:
    read_credential(tmp_path, {})
    (tmp_path / "credential").chmod(0o644)
    with pytest.raises(KeyFileError) as refused:
        read_credential(tmp_path, {})
    assert refused.value.code == "credential_unusable"


def test_a_short_credential_is_refused(tmp_path: Path) -> None:
    (tmp_path / "credential").touch(mode=0o600)
    with pytest.raises(KeyFileError):
        read_credential(tmp_path, {})
