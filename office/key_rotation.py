"""New keys in the place of old ones, the signing CA's and directors'; and taking them away.

What an old certificate vouched for stays genuine: it stays on the trust list. The old private key
of a director is destroyed as soon as the new certificate is kept; that of a signing CA stays, since
it signs the revocation list of what it issued.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from cryptography import x509
from sqlalchemy import Connection, func, select, update

from office import authorities, tables, trust
from office.errors import Refused
from office.head_office import AWAITING_ROOT, HeadOffice
from office.history import Actor, record
from office.keyring import SIGNING_CA, director
from office.lifecycle import State
from office.people import Person, Role, find_person
from office.root_apart import keep_root_crl
from signing.certificates import CertificateAuthority, issue_signing_ca
from signing.root_files import RootAnswer, RootRequest
from signing.root_request import check_answer, make_csr
from signing.whole_file import write_whole
from verifier.trust_list import KeyRole

__all__ = [
    "DirectorReason",
    "renew_director",
    "request_root_lists",
    "request_signing_ca",
    "revoke_director",
    "rotate_signing_ca",
    "rotate_trust_keys",
    "take_signing_ca",
]


class DirectorReason(StrEnum):
    """Why a director's key counts no more, as the trust list says it."""

    LEFT = "left"  # signs for the company no longer
    KEY_COMPROMISE = "key_compromise"  # somebody else may have used the key


def rotate_signing_ca(office: HeadOffice, actor: Actor, now: datetime) -> x509.Certificate:
    """Make a new signing CA below the root on this machine; what comes next is issued by it.

    Raises:
        Refused: `root_apart`, when the root is kept apart: `request_signing_ca`.
    """
    if not office.keyring.root_is_here:
        raise Refused(
            "root_apart",
            "The root is kept apart, so a new signing CA needs its answer.",
            "Run: python -m office keys rotate-signing-ca --request FILE.",
        )
    with office.database.write() as connection:
        old = authorities.certificates_of(connection, KeyRole.SIGNING_CA)
        (root, *_) = authorities.certificates_of(connection, KeyRole.ROOT)
        public_key = office.keyring.create_key(SIGNING_CA, old)
        authority = CertificateAuthority(office.keyring.root_key(), root)
        certificate = issue_signing_ca(public_key, authority, now, len(old) + 1)
        _trust_signing_ca(office, connection, certificate, actor, now)
    return certificate


def request_signing_ca(office: HeadOffice) -> RootRequest:
    """Make a new signing CA's key and ask the root, which is kept apart; the last asking counts.

    Raises:
        Refused: `root_here`, when nobody has to be asked.
    """
    if office.keyring.root_is_here:
        raise _root_here("Run: python -m office keys rotate-signing-ca.")
    with office.database.write() as connection:
        old = authorities.certificates_of(connection, KeyRole.SIGNING_CA)
        public_key = office.keyring.create_key(SIGNING_CA, old)
        csr = make_csr(office.keyring.key_of(SIGNING_CA, public_key), office.organisation)
        return _ask(office, connection, csr, len(old) + 1)


def rotate_trust_keys(office: HeadOffice, actor: Actor, now: datetime) -> None:
    """Replace the keys that sign the trust list day by day, with the root on this machine.

    Raises:
        Refused: `root_apart`: `request_root_lists` with new trust keys.
    """
    if not office.keyring.root_is_here:
        raise Refused(
            "root_apart",
            "The root is kept apart, so new keys of the trust list need its answer.",
            "Run: python -m office keys rotate-trust-keys --request FILE.",
        )
    with office.database.write() as connection:
        office.publisher.rotate_keys(now)
        record(connection, now, "trust_keys_rotated", actor)
        trust.publish(office, connection, now)


def request_root_lists(office: HeadOffice, *, new_trust_keys: bool = False) -> RootRequest:
    """Ask a root kept apart for a new revocation list and root metadata, and for nothing else.

    The request is one for the signing CA that issues now, so that the root answers as always; what
    it certifies once more is not used.

    Args:
        office: the head office.
        new_trust_keys: whether the metadata is to name new keys for the trust list.

    Raises:
        Refused: `root_here`, when nobody has to be asked.
    """
    if office.keyring.root_is_here:
        raise _root_here("Nothing has to be asked: its lists are made as they are needed.")
    with office.database.write() as connection:
        known = authorities.certificates_of(connection, KeyRole.SIGNING_CA)
        present = authorities.newest_certificate(connection, KeyRole.SIGNING_CA)
        key = office.keyring.key_of(SIGNING_CA, present.public_key())
        generation = len(known) - known.index(present)
        return _ask(
            office,
            connection,
            make_csr(key, office.organisation),
            generation,
            new_trust_keys=new_trust_keys,
        )


def take_signing_ca(
    office: HeadOffice, data: bytes, actor: Actor, now: datetime
) -> x509.Certificate:
    """Take the root's answer: from now on its signing CA issues, when it is another one.

    Raises:
        Refused: `no_request`.
        RootRefused, RootFileError: it is not the answer; nothing was changed.
    """
    waiting = office.settings.data_folder / AWAITING_ROOT
    if not waiting.exists():
        raise Refused(
            "no_request",
            "No answer of a root is awaited here.",
            "Make a request first: python -m office keys rotate-signing-ca --request FILE.",
        )
    request = RootRequest.from_bytes(waiting.read_bytes())
    answer = RootAnswer.from_bytes(data)
    with office.database.write() as connection:
        roots = authorities.certificates_of(connection, KeyRole.ROOT)
        check_answer(answer, request, roots)
        known = authorities.certificates_of(connection, KeyRole.SIGNING_CA)
        if answer.root not in roots:
            authorities.trust_root(connection, office.organisation, answer.root)
            record(
                connection, now, "root_succeeded", actor, serial=f"{answer.root.serial_number:x}"
            )
        keep_root_crl(office.settings.data_folder, answer)
        office.publisher.install_root(answer.trust_root)
        # Not so when only lists were asked for, or after a cut before the last step.
        if answer.signing_ca.public_key() not in [one.public_key() for one in known]:
            _trust_signing_ca(office, connection, answer.signing_ca, actor, now)
        else:
            record(connection, now, "root_answered", actor)
            trust.publish(office, connection, now)  # with the keys that the metadata names
    waiting.unlink()
    return answer.signing_ca


def renew_director(
    office: HeadOffice, person_id: str, actor: Actor, now: datetime
) -> x509.Certificate:
    """Give a director a new key and certificate, or a first one; the old key is destroyed.

    Raises:
        NotFound: `no_such_person`.
        Refused: `not_a_director`, `person_put_aside`.
    """
    with office.database.write() as connection:
        person = _active_director(connection, person_id)
        certificate = trust.issue_for_director(office, connection, person, now)
        record(connection, now, "director_key_renewed", actor, person=person_id)
        trust.publish(office, connection, now)
    office.keyring.remove_others(director(person_id), (certificate,))
    return certificate


def revoke_director(
    office: HeadOffice, person_id: str, reason: DirectorReason, actor: Actor, now: datetime
) -> int:
    """Take a director's key away for good; what was sealed before now stays genuine.

    Returns:
        How many documents wait for this director's signature.

    Raises:
        NotFound: `no_such_person`.
        Refused: `no_key_to_revoke`, when there is none.
    """
    documents, people, keys = tables.documents, tables.people, tables.trust_keys
    with office.database.write() as connection:
        find_person(connection, person_id)
        query = select(people.c.certificate_der).where(people.c.id == person_id)
        der = connection.execute(query).scalar()
        if der is None:
            raise Refused(
                "no_key_to_revoke", "This person has no signing key.", "Nothing is to be done."
            )
        connection.execute(
            update(keys)
            .where(keys.c.certificate_der == der)
            .values(revoked_at=now.replace(microsecond=0), revocation_reason=reason.value)
        )
        connection.execute(
            update(people).where(people.c.id == person_id).values(certificate_der=None)
        )
        record(connection, now, "director_revoked", actor, person=person_id, reason=reason.value)
        trust.publish(office, connection, now)
        waiting = select(func.count()).where(
            documents.c.director_id == person_id, documents.c.state == State.SENT.value
        )
        count = int(connection.execute(waiting).scalar_one())
    office.keyring.remove_others(director(person_id), ())
    return count


def _ask(
    office: HeadOffice,
    connection: Connection,
    csr: x509.CertificateSigningRequest,
    generation: int,
    *,
    new_trust_keys: bool = False,
) -> RootRequest:
    publisher = office.publisher
    request = RootRequest(
        organisation=office.organisation,
        csr=csr,
        generation=generation,
        trust_keys=publisher.following_keys() if new_trust_keys else publisher.online_keys(),
        trust_root=publisher.root_bytes(),
        revoked=authorities.revoked_signing_cas(connection),
    )
    write_whole(office.settings.data_folder / AWAITING_ROOT, request.to_bytes())
    return request


def _root_here(next_step: str) -> Refused:
    return Refused("root_here", "The root is on this machine.", next_step)


def _trust_signing_ca(
    office: HeadOffice,
    connection: Connection,
    certificate: x509.Certificate,
    actor: Actor,
    now: datetime,
) -> None:
    authorities.trust_signing_ca(connection, office.organisation, certificate)
    serial = f"{certificate.serial_number:x}"
    record(connection, now, "signing_ca_rotated", actor, serial=serial)
    trust.publish(office, connection, now)


def _active_director(connection: Connection, person_id: str) -> Person:
    person = find_person(connection, person_id)
    if person.role is not Role.DIRECTOR:
        raise Refused(
            "not_a_director", "Only a director signs.", "Give the person that role first."
        )
    if not person.active:
        raise Refused(
            "person_put_aside", "This person was put aside.", "Let the person sign in again first."
        )
    return person
