"""The authorities of head office, its root and signing CAs, and what the trust list holds of keys.

Every certificate that was ever on the list stays there; of the signing CAs the newest issues.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import Connection, insert, select

from office import tables
from office.errors import NotSetUp
from office.keyring import SIGNING_CA
from signing.certificates import (
    CertificateAuthority,
    CertificateRefused,
    issue_signing_ca,
    make_root,
)
from sync.errors import RequestRefused
from verifier.trust_list import KeyRole

if TYPE_CHECKING:
    from office.head_office import HeadOffice

Given = ParamSpec("Given")
Issued = TypeVar("Issued")

__all__ = [
    "certificates_of",
    "chain",
    "issuer_among",
    "make_authorities",
    "newest_certificate",
    "revoked_signing_cas",
    "told_to_kiosks",
    "trust_authorities",
    "trust_key",
    "trust_root",
    "trust_signing_ca",
]


def told_to_kiosks(issue: Callable[Given, Issued]) -> Callable[Given, Issued]:
    """Let a kiosk hear why it gets no certificate: an authority that has run out, with its code."""

    @wraps(issue)
    def issue_or_say_why(*arguments: Given.args, **names: Given.kwargs) -> Issued:
        try:
            return issue(*arguments, **names)
        except CertificateRefused as error:
            raise RequestRefused(
                error.code,
                error.sentence,
                "Tell the administrator: head office needs a new signing CA.",
                409,
            ) from error

    return issue_or_say_why


def make_authorities(
    office: HeadOffice, name: str, country: str, now: datetime
) -> tuple[x509.Certificate, x509.Certificate]:
    """Make the certificates of the root and of the first signing CA on this machine."""
    root_key = office.keyring.root_key()
    root = make_root(name, country, root_key, now)
    public_key = office.keyring.create_key(SIGNING_CA, ())
    return root, issue_signing_ca(public_key, CertificateAuthority(root_key, root), now)


def trust_authorities(
    connection: Connection, name: str, root: x509.Certificate, signing_ca: x509.Certificate
) -> None:
    """Put the root and the first signing CA of a new head office on the trust list."""
    trust_key(connection, KeyRole.ROOT, name, root)
    trust_key(connection, KeyRole.SIGNING_CA, name, signing_ca)


def chain(
    connection: Connection, certificate: x509.Certificate | None = None
) -> tuple[x509.Certificate, ...]:
    """Return the certificates above one, nearest first; above the next one issued by default."""
    authority = (
        newest_certificate(connection, KeyRole.SIGNING_CA)
        if certificate is None
        else issuer_among(certificate, certificates_of(connection, KeyRole.SIGNING_CA))
    )
    return authority, issuer_among(authority, certificates_of(connection, KeyRole.ROOT))


def issuer_among(
    certificate: x509.Certificate, authorities: Iterable[x509.Certificate]
) -> x509.Certificate:
    """Return the authority that issued a certificate.

    Raises:
        NotSetUp: `not_set_up`: it is none of these.
    """
    for authority in authorities:
        with suppress(ValueError, TypeError, InvalidSignature):
            certificate.verify_directly_issued_by(authority)
            return authority
    raise _not_set_up()


def certificates_of(connection: Connection, role: KeyRole) -> list[x509.Certificate]:
    """Return all certificates of a role that were ever on the list, newest first."""
    keys = tables.trust_keys
    query = select(keys.c.certificate_der).where(keys.c.role == role.value)
    found = connection.execute(query.order_by(keys.c.id.desc())).scalars()
    return [x509.load_der_x509_certificate(der) for der in found]


def trust_root(connection: Connection, name: str, certificate: x509.Certificate) -> None:
    """Put another root on the trust list, beside those before it."""
    trust_key(connection, KeyRole.ROOT, name, certificate)


def trust_signing_ca(connection: Connection, name: str, certificate: x509.Certificate) -> None:
    """Put another signing CA on the trust list; the newest one issues."""
    trust_key(connection, KeyRole.SIGNING_CA, name, certificate)


def revoked_signing_cas(connection: Connection) -> tuple[tuple[int, datetime], ...]:
    """Return serial number and time of every signing CA that was revoked."""
    keys = tables.trust_keys
    rows = connection.execute(
        select(keys.c.certificate_der, keys.c.revoked_at).where(
            keys.c.role == KeyRole.SIGNING_CA.value, keys.c.revoked_at.is_not(None)
        )
    )
    return tuple((x509.load_der_x509_certificate(der).serial_number, at) for der, at in rows)


def newest_certificate(connection: Connection, role: KeyRole) -> x509.Certificate:
    """Return the newest certificate of a role that was not revoked.

    Raises:
        NotSetUp: `not_set_up`.
    """
    query = select(tables.trust_keys.c.certificate_der).where(
        tables.trust_keys.c.role == role.value, tables.trust_keys.c.revoked_at.is_(None)
    )
    der = connection.execute(query.order_by(tables.trust_keys.c.id.desc())).scalar()
    if der is None:
        raise _not_set_up()
    return x509.load_der_x509_certificate(der)


def trust_key(
    connection: Connection,
    role: KeyRole,
    holder: str,
    certificate: x509.Certificate,
    kiosk_id: str | None = None,
) -> None:
    """Put a key on the trust list, for as long as its certificate is valid."""
    connection.execute(
        insert(tables.trust_keys).values(
            role=role.value,
            holder=holder,
            kiosk_id=kiosk_id,
            certificate_der=certificate.public_bytes(Encoding.DER),
            valid_from=certificate.not_valid_before_utc,
            valid_until=certificate.not_valid_after_utc,
        )
    )


def _not_set_up() -> NotSetUp:
    return NotSetUp(
        "not_set_up",
        "This data folder holds no head office yet.",
        "Run: python -m office init --data FOLDER",
    )
