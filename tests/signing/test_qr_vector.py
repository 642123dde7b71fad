"""QR codes as merged rectangles: the right version, the right modules."""

from __future__ import annotations

import pytest
import qrcode
from qrcode.constants import ERROR_CORRECT_M

from signing.errors import SigningError
from signing.qr_vector import make_qr
from verifier.token_text import token_text

TOKEN = bytes([0xD2]) + bytes((17 * i + 3) % 256 for i in range(299))


def test_a_token_of_300_bytes_gives_version_13_with_69_modules() -> None:
    code = make_qr(token_text("SYGNET.EXAMPLE", TOKEN))
    assert (code.version, code.modules) == (13, 69)


def test_the_rectangles_are_exactly_the_dark_modules() -> None:
    text = token_text("SYGNET.EXAMPLE", TOKEN)
    plain = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    plain.add_data(text)
    plain.make()
    code = make_qr(text)
    painted = [[0] * code.modules for _ in range(code.modules)]
    for column, row, width, height in code.rectangles:
        for y in range(row, row + height):
            for x in range(column, column + width):
                painted[y][x] += 1
    assert painted == [[int(bool(module)) for module in row] for row in plain.modules]


def test_rectangles_are_merged() -> None:
    code = make_qr(token_text("SYGNET.EXAMPLE", TOKEN))
    dark = sum(width * height for _, _, width, height in code.rectangles)
    assert len(code.rectangles) < dark / 2


def test_too_long_a_text_is_refused() -> None:
    with pytest.raises(SigningError) as refused:
        make_qr("1" * 3000)
    assert refused.value.code == "qr_too_long"
