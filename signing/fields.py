"""What head office wants on a document: who signs where, and what the client fills in.

`DocumentPlan` travels from head office to the kiosk as plain JSON beside the PDF, so its reading
is strict: an unknown or missing key, a wrong type or a value outside its limits is refused.

Names of form fields in the PDF (docs/final-pdf.md):

- `Director`, `Client1` ... `ClientN` and `Seal` are signature fields;
- `Fill1.<key>` ... `FillN.<key>` are what client N fills in, `FillN.stamp` is the client's stamp.
  A signature field cannot at the same time be the parent of other fields (ISO 32000-1, 12.7.3.1),
  hence the two families of names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from signing.page_geometry import Rectangle
from signing.plan_json import (
    check_text,
    malformed,
    read_coordinate,
    read_list,
    read_object,
    read_text,
    read_truth,
)

__all__ = [
    "DIRECTOR_FIELD",
    "DOCUMENT_ID_BYTES",
    "MAX_CLIENTS",
    "MAX_FIELDS_PER_CLIENT",
    "MAX_PERSON_NAME_CHARACTERS",
    "SEAL_FIELD",
    "STAMP_KEY",
    "ClientPlan",
    "DocumentPlan",
    "FieldKind",
    "FieldSpec",
    "Placement",
    "client_field",
    "fill_field",
    "fill_group",
    "stamp_field",
]

DIRECTOR_FIELD = "Director"
SEAL_FIELD = "Seal"

DOCUMENT_ID_BYTES = 16
MAX_CLIENTS = 7  # with the director, as many as a certificate token names
MAX_FIELDS_PER_CLIENT = 60  # a screen per field; nobody fills more at a terminal
MAX_LABEL_CHARACTERS = 120
MAX_HELP_CHARACTERS = 400
MAX_TITLE_CHARACTERS = 200
MAX_NUMBER_CHARACTERS = 40
MAX_PERSON_NAME_CHARACTERS = 64  # of a certificate's common name (RFC 5280, appendix A)
MAX_PAGE_INDEX = 2000

LANGUAGES = ("pl", "en", "de", "uk")
KEY_PATTERN = re.compile(r"[a-z0-9_]{1,40}\Z")
STAMP_KEY = "stamp"


class FieldKind(StrEnum):
    """What a client's field holds; decides its check, its keyboard and its drawing."""

    TEXT = "text"  # one line
    MULTILINE = "multiline"  # several lines, wrapped
    DATE = "date"  # a calendar day
    NUMBER = "number"  # a decimal number
    EMAIL = "email"  # one e-mail address
    PHONE = "phone"  # one telephone number
    CHECKBOX = "checkbox"  # yes or no


@dataclass(frozen=True)
class Placement:
    """A rectangle on a page of the normalised document."""

    page: int  # 0-based
    x: float  # left edge, points
    y: float  # lower edge, points
    width: float  # points
    height: float  # points

    @property
    def rectangle(self) -> Rectangle:
        """The rectangle without its page."""
        return Rectangle(self.x, self.y, self.width, self.height)

    def to_json(self) -> dict[str, Any]:
        """A plain JSON object."""
        return {
            "page": self.page,
            "x": self.x,
            "y": self.y,
            "width": self.width,
            "height": self.height,
        }

    @classmethod
    def from_json(cls, data: object) -> Placement:
        """Read what `to_json` wrote. Raises `PlanRefused`."""
        entry = read_object(data, {"page", "x", "y", "width", "height"}, "placement")
        page = entry["page"]
        if not isinstance(page, int) or isinstance(page, bool) or not 0 <= page <= MAX_PAGE_INDEX:
            raise malformed("a placement has no sensible page number")
        x, y, width, height = (
            read_coordinate(entry[name]) for name in ("x", "y", "width", "height")
        )
        if width <= 0 or height <= 0:
            raise malformed("a placement has no area")
        return cls(page, x, y, width, height)


@dataclass(frozen=True)
class FieldSpec:
    """One thing that a client fills in."""

    key: str  # [a-z0-9_]{1,40}, unique within its client
    kind: FieldKind
    label: str  # what the client reads beside it
    required: bool
    placement: Placement
    help: str = ""  # one or two sentences more, shown on request

    def __post_init__(self) -> None:
        """Hold the limits. Raises `PlanRefused`."""
        if not KEY_PATTERN.match(self.key) or self.key == STAMP_KEY:
            raise malformed(f"“{self.key[:60]}” cannot be the key of a field")
        check_text(self.label, 1, MAX_LABEL_CHARACTERS, "label")
        check_text(self.help, 0, MAX_HELP_CHARACTERS, "help text")

    def to_json(self) -> dict[str, Any]:
        """A plain JSON object."""
        return {
            "key": self.key,
            "kind": self.kind.value,
            "label": self.label,
            "required": self.required,
            "placement": self.placement.to_json(),
            "help": self.help,
        }

    @classmethod
    def from_json(cls, data: object) -> FieldSpec:
        """Read what `to_json` wrote. Raises `PlanRefused`."""
        entry = read_object(
            data, {"key", "kind", "label", "required", "placement", "help"}, "field"
        )
        kind = read_text(entry, "kind")
        if kind not in set(FieldKind):
            raise malformed(f"“{kind[:60]}” is not a kind of field")
        return cls(
            key=read_text(entry, "key"),
            kind=FieldKind(kind),
            label=read_text(entry, "label"),
            required=read_truth(entry, "required"),
            placement=Placement.from_json(entry["placement"]),
            help=read_text(entry, "help"),
        )


@dataclass(frozen=True)
class ClientPlan:
    """What one client does on the document."""

    name: str  # as it will stand in the certificate
    fields: tuple[FieldSpec, ...]
    signature: Placement | None  # None: a line on the appended signing page
    stamp: Placement | None  # None: no stamp asked for

    def __post_init__(self) -> None:
        """Hold the limits. Raises `PlanRefused`."""
        check_text(self.name, 1, MAX_PERSON_NAME_CHARACTERS, "client's name")
        if len(self.fields) > MAX_FIELDS_PER_CLIENT:
            raise malformed(f"a client has more than {MAX_FIELDS_PER_CLIENT} fields")
        keys = [field.key for field in self.fields]
        if len(set(keys)) != len(keys):
            raise malformed("two fields of one client have the same key")

    def to_json(self) -> dict[str, Any]:
        """A plain JSON object."""
        return {
            "name": self.name,
            "fields": [field.to_json() for field in self.fields],
            "signature": None if self.signature is None else self.signature.to_json(),
            "stamp": None if self.stamp is None else self.stamp.to_json(),
        }

    @classmethod
    def from_json(cls, data: object) -> ClientPlan:
        """Read what `to_json` wrote. Raises `PlanRefused`."""
        entry = read_object(data, {"name", "fields", "signature", "stamp"}, "client")
        return cls(
            name=read_text(entry, "name"),
            fields=tuple(FieldSpec.from_json(item) for item in read_list(entry, "fields")),
            signature=_optional_placement(entry["signature"]),
            stamp=_optional_placement(entry["stamp"]),
        )


@dataclass(frozen=True)
class DocumentPlan:
    """Everything that preparing, signing and sealing a document must know about it."""

    document_id: bytes  # 16 random bytes, for ever
    number: str  # head office's own number, as people write it
    title: str
    language: str  # "pl", "en", "de" or "uk": the document's own
    director_name: str
    director_signature: Placement | None  # None: a line on the appended signing page
    clients: tuple[ClientPlan, ...]  # in the order in which they sign

    def __post_init__(self) -> None:
        """Hold the limits. Raises `PlanRefused`."""
        if len(self.document_id) != DOCUMENT_ID_BYTES:
            raise malformed("the document id is not 16 bytes long")
        check_text(self.number, 1, MAX_NUMBER_CHARACTERS, "document number")
        check_text(self.title, 1, MAX_TITLE_CHARACTERS, "title")
        check_text(self.director_name, 1, MAX_PERSON_NAME_CHARACTERS, "director's name")
        if self.language not in LANGUAGES:
            raise malformed("the document's language is not one of " + ", ".join(LANGUAGES))
        if not 1 <= len(self.clients) <= MAX_CLIENTS:
            raise malformed(f"a document has 1 to {MAX_CLIENTS} clients")

    @property
    def needs_signing_page(self) -> bool:
        """Whether somebody's signature has no spot of its own on the document's pages."""
        return self.director_signature is None or any(
            client.signature is None for client in self.clients
        )

    def to_json(self) -> dict[str, Any]:
        """A plain JSON object."""
        director = self.director_signature
        return {
            "document_id": self.document_id.hex(),
            "number": self.number,
            "title": self.title,
            "language": self.language,
            "director_name": self.director_name,
            "director_signature": None if director is None else director.to_json(),
            "clients": [client.to_json() for client in self.clients],
        }

    @classmethod
    def from_json(cls, data: object) -> DocumentPlan:
        """Read what `to_json` wrote. Raises `PlanRefused`."""
        names = {"document_id", "number", "title", "language", "director_name"}
        entry = read_object(data, names | {"director_signature", "clients"}, "plan")
        written_id = read_text(entry, "document_id")
        if not re.fullmatch(r"[0-9a-f]{32}", written_id):
            raise malformed("the document id is not 32 lower-case hex digits")
        return cls(
            document_id=bytes.fromhex(written_id),
            number=read_text(entry, "number"),
            title=read_text(entry, "title"),
            language=read_text(entry, "language"),
            director_name=read_text(entry, "director_name"),
            director_signature=_optional_placement(entry["director_signature"]),
            clients=tuple(ClientPlan.from_json(item) for item in read_list(entry, "clients")),
        )


def client_field(client_index: int) -> str:
    """Name of the signature field of the client with this 0-based index."""
    return f"Client{client_index + 1}"


def fill_group(client_index: int) -> str:
    """Name of the parent of all form fields of the client with this 0-based index."""
    return f"Fill{client_index + 1}"


def fill_field(client_index: int, key: str) -> str:
    """Full name of one form field of the client with this 0-based index."""
    return f"{fill_group(client_index)}.{key}"


def stamp_field(client_index: int) -> str:
    """Full name of the stamp button of the client with this 0-based index."""
    return fill_field(client_index, STAMP_KEY)


def _optional_placement(value: object) -> Placement | None:
    return None if value is None else Placement.from_json(value)
