"""Forms of the names that occur in records, as regular expressions."""

from __future__ import annotations

__all__ = ["DOCUMENT_ID", "KIOSK_ID", "SHA256"]

DOCUMENT_ID = r"[0-9a-f]{32}"
"""A document id: 16 bytes in lower-case hex."""
SHA256 = r"[0-9a-f]{64}"
"""A SHA-256 in lower-case hex."""
KIOSK_ID = r"[a-z0-9][a-z0-9-]{0,31}"
"""A kiosk id: what head office calls the kiosk in messages, 1 to 32 characters."""
