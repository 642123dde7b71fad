"""One lock around every call into PDFium, which is not safe for several threads.

Whoever renders or reads a PDF by pypdfium2, in any of our packages, holds it; it lives here because
this is the package that all others may import.
"""

from __future__ import annotations

import threading
from typing import Final

__all__ = ["PDFIUM_LOCK"]

PDFIUM_LOCK: Final = threading.RLock()
"""Held from opening a document to closing it; may be taken again by the thread that holds it."""
