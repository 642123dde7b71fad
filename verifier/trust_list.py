"""The trust list: whose keys count, since when, until when (docs/trust-list.md).

Plain values and their one canonical JSON encoding. Who may publish a list is the business
of `verifier.trust_folder`. No I/O, no clock.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, Final, NoReturn

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey

from verifier.errors import TrustError
from verifier.token import key_identifier

__all__ = [
    "AMBER_AFTER_DAYS",
    "MAX_TRUST_KEYS",
    "MAX_TRUST_LIST_BYTES",
    "STALE_AFTER_DAYS",
    "KeyRole",
    "Revocation",
    "TrustList",
    "TrustedKey",
]

AMBER_AFTER_DAYS: Final = 7
"""A list older than this many days is shown with its age."""
STALE_AFTER_DAYS: Final = 30
"""A list older than this many days can no longer tell what has been revoked."""
MAX_TRUST_LIST_BYTES: Final = 16 * 2**20
"""Largest list that is read: about 10,000 kiosks."""
MAX_TRUST_KEYS: Final = 40_000
"""Most keys in a list."""
MAX_TEXT_CHARACTERS: Final = 200
"""Longest organisation, holder, reason or host."""
MAX_CERTIFICATE_BYTES: Final = 8192
"""Largest certificate in DER."""
MAX_VERSION: Final = 2**53 - 1
"""Highest version, the largest integer that every JSON reader keeps."""

EARLIEST_YEAR: Final = 1970
LATEST_YEAR: Final = 2199
"""Bounds on every time of a list, so that adding days to one never fails."""

_TYPE: Final = "sygnet-trust-list"
_FORMAT: Final = 1
_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"
_RECEIPT: Final = re.compile(r"[0-9a-f]{16}")


class KeyRole(StrEnum):
    """What a key may do."""

    ROOT = "root"
    """The office's root: certifies signing CAs."""
    SIGNING_CA = "signing_ca"
    """Certifies directors, kiosk CAs and seals."""
    DIRECTOR = "director"
    """A director's own signing key."""
    KIOSK_CA = "kiosk_ca"
    """Certifies the one-shot keys of clients at one kiosk."""
    SEAL = "seal"
    """Signs certificate tokens and seals documents at one kiosk."""
    TIMESTAMP = "timestamp"
    """A timestamping service (RFC 3161), the office's own or another's."""


@dataclass(frozen=True)
class Revocation:
    """A key that no longer counts."""

    at: datetime
    """Since when, aware, whole seconds, UTC."""
    reason: str
    """Why, in snake_case: `stolen`, `key_compromise`, `retired`, ..."""
    received: frozenset[str]
    """`receipt_hash` of every certificate that head office held by then: these stay good."""


@dataclass(frozen=True)
class TrustedKey:
    """One key, what it may do and whose it is."""

    role: KeyRole
    """What it may do."""
    holder: str
    """Whose it is: a person, a kiosk, the office."""
    certificate_der: bytes
    """Its X.509 certificate."""
    valid_from: datetime
    """It counts for signatures made from this time on; aware, whole seconds, UTC."""
    valid_until: datetime
    """It counts for signatures made before this time."""
    revocation: Revocation | None
    """Set when it no longer counts."""

    @cached_property
    def certificate(self) -> x509.Certificate:
        """The certificate, parsed."""
        return x509.load_der_x509_certificate(self.certificate_der)

    @cached_property
    def public_key(self) -> EllipticCurvePublicKey:
        """The key; on P-256.

        Raises:
            TrustError: code `trust_key_kind` for any other kind of key.
        """
        key = self.certificate.public_key()
        if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
            _refuse("trust_key_kind", f"the key of {self.holder} is not on the curve P-256")
        return key

    @cached_property
    def kid(self) -> bytes:
        """Key identifier as tokens state it: 8 bytes."""
        return key_identifier(self.public_key)


@dataclass(frozen=True)
class TrustList:
    """All keys that count, as of one time."""

    organisation: str
    """Whose list it is."""
    version: int
    """Rises with every publication, from 1."""
    as_of: datetime
    """Revocations are complete up to this time; aware, whole seconds, UTC."""
    keys: tuple[TrustedKey, ...]
    """Every key, current and past."""
    hosts: tuple[str, ...]
    """Hosts that certificates may link to; kept in upper case; empty when any may."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "hosts", tuple(host.upper() for host in self.hosts))

    @cached_property
    def _seal_keys(self) -> dict[bytes, TrustedKey]:
        return {key.kid: key for key in self.keys if key.role is KeyRole.SEAL}

    @cached_property
    def by_certificate(self) -> dict[bytes, TrustedKey]:
        """Every key by its certificate in DER; of one that is listed twice, a revoked entry."""
        revoked_last = sorted(self.keys, key=lambda key: key.revocation is not None)
        return {key.certificate_der: key for key in revoked_last}

    def seal_key(self, kid: bytes) -> TrustedKey | None:
        """The seal key that a token names, or None."""
        return self._seal_keys.get(kid)

    def with_role(self, *roles: KeyRole) -> tuple[TrustedKey, ...]:
        """All keys that have one of the roles."""
        return tuple(key for key in self.keys if key.role in roles)

    def to_json_bytes(self) -> bytes:
        """The one canonical encoding (docs/trust-list.md section 2)."""
        tree = {
            "_type": _TYPE,
            "format": _FORMAT,
            "organisation": self.organisation,
            "version": self.version,
            "as_of": _time_text(self.as_of),
            "hosts": list(self.hosts),
            "keys": [_key_to_tree(key) for key in self.keys],
        }
        text = json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return text.encode()

    @classmethod
    def from_json_bytes(cls, data: bytes) -> TrustList:
        """Read a list strictly: only its one canonical encoding is accepted.

        Raises:
            TrustError: code `trust_list_form`, `trust_list_too_large`, `trust_key_kind`.
        """
        if len(data) > MAX_TRUST_LIST_BYTES:
            _refuse("trust_list_too_large", f"it has more than {MAX_TRUST_LIST_BYTES} bytes")
        try:
            tree = json.loads(data)
            _require(isinstance(tree, dict), "it is not an object")
            made = cls._from_tree(tree)
            _require(made.to_json_bytes() == data, "it is not in its canonical encoding")
        except TrustError:
            raise
        except Exception as error:  # JSON, base64, X.509 and dates have a dozen kinds
            raise _error("trust_list_form", "it is damaged or of another kind") from error
        return made

    @classmethod
    def _from_tree(cls, tree: dict[str, Any]) -> TrustList:
        _require(tree["_type"] == _TYPE and tree["format"] == _FORMAT, "its format is unknown")
        keys, hosts, version = tree["keys"], tree["hosts"], tree["version"]
        _require(type(version) is int and 1 <= version <= MAX_VERSION, "its version is no number")
        _require(isinstance(keys, list) and len(keys) <= MAX_TRUST_KEYS, "it has too many keys")
        _require(isinstance(hosts, list) and len(hosts) <= 100, "it has too many hosts")
        made = cls(
            organisation=_text(tree["organisation"]),
            version=version,
            as_of=_time(tree["as_of"]),
            keys=tuple(_key_from_tree(key) for key in keys),
            hosts=tuple(_text(host) for host in hosts),
        )
        seals = made.with_role(KeyRole.SEAL)
        _require(len(made._seal_keys) == len(seals), "two seal keys share an identifier")
        return made


def _key_to_tree(key: TrustedKey) -> dict[str, Any]:
    revocation = key.revocation
    return {
        "role": str(key.role),
        "holder": key.holder,
        "certificate": base64.b64encode(key.certificate_der).decode("ascii"),
        "valid_from": _time_text(key.valid_from),
        "valid_until": _time_text(key.valid_until),
        "revocation": None
        if revocation is None
        else {
            "at": _time_text(revocation.at),
            "reason": revocation.reason,
            "received": sorted(revocation.received),
        },
    }


def _key_from_tree(tree: Any) -> TrustedKey:
    _require(isinstance(tree, dict), "a key is not an object")
    certificate = tree["certificate"]
    _require(isinstance(certificate, str), "a certificate is not text")
    try:
        der = base64.b64decode(certificate, validate=True)
    except binascii.Error as error:
        raise _error("trust_list_form", "a certificate is not base64") from error
    _require(len(der) <= MAX_CERTIFICATE_BYTES, "a certificate is too large")
    made = TrustedKey(
        role=KeyRole(tree["role"]),
        holder=_text(tree["holder"]),
        certificate_der=der,
        valid_from=_time(tree["valid_from"]),
        valid_until=_time(tree["valid_until"]),
        revocation=_revocation_from_tree(tree["revocation"]),
    )
    _require(made.valid_from < made.valid_until, "a key's validity ends before it starts")
    if made.role is KeyRole.TIMESTAMP:  # a service of others has keys of its own choice
        _require(made.certificate.public_key() is not None, "a key cannot be read")
    else:
        _require(len(made.kid) > 0, "a key cannot be read")
    return made


def _revocation_from_tree(tree: Any) -> Revocation | None:
    if tree is None:
        return None
    _require(isinstance(tree, dict), "a revocation is not an object")
    received = tree["received"]
    _require(isinstance(received, list), "receipts are not a list")
    for receipt in received:
        _require(
            isinstance(receipt, str) and _RECEIPT.fullmatch(receipt) is not None,
            "a receipt is not 16 hex digits",
        )
    return Revocation(_time(tree["at"]), _text(tree["reason"]), frozenset(received))


def _time_text(time: datetime) -> str:
    return time.astimezone(UTC).strftime(_TIME)


def _time(text: Any) -> datetime:
    _require(isinstance(text, str), "a time is not text")
    time = datetime.strptime(text, _TIME).replace(tzinfo=UTC)
    _require(EARLIEST_YEAR <= time.year <= LATEST_YEAR, "a time is out of all reason")
    return time


def _text(text: Any) -> str:
    _require(
        isinstance(text, str) and 0 < len(text) <= MAX_TEXT_CHARACTERS and text.isprintable(),
        "a text is empty, too long or does not print",
    )
    return str(text)


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        _refuse("trust_list_form", otherwise)


def _refuse(code: str, what: str) -> NoReturn:
    raise _error(code, what)


def _error(code: str, what: str) -> TrustError:
    return TrustError(
        code,
        f"This trust list cannot be used: {what}.",
        "Fetch the list again from head office.",
    )
