"""What a client was shown, as the journal keeps it: no personal data, and bounded."""

from __future__ import annotations

import textwrap
from hashlib import sha256
from typing import Final

from signing.ceremony.consent import WORDINGS, consent_digest
from signing.certificate_facts import EvidenceSummary
from sync.records import BodyValue

__all__ = ["evidence_body"]

LETTERS_PER_ENTRY: Final = 500
"""An event's texts have at most 512 letters."""
MAX_ENTRIES: Final = 8
"""Room for the seconds of 800 pages at the least, within an event's 8 KiB."""
MAX_HASHES: Final = 4
"""Entries of hashes of pages: some 115 pages; the hash of the whole list covers the others."""


def evidence_body(evidence: EvidenceSummary, shown_sha256: str) -> dict[str, BodyValue]:
    """The entries of an event that tell what was shown.

    Args:
        evidence: As the screens saw it.
        shown_sha256: SHA-256, hex, of the PDF whose pages were shown.
    """
    body: dict[str, BodyValue] = {
        "shown_sha256": shown_sha256,
        "pages_shown": evidence.pages_shown,
        "pages_total": evidence.pages_total,
        "seconds_reading": evidence.seconds_reading,
        "consent_version": evidence.consent_version,
        "language": evidence.language,
        "shown_with": " ".join(evidence.shown_with),
        "input": evidence.input,
    }
    if evidence.language in WORDINGS.get(evidence.consent_version, {}):
        body["consent_sha256"] = consent_digest(evidence.language, evidence.consent_version)
    seconds = " ".join(str(each) for each in evidence.page_seconds)
    for number, part in enumerate(textwrap.wrap(seconds, LETTERS_PER_ENTRY)[:MAX_ENTRIES], 1):
        body[f"page_seconds_{number}"] = part
    if any(evidence.page_hashes):
        shown = " ".join(each or "-" for each in evidence.page_hashes)
        body["page_hashes_sha256"] = sha256(shown.encode()).hexdigest()
        for number, part in enumerate(textwrap.wrap(shown, LETTERS_PER_ENTRY)[:MAX_HASHES], 1):
            body[f"page_hashes_{number}"] = part
    if evidence.ink_rate_hz:
        body["ink_rate_hz"] = round(evidence.ink_rate_hz)
    return body
