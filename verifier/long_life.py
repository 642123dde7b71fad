"""What may follow the seal: evidence for long keeping (ETSI EN 319 142-1 5.5), nothing that shows.

The updates are cut byte by byte first (`verifier.tail_bytes`), so a PDF parser only ever sees a
small and plain tail. Then every object has to be one of a short list: validation data (DSS), a
document timestamp, its invisible field, and the catalog, form and page that name them with one
entry more. Each timestamp must be intact; the evidence counts when the trust list holds every
timestamping service with the role `timestamp`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from verifier.claims import Claims
from verifier.document_stamps import judge_stamps
from verifier.file_bytes import Bytes
from verifier.findings import Refused
from verifier.plain_update import PlainUpdate
from verifier.revisions import first_new_number, keeps_its_trailer
from verifier.same_objects import named_numbers, raw_entry, same, same_but
from verifier.strict_validation import byte_range, open_pdf
from verifier.tail_bytes import TailError, tail_updates
from verifier.trust_list import TrustList
from verifier.verdict import Finding

__all__ = ["judge_tail"]

_UUID: Final = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_FIELD_NAME: Final = re.compile(rf"Timestamp(?:[0-9]{{1,3}}|-{_UUID})?")
"""Name of a timestamp's field: one with a number, or with a UUID. Viewers show it."""

MAX_FLAGS: Final = 1 << 10
"""No annotation has more flags."""
_DSS_LISTS: Final = ("/Certs", "/CRLs", "/OCSPs")
_DSS_KEYS: Final = {"/Type", *_DSS_LISTS}
_VERSION: Final = re.compile(r"/[0-9]\.[0-9]")
_STAMP_KEYS: Final = {"/Type", "/Filter", "/SubFilter", "/Contents", "/ByteRange"}
_STAMP_NAMES: Final = {
    "/Type": "/DocTimeStamp",
    "/Filter": "/Adobe.PPKLite",
    "/SubFilter": "/ETSI.RFC3161",
}
_WIDGET_MUST: Final = {"/FT", "/T", "/V", "/Rect"}
_WIDGET_MAY: Final = _WIDGET_MUST | {"/Type", "/Subtype", "/TU", "/F", "/P"}
_WIDGET_NAMES: Final = {"/FT": "/Sig", "/Type": "/Annot", "/Subtype": "/Widget"}
_CATALOG_MAY_CHANGE: Final = frozenset({"/DSS", "/AcroForm", "/Extensions"})
_ANNOTATIONS: Final = frozenset({"/Annots"})
_FIELDS: Final = frozenset({"/Fields"})
_EXTENSION: Final = frozenset({"/ESIC"})


def judge_tail(
    data: Bytes, sealed_end: int, claims: Claims, trust: TrustList, now: datetime
) -> Finding:
    """Judge everything from the end of the seal to the end of the file.

    Returns:
        `long_life_only` when every timestamp is by a service of the trust list, else
        `long_life_unproved`.

    Raises:
        Refused: `changed_after_seal` when it is anything else.
        Exception: whatever pyHanko raises on a tail that it cannot read.
    """
    try:
        updates = tail_updates(data, sealed_end)
    except TailError as error:
        raise Refused("changed_after_seal") from error
    reader = open_pdf(data)
    revisions = range(reader.xrefs.total_revisions - len(updates), reader.xrefs.total_revisions)
    streams, made = set[int](), 0
    for revision, update in zip(revisions, updates, strict=True):
        streams |= update.streams.keys()
        judged = _Update(reader, revision, update, frozenset(streams))
        if not judged.is_evidence():
            raise Refused("changed_after_seal")
        made += judged.stamps
    stamps = [each for each in reader.embedded_signatures if each.signed_revision in revisions]
    ends = [sum(byte_range(stamp)[2:]) for stamp in stamps]
    closed = ends[-1:] == [len(data)] and set(ends) <= {each.end for each in updates}
    others = len(reader.embedded_signatures) - len(stamps)
    if not closed or others != len(claims.signers) + 1 or made != len(stamps):
        raise Refused("changed_after_seal")  # the last timestamp closes it, a field names each
    return judge_stamps(data, stamps, claims, trust, now)


class _Update:
    """One update after the seal, read against the revision before it."""

    def __init__(
        self, reader: Any, revision: int, update: PlainUpdate, streams: frozenset[int]
    ) -> None:
        self._before = reader.get_historical_resolver(revision - 1)
        self._after = reader.get_historical_resolver(revision)
        self._references = {
            reference.idnum: reference
            for reference in reader.xrefs.explicit_refs_in_revision(revision)
        }
        self._update = update
        self._streams = streams
        self._root = reader.trailer.raw_get("/Root", revision=revision).idnum
        self._keeps_its_trailer = keeps_its_trailer(reader, revision)
        self._first_new = first_new_number(reader, revision)
        self.stamps = 0

    def is_evidence(self) -> bool:
        """Tell whether every object is one that long keeping needs."""
        numbers = self._update.others
        if not self._keeps_its_trailer or {*self._references} != {*numbers, *self._update.streams}:
            return False
        new = {n for n in self._references if self._is_new(n)}
        named = {n for number in numbers for n in named_numbers(self._object(number))}
        return self._update.streams.keys() <= new <= named and all(
            self._is_evidence(self._object(n)) if n in new else self._has_grown(n) for n in numbers
        )

    def _is_new(self, number: int) -> bool:
        return number >= self._first_new

    def _object(self, number: int) -> Any:
        return self._after.get_object(self._references[number])

    def _is_evidence(self, made: Any) -> bool:
        """A new object: DSS, its parts, a timestamp or its field."""
        if isinstance(made, list):
            return self._are_streams(made)
        if not isinstance(made, dict):
            return False
        if _value(made, "/Type", "") == "/DocTimeStamp":
            self.stamps += 1
            return _is_stamp(made)
        return self._is_field(made) or self._is_dss(made)

    def _is_field(self, made: Any) -> bool:
        """The invisible field of a timestamp that was made in this very update."""
        if not isinstance(made, dict) or not _WIDGET_MUST <= set(made) <= _WIDGET_MAY:
            return False
        rectangle = [float(number) for number in _value(made, "/Rect", [1])]
        value: int = getattr(raw_entry(made, "/V"), "idnum", -1)
        return (
            rectangle == [0.0] * 4
            and all(_is_name(_value(made, key, None), name) for key, name in _WIDGET_NAMES.items())
            and all(_is_field_name(_value(made, key, None)) for key in ("/T", "/TU"))
            and _is_flags(raw_entry(made, "/F"))
            and ("/P" not in made or self._is_page(raw_entry(made, "/P")))
            and value in self._references
            and self._is_new(value)
            and _value(self._object(value), "/Type", "") == "/DocTimeStamp"
        )

    def _is_page(self, named: Any) -> bool:
        return hasattr(named, "idnum") and _value(named.get_object(), "/Type", "") == "/Page"

    def _is_dss(self, made: Any) -> bool:
        if not isinstance(made, dict) or not set(made) <= _DSS_KEYS:
            return False
        return _is_name(_value(made, "/Type", None), "/DSS") and all(
            self._are_streams(_value(made, key, [])) for key in _DSS_LISTS
        )

    def _are_streams(self, listed: Any) -> bool:
        """Evidence is a list of streams that stand behind the seal themselves."""
        return isinstance(listed, list) and all(
            getattr(each, "idnum", None) in self._streams for each in list(listed)
        )

    def _has_grown(self, number: int) -> bool:
        """An object of before: what names the evidence may name more, and is else the same."""
        old, new = self._before.get_object(self._references[number]), self._object(number)
        if isinstance(old, list) and isinstance(new, list):
            return self._starts_with(new, old) and self._is_list_of_fields(number, old, new)
        if not (isinstance(old, dict) and isinstance(new, dict)) or hasattr(old, "encoded_data"):
            return False
        if number == self._root:
            return same_but(old, new, _CATALOG_MAY_CHANGE) and self._catalog_grown(old, new)
        if old.get("/Type") == "/Page":
            return same_but(old, new, _ANNOTATIONS) and self._list_grown(old, new, "/Annots")
        catalog = self._before.trailer_view["/Root"]
        if number == getattr(raw_entry(catalog, "/AcroForm"), "idnum", None):
            return self._form_grown(old, new)
        named = getattr(raw_entry(catalog, "/DSS"), "idnum", None)
        return number == named and self._is_dss(old) and self._is_dss(new)

    def _is_list_of_fields(self, number: int, old: Sequence[Any], new: Sequence[Any]) -> bool:
        """The form's list, or the annotations of the page that the added fields name."""
        form = _value(self._before.trailer_view["/Root"], "/AcroForm", {})
        if getattr(raw_entry(form, "/Fields"), "idnum", None) == number:
            return True
        pages = [_value(each.get_object(), "/P", {}) for each in list(new)[len(old) :]]
        return all(
            _value(page, "/Type", "") == "/Page"
            and getattr(raw_entry(page, "/Annots"), "idnum", None) == number
            for page in pages
        )

    def _catalog_grown(self, old: Any, new: Any) -> bool:
        form = raw_entry(old, "/AcroForm"), raw_entry(new, "/AcroForm")
        grown = same(*form) or (
            all(isinstance(each, dict) for each in form) and self._form_grown(*form)
        )
        before, after = (_value(each, "/Extensions", {}) for each in (old, new))
        extended = same_but(before, after, _EXTENSION) and _is_extension(_value(after, "/ESIC", {}))
        return grown and extended and self._evidence_named(new)

    def _evidence_named(self, catalog: Any) -> bool:
        """The catalog's DSS is one, written into it or behind the seal."""
        named = raw_entry(catalog, "/DSS")
        return named is None or self._is_dss(named.get_object())

    def _form_grown(self, old: Any, new: Any) -> bool:
        return same_but(old, new, _FIELDS) and self._list_grown(old, new, "/Fields")

    def _list_grown(self, old: Any, new: Any, key: str) -> bool:
        before, after = raw_entry(old, key), raw_entry(new, key)
        if isinstance(after, list):
            before = [] if before is None else before
            return isinstance(before, list) and self._starts_with(after, before)
        return same(before, after)

    def _starts_with(self, longer: Sequence[Any], shorter: Sequence[Any]) -> bool:
        """What is named beyond `shorter` is a field that was made in this very update.

        Nothing else: a list may be what draws a page, and a certificate can be drawn.
        """
        after, before = list(longer), list(shorter)  # plain lists, of references unfollowed
        added = [getattr(each, "idnum", -1) for each in after[len(before) :]]
        return (
            all(map(same, after, before))
            and len(after) >= len(before)
            and all(
                number in self._references
                and self._is_new(number)
                and self._is_field(self._object(number))
                for number in added
            )
        )


def _is_stamp(made: Any) -> bool:
    """A document timestamp's dictionary, which says nothing but that it is one."""
    return (
        set(made) <= _STAMP_KEYS
        and all(_is_name(_value(made, key, None), name) for key, name in _STAMP_NAMES.items())
        and _value(made, "/SubFilter", "") == "/ETSI.RFC3161"
    )


def _is_extension(made: Any) -> bool:
    """The developer extension of PAdES: which version it extends, and its level."""
    return isinstance(made, dict) and all(
        (key == "/Type" and _is_name(made[key], "/DeveloperExtensions"))
        or (key == "/BaseVersion" and _VERSION.fullmatch(str(made[key])) is not None)
        or (key == "/ExtensionLevel" and isinstance(made[key], int) and 0 <= made[key] < 100)
        for key in made
    )


def _is_name(value: Any, name: str) -> bool:
    """Nothing, or this very name; a string with the same letters is none."""
    from pyhanko.pdf_utils.generic import NameObject

    return value is None or (isinstance(value, NameObject) and value == name)


def _is_flags(value: Any) -> bool:
    """Whatever they say, a field without size shows nothing (ISO 32000-2 table 167)."""
    from pyhanko.pdf_utils.generic import NumberObject

    return value is None or (isinstance(value, NumberObject) and 0 <= value < MAX_FLAGS)


def _is_field_name(value: Any) -> bool:
    return value is None or _FIELD_NAME.fullmatch(str(value)) is not None


def _value(dictionary: Any, key: str, default: Any) -> Any:
    if key in dictionary:  # pyHanko's own `get` takes no plain default
        return dictionary[key]
    return default
