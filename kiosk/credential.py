"""The one secret from which everything at rest is opened, and the keys made from it.

`signing.key_files` finds the secret: systemd's CREDENTIALS_DIRECTORY wins, so that in production
the machine unseals it and it never lies beside the data; without it the file ``credential``
(mode 0600) in the data folder is used, and made on the first start. Each use gets a key of its
own by HKDF-SHA256 (RFC 5869), so that no two uses share one.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kiosk.errors import CredentialError
from signing.key_files import CREDENTIAL_FILE, CREDENTIAL_NAME, KeyFileError, read_credential

__all__ = ["Credential", "load_credential"]


class Credential:
    """The device's secret and the keys made from it."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def __repr__(self) -> str:
        return "Credential(...)"

    def key(self, purpose: str) -> bytes:
        """A 32-byte key for one purpose (HKDF-SHA256, info ``sygnet kiosk v1|purpose``)."""
        derivation = HKDF(
            algorithm=SHA256(), length=32, salt=None, info=f"sygnet kiosk v1|{purpose}".encode()
        )
        return derivation.derive(self._secret)

    def passphrase(self) -> bytes:
        """The passphrase of the key files, as printable bytes."""
        return base64.b64encode(self.key("key files"))


def load_credential(data_folder: Path, environment: Mapping[str, str] | None = None) -> Credential:
    """Find the credential, or make one in the data folder on the very first start.

    Args:
        data_folder: where the kiosk keeps its data; must exist.
        environment: where CREDENTIALS_DIRECTORY is looked up; the process's own by default.

    Returns:
        The credential.

    Raises:
        CredentialError: codes ``credential_unusable`` (too short, unreadable, open to others)
            and ``credential_missing`` (the store is there, the secret that opens it is not).
    """
    source = os.environ if environment is None else environment
    systemd_folder = source.get("CREDENTIALS_DIRECTORY", "")
    given = bool(systemd_folder) and (Path(systemd_folder) / CREDENTIAL_NAME).exists()
    own = data_folder / CREDENTIAL_FILE
    if not given and not own.exists() and (data_folder / "store.db").exists():
        raise CredentialError(
            "credential_missing",
            "The secret that opens this kiosk's data is missing.",
            "Put the credential file back, or start again with an empty data folder.",
        )
    try:
        return Credential(read_credential(data_folder, source))
    except KeyFileError as error:
        raise CredentialError(error.code, error.sentence, error.next_step) from error
