"""What `python -m sync` works on: a kiosk's data folder, opened by whoever keeps it.

This package does not know how a kiosk keeps its books. The module that does is found by its name,
`SYGNET_SYNC_STATION` or `kiosk.sync_station`, and has `open_station` (decision 26).
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO, Protocol, cast

from sync.device_packets import PacketMade
from sync.errors import DeviceFault
from sync.progress import Progress
from sync.round import SyncReport

__all__ = ["OpenStation", "Station", "find_station"]

DEFAULT_STATION = "kiosk.sync_station"
"""The module of the kiosk of this house."""


class Station(Protocol):
    """One kiosk's data folder, open."""

    def exchange(self, tell: Callable[[Progress], None]) -> SyncReport:
        """Do one full round; raises SyncError when the link is lost or the kiosk shut out."""

    def status(self) -> Mapping[str, Any]:
        """How things stand: numbers, codes and times only."""

    def proof(self, sequence: int) -> Mapping[str, Any]:
        """The proof of one event of the journal (docs/journal.md); raises JournalFault."""

    @property
    def kiosk_id(self) -> str:
        """The kiosk's id, which names its packets."""

    def export(self, write: Callable[[bytes], object]) -> PacketMade:
        """Write a packet for head office; raises PacketRefused."""

    def take(self, source: BinaryIO) -> SyncReport:
        """Take head office's answer; raises SyncError, and then nothing has changed."""

    def close(self) -> None:
        """Close it."""


class OpenStation(Protocol):
    """Opens the station of a data folder."""

    def __call__(self, data_folder: str | None, office_url: str | None) -> Station:
        """Open it; None stands for the default. Raises an error with code and next_step."""


def find_station(environment: Mapping[str, str]) -> OpenStation:
    """Find who keeps the kiosk's books.

    Raises:
        DeviceFault: `no_station`.
    """
    name = environment.get("SYGNET_SYNC_STATION", DEFAULT_STATION)
    try:
        return cast("OpenStation", importlib.import_module(name).open_station)
    except (ImportError, AttributeError) as error:
        raise DeviceFault("no_station", f"{name} does not keep a kiosk's books.") from error
