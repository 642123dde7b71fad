"""Who signs: a key, its certificate and the chain above it; and what a kiosk needs to seal.

Nothing here reads a file or a clock. Keys come from `signing.key_files` or, for the client, from
`signing.one_shot`; certificates from `signing.certificates`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from signing.certificate_facts import EvidenceSummary
from verifier.token import Proof, SignerClaim, TimeQuality
from verifier.trust_list import TrustList

__all__ = ["KioskIdentity", "SealContext", "SigningIdentity", "SigningKey", "SingleUseKey"]
__all__ += ["TimeStamper"]


class SingleUseKey(Protocol):
    """A key that decides for itself whether it still signs (`signing.one_shot.OneShotKey`)."""

    def public_key(self) -> ec.EllipticCurvePublicKey:
        """The public half."""

    def sign(self, data: bytes) -> bytes:
        """ECDSA over SHA-256 of `data`, DER encoded."""


SigningKey = ec.EllipticCurvePrivateKey | SingleUseKey
"""What can stand behind a signature: a stored P-256 key, or a client's one-shot key."""


class TimeStamper(Protocol):
    """What states that a signature existed at a time (RFC 3161)."""

    @property
    def room_bytes(self) -> int:
        """The most bytes that a token takes."""

    def token(self, sha256: bytes, now: datetime) -> bytes:
        """Time-stamp a hash.

        Args:
            sha256: Of the signature's value.
            now: The time by this machine, aware; a service elsewhere states its own.

        Returns:
            The token: a DER-encoded ContentInfo.

        Raises:
            SigningError: There is no token to be had.
        """


@dataclass(frozen=True)
class SigningIdentity:
    """One signer: key, certificate, chain."""

    key: SigningKey = field(repr=False)
    """The private key; P-256 always (PDF readers refuse Ed25519)."""
    certificate: x509.Certificate
    """The signer's own certificate."""
    chain: tuple[x509.Certificate, ...]
    """The certificates above it, nearest first, root last."""
    timestamper: TimeStamper | None = None
    """What time-stamps its signatures (level B-T); None for level B-B."""

    def sign(self, data: bytes) -> bytes:
        """Sign `data` with ECDSA over SHA-256; DER encoded, at most 72 bytes.

        Raises:
            KeyAlreadyUsed: the key was a one-shot key and has been used before.
        """
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            return self.key.sign(data, ec.ECDSA(hashes.SHA256()))
        return self.key.sign(data)


@dataclass(frozen=True)
class KioskIdentity:
    """What a kiosk signs with: its CA for clients' certificates, its seal for documents."""

    kiosk_id: str
    """Head office's identifier of the device."""
    name: str
    """What people call the device; printed on certificates."""
    ca_key: ec.EllipticCurvePrivateKey = field(repr=False)
    """Key of the kiosk's own CA."""
    ca_certificate: x509.Certificate
    """Certificate of the kiosk's own CA, path length 0."""
    seal_key: ec.EllipticCurvePrivateKey = field(repr=False)
    """Key that seals the PDF and signs the certificate token."""
    seal_certificate: x509.Certificate
    """Certificate of the seal key, issued by the signing CA."""
    chain: tuple[x509.Certificate, ...]
    """Signing CA, then root."""
    timestamper: TimeStamper | None = None
    """The kiosk's own time-stamper; None when its signatures are to be at level B-B."""

    @property
    def seal_identity(self) -> SigningIdentity:
        """The seal as a signer."""
        return SigningIdentity(self.seal_key, self.seal_certificate, self.chain, self.timestamper)

    def without_timestamps(self) -> KioskIdentity:
        """The same kiosk, signing at level B-B."""
        return replace(self, timestamper=None)


@dataclass(frozen=True)
class SealContext:
    """What the device knows at the moment of sealing, apart from the document itself."""

    trust: TrustList
    """The last accepted trust list; the sealed document must be genuine under it."""
    host: str
    """Head office's public host, for the QR."""
    certificate_sequence: int
    """The device's own running number of certificates."""
    time_quality: TimeQuality
    """Whether the device can vouch for its clock now."""
    journal_position: int
    """Sequence number that the sealing gets in the device's journal."""
    evidence: EvidenceSummary
    """What the client was shown."""
    software_version: str
    """Version of this software."""
    timezone: str
    """IANA name of the zone in which times are printed."""
    client_proof: Proof
    """How the client's identity was proved."""
    director: SignerClaim
    """The director's name, proof and time of signing, as head office reported them."""
