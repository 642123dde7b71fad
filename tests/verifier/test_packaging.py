"""The verifier as a package of its own: what its wheel holds, and what it asks for."""

from __future__ import annotations

import email
import shutil
import subprocess
import sys
import tomllib
import zipfile
from email.message import Message
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.vectors.sealed_pdf import NOW

HOUSE = Path(__file__).parents[2]
PACKAGE = HOUSE / "verifier"
NOT_NEEDED = {"flask", "waitress", "sqlalchemy", "reportlab", "qrcode", "httpx", "pypdf", "pillow"}
PICTURES = {"numpy", "opencv-python-headless", "pypdfium2", "pyzbar", "zxing-cpp"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy with what is installed here, without a network."""
    place = tmp_path_factory.mktemp("wheel")
    shutil.copytree(
        PACKAGE,
        place / "verifier",
        ignore=shutil.ignore_patterns("__pycache__", "*.egg-info", "build"),
    )
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-index", "--no-deps"),
            *("--no-build-isolation", "--disable-pip-version-check"),
            *("--wheel-dir", str(place / "out"), str(place / "verifier")),
        ],
        check=True,
        timeout=300,
    )
    (built,) = (place / "out").glob("sygnet_verifier-*.whl")
    return built


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    """What the wheel says of itself."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return email.message_from_bytes(archive.read(name))


def required(metadata: Message, extra: str | None = None) -> set[str]:
    """Names of the packages that are asked for, by default or by an extra."""
    names = set()
    for line in metadata.get_all("Requires-Dist", []):
        package, _, condition = line.partition(";")
        asked_by = f'extra == "{extra}"' if extra else ""
        if condition.strip() == asked_by:
            names.add(Requirement(package).name)
    return names


def test_the_wheel_holds_every_module_and_the_table_and_nothing_else(wheel: Path) -> None:
    ours = {
        str(path.relative_to(HOUSE))
        for path in PACKAGE.rglob("*")
        if path.suffix in {".py", ".json"} and "build" not in path.parts
    }
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert held == ours


def test_it_asks_for_only_what_it_needs(metadata: Message) -> None:
    assert required(metadata) == {"cbor2", "cryptography", "pyhanko", "tuf"}
    assert required(metadata, "pictures") == PICTURES
    assert not (required(metadata) | PICTURES) & NOT_NEEDED
    assert metadata["Name"] == "sygnet-verifier"
    assert metadata["Requires-Python"] == ">=3.11"


def test_it_asks_for_versions_that_it_is_tested_with(metadata: Message) -> None:
    pinned = dict(
        line.split(" ")[0].split("==")
        for line in (HOUSE / "requirements.txt").read_text(encoding="utf-8").splitlines()
        if "==" in line and not line.startswith(" ")
    )
    for line in metadata.get_all("Requires-Dist", []):
        asked = Requirement(line)
        assert asked.specifier.contains(pinned[asked.name]), line


def test_its_version_is_the_products(metadata: Message) -> None:
    product = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))
    assert metadata["Version"] == product["project"]["version"]


def test_every_folder_of_modules_is_listed() -> None:
    settings = tomllib.loads((PACKAGE / "pyproject.toml").read_text(encoding="utf-8"))
    folders = {
        ".".join(path.parent.relative_to(HOUSE).parts) for path in PACKAGE.rglob("__init__.py")
    }
    assert set(settings["tool"]["setuptools"]["packages"]) == folders


def test_its_readme_leads_through_every_module() -> None:
    readme = (PACKAGE / "README.md").read_text(encoding="utf-8")
    modules = {path.name for path in PACKAGE.glob("*.py")} - {"__init__.py"}
    folders = {f"{path.parent.name}/" for path in PACKAGE.glob("*/__init__.py")}
    assert {name for name in modules | folders if f"`{name}`" not in readme} == set()


def test_the_wheel_alone_judges_a_file(wheel: Path, desk: Path) -> None:
    unpacked = desk / "alone"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(unpacked)
    program = (
        "import sys; sys.path.insert(0, sys.argv.pop(1)); import verifier.__main__ as command; "
        f"assert command.__file__.startswith({str(unpacked)!r}); sys.exit(command.run())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(unpacked), "signed.pdf", "--at", NOW.isoformat()],
        cwd=desk,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
