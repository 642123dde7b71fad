"""Records of documents that several clients sign: who is still to sign, and who has signed.

Parts of `sync.records.DocumentDue`, described in docs/sync-protocol.md section 5.1.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sync.names import SHA256
from sync.strict_json import Fields, time_text

__all__ = ["CHANNELS", "MAX_CLIENTS", "DueClient", "SignedClient"]

CHANNELS = ("sms", "email")
"""Ways a confirmation code can reach the client."""
MAX_CLIENTS = 100
"""Most clients of one document; the plan itself allows fewer."""
MAX_CODE = 99
"""Highest coded method or proof."""
MAX_PAGES = 10_000
"""Most pages of a document; the real limit is that of the preparation."""
MAX_SECONDS = 100 * 86_400 * 1_000
"""Longest time of reading, seconds: every page counts at most a day."""


@dataclass(frozen=True)
class DueClient:
    """A client who signs at this kiosk after the one before, without a word from head office."""

    signer_id: str
    """Head office's id of the client; goes into the derivation of the code key."""
    client_name: str
    """The client's name as it will be certified."""
    masked_contact: str
    """Where the code goes, masked."""
    channel: str
    """`sms` or `email`."""
    link_hash: str
    """SHA-256 of the token in the QR of this client's message, hex."""
    code_generation: int
    """Generation of the code key, from 1."""
    sealed_code_key: bytes
    """The code key, sealed to the kiosk."""

    def to_json(self) -> dict[str, Any]:
        """Give the JSON object."""
        return {
            "signer_id": self.signer_id,
            "client_name": self.client_name,
            "masked_contact": self.masked_contact,
            "channel": self.channel,
            "link_hash": self.link_hash,
            "code_generation": self.code_generation,
            "sealed_code_key": base64.b64encode(self.sealed_code_key).decode("ascii"),
        }

    @classmethod
    def from_json(cls, value: Any) -> DueClient:
        """Read the JSON object; raises MessageMalformed."""
        fields = Fields(value, "following client")
        result = cls(
            signer_id=fields.text("signer_id", 64, r"[A-Za-z0-9._-]+"),
            client_name=fields.text("client_name", 200),
            masked_contact=fields.text("masked_contact", 100),
            channel=fields.text("channel", 5, "|".join(CHANNELS)),
            link_hash=fields.text("link_hash", 64, SHA256),
            code_generation=fields.whole("code_generation", 1),
            sealed_code_key=fields.octets("sealed_code_key", 256),
        )
        fields.done()
        return result


@dataclass(frozen=True)
class SignedClient:
    """A client who has signed: what the certificate will say about it."""

    method: int
    """Coded method, `verifier.token.Method`."""
    proof: int
    """Coded proof of identity, `verifier.token.Proof`."""
    signed_at: datetime
    """When."""
    time_quality: int
    """`verifier.token.TimeQuality` of that kiosk's clock."""
    kiosk_name: str
    """Where."""
    pages_shown: int
    """Pages that were on the screen."""
    pages_total: int
    """Pages that the document had."""
    seconds_reading: int
    """Seconds spent on them."""
    consent_version: str
    """Version of the wording that the client agreed to."""
    language: str
    """Language of the screens."""
    shown_with: str = ""
    """How pages were shown, in coded words with spaces between, such as "large_text read_aloud"."""

    def to_json(self) -> dict[str, Any]:
        """Give the JSON object."""
        return {
            "method": self.method,
            "proof": self.proof,
            "signed_at": time_text(self.signed_at),
            "time_quality": self.time_quality,
            "kiosk_name": self.kiosk_name,
            "pages_shown": self.pages_shown,
            "pages_total": self.pages_total,
            "seconds_reading": self.seconds_reading,
            "consent_version": self.consent_version,
            "language": self.language,
            **({"shown_with": self.shown_with} if self.shown_with else {}),
        }

    @classmethod
    def from_json(cls, value: Any) -> SignedClient:
        """Read the JSON object; raises MessageMalformed."""
        given = {"shown_with": "", **value} if isinstance(value, dict) else value
        fields = Fields(given, "signed client")
        result = cls(
            method=fields.whole("method", 0, MAX_CODE),
            proof=fields.whole("proof", 0, MAX_CODE),
            signed_at=fields.moment("signed_at"),
            time_quality=fields.whole("time_quality", 0, 1),
            kiosk_name=fields.text("kiosk_name", 200),
            pages_shown=fields.whole("pages_shown", 0, MAX_PAGES),
            pages_total=fields.whole("pages_total", 1, MAX_PAGES),
            seconds_reading=fields.whole("seconds_reading", 0, MAX_SECONDS),
            consent_version=fields.text("consent_version", 40, r"[0-9a-z.-]*"),
            language=fields.text("language", 2, r"[a-z]{2}"),
            shown_with=fields.text("shown_with", 100, r"[a-z_ ]*"),
        )
        fields.done()
        return result
