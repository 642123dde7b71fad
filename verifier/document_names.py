"""What a document calls itself, its pages, and whose signatures it waits for, as it was certified.

The kiosk writes the certificate. Without this it could call a document what it likes, or let
somebody else sign. Head office puts title and number into the document information, the document's
id in the place of the permanent identifier (ISO 32000-2 14.3.3, 14.4), and each person's name into
the field for their signature (table 226, /TU); all of it is certified and never changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from verifier.claims import MAX_NAME_BYTES, MAX_NUMBER_BYTES, MAX_TITLE_BYTES, Claims, cut_text
from verifier.errors import TokenError
from verifier.findings import finding
from verifier.page_tree import pages_of
from verifier.same_objects import raw_entry
from verifier.verdict import Finding

__all__ = ["judge_document"]

_INFO: Final = frozenset({"/Title", "/Subject", "/Producer", "/CreationDate", "/ModDate"})
"""What the document information says; readers show it, so no author or keywords."""


def judge_document(reader: Any, people: Sequence[Any], claims: Claims) -> list[Finding]:
    """Judge whether the certificate is about the document that the director certified, all of it.

    Args:
        reader: pyHanko's reader of the file.
        people: the signatures of people in signing order, the director's first.
        claims: what the certificate states.
    """
    trailer, revision = reader.trailer, people[0].signed_revision
    info = trailer.raw_get("/Info", revision=revision).get_object()
    identifier = trailer.raw_get("/ID", revision=revision)[0]
    stated = (
        (_cut(info, "/Title", MAX_TITLE_BYTES), claims.title),
        (_cut(info, "/Subject", MAX_NUMBER_BYTES), claims.number),
        *(
            (_cut(signature.sig_field, "/TU", MAX_NAME_BYTES), signer.name)
            for signature, signer in zip(people, claims.signers, strict=True)
        ),
        (bytes(identifier.original_bytes).hex(), claims.document_id.hex()),
        ("".join(sorted(set(info) - _INFO)), ""),
    )
    for found, expected in stated:
        if found != expected:
            return [finding("document_differs", found=found, expected=expected)]
    tree = reader.root["/Pages"]
    for pages in (int(tree["/Count"]), len(list(pages_of(tree)))):
        if pages != claims.pages:
            return [finding("pages_differ", found=str(pages), expected=str(claims.pages))]
    return []


def _cut(entries: Any, key: str, max_bytes: int) -> str:
    """A text in the form that tokens use."""
    try:
        return cut_text(str(raw_entry(entries, key) or ""), max_bytes)
    except TokenError:
        return "?"
