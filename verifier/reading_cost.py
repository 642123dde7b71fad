"""Whether a document will still be cheap enough to verify once it is signed and sealed.

    if not is_affordable(data, reads=40_000): refuse it before anybody signs

Verifying has limits (`verifier.bounded_reading`, `verifier.cross_references`), so that no file can
hold up whoever examines it. Head office asks here before it sends a document out, so that what a
client signs never fails by them. The document is read as the verifier will read the sealed file.
"""

from __future__ import annotations

from typing import Any, Final

from verifier.cross_references import MAX_OBJECTS, TooManyObjectsError
from verifier.file_bytes import Bytes
from verifier.reference_paths import find_usages
from verifier.strict_validation import open_pdf

__all__ = ["READS_PER_FIELD", "READS_PER_SIGNATURE", "is_affordable"]

READS_PER_SIGNATURE: Final = 40_000
"""Reads that one signature costs at most: its value has 10,000 digits with a time-stamp, the
client's mark or the certificate page are objects, too."""
READS_PER_FIELD: Final = 2_000
"""Reads that filling one field costs at most."""
SPARE_OBJECTS: Final = 10_000
"""Objects that signing adds at most: fields, appearances, fonts, signatures."""


def is_affordable(data: Bytes, reads: int) -> bool:
    """Tell whether the verifier's limits leave room for what signing adds.

    Args:
        data: a document that nobody has signed yet, with one plain cross-reference table.
        reads: what signing will add, in reads.

    Raises:
        Exception: anything that pyHanko raises on a file that it cannot read.
    """
    try:
        reader = open_pdf(data)
    except TooManyObjectsError:
        return False
    numbers = reader.xrefs.explicit_refs_in_revision(0)
    if len(numbers) > MAX_OBJECTS - SPARE_OBJECTS:
        return False
    try:
        reader.budget.spend(reads)
        for number in numbers:
            reader.get_object(number)
        find_usages(reader.get_historical_resolver(0), _NothingNew())
    except Exception:
        if reader.budget.is_spent:  # pyHanko turns whatever ends its reading into errors of its own
            return False
        raise
    return True


class _NothingNew:
    """A revision that changes nothing, so that only the page tree is walked."""

    def explicit_refs_in_revision(self) -> set[Any]:
        """No object at all."""
        return set()
