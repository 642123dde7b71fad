"""P-256 keys in a PKCS#11 token (OASIS PKCS #11 v2.40): made there, used there, never read.

    token = Token(Path("/usr/lib/softhsm/libsofthsm2.so"), "sygnet", pin)
    public_key = token.create("signing-ca")       # CKA_SENSITIVE, not extractable
    signature = token.signer(public_key).sign(data)

Every operation opens a session of its own and closes it, one at a time in this process: a token may
be pulled out and put back between two signatures. A signature is verified before it is handed out.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pkcs11
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
from pkcs11.util.ec import encode_named_curve_parameters

from signing.errors import SigningError
from signing.signers import Signer

__all__ = ["Token", "TokenError"]

SIGNATURE_BYTES: Final = 64
"""r and s of P-256, as PKCS#11 gives them (2.3.1)."""
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
            curve = {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
            parameters = session.create_domain_parameters(KeyType.EC, curve, local=True)
            label = PREFIX + holder
            public, private = parameters.generate_keypair(
                store=True,
                label=label,
                public_template={Attribute.VERIFY: True},
                private_template={
                    Attribute.SIGN: True,
                    Attribute.SENSITIVE: True,
                    Attribute.EXTRACTABLE: False,
                },
            )
            key = _public_key(public)
            for half in (public, private):  # RFC 7512 and most tools find pairs by this identifier
                half[Attribute.ID] = _identifier(key)
        return key

    def signer(self, public_key: ec.EllipticCurvePublicKey) -> Signer:
        """The key with this public half; looked for when it signs."""
        return _TokenSigner(self, public_key)

    def has(self, public_key: ec.EllipticCurvePublicKey) -> bool:
        """Whether the token holds the private key.

        Raises:
            TokenError: as `create`.
        """
        with self._session() as session:
            return bool(_found(session, public_key))

    def remove_others(self, holder: str, kept: list[ec.EllipticCurvePublicKey]) -> int:
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

    def sign(self, public_key: ec.EllipticCurvePublicKey, data: bytes) -> bytes:
        """Sign with one of the token's keys; see `Signer.sign`."""
        with self._session() as session:
            keys = _found(session, public_key)
            if not keys:
                raise TokenError(
                    "key_missing",
                    f"The token “{self.label}” does not hold this key.",
                    "Put in the token that it was made in, or renew the key.",
                )
            raw = keys[0].sign(hashlib.sha256(data).digest(), mechanism=Mechanism.ECDSA)
        if len(raw) != SIGNATURE_BYTES:
            raise self._failed()
        half = SIGNATURE_BYTES // 2
        signature = encode_dss_signature(
            int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big")
        )
        try:
            public_key.verify(signature, data, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature as error:
            raise self._failed() from error
        return signature

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

    def __init__(self, token: Token, public_key: ec.EllipticCurvePublicKey) -> None:
        self._token = token
        self._public_key = public_key

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._public_key

    def sign(self, data: bytes) -> bytes:
        return self._token.sign(self._public_key, data)


def _found(session: Any, public_key: ec.EllipticCurvePublicKey) -> list[Any]:
    wanted = {
        Attribute.CLASS: ObjectClass.PRIVATE_KEY,
        Attribute.KEY_TYPE: KeyType.EC,
        Attribute.ID: _identifier(public_key),
    }
    return list(session.get_objects(wanted))


def _public_key(public: Any) -> ec.EllipticCurvePublicKey:
    """From EC_POINT: an OCTET STRING around the point; some tokens leave the wrapping out."""
    encoded = bytes(public[Attribute.EC_POINT])
    point = encoded[2:] if encoded[:2] == b"\x04\x41" and len(encoded) == 67 else encoded
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)


def _identifier(public_key: ec.EllipticCurvePublicKey) -> bytes:
    spki = public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(spki).digest()[:20]
