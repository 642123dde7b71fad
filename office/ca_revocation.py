"""Revoking a signing CA: somebody else may have its key.

The trust list names every certificate that counts, so what a thief issues under the stolen key
never counts for Sygnet's own verifier. Validators that know X.509 only go by the root's
revocation list, in which the CA stands from now on. What hangs below the CA is replaced: directors
get new keys at once, kiosks are asked for theirs. What was sealed before stays genuine, and so does
what honest kiosks deliver that had not heard of it yet (`office.late_receipts`).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from sqlalchemy import Connection, func, select, update

from office import authorities, tables, trust
from office.authority_lists import write_own_lists
from office.errors import NotFound, Refused
from office.head_office import HeadOffice
from office.history import Actor, record
from office.key_list import key_name
from office.keyring import SIGNING_CA, director
from office.lifecycle import State
from office.people import Person, Role, list_people
from office.renewal import ask_those_below
from signing.certificates import CertificateAuthority, issue_signing_ca
from verifier.trust_list import KeyRole

__all__ = [
    "RevokedSigningCa",
    "SigningCaReason",
    "common_name_of",
    "find_signing_ca",
    "revoke_signing_ca",
]

WAITING = (State.DIRECTOR_SIGNED, State.DUE)
"""States of documents that a director has signed and no kiosk has sealed."""


class SigningCaReason(StrEnum):
    """Why a signing CA counts no more, as the trust list says it."""

    STOLEN = "stolen"  # the machine or token with its key is gone
    KEY_COMPROMISE = "key_compromise"  # somebody else may have used the key


@dataclass(frozen=True)
class RevokedSigningCa:
    """What a revocation led to."""

    successor: x509.Certificate  # issues from now on
    kiosks_asked: int  # kiosks that make new keys at their next contact
    directors_renewed: tuple[str, ...]  # names of those who have new keys
    waiting_documents: int  # signed by those before, not sealed: to be signed again
    root_must_sign: bool  # the root is apart: its revocation list comes with its next answer


def common_name_of(certificate: x509.Certificate) -> str:
    """Return the name that people call an authority by."""
    return str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def find_signing_ca(connection: Connection, identifier: str) -> x509.Certificate:
    """Return the signing CA whose key has this identifier; spaces do not matter.

    Raises:
        NotFound: `no_such_signing_ca`.
    """
    wanted = "".join(identifier.split()).lower()
    for certificate in authorities.certificates_of(connection, KeyRole.SIGNING_CA):
        if key_name(certificate) == wanted:
            return certificate
    raise NotFound(
        "no_such_signing_ca", "There is no signing CA with this key.", "Look at: keys list."
    )


def revoke_signing_ca(
    office: HeadOffice, identifier: str, reason: SigningCaReason, actor: Actor, now: datetime
) -> RevokedSigningCa:
    """Revoke a signing CA for good, and replace what hangs below it.

    With the root here a successor is made on the way, when there is none.

    Raises:
        NotFound: `no_such_signing_ca`.
        Refused: `signing_ca_revoked`, `successor_needed` (the root is apart and has not certified
            another signing CA yet).
    """
    keys = tables.trust_keys
    with office.database.write() as connection:
        revoked = find_signing_ca(connection, identifier)
        others = _others_in_force(connection, revoked)
        if not others:
            others = [_successor(office, connection, now)]
        connection.execute(
            update(keys)
            .where(keys.c.certificate_der == revoked.public_bytes(Encoding.DER))
            .values(revoked_at=now.replace(microsecond=0), revocation_reason=reason.value)
        )
        renewed = [
            person
            for person in list_people(connection, Role.DIRECTOR)
            if person.active and _hangs_below(connection, person, revoked)
        ]
        made = {
            person.id: trust.issue_for_director(office, connection, person, now)
            for person in renewed
        }
        asked = ask_those_below(connection, revoked, actor, now)
        serial = f"{revoked.serial_number:x}"
        record(connection, now, "signing_ca_revoked", actor, serial=serial, reason=reason.value)
        trust.publish(office, connection, now)
        waiting = _waiting(connection, [person.id for person in renewed])
    for person_id, certificate in made.items():
        office.keyring.remove_others(director(person_id), (certificate,))
    with office.database.write() as connection:
        write_own_lists(office, connection, now)
    return RevokedSigningCa(
        successor=others[0],
        kiosks_asked=asked,
        directors_renewed=tuple(person.name for person in renewed),
        waiting_documents=waiting,
        root_must_sign=not office.keyring.root_is_here,
    )


def _others_in_force(connection: Connection, revoked: x509.Certificate) -> list[x509.Certificate]:
    """The signing CAs that count, newest first, without the one that is to go."""
    keys = tables.trust_keys
    query = select(keys.c.certificate_der).where(
        keys.c.role == KeyRole.SIGNING_CA.value, keys.c.revoked_at.is_(None)
    )
    ders = connection.execute(query.order_by(keys.c.id.desc())).scalars()
    in_force = [x509.load_der_x509_certificate(der) for der in ders]
    if revoked not in in_force:
        raise Refused(
            "signing_ca_revoked", "This signing CA is revoked already.", "Nothing is to be done."
        )
    return [one for one in in_force if one != revoked]


def _successor(office: HeadOffice, connection: Connection, now: datetime) -> x509.Certificate:
    if not office.keyring.root_is_here:
        raise Refused(
            "successor_needed",
            "No other signing CA is there, and the root is kept apart.",
            "Make one first: keys rotate-signing-ca --request FILE, then --answer FILE.",
        )
    old = authorities.certificates_of(connection, KeyRole.SIGNING_CA)
    (root, *_) = authorities.certificates_of(connection, KeyRole.ROOT)
    public_key = office.keyring.create_key(SIGNING_CA, old)
    authority = CertificateAuthority(office.keyring.root_key(), root)
    made = issue_signing_ca(public_key, authority, now, len(old) + 1)
    authorities.trust_signing_ca(connection, office.organisation, made)
    return made


def _hangs_below(connection: Connection, person: Person, authority: x509.Certificate) -> bool:
    """Whether a director's present certificate was issued by an authority."""
    people = tables.people
    query = select(people.c.certificate_der).where(people.c.id == person.id)
    der = connection.execute(query).scalar()
    if der is not None:
        with suppress(ValueError, TypeError, InvalidSignature):
            x509.load_der_x509_certificate(der).verify_directly_issued_by(authority)
            return True
    return False


def _waiting(connection: Connection, director_ids: list[str]) -> int:
    documents = tables.documents
    query = select(func.count()).where(
        documents.c.director_id.in_(director_ids),
        documents.c.state.in_([state.value for state in WAITING]),
    )
    return int(connection.execute(query).scalar_one())
