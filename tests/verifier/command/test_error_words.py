"""What cannot be used is said in every language."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.vectors.sealed_pdf import NOW
from verifier.__main__ import ExitCode, main
from verifier.command.error_words import ERROR_WORDS, said_error
from verifier.errors import VerifierError
from verifier.sentences import LANGUAGES

PACKAGE = Path(__file__).parents[3] / "verifier"
RAISING = {
    "FileError",
    "VerifierError",
    "PictureError",
    "TrustError",
    "_refused",
    "_refuse",
    "_error",
}
SOURCES = [
    *(PACKAGE / f"{name}.py" for name in ("trust_update", "trust_folder", "trust_list", "picture")),
    PACKAGE / "foreign_pdf.py",
    PACKAGE / "file_bytes.py",
    *(PACKAGE / "command").glob("*.py"),
]


def codes_raised() -> set[str]:
    """Every code that the command can complain about."""
    found = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id in RAISING and isinstance(node.args[0], ast.Constant):
                found.add(str(node.args[0].value))
    return found


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_every_error_has_a_sentence_and_a_next_step(language: str) -> None:
    assert set(ERROR_WORDS[language]) == codes_raised()
    for said in ERROR_WORDS[language].values():
        assert all(part.endswith((".", ":")) for part in said)


def test_an_error_is_said_in_the_chosen_language(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    common = ("--trust", str(desk / "trust"), "--at", NOW.isoformat())
    for language, words in (("pl", "Nie da się"), ("de", "nicht lesbar"), ("en", "cannot be read")):
        assert main(["none.pdf", *common, "--language", language]) is ExitCode.USAGE
        assert words in capsys.readouterr().err


def test_an_unknown_error_speaks_for_itself() -> None:
    assert said_error(VerifierError("new", "It is new.", "Wait."), "pl") == ("It is new.", "Wait.")
