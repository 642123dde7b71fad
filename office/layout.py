"""Where things go on a document's pages: what the operator places, before anybody signs.

A layout is plain JSON in the database and between browser and server. Every place is in whole
PDF points from the bottom left corner of the normalised page: nobody places by eye any finer,
and whole numbers travel to the kiosk unchanged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from office.errors import Refused, ValueRefused
from office.lines import writable_line
from signing.box_room import Room, box_room
from signing.errors import FieldRefused, SigningError
from signing.field_rules import check_field
from signing.fields import FieldSpec, Placement
from signing.page_geometry import PageSize

__all__ = ["Layout", "whole_points"]

MAX_FIELDS = 60  # of one signer; signing.fields allows no more
MIN_SIDE = 8  # points; smaller boxes hold no legible text
MIN_SIGNATURE = (60, 20)  # points, width and height: a signature smaller than this is a smudge


@dataclass(frozen=True)
class Layout:
    """All places for one of a document's clients, and for the director."""

    fields: tuple[FieldSpec, ...] = ()  # what the client fills in
    signature: Placement | None = None  # None: a line on an appended signing page
    stamp: Placement | None = None  # None: no stamp is asked for
    director_signature: Placement | None = None  # None: a line on an appended signing page
    director_fields: tuple[FieldSpec, ...] = ()  # what the director fills in

    def to_json(self) -> dict[str, Any]:
        """Return the layout as JSON, all places in whole points."""
        return {
            "fields": [_whole_field(field) for field in self.fields],
            "signature": _optional_json(self.signature),
            "stamp": _optional_json(self.stamp),
            "director_signature": _optional_json(self.director_signature),
            "director_fields": [_whole_field(field) for field in self.director_fields],
        }

    def clients_part(self) -> dict[str, Any]:
        """Return what is placed for the client, as JSON."""
        whole = self.to_json()
        return {name: whole[name] for name in ("fields", "signature", "stamp")}

    def directors_part(self) -> dict[str, Any]:
        """Return what is placed for the director, as JSON."""
        whole = self.to_json()
        return {name: whole[name] for name in ("director_signature", "director_fields")}

    @classmethod
    def from_json(
        cls, data: object, pages: tuple[PageSize, ...] = (), language: str = "pl"
    ) -> Layout:
        """Read a layout that a browser, a file or the database gave.

        Args:
            data: the JSON object.
            pages: the document's pages; when given, every place must lie on one of them and
                every word be one that can be shown to its signer, and every value that head
                office fixes one that fits its field.
            language: the document's.

        Raises:
            Refused: `layout_malformed`, `off_the_page`, `too_small`, `too_many_fields`,
                `unsupported_letters`, `value_refused`.
        """
        names = {"fields", "signature", "stamp", "director_signature", "director_fields"}
        if not isinstance(data, Mapping) or not set(data) <= names:
            raise _malformed("it is not an object with the known entries")
        try:
            layout = cls(
                fields=_read_fields(data.get("fields", [])),
                director_fields=_read_fields(data.get("director_fields", [])),
                signature=_optional(data.get("signature")),
                stamp=_optional(data.get("stamp")),
                director_signature=_optional(data.get("director_signature")),
            )
        except SigningError as error:
            raise Refused(error.code, error.sentence, error.next_step) from error
        except OverflowError as error:
            raise _malformed("a number is beyond all measure") from error
        for placement, least in layout.places():
            _check_size(placement, least)
            if pages:
                _check_page(placement, pages)
        if pages:
            for field in layout.all_fields():
                _check_words(field)
                _check_value(field, language)
        return layout

    def all_fields(self) -> tuple[FieldSpec, ...]:
        """Return the client's fields and the director's."""
        return self.fields + self.director_fields

    def rooms(self, language: str) -> dict[str, str]:
        """Return the fields whose boxes are tight or too small for their kind, by key.

        Args:
            language: the document's.
        """
        found = {field.key: box_room(field, language) for field in self.all_fields()}
        return {key: room.value for key, room in found.items() if room is not Room.AMPLE}

    def places(self) -> list[tuple[Placement, tuple[int, int]]]:
        """Return every place with the smallest width and height that it may have."""
        found = [(field.placement, (MIN_SIDE, MIN_SIDE)) for field in self.all_fields()]
        signatures = (self.signature, self.stamp, self.director_signature)
        found.extend((place, MIN_SIGNATURE) for place in signatures if place is not None)
        return found


def whole_points(placement: Placement) -> Placement:
    """Return the placement rounded to whole points."""
    return Placement(
        placement.page,
        round(placement.x),
        round(placement.y),
        max(1, round(placement.width)),
        max(1, round(placement.height)),
    )


def _read_fields(items: object) -> tuple[FieldSpec, ...]:
    if not isinstance(items, list):
        raise _malformed("its fields are not a list")
    if len(items) > MAX_FIELDS:
        raise Refused(
            "too_many_fields",
            f"A client fills in at most {MAX_FIELDS} fields.",
            "Leave out what is not needed.",
        )
    fields = tuple(_rounded_field(FieldSpec.from_json(item)) for item in items)
    if len({field.key for field in fields}) != len(fields):
        raise _malformed("two fields have the same key")
    return fields


def _rounded_field(field: FieldSpec) -> FieldSpec:
    return replace(field, placement=whole_points(field.placement))


def _optional(data: object) -> Placement | None:
    return None if data is None else whole_points(Placement.from_json(data))


def _optional_json(placement: Placement | None) -> dict[str, int] | None:
    if placement is None:
        return None
    return {name: int(value) for name, value in whole_points(placement).to_json().items()}


def _whole_field(field: FieldSpec) -> dict[str, Any]:
    return {**field.to_json(), "placement": _optional_json(field.placement)}


def _check_size(placement: Placement, least: tuple[int, int]) -> None:
    if placement.width < least[0] or placement.height < least[1]:
        raise Refused(
            "too_small",
            "One of the boxes is too small to be filled in.",
            "Make it larger.",
        )


def _check_page(placement: Placement, pages: tuple[PageSize, ...]) -> None:
    if placement.page < len(pages):
        page = pages[placement.page]
        if (
            placement.x >= 0
            and placement.y >= 0
            and placement.x + placement.width <= page.width + 1
            and placement.y + placement.height <= page.height + 1
        ):
            return
    raise Refused(
        "off_the_page",
        "One of the boxes does not lie on a page of the document.",
        "Move it onto the page.",
    )


def _check_words(field: FieldSpec) -> None:
    """Refuse emoji, right-to-left text and what is no text at all in what a signer reads."""
    for text in (field.label, field.help, *field.options):
        words = " ".join(text.split())
        if words:
            writable_line(words, len(words), _malformed("a label is not a line of text"))


def _check_value(field: FieldSpec, language: str) -> None:
    """Refuse a fixed value that does not fit its field, and an option that has no room."""
    try:
        check_field(field, language)
    except FieldRefused as error:
        raise ValueRefused(field.label, error) from error


def _malformed(what: str) -> Refused:
    return Refused(
        "layout_malformed",
        f"The places on the pages cannot be read: {what}.",
        "Load the page again and place the boxes anew.",
    )
