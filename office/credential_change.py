"""Another credential in the place of the one that opens head office's key files.

    replace_credential(office, environment, None, actor, now)

Every encrypted file is written anew in a folder beside the others. Giving this folder its final
name is the moment of the change: before it the old credential opens everything, after it the new
one does (`office.credential` moves the files to their places).
"""

from __future__ import annotations

import base64
import secrets
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from office.credential import KEY_FOLDERS, REPLACED, credential_source, finish_replacement
from office.derivation_secrets import open_secret, seal_secret
from office.errors import NotSetUp, Refused
from office.head_office import HeadOffice
from office.history import Actor, record
from signing.kept_keys import is_reference
from signing.key_files import (
    CREDENTIAL_BYTES,
    CREDENTIAL_FILE,
    KeyFile,
    KeyFileError,
    credential_given,
)
from signing.whole_file import replace_file, write_whole

__all__ = ["replace_credential"]

PREPARING = "credential-preparing"
"""Folder in which files are written anew; one that a cut left is worth nothing."""


def replace_credential(
    office: HeadOffice,
    environment: Mapping[str, str],
    new: bytes | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Let another credential open every key file from now on.

    Args:
        office: the head office.
        environment: normally `os.environ`.
        new: the other one; None makes one of 32 random bytes and keeps it in the data folder.
        actor: who does it.
        now: the time.

    Raises:
        Refused: `credential_from_systemd`: systemd hands the present one over, so it has to be
            given the other one, too.
        KeyFileError, NotSetUp: a file does not open, and nothing has changed.
    """
    folder = office.settings.data_folder
    from_systemd = credential_given(environment) is not None
    if from_systemd and new is None:
        raise Refused(
            "credential_from_systemd",
            "systemd hands the credential over, so a new one must be put there, too.",
            "Follow docs/operations.md, and give the new one with --new FILE.",
        )
    with office.database.write() as connection:  # one process at a time
        old = credential_source(folder, environment)()
        other = new or base64.b64encode(secrets.token_bytes(CREDENTIAL_BYTES))
        shutil.rmtree(folder / PREPARING, ignore_errors=True)
        for name in KEY_FOLDERS:
            _write_anew(folder / name, folder / PREPARING / name, old, other)
        if not from_systemd:
            write_whole(folder / PREPARING / CREDENTIAL_FILE, other + b"\n")
        record(connection, now, "credential_replaced", actor)
        replace_file(folder / PREPARING, folder / REPLACED)  # from here on it is the new one
        finish_replacement(folder)


def _write_anew(source: Path, target: Path, old: bytes, new: bytes) -> None:
    """Encrypt every file of a folder under another credential, and read each one back."""
    target.mkdir(parents=True, mode=0o700)
    for path in sorted(source.glob("*.pem")):
        if is_reference(path):  # a key in a token: nothing of it is encrypted here
            continue
        key = KeyFile(path, old).load()
        if not isinstance(key, EllipticCurvePrivateKey | Ed25519PrivateKey):
            raise _unreadable(path)
        KeyFile(target / path.name, new).keep(key)
        again = KeyFile(target / path.name, new).load()
        if again.public_key() != key.public_key():
            raise _unreadable(target / path.name)
    for path in sorted(source.glob("*.secret")):
        try:
            secret = open_secret(path.read_bytes(), old)
        except (InvalidTag, ValueError) as error:
            raise NotSetUp(
                "secret_unreadable",
                "The secret of head office cannot be opened.",
                "Check the credential, or restore the folder of keys from its backup.",
            ) from error
        write_whole(target / path.name, seal_secret(secret, new))


def _unreadable(path: Path) -> KeyFileError:
    return KeyFileError(
        "key_unreadable",
        f"The private key at {path} cannot be opened.",
        "Restore the folder of keys from its backup.",
    )
