"""What each update of a sealed file may hold, judged without the rules of a PDF library.

PyHanko compares revisions by what changed objects mean. This is the second, simpler opinion: each
update holds exactly one signature (ISO 32000-2 7.5.6), starts where the one before ended, and
redefines nothing but empty fields that its signer fills (`verifier.filled_fields`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

from verifier.cross_references import follows_directly
from verifier.file_bytes import Bytes, matches
from verifier.filled_fields import is_filled_field, shows_one_thing
from verifier.findings import Refused
from verifier.pdf_patterns import pdf_pattern

__all__ = ["check_updates", "first_new_number", "keeps_its_trailer"]

_FIRST_OBJECT: Final = pdf_pattern(rb"\s{0,2}\d{1,10} \d{1,5} obj\b")
_END_OF_UPDATE: Final = pdf_pattern(rb"startxref\s{1,8}\d{1,15}\s{1,8}%%EOF")
_NOTHING_BEHIND: Final = pdf_pattern(rb"%%EOF\s{0,8}\Z")

_ANY_OBJECT: Final = pdf_pattern(rb"(?<!\d)\d{1,10}\s{1,8}\d{1,5}\s{1,8}obj(?![a-z])")
LONGEST_END: Final = 64
"""How long the end of an update is at most, and the head of its first object."""


def check_updates(reader: Any, data: Bytes, signatures: Sequence[Any]) -> None:
    """Check the update of each signature, the seal last.

    Args:
        reader: pyHanko's reader of the file.
        data: the file up to the end of the seal.
        signatures: all signatures in signing order.

    Raises:
        Refused: `changed_after_signature`.
    """
    first = signatures[0].signed_revision
    for place, (before, after) in enumerate(pairwise(signatures)):
        start, end = _end(before), _end(after)
        one_update = (
            after.signed_revision == first + place + 1
            and _FIRST_OBJECT.match(data[start : start + LONGEST_END]) is not None
            and len(list(matches(_END_OF_UPDATE, data, LONGEST_END, start, end))) == 1
            and _NOTHING_BEHIND.search(data[max(start, end - LONGEST_END) : end]) is not None
            and follows_directly(data, start, end)
            and _lists_all(reader, data, after.signed_revision, start, end)
        )
        if not one_update:
            raise Refused("changed_after_signature", field=str(before.field_name))
    for before, after in pairwise(signatures):
        revision, field = after.signed_revision, str(after.field_name)
        if not keeps_its_trailer(reader, revision) or not _fills_its_own(reader, revision, field):
            raise Refused("changed_after_signature", field=str(before.field_name))


def first_new_number(reader: Any, revision: int) -> int:
    """The lowest object number that no revision before could use."""
    sections = (reader.xrefs.get_xref_container_info(each) for each in range(revision))
    return max(int(section.size) for section in sections)


def keeps_its_trailer(reader: Any, revision: int) -> bool:
    """Tell whether catalog and document information are the same objects as one revision before."""

    def named(key: str, at: int) -> int | None:
        try:
            number: int = reader.trailer.raw_get(key, revision=at).idnum
        except KeyError:
            return None
        return number

    return all(named(key, revision) == named(key, revision - 1) for key in ("/Root", "/Info"))


def _lists_all(reader: Any, data: Bytes, revision: int, start: int, end: int) -> bool:
    """Tell whether an update's table names all that looks like an object there.

    Readers that find a table damaged collect objects themselves, and the last one counts.
    """
    listed = len(set(reader.xrefs.explicit_refs_in_revision(revision)))
    return len(list(matches(_ANY_OBJECT, data, LONGEST_END, start, end))) == listed


def _end(signature: Any) -> int:
    """Where the bytes that a signature covers end."""
    _, _, start, length = signature.byte_range
    return int(start) + int(length)


def _fills_its_own(reader: Any, revision: int, field: str) -> bool:
    """Tell whether an update redefines nothing but the fields that its signer fills."""
    if reader.xrefs.refs_freed_in_revision(revision):
        return False
    before = reader.get_historical_resolver(revision - 1)
    after = reader.get_historical_resolver(revision)
    first_new = first_new_number(reader, revision)
    for reference in reader.xrefs.explicit_refs_in_revision(revision):
        made = after.get_object(reference)
        if reference.idnum >= first_new:
            kept = shows_one_thing(made)
        else:
            kept = is_filled_field(before.get_object(reference), made, field)
        if not kept:
            return False
    return True
