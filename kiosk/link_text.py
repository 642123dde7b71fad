"""Addresses of head office that clients carry: `/m/<token>` in a message, `/d/<token>` of a copy.

The kiosk knows only the SHA-256 of a message's token, so a stolen kiosk opens nobody's message. The
token of a copy is made here, shown to its client, and forgotten when they leave; head office gets
its SHA-256 with the signature.
"""

from __future__ import annotations

import hashlib
import re
import secrets

__all__ = ["MAX_LINK_CHARACTERS", "link_hash_of", "new_copy_link"]

MAX_LINK_CHARACTERS = 500
"""Longest text that is looked at: an address of some 100 characters and room to spare."""

_LINK = re.compile(r"(?i:https?)://[^/\s]{1,255}/m/([A-Za-z0-9_-]{16,128})")


def link_hash_of(text: str) -> str | None:
    """The hash by which a message's link is known here; None when the text is something else."""
    if len(text) > MAX_LINK_CHARACTERS:
        return None
    match = _LINK.fullmatch(text.strip())
    return None if match is None else hashlib.sha256(match.group(1).encode("ascii")).hexdigest()


COPY_TOKEN_BYTES = 16
"""128 bits: cannot be guessed, and the address stays short enough for a small square."""


def new_copy_link() -> tuple[str, str]:
    """A new token for the address of a copy, and its SHA-256, hex, which head office is told."""
    token = secrets.token_urlsafe(COPY_TOKEN_BYTES)
    return token, hashlib.sha256(token.encode("ascii")).hexdigest()
