"""Keys and secrets of head office, each in its own file below `keys/` in the data folder.

Where a token is configured, a file may lead to a key in it (`signing.kept_keys`).

- `root.pem`: P-256, the top of the certificate tree; absent when the root is kept apart;
- `signing-ca-<id>.pem`, `director-<person>-<id>.pem`: P-256; with the ending `.token` a PKCS#11
  token holds the key;
- `response.pem`: Ed25519, signs what head office answers to kiosks; `response-next.pem` waits to
  take its place; `response-keys.json`, public: which took which one's (`office.response_key`);
- `codes.secret`, `codes-2.secret` ...: confirmation codes, links and the wrapping of document keys
  are derived from them, each with its own purpose (`office.derivation_secrets`).

`<id>` is the key identifier, the first 8 bytes of SHA-256 over the public key. A key is found by
the certificate that it belongs to, so a new one stands beside the old and a key that never got its
certificate (a crash in between) is never used; the next key of the same holder removes it. Files of
earlier versions have no `<id>` and are still found.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from office.derivation_secrets import DerivationSecrets
from office.errors import NotSetUp
from signing.certificates import CertificateAuthority
from signing.identities import SigningIdentity
from signing.kept_keys import KeptKey, destroy_unnamed
from signing.key_files import KeyFile, KeyFileError, Passphrase
from signing.signers import as_private_key
from signing.token_keys import Token
from signing.whole_file import write_whole

__all__ = ["SIGNING_CA", "KeyPlace", "Keyring", "director", "key_identifier", "link_hash"]

SIGNING_CA = "signing-ca"
"""The holder's name of the signing CA's keys."""
REFERENCE = ".token"
"""Ending of a file that says: this key is in a token, whose label stands here."""


class KeyPlace(StrEnum):
    """Where a private key is kept."""

    FILE = "file"  # in an encrypted file of this machine
    TOKEN = "token"  # noqa: S105 - in a PKCS#11 token
    NOT_HERE = "not_here"  # on another machine: a root kept apart, a kiosk


_LINK_BYTES = 16  # 128 bits: cannot be guessed, and fits a short address


class Keyring:
    """Opens and makes the keys of one head office.

    Args:
        folder: the folder of the key files.
        credential: what opens them.
        token: where new keys are made; None: in files.
    """

    def __init__(self, folder: Path, credential: Passphrase, token: Token | None = None) -> None:
        self._folder = folder
        self._credential = credential
        self.secrets = DerivationSecrets(folder, credential)
        self.token = token
        self._response: tuple[tuple[int, int], ed25519.Ed25519PrivateKey] | None = None

    def create(self, *, with_root: bool = True) -> None:
        """Make the keys of a new head office but the signing CA's; none is ever overwritten.

        Args:
            with_root: False when the root is kept apart.
        """
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if with_root:
            self._file("root").create_p256()
        self._file("response").create_ed25519()
        self.secrets.add()

    def root_key(self) -> ec.EllipticCurvePrivateKey:
        """Return the root's key."""
        return self._file("root").load_p256()

    def forget_root(self) -> None:
        """Remove the root's key from this machine."""
        self._file("root").path.unlink(missing_ok=True)

    @property
    def root_is_here(self) -> bool:
        """Whether the root's key is here, in a file or a token; False when it is kept apart."""
        return self._file("root").exists()

    @property
    def root_place(self) -> KeyPlace:
        """Where the root's key is."""
        if not self.root_is_here:
            return KeyPlace.NOT_HERE
        return KeyPlace.TOKEN if self._file("root").in_token else KeyPlace.FILE

    def create_key(
        self, holder: str, in_use: Iterable[x509.Certificate]
    ) -> ec.EllipticCurvePublicKey:
        """Make a P-256 key beside the ones that its holder has.

        Call it in the write transaction that keeps the certificate, so that nobody else does the
        same at once.

        Args:
            holder: `SIGNING_CA` or `director(person_id)`.
            in_use: the certificates of all keys that this holder has or had; files of other keys
                were left by a crash and are removed.

        Returns:
            The public half.
        """
        self.remove_others(holder, in_use)
        if self.token is not None:
            public_key = self.token.create(holder)
            reference = self._path(holder, public_key).with_suffix(REFERENCE)
            write_whole(reference, self.token.label.encode() + b"\n")
            return public_key
        key = ec.generate_private_key(ec.SECP256R1())
        KeyFile(self._path(holder, key.public_key()), self._credential).keep(key)
        return key.public_key()

    def remove_others(self, holder: str, kept: Iterable[x509.Certificate]) -> None:
        """Destroy a holder's keys but those of the certificates given.

        Raises:
            TokenError: the token is not there or does not open.
        """
        public_keys = [one.public_key() for one in kept]
        stems = {self._path(holder, key).stem for key in public_keys}
        for path in self._folder.glob(f"{holder}-*"):
            if path.stem not in stems and path.suffix in {".pem", REFERENCE}:
                path.unlink()
        legacy = self._file(holder)
        if legacy.exists() and legacy.load_p256().public_key() not in public_keys:
            legacy.path.unlink()
        if self.token is not None:
            self.token.remove_others(
                holder, [key for key in public_keys if isinstance(key, ec.EllipticCurvePublicKey)]
            )

    def key_of(self, holder: str, public_key: object) -> ec.EllipticCurvePrivateKey:
        """Return the private key to a public one, as its certificate names it.

        Raises:
            KeyFileError: `key_missing`, `key_unreadable` (also when the file holds another key).
            TokenError: when it signs: `token_missing`, `pin_wrong`, `key_missing`.
            NotSetUp: `token_not_configured`, when it is in a token and no token is set.
        """
        path = self._path(holder, public_key)
        if path.with_suffix(REFERENCE).exists() and isinstance(
            public_key, ec.EllipticCurvePublicKey
        ):
            return as_private_key(self._need_token().signer(public_key))
        legacy = self._folder / f"{holder}.pem"
        file = KeyFile(path if path.exists() or not legacy.exists() else legacy, self._credential)
        key = file.load_p256()
        if key.public_key() != public_key:
            raise KeyFileError(
                "key_unreadable",
                f"The private key at {file.path} does not belong to its certificate.",
                "Restore the folder of keys from its backup.",
            )
        return key

    def place_of(self, holder: str, certificate: x509.Certificate) -> KeyPlace:
        """Say where the private key to a certificate is kept; nothing is opened."""
        path = self._path(holder, certificate.public_key())
        if path.with_suffix(REFERENCE).exists():
            return KeyPlace.TOKEN
        if path.exists() or (self._folder / f"{holder}.pem").exists():
            return KeyPlace.FILE
        return KeyPlace.NOT_HERE

    def signing_ca(self, certificate: x509.Certificate) -> CertificateAuthority:
        """Return the signing CA as an issuer."""
        return CertificateAuthority(self.key_of(SIGNING_CA, certificate.public_key()), certificate)

    def response_key(self) -> ed25519.Ed25519PrivateKey:
        """Return the key that signs answers to kiosks; read again when another took its place."""
        try:
            status = self.response_file.path.stat()
        except OSError:
            return self.response_file.load_ed25519()  # says what is wrong
        mark = (status.st_ino, status.st_mtime_ns)
        if self._response is None or self._response[0] != mark:
            self._response = (mark, self.response_file.load_ed25519())
        return self._response[1]

    @property
    def response_file(self) -> KeptKey:
        """The file of the key that signs answers to kiosks."""
        return self._file("response")

    @property
    def next_response_file(self) -> KeptKey:
        """The file of the key that is to take its place."""
        return self._file("response-next")

    @property
    def announcements_file(self) -> Path:
        """Which key took which one's place; public."""
        return self._folder / "response-keys.json"

    def forget_former_response_key(self) -> None:
        """Destroy keys in the token that signed answers before; those in files are gone."""
        if self.token is not None:
            destroy_unnamed(self.token, self._folder, ("response", "response-next"))

    def director_identity(
        self, person_id: str, certificate: x509.Certificate, chain: tuple[x509.Certificate, ...]
    ) -> SigningIdentity:
        """Return a director as a signer."""
        key = self.key_of(director(person_id), certificate.public_key())
        return SigningIdentity(key, certificate, chain)

    def root_secret(self, generation: int = 0) -> bytes:
        """Return the secret that confirmation codes are derived from; the newest by default.

        Raises:
            NotSetUp: `secret_unreadable`.
        """
        return self.secrets.value(generation)

    def wrapping_keys(self) -> list[bytes]:
        """Return what wraps the documents' keys in the database: the newest, then former ones."""
        return self._every("document-keys/v1")

    def session_key(self) -> bytes:
        """Return the key that signs browser cookies."""
        return self.secrets.derived("cookies/v1")

    def box_key(self) -> X25519PrivateKey:
        """Return the key that kiosks are told to seal to."""
        return self.box_keys()[0]

    def box_keys(self) -> list[X25519PrivateKey]:
        """Return what opens the boxes of kiosks: the present key, then former ones."""
        return [X25519PrivateKey.from_private_bytes(one) for one in self._every("box/v1")]

    def message_link(self, subject: str, known_hash: str = "") -> str:
        """Return the secret part of an address that somebody is given in a message.

        Args:
            subject: what it leads to, as `office.clients.place_of_link` says it.
            known_hash: `link_hash` of the one that was given before, which may be made of a former
                secret; empty for a new one.
        """
        return self._link(f"message-link/v1|{subject}", known_hash)

    def download_link(self, download_id: str, known_hash: str = "") -> str:
        """Return the secret part of a download address; `known_hash` as in `message_link`."""
        return self._link(f"download-link/v1|{download_id}", known_hash)

    def contact_hashes(self, contact: str) -> list[str]:
        """Return names for a contact from which nobody without our secrets finds it again.

        A plain hash would not do: there are few telephone numbers. The first one is for what is
        new, the others may have been used before.
        """
        keys = self._every("contacts/v1")
        return [hmac.digest(key, contact.encode(), "sha256").hex() for key in keys]

    def _every(self, purpose: str) -> list[bytes]:
        return [self.secrets.derived(purpose, one) for one in self.secrets.generations()]

    def _link(self, purpose: str, known_hash: str) -> str:
        links = [_text(one[:_LINK_BYTES]) for one in self._every(purpose)]
        return next((link for link in links if link_hash(link) == known_hash), links[0])

    def _need_token(self) -> Token:
        if self.token is None:
            raise NotSetUp(
                "token_not_configured",
                "This key is in a token, and no token is configured.",
                "Set SYGNET_OFFICE_PKCS11_MODULE, _TOKEN and _PIN_FILE as before.",
            )
        return self.token

    def _path(self, holder: str, public_key: object) -> Path:
        if not isinstance(public_key, ec.EllipticCurvePublicKey):
            raise TypeError("not a P-256 key")
        return self._folder / f"{holder}-{key_identifier(public_key)}.pem"

    def _file(self, name: str) -> KeptKey:
        return KeptKey(self._folder / f"{name}.pem", self._credential, self.token)


def director(person_id: str) -> str:
    """Return the holder's name of a director's keys."""
    return f"director-{person_id}"


def key_identifier(public_key: CertificatePublicKeyTypes | ed25519.Ed25519PublicKey) -> str:
    """Return what names a key in files and on screens: 16 hexadecimal digits."""
    spki = public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return sha256(spki).hexdigest()[:16]


def link_hash(link: str) -> str:
    """Return what the database and the kiosk keep of a link: SHA-256 of it, hex."""
    return sha256(link.encode()).hexdigest()


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
