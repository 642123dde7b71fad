"""The client's key: made at the moment of signing, used once, never written anywhere.

    identity = make_one_shot("Anna Nowak", Proof.SMS_CODE, kiosk, now)
    signature = identity.sign(data)      # a second call raises KeyAlreadyUsed

The certificate lives for ten years, the key for one signature (the pattern of
draft-ietf-lamps-one-signature-certs): a short-lived certificate would read as expired in common
readers minutes after signing. Python cannot promise to overwrite memory; what is promised is that
the only reference to the key is dropped before the signature is returned and that the key cannot
be serialised, copied or pickled through this object.
"""

from __future__ import annotations

import threading
from datetime import datetime
from typing import NoReturn

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from signing.certificates import CertificateAuthority, issue_one_shot
from signing.errors import SigningError
from signing.identities import KioskIdentity, SigningIdentity
from verifier.token import Proof

__all__ = ["KeyAlreadyUsed", "OneShotKey", "make_one_shot"]


class KeyAlreadyUsed(SigningError):
    """A one-shot key was asked for a second signature; its private part no longer exists."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__(
            "key_already_used",
            "This signing key has already made its one signature and no longer exists.",
            "Start the signature again; a new key is made for it.",
        )


class OneShotKey:
    """A P-256 private key that signs exactly once."""

    def __init__(self) -> None:
        """Make the key, from the operating system's randomness."""
        key = ec.generate_private_key(ec.SECP256R1())
        self._public_key = key.public_key()
        self._key: ec.EllipticCurvePrivateKey | None = key
        self._lock = threading.Lock()

    def public_key(self) -> ec.EllipticCurvePublicKey:
        """The public half; it stays available after the private one is gone."""
        return self._public_key

    @property
    def spent(self) -> bool:
        """Whether the one signature has been made or the key was destroyed."""
        return self._key is None

    def sign(self, data: bytes) -> bytes:
        """Make the one signature and drop the key.

        Args:
            data: The bytes to sign.

        Returns:
            ECDSA over SHA-256, DER encoded (RFC 3279, 2.2.3).

        Raises:
            KeyAlreadyUsed: a signature was made before, or the key was destroyed.
        """
        with self._lock:
            key, self._key = self._key, None
        if key is None:
            raise KeyAlreadyUsed
        return key.sign(data, ec.ECDSA(hashes.SHA256()))

    def destroy(self) -> None:
        """Drop the key without a signature, when the signing is given up."""
        with self._lock:
            self._key = None

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled or copied."""
        raise TypeError("a one-shot key is never serialised")

    def __repr__(self) -> str:
        """Show the state, never the key."""
        return f"OneShotKey(spent={self.spent})"


def make_one_shot(name: str, proof: Proof, kiosk: KioskIdentity, now: datetime) -> SigningIdentity:
    """Make a client's key and have the kiosk's CA certify it.

    Args:
        name: The client's full name, as in the document's plan.
        proof: How the client's identity was proved.
        kiosk: The device that vouches for it.
        now: Moment of issue, aware UTC.

    Returns:
        An identity whose key signs once. Its chain runs from the kiosk CA to the root; the kiosk
        time-stamps its signature.
    """
    key = OneShotKey()
    authority = CertificateAuthority(kiosk.ca_key, kiosk.ca_certificate)
    certificate = issue_one_shot(name, proof, key.public_key(), authority, now)
    chain = (kiosk.ca_certificate, *kiosk.chain)
    return SigningIdentity(key, certificate, chain, kiosk.timestamper)
