"""Typed names in handwriting, and the typefaces behind them."""

from __future__ import annotations

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from signing import typefaces
from signing.handwriting import LettersUnsupported, Typeface, faces_for, outline_name
from signing.outlines import Box

POLISH = "ĄĆĘŁŃÓŚŹŻąćęłńóśźż"
UKRAINIAN = "АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯабвгґдеєжзиіїйклмнопрстуфхцчшщьюя’"
GERMAN = "ÄÖÜßäöü"
ALL_FACES = sorted(typefaces.FOLDER.glob("*.ttf"))


@pytest.mark.parametrize("path", ALL_FACES, ids=lambda path: path.stem)
def test_every_typeface_has_the_letters_of_our_languages(path: Path) -> None:
    assert not typefaces.missing_letters(POLISH + UKRAINIAN + GERMAN, path)


@pytest.mark.parametrize("path", ALL_FACES, ids=lambda path: path.stem)
def test_every_typeface_is_trimmed_for_pdf(path: Path) -> None:
    with TTFont(path) as font:
        assert font["head"].unitsPerEm == typefaces.UNITS_PER_EM
        assert not {"fpgm", "prep", "cvt ", "GSUB", "GPOS"} & set(font.keys())


def test_every_typeface_has_its_licence_beside_it() -> None:
    for path in ALL_FACES:
        licence = typefaces.FOLDER / f"OFL-{path.stem.partition('-')[0]}.txt"
        assert "SIL OPEN FONT LICENSE Version 1.1" in licence.read_text()


def test_all_typefaces_together_stay_small() -> None:
    screen = typefaces.FOLDER.parent / "ceremony" / "static" / "fonts"
    files = [*ALL_FACES, *screen.glob("*.woff2")]
    assert len(list(screen.glob("*.woff2"))) == 9
    assert sum(path.stat().st_size for path in files) < 2_500_000


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
    assert faces_for("Łucja Їжакевич") == tuple(Typeface)
    assert faces_for("王小明") == ()
