"""The one secret from which everything at rest is opened, and the keys made from it.

The secret is kept in one of four ways, and the first that is there is used:

1. ``credential.tpm``: sealed to this machine's TPM 2.0 (``kiosk.tpm``);
2. systemd's CREDENTIALS_DIRECTORY, where the machine unseals it outside the data folder;
3. ``credential.passphrase``: opened by a passphrase that is asked for at every start;
4. ``credential``: a file of mode 0600 beside the data, which does not protect a stolen disk.

On the very first start the secret is made: sealed to the TPM where there is one, else as a file.
``kiosk.credential_move`` changes the way without changing the secret. Each use gets a key of its
own by HKDF-SHA256 (RFC 5869), so that no two uses share one.
"""

from __future__ import annotations

import base64
import getpass
import logging
import os
import secrets
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kiosk.errors import CredentialError
from kiosk.tpm import MAX_BLOB_BYTES, find_tpm
from signing.errors import SigningError
from signing.key_files import CREDENTIAL_FILE, CREDENTIAL_NAME, read_credential
from signing.sealed_secret import open_secret
from signing.whole_file import write_whole

__all__ = [
    "PASSPHRASE_FILE",
    "TPM_FILE",
    "Credential",
    "CredentialKind",
    "keep_in_tpm",
    "load_credential",
    "read_kind",
]

TPM_FILE = "credential.tpm"
PASSPHRASE_FILE = "credential.passphrase"  # noqa: S105 - a file's name
PASSPHRASE_PURPOSE = "kiosk"  # noqa: S105 - what the sealed file is for
PASSPHRASE_FD = "SYGNET_KIOSK_PASSPHRASE_FD"  # noqa: S105 - a variable's name
"""Environment: number of an open file descriptor from which the passphrase is read."""
MAX_PASSPHRASE_BYTES = 4096
CREDENTIAL_BYTES = 32

log = logging.getLogger(__name__)


class CredentialKind(StrEnum):
    """How the secret is kept."""

    TPM = "tpm"
    """Sealed to this machine's TPM."""
    SYSTEMD = "systemd"
    """Handed over by systemd at start."""
    PASSPHRASE = "passphrase"  # noqa: S105 - a kind
    """Opened by a passphrase that somebody types."""
    FILE = "file"
    """In a file beside the data."""


@dataclass(frozen=True)
class Credential:
    """The device's secret and the keys made from it."""

    secret: bytes = field(repr=False)
    """The secret itself."""
    kind: CredentialKind = CredentialKind.FILE
    """How it was found."""
    file_is_there: bool = False
    """Whether the file ``credential`` lies beside the data, whatever way was used."""

    def __repr__(self) -> str:
        return "Credential(...)"

    @property
    def protects_the_disk(self) -> bool:
        """Whether a stolen disk is of no use: its secret is not on it in plain."""
        return self.kind is not CredentialKind.FILE and not self.file_is_there

    def key(self, purpose: str) -> bytes:
        """A 32-byte key for one purpose (HKDF-SHA256, info ``sygnet kiosk v1|purpose``)."""
        derivation = HKDF(
            algorithm=SHA256(), length=32, salt=None, info=f"sygnet kiosk v1|{purpose}".encode()
        )
        return derivation.derive(self.secret)

    def passphrase(self) -> bytes:
        """The passphrase of the key files, as printable bytes."""
        return base64.b64encode(self.key("key files"))


def load_credential(data_folder: Path, environment: Mapping[str, str] | None = None) -> Credential:
    """Find the credential, or make one on the very first start.

    Args:
        data_folder: where the kiosk keeps its data; must exist.
        environment: the process's own by default.

    Returns:
        The credential.

    Raises:
        CredentialError: codes ``credential_unusable`` (too short, unreadable, open to others),
            ``credential_missing`` (the store is there, the secret that opens it is not),
            ``tpm_unavailable``, ``tpm_refuses``, ``tpm_blob_unreadable``, ``passphrase_needed``,
            ``passphrase_wrong``, ``sealed_file_unreadable``.
    """
    source = os.environ if environment is None else environment
    kind = _first_kind(data_folder, source)
    if kind is None:
        if (data_folder / "store.db").exists():
            raise CredentialError(
                "credential_missing",
                "The secret that opens this kiosk's data is missing.",
                "Put the credential file back, or start again with an empty data folder.",
            )
        kind = _make(data_folder, source)
    file_is_there = (data_folder / CREDENTIAL_FILE).exists()
    return Credential(read_kind(kind, data_folder, source), kind, file_is_there)


def read_kind(
    kind: CredentialKind,
    data_folder: Path,
    environment: Mapping[str, str],
    ask: Callable[[str], str] | None = None,
) -> bytes:
    """Read the secret from one of the four places.

    Raises:
        CredentialError: as `load_credential`.
    """
    if kind is CredentialKind.TPM:
        tpm = find_tpm(environment)
        if tpm is None:
            raise CredentialError(
                "tpm_unavailable",
                "The kiosk's secret is sealed to a TPM, and there is none that we may use.",
                "Install tpm2-tools, and put the kiosk's user into the group tss.",
            )
        return tpm.unseal(_small_file(data_folder / TPM_FILE))
    try:
        if kind is CredentialKind.PASSPHRASE:
            data = _small_file(data_folder / PASSPHRASE_FILE)
            passphrase = (ask or (lambda _: _asked(environment)))("Passphrase: ")
            return open_secret(data, passphrase, PASSPHRASE_PURPOSE)
        if kind is CredentialKind.SYSTEMD:
            return read_credential(data_folder, environment)
        return read_credential(data_folder, {})
    except SigningError as error:
        raise CredentialError(error.code, error.sentence, error.next_step) from error


def keep_in_tpm(data_folder: Path, secret: bytes, environment: Mapping[str, str]) -> None:
    """Seal a secret to this machine's TPM.

    Raises:
        CredentialError: code ``tpm_unavailable``; no file was written.
    """
    tpm = find_tpm(environment)
    if tpm is None:
        raise CredentialError(
            "tpm_unavailable",
            "This machine has no TPM 2.0 that the kiosk may use.",
            "Install tpm2-tools, and put the kiosk's user into the group tss.",
        )
    write_whole(data_folder / TPM_FILE, tpm.seal(secret))


def _first_kind(data_folder: Path, environment: Mapping[str, str]) -> CredentialKind | None:
    if (data_folder / TPM_FILE).exists():
        return CredentialKind.TPM
    systemd_folder = environment.get("CREDENTIALS_DIRECTORY", "")
    if systemd_folder and (Path(systemd_folder) / CREDENTIAL_NAME).exists():
        return CredentialKind.SYSTEMD
    if (data_folder / PASSPHRASE_FILE).exists():
        return CredentialKind.PASSPHRASE
    return CredentialKind.FILE if (data_folder / CREDENTIAL_FILE).exists() else None


def _make(data_folder: Path, environment: Mapping[str, str]) -> CredentialKind:
    """The very first start: into the TPM, else into a file, and the status says which."""
    if find_tpm(environment) is not None:
        try:
            secret = base64.b64encode(secrets.token_bytes(CREDENTIAL_BYTES))
            keep_in_tpm(data_folder, secret, environment)
        except CredentialError as error:
            log.warning("the TPM cannot be used: %s", error.code)
        else:
            return CredentialKind.TPM
    return CredentialKind.FILE


def _asked(environment: Mapping[str, str]) -> str:
    """The passphrase, from the file descriptor that the environment names or from the terminal."""
    number = environment.get(PASSPHRASE_FD, "")
    try:
        if number.isascii() and number.isdigit():
            with os.fdopen(int(number), "rb") as file:
                return file.read(MAX_PASSPHRASE_BYTES).decode("utf-8", "surrogateescape").strip()
        if sys.stdin is not None and sys.stdin.isatty():
            return getpass.getpass("Passphrase of this kiosk: ")
    except (OSError, EOFError) as error:
        raise _needed() from error
    raise _needed()


def _needed() -> CredentialError:
    return CredentialError(
        "passphrase_needed",
        "This kiosk's data is opened by a passphrase, and none was given.",
        f"Start it at a terminal, or give a file descriptor in {PASSPHRASE_FD}.",
    )


def _small_file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BLOB_BYTES + 1)
    except OSError as error:
        raise CredentialError(
            "credential_unusable",
            "The file with the kiosk's secret cannot be read.",
            f"Restore {path} and give it to the kiosk's user.",
        ) from error
