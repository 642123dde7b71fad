"""Typed names in handwriting, and the typefaces behind them."""

from __future__ import annotations

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from signing import typefaces
from signing.handwriting import (
    HANDS,
    LettersUnsupported,
    Typeface,
    faces_for,
    letters_without_hand,
    outline_name,
)
from signing.kerning import PairKerning
from signing.outlines import Box

POLISH = "ĄĆĘŁŃÓŚŹŻąćęłńóśźż"
UKRAINIAN = "АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯабвгґдеєжзиіїйклмнопрстуфхцчшщьюя’"
GERMAN = "ÄÖÜßäöü"
WITH_MARKS, PLAIN = "ŁłҐґЄєЇїйąćęńóśźżĄĆĘŃÓŚŹŻ", "LlГгЕеІіиacenoszzACENOSZZ"
TEXT_FACES = {typefaces.SANS, typefaces.SANS_SEMIBOLD, typefaces.SERIF, typefaces.SERIF_SEMIBOLD}
ALL_FACES = sorted(typefaces.FOLDER.glob("*.ttf"))


@pytest.mark.parametrize("path", ALL_FACES, ids=lambda path: path.stem)
def test_every_typeface_has_the_letters_of_our_languages(path: Path) -> None:
    assert not typefaces.missing_letters(POLISH + UKRAINIAN + GERMAN, path)


@pytest.mark.parametrize("path", ALL_FACES, ids=lambda path: path.stem)
def test_every_typeface_is_trimmed_for_pdf(path: Path) -> None:
    with TTFont(path) as font:
        assert font["head"].unitsPerEm == typefaces.UNITS_PER_EM
        layout = {"GSUB", "GPOS"} if path in TEXT_FACES else {"GSUB"}
        assert not ({"fpgm", "prep", "cvt "} | layout) & set(font.keys())


def test_every_typeface_has_its_licence_beside_it() -> None:
    for path in ALL_FACES:
        licence = typefaces.FOLDER / f"OFL-{path.stem.partition('-')[0]}.txt"
        assert "SIL OPEN FONT LICENSE Version 1.1" in licence.read_text()


def test_all_typefaces_together_stay_small() -> None:
    screen = typefaces.FOLDER.parent / "ceremony" / "static" / "fonts"
    files = [*ALL_FACES, *screen.glob("*.woff2")]
    assert len(list(screen.glob("*.woff2"))) == 27
    assert sum(path.stat().st_size for path in files) < 2_500_000


@pytest.mark.parametrize("typeface", Typeface)
def test_every_letter_of_a_hand_has_ink_of_its_own(typeface: Typeface) -> None:
    for letter in POLISH + UKRAINIAN + GERMAN:
        assert outline_name(letter, typeface).bounds().height > 60, letter
    for one, other in zip(WITH_MARKS, PLAIN, strict=True):
        assert outline_name(one, typeface) != outline_name(other, typeface)


@pytest.mark.parametrize("typeface", HANDS)
def test_letters_of_a_hand_close_up_as_its_designer_wanted(typeface: Typeface) -> None:
    pairs = ("Tade", "Łuka", "Wójt", "Vavr", "Żuka", "Тара", "Гудз", "Уляна")
    apart = {name: sum(_advance(letter, typeface) for letter in name) for name in pairs}
    together = {name: _advance(name, typeface) for name in pairs}
    assert sum(together.values()) < sum(apart.values()) - 40


def _advance(text: str, typeface: Typeface) -> float:
    """Where the next letter would begin: a vertical bar set after the text, less its own place."""
    both, alone = outline_name(f"{text} .", typeface), outline_name(" .", typeface)
    return both.bounds().right - alone.bounds().right


def test_a_typeface_without_kerning_moves_nothing() -> None:
    with TTFont(typefaces.SANS) as font:
        assert PairKerning(font).between("T", "a") == 0


@pytest.mark.parametrize("typeface", Typeface)
@pytest.mark.parametrize("name", ["Łucja Żółć-Gęślińska", "Наталія Їжакевич", "Jürgen Groß"])
def test_a_name_fits_its_box_on_its_baseline(typeface: Typeface, name: str) -> None:
    shape = outline_name(name, typeface)
    own = shape.bounds()
    assert own.width > 2 * own.height > 0
    box = shape.fitted(Box(100, 200, 250, 240)).bounds()
    assert box.left >= 99.99
    assert box.right <= 250.01
    assert box.bottom >= 199.99
    assert box.top <= 240.01
    assert max(box.width / 150, box.height / 40) == pytest.approx(1)


def test_letters_stand_in_order_and_spaces_take_room() -> None:
    short = outline_name("Jan K", Typeface.CAVEAT).bounds().right
    assert outline_name("Jan Kow", Typeface.CAVEAT).bounds().right > short
    assert outline_name("JanK", Typeface.CAVEAT).bounds().right < short
    assert outline_name("  Jan \t K ", Typeface.CAVEAT) == outline_name("Jan K", Typeface.CAVEAT)


@pytest.mark.parametrize("name", ["Jan 😀", "王小明", "محمد", "", "   ", "x" * 121])
def test_a_name_that_cannot_be_written_is_refused(name: str) -> None:
    with pytest.raises(LettersUnsupported) as refused:
        outline_name(name, Typeface.CAVEAT)
    assert refused.value.code == "unsupported_letters"
    assert refused.value.next_step


def test_the_refusal_names_the_letters() -> None:
    with pytest.raises(LettersUnsupported) as refused:
        outline_name("Jan 😀 王 王", Typeface.CAVEAT)
    assert refused.value.letters == "😀王"


def test_only_faces_that_can_write_the_name_are_offered() -> None:
    assert faces_for("Łucja Їжакевич") == HANDS
    assert faces_for("Ελευθερία") == (Typeface.SLANTED,)
    assert faces_for("王小明") == ()
    assert faces_for("Đặng Thị Ẩn") == (
        Typeface.BAD_SCRIPT,
        Typeface.GREAT_VIBES,
        Typeface.COMFORTER,
    )


def test_the_letters_that_no_hand_can_write_are_named() -> None:
    assert letters_without_hand("Łucja Їжакевич") == ""
    assert letters_without_hand("Đặng Thị Ẩn") == ""
    assert letters_without_hand("Məmməd Əliyev") == ""
    assert letters_without_hand("Jan 王 漢 王") == "王漢"


@pytest.mark.parametrize("name", ["Ελευθερία Ω", "ნინო ჯავახიშვილი", "Հովհաննես", "Ə"])
def test_what_no_hand_has_letters_for_is_set_in_slanted_type(name: str) -> None:
    shape = outline_name(name, Typeface.SLANTED)
    assert shape.bounds().width > 300
    upright = outline_name("H", Typeface.SLANTED).bounds()
    assert upright.left < upright.right - 600
