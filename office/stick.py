"""`python -m office stick`: takes packets of kiosks from a folder (docs/sync-by-stick.md)."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from office.application import POLL_SECONDS
from office.errors import Refused
from office.head_office import HeadOffice, open_head_office
from office.ledger import Ledger
from office.response_key import office_keys
from office.settings import Settings
from sync.errors import SyncError
from sync.office_packets import OfficePackets
from sync.stick import DOWN, UP, opened, packet_path, packets_up, writing

__all__ = ["stick", "take_packets"]


def stick(options: argparse.Namespace, settings: Settings) -> None:
    """Take every packet in a folder; one JSON line for each, with the codes of what was refused.

    Raises:
        Refused: `no_packets`, `stick_unusable`, `stick_crowded`; `packets_refused` when one of
            them was not taken, or not all of it.
    """
    office = open_head_office(settings)
    try:
        taken = dict(take_packets(office, options.folder, lambda: datetime.now(UTC)))
    except SyncError as error:
        raise Refused(error.code, error.sentence, error.next_step) from error
    finally:
        office.close()
    for kiosk_id, codes in taken.items():
        print(json.dumps({"kiosk": kiosk_id, "refused": codes}))
    if not taken:
        raise Refused(
            "no_packets",
            f"There is no packet of a kiosk in this folder: no file that ends in {UP}.",
            "Check the folder; the kiosk writes one with: python -m sync export FOLDER",
        )
    if any(taken.values()):
        raise Refused(
            "packets_refused",
            "Not everything could be taken; the codes say why (docs/sync-by-stick.md).",
            "Carry the answers back all the same, where there are any.",
        )


def take_packets(
    office: HeadOffice, folder: Path, clock: Callable[[], datetime]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Take every packet in a folder and write its answer beside it; one does not stop another.

    Gives the kiosk's id, as the name of its packet says, and the codes of what was refused.

    Raises:
        PacketRefused: `stick_unusable`, `stick_crowded`; nothing was taken.
    """
    packets = OfficePackets(
        Ledger(office, clock), office_keys(office), lambda: _trust_files(office), POLL_SECONDS
    )
    for path in packets_up(folder):
        kiosk_id = path.name.removesuffix(UP)
        answer = packet_path(folder, kiosk_id, DOWN)
        try:
            with opened(path) as source, writing(answer) as write:
                refused = packets.take(kiosk_id, source, write, clock())
        except SyncError as error:
            refused = (error.code,)
        yield kiosk_id, refused


def _trust_files(office: HeadOffice) -> Iterator[tuple[str, bytes]]:
    """The published trust list as it lies below /trust/."""
    for place in ("metadata", "targets"):
        for path in sorted((office.trust_folder / place).glob("[A-Za-z0-9]*.json")):
            yield f"{place}/{path.name}", path.read_bytes()
