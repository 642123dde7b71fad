"""The trust list's root metadata (TUF 1.0, section 4.3): which key speaks for which role.

Signed by the root's Ed25519 key, which may be on a machine of its own; the keys of the other roles
(targets, snapshot, timestamp) are head office's. Pure functions: keys and bytes in, bytes out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from securesystemslib.signer import CryptoSigner, SSlibKey
from tuf.api.exceptions import RepositoryError, UnsignedMetadataError
from tuf.api.metadata import Metadata, Root
from tuf.api.serialization import SerializationError
from tuf.api.serialization.json import JSONSerializer

from signing.errors import SigningError

__all__ = [
    "ONLINE_ROLES",
    "TrustRootError",
    "check_trust_root",
    "hand_over_trust_root",
    "key_in_force",
    "make_trust_root",
]

ONLINE_ROLES: Final = ("targets", "snapshot", "timestamp")
"""The roles whose keys are head office's."""
LIFETIME: Final = timedelta(days=3650)
"""How long kiosks follow this metadata; every answer of the root renews it."""


class TrustRootError(SigningError):
    """Root metadata that is not this root's or not for these keys."""


def make_trust_root(
    root_key: Ed25519PrivateKey,
    online: Mapping[str, bytes],
    current: bytes | None,
    now: datetime,
) -> bytes:
    """Make and sign the next version of the root metadata.

    Args:
        root_key: The root role's key.
        online: For each of `ONLINE_ROLES`, its Ed25519 public key, 32 raw bytes.
        current: The metadata in force; None for the first version.
        now: Moment of signing, aware UTC.

    Raises:
        TrustRootError: code `other_root`: what is in force was signed by another root.
    """
    signer = CryptoSigner(root_key)
    version = 1
    if current is not None:
        version = _verified(current, signer.public_key.keyid).version + 1
    return _signed(version, online, now, signer)


def hand_over_trust_root(
    old_key: Ed25519PrivateKey,
    new_key: Ed25519PrivateKey,
    online: Mapping[str, bytes],
    current: bytes,
    now: datetime,
) -> bytes:
    """Make the next version of the root metadata, in which another key has the root role.

    Both keys sign it (TUF 1.0, 5.3.4 and 6.1), so that whoever holds the version before follows.

    Raises:
        TrustRootError: code `other_root`: what is in force was not signed by `old_key`.
    """
    old = CryptoSigner(old_key)
    version = _verified(current, old.public_key.keyid).version + 1
    return _signed(version, online, now, CryptoSigner(new_key), old)


def key_in_force(current: bytes, role: str) -> bytes:
    """The public key that has a role, 32 raw bytes.

    Raises:
        TrustRootError: code `other_root`.
    """
    root = _verified(current, None)
    (key_id,) = root.roles[role].keyids
    return bytes.fromhex(root.keys[key_id].keyval["public"])


def add_signature(metadata: Metadata[Any], signer: CryptoSigner) -> None:
    """Sign metadata, beside those who did so already.

    Raises:
        SigningError: what a key in a token says, such as `token_missing`.
    """
    try:
        metadata.sign(signer, append=True)
    except UnsignedMetadataError as error:
        if isinstance(error.__cause__, SigningError):
            raise error.__cause__ from None
        raise


def _signed(
    version: int,
    online: Mapping[str, bytes],
    now: datetime,
    signer: CryptoSigner,
    *others: CryptoSigner,
) -> bytes:
    root = Root(
        version=version, expires=now.replace(microsecond=0) + LIFETIME, consistent_snapshot=True
    )
    root.add_key(signer.public_key, "root")
    for role in ONLINE_ROLES:
        root.add_key(_key(online[role]), role)
    metadata = Metadata(root)
    for one in (signer, *others):
        add_signature(metadata, one)
    return metadata.to_bytes(JSONSerializer(compact=True, validate=True))


def check_trust_root(
    data: bytes,
    online: Mapping[str, bytes],
    current: bytes | None,
    *,
    handed_over: bool = False,
) -> None:
    """Check that metadata is signed by its root role, follows `current` and names these keys.

    Args:
        data: The metadata.
        online: The keys of the other roles.
        current: What is in force; None for the first version.
        handed_over: Whether another key has the root role; the one before it must have signed too.

    Raises:
        TrustRootError: code `other_root`.
    """
    root = _verified(data, None)
    for role in ONLINE_ROLES:
        if root.roles[role].keyids != [_key(online[role]).keyid]:
            raise _other_root()
    if current is None:
        if root.version != 1:
            raise _other_root()
        return
    before = _verified(current, None)
    if root.version != before.version + 1:
        raise _other_root()
    if not handed_over and root.roles["root"] != before.roles["root"]:
        raise _other_root()
    metadata = Metadata[Root].from_bytes(data)
    try:
        before.verify_delegate("root", metadata.signed_bytes, metadata.signatures)
    except RepositoryError as error:
        raise _other_root() from error


def _verified(data: bytes, key_id: str | None) -> Root:
    """The metadata, signed by its own root role; by the key `key_id` when one is given."""
    try:
        metadata = Metadata[Root].from_bytes(data)
        root = metadata.signed
        if not isinstance(root, Root):
            raise _other_root()
        root.verify_delegate("root", metadata.signed_bytes, metadata.signatures)
    except (SerializationError, RepositoryError, ValueError) as error:
        raise _other_root() from error
    if key_id is not None and root.roles["root"].keyids != [key_id]:
        raise _other_root()
    return root


def _key(raw: bytes) -> SSlibKey:
    return SSlibKey.from_crypto(Ed25519PublicKey.from_public_bytes(raw))


def _other_root() -> TrustRootError:
    return TrustRootError(
        "other_root",
        "The trust list belongs to another root, or names other keys.",
        "Take the root that head office was set up with.",
    )
