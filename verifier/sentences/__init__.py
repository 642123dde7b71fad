"""What findings and outcomes are called in the languages that people read."""

from __future__ import annotations

from typing import Final

from verifier.sentences import de, en, pl, uk

__all__ = ["DEFAULT_LANGUAGE", "LANGUAGES", "sentence"]

LANGUAGES: Final[dict[str, dict[str, str]]] = {
    "pl": pl.SENTENCES,
    "en": en.SENTENCES,
    "de": de.SENTENCES,
    "uk": uk.SENTENCES,
}
"""Language code to sentences; a sentence may name details in braces."""
DEFAULT_LANGUAGE: Final = "en"
"""What is spoken to whoever asks for another language."""

MAX_DETAIL_CHARACTERS: Final = 120
"""Details come from the file, too: longer ones are cut when they are shown."""


def sentence(code: str, detail: dict[str, str], language: str) -> str:
    """Say a finding, an outcome or a label in a language."""
    template = LANGUAGES.get(language, LANGUAGES[DEFAULT_LANGUAGE])[code]
    said = template.format_map({key: _shown(value) for key, value in detail.items()})
    return said[:-1] if said.endswith("..") else said  # "Example Sp. z o.o." ends a sentence


def _shown(value: str) -> str:
    printable = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in value)
    if len(printable) > MAX_DETAIL_CHARACTERS:
        return printable[: MAX_DETAIL_CHARACTERS - 1] + "…"
    return printable
