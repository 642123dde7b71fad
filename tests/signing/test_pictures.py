"""Photographs of stamps and signatures: limits first, then ink without paper."""

from __future__ import annotations

import io
import struct
import time
import zlib

import numpy as np
import pytest
from PIL import Image

from signing.pictures import (
    MAX_PICTURE_BYTES,
    MAX_PNG_BYTES,
    STAMP_SIDE,
    PictureRefused,
    clean_signature,
    clean_stamp,
    read_picture,
)
from tests.signing.paper_pictures import (
    BLACK,
    BLUE,
    RED,
    likeness,
    mean_ink_colour,
    paper,
    photograph,
    signature_mask,
    stamp_mask,
)


def code_of(data: bytes) -> str:
    with pytest.raises(PictureRefused) as refused:
        clean_stamp(data)
    assert refused.value.next_step
    return refused.value.code


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def huge_png(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that claims to be enormous."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\x00" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


@pytest.fixture(scope="module")
def blue_stamp() -> bytes:
    return photograph(paper(), stamp_mask(), BLUE)


@pytest.mark.parametrize("light", [1.0, 0.6])
@pytest.mark.parametrize("shadow", [True, False])
def test_a_blue_stamp_comes_out_blue_and_whole(light: float, shadow: bool) -> None:
    mask = stamp_mask()
    stamp = clean_stamp(photograph(paper(light=light, shadow=shadow), mask, BLUE))
    red, green, blue = mean_ink_colour(stamp.png)
    assert blue > red + 40
    assert blue > green + 30
    assert likeness(stamp.png, mask) > 0.65
    assert 1.4 < stamp.width / stamp.height < 1.9


def test_a_red_stamp_comes_out_red() -> None:
    mask = stamp_mask(angle=-8)
    stamp = clean_stamp(photograph(paper(), mask, RED))
    red, green, blue = mean_ink_colour(stamp.png)
    assert red > green + 50
    assert red > blue + 50
    assert likeness(stamp.png, mask) > 0.65


@pytest.mark.parametrize("colour", [BLACK, BLUE])
def test_a_signature_comes_out_whole(colour: tuple[int, int, int]) -> None:
    mask = signature_mask()
    png = clean_signature(photograph(paper(), mask, colour))
    assert likeness(png, mask) > 0.85
    image = Image.open(io.BytesIO(png))
    assert image.mode == "RGBA"
    assert max(image.size) <= 1000


def test_black_ink_stays_grey() -> None:
    red, green, blue = mean_ink_colour(
        clean_signature(photograph(paper(), signature_mask(), BLACK))
    )
    assert max(red, green, blue) - min(red, green, blue) < 12


def test_the_paper_is_gone(blue_stamp: bytes) -> None:
    pixels = np.asarray(Image.open(io.BytesIO(clean_stamp(blue_stamp).png)))
    alpha = pixels[..., 3]
    assert (alpha == 0).mean() > 0.6
    corners = alpha[:5, :5], alpha[:5, -5:], alpha[-5:, :5], alpha[-5:, -5:]
    assert all((corner == 0).all() for corner in corners)
    assert not pixels[alpha == 0][:, :3].any()


def test_the_result_is_bounded(blue_stamp: bytes) -> None:
    stamp = clean_stamp(blue_stamp)
    assert len(stamp.png) <= MAX_PNG_BYTES
    assert Image.open(io.BytesIO(stamp.png)).size == (stamp.width, stamp.height)
    assert max(stamp.width, stamp.height) <= 900


def test_a_picture_is_turned_upright_by_its_exif() -> None:
    upright = Image.open(io.BytesIO(photograph(paper(), stamp_mask(), BLUE)))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: rotate by 90 degrees clockwise to show
    data = encoded(upright.transpose(Image.Transpose.ROTATE_90), "JPEG", exif=exif, quality=90)
    stamp = clean_stamp(data)
    assert stamp.width > 1.4 * stamp.height


def test_transparent_pictures_are_taken_as_on_white() -> None:
    first = clean_signature(photograph(paper(), signature_mask(), BLUE))
    on_large = Image.new("RGBA", (1400, 700))
    on_large.paste(Image.open(io.BytesIO(first)), (150, 200))
    again = clean_signature(encoded(on_large))
    assert likeness(again, signature_mask()) > 0.8


@pytest.mark.parametrize("mode", ["L", "P", "1", "CMYK", "I;16", "LA"])
def test_unusual_pixel_formats_are_read(mode: str) -> None:
    grey = Image.open(io.BytesIO(photograph(paper(), stamp_mask(), BLACK))).convert("L")
    if mode == "I;16":
        image = Image.fromarray(np.asarray(grey, dtype=np.uint16) * 256)
    else:
        image = grey.convert(mode)
    picture = read_picture(encoded(image, "JPEG" if mode == "CMYK" else "PNG"))
    assert picture.shape[2] == 3
    assert picture.std() > 5


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"nonsense",
        b"%PDF-1.7\n",
        b"GIF89a" + b"\x00" * 100,
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0" + b"\x00" * 50,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    ],
)
def test_what_is_not_a_picture_is_refused(data: bytes) -> None:
    assert code_of(data) == "not_a_picture"


def test_a_truncated_picture_is_refused(blue_stamp: bytes) -> None:
    assert code_of(blue_stamp[: len(blue_stamp) // 3]) == "not_a_picture"


@pytest.mark.parametrize(
    "size", [(10_000, 6_000), (8_000, 5_001), (60_000, 60_000), (2**31 - 1, 1)]
)
def test_too_many_pixels_are_refused_before_decoding(size: tuple[int, int]) -> None:
    start = time.process_time()
    assert code_of(huge_png(*size)) in {"too_many_pixels", "not_a_picture"}
    assert time.process_time() - start < 0.5


def test_sixty_megapixels_are_refused_as_such() -> None:
    assert code_of(huge_png(10_000, 6_000)) == "too_many_pixels"


def test_a_large_file_is_refused_unread() -> None:
    assert code_of(b"\xff\xd8" + b"\x00" * MAX_PICTURE_BYTES) == "too_large"


def test_a_tiny_picture_is_refused() -> None:
    assert code_of(encoded(Image.new("RGB", (20, 400), "white"))) == "too_small"


def test_an_empty_sheet_is_refused() -> None:
    assert code_of(photograph(paper(), stamp_mask() * 0, BLUE)) == "nothing_found"
    assert code_of(encoded(Image.new("RGB", (800, 600), "white"))) == "nothing_found"


def test_a_dark_picture_is_refused() -> None:
    assert code_of(photograph(paper(light=0.2), stamp_mask(), BLUE)) == "too_dark"
    assert code_of(encoded(Image.new("RGB", (800, 600), "black"))) == "too_dark"


@pytest.mark.parametrize("blur", [6, 9])
def test_a_blurred_picture_is_refused(blur: float) -> None:
    assert code_of(photograph(paper(), stamp_mask(), BLUE, blur=blur)) == "blurred"
    assert code_of(photograph(paper(), signature_mask(), BLUE, blur=blur)) == "blurred"


def test_a_speck_of_dust_is_no_stamp() -> None:
    mask = stamp_mask() * 0
    mask[400:404, 600:604] = 1
    assert code_of(photograph(paper(), mask, BLACK)) == "nothing_found"


def test_a_dark_table_beside_the_sheet_is_left_out() -> None:
    sheet = paper()
    sheet[:, :180] *= 0.25
    mask = stamp_mask()
    stamp = clean_stamp(photograph(sheet, mask, BLUE))
    assert likeness(stamp.png, mask) > 0.65


def test_a_jpeg_of_thousands_of_passes_is_refused_before_decoding() -> None:
    progressive = io.BytesIO()
    Image.new("L", (700, 550), 200).save(progressive, "JPEG", progressive=True)
    data = progressive.getvalue()
    last = data[data.rfind(b"\xff\xda") : -2]
    assert code_of(data) == "nothing_found"  # ten passes are what cameras write
    assert code_of(data[:-2] + 3000 * last + data[-2:]) == "not_a_picture"


def test_noise_alone_is_refused() -> None:
    random = np.random.default_rng(3)
    noise = random.integers(0, 255, (600, 800, 3), dtype=np.uint8)
    assert code_of(encoded(Image.fromarray(noise))) in {"nothing_found", "blurred"}


def test_a_picture_of_twelve_megapixels_is_cleaned_to_a_small_one() -> None:
    small = Image.open(io.BytesIO(photograph(paper(), stamp_mask(), BLUE)))
    data = encoded(small.resize((4000, 3000)), "JPEG", quality=90)
    cleaned = clean_stamp(data)
    assert max(cleaned.width, cleaned.height) <= STAMP_SIDE
    assert len(cleaned.png) <= MAX_PNG_BYTES
