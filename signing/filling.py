"""Filling a signer's fields in an update: the client's and the director's alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pyhanko.pdf_utils import generic

from signing.appearances import Writing, add_text_appearance
from signing.errors import FieldRefused
from signing.field_rules import check_value
from signing.field_specs import FieldKind, FieldSpec
from signing.fields import asked_fields
from signing.revision import Revision, text_string, widget_rectangle
from signing.value_appearance import CHECKED
from signing.value_forms import printed

__all__ = ["checked_values", "fill_fields"]


def checked_values(
    fields: Sequence[FieldSpec], values: Mapping[str, str], language: str
) -> dict[str, str]:
    """The canonical value of every field that its signer is asked for, empty where none was given.

    Args:
        fields: All fields of the signer; those that head office has fixed are passed over.
        values: What was given, by key.
        language: The document's.

    Raises:
        FieldRefused: One does not fit, a required one is missing, or one has no field that may
            be filled (`unknown_field`).
    """
    asked = asked_fields(fields)
    unknown = set(values) - {spec.key for spec in asked}
    if unknown:
        raise FieldRefused(
            "unknown_field",
            f"The document has no field “{min(unknown)[:40]}” for this signer.",
            "Start again with the document as head office sent it.",
        )
    return {spec.key: check_value(spec, values.get(spec.key, ""), language) for spec in asked}


def fill_fields(
    revision: Revision,
    writing: Writing,
    group: str,
    fields: Sequence[FieldSpec],
    values: Mapping[str, str],
    language: str,
) -> None:
    """Write values and their appearances into an update.

    Args:
        revision: The update.
        writing: The document's font.
        group: Name of the parent of the signer's fields.
        fields: The signer's fields.
        values: What `checked_values` returned.
        language: The document's.

    Raises:
        FieldRefused: `unsupported_letters`, for a document whose font lacks a letter.
        SigningError: `field_missing`.
    """
    for spec in asked_fields(fields):
        if values[spec.key]:
            field = revision.field(f"{group}.{spec.key}")
            _fill(revision, writing, field, spec, printed(spec, values[spec.key], language))


def _fill(revision: Revision, writing: Writing, field: Any, spec: FieldSpec, text: str) -> None:
    if spec.kind is FieldKind.CHECKBOX:
        field[generic.pdf_name("/V")] = generic.pdf_name(CHECKED)
        field[generic.pdf_name("/AS")] = generic.pdf_name(CHECKED)
        revision.update_container(field)
        return
    if not writing.font.can_write(text.replace("\n", "")):  # prepared by an older release
        raise FieldRefused(
            "unsupported_letters",
            f"“{text[:60]}” cannot be written in the font that this document carries.",
            "Use Latin or Cyrillic letters, digits and common punctuation.",
            {"letters": text[:60]},
        )
    field[generic.pdf_name("/V")] = text_string(text)
    form = add_text_appearance(revision, writing, text, spec.kind, widget_rectangle(field))
    revision.set_appearance(field, form)
