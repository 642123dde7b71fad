"""A key that lies in an encrypted file or in a PKCS#11 token, under one name on the disk.

    key = KeptKey(folder / "response.pem", credential, token)
    key.create_ed25519()       # in the token when there is one, else in the file

Of a key in a token the file holds a reference, one line of text: `sygnet-token/1`, the kind, the
public half in hexadecimal, and the token's label. So a key takes another one's place by one rename,
wherever either lies. The public half is all that is needed to find the key; nothing in a reference
is secret, and one that was changed finds nothing or signs what nobody accepts.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from signing.errors import SigningError
from signing.key_files import KeyFile, Passphrase
from signing.signers import as_ed25519_key, as_private_key
from signing.token_keys import Token, TokenKey
from signing.whole_file import write_whole

__all__ = ["KeptKey", "destroy_unnamed", "is_reference"]

REFERENCE: Final = b"sygnet-token/1 "
"""How a reference begins."""
MAX_REFERENCE_BYTES: Final = 1024
"""A reference is about 200 bytes: a label has 32."""


class KeptKey(KeyFile):
    """One private key in a file, or in a token that a file names."""

    def __init__(self, path: Path, passphrase: Passphrase, token: Token | None) -> None:
        """Name the file; nothing is read or written yet.

        Args:
            path: Where the key or its reference lies.
            passphrase: What opens a file.
            token: Where new keys are made, and references lead; None: keys are in files.
        """
        super().__init__(path, passphrase)
        self._token = token

    @property
    def in_token(self) -> bool:
        """Whether the key is in a token; nothing is opened."""
        return _reference(self.path) is not None

    def create_p256(self) -> ec.EllipticCurvePrivateKey:
        """Make a P-256 key, in the token when there is one.

        Raises:
            KeyFileError: code `key_exists`.
            TokenError: as `Token.create`.
        """
        if self._token is None:
            return super().create_p256()
        self._need_no_key()
        public = self._token.create(self.path.stem)
        self._refer(public, self._token)
        return as_private_key(self._token.signer(public))

    def create_ed25519(self) -> ed25519.Ed25519PrivateKey:
        """Make an Ed25519 key, in the token when there is one.

        Raises:
            KeyFileError: code `key_exists`.
            TokenError: as `Token.create`.
        """
        if self._token is None:
            return super().create_ed25519()
        self._need_no_key()
        public = self._token.create_ed25519(self.path.stem)
        self._refer(public, self._token)
        return as_ed25519_key(public, self._token.signer(public))

    def load(self) -> PrivateKeyTypes:
        """Return the key; one in a token is looked for when it signs.

        Raises:
            KeyFileError: as `KeyFile.load`.
            SigningError: code `token_not_configured`.
        """
        public = _reference(self.path)
        if public is None:
            return super().load()
        if self._token is None:
            raise SigningError(
                "token_not_configured",
                "This key is in a token, and no token is configured.",
                "Set SYGNET_OFFICE_PKCS11_MODULE, _TOKEN and _PIN_FILE as before.",
            )
        signer = self._token.signer(public)
        if isinstance(public, ed25519.Ed25519PublicKey):
            return as_ed25519_key(public, signer)
        return as_private_key(signer)

    def _refer(self, public: TokenKey, token: Token) -> None:
        if isinstance(public, ed25519.Ed25519PublicKey):
            kind, raw = b"ed25519", public.public_bytes_raw()
        else:
            point = PublicFormat.UncompressedPoint
            kind, raw = b"p256", public.public_bytes(Encoding.X962, point)
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        line = b" ".join((kind, raw.hex().encode(), token.label.encode()))
        write_whole(self.path, REFERENCE + line + b"\n")


def is_reference(path: Path) -> bool:
    """Whether a file leads to a key in a token."""
    return _reference(path) is not None


def destroy_unnamed(token: Token, folder: Path, holders: Iterable[str]) -> None:
    """Destroy the token's keys of these holders that no file of the folder leads to any more.

    Raises:
        TokenError: the token is not there or does not open.
    """
    named = [public for path in folder.glob("*.pem") if (public := _reference(path)) is not None]
    for holder in holders:
        token.remove_others(holder, named)


def _reference(path: Path) -> TokenKey | None:
    """The public half that a reference names; None for anything else."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_REFERENCE_BYTES)
    except OSError:
        return None
    if not data.startswith(REFERENCE):
        return None
    kind, _, rest = data.removeprefix(REFERENCE).partition(b" ")
    try:
        raw = bytes.fromhex(rest.partition(b" ")[0].decode("ascii"))
        if kind == b"ed25519":
            return ed25519.Ed25519PublicKey.from_public_bytes(raw)
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
    except ValueError:
        return None
