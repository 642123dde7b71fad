"""The QR code on a rendered page: how a certificate is found when the seal does not carry it.

A renderer is trusted to find the code, never for what the code states. What it is given may be
made to exhaust it, so it works in a process of its own that may use so much time and memory and
no more; whatever happens there, here it only means that no code was found.
"""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from verifier.file_bytes import Bytes

__all__ = ["main", "text_on_last_page"]

LONGEST_SIDE_PIXELS: Final = 2480
"""Longer side of the rendered page at most; its pixels are bounded by what is read in one go, too
(`qr_reading.MAX_READ_PIXELS`): 6 pixels per module of a QR code of 45 mm on A4."""
MAX_SCALE: Final = 8.0
"""Pixels per point at most, for pages smaller than a visiting card."""
MAX_CPU_SECONDS: Final = 3
"""Time that the renderer and the reader may use; an honest page takes a fifth of a second."""
MAX_SECONDS: Final = 20
"""The same on a clock, for machines that are busy."""
MAX_WORKING_BYTES: Final = 320 * 2**20
"""Memory that may be asked for beyond the file itself, which is held twice; OpenCV asks for much
that it never touches."""
TAIL_BYTES: Final = 2048
"""Where `startxref` stands in every PDF; without it nothing is rendered."""

_START: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]); from verifier.rendered_page import main; main()"
)


def text_on_last_page(data: Bytes) -> str | None:
    """Read the QR code on the last page of a PDF; None when there is none to read."""
    if b"startxref" not in data[max(0, len(data) - TAIL_BYTES) :]:
        return None
    own_folder = str(Path(__file__).resolve().parents[1])
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", _START, own_folder],
            input=data[:],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=MAX_SECONDS,
            check=True,
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "replace") or None


def main() -> None:
    """In the other process: a PDF on standard input, the text of its code on standard output."""
    data = sys.stdin.buffer.read()
    _limit(MAX_WORKING_BYTES + 2 * len(data))
    import pypdfium2

    from verifier.qr_reading import text_in_grey

    text = text_in_grey(_render_last_page(pypdfium2, data))
    sys.stdout.buffer.write((text or "").encode("utf-8", "replace"))


def _limit(working_bytes: int) -> None:
    """Give this process its bounds, where the system has them."""
    try:
        import resource
    except ImportError:  # not a Unix; the time on the clock still bounds it
        return
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_SECONDS, MAX_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_DATA, (working_bytes, working_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _render_last_page(pypdfium2: Any, data: bytes) -> Any:
    from verifier.qr_reading import MAX_READ_PIXELS

    document = pypdfium2.PdfDocument(data)
    try:
        document.init_forms()
        page = document[len(document) - 1]
        width, height = page.get_size()
        fits = math.sqrt(MAX_READ_PIXELS / (width * height)) * 0.999  # sides are rounded up
        scale = min(LONGEST_SIDE_PIXELS / max(width, height), fits, MAX_SCALE)
        bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=True)
        return bitmap.to_numpy().reshape(bitmap.height, bitmap.stride)[:, : bitmap.width].copy()
    finally:
        document.close()
