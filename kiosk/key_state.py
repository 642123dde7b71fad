"""How this kiosk's keys stand: whether they sign, until when, and whether new ones are coming."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding

from signing.identities import KioskIdentity
from verifier.trust_list import TrustList

__all__ = ["WARN_BEFORE", "KeyHealth", "KeyState", "key_health"]

WARN_BEFORE: Final = timedelta(days=365)
"""Head office renews keys ten years ahead; with a year left something keeps it from doing so."""


class KeyState(StrEnum):
    """What can be said of the keys."""

    GOOD = "good"
    """They sign, and will for long."""
    RENEWING = "renewing"
    """They sign; head office asked for new ones, which are being made."""
    ENDING = "ending"
    """They sign, but run out within a year."""
    ENDED = "ended"
    """A certificate ran out: nothing is signed."""
    REVOKED = "revoked"
    """The trust list says that they count no more: nothing is signed."""


@dataclass(frozen=True)
class KeyHealth:
    """The state and the day."""

    state: KeyState
    """What can be said."""
    until: datetime
    """When the first certificate that signing needs runs out, aware UTC."""

    @property
    def can_sign(self) -> bool:
        """Whether a signature made now would be worth anything."""
        return self.state not in {KeyState.ENDED, KeyState.REVOKED}


def key_health(
    kiosk: KioskIdentity, trust: TrustList | None, now: datetime, *, renewing: bool
) -> KeyHealth:
    """Look at the certificates that signing needs: CA, seal, and those above them.

    Args:
        kiosk: what the kiosk signs with.
        trust: the trust list here; without one nothing is known of revocations.
        now: the kiosk's time, aware.
        renewing: whether head office asked for new keys.
    """
    needed = (kiosk.ca_certificate, kiosk.seal_certificate, *kiosk.chain)
    until = min(one.not_valid_after_utc for one in needed)
    ders = {one.public_bytes(Encoding.DER) for one in needed}
    keys = () if trust is None else trust.keys
    if any(key.revocation is not None and key.certificate_der in ders for key in keys):
        return KeyHealth(KeyState.REVOKED, until)
    if now >= until:
        return KeyHealth(KeyState.ENDED, until)
    if renewing:
        return KeyHealth(KeyState.RENEWING, until)
    return KeyHealth(KeyState.ENDING if until - now < WARN_BEFORE else KeyState.GOOD, until)
