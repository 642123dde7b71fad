"""What the command line understands, and what it says of wrong usage, in four languages."""

from __future__ import annotations

import pytest

from verifier.command.help_words import HELP_WORDS
from verifier.command.options import ExitCode, language_asked, make_parser, read_options
from verifier.sentences import LANGUAGES

WRONG = {
    "needs_value": ["--qr"],
    "takes_no_value": ["--json=1", "a.pdf"],
    "unknown_option": ["--foo", "a.pdf"],
    "nothing_named": [],
    "input_once": ["-", "--qr", "-"],
    "bad_time": ["--at", "noon", "a.pdf"],
    "no_zone": ["--at", "2026-01-01T12:00", "a.pdf"],
    "bad_count": ["--processes", "0", "a.pdf"],
    "bad_language": ["--language", "fr", "a.pdf"],
}
"""Codes of what is said, and a command line that deserves it."""


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What is said of a wrong command line, the line on usage left out."""
    with pytest.raises(SystemExit) as ended:
        read_options(arguments)
    assert ended.value.code == ExitCode.USAGE
    said = capsys.readouterr()
    assert said.out == ""
    return said.err.splitlines()[-1].partition(": ")[2]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", WRONG)
def test_wrong_usage_is_explained_in_the_readers_language(
    code: str, language: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", f"{language}_XX.UTF-8")
    said = refused(WRONG[code], capsys)
    fixed = [part.partition("}")[2] for part in ("}" + HELP_WORDS[language][code]).split("{")]
    assert all(part in said for part in fixed), said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_is_in_the_readers_language(
    language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        read_options(["--language", language, "--help"])
    assert not ended.value.code
    said = capsys.readouterr().out
    assert said.startswith(HELP_WORDS[language]["usage"])
    assert said.rstrip().endswith(HELP_WORDS[language]["epilogue"].rstrip())
    if language != "en":
        assert HELP_WORDS["en"]["description"] not in said
    for option in ("--qr", "--image", "--camera", "--trust", "--update-trust", "--roots", "--at"):
        assert option in said
    assert make_parser(language).description == HELP_WORDS[language]["description"]


@pytest.mark.parametrize(
    ("arguments", "language"),
    [
        ([], "pl"),
        (["--language", "de"], "de"),
        (["--language=uk", "a.pdf"], "uk"),
        (["--language", "fr"], "pl"),
        (["--language"], "pl"),
        (["--language", "de", "--language", "en"], "en"),
    ],
)
def test_the_language_is_asked_for_before_all_else(
    arguments: list[str], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "pl_PL.UTF-8")
    assert language_asked(arguments) == language


def test_the_environment_chooses_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert language_asked([]) == "en"
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    assert language_asked([]) == "en"
    monkeypatch.setenv("LC_MESSAGES", "uk_UA.UTF-8")
    assert language_asked([]) == "uk"
    assert read_options(["a.pdf"]).language == "uk"
