"""The four Ed25519 keys of the trust list's roles, each in an encrypted file or a token.

A new key waits as `trust-ROLE-next.pem` until root metadata in force names it; then it takes the
place of the one before, which is destroyed. So whatever is cut short, the key that signs is the one
that clients expect: `settle` looks before every use.
"""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signing.kept_keys import KeptKey, destroy_unnamed
from signing.key_files import Passphrase
from signing.token_keys import Token
from signing.trust_root import ONLINE_ROLES, key_in_force
from signing.whole_file import replace_file

__all__ = ["TrustKeys"]


class TrustKeys:
    """The key files of one repository."""

    def __init__(self, folder: Path, passphrase: Passphrase, token: Token | None = None) -> None:
        """Name the folder; nothing is read or written yet.

        Args:
            folder: Where the key files are.
            passphrase: What opens them.
            token: Where new keys are made; None: in files.
        """
        self._folder = folder
        self._token = token
        self._passphrase = passphrase

    @property
    def root(self) -> KeptKey:
        """The file of the root role's key; absent when the root is kept apart."""
        return self._file("root")

    @property
    def in_token(self) -> bool:
        """Whether the keys that sign day by day are in a token; nothing is opened."""
        return all(self._file(role).in_token for role in ONLINE_ROLES)

    def made(self, role: str) -> Ed25519PrivateKey:
        """The key of a role, made on first use."""
        return _made(self._file(role))

    def online(self) -> dict[str, bytes]:
        """The public halves of all roles but the root's, 32 raw bytes each; made on first use."""
        return {role: _public(self.made(role)) for role in ONLINE_ROLES}

    def following(self) -> dict[str, bytes]:
        """The public halves of the keys that are to come next; made on first use."""
        return {role: _public(_made(self._file(f"{role}-next"))) for role in ONLINE_ROLES}

    def settle(self, root_metadata: bytes) -> None:
        """Let keys that root metadata in force names take their places; again changes nothing.

        Raises:
            TrustRootError: code `other_root`: this is no root metadata.
        """
        moved = []
        for role in ONLINE_ROLES:
            waiting = self._file(f"{role}-next")
            if waiting.exists() and _public(waiting.load_ed25519()) == (
                key_in_force(root_metadata, role)
            ):
                replace_file(waiting.path, self._file(role).path)
                moved += [f"trust-{role}", f"trust-{role}-next"]
        if moved and self._token is not None:
            destroy_unnamed(self._token, self._folder, moved)

    def _file(self, name: str) -> KeptKey:
        return KeptKey(self._folder / f"trust-{name}.pem", self._passphrase, self._token)


def _made(file: KeptKey) -> Ed25519PrivateKey:
    return file.load_ed25519() if file.exists() else file.create_ed25519()


def _public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()
