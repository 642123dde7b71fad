"""Every word of the kiosk's screens exists in every language, and every code has words."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import kiosk
from kiosk.refusals import REFUSALS as DESK_REFUSALS
from kiosk.screens.words import REFUSALS
from signing.ceremony import TRANSLATIONS

PACKAGE = Path(kiosk.__file__).parent
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
AT_FINDING = (
    "gone",
    "cancelled",
    "expired",
    "already_signed",
    "not_here_yet",
    "kiosk_keys_unusable",
)


def catalogue(language: str, folder: Path = PACKAGE / "translations") -> Catalog:
    with (folder / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file)


def ids_in_the_code() -> set[str | tuple[str, ...]]:
    found = extract_from_dir(
        PACKAGE, [("**.py", "python"), ("templates/**.html", "jinja2")], keywords=KEYWORDS
    )
    return {one[2] for one in found}


@pytest.mark.parametrize("language", ["pl", "de", "uk"])
def test_nothing_is_untranslated_fuzzy_or_left_over(language: str) -> None:
    translated = {}
    for message in catalogue(language):
        if message.id:
            key = tuple(message.id) if isinstance(message.id, (list, tuple)) else message.id
            translated[key] = message
    assert set(translated) == ids_in_the_code()
    for message in translated.values():
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(strings), message.id
        assert not message.fuzzy
        assert not list(message.check(catalogue(language))), message.id


@pytest.mark.parametrize("language", ["pl", "de", "uk"])
def test_kiosk_and_ceremony_say_the_same_thing_in_the_same_words(language: str) -> None:
    ceremony = catalogue(language, TRANSLATIONS)  # of two wordings only one is ever shown
    for message in catalogue(language):
        other = ceremony.get(message.id) if message.id and isinstance(message.id, str) else None
        assert other is None or other.string == message.string, message.id


@pytest.mark.parametrize("code", AT_FINDING)
def test_every_refusal_at_finding_has_words(code: str) -> None:
    assert code in REFUSALS
    assert code in DESK_REFUSALS
