"""What clients agreed to can be found again: no wording ever changes under its version."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from signing.ceremony.consent import CONSENT_VERSION, WORDINGS, consent_digest, consent_text
from signing.ceremony.progress import CEREMONY_LANGUAGES
from tests.ceremony.at_the_screen import AtTheScreen

DIGESTS = {
    ("2026-1", "de"): "f4aecc7dee95e85442ba01aa5b53cb0ad24e76ee3dda03e3a8aee2975005ff7d",
    ("2026-1", "en"): "535ba63e0fdc83b831c5c3e9849c8fd119323aebad3f87c4d095f8553457efdc",
    ("2026-1", "pl"): "b0da9c09cfb4e6e51b2166d132c5a44176f3bab92de9af1618d71c50293c8719",
    ("2026-1", "uk"): "88d733260377c58ad5a51c70101fc6b1eb04cee6c70e1959fa8185ab56d6966c",
    ("2026-2", "de"): "9bc8381deec138ea20aeb6d6815b6a83e72b82735eac18c03d0fda759f7c9b5e",
    ("2026-2", "en"): "8f9876275a9c54b8c016ce714496844f79bace93755304baf3d06700853cd367",
    ("2026-2", "pl"): "327327344965ecfd07d7f9d4043ac64441cc251f34e4e0f9583967acdc204d20",
    ("2026-2", "uk"): "06cfad7b599af9859c5e65729acc09b051be8551fbf2bba9b14a65e1b1e1161f",
}
"""Add to these with a new version; a change of one that is here changes what people agreed to."""

GUIDE = Path(__file__).parents[2] / "docs" / "consent.md"


def test_no_wording_was_changed_added_or_lost() -> None:
    found = {
        (version, language): consent_digest(language, version)
        for version, languages in WORDINGS.items()
        for language in languages
    }
    assert found == DIGESTS


def test_every_version_speaks_every_language() -> None:
    assert CONSENT_VERSION in WORDINGS
    for version, languages in WORDINGS.items():
        assert set(languages) == set(CEREMONY_LANGUAGES)
        assert len({len(sentences) for sentences in languages.values()}) == 1
        assert re.fullmatch(r"\d{4}-\d+", version)


def test_the_guide_shows_every_wording_with_its_hash() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    for (version, language), digest in DIGESTS.items():
        assert f"## {version}" in guide
        assert digest in guide
        for sentence in consent_text(language, version):
            assert sentence in guide


@pytest.mark.parametrize("language", CEREMONY_LANGUAGES)
def test_the_screen_shows_this_very_wording(client: AtTheScreen, language: str) -> None:
    client.to("review")
    with client.browser.session_transaction() as session:
        session["language"] = language
    client.open("/ceremony/agree")
    for sentence in consent_text(language):
        assert sentence in client.words
