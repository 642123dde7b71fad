"""The narrow interface to a key that somebody else keeps, and its way into `cryptography`.

A `Signer` has a public half and signs. `as_private_key` lets it stand wherever a P-256 key of
`cryptography` stands (certificates, revocation lists, PDF signatures), `as_ed25519_key` where an
Ed25519 key does (trust list, answers); everything else that a private key could do is refused,
since the private part is not here.
"""

from __future__ import annotations

from typing import Any, NoReturn, Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils

__all__ = ["RawSigner", "Signer", "as_ed25519_key", "as_private_key"]


class Signer(Protocol):
    """A P-256 key in a place of its own."""

    def public_key(self) -> ec.EllipticCurvePublicKey:
        """The public half."""

    def sign(self, data: bytes) -> bytes:
        """ECDSA over SHA-256 of `data`, DER encoded."""


class RawSigner(Protocol):
    """A key in a place of its own, whose public half is known already."""

    def sign(self, data: bytes) -> bytes:
        """Sign, as the kind of key does it."""


def as_ed25519_key(
    public_key: ed25519.Ed25519PublicKey, signer: RawSigner
) -> ed25519.Ed25519PrivateKey:
    """Give a signer the shape of an Ed25519 key (RFC 8032); it signs and does nothing else."""
    return _OutsideEd25519Key(public_key, signer)


def as_private_key(signer: Signer) -> ec.EllipticCurvePrivateKey:
    """Give a signer the shape of a private key; it signs with SHA-256 and does nothing else."""
    return _OutsideKey(signer)


class _OutsideKey(ec.EllipticCurvePrivateKey):
    """What `cryptography` calls a cloud or HSM key (its documentation, "Cloud KMS and HSM")."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._signer.public_key()

    @property
    def curve(self) -> ec.EllipticCurve:
        return self.public_key().curve

    @property
    def key_size(self) -> int:
        return self.public_key().key_size

    def sign(
        self,
        data: Any,  # bytes-like
        signature_algorithm: ec.EllipticCurveSignatureAlgorithm,
    ) -> bytes:
        algorithm = signature_algorithm.algorithm
        if isinstance(algorithm, utils.Prehashed) or not isinstance(algorithm, hashes.SHA256):
            raise TypeError("an outside key signs with SHA-256 only")
        return self._signer.sign(bytes(data))

    def exchange(
        self,
        algorithm: ec.ECDH,  # noqa: ARG002 - the base class's signature
        peer_public_key: ec.EllipticCurvePublicKey,  # noqa: ARG002 - the same
    ) -> bytes:
        self._refuse()

    def private_numbers(self) -> ec.EllipticCurvePrivateNumbers:
        self._refuse()

    def private_bytes(self, *_arguments: Any, **_names: Any) -> bytes:
        self._refuse()

    def __copy__(self) -> _OutsideKey:
        return self

    def __deepcopy__(self, _memo: dict[int, Any]) -> _OutsideKey:
        return self

    @staticmethod
    def _refuse() -> NoReturn:
        raise TypeError("the private part of this key is not here")


class _OutsideEd25519Key(ed25519.Ed25519PrivateKey):
    """The same for Ed25519."""

    def __init__(self, public_key: ed25519.Ed25519PublicKey, signer: RawSigner) -> None:
        self._public_key = public_key
        self._signer = signer

    def public_key(self) -> ed25519.Ed25519PublicKey:
        return self._public_key

    def sign(self, data: Any) -> bytes:  # bytes-like
        return self._signer.sign(bytes(data))

    def private_bytes(self, *_arguments: Any, **_names: Any) -> bytes:
        raise TypeError("the private part of this key is not here")

    def private_bytes_raw(self) -> bytes:
        raise TypeError("the private part of this key is not here")

    def __copy__(self) -> _OutsideEd25519Key:
        return self

    def __deepcopy__(self, _memo: dict[int, Any]) -> _OutsideEd25519Key:
        return self
