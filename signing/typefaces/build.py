"""Make the committed typefaces from their npm packages: `python -m signing.typefaces.build`.

    --packages FOLDER   where packed npm packages (.tgz) already are; the rest is fetched by
                        `npm pack` into a temporary folder

Each text face is put together from its packages' subsets, scaled to 1000 units per em, and freed of
hinting and layout tables: Latin, Cyrillic and Greek from one package, Georgian and Armenian, which
the same designers drew to the same measures, from packages of their own. A handwriting face comes
whole from its package and keeps its kerning, without which a hand falls apart into letters; pairs
such as "Żu" cross the subsets, so subsets would have lost it. The screens' typeface, Inter, and
what it lacks are copied as they are into the ceremony's static folder. Exit codes: 0 done, 1 a
package could not be had.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fontTools.merge import Merger
from fontTools.merge import Options as MergeOptions
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.scaleUpem import scale_upem

from signing.typefaces import FOLDER, UNITS_PER_EM

SCREEN_FOLDER: Final = FOLDER.parent / "ceremony" / "static" / "fonts"
"""Where the screens' typeface goes."""
SCREEN_PACKAGE: Final = "@fontsource/inter@5.3.0"
SCREEN_WEIGHTS: Final = (400, 600, 700)
SCREEN_OTHERS: Final = {
    "@fontsource/noto-sans-georgian@5.3.0": "OFL-NotoSansGeorgian.txt",
    "@fontsource/noto-sans-armenian@5.3.0": "OFL-NotoSansArmenian.txt",
}
"""Scripts that the screens' typeface lacks, each with the name of its licence there."""
MADE_AT: Final = 3_786_912_000
"""1 January 2024 in seconds since 1904: the same packages always give the same bytes."""
SUBSETS: Final = (
    "latin",
    "latin-ext",
    "cyrillic",
    "cyrillic-ext",
    "greek",
    "greek-ext",
    "vietnamese",
)
LETTERS: Final = {
    "cyrillic-ext": range(0x48A, 0x500),
    "greek": range(0x370, 0x400),
    "greek-ext": range(0x1F00, 0x2000),
    "vietnamese": range(0x1EA0, 0x1F00),
    "georgian": (*range(0x10D0, 0x1100), *range(0x1C90, 0x1CC0)),
    "armenian": range(0x530, 0x590),
}
"""What is taken of a subset that holds more; of all others, everything."""
HAND_LETTERS: Final = (
    range(0x20, 0x250),
    range(0x2B0, 0x300),
    range(0x400, 0x530),
    range(0x1E00, 0x1F00),
)
"""Latin with its extensions (the last for Vietnamese and Welsh), modifier letters, Cyrillic."""
HAND_PUNCTUATION: Final = range(0x2010, 0x2040)


@dataclass(frozen=True)
class Recipe:
    """One typeface to make."""

    target: str
    """Name of the made file, without its suffix."""
    package: str
    """npm package with its version."""
    others: tuple[str, ...]
    """Packages of one script each, drawn to the same measures; their names end in it."""
    weight: int
    """Weight to take, 400 regular, 600 semi-bold."""
    licence: str
    """Name of the licence text beside it."""

    def members(self) -> list[tuple[str, str, str]]:
        """Every subset to put together: its package, its name, its file there."""
        found = [(self.package, subset) for subset in SUBSETS]
        found += [(other, _slug(other).rpartition("-")[2]) for other in self.others]
        return [
            (package, subset, f"files/{_slug(package)}-{subset}-{self.weight}-normal.woff2")
            for package, subset in found
        ]


@dataclass(frozen=True)
class Hand:
    """One handwriting face to make."""

    target: str
    """Name of the made file, without its suffix."""
    package: str
    """npm package with its version."""
    member: str
    """The face in the package."""
    licence: str
    """Name of the licence text beside it."""


SANS_PACKAGE: Final = "@fontsource/noto-sans@5.3.0"
SANS_OTHERS: Final = (
    "@fontsource/noto-sans-georgian@5.3.0",
    "@fontsource/noto-sans-armenian@5.3.0",
)
SERIF_PACKAGE: Final = "@fontsource/noto-serif@5.3.0"
SERIF_OTHERS: Final = (
    "@fontsource/noto-serif-georgian@5.3.0",
    "@fontsource/noto-serif-armenian@5.3.0",
)
RECIPES: Final = (
    Recipe("NotoSans-Regular", SANS_PACKAGE, SANS_OTHERS, 400, "OFL-NotoSans.txt"),
    Recipe("NotoSans-SemiBold", SANS_PACKAGE, SANS_OTHERS, 600, "OFL-NotoSans.txt"),
    Recipe("NotoSerif-Regular", SERIF_PACKAGE, SERIF_OTHERS, 400, "OFL-NotoSerif.txt"),
    Recipe("NotoSerif-SemiBold", SERIF_PACKAGE, SERIF_OTHERS, 600, "OFL-NotoSerif.txt"),
)

HANDS: Final = (
    Hand(
        "Caveat-Regular",
        "@expo-google-fonts/caveat@0.4.2",
        "400Regular/Caveat_400Regular.ttf",
        "OFL-Caveat.txt",
    ),
    Hand(
        "BadScript-Regular",
        "@expo-google-fonts/bad-script@0.4.1",
        "400Regular/BadScript_400Regular.ttf",
        "OFL-BadScript.txt",
    ),
    Hand(
        "GreatVibes-Regular",
        "@expo-google-fonts/great-vibes@0.4.1",
        "400Regular/GreatVibes_400Regular.ttf",
        "OFL-GreatVibes.txt",
    ),
    Hand(
        "Comforter-Regular",
        "@expo-google-fonts/comforter@0.4.2",
        "400Regular/Comforter_400Regular.ttf",
        "OFL-Comforter.txt",
    ),
)


def main(arguments: list[str] | None = None) -> int:
    """Make all typefaces."""
    parser = argparse.ArgumentParser(prog="python -m signing.typefaces.build")
    parser.add_argument("--packages", type=Path, help="folder of packed npm packages")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        for recipe in RECIPES:
            names = (recipe.package, *recipe.others)
            packages = {name: _package(name, options.packages, Path(scratch)) for name in names}
            had = {name: files for name, files in packages.items() if files is not None}
            if len(had) < len(names):
                return 1
            _made(recipe, had).save(FOLDER / f"{recipe.target}.ttf")
            (FOLDER / recipe.licence).write_bytes(_licence([had[name] for name in names]))
        for hand in HANDS:
            package = _package(hand.package, options.packages, Path(scratch))
            if package is None:
                return 1
            _made_hand(package[hand.member]).save(FOLDER / f"{hand.target}.ttf")
            (FOLDER / hand.licence).write_bytes(package["LICENSE_FONT"])
        for name, licence in {SCREEN_PACKAGE: "OFL-Inter.txt", **SCREEN_OTHERS}.items():
            screen = _package(name, options.packages, Path(scratch))
            if screen is None:
                return 1
            _copy_screen_typeface(name, screen, licence)
    return 0


def _package(name: str, given: Path | None, scratch: Path) -> dict[str, bytes] | None:
    """The files of an npm package, by their path inside it."""
    packed_name = name.removeprefix("@").replace("/", "-").replace("@", "-") + ".tgz"
    packed = (given or scratch) / packed_name
    if not packed.exists():
        packed = scratch / packed_name
        run = subprocess.run(
            ["npm", "pack", "--silent", name],  # noqa: S607 - npm of the developer's path
            cwd=scratch,
            check=False,
            capture_output=True,
        )
        if run.returncode != 0:
            sys.stderr.write(f"npm pack {name} failed: {run.stderr.decode()}\n")
            return None
    with tarfile.open(packed) as archive:
        files = {}
        for member in archive.getmembers():
            opened = archive.extractfile(member)
            if opened is not None:
                files[member.name.partition("/")[2]] = opened.read()
    return files


def _slug(package: str) -> str:
    """How a package names its files."""
    return package.removeprefix("@fontsource/").rpartition("@")[0]


def _licence(packages: list[dict[str, bytes]]) -> bytes:
    """The one licence of all, under the copyright lines of each."""
    texts = [package["LICENSE"].decode().replace("\r\n", "\n") for package in packages]
    holders = [text.partition("\n")[0].strip() for text in texts]
    terms = texts[0].partition("\n")[2]
    return ("\n".join(holders) + "\n" + terms).encode()


def _made(recipe: Recipe, packages: dict[str, dict[str, bytes]]) -> TTFont:
    """Subsets merged, scaled, trimmed."""
    with tempfile.TemporaryDirectory() as scratch:
        parts = []
        for package, subset, member in recipe.members():
            part = TTFont(io.BytesIO(packages[package][member]))
            part.flavor = None
            for table in ("GSUB", "GPOS", "GDEF", "DSIG", "STAT", "fpgm", "prep", "cvt "):
                if table in part:
                    del part[table]
            if subset in LETTERS:
                _keep(part, LETTERS[subset])
            part.save(Path(scratch) / f"{subset}.ttf")
            parts.append(str(Path(scratch) / f"{subset}.ttf"))
        merged = Merger(options=MergeOptions(drop_tables=["vmtx", "vhea"])).merge(parts)
    merged.recalcTimestamp = False
    merged["head"].created = merged["head"].modified = MADE_AT
    if merged["head"].unitsPerEm != UNITS_PER_EM:
        scale_upem(merged, UNITS_PER_EM)
    _keep(merged, merged.getBestCmap())
    return merged


def _keep(font: TTFont, letters: Iterable[int]) -> None:
    """Trim to these letters."""
    options = Options(hinting=False, notdef_outline=True, name_IDs=["*"], layout_features=[])
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=set(letters))
    subsetter.subset(font)


def _made_hand(whole: bytes) -> TTFont:
    """Trimmed to our letters and their kerning; its other layout would need a shaping engine."""
    font = TTFont(io.BytesIO(whole))
    font.recalcTimestamp = False
    font["head"].created = font["head"].modified = MADE_AT
    if font["head"].unitsPerEm != UNITS_PER_EM:
        scale_upem(font, UNITS_PER_EM)
    options = Options(hinting=False, notdef_outline=True, name_IDs=["*"], layout_features=["kern"])
    options.drop_tables += ["GSUB", "GDEF", "DSIG", "STAT", "meta", "vhea", "vmtx"]
    subsetter = Subsetter(options)
    wanted = {code for part in (*HAND_LETTERS, HAND_PUNCTUATION) for code in part}
    subsetter.populate(unicodes=wanted & set(font.getBestCmap()))
    subsetter.subset(font)
    return font


def _copy_screen_typeface(name: str, package: dict[str, bytes], licence: str) -> None:
    SCREEN_FOLDER.mkdir(parents=True, exist_ok=True)
    slug = _slug(name)
    subsets = SUBSETS if name == SCREEN_PACKAGE else (slug.rpartition("-")[2],)
    for weight in SCREEN_WEIGHTS:
        for subset in subsets:
            file = f"{slug}-{subset}-{weight}-normal.woff2"
            (SCREEN_FOLDER / file).write_bytes(package[f"files/{file}"])
    (SCREEN_FOLDER / licence).write_bytes(package["LICENSE"])


if __name__ == "__main__":
    raise SystemExit(main())
