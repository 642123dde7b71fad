"""What each update of a sealed file may hold, judged without the rules of a PDF library.

PyHanko compares revisions by what changed objects mean. This is the second, simpler opinion: each
update holds exactly one signature (ISO 32000-2 7.5.6), starts where the one before ended, and
redefines nothing but empty fields that its signer fills (`verifier.filled_fields`). All its bytes
are in the plainest form (`verifier.plain_update`), so that every reader sees the same update.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from verifier.file_bytes import Bytes
from verifier.filled_fields import is_filled_field, shows_one_thing
from verifier.findings import Refused
from verifier.plain_drawing import is_plain_stream
from verifier.plain_update import NotPlainError, plain_update
from verifier.same_objects import named_numbers

__all__ = ["check_updates", "first_new_number", "keeps_its_trailer"]


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
        revision, field = first + place + 1, str(after.field_name)
        if not (
            after.signed_revision == revision
            and _is_plain(data, _end(before), _end(after))
            and keeps_its_trailer(reader, revision)
            and _fills_its_own(reader, revision, field)
        ):
            raise Refused("changed_after_signature", field=str(before.field_name))


def first_new_number(reader: Any, revision: int) -> int:
    """The lowest object number that no revision before could use."""
    sections = (reader.xrefs.get_xref_container_info(each) for each in range(revision))
    return max(int(section.size) for section in sections)


def keeps_its_trailer(reader: Any, revision: int) -> bool:
    """Tell whether a trailer, in the plainest form, says what the one before said.

    Catalog, document information and the first identifier are the same; /Size is one more than the
    highest number: where it is not, readers drop objects, or rebuild the table in their own way
    (ISO 32000-2 table 15).
    """

    def said(at: int) -> tuple[Any, ...]:
        root, info = (reader.trailer.raw_get(key, revision=at) for key in ("/Root", "/Info"))
        identifier = reader.trailer.raw_get("/ID", revision=at)[0]
        return root.idnum, info.idnum, identifier.original_bytes

    size, before = (int(reader.xrefs.get_xref_container_info(revision - n).size) for n in (0, 1))
    numbers = [each.idnum for each in reader.xrefs.explicit_refs_in_revision(revision)]
    highest = max(before, *(number + 1 for number in numbers))
    return size == highest and said(revision) == said(revision - 1)


def _is_plain(data: Bytes, start: int, end: int) -> bool:
    """Tell whether data[start:end] is one update in its plainest form."""
    try:
        return plain_update(data, start, end).end == end
    except NotPlainError:
        return False


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
    lent = _lent(before)
    for reference in reader.xrefs.explicit_refs_in_revision(revision):
        made = after.get_object(reference)
        if reference.idnum >= first_new:
            kept = (
                shows_one_thing(made)
                and is_plain_stream(made)
                and all(n >= first_new or n in lent for n in named_numbers(made))
            )
        else:
            kept = is_filled_field(before.get_object(reference), made, field)
        if not kept:
            return False
    return True


def _lent(before: Any) -> set[int]:
    """Numbers of before that a new object may name: the catalog, and the fonts of the form.

    Whatever else was certified draws as it likes, and not in the place of another drawing.
    """
    form = before.root["/AcroForm"]
    fonts = form["/DR"]["/Font"] if "/DR" in form else {}
    root: int = before.trailer_view.raw_get("/Root").idnum
    return {root, *named_numbers(fonts)}
