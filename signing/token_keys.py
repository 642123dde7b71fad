"""P-256 and Ed25519 keys in a PKCS#11 token: made there, used there, never read.

OASIS PKCS #11 v2.40; Ed25519 is of v3.0, and not every token has it.

    token = Token(Path("/usr/lib/softhsm/libsofthsm2.so"), "sygnet", pin)
    public_key = token.create("signing-ca")       # CKA_SENSITIVE, not extractable
    signature = token.signer(public_key).sign(data)

Every operation opens a session of its own and closes it, one at a time in this process: a token may
be pulled out and put back between two signatures. A signature is verified before it is handed out.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pkcs11
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
from pkcs11.util.ec import encode_named_curve_parameters

from signing.errors import SigningError
from signing.signers import Signer

__all__ = ["Token", "TokenError", "TokenKey"]

TokenKey = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey
"""The public half of a key in a token."""

SIGNATURE_BYTES: Final = 64
"""r and s of P-256, as PKCS#11 gives them (2.3.1); Ed25519 has as many (RFC 8032)."""
ED25519: Final = "1.3.101.112"
"""The curve (RFC 8410, 3)."""
ED25519_BYTES: Final = 32
"""Of a public key."""
_MAKING: Final = {
    KeyType.EC: Mechanism.EC_KEY_PAIR_GEN,
    KeyType.EC_EDWARDS: Mechanism.EC_EDWARDS_KEY_PAIR_GEN,
}
PREFIX: Final = "sygnet "
"""Of the label of every key that we make; keys of others are left alone."""

_LOCK = threading.Lock()
"""A PKCS#11 login belongs to the whole process, so sessions follow each other."""


class TokenError(SigningError):
    """A token that is not there, does not open, or does not do what it should."""


class Token:
    """One token and the PIN of its user."""

    def __init__(self, module: Path, label: str, pin: str) -> None:
        """Name the token; nothing is opened yet.

        Args:
            module: The vendor's PKCS#11 library.
            label: The token's label (CKA label of C_InitToken).
            pin: The user's PIN.
        """
        self.label = label
        self._module = module
        self._pin = pin

    def create(self, holder: str) -> ec.EllipticCurvePublicKey:
        """Make a key that never leaves the token.

        Args:
            holder: Whose key it is; part of its label.

        Returns:
            The public half. The key is found by it.

        Raises:
            TokenError: codes `token_missing`, `pin_wrong`, `token_failed`.
        """
        with self._session(writing=True) as session:
            public, private = self._made(session, holder, KeyType.EC, "secp256r1")
            key = _public_key(public)
            _name(public, private, key)
        return key

    def create_ed25519(self, holder: str) -> ed25519.Ed25519PublicKey:
        """Make an Ed25519 key that never leaves the token.

        Args:
            holder: Whose key it is; part of its label.

        Returns:
            The public half.

        Raises:
            TokenError: as `create`; `token_failed` also when the token has no such keys.
        """
        with self._session(writing=True) as session:
            public, private = self._made(session, holder, KeyType.EC_EDWARDS, ED25519)
            raw = bytes(public[Attribute.EC_POINT])[-ED25519_BYTES:]  # some leave the wrapping out
            key = ed25519.Ed25519PublicKey.from_public_bytes(raw)
            _name(public, private, key)
        return key

    @staticmethod
    def _made(session: Any, holder: str, kind: KeyType, curve: str) -> tuple[Any, Any]:
        parameters = session.create_domain_parameters(
            kind, {Attribute.EC_PARAMS: encode_named_curve_parameters(curve)}, local=True
        )
        made: tuple[Any, Any] = parameters.generate_keypair(
            mechanism=_MAKING[kind],
            store=True,
            label=PREFIX + holder,
            public_template={Attribute.VERIFY: True},
            private_template={
                Attribute.SIGN: True,
                Attribute.SENSITIVE: True,
                Attribute.EXTRACTABLE: False,
            },
        )
        return made

    def signer(self, public_key: TokenKey) -> Signer:
        """The key with this public half; looked for when it signs."""
        return _TokenSigner(self, public_key)

    def has(self, public_key: TokenKey) -> bool:
        """Whether the token holds the private key.

        Raises:
            TokenError: as `create`.
        """
        with self._session() as session:
            return bool(_found(session, public_key))

    def remove_others(self, holder: str, kept: Sequence[TokenKey]) -> int:
        """Destroy keys of a holder that no certificate names: a crash left them.

        Returns:
            How many objects were destroyed.

        Raises:
            TokenError: as `create`.
        """
        identifiers = {_identifier(key) for key in kept}
        removed = 0
        with self._session(writing=True) as session:
            for found in list(session.get_objects({Attribute.LABEL: PREFIX + holder})):
                if bytes(found[Attribute.ID]) not in identifiers:
                    found.destroy()
                    removed += 1
        return removed

    def sign(self, public_key: TokenKey, data: bytes) -> bytes:
        """Sign with one of the token's keys; see `Signer.sign`."""
        with self._session() as session:
            keys = _found(session, public_key)
            if not keys:
                raise TokenError(
                    "key_missing",
                    f"The token “{self.label}” does not hold this key.",
                    "Put in the token that it was made in, or renew the key.",
                )
            if isinstance(public_key, ed25519.Ed25519PublicKey):
                raw = keys[0].sign(data, mechanism=Mechanism.EDDSA)
            else:
                raw = keys[0].sign(hashlib.sha256(data).digest(), mechanism=Mechanism.ECDSA)
        if len(raw) != SIGNATURE_BYTES:
            raise self._failed()
        try:
            return _checked(public_key, raw, data)
        except InvalidSignature as error:
            raise self._failed() from error

    @contextmanager
    def _session(self, *, writing: bool = False) -> Iterator[Any]:
        with _LOCK:
            try:
                with self._token().open(rw=writing, user_pin=self._pin) as session:
                    yield session
            except (pkcs11.PinIncorrect, pkcs11.PinLenRange, pkcs11.PinInvalid) as error:
                raise TokenError(
                    "pin_wrong",
                    f"The PIN does not open the token “{self.label}”.",
                    "Correct the file with the PIN; too many tries lock a token.",
                ) from error
            except pkcs11.PinLocked as error:
                raise TokenError(
                    "pin_locked",
                    f"The token “{self.label}” is locked after too many wrong PINs.",
                    "Unlock it with its security officer's PIN.",
                ) from error
            except (
                pkcs11.NoSuchToken, pkcs11.TokenNotPresent, pkcs11.DeviceRemoved,
                pkcs11.TokenNotRecognised, pkcs11.SlotIDInvalid,
            ) as error:  # fmt: skip
                raise self._missing() from error
            except RuntimeError as error:  # PKCS11Error is one; the library cannot be loaded
                if isinstance(error, pkcs11.PKCS11Error):
                    raise self._failed() from error
                raise self._missing() from error

    def _token(self) -> Any:
        """The token; looked for once more from the start, since it may just have been put in."""
        try:
            library = pkcs11.lib(str(self._module))
        except RuntimeError as error:  # not a library, or another one is in use already
            raise pkcs11.TokenNotPresent from error
        try:
            return library.get_token(token_label=self.label)
        except pkcs11.PKCS11Error:
            library.reinitialize()
            return library.get_token(token_label=self.label)

    def _missing(self) -> TokenError:
        return TokenError(
            "token_missing",
            f"The token “{self.label}” is not there.",
            "Put it in, and check the settings of PKCS#11.",
        )

    def _failed(self) -> TokenError:
        return TokenError(
            "token_failed",
            f"The token “{self.label}” did not do what was asked of it.",
            "Try again; if it stays, look at the token with its vendor's program.",
        )


class _TokenSigner:
    """One key of a token."""

    def __init__(self, token: Token, public_key: TokenKey) -> None:
        self._token = token
        self._public_key = public_key

    def public_key(self) -> ec.EllipticCurvePublicKey:
        if isinstance(self._public_key, ed25519.Ed25519PublicKey):
            raise TypeError("not a P-256 key")
        return self._public_key

    def sign(self, data: bytes) -> bytes:
        return self._token.sign(self._public_key, data)


def _checked(public_key: TokenKey, raw: bytes, data: bytes) -> bytes:
    """A signature in its usual form, when it is one; raises InvalidSignature."""
    if isinstance(public_key, ed25519.Ed25519PublicKey):
        public_key.verify(raw, data)
        return raw
    half = SIGNATURE_BYTES // 2
    signature = encode_dss_signature(
        int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big")
    )
    public_key.verify(signature, data, ec.ECDSA(hashes.SHA256()))
    return signature


def _name(public: Any, private: Any, key: TokenKey) -> None:
    for half in (public, private):  # RFC 7512 and most tools find pairs by this identifier
        half[Attribute.ID] = _identifier(key)


def _found(session: Any, public_key: TokenKey) -> list[Any]:
    edwards = isinstance(public_key, ed25519.Ed25519PublicKey)
    wanted = {
        Attribute.CLASS: ObjectClass.PRIVATE_KEY,
        Attribute.KEY_TYPE: KeyType.EC_EDWARDS if edwards else KeyType.EC,
        Attribute.ID: _identifier(public_key),
    }
    return list(session.get_objects(wanted))


def _public_key(public: Any) -> ec.EllipticCurvePublicKey:
    """From EC_POINT: an OCTET STRING around the point; some tokens leave the wrapping out."""
    encoded = bytes(public[Attribute.EC_POINT])
    point = encoded[2:] if encoded[:2] == b"\x04\x41" and len(encoded) == 67 else encoded
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)


def _identifier(public_key: TokenKey) -> bytes:
    spki = public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(spki).digest()[:20]
