"""Keeping the kiosk's secret in another way, without a moment in which nothing opens the store.

First the new way is written and read back, then the old ones are taken away. A power cut in
between leaves both, the store opens all the same, the status says that the file is still there, and
the same command finishes the work.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from pathlib import Path

from kiosk.credential import (
    PASSPHRASE_FILE,
    PASSPHRASE_PURPOSE,
    TPM_FILE,
    Credential,
    CredentialKind,
    keep_in_tpm,
    read_kind,
)
from kiosk.errors import CredentialError
from signing.errors import SigningError
from signing.key_files import CREDENTIAL_FILE
from signing.sealed_secret import Cost, seal_secret
from signing.whole_file import write_whole

__all__ = ["move_credential"]

FILES = {
    CredentialKind.TPM: TPM_FILE,
    CredentialKind.PASSPHRASE: PASSPHRASE_FILE,
    CredentialKind.FILE: CREDENTIAL_FILE,
}
"""What each way leaves in the data folder; systemd's lies outside."""


def move_credential(
    data_folder: Path,
    found: Credential,
    to: CredentialKind,
    environment: Mapping[str, str],
    ask: Callable[[str], str],
    cost: Cost | None = None,
) -> None:
    """Keep the secret in another way. No other process may work on the data folder.

    Args:
        data_folder: of an existing kiosk.
        found: the secret as it was opened, and the way it is kept until now.
        to: the new way. For systemd, the credential must have been handed over to this process.
        environment: the process's own.
        ask: asks for a passphrase; the new one twice.
        cost: what a guess of the passphrase costs.

    Raises:
        CredentialError: ``tpm_unavailable``,
            ``passphrase_too_short``, ``passphrases_differ``, ``systemd_other_secret``. The old way
            still works.
    """
    secret = found.secret
    if to is CredentialKind.SYSTEMD:
        _need_the_same_from_systemd(data_folder, secret, environment)
    elif found.kind is not to:
        passphrase = _write(data_folder, to, secret, environment, ask, cost)
        again = read_kind(to, data_folder, environment, lambda _: passphrase)
        if not hmac.compare_digest(again, secret):
            (data_folder / FILES[to]).unlink()
            raise CredentialError(
                "credential_unusable",
                "The secret did not come back as it was written.",
                "Nothing was changed; look at the disk and the TPM.",
            )
    for kind, name in FILES.items():
        if kind is not to:
            (data_folder / name).unlink(missing_ok=True)


def _write(
    data_folder: Path,
    to: CredentialKind,
    secret: bytes,
    environment: Mapping[str, str],
    ask: Callable[[str], str],
    cost: Cost | None,
) -> str:
    """Write the new file; returns the passphrase when there is one."""
    if to is CredentialKind.TPM:
        keep_in_tpm(data_folder, secret, environment)
        return ""
    if to is CredentialKind.FILE:
        write_whole(data_folder / CREDENTIAL_FILE, secret + b"\n")
        return ""
    passphrase = ask("New passphrase: ")
    if ask("Again: ") != passphrase:
        raise CredentialError(
            "passphrases_differ", "The passphrases differ.", "Type the same one twice."
        )
    try:
        data = seal_secret(secret, passphrase, PASSPHRASE_PURPOSE, cost)
    except SigningError as error:
        raise CredentialError(error.code, error.sentence, error.next_step) from error
    write_whole(data_folder / PASSPHRASE_FILE, data)
    return passphrase


def _need_the_same_from_systemd(
    data_folder: Path, secret: bytes, environment: Mapping[str, str]
) -> None:
    given = b""
    if environment.get("CREDENTIALS_DIRECTORY"):
        given = read_kind(CredentialKind.SYSTEMD, data_folder, environment)
    if not hmac.compare_digest(given, secret):
        raise CredentialError(
            "systemd_other_secret",
            "systemd does not hand over this kiosk's secret.",
            "Encrypt it with systemd-creds and name it in the unit first (docs/operations.md).",
        )
