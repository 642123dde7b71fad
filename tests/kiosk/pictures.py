"""Pictures of codes, as a camera or a person would give them."""

from __future__ import annotations

import io
import struct
import zlib

import qrcode
from PIL import Image


def qr_image(text: str, module: int = 6) -> Image.Image:
    """A QR code as it is printed."""
    code = qrcode.QRCode(border=4, box_size=module)
    code.add_data(text)
    code.make()
    image: Image.Image = code.make_image().get_image().convert("RGB")
    return image


def picture_of(text: str, kind: str = "JPEG", module: int = 6) -> bytes:
    """A picture of a QR code, as a file."""
    target = io.BytesIO()
    qr_image(text, module).save(target, kind, quality=80)
    return target.getvalue()


def empty_picture() -> bytes:
    """A grey desk."""
    target = io.BytesIO()
    Image.new("RGB", (640, 480), (120, 120, 120)).save(target, "JPEG")
    return target.getvalue()


def huge_picture(width: int = 10_000, height: int = 6_000) -> bytes:
    """A PNG that says it has 60 megapixels, in a few kilobytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes((width + 1) * height), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
