"""A signed document on its way to head office without the exchange, after its kiosk fell out of it.

A kiosk that was restored from an old backup may have keys that head office knows no more; what was
signed there is still worth what it was. Each document is a file of its own: a line
`SYGNET SIGNED 1 <kiosk id> <document id>`, then the PDF in a box sealed to head office's box key,
so that a stick that is lost tells nothing but these two names. The line proves nothing; the
document's own seal does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sync.errors import PacketRefused
from sync.names import KIOSK_ID
from sync.sealed_box import BoxNotOpened, box_info, seal_box

__all__ = ["RESCUED", "RescuedDocument", "open_rescued", "seal_rescued"]

RESCUED: Final = ".signed.sygnet"
"""Ending of such a file."""
MAX_LINE_BYTES: Final = 200
"""Longest first line."""
_LINE = re.compile(rf"SYGNET SIGNED 1 ({KIOSK_ID}) ([0-9a-f]{{32}})\n".encode("ascii"))


@dataclass(frozen=True)
class RescuedDocument:
    """What is in such a file."""

    kiosk_id: str
    """The kiosk that says it signed this."""
    document_id: str
    """The document, 32 lower-case hexadecimal digits."""
    pdf: bytes
    """The file that was signed."""


def seal_rescued(document: RescuedDocument, office_box_key: bytes) -> bytes:
    """Write the file.

    Raises:
        ValueError: the key is none.
    """
    info = _info(document.kiosk_id, document.document_id)
    line = f"SYGNET SIGNED 1 {document.kiosk_id} {document.document_id}\n"
    return line.encode("ascii") + seal_box(office_box_key, document.pdf, info)


def open_rescued(data: bytes, open_box: Callable[[bytes, bytes], bytes]) -> RescuedDocument:
    """Read the file.

    Args:
        data: All of it.
        open_box: Opens a box with its info string, as `OfficeKeys.open_box` does.

    Raises:
        PacketRefused: code `rescued_unreadable`.
    """
    found = _LINE.match(data[:MAX_LINE_BYTES])
    if found is None:
        raise _unreadable()
    kiosk_id, document_id = (part.decode("ascii") for part in found.groups())
    try:
        pdf = open_box(data[found.end() :], _info(kiosk_id, document_id))
    except BoxNotOpened as error:
        raise _unreadable() from error
    return RescuedDocument(kiosk_id, document_id, pdf)


def _info(kiosk_id: str, document_id: str) -> bytes:
    return box_info(kiosk_id, "signed", document_id)


def _unreadable() -> PacketRefused:
    return PacketRefused(
        "rescued_unreadable",
        "This is no signed document of a kiosk, or it was cut short, or is for others.",
        "Let the kiosk write it again: python -m kiosk rescue --out FOLDER.",
    )
