"""The kiosk's end of the protocol: one exchange with head office, step by step, resumable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.device_store import DeviceClock, DeviceStore
from sync.messages import CodeRequestResult, EnrolmentGrant, EnrolmentRequest

__all__ = ["Device", "DeviceIdentity", "SyncReport", "enrol", "make_http_client"]


@dataclass(frozen=True)
class DeviceIdentity:
    """Who the device is and whom it listens to."""

    kiosk_id: str
    """From the enrolment grant."""
    signing_key: Ed25519PrivateKey
    """The device's sync key."""
    office_public_key: bytes
    """Pinned at enrolment, Ed25519, 32 raw bytes."""


@dataclass(frozen=True)
class SyncReport:
    """What one exchange did."""

    finished_at: datetime
    """When it ended, by the device's clock."""
    rows: int
    """Rows applied."""
    blobs_down: int
    """PDFs fetched."""
    blobs_up: int
    """Signed PDFs acknowledged."""
    events_up: int
    """Events acknowledged."""
    trust_updated: bool
    """Whether a newer trust list was accepted."""
    trust_error: str | None
    """Why the trust list could not be updated, a code; None when it was current or updated."""
    next_poll_seconds: int
    """When head office wants the next poll, before jitter."""


def make_http_client() -> httpx.Client:
    """Make the client with the protocol's time-outs; the caller closes it."""
    raise NotImplementedError


def enrol(
    http: httpx.Client, office_url: str, code: str, request: EnrolmentRequest
) -> EnrolmentGrant:
    """Trade a one-time code for a grant, authenticated by the code both ways.

    Repeating it with the same code and keys gives the same grant. Make `request` with
    `sync.enrolment.make_request(code, sync_key, box_public_key, seal_key, ca_key)`.
    """
    raise NotImplementedError


class Device:
    """A kiosk's connection to head office."""

    def __init__(
        self,
        store: DeviceStore,
        identity: DeviceIdentity,
        office_url: str,
        http: httpx.Client,
        clock: DeviceClock,
        trust_folder: Path,
        trust_root: bytes,
    ) -> None:
        """Keep the parts; nothing is sent yet.

        Args:
            store: the kiosk's books.
            identity: keys and names.
            office_url: head office's address, `https://office.example`; the protocol's paths
                start below it.
            http: from `make_http_client`.
            clock: the device's clocks.
            trust_folder: flat TUF client folder, as `verifier.trust_folder` reads it.
            trust_root: TUF root metadata of the grant.
        """
        raise NotImplementedError

    def exchange(self) -> SyncReport:
        """Do one full round; raises SyncError, and doing it again completes what was left."""
        raise NotImplementedError

    def request_code(self, document_id: str) -> CodeRequestResult:
        """Ask head office to send the client a code; raises SyncError."""
        raise NotImplementedError
