"""What head office wants on a document: who signs where, and what the client fills in.

`DocumentPlan` travels from head office to the kiosk as plain JSON beside the PDF, so its reading
is strict: an unknown or missing key, a wrong type or a value outside its limits is refused.

Names of form fields in the PDF (docs/final-pdf.md):

- `Director`, `Client1` ... `ClientN` and `Seal` are signature fields;
- `Fill1.<key>` ... `FillN.<key>` are what client N fills in, `FillN.stamp` is the client's stamp,
  `FillDirector.<key>` is what the director fills in.
  A signature field cannot at the same time be the parent of other fields (ISO 32000-1, 12.7.3.1),
  hence the two families of names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from signing.field_specs import STAMP_KEY, FieldKind, FieldSpec, Placement
from signing.plan_json import check_text, malformed, read_list, read_object, read_text

__all__ = [
    "DIRECTOR_FIELD",
    "DIRECTOR_FILLS",
    "DOCUMENT_ID_BYTES",
    "MAX_CLIENTS",
    "MAX_FIELDS_PER_SIGNER",
    "MAX_PERSON_NAME_CHARACTERS",
    "SEAL_FIELD",
    "STAMP_KEY",
    "ClientPlan",
    "DocumentPlan",
    "FieldKind",
    "FieldSpec",
    "Placement",
    "asked_fields",
    "client_field",
    "fill_field",
    "fill_group",
    "stamp_field",
]

DIRECTOR_FIELD = "Director"
DIRECTOR_FILLS = "FillDirector"
SEAL_FIELD = "Seal"

DOCUMENT_ID_BYTES = 16
MAX_CLIENTS = 11  # with the director, as many as a certificate token names
MAX_FIELDS_PER_SIGNER = 60  # a screen per field; nobody fills more at a terminal
MAX_TITLE_CHARACTERS = 200
MAX_NUMBER_CHARACTERS = 40
MAX_PERSON_NAME_CHARACTERS = 64  # of a certificate's common name (RFC 5280, appendix A)

LANGUAGES = ("pl", "en", "de", "uk")


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
        _check_fields(self.fields, "a client")

    @property
    def asked(self) -> tuple[FieldSpec, ...]:
        """The fields that the client is asked for; head office has filled in the others."""
        return asked_fields(self.fields)

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
    director_fields: tuple[FieldSpec, ...] = ()  # what the director fills in

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
        _check_fields(self.director_fields, "the director")

    @property
    def needs_signing_page(self) -> bool:
        """Whether somebody's signature has no spot of its own on the document's pages."""
        return self.director_signature is None or any(
            client.signature is None for client in self.clients
        )

    def to_json(self) -> dict[str, Any]:
        """A plain JSON object; the director's fields only where there are any."""
        director = self.director_signature
        entry: dict[str, Any] = {
            "document_id": self.document_id.hex(),
            "number": self.number,
            "title": self.title,
            "language": self.language,
            "director_name": self.director_name,
            "director_signature": None if director is None else director.to_json(),
            "clients": [client.to_json() for client in self.clients],
        }
        if self.director_fields:
            entry["director_fields"] = [field.to_json() for field in self.director_fields]
        return entry

    @classmethod
    def from_json(cls, data: object) -> DocumentPlan:
        """Read what `to_json` wrote. Raises `PlanRefused`."""
        names = {"document_id", "number", "title", "language", "director_name"}
        entry = read_object(
            data, names | {"director_signature", "clients"}, "plan", frozenset({"director_fields"})
        )
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
            director_fields=_optional_fields(entry),
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


def asked_fields(fields: Sequence[FieldSpec]) -> tuple[FieldSpec, ...]:
    """Those fields whose value head office has not fixed."""
    return tuple(field for field in fields if field.fixed is None)


def _check_fields(fields: Sequence[FieldSpec], whose: str) -> None:
    if len(fields) > MAX_FIELDS_PER_SIGNER:
        raise malformed(f"{whose} has more than {MAX_FIELDS_PER_SIGNER} fields")
    if len({field.key for field in fields}) != len(fields):
        raise malformed(f"two fields of {whose} have the same key")


def _optional_fields(entry: Mapping[str, Any]) -> tuple[FieldSpec, ...]:
    if "director_fields" not in entry:
        return ()
    fields = tuple(FieldSpec.from_json(item) for item in read_list(entry, "director_fields"))
    if not fields:
        raise malformed("an empty list of the director's fields is left out")
    return fields


def _optional_placement(value: object) -> Placement | None:
    return None if value is None else Placement.from_json(value)
