"""How the kiosk is doing: for the staff on a screen, for machines as JSON. No personal data."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, jsonify, render_template
from werkzeug.wrappers import Response as AnyResponse

from kiosk.clock import Reading
from kiosk.credential import CredentialKind
from kiosk.errors import KioskError
from kiosk.head_office import HeadOffice, LinkState
from kiosk.key_state import KeyHealth
from kiosk.screens.verify import TrustLine, trust_line
from kiosk.settings import VERSION
from kiosk.terminal import Terminal

__all__ = ["MIN_FREE_BYTES", "Status", "make_status_screens", "status_of"]

MIN_FREE_BYTES = 64 * 1024 * 1024
"""Less free space than this may not hold the next signed document."""

IDLE_SECONDS = 300


@dataclass(frozen=True)
class Status:
    """The state of one kiosk.

    Attributes:
        kiosk_name: what people call it; empty before enrolment.
        enrolled: whether head office knows it.
        link: how the connection to head office stands.
        files_waiting, events_waiting: what has yet to go up.
        documents_due: how many documents wait for a client.
        time: the time and whether it may be relied on.
        trust: the trust list.
        free_bytes: free space where the data is.
        store_ok: whether the database answers.
        keys: how the keys stand; None before enrolment, or when they cannot be opened.
        credential: how the secret that opens the data is kept.
        disk_protected: whether a stolen disk is of no use.
    """

    kiosk_name: str
    enrolled: bool
    link: LinkState
    files_waiting: int
    events_waiting: int
    documents_due: int
    time: Reading
    trust: TrustLine
    free_bytes: int
    store_ok: bool
    keys: KeyHealth | None
    credential: CredentialKind
    disk_protected: bool

    @property
    def healthy(self) -> bool:
        """Whether a client can be served now, network or not."""
        signs = self.keys.can_sign if self.keys is not None else not self.enrolled
        return self.store_ok and self.free_bytes >= MIN_FREE_BYTES and signs

    def to_json(self) -> dict[str, object]:
        """Plain values for JSON; names of people and documents do not occur."""
        return {
            "status": "ok" if self.healthy else "failing",
            "version": VERSION,
            "enrolled": self.enrolled,
            "documents_due": self.documents_due,
            "queue": {"files": self.files_waiting, "events": self.events_waiting},
            "last_sync_at": _text(self.link.last_sync_at),
            "sync_problem": self.link.problem,
            "clock": {
                "assured": self.time.assured,
                "now": _text(self.time.now),
                "last_assured": _text(self.time.last_assured),
            },
            "trust": {
                "age": self.trust.age.value,
                "version": self.trust.version,
                "as_of": _text(self.trust.as_of),
            },
            "keys": None
            if self.keys is None
            else {"state": self.keys.state.value, "until": _text(self.keys.until)},
            "free_bytes": self.free_bytes,
            "credential": {
                "kind": self.credential.value,
                "protected_against_disk_theft": self.disk_protected,
            },
        }


def status_of(terminal: Terminal, link: LinkState) -> Status:
    """Look at everything."""
    files, events = terminal.device_store.queue_lengths()
    disk = os.statvfs(terminal.settings.data_folder)
    name, keys = "", None
    if terminal.enrolled:
        try:
            name, keys = terminal.enrolment().grant.kiosk_name, terminal.key_health()
        except KioskError:
            name = terminal.store.setting("kiosk_id")
    return Status(
        kiosk_name=name,
        enrolled=terminal.enrolled,
        link=link,
        files_waiting=files,
        events_waiting=events,
        documents_due=terminal.documents.count_due(),
        time=terminal.clock.read(),
        trust=trust_line(terminal),
        free_bytes=disk.f_bavail * disk.f_frsize,
        store_ok=terminal.store.healthy(),
        keys=keys,
        credential=terminal.credential.kind,
        disk_protected=terminal.credential.protects_the_disk,
    )


def make_status_screens(terminal: Terminal, head_office: HeadOffice) -> Blueprint:
    """Make the blueprint `status`."""
    blueprint = Blueprint("status", __name__, template_folder="../templates")

    @blueprint.get("/status")
    def status() -> str:
        """For the staff."""
        return render_template(
            "kiosk/status.html",
            status=status_of(terminal, head_office.state()),
            version=VERSION,
            MIN_FREE_BYTES=MIN_FREE_BYTES,
            idle_seconds=IDLE_SECONDS,
        )

    @blueprint.get("/healthz")
    def healthz() -> tuple[AnyResponse, int]:
        """For a watchdog: 200 when a client can be served, else 503."""
        found = status_of(terminal, head_office.state())
        return jsonify(found.to_json()), 200 if found.healthy else 503

    return blueprint


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.replace(microsecond=0).isoformat()
