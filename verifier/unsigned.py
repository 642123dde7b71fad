"""Judging a document that nobody has signed yet: what would speak against it once it is sealed.

    pages = check_unsigned(data, reads=40_000, updates=2)    # raises: nobody may sign it

Head office asks here before it sends a document out, so that what a client signs never fails by the
document itself: by a limit (`verifier.bounded_reading`, `verifier.cross_references`,
`verifier.reference_paths`), or by something that readers show differently (docs/genuine-pdf.md 4c
and 4d). The document is read once, as the verifier will read the sealed file.
"""

from __future__ import annotations

from typing import Any, Final

from verifier.bounded_reading import ReadingLimitError
from verifier.cross_references import MAX_OBJECTS, TooManyObjectsError
from verifier.file_bytes import Bytes
from verifier.form_fields import check_form, form_fields
from verifier.plain_document import check_document, check_part
from verifier.reference_paths import MAX_PARTS_WALKED, find_usages
from verifier.strict_validation import open_pdf

__all__ = ["READS_PER_FIELD", "READS_PER_SIGNATURE", "TooManyPartsError", "check_unsigned"]

READS_PER_SIGNATURE: Final = 40_000
"""Reads that one signature costs at most: its value has 10,000 digits with a time-stamp, the
client's mark or the certificate page are objects, too."""
READS_PER_FIELD: Final = 2_000
"""Reads that filling one field costs at most."""
SPARE_OBJECTS: Final = 10_000
"""Objects that signing adds at most: fields, appearances, fonts, signatures."""


class TooManyPartsError(ValueError):
    """A document for which the verifier's limits leave no room."""


def check_unsigned(data: Bytes, reads: int, updates: int) -> int:
    """Check that nothing of a document would keep the finished file from being genuine.

    Args:
        data: the document, with one plain cross-reference table, with its form or still without.
        reads: what signing will add, in reads.
        updates: how many signatures will follow the first one.

    Returns:
        The number of its pages.

    Raises:
        TooManyPartsError: verifying it would take more than the limits allow.
        Refused: `readers_may_differ`, `field_differs`, `field_unreadable`.
        Exception: anything that pyHanko raises on a file that it cannot read.
    """
    try:
        reader = open_pdf(data)
    except TooManyObjectsError as error:
        raise TooManyPartsError(str(error)) from error
    numbers = reader.xrefs.explicit_refs_in_revision(0)
    if len(numbers) > MAX_OBJECTS - SPARE_OBJECTS:
        raise TooManyPartsError("too many objects")
    try:
        reader.budget.spend(reads)
        for number in numbers:
            reader.get_object(number)
        return _examine(reader, updates)
    except Exception as error:
        if reader.budget.is_spent:  # pyHanko turns whatever ends its reading into errors of its own
            raise TooManyPartsError("too much to read") from error
        raise


def _examine(reader: Any, updates: int) -> int:
    catalog = reader.root
    if "/AcroForm" in catalog:
        check_form(reader)
        changed = {field.container_ref for _, field in form_fields(catalog["/AcroForm"])}
    else:  # whatever will lead to the form leads to the catalog first
        changed = {reader.trailer.raw_get("/Root").reference}
    check_document(reader)
    try:
        find_usages(reader.get_historical_resolver(0), _Changing(changed), check_part)
    except ReadingLimitError as error:
        raise TooManyPartsError(str(error)) from error
    if reader.parts_walked * updates > MAX_PARTS_WALKED:
        raise TooManyPartsError("too many ways through the document")
    return int(catalog["/Pages"]["/Count"])


class _Changing:
    """The updates to come: together they overwrite these objects."""

    def __init__(self, changed: set[Any]) -> None:
        self._changed = changed

    def explicit_refs_in_revision(self) -> set[Any]:
        """All that exists and will be written anew."""
        return self._changed
