"""Finds where a PDF begins when other bytes stand before it, or its first line is lost.

Readers look for the header in the first 1,024 bytes (ISO 32000-1 annex H, 3.4.1) and, when it is
not there, go by what a PDF ends with. A file that a mail program or a server wrapped up, and one
whose first line was cut off, are whole but for that.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["from_its_header"]

HEADER: Final = b"%PDF-"
HEADER_SEARCH_BYTES: Final = 1024
"""Every reader accepts the header this late."""
MAX_BYTES_BEFORE_HEADER: Final = 1024 * 1024
"""Mail and server headers are much shorter; deeper in, a PDF is a part of something else."""
END_SEARCH_BYTES: Final = 4096
"""In which a file must end as a PDF does, when it does not begin as one."""
FIRST_OBJECT: Final = re.compile(rb"(?<!\d)\d{1,10} \d{1,5} obj\b")


def from_its_header(data: bytes) -> bytes | None:
    """The PDF in what came; the same bytes where nothing is amiss.

    Args:
        data: What came.

    Returns:
        The file with its header at the front, or None when it is no PDF.
    """
    start = data.find(HEADER, 0, MAX_BYTES_BEFORE_HEADER)
    if 0 <= start <= HEADER_SEARCH_BYTES - len(HEADER):
        return data
    if b"startxref" not in data[-END_SEARCH_BYTES:]:
        return None
    if start > 0:
        return data[start:]
    if FIRST_OBJECT.search(data, 0, HEADER_SEARCH_BYTES):
        return b"%PDF-1.7\n" + data
    return None
