"""What is sealed to one kiosk: HPKE (RFC 9180), base mode.

Suite: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. A sealed box is the encapsulated key
(32 bytes), then the ciphertext with its tag (16 bytes more than the content). The info string
binds kiosk, purpose and document, so a box for one cannot be opened as another.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from sync.errors import SyncError

__all__ = [
    "BOX_OVERHEAD_BYTES",
    "BoxNotOpened",
    "box_info",
    "code_key_info",
    "open_box",
    "open_code_key",
    "seal_box",
    "seal_code_key",
]

BOX_OVERHEAD_BYTES = 32 + 16
"""How much longer a box is than its content, bytes: encapsulated key and tag."""
CODE_KEY_BYTES = 32
"""Length of a code key, bytes."""
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class BoxNotOpened(SyncError):
    """A sealed box is damaged, or was sealed to another kiosk or for another purpose."""

    def __init__(self) -> None:
        """There is one reason and one sentence, so that nothing can be learned by trying."""
        super().__init__(
            "box_not_opened",
            "Something sealed to this kiosk could not be opened.",
            "Ask head office to send the document to this kiosk again.",
        )


def box_info(kiosk_id: str, purpose: str, subject: str) -> bytes:
    """Make the info string `sygnet/box/v1|kiosk|purpose|subject`.

    Raises:
        ValueError: a part contains the separator.
    """
    if "|" in kiosk_id + purpose + subject:
        raise ValueError("a part of the info string contains the separator")
    return f"sygnet/box/v1|{kiosk_id}|{purpose}|{subject}".encode()


def seal_box(box_public_key: bytes, content: bytes, info: bytes) -> bytes:
    """Seal content to an X25519 public key (32 raw bytes).

    Raises:
        ValueError: the key is not 32 bytes or is a point of low order.
    """
    return _SUITE.encrypt(content, X25519PublicKey.from_public_bytes(box_public_key), info)


def open_box(box_private_key: X25519PrivateKey, box: bytes, info: bytes) -> bytes:
    """Open a box.

    Raises:
        BoxNotOpened: for whatever reason.
    """
    try:
        return _SUITE.decrypt(box, box_private_key, info)
    except (InvalidTag, ValueError) as error:
        raise BoxNotOpened from error


def code_key_info(kiosk_id: str, signer_id: str, document_id: str, generation: int) -> bytes:
    """Make the info string for a code key: kiosk, signer, document and generation are bound."""
    return box_info(kiosk_id, "code-key", f"{document_id}/{signer_id}/{generation}")


def seal_code_key(
    box_public_key: bytes,
    code_key: bytes,
    kiosk_id: str,
    signer_id: str,
    document_id: str,
    generation: int,
) -> bytes:
    """Seal a code key (design section 7) to the kiosk; goes into DocumentDue.sealed_code_key."""
    return seal_box(
        box_public_key, code_key, code_key_info(kiosk_id, signer_id, document_id, generation)
    )


def open_code_key(
    box_private_key: X25519PrivateKey,
    box: bytes,
    kiosk_id: str,
    signer_id: str,
    document_id: str,
    generation: int,
) -> bytes:
    """Open a sealed code key.

    Raises:
        BoxNotOpened: for whatever reason, a wrong length of the key included.
    """
    code_key = open_box(
        box_private_key, box, code_key_info(kiosk_id, signer_id, document_id, generation)
    )
    if len(code_key) != CODE_KEY_BYTES:
        raise BoxNotOpened
    return code_key
