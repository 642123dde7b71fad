"""The root's keys: one secret of 32 bytes, from which both are derived, and its 24 words.

    secret = RootSecret.make()
    words = secret.words()                    # for paper; RootSecret.from_words(words) == secret
    key = secret.certificate_key()            # P-256, the root of the X.509 tree
    key = secret.trust_key()                  # Ed25519, the root role of the trust list (TUF)

A root that was made on head office's machine and moved away later (`office.root_move`) is *direct*:
its certificate's key is the secret itself, and only the other one is derived.

The words are those of BIP-39 (English list, 256 bits and a checksum of 8), and stand for the secret
itself. How the keys come from it is written in docs/keys.md section 8, so that the paper alone is
enough even without this program (decision 16).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from mnemonic import Mnemonic

from signing.errors import SigningError

__all__ = ["RootSecret", "RootWordsError"]

SECRET_BYTES: Final = 32
WORDS: Final = 24
MAX_WORDS_BYTES: Final = 1024
"""24 words of at most 8 letters; more is something else."""
SCALAR_BYTES: Final = 48
"""128 bits more than the order of P-256: the bias is below 2^-128 (FIPS 186-5, A.2.1)."""


class RootWordsError(SigningError):
    """Recovery words that were not written down or typed right."""


@dataclass(frozen=True)
class RootSecret:
    """What everything of the root is derived from."""

    value: bytes = field(repr=False)
    """32 random bytes."""
    direct: bool = field(default=False, repr=False)
    """Whether the certificate's key is these bytes as a number, and not derived from them."""

    @classmethod
    def make(cls) -> RootSecret:
        """Make a new one, from the operating system's randomness."""
        return cls(secrets.token_bytes(SECRET_BYTES))

    @classmethod
    def of_key(cls, key: ec.EllipticCurvePrivateKey) -> RootSecret:
        """The secret of a root whose P-256 key was made without one."""
        number = key.private_numbers().private_value
        return cls(number.to_bytes(SECRET_BYTES, "big"), direct=True)

    def for_certificate(self, certificate: x509.Certificate) -> RootSecret | None:
        """The same secret in the form that fits a root certificate; None when neither does."""
        for direct in (False, True):
            secret = replace(self, direct=direct)
            try:
                if secret.certificate_key().public_key() == certificate.public_key():
                    return secret
            except ValueError:  # these bytes are no number of a key
                continue
        return None

    @classmethod
    def from_words(cls, text: str) -> RootSecret:
        """Read the 24 recovery words; capitals, numbering and line breaks do not matter.

        Raises:
            RootWordsError: code `words_wrong`: not 24 words of the list, or a wrong checksum.
        """
        parts = text[:MAX_WORDS_BYTES].lower().replace(".", " ").split()
        words = [part for part in parts if not part.isdigit()]
        try:
            if len(words) != WORDS or len(text) > MAX_WORDS_BYTES:
                raise ValueError("not 24 words")
            return cls(bytes(Mnemonic("english").to_entropy(words)))
        except (ValueError, LookupError) as error:
            raise RootWordsError(
                "words_wrong",
                "These are not the 24 recovery words of a root.",
                "Compare them with the paper, word by word and in their order.",
            ) from error

    def words(self) -> list[str]:
        """The 24 recovery words, in their order."""
        return Mnemonic("english").to_mnemonic(self.value).split()

    def certificate_key(self) -> ec.EllipticCurvePrivateKey:
        """The P-256 key of the root certificate."""
        if self.direct:
            return ec.derive_private_key(int.from_bytes(self.value, "big"), ec.SECP256R1())
        order = ec.SECP256R1().group_order
        number = int.from_bytes(self._derived("certificate", SCALAR_BYTES), "big")
        return ec.derive_private_key(number % (order - 1) + 1, ec.SECP256R1())

    def trust_key(self) -> ed25519.Ed25519PrivateKey:
        """The Ed25519 key of the trust list's root role."""
        return ed25519.Ed25519PrivateKey.from_private_bytes(self._derived("trust", 32))

    def _derived(self, purpose: str, length: int) -> bytes:
        info = f"sygnet root v1|{purpose}".encode()
        return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(self.value)
