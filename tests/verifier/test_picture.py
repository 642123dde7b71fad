"""verifier.picture: reading codes from photographs, and refusing what is none."""

from __future__ import annotations

import struct
import sys
import zlib
from dataclasses import replace
from io import BytesIO
from typing import Any

import cv2
import numpy as np
import pytest
import qrcode
from PIL import Image

from tests.vectors.sealed_pdf import NOW, Sealed
from tests.verifier.verdicts import assert_cannot_tell, assert_genuine
from verifier import qr_reading
from verifier.errors import PictureError
from verifier.picture import MAX_PICTURE_BYTES, picture_size, text_in_picture, verify_picture
from verifier.trust_list import TrustList


def code(text: str, pixels_per_module: int = 6) -> Any:
    """A QR code as a grey picture."""
    made = qrcode.QRCode(
        error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=pixels_per_module
    )
    made.add_data(text)
    return np.array(made.make_image().convert("L"), dtype=np.uint8)


def encoded(grey: Any, kind: str = ".png") -> bytes:
    """A picture as a file."""
    return bytes(cv2.imencode(kind, grey)[1])


def png_header(width: int, height: int) -> bytes:
    """A PNG that says how large it is, and hardly more."""

    def chunk(name: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", crc)

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    packed = zlib.compress(b"\0" * 64)
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", packed), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize("kind", [".png", ".jpg"])
def test_a_clear_picture_is_read(kind: str, sealed: Sealed, trust: TrustList) -> None:
    data = encoded(code(sealed.text), kind)
    assert text_in_picture(data) == sealed.text
    assert_genuine(verify_picture(data, trust, NOW))


@pytest.mark.parametrize("turned", [1, 3, 6, 8])
def test_a_picture_that_says_how_it_is_turned_is_read_either_way(
    turned: int, sealed: Sealed, trust: TrustList
) -> None:
    entry = b"MM\0*\0\0\0\x08\0\x01" + struct.pack(">HHIHH", 0x112, 3, 1, turned, 0) + bytes(4)
    segment = b"Exif\0\0" + entry
    plain = encoded(code(sealed.text), ".jpg")
    said = plain[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + plain[2:]
    assert_genuine(verify_picture(said, trust, NOW))


def test_exif_of_five_thousand_endless_entries_costs_nothing(
    sealed: Sealed, trust: TrustList
) -> None:
    entries = struct.pack(">HHII", 0x112, 3, 0xFFFFFFFF, 8) * 5000
    segment = b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(">H", 5000) + entries + b"\0\0\0\x08"
    plain = encoded(code(sealed.text), ".jpg")
    said = plain[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + plain[2:]
    assert_genuine(verify_picture(said, trust, NOW))


@pytest.mark.parametrize("mode", ["CMYK", "progressive", "16 bit"])
def test_pictures_of_other_kinds_are_read(mode: str, sealed: Sealed, trust: TrustList) -> None:
    grey = code(sealed.text)
    if mode == "16 bit":
        data = encoded(grey.astype(np.uint16) * 257)
    else:
        picture, out = Image.fromarray(grey), BytesIO()
        picture = picture.convert("CMYK") if mode == "CMYK" else picture
        picture.save(out, "JPEG", progressive=mode == "progressive")
        data = out.getvalue()
    assert_genuine(verify_picture(data, trust, NOW))


def test_a_tilted_blurred_noisy_photograph_is_read(sealed: Sealed) -> None:
    flat = code(sealed.text)
    side = float(flat.shape[0])
    scene = np.full((720, 1280), 170, np.uint8)
    corners = np.array([[0, 0], [side, 0], [side, side], [0, side]], np.float32)
    seen = np.array([[420, 130], [880, 160], [860, 600], [440, 570]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, seen)
    cv2.warpPerspective(flat, matrix, (1280, 720), scene, borderMode=cv2.BORDER_TRANSPARENT)
    noise = np.random.default_rng(7).normal(0, 8, scene.shape)
    photograph = np.clip(cv2.GaussianBlur(scene, (0, 0), 0.8) + noise, 0, 255).astype(np.uint8)
    assert text_in_picture(encoded(photograph, ".jpg")) == sealed.text


def test_a_small_code_is_read_by_a_later_stage(
    sealed: Sealed, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = code(sealed.text, 1)
    photograph = cv2.GaussianBlur(cv2.resize(small, None, fx=1.7, fy=1.7), (0, 0), 0.7)
    sizes = []
    read = qr_reading._zxing

    def watched(grey: Any) -> list[str]:
        sizes.append(grey.shape)
        return read(grey)

    monkeypatch.setattr(qr_reading, "_zxing", watched)
    assert text_in_picture(encoded(photograph)) == sealed.text
    assert len(sizes) > 1  # the first stage alone could not


def test_a_light_code_on_dark_is_read(sealed: Sealed) -> None:
    assert text_in_picture(encoded(255 - code(sealed.text))) == sealed.text


def test_a_noisy_code_is_read(sealed: Sealed) -> None:
    clean = code(sealed.text, 4)
    noise = np.random.default_rng(11).normal(0, 70, clean.shape)
    noisy = np.clip(clean.astype(np.float64) + noise, 0, 255).astype(np.uint8)
    assert not qr_reading._zxing(noisy)
    assert text_in_picture(encoded(noisy)) == sealed.text


@pytest.mark.parametrize(("width", "height"), [(640, 480), (1280, 720), (4000, 3000), (8000, 5000)])
def test_the_work_on_one_frame_stays_within_its_budget(
    width: int, height: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    spent = [0.0]

    def counted(stage: qr_reading._Stage) -> qr_reading._Stage:
        def read(grey: Any) -> list[str]:
            spent[0] += stage.cost * grey.size
            return []

        return replace(stage, read=read)

    stages = tuple(counted(stage) for stage in qr_reading._STAGES)
    monkeypatch.setattr(qr_reading, "_STAGES", stages)
    assert qr_reading.text_in_grey(np.full((height, width), 90, np.uint8)) is None
    first = min(width * height, qr_reading.MAX_READ_PIXELS)
    assert 0 < spent[0] + first <= qr_reading.FRAME_BUDGET


def test_the_first_stage_alone_reads_a_clear_picture(
    sealed: Sealed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(qr_reading, "_STAGES", ())
    assert text_in_picture(encoded(code(sealed.text))) == sealed.text


def test_control_characters_come_as_they_are() -> None:
    assert text_in_picture(encoded(code("\x01\x10menu"))) == "\x01\x10menu"


def test_without_opencv_the_next_step_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    with pytest.raises(PictureError) as refused:
        text_in_picture(png_header(10, 10))
    assert refused.value.code == "pictures_not_installed"
    assert "sygnet-verifier[pictures]" in refused.value.next_step


def test_our_code_is_taken_when_another_is_in_the_picture(sealed: Sealed) -> None:
    ours, other = code(sealed.text), code("https://example.com/menu")
    sheet = np.full((ours.shape[0], ours.shape[1] * 2), 255, np.uint8)
    sheet[: other.shape[0], : other.shape[1]] = other
    sheet[:, ours.shape[1] :] = ours
    assert text_in_picture(encoded(sheet)) == sealed.text


def test_a_code_of_something_else_is_none_of_ours(trust: TrustList) -> None:
    data = encoded(code("https://example.com/menu"))
    assert_cannot_tell(verify_picture(data, trust, NOW), "not_a_certificate")


def test_a_code_cut_in_half_is_not_read(sealed: Sealed, trust: TrustList) -> None:
    whole = code(sealed.text)
    data = encoded(whole[: whole.shape[0] // 2])
    assert_cannot_tell(verify_picture(data, trust, NOW), "no_code_in_picture")


def test_a_picture_without_a_code_says_so(trust: TrustList) -> None:
    data = encoded(np.full((480, 640), 90, np.uint8))
    assert_cannot_tell(verify_picture(data, trust, NOW), "no_code_in_picture")


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", "not_a_picture"),
        (b"%PDF-1.7", "not_a_picture"),
        (b"GIF89a" + b"\0" * 50, "not_a_picture"),
        (b"\xff\xd8\xff\xe0", "not_a_picture"),
        (b"\xff\xd8" + b"\xff" * 1000, "not_a_picture"),
        (b"\xff\xd8\xff\xe0\x00\x00" * 1000, "not_a_picture"),
        (b"\x89PNG\r\n\x1a\n", "not_a_picture"),
        (png_header(10_000, 6_000), "too_many_pixels"),
        (png_header(1, 30_000), "too_many_pixels"),
        (png_header(2**31, 2**31), "too_many_pixels"),
        (png_header(0, 0), "broken_picture"),
        (b"\xff\xd8\xff\xc0\x00\x11\x08\x17\x70\x27\x10\x03" + b"\0" * 20, "too_many_pixels"),
        (b"\xff\xd8\xff\xc0\x00\x11\x08\x00\x10\x00\x10\x03" + b"\0" * 20, "broken_picture"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_code(data: bytes, refusal: str) -> None:
    with pytest.raises(PictureError) as refused:
        text_in_picture(data)
    assert refused.value.code == refusal
    assert refused.value.next_step


def test_sixty_megapixels_are_refused_before_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(cv2, "imdecode", never)
    with pytest.raises(PictureError) as refused:
        text_in_picture(png_header(10_000, 6_000))
    assert refused.value.code == "too_many_pixels"


def test_a_file_beyond_the_limit_is_refused() -> None:
    with pytest.raises(PictureError) as refused:
        text_in_picture(b"\xff\xd8".ljust(MAX_PICTURE_BYTES + 1, b"\0"))
    assert refused.value.code == "picture_too_large"


def test_the_size_of_a_jpeg_is_found_behind_its_other_segments() -> None:
    plain = encoded(np.zeros((30, 50), np.uint8), ".jpg")
    comment = b"\xff\xfe\x10\x00" + b"x" * 0xFFE
    assert picture_size(plain[:2] + comment + b"\xff" + plain[2:]) == (50, 30)


def jpeg(*segments: bytes) -> bytes:
    frame = struct.pack(">BBHBHHB", 0xFF, 0xC0, 11, 8, 100, 100, 1) + b"\x01\x11\x00"
    return b"\xff\xd8" + b"".join(segments) + frame


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(jpeg(b"\xff\x01\x00\x04ab"), id="a size behind a marker without length"),
        pytest.param(jpeg(b"\xff\xd0\x00\x04ab"), id="a size behind a restart marker"),
        pytest.param(jpeg(b"\xff\xe0\x00\x01"), id="a segment shorter than its length"),
        pytest.param(jpeg() + b"\xff\xda\x00" * 41, id="forty-one passes"),
        pytest.param(
            b"\x89PNG\r\n\x1a\n"
            + struct.pack(">I4sIIBBBBBI", 13, b"IHDR", 9, 9, 8, 0, 0, 0, 0, 0)
            + struct.pack(">I4sIII", 8, b"acTL", 2, 0, 0),
            id="an animation",
        ),
    ],
)
def test_a_picture_that_decoders_could_read_otherwise_is_refused(data: bytes) -> None:
    with pytest.raises(PictureError) as refused:
        text_in_picture(data)
    assert refused.value.code == "not_a_picture"


def png_with(*chunks: tuple[bytes, bytes], declared: int | None = None) -> bytes:
    """A small good PNG with more chunks in front of its pixels."""
    plain = encoded(np.full((30, 30), 90, np.uint8))
    more = b"".join(
        struct.pack(">I", len(content) if declared is None else declared)
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
        for name, content in chunks
    )
    return plain[:33] + more + plain[33:]


def test_a_chunk_that_declares_two_gigabytes_is_refused_before_decoding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cv2, "imdecode", None)
    with pytest.raises(PictureError) as refused:
        text_in_picture(png_with((b"IDAT", b"short"), declared=2**31 - 1))
    assert refused.value.code == "broken_picture"


def test_texts_that_unfold_to_gigabytes_never_reach_the_decoder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = []
    decode = cv2.imdecode

    def watched(data: Any, how: int) -> Any:
        given.append(len(data))
        return decode(data, how)

    monkeypatch.setattr(cv2, "imdecode", watched)
    bomb = (b"zTXt", b"a\0\0" + zlib.compress(b"\0" * 7_000_000))
    plain, bombs = png_with(), png_with(*[bomb] * 100)
    assert text_in_picture(plain) is text_in_picture(bombs) is None
    assert given == [len(plain), len(plain)]


def test_a_picture_full_of_finder_patterns_is_made_smaller_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sizes = []
    read = qr_reading._zxing

    def watched(grey: Any) -> list[str]:
        sizes.append(grey.size)
        return read(grey)

    monkeypatch.setattr(qr_reading, "_zxing", watched)
    finder = np.pad(code("1", 1)[4:11, 4:11], 1, constant_values=255)
    assert qr_reading.text_in_grey(np.tile(finder, (400, 600))) is None
    assert sizes[0] <= 1.01 * qr_reading.MAX_READ_PIXELS


def test_a_large_photograph_is_read(sealed: Sealed) -> None:
    scene = np.full((3000, 4000), 170, np.uint8)
    small = code(sealed.text, 8)
    scene[900 : 900 + small.shape[0], 1500 : 1500 + small.shape[1]] = small
    assert text_in_picture(encoded(scene, ".jpg")) == sealed.text


def test_a_plain_header_gives_its_size() -> None:
    assert picture_size(jpeg(b"\xff\xe0\x00\x04ab", b"\xff\xdb\x00\x02")) == (100, 100)
