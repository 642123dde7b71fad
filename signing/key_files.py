"""Private keys at rest: one encrypted file for each, opened with the machine's credential.

    credential = read_credential(data_folder, os.environ)
    key = KeyFile(data_folder / "keys" / "seal.pem", credential).create_p256()

A key file is PKCS#8 (RFC 5958) in PEM, encrypted with a key derived from the credential, mode
0600, written whole and never overwritten. The credential is a random value that systemd hands over
in `CREDENTIALS_DIRECTORY`, or else a file of mode 0600 beside the data; in the second case anyone
who takes the disk has both, and docs/keys.md says so.
"""

from __future__ import annotations

import base64
import secrets
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

from signing.errors import SigningError
from signing.whole_file import write_whole

__all__ = [
    "CREDENTIAL_FILE",
    "CREDENTIAL_NAME",
    "KeyFile",
    "KeyFileError",
    "Passphrase",
    "credential_given",
    "present",
    "read_credential",
]

Passphrase = bytes | Callable[[], bytes]
"""What opens key files; or what is asked for it at each use, as it may be replaced meanwhile."""

CREDENTIAL_NAME: Final = "sygnet-credential"
"""Name of the credential in systemd's `CREDENTIALS_DIRECTORY` (LoadCredential=)."""
CREDENTIAL_FILE: Final = "credential"
"""Name of the credential file in the data folder, when systemd gives none."""
CREDENTIAL_BYTES: Final = 32
"""Randomness of a credential that we make ourselves."""
MIN_CREDENTIAL_BYTES: Final = 16
"""A shorter credential is a mistake, not a secret."""
MAX_KEY_FILE_BYTES: Final = 16 * 1024
"""A P-256 key file is about 400 bytes; more is something else."""
OTHERS: Final = 0o077
"""Permission bits of everybody but the owner; `write_whole` sets none of them."""


class KeyFileError(SigningError):
    """A key file or the credential that opens it cannot be used."""


def read_credential(data_folder: Path, environment: Mapping[str, str]) -> bytes:
    """The passphrase of this machine's key files; made on first use when systemd gives none.

    Args:
        data_folder: The application's data folder.
        environment: Normally `os.environ`; `CREDENTIALS_DIRECTORY` in it wins.

    Returns:
        The credential without surrounding white space.

    Raises:
        KeyFileError: code `credential_unusable`: empty, too short, unreadable or open to others.
    """
    given = credential_given(environment)
    if given is not None:
        return _read_credential_file(given)
    path = data_folder / CREDENTIAL_FILE
    if not path.exists():
        data_folder.mkdir(parents=True, exist_ok=True)
        write_whole(path, base64.b64encode(secrets.token_bytes(CREDENTIAL_BYTES)) + b"\n")
    if stat.S_IMODE(path.stat().st_mode) & OTHERS:
        raise _credential_unusable(f"{path} can be read by others than its owner.")
    return _read_credential_file(path)


def credential_given(environment: Mapping[str, str]) -> Path | None:
    """Return the file in which systemd hands the credential over; None when it gives none."""
    folder = environment.get("CREDENTIALS_DIRECTORY")
    given = Path(folder or "") / CREDENTIAL_NAME
    return given if folder and given.exists() else None


def present(passphrase: Passphrase) -> bytes:
    """Return what opens key files now."""
    return passphrase if isinstance(passphrase, bytes) else passphrase()


def _read_credential_file(path: Path) -> bytes:
    try:
        credential = path.read_bytes().strip()
    except OSError as error:
        raise _credential_unusable(f"{path} cannot be read: {error.strerror}.") from error
    if len(credential) < MIN_CREDENTIAL_BYTES:
        raise _credential_unusable(f"{path} holds fewer than {MIN_CREDENTIAL_BYTES} bytes.")
    return credential


def _credential_unusable(why: str) -> KeyFileError:
    return KeyFileError(
        "credential_unusable",
        f"The credential that opens the private keys cannot be used: {why}",
        "Restore the credential from its backup and give it mode 0600.",
    )


class KeyFile:
    """One private key in one encrypted file."""

    def __init__(self, path: Path, passphrase: Passphrase) -> None:
        """Name the file; nothing is read or written yet.

        Args:
            path: Where the key lives.
            passphrase: What opens it; see `read_credential`.
        """
        self.path = path
        self._passphrase = passphrase

    def exists(self) -> bool:
        """Whether there is a key in the file."""
        return self.path.exists()

    def create_p256(self) -> ec.EllipticCurvePrivateKey:
        """Make a P-256 key and write it.

        Raises:
            KeyFileError: code `key_exists`: a key is never overwritten.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        self.keep(key)
        return key

    def create_ed25519(self) -> ed25519.Ed25519PrivateKey:
        """Make an Ed25519 key and write it.

        Raises:
            KeyFileError: code `key_exists`: a key is never overwritten.
        """
        key = ed25519.Ed25519PrivateKey.generate()
        self.keep(key)
        return key

    def load(self) -> PrivateKeyTypes:
        """Read the key, of whatever kind.

        Raises:
            KeyFileError: codes `key_missing` (no file) and `key_unreadable` (wrong credential,
                damaged file).
        """
        try:
            return self._opened()
        except KeyFileError as error:
            if isinstance(self._passphrase, bytes) or error.code != "key_unreadable":
                raise
        return self._opened()  # it may have been replaced between reading the one and the other

    def _opened(self) -> PrivateKeyTypes:
        try:
            with self.path.open("rb") as file:
                data = file.read(MAX_KEY_FILE_BYTES + 1)
        except FileNotFoundError as error:
            raise KeyFileError(
                "key_missing",
                f"There is no private key at {self.path}.",
                "Restore the key from its backup, or set this machine up again.",
            ) from error
        except OSError as error:
            raise self._unreadable() from error
        if len(data) > MAX_KEY_FILE_BYTES:
            raise self._unreadable()
        try:
            return serialization.load_pem_private_key(data, present(self._passphrase))
        except (ValueError, TypeError) as error:
            raise self._unreadable() from error

    def load_p256(self) -> ec.EllipticCurvePrivateKey:
        """Read a key that must be P-256.

        Raises:
            KeyFileError: as `load`; also `key_unreadable` when it is a key of another kind.
        """
        key = self.load()
        if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
            return key
        raise self._unreadable()

    def load_ed25519(self) -> ed25519.Ed25519PrivateKey:
        """Read a key that must be Ed25519.

        Raises:
            KeyFileError: as `load`; also `key_unreadable` when it is a key of another kind.
        """
        key = self.load()
        if isinstance(key, ed25519.Ed25519PrivateKey):
            return key
        raise self._unreadable()

    def keep(self, key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> None:
        """Write a key that was made elsewhere.

        Raises:
            KeyFileError: code `key_exists`: a key is never overwritten.
        """
        self._need_no_key()
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        data = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(present(self._passphrase)),
        )
        write_whole(self.path, data)

    def _need_no_key(self) -> None:
        if self.path.exists():
            raise KeyFileError(
                "key_exists",
                f"There is already a private key at {self.path}.",
                "Keys are never overwritten; move the old one away by hand if you mean it.",
            )

    def _unreadable(self) -> KeyFileError:
        return KeyFileError(
            "key_unreadable",
            f"The private key at {self.path} cannot be opened.",
            "Check that the credential belongs to this machine and the file is undamaged.",
        )
