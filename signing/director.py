"""The director's update: what he fills in, the first signature, a certification of the document.

It allows form filling and further signatures in the fields that exist, nothing else
(DocMDP level 2, ISO 32000-1, 12.8.2.2). PAdES level B-B.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from signing.appearances import Caption, add_name_appearance, writing_of
from signing.fields import DIRECTOR_FIELD, DIRECTOR_FILLS, DocumentPlan
from signing.filling import checked_values, fill_fields
from signing.identities import SigningIdentity
from signing.revision import SignatureFacts, open_revision, widget_rectangle, write_signed
from signing.whole_file import whole_file
from signing.words import moment, words_for

__all__ = ["sign_as_director"]


def sign_as_director(
    source: Path,
    target: Path,
    plan: DocumentPlan,
    identity: SigningIdentity,
    now: datetime,
    *,
    timezone: str = "Europe/Warsaw",
    values: Mapping[str, str] | None = None,
) -> None:
    """Sign the prepared document at `source` into a new file.

    Args:
        source: What `signing.prepare` made; it is not changed.
        target: Where the signed document goes; written whole or not at all.
        plan: The document's plan.
        identity: The director's key and certificate.
        now: The claimed time of signing, aware.
        timezone: IANA name of the zone in which the appearance prints that time.
        values: What the director filled in, by the key of the field.

    Raises:
        FieldRefused: A value does not fit its field; nothing was written.
        SigningError: `not_prepared` or `field_missing`.
        OSError: The disk did not take it.
    """
    given = checked_values(plan.director_fields, values or {}, plan.language)
    words = words_for(plan.language)
    caption = Caption(plan.director_name, words.signed_electronically, moment(now, timezone))
    with open_revision(source) as revision, whole_file(target) as temporary:
        writing = writing_of(revision)
        fields = plan.director_fields
        fill_fields(revision, writing, DIRECTOR_FILLS, fields, given, plan.language)
        field = revision.field(DIRECTOR_FIELD)
        form = add_name_appearance(revision, writing, caption, widget_rectangle(field))
        revision.set_appearance(field, form)
        facts = SignatureFacts(DIRECTOR_FIELD, certifies=True)
        write_signed(revision, temporary, facts, identity, now)
