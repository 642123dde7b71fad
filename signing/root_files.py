"""The two files that travel between head office and a root kept apart: strict JSON, text only.

A file is at most `MAX_FILE_BYTES` long and has exactly the entries that its `to_bytes` writes;
certificates are PEM, keys hexadecimal, times whole seconds of UTC. Grammar: docs/keys.md section 8.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from signing.errors import SigningError
from signing.root_succession import FormerRoot
from signing.trust_root import ONLINE_ROLES

__all__ = ["MAX_FILE_BYTES", "RootAnswer", "RootFileError", "RootRequest"]

REQUEST_FORMAT: Final = "sygnet-root-request/1"
ANSWER_FORMAT: Final = "sygnet-root-answer/1"
MAX_FILE_BYTES: Final = 512 * 1024
"""A request has about 3 KiB; with thousands of revocations it still fits."""
MAX_GENERATION: Final = 9999
MAX_REVOKED: Final = 1000
"""Signing CAs revoked in an organisation's life; more is a mistake."""
MAX_SERIAL_DIGITS: Final = 40
"""RFC 5280, 4.1.2.2: at most 20 bytes."""
SECOND: Final = "%Y-%m-%dT%H:%M:%SZ"

Parsed = TypeVar("Parsed")


class RootFileError(SigningError):
    """A file from the stick that is not what it should be."""


@dataclass(frozen=True)
class RootRequest:
    """What head office asks of its root."""

    organisation: str
    """Must be the root's own."""
    csr: x509.CertificateSigningRequest
    """For the signing CA's key."""
    generation: int
    """1 for the first signing CA, one more with each rotation; part of its name."""
    trust_keys: Mapping[str, bytes]
    """Ed25519 public keys, 32 raw bytes, of the trust list's roles but the root's."""
    trust_root: bytes
    """The trust list's root metadata in force; empty for a new head office."""
    revoked: tuple[tuple[int, datetime], ...] = ()
    """Serial numbers of signing CAs that count no more, and since when."""

    def to_bytes(self) -> bytes:
        """The file."""
        return _bytes(
            {
                "format": REQUEST_FORMAT,
                "organisation": self.organisation,
                "csr": self.csr.public_bytes(Encoding.PEM).decode(),
                "generation": self.generation,
                "trust_keys": {role: self.trust_keys[role].hex() for role in ONLINE_ROLES},
                "trust_root": self.trust_root.decode(),
                "revoked": [
                    {"serial": f"{serial:x}", "at": at.astimezone(UTC).strftime(SECOND)}
                    for serial, at in self.revoked
                ],
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> RootRequest:
        """Read the file.

        Raises:
            RootFileError: code `root_file_unreadable`.
        """
        return _guarded(lambda: cls._parsed(_object(data, REQUEST_FORMAT)))

    @classmethod
    def _parsed(cls, fields: dict[str, Any]) -> RootRequest:
        keys = fields.pop("trust_keys")
        generation = fields.pop("generation")
        lines = fields.pop("revoked")
        if not isinstance(generation, int) or isinstance(generation, bool):
            raise TypeError("generation")
        if not 1 <= generation <= MAX_GENERATION or len(lines) > MAX_REVOKED:
            raise ValueError("out of range")
        if set(keys) != set(ONLINE_ROLES):
            raise ValueError("other roles")
        trust_keys = {role: bytes.fromhex(_text(keys[role])) for role in ONLINE_ROLES}
        if any(len(key) != 32 for key in trust_keys.values()):
            raise ValueError("not Ed25519")
        request = cls(
            organisation=_text(fields.pop("organisation")),
            csr=x509.load_pem_x509_csr(_text(fields.pop("csr")).encode("ascii")),
            generation=generation,
            trust_keys=trust_keys,
            trust_root=_text(fields.pop("trust_root")).encode(),
            revoked=tuple(_line(line) for line in lines),
        )
        _nothing_left(fields)
        return request


@dataclass(frozen=True)
class RootAnswer:
    """What the root answers."""

    root: x509.Certificate
    """Its own certificate."""
    signing_ca: x509.Certificate
    """The certificate that was asked for."""
    crl: x509.CertificateRevocationList
    """The root's revocation list."""
    trust_root: bytes
    """The next version of the trust list's root metadata."""
    former: FormerRoot | None = None
    """The root before it, when it was asked as well."""

    def to_bytes(self) -> bytes:
        """The file."""
        fields: dict[str, Any] = {
            "format": ANSWER_FORMAT,
            "root": _pem(self.root),
            "signing_ca": _pem(self.signing_ca),
            "crl": _pem(self.crl),
            "trust_root": self.trust_root.decode(),
        }
        if self.former is not None:
            fields["former"] = {
                "root": _pem(self.former.root),
                "crl": _pem(self.former.crl),
                "introduced": _pem(self.former.introduced),
                "vouched": _pem(self.former.vouched),
            }
        return _bytes(fields)

    @classmethod
    def from_bytes(cls, data: bytes) -> RootAnswer:
        """Read the file.

        Raises:
            RootFileError: code `root_file_unreadable`.
        """
        return _guarded(lambda: cls._parsed(_object(data, ANSWER_FORMAT)))

    @classmethod
    def _parsed(cls, fields: dict[str, Any]) -> RootAnswer:
        former = fields.pop("former") if "former" in fields else None
        answer = cls(
            root=_certificate(fields.pop("root")),
            signing_ca=_certificate(fields.pop("signing_ca")),
            crl=_list(fields.pop("crl")),
            trust_root=_text(fields.pop("trust_root")).encode(),
            former=None if former is None else _former(former),
        )
        _nothing_left(fields)
        return answer


def _former(fields: dict[str, Any]) -> FormerRoot:
    former = FormerRoot(
        root=_certificate(fields.pop("root")),
        crl=_list(fields.pop("crl")),
        introduced=_certificate(fields.pop("introduced")),
        vouched=_certificate(fields.pop("vouched")),
    )
    _nothing_left(fields)
    return former


def _certificate(value: object) -> x509.Certificate:
    return x509.load_pem_x509_certificate(_text(value).encode("ascii"))


def _list(value: object) -> x509.CertificateRevocationList:
    return x509.load_pem_x509_crl(_text(value).encode("ascii"))


def _pem(signed: x509.Certificate | x509.CertificateRevocationList) -> str:
    return signed.public_bytes(Encoding.PEM).decode()


def _guarded(parse: Callable[[], Parsed]) -> Parsed:
    try:
        return parse()
    except (
        ValueError, TypeError, KeyError, AttributeError, RecursionError, x509.InvalidVersion
    ) as error:  # fmt: skip
        raise RootFileError(
            "root_file_unreadable",
            "This file is not a request to a root, or not a root's answer.",
            "Check its name, and that it was copied whole.",
        ) from error


def _object(data: bytes, expected: str) -> dict[str, Any]:
    if len(data) > MAX_FILE_BYTES:
        raise ValueError("too long")
    fields = json.loads(data.decode())
    if not isinstance(fields, dict) or fields.pop("format", None) != expected:
        raise ValueError("another format")
    return fields


def _line(value: Any) -> tuple[int, datetime]:
    serial, at = _text(value.pop("serial")), _text(value.pop("at"))
    _nothing_left(value)
    if not 0 < len(serial) <= MAX_SERIAL_DIGITS or int(serial, 16) <= 0:
        raise ValueError("no serial number")
    return int(serial, 16), datetime.strptime(at, SECOND).replace(tzinfo=UTC)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _nothing_left(fields: dict[str, Any]) -> None:
    if fields:
        raise ValueError("unknown entries")


def _bytes(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, sort_keys=True, indent=1, ensure_ascii=False).encode() + b"\n"
