"""The QR code in the client's message: `https://<head office>/m/<token>`.

The kiosk knows only the SHA-256 of the token, so a stolen kiosk opens nobody's message.
"""

from __future__ import annotations

import hashlib
import re

__all__ = ["MAX_LINK_CHARACTERS", "link_hash_of"]

MAX_LINK_CHARACTERS = 500
"""Longest text that is looked at: an address of some 100 characters and room to spare."""

_LINK = re.compile(r"(?i:https?)://[^/\s]{1,255}/m/([A-Za-z0-9_-]{16,128})")


def link_hash_of(text: str) -> str | None:
    """The hash by which a message's link is known here; None when the text is something else."""
    if len(text) > MAX_LINK_CHARACTERS:
        return None
    match = _LINK.fullmatch(text.strip())
    return None if match is None else hashlib.sha256(match.group(1).encode("ascii")).hexdigest()
