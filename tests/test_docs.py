"""The documents tell the truth about names: every link, setting and command is there."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import kiosk.__main__
import sync.command_line
from kiosk.settings import Settings as KioskSettings
from office.command_line import COMMANDS
from office.command_options import make_parser
from office.settings import Settings as OfficeSettings

HOUSE = Path(__file__).parent.parent
DOCUMENTS = [HOUSE / "README.md", HOUSE / "CHANGELOG.md", *sorted((HOUSE / "docs").rglob("*.md"))]
WORKING_FOLDER = "working_folder"
"""The one setting of a kiosk that systemd gives, not an option."""
OPTIONS = {"data_folder": "DATA", "office_url": "OFFICE", "camera_width_mm": "CAMERA_WIDTH"}
"""Options of the kiosk that are named otherwise than the setting."""


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(HOUSE)))
def test_every_link_and_file_that_a_document_names_is_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    prose = re.sub(r"`[^`\n]+`", "", text)
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", prose)
    missing = [link for link in links if not (document.parent / link).exists()]
    named = re.findall(r"`((?:docs|tests|verifier|signing|sync|kiosk|office)/[\w./-]*)`", text)
    missing += [path for path in named if not (HOUSE / path).exists()]
    assert missing == []


def test_the_operations_guide_names_every_setting() -> None:
    guide = (HOUSE / "docs" / "operations.md").read_text(encoding="utf-8")
    head_office, kiosk = guide.split("## Kiosk")
    for name in OfficeSettings.__dataclass_fields__:
        assert f"`{name.upper()}`" in head_office, name
    for name in set(KioskSettings.__dataclass_fields__) - {WORKING_FOLDER}:
        assert f"`{OPTIONS.get(name, name.upper())}`" in kiosk, name


@pytest.mark.parametrize("package", ["office", "kiosk", "verifier"])
def test_every_command_has_help_and_the_guide_names_it(package: str) -> None:
    guide = (HOUSE / "docs" / "operations.md").read_text(encoding="utf-8")
    shown = subprocess.run(
        [sys.executable, "-m", package, "--help"],
        cwd=HOUSE,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    commands = re.findall(r"^    ([a-z]+)(?=\s)", shown, re.MULTILINE)
    assert f"python -m {package}" in guide
    for command in commands:
        assert f"python -m {package} {command}" in guide, command
    assert "exit codes" in shown.lower()


def options_of(parser: argparse.ArgumentParser, command: str = "") -> Iterator[tuple[str, str]]:
    """Every command of a parser with each of its options."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                yield from options_of(below, f"{command} {name}")
        for option in action.option_strings:
            if option.startswith("--") and option not in {"--help", "--data"}:
                yield command.strip(), option


@pytest.mark.parametrize(
    ("package", "parser"),
    [
        ("office", make_parser(COMMANDS)),
        ("kiosk", kiosk.__main__._parser()),
        ("sync", sync.command_line.make_parser()),
    ],
    ids=["office", "kiosk", "sync"],
)
def test_the_operations_guide_names_every_option(
    package: str, parser: argparse.ArgumentParser
) -> None:
    guide = (HOUSE / "docs" / "operations.md").read_text(encoding="utf-8")
    head_office, kiosk_part = guide.split("## Kiosk")
    for command, option in options_of(parser):
        if package == "office":
            (row,) = re.findall(rf"^\| `python -m office {command}` .*$", head_office, re.MULTILINE)
            assert f"`{option}`" in row, (command, option)
        else:
            assert f"`{option}`" in kiosk_part, option


@pytest.mark.parametrize("package", ["office", "kiosk", "sync"])
def test_the_operations_guide_gives_every_exit_code(package: str) -> None:
    guide = (HOUSE / "docs" / "operations.md").read_text(encoding="utf-8")
    table = guide.partition(f"| exit code of `python -m {package}` |")[2].partition("\n\n")[0]
    listed = re.findall(r"^\| (\d) \|", table, re.MULTILINE)
    module = (HOUSE / package / "__main__.py").read_text(encoding="utf-8")
    words = module.partition("Exit codes:")[2].partition("\n\n")[0]
    assert listed == re.findall(r"(?:^|; )\s*(\d) ", words, re.MULTILINE)


def test_make_help_names_every_target_of_the_makefile() -> None:
    makefile = (HOUSE / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split()
    for target in targets:
        assert re.search(rf"^{target}:.*## \S", makefile, re.MULTILINE), target
