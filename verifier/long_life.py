"""What may follow the seal: evidence for long keeping (ETSI EN 319 142-1 5.5), nothing that shows.

The updates are cut byte by byte first (`verifier.tail_bytes`), so a PDF parser only ever sees a
small and plain tail. Then every object has to be one of a short list: validation data (DSS), a
document timestamp, its invisible field, and the catalog, form and page that name them with one
entry more. Each timestamp must be intact; the evidence counts when the trust list holds every
timestamping service with the role `timestamp`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from verifier.claims import Claims
from verifier.der import DerError
from verifier.findings import Refused, finding
from verifier.key_judgement import CLOCK_TOLERANCE, was_valid
from verifier.pdf_seal import check_signature_gap
from verifier.revisions import first_new_number, keeps_its_trailer
from verifier.strict_validation import byte_range, open_pdf, validate_timestamp
from verifier.tail_bytes import TailError, TailUpdate, tail_updates
from verifier.timestamp_cms import check_timestamp_frame
from verifier.trust_list import KeyRole, TrustList
from verifier.verdict import Finding

__all__ = ["judge_tail"]

_DSS_KEYS: Final = {"/Type", "/Certs", "/CRLs", "/OCSPs", "/VRI"}
_VRI_KEYS: Final = {"/Type", "/Cert", "/CRL", "/OCSP", "/TU"}
_STAMP_KEYS: Final = {"/Type", "/Filter", "/SubFilter", "/Contents", "/ByteRange", "/M"}
_WIDGET_MUST: Final = {"/FT", "/T", "/V", "/Rect"}
_WIDGET_MAY: Final = _WIDGET_MUST | {"/Type", "/Subtype", "/TU", "/F", "/P"}
_CATALOG_MAY_CHANGE: Final = {"/DSS", "/AcroForm", "/Extensions"}


def judge_tail(
    data: bytes, sealed_end: int, claims: Claims, trust: TrustList, now: datetime
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
    for revision, update in zip(revisions, updates, strict=True):
        if not _Update(reader, revision, update).is_evidence():
            raise Refused("changed_after_seal")
    stamps = [each for each in reader.embedded_signatures if each.signed_revision in revisions]
    ends = [sum(byte_range(stamp)[2:]) for stamp in stamps]
    if not ends or ends[-1] != len(data) or not set(ends) <= {each.end for each in updates}:
        raise Refused("changed_after_seal")  # the last timestamp closes the file
    if len(reader.embedded_signatures) != len(claims.signers) + 1 + len(stamps):
        raise Refused("changed_after_seal")
    earliest = claims.issued_at - CLOCK_TOLERANCE
    proved = True
    for stamp in stamps:
        stamped = _check_stamp(data, stamp, claims, trust)
        if stamped is None or stamped < earliest or stamped - CLOCK_TOLERANCE > now:
            proved = False
            break
        earliest = stamped
    return finding("long_life_only" if proved else "long_life_unproved")


def _check_stamp(data: bytes, stamp: Any, claims: Claims, trust: TrustList) -> datetime | None:
    """The time of an intact timestamp, None when the trust list does not hold its service."""
    zero, gap_start, gap_end, _ = byte_range(stamp)
    status = validate_timestamp(stamp, claims.issued_at, trust)
    if zero != 0 or not (status.intact and status.valid):
        raise Refused("changed_after_seal")
    own = status.signing_cert.dump()
    path = [certificate.dump() for certificate in status.validation_path or ()]
    try:
        der = check_signature_gap(data, gap_start, gap_end)
        check_timestamp_frame(der, {own, *path, *(key.certificate_der for key in trust.keys)})
    except (Refused, DerError) as error:
        raise Refused("changed_after_seal") from error
    time: datetime = status.timestamp
    held = {key.certificate_der: key for key in trust.with_role(KeyRole.TIMESTAMP)}.get(own)
    if held is None or held.revocation is not None or not was_valid(held, time):
        return None
    return time


class _Update:
    """One update after the seal, read against the revision before it."""

    def __init__(self, reader: Any, revision: int, update: TailUpdate) -> None:
        self._before = reader.get_historical_resolver(revision - 1)
        self._after = reader.get_historical_resolver(revision)
        self._references = {
            reference.idnum: reference
            for reference in reader.xrefs.explicit_refs_in_revision(revision)
        }
        self._update = update
        self._root = reader.trailer.raw_get("/Root", revision=revision).idnum
        self._keeps_its_trailer = keeps_its_trailer(reader, revision)
        self._first_new = first_new_number(reader, revision)

    def is_evidence(self) -> bool:
        """Tell whether every object is one that long keeping needs."""
        numbers = self._update.others
        if not self._keeps_its_trailer or {*self._references} != {*numbers, *self._update.streams}:
            return False
        new = {n for n in self._references if self._is_new(n)}
        return self._update.streams <= new and all(
            self._is_evidence(self._object(n)) if n in new else self._has_grown(n) for n in numbers
        )

    def _is_new(self, number: int) -> bool:
        return number >= self._first_new

    def _object(self, number: int) -> Any:
        return self._after.get_object(self._references[number])

    def _is_evidence(self, made: Any) -> bool:
        """A new object: DSS, its parts, a timestamp or its field."""
        if isinstance(made, list):
            return all(self._is_stream(each) for each in made)
        if not isinstance(made, dict):
            return False
        keys, kind = set(made), made.get("/Type")
        if kind == "/DocTimeStamp":
            return keys <= _STAMP_KEYS and made.get("/SubFilter") == "/ETSI.RFC3161"
        return self._is_field(made) or self._is_dss(made) or self._is_vri(made)

    def _is_field(self, made: Any) -> bool:
        if not isinstance(made, dict) or made.get("/FT") != "/Sig":
            return False
        rectangle = [float(number) for number in _value(made, "/Rect", [1])]
        return _WIDGET_MUST <= set(made) <= _WIDGET_MAY and rectangle == [0.0] * 4

    def _is_dss(self, made: Any) -> bool:
        if not set(made) <= _DSS_KEYS or _value(made, "/Type", "/DSS") != "/DSS":
            return False
        lists = [_value(made, key, []) for key in ("/Certs", "/CRLs", "/OCSPs")]
        return all(isinstance(each, list) for each in lists) and self._is_vri(
            _value(made, "/VRI", {})
        )

    def _is_vri(self, made: Any) -> bool:
        return isinstance(made, dict) and all(
            isinstance(made[key], dict) and set(made[key]) <= _VRI_KEYS for key in made
        )

    def _is_stream(self, reference: Any) -> bool:
        return getattr(reference, "idnum", None) is not None

    def _has_grown(self, number: int) -> bool:
        """An object of before: what names the evidence may name more, and is else the same."""
        old, new = self._before.get_object(self._references[number]), self._object(number)
        if isinstance(old, list) and isinstance(new, list):
            return self._starts_with(new, old)
        if not (isinstance(old, dict) and isinstance(new, dict)) or hasattr(old, "encoded_data"):
            return False
        if number == self._root:
            return _same_but(old, new, _CATALOG_MAY_CHANGE) and self._catalog_grown(old, new)
        if old.get("/Type") == "/Page":
            return _same_but(old, new, {"/Annots"}) and self._list_grown(old, new, "/Annots")
        if "/Fields" in old:
            return self._form_grown(old, new)
        return self._is_dss(old) and self._is_dss(new)

    def _catalog_grown(self, old: Any, new: Any) -> bool:
        form = _raw(old, "/AcroForm"), _raw(new, "/AcroForm")
        grown = form[0] == form[1] or (
            all(isinstance(each, dict) for each in form) and self._form_grown(*form)
        )
        before, after = (_value(each, "/Extensions", {}) for each in (old, new))
        return grown and _same_but(before, after, {"/ESIC"})

    def _form_grown(self, old: Any, new: Any) -> bool:
        return _same_but(old, new, {"/Fields"}) and self._list_grown(old, new, "/Fields")

    def _list_grown(self, old: Any, new: Any, key: str) -> bool:
        before, after = _raw(old, key), _raw(new, key)
        if isinstance(after, list):
            before = [] if before is None else before
            return isinstance(before, list) and self._starts_with(after, before)
        return bool(before == after)

    def _starts_with(self, longer: Sequence[Any], shorter: Sequence[Any]) -> bool:
        """What is named beyond `shorter` is a field that was made in this very update.

        Nothing else: a list may be what draws a page, and a certificate can be drawn.
        """
        after, before = list(longer), list(shorter)  # plain lists, of references unfollowed
        added = [getattr(each, "idnum", -1) for each in after[len(before) :]]
        return after[: len(before)] == before and all(
            number in self._references
            and self._is_new(number)
            and self._is_field(self._object(number))
            for number in added
        )


def _same_but(old: Any, new: Any, keys: set[str]) -> bool:
    return all(_raw(old, key) == _raw(new, key) for key in {*old, *new} if key not in keys)


def _value(dictionary: Any, key: str, default: Any) -> Any:
    if key in dictionary:  # pyHanko's own `get` takes no plain default
        return dictionary[key]
    return default


def _raw(dictionary: Any, key: str) -> Any:
    return dictionary.raw_get(key) if key in dictionary else None
