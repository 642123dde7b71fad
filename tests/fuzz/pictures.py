"""Pictures in which a QR code is looked for: JPEG and PNG files."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping
from functools import cache
from random import Random
from typing import Any, Final

import cv2
import numpy as np
import qrcode

from tests.fuzz import houses
from tests.fuzz.bounds import Violation
from tests.fuzz.target import Mutate, Target
from verifier.errors import PictureError
from verifier.picture import text_in_picture, verify_picture
from verifier.verdict import Outcome

__all__ = ["PICTURE"]

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_MODULE_PIXELS: Final = 3


def _examine(data: bytes) -> None:
    try:
        verdict = verify_picture(data, houses.trust(), houses.NOW)
    except PictureError:
        return
    genuine = verdict.outcome is Outcome.GENUINE
    if genuine and text_in_picture(data) not in houses.genuine_texts():
        raise Violation("genuine: a picture of a code that nobody signed")
    houses.check_verdict(verdict, known=genuine)


def _modules(text: str, version: int | None = None) -> Any:
    made = qrcode.QRCode(version, qrcode.constants.ERROR_CORRECT_L, border=3)
    made.add_data(text)
    return np.where(np.array(made.get_matrix()), 0, 255).astype(np.uint8)


def _picture(modules: Any, pixels: int = _MODULE_PIXELS) -> Any:
    return np.kron(modules, np.ones((pixels, pixels), np.uint8))


def _encoded(grey: Any, kind: str, *settings: int) -> bytes:
    return bytes(cv2.imencode(kind, grey, settings)[1])


@cache
def _matrices() -> tuple[Any, ...]:
    texts = (houses.honest_file().text, "https://example.com/menu", "1", "Zażółć \x1d]d2\\")
    return tuple(_modules(text) for text in texts)


@cache
def _seeds() -> Mapping[str, bytes]:
    genuine, menu, small, _ = (_picture(each) for each in _matrices())
    coloured = cv2.cvtColor(small, cv2.COLOR_GRAY2BGR)
    deep = small.astype(np.uint16) * 257
    return {
        "genuine png": _encoded(genuine, ".png"),
        "genuine jpeg": _encoded(genuine, ".jpg", cv2.IMWRITE_JPEG_QUALITY, 60),
        "progressive": _encoded(menu, ".jpg", cv2.IMWRITE_JPEG_PROGRESSIVE, 1),
        "restarts": _encoded(menu, ".jpg", cv2.IMWRITE_JPEG_RST_INTERVAL, 2),
        "colour jpeg": _encoded(coloured, ".jpg"),
        "colour png": _encoded(coloured, ".png"),
        "sixteen bits": _encoded(deep, ".png"),
        "one bit": _encoded(small, ".png", cv2.IMWRITE_PNG_BILEVEL, 1),
        "empty": _encoded(np.full((40, 60), 90, np.uint8), ".png"),
        "no picture": b"GIF89a",
    }


def _rework(data: bytes, chance: Random, mutate: Mutate) -> bytes:
    """Change what is inside and mend checksums; or draw a code with changed modules."""
    kind = chance.randrange(4)
    if kind == 0:
        return _code_of_changed_modules(chance, mutate)
    if data.startswith(_PNG):
        return _png_changed(data, chance, mutate)
    if data.startswith(b"\xff\xd8"):
        return _jpeg_changed(data, chance, mutate)
    return mutate(data, PICTURE.max_bytes)


def _code_of_changed_modules(chance: Random, mutate: Mutate) -> bytes:
    """What stands in a code is outside text too: its modules, changed one by one."""
    modules = chance.choice(_matrices())
    flat = np.frombuffer(mutate(np.packbits(modules > 0).tobytes(), modules.size), np.uint8)
    bits = np.unpackbits(np.resize(flat, modules.size // 8 + 1))[: modules.size]
    changed = np.where(bits.reshape(modules.shape) > 0, 255, 0).astype(np.uint8)
    finder = 3 + 9  # the border and a finder pattern with its format: let most codes be found
    if chance.random() < 0.8:
        for rows, columns in ((0, 0), (0, -finder), (-finder, 0)):
            window = (slice(rows, rows + finder or None), slice(columns, columns + finder or None))
            changed[window] = modules[window]
    return _encoded(_picture(changed, chance.choice((1, 2, 3, 4))), ".png")


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_PNG)
    while at + 8 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        yield data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        at += 12 + length


def _png_changed(data: bytes, chance: Random, mutate: Mutate) -> bytes:
    chunks = list(_chunks(data)) or [(b"IHDR", b"")]
    at = chance.randrange(len(chunks))
    name, content = chunks[at]
    if name == b"IDAT" and chance.random() < 0.8:
        try:
            inside = zlib.decompressobj().decompress(content, 2**22)
        except zlib.error:
            inside = content
        content = zlib.compress(mutate(inside, 2**17))
    elif chance.random() < 0.3:
        extra = chance.choice(
            (b"PLTE", b"tRNS", b"gAMA", b"iCCP", b"zTXt", b"eXIf", b"acTL", b"sBIT")
        )
        chunks.insert(at, (extra, mutate(content[:64], 256)))
    else:
        content = mutate(content, 4096)
    chunks[at] = (chunks[at][0], content)
    if chance.random() < 0.1:
        chunks.insert(at, chunks[at])
    return _PNG + b"".join(
        struct.pack(">I", len(inside))
        + kind
        + inside
        + struct.pack(">I", zlib.crc32(kind + inside))
        for kind, inside in chunks
    )


def _jpeg_changed(data: bytes, chance: Random, mutate: Mutate) -> bytes:
    """Change one segment and mend its length."""
    at, segments = 2, []
    while data[at : at + 1] == b"\xff" and at + 4 <= len(data) and data[at + 1] != 0xDA:
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        segments.append((data[at + 1], data[at + 4 : at + 2 + length]))
        at += 2 + length
    rest = data[at:]
    if not segments or chance.random() < 0.3:
        rest = mutate(rest, PICTURE.max_bytes)
    else:
        which = chance.randrange(len(segments))
        marker, content = segments[which]
        segments[which] = (marker, mutate(content, 2048))
        if chance.random() < 0.2:
            segments.insert(which, (chance.choice((0xC2, 0xC9, 0xC4, 0xDD, 0xEE, 0xE1)), content))
    return (
        b"\xff\xd8"
        + b"".join(
            struct.pack(">BBH", 0xFF, kind, len(inside) + 2) + inside for kind, inside in segments
        )
        + rest
    )


PICTURE: Final = Target(
    name="picture",
    entries=("verifier.picture.text_in_picture", "verifier.picture.verify_picture"),
    examine=_examine,
    seeds=_seeds,
    rework=_rework,
    words=(
        b"IHDR",
        b"IDAT",
        b"IEND",
        b"PLTE",
        b"acTL",
        b"\xff\xc0",
        b"\xff\xc2",
        b"\xff\xda",
        b"\xff\xd9",
    ),
    max_bytes=64 * 1024,
    smoke_rounds=150,
)
