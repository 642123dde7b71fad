"""What each update of a sealed file may hold, judged without the rules of a PDF library.

PyHanko compares revisions by what changed objects mean. This is the second, simpler opinion: each
update holds exactly one signature (ISO 32000-2 7.5.6), starts where the one before ended, and
redefines nothing but form fields, the lists that name them and the catalog. Whatever draws a
page is a stream or a resource, and neither is ever redefined.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

from verifier.cross_references import follows_directly
from verifier.file_bytes import Bytes, matches
from verifier.findings import Refused
from verifier.same_objects import raw_entry, same, same_but

__all__ = ["check_updates", "first_new_number", "keeps_its_trailer"]

_FIRST_OBJECT: Final = re.compile(rb"\s{0,2}\d{1,10} \d{1,5} obj\b")
_END_OF_UPDATE: Final = re.compile(rb"startxref\s{1,8}\d{1,15}\s{1,8}%%EOF")
_NOTHING_BEHIND: Final = re.compile(rb"%%EOF\s{0,8}\Z")

LONGEST_END: Final = 64
"""How long the end of an update is at most, and the head of its first object."""

_PAGE_LISTS: Final = frozenset({"/Annots"})
"""What an update may change in a page."""
_FORM_LISTS: Final = frozenset({"/Fields", "/SigFlags"})
"""What it may change in the form."""


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
        )
        if not one_update:
            raise Refused("changed_after_signature", field=str(before.field_name))
    for revision in range(first + 1, reader.xrefs.total_revisions):
        same = keeps_its_trailer(reader, revision)
        if not same or _redefines_more_than_forms(reader, revision):
            before = signatures[min(revision - first, len(signatures)) - 1]
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


def _end(signature: Any) -> int:
    """Where the bytes that a signature covers end."""
    _, _, start, length = signature.byte_range
    return int(start) + int(length)


def _redefines_more_than_forms(reader: Any, revision: int) -> bool:
    """Tell whether an update frees or redefines an object that is no part of the form."""
    from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, StreamObject

    references = reader.xrefs
    if references.refs_freed_in_revision(revision):
        return True
    before = reader.get_historical_resolver(revision - 1)
    after = reader.get_historical_resolver(revision)
    first_new = first_new_number(reader, revision)
    for reference in references.explicit_refs_in_revision(revision):
        if reference.idnum >= first_new:
            continue
        old, new = before.get_object(reference), after.get_object(reference)
        if isinstance(old, StreamObject) or type(old) is not type(new):
            return True
        if isinstance(old, DictionaryObject):
            if not _may_change(old, new):
                return True
        elif not isinstance(old, ArrayObject) or not _only_dictionaries(new):
            return True
    return False


def _may_change(old: Any, new: Any) -> bool:
    kind = old.get("/Type")
    if kind != new.get("/Type"):
        return False
    if kind == "/Page":
        return same_but(old, new, _PAGE_LISTS)
    if kind == "/Catalog":
        return _same_form(raw_entry(old, "/AcroForm"), raw_entry(new, "/AcroForm"))
    if "/Fields" in old:
        return _same_form(old, new)
    return any(key in old for key in ("/FT", "/T")) or old.get("/Subtype") == "/Widget"


def _same_form(old: Any, new: Any) -> bool:
    """Fonts, default appearance and who draws it stay; fields are judged one by one."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return same(old, new)
    return same_but(old, new, _FORM_LISTS)


def _only_dictionaries(array: Any) -> bool:
    """Lists of fields and annotations hold dictionaries; lists of contents hold streams."""
    from pyhanko.pdf_utils.generic import DictionaryObject, StreamObject

    items = [each.get_object() for each in array]
    return all(
        isinstance(each, DictionaryObject) and not isinstance(each, StreamObject) for each in items
    )
