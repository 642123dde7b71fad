"""Front-desk people and what they may do at one kiosk: shared material that travels by version.

    PollReply.staff_version ----> the device asks when it holds another one
    GET /staff -----------------> StaffReply: the version, and a box sealed to the device
    the box opens to a StaffList: names, rights, and the hash of each person's PIN

docs/sync-protocol.md section 4.8. A PIN has few digits, so its hash is a secret: it travels sealed
and lies in encrypted stores. Pure.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from sync.sealed_box import BOX_OVERHEAD_BYTES, box_info, open_box, seal_box
from sync.strict_json import Fields, canonical_bytes, parse_object

__all__ = [
    "MAX_STAFF",
    "MAX_STAFF_BYTES",
    "STAFF_ID",
    "IdentityPaper",
    "IdentityWay",
    "StaffList",
    "StaffMember",
    "StaffReply",
    "StaffRight",
]

MAX_STAFF = 60
"""Most people at one kiosk: what can still be looked through on its screen."""
MAX_STAFF_BYTES = 48 * 1024
"""Largest list, bytes of canonical JSON: 60 people of some 600 bytes each."""
STAFF_ID = r"s-[0-9a-f]{8}"
"""A person's coded id: what journals say instead of a name."""
MAX_NAME_LETTERS = 64
PIN_HASH = (
    r"\$argon2id\$v=19\$m=[0-9]{1,6},t=[0-9]{1,2},p=[0-9]{1,2}"
    r"\$[A-Za-z0-9+/]{11,64}\$[A-Za-z0-9+/]{22,128}"
)
"""An argon2id hash with its parameters (RFC 9106), as the reference library writes it."""


class StaffRight(StrEnum):
    """What a person may do at the kiosk, beside finding documents and handing them over."""

    CHECK_IDENTITY = "check_identity"
    """Confirm who a client is by an identity document."""
    UNLOCK_CODES = "unlock_codes"
    """Let a client try codes again after too many wrong ones."""
    CANCEL = "cancel"
    """Cancel a document."""
    PRINT = "print"
    """Print a client's copy again, a receipt, and the summary of a day."""


class IdentityWay(StrEnum):
    """How clients of a document prove who they are; head office decides it for each document."""

    CODE = "code"
    """By a code sent to them, and in no other way."""
    CODE_OR_STAFF = "code_or_staff"
    """By a code; or, with no telephone at hand, by an identity document shown to the staff."""
    STAFF = "staff"
    """By an identity document shown to the staff; no code is asked for."""


class IdentityPaper(StrEnum):
    """The kind of identity document that was looked at; nothing else of it is ever kept."""

    IDENTITY_CARD = "identity_card"
    PASSPORT = "passport"
    RESIDENCE_CARD = "residence_card"
    DRIVING_LICENCE = "driving_licence"
    OTHER = "other"


@dataclass(frozen=True)
class StaffMember:
    """One person at one kiosk."""

    staff_id: str
    """The coded id."""
    name: str
    """As the kiosk's screen shows it."""
    pin_hash: str = field(repr=False)
    """argon2id."""
    rights: frozenset[StaffRight] = frozenset()
    """What this person may do."""

    def to_json(self) -> dict[str, Any]:
        """Give the JSON object."""
        return {
            "staff_id": self.staff_id,
            "name": self.name,
            "pin_hash": self.pin_hash,
            "rights": sorted(self.rights),
        }

    @classmethod
    def from_json(cls, value: Any) -> StaffMember:
        """Read the JSON object; raises MessageMalformed."""
        fields = Fields(value, "staff member")
        result = cls(
            staff_id=fields.text("staff_id", 10, STAFF_ID),
            name=fields.text("name", MAX_NAME_LETTERS, r".+"),
            pin_hash=fields.text("pin_hash", 250, PIN_HASH),
            rights=frozenset(
                StaffRight(Fields({"right": one}, "rights").text("right", 20, "|".join(StaffRight)))
                for one in fields.items("rights", len(StaffRight))
            ),
        )
        fields.done()
        return result


@dataclass(frozen=True)
class StaffList:
    """Everybody who works at one kiosk."""

    members: tuple[StaffMember, ...] = ()
    """In the order in which they are shown."""

    def to_json(self) -> dict[str, Any]:
        """Give the JSON object."""
        return {"members": [one.to_json() for one in self.members]}

    @classmethod
    def from_json(cls, value: Any) -> StaffList:
        """Read the JSON object; raises MessageMalformed."""
        fields = Fields(value, "staff")
        members = tuple(map(StaffMember.from_json, fields.items("members", MAX_STAFF)))
        fields.done()
        if len({one.staff_id for one in members}) != len(members):
            raise fields.refuse("members", "names somebody twice")
        return cls(members)


@dataclass(frozen=True)
class StaffReply:
    """The people at the kiosk that asks, sealed to it."""

    version: int
    """Of this list; 0 before there was any."""
    sealed: bytes
    """The canonical JSON of a StaffList in a box for this kiosk and this version."""

    def to_json(self) -> dict[str, Any]:
        """Give the JSON object."""
        return {
            "version": self.version,
            "sealed": base64.b64encode(self.sealed).decode("ascii"),
        }

    @classmethod
    def from_json(cls, value: Any) -> StaffReply:
        """Read the JSON object; raises MessageMalformed."""
        fields = Fields(value, "staff reply")
        result = cls(
            version=fields.whole("version", 0),
            sealed=fields.octets("sealed", MAX_STAFF_BYTES + BOX_OVERHEAD_BYTES),
        )
        fields.done()
        return result

    @classmethod
    def seal(
        cls, people: StaffList, version: int, kiosk_id: str, box_public_key: bytes
    ) -> StaffReply:
        """Seal a list to a kiosk's X25519 key (32 raw bytes)."""
        content = canonical_bytes(people.to_json())
        return cls(version, seal_box(box_public_key, content, _info(kiosk_id, version)))

    def open(self, kiosk_id: str, box_private_key: X25519PrivateKey) -> StaffList:
        """Open the box.

        Raises:
            BoxNotOpened: it was sealed to another key, kiosk or version.
            MessageMalformed: what is inside is no list of people.
        """
        content = open_box(box_private_key, self.sealed, _info(kiosk_id, self.version))
        return StaffList.from_json(parse_object(content, MAX_STAFF_BYTES))


def _info(kiosk_id: str, version: int) -> bytes:
    return box_info(kiosk_id, "staff", str(version))
