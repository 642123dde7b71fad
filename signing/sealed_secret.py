"""A secret in a file that only a passphrase opens: Argon2id (RFC 9106) and AES-256-GCM.

    data = seal_secret(secret, passphrase, "root")
    secret = open_secret(data, passphrase, "root")

The file is one JSON object. Everything in it but the ciphertext is authenticated together with it,
so that the costs, the salt and the purpose cannot be changed by others (docs/keys.md section 8).
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from signing.errors import SigningError

__all__ = ["MIN_PASSPHRASE_LETTERS", "Cost", "SealedSecretError", "open_secret", "seal_secret"]

FORMAT: Final = "sygnet-sealed-secret/1"
MIN_PASSPHRASE_LETTERS: Final = 14
"""With Argon2id's cost, four random words or more; shorter ones are refused."""
MAX_FILE_BYTES: Final = 4096
"""A sealed 32-byte secret has about 350 bytes."""
MAX_MEMORY_KIB: Final = 1024 * 1024
"""1 GiB: a file from outside may not make us take more."""
SALT_BYTES, NONCE_BYTES, KEY_BYTES = 16, 12, 32
TEXTS: Final = ("format", "purpose", "salt", "nonce")
NUMBERS: Final = ("memory_kib", "iterations", "lanes")


class SealedSecretError(SigningError):
    """A passphrase or a file of a sealed secret that cannot be used."""


@dataclass(frozen=True)
class Cost:
    """What one guess of the passphrase costs (RFC 9106, 3.1)."""

    memory_kib: int = 256 * 1024
    """Memory in KiB; fits a Raspberry Pi with 1 GiB."""
    iterations: int = 3
    """Passes over that memory; RFC 9106, section 4 asks for 3 where memory is scarce."""
    lanes: int = 4
    """Threads."""


def seal_secret(secret: bytes, passphrase: str, purpose: str, cost: Cost | None = None) -> bytes:
    """Seal a secret with a passphrase.

    Args:
        secret: What nobody may read.
        passphrase: At least `MIN_PASSPHRASE_LETTERS` letters, white space around it not counted.
        purpose: What the secret is for; opening it for another purpose fails.
        cost: What a guess costs; `Cost()` when not given.

    Returns:
        The content of the file.

    Raises:
        SealedSecretError: code `passphrase_too_short`.
    """
    if len(passphrase.strip()) < MIN_PASSPHRASE_LETTERS:
        raise SealedSecretError(
            "passphrase_too_short",
            f"A passphrase has at least {MIN_PASSPHRASE_LETTERS} letters.",
            "Take four or more words that have nothing to do with each other.",
        )
    cost = cost or Cost()
    header: dict[str, str | int] = {
        "format": FORMAT,
        "purpose": purpose,
        "memory_kib": cost.memory_kib,
        "iterations": cost.iterations,
        "lanes": cost.lanes,
        "salt": secrets.token_hex(SALT_BYTES),
        "nonce": secrets.token_hex(NONCE_BYTES),
    }
    cipher = AESGCM(_key(passphrase, header))
    sealed = cipher.encrypt(bytes.fromhex(str(header["nonce"])), secret, _bytes(header))
    return _bytes({**header, "sealed": sealed.hex()}) + b"\n"


def open_secret(data: bytes, passphrase: str, purpose: str) -> bytes:
    """Open a sealed secret.

    Raises:
        SealedSecretError: codes `sealed_file_unreadable` (not such a file, or for another purpose)
            and `passphrase_wrong` (which a damaged ciphertext looks like, too).
    """
    header, sealed = _parsed(data)
    if header["purpose"] != purpose:
        raise _unreadable()
    cipher = AESGCM(_key(passphrase, header))
    try:
        return cipher.decrypt(bytes.fromhex(str(header["nonce"])), sealed, _bytes(header))
    except InvalidTag as error:
        raise SealedSecretError(
            "passphrase_wrong",
            "The passphrase does not open this file.",
            "Check it letter by letter; if it is right, the file is damaged: use its backup.",
        ) from error


def _parsed(data: bytes) -> tuple[dict[str, str | int], bytes]:
    """The header and the ciphertext; whatever we would not have written is refused."""
    if len(data) > MAX_FILE_BYTES:
        raise _unreadable()
    try:
        fields = json.loads(data)
        header = {name: _text(fields.pop(name)) for name in TEXTS}
        costs = {name: _number(fields.pop(name)) for name in NUMBERS}
        sealed = bytes.fromhex(_text(fields.pop("sealed")))
        sizes = len(bytes.fromhex(header["salt"])), len(bytes.fromhex(header["nonce"]))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise _unreadable() from error
    usable = not fields and header["format"] == FORMAT and sizes == (SALT_BYTES, NONCE_BYTES)
    lanes, memory = costs["lanes"], costs["memory_kib"]
    usable = usable and 1 <= lanes <= 16 and 1 <= costs["iterations"] <= 16
    if not usable or not 8 * lanes <= memory <= MAX_MEMORY_KIB:
        raise _unreadable()
    return {**header, **costs}, sealed


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("not a number")
    return value


def _key(passphrase: str, header: dict[str, str | int]) -> bytes:
    derivation = Argon2id(
        salt=bytes.fromhex(str(header["salt"])),
        length=KEY_BYTES,
        iterations=int(header["iterations"]),
        lanes=int(header["lanes"]),
        memory_cost=int(header["memory_kib"]),
    )
    return derivation.derive(passphrase.strip().encode("utf-8", "surrogatepass"))


def _bytes(fields: dict[str, str | int]) -> bytes:
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()


def _unreadable() -> SealedSecretError:
    return SealedSecretError(
        "sealed_file_unreadable",
        "This is not a file that a passphrase of ours opens.",
        "Check the name of the file, or use its backup.",
    )
