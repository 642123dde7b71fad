"""The kiosk's secret in a TPM (swtpm), a passphrase, systemd or a file; moving it loses nothing."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.__main__ import main
from kiosk.credential import (
    PASSPHRASE_FD,
    PASSPHRASE_FILE,
    TPM_FILE,
    CredentialKind,
    load_credential,
)
from kiosk.credential_move import move_credential
from kiosk.errors import CredentialError
from kiosk.store import Store
from kiosk.tpm import Tpm
from signing.sealed_secret import Cost
from tests.software_tpm import SoftwareTpm

CHEAP = Cost(memory_kib=64, iterations=1, lanes=1)
PASSPHRASE = "siedem zielonych mostów"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HOUSE = Path(__file__).parent.parent.parent


@pytest.fixture
def tpm(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a machine with a TPM."""
    with SoftwareTpm(tmp_path / "machine") as made:
        yield {"PATH": os.environ["PATH"], **made.environment}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A kiosk's data folder with a store, its secret in a file."""
    folder = tmp_path / "data"
    folder.mkdir()
    open_store(folder, {}).set_setting("office_url", "https://office.example")
    return folder


def open_store(folder: Path, environment: dict[str, str]) -> Store:
    credential = load_credential(folder, environment)
    return Store(folder / "store.db", credential.key("store"), NOW)


def opens(folder: Path, environment: dict[str, str]) -> bool:
    store = open_store(folder, environment)
    try:
        return store.setting("office_url") == "https://office.example"
    finally:
        store.close()


def typed(folder: Path, environment: dict[str, str]) -> dict[str, str]:
    """The environment with the passphrase in a file descriptor."""
    reader, writer = os.pipe()
    os.write(writer, PASSPHRASE.encode())
    os.close(writer)
    return {**environment, PASSPHRASE_FD: str(reader)}


def says(text: str) -> Callable[[str], str]:
    return lambda _prompt: text


def credential_files(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("credential*")}


def move(folder: Path, to: CredentialKind, environment: dict[str, str]) -> None:
    found = load_credential(folder, environment)
    move_credential(folder, found, to, environment, says(PASSPHRASE), CHEAP)


def test_a_new_kiosk_seals_its_secret_to_the_tpm(tmp_path: Path, tpm: dict[str, str]) -> None:
    first = load_credential(tmp_path, tpm)
    assert (first.kind, first.protects_the_disk) == (CredentialKind.TPM, True)
    assert credential_files(tmp_path) == {TPM_FILE}
    assert load_credential(tmp_path, tpm).key("store") == first.key("store")
    assert first.secret not in (tmp_path / TPM_FILE).read_bytes()


def test_a_copied_disk_is_of_no_use_in_another_machine(
    data: Path, tpm: dict[str, str], tmp_path: Path
) -> None:
    move(data, CredentialKind.TPM, tpm)
    assert opens(data, tpm)
    copy = shutil.copytree(data, tmp_path / "copy")
    before = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    with SoftwareTpm(tmp_path / "other machine") as other:
        elsewhere = {"PATH": os.environ["PATH"], **other.environment}
        with pytest.raises(CredentialError) as refused:
            open_store(copy, elsewhere)
    assert refused.value.code == "tpm_refuses"
    with pytest.raises(CredentialError) as refused:
        open_store(copy, {"PATH": "/nowhere"})
    assert refused.value.code == "tpm_unavailable"
    assert {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()} == before


def test_the_secret_moves_through_every_way_and_the_store_opens(
    data: Path, tpm: dict[str, str], tmp_path: Path
) -> None:
    secret = load_credential(data, {}).secret
    move(data, CredentialKind.TPM, tpm)
    assert credential_files(data) == {TPM_FILE}
    assert opens(data, tpm)
    move(data, CredentialKind.PASSPHRASE, tpm)
    assert credential_files(data) == {PASSPHRASE_FILE}
    assert opens(data, typed(data, tpm))
    move(data, CredentialKind.FILE, typed(data, tpm))
    assert credential_files(data) == {"credential"}
    assert opens(data, tpm)
    given = tmp_path / "given"
    given.mkdir()
    (given / "sygnet-credential").write_bytes(secret)
    systemd = {"CREDENTIALS_DIRECTORY": str(given)}
    move(data, CredentialKind.SYSTEMD, systemd)
    assert credential_files(data) == set()
    found = load_credential(data, systemd)
    assert (found.kind, found.protects_the_disk) == (CredentialKind.SYSTEMD, True)
    assert opens(data, systemd)


def test_systemd_must_hand_over_the_same_secret(data: Path, tmp_path: Path) -> None:
    with pytest.raises(CredentialError) as refused:
        move(data, CredentialKind.SYSTEMD, {})
    assert refused.value.code == "systemd_other_secret"
    assert opens(data, {})


def test_a_passphrase_is_needed_right_and_long_enough(data: Path) -> None:
    found = load_credential(data, {})
    with pytest.raises(CredentialError) as refused:
        move_credential(data, found, CredentialKind.PASSPHRASE, {}, says("short"), CHEAP)
    assert refused.value.code == "passphrase_too_short"
    assert credential_files(data) == {"credential"}
    move(data, CredentialKind.PASSPHRASE, {})
    with pytest.raises(CredentialError) as refused:
        open_store(data, {})
    assert refused.value.code == "passphrase_needed"
    reader, writer = os.pipe()
    os.write(writer, b"siedem zielonych mostow")
    os.close(writer)
    with pytest.raises(CredentialError) as refused:
        open_store(data, {PASSPHRASE_FD: str(reader)})
    assert refused.value.code == "passphrase_wrong"
    assert opens(data, typed(data, {}))


def test_a_move_that_fails_leaves_the_old_way(data: Path) -> None:
    with pytest.raises(CredentialError) as refused:
        move(data, CredentialKind.TPM, {"PATH": "/nowhere"})
    assert refused.value.code == "tpm_unavailable"
    assert credential_files(data) == {"credential"}
    assert opens(data, {})


@pytest.mark.parametrize(
    ("way", "point"),
    [
        ("tpm", "before:pathlib:Path.replace"),
        ("tpm", "after:kiosk.credential_move:keep_in_tpm"),
        ("tpm", "before:pathlib:Path.unlink"),
        ("tpm", "after:pathlib:Path.unlink"),
        ("passphrase", "before:pathlib:Path.replace"),
        ("passphrase", "after:kiosk.credential_move:write_whole"),
        ("passphrase", "before:pathlib:Path.unlink"),
    ],
)
def test_a_power_cut_while_moving_leaves_a_store_that_opens(
    data: Path, tpm: dict[str, str], way: str, point: str
) -> None:
    command = [sys.executable, "-m", "tests.kiosk.credential_cut", point, str(data), way]
    done = subprocess.run(
        command, cwd=HOUSE, env={**os.environ, **tpm}, capture_output=True, check=False, timeout=60
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    environment = typed(data, tpm)
    found = load_credential(data, environment)
    assert found.protects_the_disk == ("credential" not in credential_files(data))
    assert opens(data, typed(data, tpm))
    move(data, CredentialKind(way), typed(data, tpm))
    assert len(credential_files(data)) == 1
    assert opens(data, typed(data, tpm))


def test_the_command_says_and_moves(
    data: Path,
    tpm: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    move(data, CredentialKind.PASSPHRASE, {})
    monkeypatch.setenv(PASSPHRASE_FD, typed(data, {})[PASSPHRASE_FD])
    assert main(["credential", "--data", str(data), "--to", "file"]) == 0
    capsys.readouterr()
    monkeypatch.setenv("TPM2TOOLS_TCTI", tpm["TPM2TOOLS_TCTI"])
    assert main(["credential", "--data", str(data)]) == 0
    assert capsys.readouterr().out == "kind=file protected_against_disk_theft=no\n"
    assert main(["credential", "--data", str(data), "--to", "tpm"]) == 0
    assert capsys.readouterr().out == "kind=tpm\n"
    assert main(["credential", "--data", str(data)]) == 0
    assert capsys.readouterr().out == "kind=tpm protected_against_disk_theft=yes\n"


@given(st.binary(max_size=400) | st.text(max_size=99).map(lambda text: b'{"format":"%a"}' % text))
def test_a_damaged_blob_is_refused_before_the_tpm_is_asked(blob: bytes) -> None:
    with pytest.raises(CredentialError) as refused:
        Tpm({"PATH": "/nowhere"}).unseal(blob)
    assert refused.value.code == "tpm_blob_unreadable"
