"""Time-stamp tokens made by a kiosk itself (RFC 3161), in the one form that the verifier accepts.

    token = make_token(sha256, identity, now, serial)      # pure
    stamper = KioskTimeStamper(identity)                   # what signatures are given

A kiosk signs without a network, so the only clock at hand is its own. Its token proves to any
validator which time *that clock* showed, by a key that can do nothing else; head office's
time-stamp over the whole file, later, bounds it from above (docs/long-life.md).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from signing.identities import SigningIdentity
from signing.signed_data import TIMESTAMP_INFO, signed_data
from verifier.signature_timestamp import timestamp_info

__all__ = ["KioskTimeStamper", "make_token"]

FRAME_BYTES: Final = 640
"""What a token takes beside its certificates and the issuer's name, which stands in it twice."""
SERIAL_BYTES: Final = 15
"""Length of a token's serial number; below the limit of 20 bytes whatever the first bit is."""


@dataclass(frozen=True)
class KioskTimeStamper:
    """A kiosk's own time-stamping key (`signing.identities.TimeStamper`)."""

    identity: SigningIdentity
    """The key, its certificate, and those above it."""

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate of the time-stamping key."""
        return self.identity.certificate

    @property
    def room_bytes(self) -> int:
        """The most bytes that a token takes."""
        issuer = self.certificate.issuer.public_bytes()
        return sum(map(len, _embedded(self.identity))) + 2 * len(issuer) + FRAME_BYTES

    def token(self, sha256: bytes, now: datetime) -> bytes:
        """Time-stamp a hash with the time that this kiosk's clock shows.

        The serial number is made of both: the same again gets the same number, and no two
        different ones share theirs.
        """
        seed = sha256 + now.isoformat().encode("ascii")
        serial = int.from_bytes(hashlib.sha256(seed).digest()[:SERIAL_BYTES], "big") | 1
        return make_token(sha256, self.identity, now, serial)


def make_token(sha256: bytes, identity: SigningIdentity, now: datetime, serial: int) -> bytes:
    """Make a token.

    Args:
        sha256: What is time-stamped.
        identity: The time-stamping key, its certificate and those above it; the root is not
            embedded.
        now: The time to be stated, aware; whole seconds count.
        serial: Positive, at most 20 bytes, never used twice by this key.

    Returns:
        A DER-encoded ContentInfo (RFC 3161, 2.4.2).
    """
    info = timestamp_info(sha256, serial, now)
    return signed_data(
        TIMESTAMP_INFO,
        info,
        hashlib.sha256(info).digest(),
        _embedded(identity),
        identity.certificate,
        identity.sign,
    )


def _embedded(identity: SigningIdentity) -> list[bytes]:
    chain = [entry for entry in identity.chain if entry.issuer != entry.subject]
    return [entry.public_bytes(Encoding.DER) for entry in (identity.certificate, *chain)]
