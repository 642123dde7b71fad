"""Every string of head office in every language: none missing, none fuzzy, none left over."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

import office
from office.screens.refusals import REFUSALS
from office.words import TRANSLATIONS

PACKAGE = Path(office.__file__).parent
PLACEHOLDER = re.compile(r"%\([a-z_]+\)s")
LANGUAGES = ("pl", "de", "uk")
NOT_ON_SCREENS = frozenset(
    {
        "already_set_up",
        "bad_credential",
        "bad_setting",
        "bad_token",
        "channel_not_configured",
        "code_unknown",
        "copy_not_genuine",
        "database_unusable",
        "document_destroyed",
        "event_conflict",
        "file_exists",
        "file_unreadable",
        "folder_unusable",
        "has_a_key",
        "job_broken",
        "journals_do_not_fit",
        "keys_refused",
        "kept_not_genuine",
        "mail_refused",
        "mail_server_unreachable",
        "no_mail_sink",
        "no_password",
        "no_strokes",
        "no_time_service",
        "no_packets",
        "no_proof",
        "packets_refused",
        "root_in_token",
        "not_a_director",
        "not_agreed",
        "not_set_up",
        "not_signed_yet",
        "not_this_document",
        "other_organisation",
        "passphrases_differ",
        "pin_unreadable",
        "port_taken",
        "root_awaited",
        "root_not_apart",
        "secret_unreadable",
        "timestamp_keys_revoked",
        "timestamp_password_unreadable",
        "sms_gateway_unreachable",
        "strokes_unreadable",
        "sms_refused",
        "words_of_another_root",
    }
)
"""Codes for the command line, the logs and kiosks; these speak English."""


@cache
def in_use() -> frozenset[str]:
    """Every message id in templates and modules; the singular of plurals."""
    with (PACKAGE / "babel.cfg").open(encoding="utf-8") as config:
        methods, options = parse_mapping_cfg(config)  # type: ignore[no-untyped-call]  # Babel's
    keywords = {**DEFAULT_KEYWORDS, "_l": None}
    found = extract_from_dir(str(PACKAGE), methods, options, keywords=keywords)
    return frozenset(
        message if isinstance(message, str) else message[0] for _, _, message, _, _ in found
    )


@cache
def catalogue(language: str) -> Catalog:
    path = TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def texts(message: Message) -> tuple[list[str], list[str]]:
    """Sources and translations."""
    sources = [message.id] if isinstance(message.id, str) else list(message.id)
    given = message.string or ""
    return sources, [given] if isinstance(given, str) else list(given)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_string_is_translated_and_none_is_fuzzy(language: str) -> None:
    messages = [message for message in catalogue(language) if message.id]
    assert {texts(message)[0][0] for message in messages} == in_use()
    assert [message.id for message in messages if message.fuzzy] == []
    assert [message.id for message in messages if not all(texts(message)[1])] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_survive_translation(language: str) -> None:
    for message in catalogue(language):
        sources, given = texts(message)
        for text in given if message.id else []:
            assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(sources[0]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_plurals_have_all_their_forms(language: str) -> None:
    forms = {"pl": 3, "uk": 3}.get(language, 2)
    for message in catalogue(language):
        if message.pluralizable:
            assert len(texts(message)[1]) == forms


def codes_raised() -> set[str]:
    """The code of every error that a module of head office makes."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            code = node.args[0]
            errors = {"Refused", "NotFound", "NotAllowed", "NotSetUp", "OfficeError"}
            if name in errors and isinstance(code, ast.Constant):
                found.add(str(code.value))
    return found


def test_every_refusal_has_words_for_the_screen() -> None:
    assert codes_raised() - NOT_ON_SCREENS - set(REFUSALS) == set()
