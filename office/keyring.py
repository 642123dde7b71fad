"""Keys and secrets of head office, each in its own file below `keys/` in the data folder.

- `root.pem`, `signing-ca.pem`: P-256, the top of the certificate tree;
- `director-<person>.pem`: P-256, one for each director;
- `response.pem`: Ed25519, signs what head office answers to kiosks;
- `codes.secret`: 32 random bytes, encrypted; confirmation codes, links and the wrapping of
  document keys are derived from it, each with its own purpose (HKDF, RFC 5869).
"""

from __future__ import annotations

import base64
import hmac
import os
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from office.errors import NotSetUp
from signing.certificates import CertificateAuthority
from signing.identities import SigningIdentity
from signing.key_files import KeyFile
from signing.whole_file import write_whole

__all__ = ["Keyring", "link_hash"]

_SECRET_BYTES = 32
_NONCE_BYTES = 12
_LINK_BYTES = 16  # 128 bits: cannot be guessed, and fits a short address


class Keyring:
    """Opens and makes the keys of one head office.

    Args:
        folder: the folder of the key files.
        credential: passphrase that opens them.
    """

    def __init__(self, folder: Path, credential: bytes) -> None:
        self._folder = folder
        self._credential = credential

    def create(self) -> None:
        """Make the keys of a new head office; existing ones are never overwritten."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file("root").create_p256()
        self._file("signing-ca").create_p256()
        self._file("response").create_ed25519()
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + self._secret_cipher().encrypt(nonce, os.urandom(_SECRET_BYTES), b"codes")
        write_whole(self._folder / "codes.secret", sealed)

    def root_key(self) -> ec.EllipticCurvePrivateKey:
        """Return the root's key."""
        return self._file("root").load_p256()

    def signing_ca(self, certificate: x509.Certificate) -> CertificateAuthority:
        """Return the signing CA as an issuer."""
        return CertificateAuthority(self._file("signing-ca").load_p256(), certificate)

    def signing_ca_key(self) -> ec.EllipticCurvePrivateKey:
        """Return the signing CA's key."""
        return self._file("signing-ca").load_p256()

    def response_key(self) -> ed25519.Ed25519PrivateKey:
        """Return the key that signs answers to kiosks."""
        return self._file("response").load_ed25519()

    def create_director_key(self, person_id: str) -> ec.EllipticCurvePublicKey:
        """Make a director's own key and return its public half."""
        return self._file(f"director-{person_id}").create_p256().public_key()

    def director_identity(
        self, person_id: str, certificate: x509.Certificate, chain: tuple[x509.Certificate, ...]
    ) -> SigningIdentity:
        """Return a director as a signer."""
        key = self._file(f"director-{person_id}").load_p256()
        return SigningIdentity(key, certificate, chain)

    def root_secret(self) -> bytes:
        """Return the secret that confirmation codes are derived from.

        Raises:
            NotSetUp: `secret_unreadable`.
        """
        try:
            sealed = (self._folder / "codes.secret").read_bytes()
            return self._secret_cipher().decrypt(
                sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], b"codes"
            )
        except (OSError, InvalidTag, ValueError) as error:
            raise NotSetUp(
                "secret_unreadable",
                "The secret of head office cannot be opened.",
                "Check the credential, or restore the folder of keys from its backup.",
            ) from error

    def wrapping_key(self) -> bytes:
        """Return the key that wraps the documents' keys in the database."""
        return self._derived("document-keys/v1")

    def session_key(self) -> bytes:
        """Return the key that signs browser cookies."""
        return self._derived("cookies/v1")

    def message_link(self, document_id: str) -> str:
        """Return the secret part of the address that a document's client is given."""
        return _text(self._derived(f"message-link/v1|{document_id}")[:_LINK_BYTES])

    def download_link(self, download_id: str) -> str:
        """Return the secret part of a download address."""
        return _text(self._derived(f"download-link/v1|{download_id}")[:_LINK_BYTES])

    def contact_hash(self, contact: str) -> str:
        """Return a name for a contact from which nobody without our secret finds it again.

        A plain hash would not do: there are few telephone numbers.
        """
        return hmac.digest(self._derived("contacts/v1"), contact.encode(), "sha256").hex()

    def _derived(self, purpose: str) -> bytes:
        derivation = HKDF(
            algorithm=hashes.SHA256(),
            length=32,
            salt=None,
            info=f"sygnet office {purpose}".encode(),
        )
        return derivation.derive(self.root_secret())

    def _file(self, name: str) -> KeyFile:
        return KeyFile(self._folder / f"{name}.pem", self._credential)

    def _secret_cipher(self) -> AESGCM:
        derivation = HKDF(
            algorithm=hashes.SHA256(), length=32, salt=None, info=b"sygnet office secret file/v1"
        )
        return AESGCM(derivation.derive(self._credential))


def link_hash(link: str) -> str:
    """Return what the database and the kiosk keep of a link: SHA-256 of it, hex."""
    return sha256(link.encode()).hexdigest()


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
