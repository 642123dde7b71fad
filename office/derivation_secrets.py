"""The secrets of which codes, links, names of contacts and the wrapping of document keys are made.

`codes.secret` is the first one, `codes-2.secret` the one that took its place, and so on: 32 random
bytes each, encrypted with what opens the key files. The newest makes what is new; the former ones
stay for what was made of them and lives. The number of a secret is its generation.
"""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from office.errors import NotSetUp
from signing.key_files import Passphrase, present
from signing.whole_file import write_whole

__all__ = ["DerivationSecrets", "open_secret", "seal_secret"]

FIRST = "codes.secret"
_SECRET_BYTES = 32
_NONCE_BYTES = 12


class DerivationSecrets:
    """All generations of the secret.

    Args:
        folder: the folder of the key files.
        passphrase: what opens them.
    """

    def __init__(self, folder: Path, passphrase: Passphrase) -> None:
        self._folder = folder
        self._passphrase = passphrase

    def generations(self) -> list[int]:
        """Return the numbers of those that are here, the newest first."""
        found = [1] if (self._folder / FIRST).exists() else []
        for path in self._folder.glob("codes-*.secret"):
            number = path.stem.removeprefix("codes-")
            if number.isascii() and number.isdigit():
                found.append(int(number))
        return sorted(found, reverse=True)

    def newest(self) -> int:
        """Return the number of the one that makes what is new."""
        return max(self.generations(), default=1)

    def add(self) -> int:
        """Make the next one, which is the newest from then on; return its number."""
        generation = max(self.generations(), default=0) + 1
        sealed = seal_secret(os.urandom(_SECRET_BYTES), present(self._passphrase))
        write_whole(self._path(generation), sealed)
        return generation

    def value(self, generation: int = 0) -> bytes:
        """Return a secret, the newest by default.

        Raises:
            NotSetUp: `secret_unreadable`.
        """
        path = self._path(generation or self.newest())
        for last in (False, True):
            try:
                return open_secret(path.read_bytes(), present(self._passphrase))
            except (OSError, InvalidTag, ValueError) as error:
                if last:  # else the credential may have been replaced between the two readings
                    raise _unreadable() from error
        raise _unreadable()

    def derived(self, purpose: str, generation: int = 0) -> bytes:
        """Return 32 bytes made of a secret for one purpose (HKDF, RFC 5869)."""
        return _expanded(self.value(generation), f"sygnet office {purpose}")

    def _path(self, generation: int) -> Path:
        return self._folder / (FIRST if generation == 1 else f"codes-{generation}.secret")


def seal_secret(secret: bytes, credential: bytes) -> bytes:
    """Encrypt a secret for its file."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _cipher(credential).encrypt(nonce, secret, b"codes")


def open_secret(data: bytes, credential: bytes) -> bytes:
    """Decrypt a secret's file.

    Raises:
        InvalidTag, ValueError: another credential, or a damaged file.
    """
    return _cipher(credential).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], b"codes")


def _cipher(credential: bytes) -> AESGCM:
    return AESGCM(_expanded(credential, "sygnet office secret file/v1"))


def _expanded(secret: bytes, info: str) -> bytes:
    derivation = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info.encode())
    return derivation.derive(secret)


def _unreadable() -> NotSetUp:
    return NotSetUp(
        "secret_unreadable",
        "The secret of head office cannot be opened.",
        "Check the credential, or restore the folder of keys from its backup.",
    )
