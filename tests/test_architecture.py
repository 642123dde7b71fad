"""The drawing in docs/architecture.md, held by reading every import and every module.

Imports are read from the syntax tree, relative ones included, so that neither a lazy import inside
a function nor one under TYPE_CHECKING goes unseen.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent
ARROWS: dict[str, frozenset[str]] = {
    "verifier": frozenset(),
    "signing": frozenset({"verifier"}),
    "sync": frozenset({"verifier"}),
    "kiosk": frozenset({"signing", "sync", "verifier"}),
    "office": frozenset({"signing", "sync", "verifier"}),
}
"""Which of our packages each of our packages may import."""

MAX_MODULE_LINES = 320
MAX_FUNCTION_LINES = 60
LISTS_OF_TABLES = "office.migrations.versions"
"""Migrations are lists of tables and columns: as long as they must be, and never changed later."""
VERIFIER_MUST_NOT_NEED = frozenset({"flask", "sqlalchemy", "sqlite_utils", "reportlab", "waitress"})
"""The verifier ships alone; nothing that draws screens or keeps state comes with it."""


def modules() -> list[Path]:
    """Every module of the product, in a stable order."""
    found = [path for room in ARROWS for path in sorted((HOUSE / room).rglob("*.py"))]
    assert found, "no modules found"
    return found


def dotted_name(path: Path) -> str:
    """`signing/ceremony/desk.py` -> `signing.ceremony.desk`; a package goes without __init__."""
    parts = path.relative_to(HOUSE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_names(path: Path, *, when_running: bool = False) -> Iterator[str]:
    """Full dotted names of everything that a module imports, wherever in the module it does.

    `when_running` leaves out what stands under `if TYPE_CHECKING`: names for the reader and the
    type checker only, which two modules may take from each other.
    """
    package = list(path.relative_to(HOUSE).parent.parts)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if when_running and isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            base = [*base, *((node.module or "").split(".") if node.module else [])]
            for alias in node.names:
                yield ".".join([*base, alias.name])


def package_of(name: str, packages: frozenset[str]) -> str | None:
    """The innermost of our packages that a dotted name lies in; None for somebody else's."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        candidate = ".".join(parts[:length])
        if candidate in packages:
            return candidate
    return None


def test_every_import_follows_the_arrows() -> None:
    against = [
        f"{path.relative_to(HOUSE)} -> {name}"
        for path in modules()
        for name in imported_names(path)
        if (room := name.split(".")[0]) in ARROWS
        and room != path.relative_to(HOUSE).parts[0]
        and room not in ARROWS[path.relative_to(HOUSE).parts[0]]
    ]
    assert against == []


def test_the_product_never_imports_its_tests() -> None:
    assert [
        f"{path.relative_to(HOUSE)} -> {name}"
        for path in modules()
        for name in imported_names(path)
        if name.split(".")[0] == "tests"
    ] == []


def test_modules_do_not_import_each_other_in_a_circle() -> None:
    known = frozenset(dotted_name(path) for path in modules())
    arrows: dict[str, set[str]] = {}
    for path in modules():
        here = dotted_name(path)
        there = {package_of(name, known) for name in imported_names(path, when_running=True)}
        arrows[here] = {name for name in there if name is not None and name != here}
    assert first_circle(arrows) == []


def first_circle(arrows: dict[str, set[str]]) -> list[str]:
    """A circle in a graph as the names along it; empty when there is none."""
    finished: set[str] = set()

    def walk(name: str, trail: list[str]) -> list[str]:
        if name in trail:
            return [*trail[trail.index(name) :], name]
        if name in finished:
            return []
        for following in sorted(arrows.get(name, ())):
            circle = walk(following, [*trail, name])
            if circle:
                return circle
        finished.add(name)
        return []

    for name in sorted(arrows):
        circle = walk(name, [])
        if circle:
            return circle
    return []


def test_a_circle_is_found_when_there_is_one() -> None:
    assert first_circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert first_circle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_the_verifier_needs_nothing_that_it_could_not_ship_alone() -> None:
    assert [
        f"{path.relative_to(HOUSE)} -> {name}"
        for path in sorted((HOUSE / "verifier").rglob("*.py"))
        for name in imported_names(path)
        if name.split(".")[0] in VERIFIER_MUST_NOT_NEED
    ] == []


@pytest.mark.parametrize("path", modules(), ids=dotted_name)
def test_a_module_says_what_it_holds_and_stays_readable(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "the module has no docstring"
    if dotted_name(path).startswith(LISTS_OF_TABLES):
        return
    assert text.count("\n") <= MAX_MODULE_LINES, "the module is too long"
    too_long = [
        f"{node.name}, line {node.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno > MAX_FUNCTION_LINES
    ]
    assert too_long == [], "these functions do not fit a screen"


def test_every_package_is_checked_for_types() -> None:
    settings = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(settings["tool"]["mypy"]["files"]) >= set(ARROWS) | {"tests"}
    assert settings["tool"]["mypy"]["strict"] is True
