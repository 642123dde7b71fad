"""Every string in every language: none missing, none fuzzy, none left over, same placeholders."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from signing.ceremony import TRANSLATIONS
from signing.ceremony.progress import CEREMONY_LANGUAGES

PACKAGE = TRANSLATIONS.parent
PLACEHOLDER = re.compile(r"%\([a-z]+\)[sd]|%[^ (]")


@cache
def in_use() -> set[str]:
    """Every message id in the package's templates and modules; the singular of plurals."""
    with (PACKAGE / "babel.cfg").open(encoding="utf-8") as config:
        methods, options = parse_mapping_cfg(config)  # type: ignore[no-untyped-call]  # Babel's
    found = extract_from_dir(str(PACKAGE), methods, options)
    return {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}


@cache
def catalogue(language: str) -> Catalog:
    """A language's messages."""
    path: Path = TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def texts(message: Message) -> tuple[list[str], list[str]]:
    """Sources and translations."""
    sources = [message.id] if isinstance(message.id, str) else list(message.id)
    given = message.string or ""
    return sources, [given] if isinstance(given, str) else list(given)


@pytest.mark.parametrize("language", CEREMONY_LANGUAGES)
def test_every_string_is_translated_and_none_is_fuzzy(language: str) -> None:
    messages = [message for message in catalogue(language) if message.id]
    assert {texts(message)[0][0] for message in messages} == in_use()
    assert [message.id for message in messages if message.fuzzy] == []
    assert [message.id for message in messages if not all(texts(message)[1])] == []


@pytest.mark.parametrize("language", CEREMONY_LANGUAGES)
def test_plurals_have_all_their_forms(language: str) -> None:
    forms = catalogue(language).num_plurals
    assert forms == {"pl": 3, "uk": 3}.get(language, 2)
    for message in catalogue(language):
        if message.pluralizable:
            assert len(texts(message)[1]) == forms


@pytest.mark.parametrize("language", CEREMONY_LANGUAGES)
def test_placeholders_survive_translation(language: str) -> None:
    for message in catalogue(language):
        sources, given = texts(message)
        for text in given if message.id else []:
            assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(sources[0]))


def test_the_languages_really_differ() -> None:
    for message in catalogue("pl"):
        if not message.id or message.pluralizable:
            continue
        others = {language: catalogue(language).get(message.id) for language in ("de", "uk")}
        assert others["uk"] is not None
        assert others["uk"].string != message.id
        assert message.string != message.id
