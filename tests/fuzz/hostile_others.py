"""Hostile inputs of five megabytes that are no PDF files, or PDF files that are rendered."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from typing import Any, Final

import cv2
import numpy as np
from cryptography.hazmat.primitives.serialization import Encoding

from tests.fuzz.hostile import SIZE, with_first
from verifier.errors import VerifierError

__all__ = ["HOSTILE_OTHERS"]

Work = Callable[[], object]
"""Examines an input that is already there."""


def _refused(work: Work) -> Work:
    """Of entries that answer with the package's errors."""

    def run() -> object:
        try:
            return work()
        except VerifierError as error:
            return error.code

    return run


def _text(text: str) -> Work:
    from tests.vectors.sealed_pdf import NOW, House
    from verifier.document import verify_text
    from verifier.wedge_text import undo_layout

    trust = House().trust()
    return lambda: verify_text(undo_layout(text), trust, NOW)


def _trust_list(data: bytes) -> Work:
    from verifier.trust_list import TrustList

    return _refused(lambda: TrustList.from_json_bytes(data))


def _roots(data: bytes) -> Work:
    from verifier.foreign_pdf import read_roots

    return _refused(lambda: read_roots(data))


def _certificates() -> bytes:
    from tests.vectors.foreign_files import AUTHORITY

    pem = AUTHORITY.root.certificate.public_bytes(Encoding.PEM)
    return pem * (4 * 2**20 // len(pem))


def _picture(pixels: Any, suffix: str, *settings: int) -> Work:
    from verifier.picture import text_in_picture

    _, data = cv2.imencode(suffix, pixels, settings)
    encoded = data.tobytes()
    return _refused(lambda: text_in_picture(encoded))


def _noise(side: int) -> Any:
    return np.frombuffer(os.urandom(side * side * 3), np.uint8).reshape(side, side, 3)


def _finder_patterns(side: int) -> Any:
    """The three squares of a QR code, as often as fits."""
    one = np.full((9, 9), 255, np.uint8)
    one[1:8, 1:8], one[2:7, 2:7], one[3:6, 3:6] = 0, 255, 0
    return np.tile(one, (side // 9, side // 9))


def _page(content: bytes, resources: bytes = b"", *more: bytes) -> Work:
    """A file without a certificate, so that its last page is rendered."""
    from verifier.rendered_page import text_on_last_page

    stream = b"<< /Length %d >> stream\n%s\nendstream" % (len(content), content)
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
    page += b" /Resources << %s >> >>"
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    catalog = b"<< /Type /Catalog /Pages 2 0 R >>"
    data = with_first(catalog, pages, page % resources, stream, *more)
    return lambda: text_on_last_page(data)


def _forms_in_forms() -> Work:
    """Forty forms of which each draws the next one twice."""
    forms = []
    for number in range(6, 46):
        content = b"/F Do /F Do"
        head = b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length %d" % len(content)
        inside = b" /Resources << /XObject << /F %d 0 R >> >> >>" % number
        forms.append(head + inside + b" stream\n" + content + b"\nendstream")
    return _page(b"/F Do", b"/XObject << /F 5 0 R >>", *forms)


HOSTILE_OTHERS: Final[dict[str, Callable[[], Work]]] = {
    "code: five million digits": lambda: _text("HTTPS://SYGNET.EXAMPLE/C#" + "7" * SIZE),
    "code: five million letters of a scanner": lambda: _text("HTTPSÖ--" + "ß" * SIZE),
    "trust list: arrays inside one another": lambda: _trust_list(b"[" * SIZE),
    "trust list: one string": lambda: _trust_list(b'{"a":"' + b"\\u0061" * (SIZE // 6) + b'"}'),
    "trust list: one number": lambda: _trust_list(b'{"version":' + b"9" * SIZE + b"}"),
    "roots: certificates without end": lambda: _roots(_certificates()),
    "roots: noise in PEM": lambda: _roots(
        b"-----BEGIN CERTIFICATE-----\n"
        + base64.encodebytes(os.urandom(3 * 2**20))[: 4 * 2**20 - 99]
        + b"-----END CERTIFICATE-----\n"
    ),
    "roots: sequences inside one another": lambda: _roots(b"\x30\x80" * (2**21 - 1)),
    "picture: noise, PNG": lambda: _picture(_noise(1290), ".png"),
    "picture: noise, JPEG": lambda: _picture(_noise(2000), ".jpg"),
    "picture: forty million white pixels": lambda: _picture(
        np.full((6300, 6300), 255, np.uint8), ".png"
    ),
    "picture: finder patterns": lambda: _picture(_finder_patterns(4400), ".png"),
    "page: a million strokes": lambda: _page(b"0 0 m 595 842 l S\n" * (SIZE // 18)),
    "page: a million clippings": lambda: _page(b"0 0 595 842 re W n\n" * (SIZE // 19)),
    "page: forms in forms": _forms_in_forms,
}
"""Name to what makes it, and gives what examines it."""
