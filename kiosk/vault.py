"""Document files at rest: AES-256-GCM, one key per file, the key kept in the store.

A file is ``SYV1``, a 12-byte nonce, then ciphertext and tag (NIST SP 800-38D). Its name is
random and says nothing. It is written whole (temporary file, fsync, rename, fsync of the folder)
before the row that names it; a crash between leaves a file that no row names, which nobody can
open and which ``sweep`` removes at the next start. Shredding is the other way round: first the
row with the key (secure_delete overwrites it), then the file.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kiosk.errors import StoreError
from signing.whole_file import whole_file

__all__ = ["Vault", "VaultEntry"]

MAGIC = b"SYV1"
NONCE_BYTES = 12
KEY_BYTES = 32


@dataclass(frozen=True)
class VaultEntry:
    """What the store keeps of an encrypted file.

    Attributes:
        file: its name in the vault's folder.
        key: the AES-256 key that opens it and nothing else.
        size: length of the plain content in bytes.
    """

    file: str
    key: bytes
    size: int

    def __repr__(self) -> str:
        """Say nothing of the key."""
        return f"VaultEntry({self.file!r}, {self.size} bytes)"


class Vault:
    """A folder of encrypted files."""

    def __init__(self, folder: Path) -> None:
        """Use ``folder``, making it when it is missing."""
        self.folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def put(self, content: bytes) -> VaultEntry:
        """Encrypt ``content`` under a new key into a new file, safe on disk on return."""
        return self.put_chunks((content,))

    def put_chunks(self, chunks: Iterable[bytes]) -> VaultEntry:
        """Encrypt content that comes piece by piece; never more than one piece in memory.

        When the iteration raises, no file is left.
        """
        name = secrets.token_hex(16) + ".enc"
        key = secrets.token_bytes(KEY_BYTES)
        nonce = secrets.token_bytes(NONCE_BYTES)
        encryptor = Cipher(algorithms.AES(key), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(_associated(name))
        size = 0
        with whole_file(self.folder / name) as temporary, temporary.open("wb") as file:
            file.write(MAGIC + nonce)
            for chunk in chunks:
                file.write(encryptor.update(chunk))
                size += len(chunk)
            file.write(encryptor.finalize() + encryptor.tag)
        return VaultEntry(name, key, size)

    def get(self, entry: VaultEntry) -> bytes:
        """Open a file.

        Raises:
            StoreError: code ``document_damaged`` when it is missing or was changed.
        """
        try:
            stored = (self.folder / entry.file).read_bytes()
            if not stored.startswith(MAGIC):
                raise ValueError("not a vault file")
            body = len(MAGIC) + NONCE_BYTES
            nonce = stored[len(MAGIC) : body]
            return AESGCM(entry.key).decrypt(nonce, stored[body:], _associated(entry.file))
        except (OSError, ValueError, InvalidTag) as error:
            raise StoreError(
                "document_damaged",
                "This document's file on the kiosk is damaged.",
                "Please ask the staff; head office can send the document again.",
            ) from error

    def remove(self, file: str) -> None:
        """Remove a file whose key is gone; a file that is gone already is no fault."""
        with suppress(FileNotFoundError):
            (self.folder / file).unlink()

    def sweep(self, named: Iterable[str]) -> int:
        """Remove every file of ours that no row names, and half-written ones.

        Only at start, before anything writes.

        Returns:
            How many were removed.
        """
        keep = set(named)
        removed = 0
        for path in self.folder.iterdir():
            if path.name not in keep and path.is_file():
                path.unlink()
                removed += 1
        return removed


def _associated(name: str) -> bytes:
    """The name is authenticated too, so that two files cannot be swapped."""
    return b"sygnet kiosk document v1|" + name.encode()
