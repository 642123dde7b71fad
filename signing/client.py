"""The client's update: values, stamp, handwritten mark and signature in one revision.

One revision and not two: what is filled in and the signature that covers it arrive together, and
validators that judge each revision by itself see a form being filled and signed.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from signing.appearances import (
    Caption,
    add_mark_appearance,
    add_stamp_appearance,
    writing_of,
)
from signing.errors import FieldRefused
from signing.fields import (
    ClientPlan,
    DocumentPlan,
    client_field,
    fill_group,
    stamp_field,
)
from signing.filling import checked_values, fill_fields
from signing.identities import SigningIdentity
from signing.marks import ClientAnswers
from signing.revision import (
    Revision,
    SignatureFacts,
    open_revision,
    widget_rectangle,
    write_signed,
)
from signing.whole_file import whole_file
from signing.words import moment, words_for

__all__ = ["sign_as_client"]


def sign_as_client(
    source: Path,
    target: Path,
    plan: DocumentPlan,
    client_index: int,
    answers: ClientAnswers,
    identity: SigningIdentity,
    now: datetime,
    *,
    timezone: str = "Europe/Warsaw",
) -> None:
    """Fill in and sign the document at `source` into a new file.

    Args:
        source: The document as the previous signer left it; it is not changed.
        target: Where the signed document goes; written whole or not at all.
        plan: The document's plan.
        client_index: Which client, from 0.
        answers: What the client gave.
        identity: The client's one-shot key and certificate.
        now: The claimed time of signing, aware.
        timezone: IANA name of the zone in which the appearance prints that time.

    Raises:
        FieldRefused: A value does not fit its field; nothing was written.
        SigningError: `not_prepared`, `field_missing`, `picture_unusable` or what is wrong with
            the mark.
        OSError: The disk did not take it.
    """
    client = plan.clients[client_index]
    values = checked_values(client.fields, answers.values, plan.language)
    words = words_for(plan.language)
    caption = Caption(client.name, words.signed_electronically, moment(now, timezone))
    with open_revision(source) as revision, whole_file(target) as temporary:
        writing = writing_of(revision)
        group = fill_group(client_index)
        fill_fields(revision, writing, group, client.fields, values, plan.language)
        if answers.stamp_png is not None:
            _stamp(revision, client, client_index, answers.stamp_png)
        name = client_field(client_index)
        field = revision.field(name)
        form = add_mark_appearance(
            revision, writing, answers.mark, caption, widget_rectangle(field)
        )
        revision.set_appearance(field, form)
        write_signed(revision, temporary, SignatureFacts(name), identity, now)


def _stamp(revision: Revision, client: ClientPlan, client_index: int, png: bytes) -> None:
    if client.stamp is None:
        raise FieldRefused(
            "stamp_not_asked",
            "The document has no place for a stamp of this client.",
            "Go on without the stamp.",
        )
    field = revision.field(stamp_field(client_index))
    revision.set_appearance(field, add_stamp_appearance(revision, png, widget_rectangle(field)))
