"""Finding due documents by the beginnings of words, without reading any of them.

The words of a document's numbers, title and client lie in a table of their own, in the encrypted
store; a trigger of the store forgets them the moment a document's record goes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

from kiosk.store import Store
from sync.records import MAX_ROW_BYTES, DocumentDue
from sync.strict_json import parse_object

__all__ = ["find_due", "folded", "index_document", "index_missing"]

MAX_SEARCH_LETTERS: Final = 60
MAX_WORDS: Final = 60
"""Of one document; a title has at most 400 letters."""
MAX_WORD_LETTERS: Final = 40
RARE: Final = 500
"""Fewer documents than this are sorted in no time."""
_FEW: Final = (
    " AND d.document_id IN (SELECT document_id FROM search_word WHERE word >= ? AND word < ?)"
)
_MANY: Final = (
    " AND EXISTS (SELECT 1 FROM search_word w WHERE w.document_id = d.document_id"
    " AND w.word >= ? AND w.word < ?)"
)
_AFTER: Final = "\U0010ffff"
"""Sorts after every letter."""


def folded(text: str) -> str:
    """Letters without case and accents, so that "zolc" finds "Żółć"."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def index_document(store: Store, record: DocumentDue) -> None:
    """Keep the words of a document; inside the transaction that keeps its record."""
    shown = f"{record.short_number} {record.short_number[3:]}"  # people read it in two groups
    text = folded(f"{shown} {record.number} {record.client_name} {record.title}")
    words = dict.fromkeys(word for one in text.split() for word in _beginnings(one))
    database = store.database
    database.execute("DELETE FROM search_word WHERE document_id = ?", (record.document_id,))
    for word in list(words)[:MAX_WORDS]:
        database.execute(
            "INSERT INTO search_word (word, document_id) VALUES (?, ?)",
            (word, record.document_id),
        )


def index_missing(store: Store) -> None:
    """Keep the words of documents that came before there was such a table."""
    rows = store.rows(
        "SELECT record FROM document d WHERE state = 'due' AND NOT EXISTS"
        " (SELECT 1 FROM search_word w WHERE w.document_id = d.document_id)"
    )
    with store.transaction():
        for (text,) in rows:
            record = DocumentDue.from_json(parse_object(str(text).encode(), MAX_ROW_BYTES))
            index_document(store, record)


def find_due(store: Store, text: str, most: int) -> list[str]:
    """Ids of due documents of which every word of `text` begins a word; those begun come first."""
    given = folded(text[:MAX_SEARCH_LETTERS]).split()
    words = [next(_beginnings(one), "") for one in given]
    if "" in words:
        return []  # nothing but signs: no document has such a word
    bounds = [bound for word in words for bound in (word, word + _AFTER)]
    condition = (_FEW if _few(store, words) else _MANY) * len(words)
    begun = store.rows(
        "SELECT d.document_id FROM progress p JOIN document d USING (document_id)"  # noqa: S608
        f" WHERE d.state = 'due'{condition}"
        " ORDER BY p.ceremony_id != '' DESC, d.received_at DESC, d.document_id LIMIT ?",
        (*bounds, most),
    )
    found = [str(row[0]) for row in begun]
    others = store.rows(
        "SELECT d.document_id FROM document d"  # noqa: S608 - our own words
        f" WHERE d.state = 'due'{condition} AND NOT EXISTS"
        " (SELECT 1 FROM progress p WHERE p.document_id = d.document_id)"
        " ORDER BY d.received_at DESC, d.document_id LIMIT ?",
        (*bounds, most - len(found)),
    )
    return found + [str(row[0]) for row in others]


def _few(store: Store, words: Sequence[str]) -> bool:
    """Whether some word is rare: then its documents are looked up, else the newest are tried."""
    return any(
        len(
            store.rows(
                "SELECT 1 FROM search_word WHERE word >= ? AND word < ? LIMIT ?",
                (word, word + _AFTER, RARE),
            )
        )
        < RARE
        for word in words
    )


def _beginnings(word: str) -> Iterator[str]:
    """A word from its first letter or digit on, and from the one after each sign in it."""
    return (word[found.start() :][:MAX_WORD_LETTERS] for found in re.finditer(r"\w+", word))
