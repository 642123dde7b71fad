"""The documents tell the truth about names: every link, setting and command is there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.settings import Settings as KioskSettings
from office.settings import Settings as OfficeSettings

HOUSE = Path(__file__).parent.parent
DOCUMENTS = [HOUSE / "README.md", HOUSE / "CHANGELOG.md", *sorted((HOUSE / "docs").rglob("*.md"))]
WORKING_FOLDER = "working_folder"
"""The one setting of a kiosk that systemd gives, not an option."""
OPTIONS = {"data_folder": "DATA", "office_url": "OFFICE"}
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


def test_make_help_names_every_target_of_the_makefile() -> None:
    makefile = (HOUSE / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split()
    for target in targets:
        assert re.search(rf"^{target}:.*## \S", makefile, re.MULTILINE), target
