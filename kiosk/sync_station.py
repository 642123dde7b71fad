"""The kiosk's data folder as `python -m sync` works on it, beside a running kiosk or without one.

Keys are not renewed here: a running kiosk would go on with the old ones. It renews them itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

from kiosk.errors import StoreError
from kiosk.head_office import LinkState
from kiosk.screens.status import status_of
from kiosk.settings import settings_from
from kiosk.terminal import Terminal
from sync.device_packets import DevicePackets, PacketMade
from sync.device_side import make_http_client
from sync.progress import Progress, watched
from sync.round import SyncReport

__all__ = ["KioskStation", "open_station"]


def open_station(data_folder: str | None, office_url: str | None) -> KioskStation:
    """Open a kiosk's data folder.

    Raises:
        StoreError: `folder_empty`, `store_locked` ...
        SettingsError: a setting is not usable.
    """
    settings = settings_from({"data": data_folder, "office": office_url})
    if not settings.store_path.exists():
        raise StoreError(
            "folder_empty",
            "There is no kiosk in this data folder.",
            "Check --data, or start the kiosk once with: python -m kiosk serve",
        )
    return KioskStation(Terminal(settings, exclusive=False))


class KioskStation:
    """`sync.station.Station` of one kiosk."""

    def __init__(self, terminal: Terminal) -> None:
        """Keep the kiosk's parts; they are closed with the station."""
        self._terminal = terminal

    def exchange(self, tell: Callable[[Progress], None]) -> SyncReport:
        """One full round. Raises `SyncError`, `EnrolmentError`."""
        store = watched(self._terminal.device_store, tell, time.monotonic)
        with make_http_client() as http:
            return self._terminal.device(http, beside=store).exchange()

    def status(self) -> Mapping[str, Any]:
        """The kiosk's own status, and how its journal stands."""
        link = LinkState(self._terminal.clock.read().last_assured, "")
        cosigned = self._terminal.journal_log.cosigned()
        faults = self._terminal.journal_log.faults()
        journal = {
            "events": self._terminal.journal.next_sequence() - 1,
            "cosigned": 0 if cosigned is None else cosigned.checkpoint.size,
            "faults": [{"code": code, "at": at.isoformat()} for code, at in faults],
        }
        return {**status_of(self._terminal, link).to_json(), "journal": journal}

    def proof(self, sequence: int) -> Mapping[str, Any]:
        """The proof of one event. Raises `JournalFault`."""
        line, path, note = self._terminal.journal_log.proof(sequence)
        return {
            "event": line,
            "sequence": sequence,
            "path": [part.hex() for part in path],
            "checkpoint": note.text(),
        }

    @property
    def kiosk_id(self) -> str:
        """Its id. Raises `EnrolmentError`."""
        return self._terminal.enrolment().grant.kiosk_id

    def export(self, write: Callable[[bytes], object]) -> PacketMade:
        """Write a packet up. Raises `PacketRefused`, `EnrolmentError`."""
        return self._packets().export(write, self._terminal.clock.read().now)

    def take(self, source: BinaryIO) -> SyncReport:
        """Take a packet down. Raises `SyncError`, `EnrolmentError`."""
        return self._packets().take(source, self._terminal.clock.read().now)

    def _packets(self) -> DevicePackets:
        terminal, enrolment = self._terminal, self._terminal.enrolment()
        return DevicePackets(
            terminal.device_store,
            enrolment.device,
            enrolment.keys.open_box,
            terminal.authority(),
            terminal.settings.trust_folder,
            enrolment.grant.trust_root,
        )

    def close(self) -> None:
        """Close the kiosk's parts."""
        self._terminal.close()
