"""Photographs of stamps and signatures: limits first, then ink without paper.

Every picture is made by code (`tests.signing.paper_scenes`), so that the true ink is known.
"""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from signing.picture_files import MAX_PICTURE_BYTES, PictureRefused, read_picture
from signing.pictures import (
    FOUND_COLOUR,
    MAX_PNG_BYTES,
    STAMP_SIDE,
    StampPicture,
    clean_signature,
    clean_stamp,
    turned_by_a_quarter,
)
from signing.sheet_corners import sheet_around
from signing.true_size import true_size_mm
from tests.signing.paper_scenes import (
    BLACK,
    BLUE,
    RED,
    VIOLET,
    Colour,
    Scene,
    dots_kept,
    measured,
    solid_colour,
)
from tests.signing.stamp_art import signature_art, small_print_art, stamp_art


def over_a_stamp() -> Scene:
    """A red round stamp with a signature in blue across it."""
    art = stamp_art("round")
    pen = Image.fromarray(signature_art())
    pen = pen.resize((art.shape[1], round(pen.height * art.shape[1] / pen.width)))
    over = np.zeros_like(art)
    top = (art.shape[0] - pen.height) // 2
    over[top : top + pen.height] = np.asarray(pen)
    return Scene(art, RED, over=over, over_ink=BLUE, shadow=0.3)


@cache
def plain() -> bytes:
    """A good photograph of a company's stamp."""
    return Scene(stamp_art("company"), BLUE, turn=4).photograph()


@cache
def plain_stamp() -> StampPicture:
    return clean_stamp(plain())


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


# -- stamps -------------------------------------------------------------------------------------

COMPANY, ROUND, TRIANGLE, LINES = (
    stamp_art(kind) for kind in ("company", "round", "triangle", "lines")
)
SCENES = {
    "under the hard shadow of a hand": Scene(COMPANY, RED, turn=-7, shadow=0.45, shadow_edge=1.0),
    "black, folded and shadowed": Scene(COMPANY, BLACK, turn=3, shadow=0.4, folds=2),
    "aslant on a table": Scene(COMPANY, VIOLET, turn=-3, tilt=28, sheet_turn=6, fill=0.8),
    "on a dark table, shadowed": Scene(
        COMPANY, BLUE, turn=10, tilt=15, sheet_turn=-8, fill=0.75, table="dark", shadow=0.3
    ),
    "pale and noisy": Scene(COMPANY, BLUE, turn=2, strength=0.45, noise=4, quality=60),
    "in dim warm light": Scene(COMPANY, RED, light=0.45, warmth=0.4, noise=5),
    "from a cheap camera": Scene(COMPANY, BLUE, turn=4, size=(1280, 720), quality=60, blur=1.0),
    "round under a hard shadow": Scene(ROUND, RED, shadow=0.5, shadow_edge=0.6, fill=0.9),
    "round and signed across": over_a_stamp(),
    "triangle, black on folds": Scene(TRIANGLE, BLACK, turn=-12, folds=2),
    "black lines of text on folds": Scene(LINES, BLACK, turn=6, folds=2, shadow=0.4),
}


@pytest.mark.parametrize("name", SCENES)
def test_a_stamp_is_found_straightened_and_freed_of_its_paper(name: str) -> None:
    scene = SCENES[name]
    stamp = clean_stamp(scene.photograph())
    art = scene.art if scene.over is None else np.maximum(scene.art, scene.over)
    found = measured(stamp.png, art)
    assert found.recall > 0.95
    assert found.precision > 0.93
    assert abs(found.rotation) <= 0.5
    assert 0.96 < found.aspect < 1.04
    assert max(stamp.width, stamp.height) <= STAMP_SIDE + 10
    assert len(stamp.png) <= MAX_PNG_BYTES


SMALL = small_print_art()
SMALL_SCENES = {
    "blue, far away": Scene(SMALL, BLUE, turn=-5, size=(1280, 720), quality=60, blur=1.0, noise=4),
    "red on folds": Scene(SMALL, RED, turn=4, size=(1280, 720), quality=50, noise=4, folds=2),
    "black, blurred": Scene(SMALL, BLACK, turn=2, size=(1280, 720), quality=50, blur=1.1, noise=4),
    "blue in dim warm light": Scene(SMALL, BLUE, light=0.5, warmth=0.4, noise=5, size=(1280, 720)),
}


@pytest.mark.parametrize("name", SMALL_SCENES)
def test_dots_commas_and_hyphens_of_small_print_are_kept(name: str) -> None:
    stamp = clean_stamp(SMALL_SCENES[name].photograph())
    assert dots_kept(stamp.png, SMALL) == 1
    found = measured(stamp.png, SMALL)
    assert found.recall > 0.99
    assert found.precision > 0.97


def test_a_row_far_from_the_frame_and_from_the_other_rows_is_part_of_the_stamp() -> None:
    sheet = Image.new("RGB", (900, 700), "#ece8de")
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((180, 220, 740, 460), outline="#1e2896", width=6)
    for number, (top, high) in enumerate(((246, 40), (312, 34), (388, 30))):
        for letter in range(9 - number):
            left = 232 + 34 * letter
            draw.rectangle((left, top, left + 20, top + high), outline="#1e2896", width=5)
    cleaned = clean_stamp(encoded(sheet.rotate(4, fillcolor="#ece8de")))
    alpha = np.asarray(Image.open(io.BytesIO(cleaned.png)).getchannel("A"))
    inside = alpha[:, alpha.shape[1] // 8 : alpha.shape[1] * 7 // 8]
    rows = np.concatenate([[0], (inside.max(axis=1) > 128).astype(int)])
    starts = int((np.diff(rows) == 1).sum())
    assert starts == 5  # the frame's two sides and three rows between them


def test_a_ring_seen_aslant_is_a_circle_again_with_its_text_level() -> None:
    scene = Scene(ROUND, VIOLET, tilt=24, sheet_turn=7, turn=-2)
    found = measured(clean_stamp(scene.photograph()).png, ROUND)
    assert 0.97 < found.aspect < 1.03
    assert abs(found.rotation) <= 1.5


@pytest.mark.parametrize(("tilt", "sheet_turn"), [(12, 30), (20, -38)])
def test_a_ring_put_down_crookedly_has_its_text_level_again(tilt: float, sheet_turn: float) -> None:
    scene = Scene(ROUND, BLUE, turn=3, tilt=tilt, sheet_turn=sheet_turn)
    found = measured(clean_stamp(scene.photograph()).png, ROUND)
    assert abs(found.rotation) <= 2
    assert found.recall > 0.8


@pytest.mark.parametrize("art", [LINES, ROUND], ids=["lines", "round"])
def test_the_corners_of_the_sheet_undo_the_slant_of_what_has_no_frame(
    art: NDArray[np.uint8],
) -> None:
    scene = Scene(art, BLUE, turn=3, tilt=22, sheet_turn=10, fill=0.6, size=(2000, 1125))
    found = measured(clean_stamp(scene.photograph()).png, art)
    assert found.recall > 0.97
    assert found.precision > 0.94
    assert 0.98 < found.aspect < 1.02
    assert abs(found.rotation) <= 0.5


def test_only_a_whole_sheet_with_straight_sides_counts() -> None:
    whole = np.ones((300, 400), dtype=bool)
    thing = np.zeros_like(whole)
    thing[140:160, 180:220] = True
    beside = whole.copy()
    beside[40:260, 50:350] = False
    corners = sheet_around(thing, beside)
    assert corners is not None
    assert sorted(map(tuple, corners.tolist())) == [(50, 40), (50, 259), (349, 40), (349, 259)]
    assert sheet_around(thing, ~whole) is None
    cut = beside.copy()
    cut[40:260, 350:] = False
    assert sheet_around(thing, cut) is None
    torn = beside.copy()
    torn[40:120, 50:160] = True
    assert sheet_around(thing, torn) is None
    small = whole.copy()
    small[130:170, 170:230] = False
    assert sheet_around(thing, small) is None
    assert sheet_around(thing & ~whole, beside) is None


PAPERS_OF_COLOUR: dict[str, tuple[Colour, Colour]] = {
    "blue on yellow": (BLUE, (255, 236, 150)),
    "red on pink": (RED, (255, 190, 200)),
    "blue on blue": (BLUE, (170, 200, 245)),
}


@pytest.mark.parametrize("name", PAPERS_OF_COLOUR)
def test_a_stamp_on_coloured_paper_comes_without_the_papers_colour(name: str) -> None:
    ink, paper = PAPERS_OF_COLOUR[name]
    stamp = clean_stamp(Scene(COMPANY, ink, turn=4, paper=paper).photograph())
    found = measured(stamp.png, COMPANY)
    assert found.recall > 0.97
    assert found.precision > 0.97
    assert np.abs(solid_colour(stamp.png) - solid_colour(plain_in(ink))).max() < 40


@cache
def plain_in(ink: Colour) -> bytes:
    return clean_stamp(Scene(COMPANY, ink, turn=4).photograph()).png


def test_of_two_stamps_one_comes_out_whole_and_nothing_of_the_other() -> None:
    gap = np.zeros((ROUND.shape[0], 200), dtype=np.uint8)
    lines = np.zeros((ROUND.shape[0], LINES.shape[1]), dtype=np.uint8)
    lines[: LINES.shape[0]] = LINES
    both = np.hstack([lines, gap, ROUND])
    found = measured(clean_stamp(Scene(both, BLUE, fill=1.0).photograph()).png, ROUND)
    assert found.recall > 0.97
    assert found.precision > 0.97


def test_a_finger_in_the_picture_is_no_part_of_the_stamp() -> None:
    picture = Scene(LINES, BLUE, turn=3, fill=1.4).picture()
    height, width = picture.shape[:2]
    finger = Image.new("L", (width, height))
    ImageDraw.Draw(finger).ellipse((width * 0.8, height * 0.7, width * 1.2, height * 1.1), 255)
    photograph = Image.fromarray(picture)
    photograph.paste((186, 132, 106), mask=finger.filter(ImageFilter.GaussianBlur(3)))
    found = measured(clean_stamp(encoded(photograph, "JPEG", quality=85)).png, LINES)
    assert found.recall > 0.97
    assert found.precision > 0.97


@pytest.mark.parametrize("colour", [BLUE, RED, VIOLET, BLACK])
def test_the_inks_own_colour_is_kept_in_warm_and_uneven_light(colour: Colour) -> None:
    scene = Scene(LINES, colour, turn=3, warmth=0.35, light=0.6, shadow=0.4)
    shown = solid_colour(clean_stamp(scene.photograph()).png)
    # What is left on white paper where the scene's ink covers three quarters of it.
    expected = 255 - 0.73 * (255 - np.array(colour, dtype=np.float64))
    assert np.abs(shown - expected).max() < 26


def test_two_inks_keep_their_two_colours() -> None:
    scene = over_a_stamp()
    pixels = np.asarray(Image.open(io.BytesIO(clean_stamp(scene.photograph()).png)), dtype=float)
    solid = pixels[pixels[..., 3] > 230]
    assert (solid[:, 0] > solid[:, 2] + 40).mean() > 0.5
    assert (solid[:, 2] > solid[:, 0] + 40).mean() > 0.03


def test_the_paper_is_gone() -> None:
    pixels = np.asarray(Image.open(io.BytesIO(plain_stamp().png)))
    alpha = pixels[..., 3]
    assert (alpha == 0).mean() > 0.6
    assert not pixels[alpha == 0][:, :3].any()


def test_what_was_found_is_shown_on_the_photograph() -> None:
    preview = Image.open(io.BytesIO(plain_stamp().preview))
    assert (preview.format, max(preview.size)) == ("JPEG", 640)
    assert not preview.getexif()
    off = np.abs(np.asarray(preview.convert("RGB"), dtype=int) - FOUND_COLOUR).max(axis=2)
    rows, columns = np.where(off < 45)
    assert 310 < columns.max() - columns.min() < 370  # 60 of 118 millimetres, and a little air
    assert 140 < rows.max() - rows.min() < 200


def test_a_stamp_can_be_turned_by_quarters_and_keeps_its_size() -> None:
    stamp = clean_stamp(plain(), mm_per_picture_width=118)
    turned = Image.open(io.BytesIO(turned_by_a_quarter(stamp.png)))
    assert turned.size == (stamp.height, stamp.width)
    sizes = true_size_mm(stamp.png), true_size_mm(turned_by_a_quarter(stamp.png))
    assert sizes[0] is not None
    assert sizes[1] == pytest.approx(sizes[0][::-1], abs=0.2)


# -- true size ----------------------------------------------------------------------------------


def scan(dots: tuple[int, int], **options: object) -> bytes:
    """A sheet on a scanner's glass at 300 dots per inch, whatever the file says."""
    size = (round(148 / 25.4 * 300), round(105 / 25.4 * 300))
    scene = Scene(COMPANY, BLUE, turn=1, lamp=0, warmth=0, blur=0.5, noise=1, fill=1.0, size=size)
    return encoded(Image.fromarray(scene.picture()), "JPEG", quality=90, dpi=dots, **options)


def test_a_scan_gives_the_stamps_true_size() -> None:
    size = true_size_mm(clean_stamp(scan((300, 300))).png)
    assert size == pytest.approx((60, 26), abs=0.8)


def test_a_measured_camera_gives_the_stamps_true_size() -> None:
    scene = Scene(COMPANY, BLUE, turn=3, fill=1.25)  # the picture is 148 / 1.25 mm wide
    stamp = clean_stamp(scene.photograph(), mm_per_picture_width=148 / 1.25)
    assert stamp.width_mm == pytest.approx(60, abs=1.2)
    assert true_size_mm(stamp.png) == pytest.approx((60, 26), abs=1.2)


@pytest.mark.parametrize("dots", [(72, 72), (96, 96), (300, 72), (1, 1), (3000, 3000)])
def test_a_resolution_that_nobody_measured_is_not_believed(dots: tuple[int, int]) -> None:
    assert true_size_mm(clean_stamp(scan(dots)).png) is None


def test_a_cameras_resolution_is_not_believed() -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x829A] = 0.01  # exposure time
    assert true_size_mm(clean_stamp(scan((300, 300), exif=exif)).png) is None


# -- signatures ---------------------------------------------------------------------------------

PEN = signature_art()
PAPERS = {
    "white": Scene(PEN, BLUE),
    "shadowed and folded": Scene(PEN, BLACK, shadow=0.5, shadow_edge=1.0, folds=2),
    "lined": Scene(PEN, BLACK, ruling="lined", shadow=0.3),
    "squared": Scene(PEN, BLUE, ruling="squared"),
    "squared, from a webcam": Scene(
        PEN, BLUE, ruling="squared", shadow=0.3, size=(1280, 720), noise=4, quality=60
    ),
    "yellowish": Scene(PEN, BLUE, strength=0.8, paper=(250, 228, 170)),
    "pencil": Scene(PEN, (110, 110, 114), strength=0.6, noise=3, shadow=0.3),
}


@pytest.mark.parametrize("name", PAPERS)
def test_a_signature_comes_out_whole_from_any_paper(name: str) -> None:
    cleaned = clean_signature(PAPERS[name].photograph())
    found = measured(cleaned.png, PEN)
    assert found.recall > (0.92 if PAPERS[name].ruling else 0.98)
    assert found.precision > 0.97
    assert cleaned.width_mm is None


def test_ruled_lines_are_gone_though_the_sheet_lies_aslant() -> None:
    scene = Scene(PEN, BLUE, ruling="squared", sheet_turn=-3, tilt=8)
    alpha = np.asarray(Image.open(io.BytesIO(clean_signature(scene.photograph()).png)))[..., 3]
    bare = clean_signature(replace(scene, ruling="").photograph())
    without = np.asarray(Image.open(io.BytesIO(bare.png)))[..., 3]
    assert (alpha > 90).sum() < 1.05 * (without > 90).sum()
    assert (alpha > 90).sum() > 0.8 * (without > 90).sum()


def test_black_ink_stays_grey() -> None:
    shown = solid_colour(clean_signature(Scene(PEN, BLACK).photograph()).png)
    assert shown.max() - shown.min() < 12


def test_transparent_pictures_are_taken_as_on_white() -> None:
    first = Image.open(io.BytesIO(clean_signature(Scene(PEN, BLUE).photograph()).png))
    on_large = Image.new("RGBA", (1400, 700))
    on_large.paste(first, (150, 200))
    for kind in ("PNG", "WEBP"):
        options: dict[str, object] = {"lossless": True, "method": 0} if kind == "WEBP" else {}
        again = clean_signature(encoded(on_large, kind, **options))
        assert measured(again.png, PEN).recall > 0.97


# -- what is refused ----------------------------------------------------------------------------


def test_a_picture_is_turned_upright_by_its_exif() -> None:
    upright = Image.open(io.BytesIO(plain()))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: rotate by 90 degrees clockwise to show
    data = encoded(upright.transpose(Image.Transpose.ROTATE_90), "JPEG", exif=exif, quality=90)
    stamp = clean_stamp(data)
    assert stamp.width > 1.4 * stamp.height


@pytest.mark.parametrize("mode", ["L", "P", "1", "CMYK", "I;16", "LA"])
def test_unusual_pixel_formats_are_read(mode: str) -> None:
    grey = Image.open(io.BytesIO(plain())).convert("L")
    if mode == "I;16":
        image = Image.fromarray(np.asarray(grey, dtype=np.uint16) * 256)
    else:
        image = grey.convert(mode)
    picture = read_picture(encoded(image, "JPEG" if mode == "CMYK" else "PNG")).pixels
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
        b"RIFF\x00\x00\x00\x00WEBPVP8X",
        b"RIFF\x00\x00\x00\x00WEBPALPH" + b"\x00" * 40,
    ],
)
def test_what_is_not_a_picture_is_refused(data: bytes) -> None:
    assert code_of(data) == "not_a_picture"


@pytest.mark.parametrize("brand", [b"heic", b"mif1", b"avif"])
def test_a_picture_of_an_iphone_is_refused_by_its_name(brand: bytes) -> None:
    assert code_of(b"\x00\x00\x00\x18ftyp" + brand + b"\x00" * 400) == "heic_picture"


def test_a_truncated_picture_is_refused() -> None:
    assert code_of(plain()[: len(plain()) // 3]) == "not_a_picture"


def test_an_animated_webp_is_refused() -> None:
    frames = [Image.new("RGB", (400, 300), shade) for shade in ("white", "grey")]
    data = encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:])
    assert code_of(data) == "not_a_picture"


@pytest.mark.parametrize(
    "size", [(10_000, 6_000), (8_000, 5_001), (60_000, 60_000), (2**31 - 1, 1), (25_000, 100)]
)
def test_too_many_pixels_are_refused_before_decoding(size: tuple[int, int]) -> None:
    assert code_of(huge_png(*size)) == "too_many_pixels"


def test_an_enormous_webp_is_refused_before_room_is_made_for_it() -> None:
    canvas = (16_382).to_bytes(3, "little") * 2
    data = b"RIFF\x00\x01\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00" + canvas + b"\x00" * 9
    assert code_of(data) == "too_many_pixels"


def test_a_large_file_is_refused_unread() -> None:
    assert code_of(b"\xff\xd8" + b"\x00" * MAX_PICTURE_BYTES) == "too_large"


def test_a_tiny_picture_is_refused() -> None:
    assert code_of(encoded(Image.new("RGB", (20, 400), "white"))) == "too_small"


def test_an_empty_sheet_is_refused() -> None:
    bare = COMPANY * 0
    assert code_of(Scene(bare).photograph()) == "nothing_found"
    assert code_of(Scene(bare, folds=2, shadow=0.5, shadow_edge=0.5).photograph()) in {
        "nothing_found",
        "cut_off",
    }
    assert code_of(encoded(Image.new("RGB", (800, 600), "white"))) == "nothing_found"


def test_a_dark_picture_is_refused() -> None:
    assert code_of(Scene(COMPANY, light=0.18).photograph()) == "too_dark"
    assert code_of(encoded(Image.new("RGB", (800, 600), "black"))) == "too_dark"


def test_a_blurred_picture_is_refused() -> None:
    assert code_of(Scene(COMPANY, BLUE, blur=6).photograph()) == "blurred"
    with pytest.raises(PictureRefused) as refused:
        clean_signature(Scene(PEN, BLUE, blur=8.5).photograph())
    assert refused.value.code == "blurred"


def test_a_stamp_far_away_is_refused() -> None:
    scene = Scene(COMPANY, BLUE, fill=0.4, size=(640, 480), table="grey", blur=0.6)
    assert code_of(scene.photograph()) == "too_far"


@pytest.mark.parametrize("shift", [(0.0, 24.0), (-66.0, 0.0)])
def test_half_a_stamp_is_refused(shift: tuple[float, float]) -> None:
    scene = Scene(COMPANY, BLUE, fill=1.5, shift=shift)
    assert code_of(scene.photograph()) == "cut_off"


def test_a_speck_of_dust_is_no_stamp() -> None:
    mask = COMPANY * 0
    mask[150:158, 300:308] = 255
    assert code_of(Scene(mask, BLACK).photograph()) == "nothing_found"


def test_a_jpeg_of_thousands_of_passes_is_refused_before_decoding() -> None:
    data = encoded(Image.new("L", (700, 550), 200), "JPEG", progressive=True)
    last = data[data.rfind(b"\xff\xda") : -2]
    assert code_of(data) == "nothing_found"  # ten passes are what cameras write
    assert code_of(data[:-2] + 3000 * last + data[-2:]) == "not_a_picture"


def test_noise_alone_is_refused() -> None:
    random = np.random.default_rng(3)
    noise = random.integers(0, 255, (600, 800, 3), dtype=np.uint8)
    code_of(encoded(Image.fromarray(noise)))


def test_a_picture_of_twelve_megapixels_is_cleaned_to_a_small_one() -> None:
    small = Image.fromarray(Scene(COMPANY, BLUE, size=(2000, 1500)).picture())
    cleaned = clean_stamp(encoded(small.resize((4000, 3000)), "JPEG", quality=90))
    assert measured(cleaned.png, COMPANY).recall > 0.95


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_no_picture_of_any_shapes_breaks_the_cleaning(seed: int) -> None:
    random = np.random.default_rng(seed)
    image = Image.new("RGB", (480, 360), tuple(random.integers(0, 256, 3)))
    draw = ImageDraw.Draw(image)
    for _ in range(int(random.integers(1, 12))):
        colour = tuple(int(one) for one in random.integers(0, 256, 3))
        points = [(int(x), int(y)) for x, y in random.integers(-60, 540, (4, 2))]
        box = (
            *np.minimum(points[0], points[1]).tolist(),
            *np.maximum(points[0], points[1]).tolist(),
        )
        width = int(random.integers(1, 40))
        match int(random.integers(5)):
            case 0:
                draw.polygon(points, colour)
            case 1:
                draw.rectangle(box, outline=colour, width=width)
            case 2:
                draw.ellipse(box, outline=colour, width=width)
            case 3:
                draw.rectangle(box, colour)
            case _:
                draw.line(points, colour, width)
    for clean in (clean_stamp, clean_signature):
        try:
            cleaned = clean(encoded(image))
        except PictureRefused as refused:
            assert refused.next_step  # noqa: PT017 - either outcome will do
        else:
            assert cleaned.width * cleaned.height > 0


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60), st.integers(0, 400), st.sampled_from(["JPEG", "PNG", "WEBP"]))
def test_no_spoiled_picture_breaks_the_reader(noise: bytes, at: int, kind: str) -> None:
    data = encoded(Image.new("RGB", (60, 40), "white"), kind)
    spoiled = data[:at] + noise + data[at + len(noise) :]
    try:
        picture = read_picture(spoiled)
    except PictureRefused:
        return
    assert picture.pixels.ndim == 3
