"""Findings, their sentences in four languages and their documentation, held together."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from verifier.findings import FINDINGS, Refused, finding
from verifier.sentences import LANGUAGES, MAX_DETAIL_CHARACTERS
from verifier.sentences.en import SENTENCES as ENGLISH
from verifier.verdict import Outcome, Severity

HOUSE = Path(__file__).parents[2]
DOCUMENT = (HOUSE / "docs" / "findings.md").read_text(encoding="utf-8")
LABELS = {
    code for code in ENGLISH if code.startswith(("label_", "role_", "trust_line", "certificate_h"))
}
SAID = {
    *FINDINGS,
    *Outcome,
    "judged_by_list",
    "judged_without_list",
    "genuine_paper",
    "foreign_valid",
    "foreign_altered",
    "foreign_unsure",
}


def names_in(template: str) -> set[str]:
    """What a sentence names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_has_a_sentence_in_every_language(language: str) -> None:
    assert set(LANGUAGES[language]) == SAID | LABELS


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_name_the_same_details_in_every_language(language: str) -> None:
    for code, template in LANGUAGES[language].items():
        missing = names_in(ENGLISH[code]) - names_in(template)
        assert names_in(template) <= names_in(ENGLISH[code]), code
        assert not missing, code


@pytest.mark.parametrize("language", ["pl", "de", "uk"])
def test_sentences_are_translated(language: str) -> None:
    same = {code for code in SAID if LANGUAGES[language][code] == ENGLISH[code]}
    assert same == set()


def test_the_documentation_has_every_finding_with_its_weight_and_sentence() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", DOCUMENT, re.MULTILINE))
    documented = {code: rows[code] for code in rows if rows[code] in list(Severity)}
    assert documented == {code: str(severity) for code, severity in FINDINGS.items()}
    for code in FINDINGS:
        assert ENGLISH[code] in DOCUMENT, code


def test_the_documentation_has_every_error_code() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (HOUSE / "docs").glob("*.md")]
    source = "".join(path.read_text(encoding="utf-8") for path in (HOUSE / "verifier").glob("*.py"))
    raised = set(re.findall(r'(?:_refuse|_error|Error)\(\s*"([a-z0-9_]+)"', source))
    assert len(raised) > 20
    assert {code for code in raised if not any(f"`{code}`" in text for text in texts)} == set()


def test_every_finding_is_made_somewhere() -> None:
    sources = [path for path in (HOUSE / "verifier").glob("*.py") if path.name != "findings.py"]
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    assert {code for code in FINDINGS if f'"{code}"' not in text} == set()


def test_a_finding_outside_the_table_cannot_be_made() -> None:
    with pytest.raises(KeyError):
        finding("fine")
    with pytest.raises(KeyError):
        Refused("fine")


def test_hostile_details_cannot_disturb_a_screen() -> None:
    hostile = "\x1b[2J\u202e{0.__class__}" + "A" * 5000
    said = finding("signature_unexpected", field=hostile).sentence("en")
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert "{0.__class__}" in said
    assert len(said) < MAX_DETAIL_CHARACTERS + 60


def test_an_unknown_language_is_answered_in_english() -> None:
    assert finding("seal_missing").sentence("xx") == ENGLISH["seal_missing"]


def test_a_name_that_ends_with_a_dot_ends_the_sentence() -> None:
    said = finding("issuer_known", holder="Most sp. z o.o.", organisation="Most").sentence("en")
    assert said == "The certificate was issued by Most at Most sp. z o.o."
