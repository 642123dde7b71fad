"""Every refusal of a value has words for the client, and stands in the documentation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

import signing
from signing.ceremony import TRANSLATIONS
from signing.ceremony.field_words import FIELD_CODES, field_message
from signing.ceremony.progress import CEREMONY_LANGUAGES
from signing.errors import FieldRefused
from signing.field_rules import check_value
from signing.field_specs import FieldKind, FieldSpec, Placement

HOUSE = Path(signing.__file__).parent
READERS = ("amounts", "calendar_days", "contact_details", "field_rules", "official_numbers")
NEVER_ON_A_SCREEN = frozenset({"not_a_tick", "not_a_name"})
"""A screen sends a tick or none; a name is asked for elsewhere."""


@pytest.fixture(scope="module")
def app() -> Flask:
    app = Flask("words")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    Babel(app)
    return app


def codes_raised() -> set[str]:
    """Every code that stands in the modules that read values."""
    found: set[str] = set()
    for name in READERS:
        text = (HOUSE / f"{name}.py").read_text(encoding="utf-8")
        found |= set(re.findall(r'(?:FieldRefused|_mistyped)\(\s*"([a-z_]+)"', text))
        found |= {f"phone_{end}" for end in re.findall(r'"phone_([a-z]+)"', text)}
        for end in re.findall(r'f"\{kind\}_([a-z]+)"', text):
            found |= {f"pesel_{end}", f"nip_{end}"}
    assert {"pesel_length", "nip_digits", "iban_check", "phone_short"} <= found
    return found


def test_every_refusal_has_words_for_the_client() -> None:
    assert codes_raised() - NEVER_ON_A_SCREEN - FIELD_CODES == set()


def test_the_page_about_fields_names_every_refusal() -> None:
    page = (HOUSE.parent / "docs" / "fields.md").read_text(encoding="utf-8")
    assert {code for code in codes_raised() | FIELD_CODES if f"`{code}`" not in page} == {
        "not_a_name"
    }


@pytest.mark.parametrize("language", CEREMONY_LANGUAGES)
@pytest.mark.parametrize(
    ("kind", "entered", "said"),
    [
        (FieldKind.PESEL, "440514", ("11", "6")),
        (FieldKind.IBAN, "DE8937040044053201300", ("DE", "22", "21")),
        (FieldKind.DATE, "31.2.2026", ("31.02.2026",)),
        (FieldKind.TEXT, "漢", ("漢",)),
    ],
)
def test_a_sentence_names_what_is_wrong_in_every_language(
    app: Flask, language: str, kind: FieldKind, entered: str, said: tuple[str, ...]
) -> None:
    spec = FieldSpec("key", kind, "Label", True, Placement(0, 0, 0, 300, 60))
    with pytest.raises(FieldRefused) as caught:
        check_value(spec, entered)
    with app.test_request_context(), force_locale(language):
        sentence = field_message(caught.value)
    for part in said:
        assert part in sentence
