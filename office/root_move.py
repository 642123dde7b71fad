"""Taking a root away from the machine on which it was made.

    root = exported(office)                           # what goes on the stick and on paper
    forget_root(office, secrets, actor, now)          # after both were read back: destroyed here

The root's certificate stays what it is, and everything below it. The trust list's root role goes
to the key that the same secret gives (`signing.root_keys`), so that 24 words are enough for both.
What a cut leaves: before the new role is published the root is here as before; afterwards the same
command ends the work.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from office import authorities, trust
from office.authority_lists import write_own_lists
from office.ca_revocation import common_name_of
from office.errors import Refused
from office.head_office import HeadOffice
from office.history import Actor, record
from office.keyring import KeyPlace
from office.root_apart import ROOT_LIST
from signing.root_keys import RootSecret
from signing.whole_file import write_whole
from verifier.trust_list import KeyRole

__all__ = ["exported", "forget_root"]


def exported(office: HeadOffice) -> tuple[RootSecret, x509.Certificate]:
    """Return the secret and the certificate of the root on this machine; nothing is changed.

    Raises:
        Refused: `root_apart`, `root_in_token`.
    """
    if not office.keyring.root_is_here:
        raise _apart()
    if office.keyring.root_place is KeyPlace.TOKEN:
        raise Refused(
            "root_in_token",
            "The root is in a token, which gives no key away.",
            "Keep the token safe: it is the only copy. A root of words is made with root create.",
        )
    with office.database.read() as connection:
        (certificate, *_) = authorities.certificates_of(connection, KeyRole.ROOT)
    return RootSecret.of_key(office.keyring.root_key()), certificate


def forget_root(
    office: HeadOffice, proofs: Sequence[RootSecret], actor: Actor, now: datetime
) -> None:
    """Destroy the root's keys here, once every copy was proved to be one.

    Args:
        office: the head office.
        proofs: the secret as it was read back from the sealed file, from the words, or both.
        actor: who does it.
        now: the time.

    Raises:
        Refused: `root_apart`; `no_proof`, without any copy; `words_of_another_root`. Nothing was
            changed.
    """
    secret, certificate = exported(office)
    if not proofs:
        raise Refused(
            "no_proof",
            "No copy of the root was shown to be readable.",
            "Give --root FOLDER, or type the words with --words, or both.",
        )
    if any(proof.for_certificate(certificate) != secret for proof in proofs):
        raise Refused(
            "words_of_another_root",
            "This copy is not that of this head office's root.",
            "Take the stick and the paper that root export made.",
        )
    with office.database.write() as connection:
        lists = write_own_lists(office, connection, now)
        write_whole(
            office.settings.data_folder / "authorities" / ROOT_LIST,
            lists[common_name_of(certificate)].public_bytes(Encoding.DER),
        )
        office.publisher.hand_over_root(secret.trust_key(), now)
        record(connection, now, "root_moved", actor)
        trust.publish(office, connection, now)
    office.publisher.forget_root_key()
    office.keyring.forget_root()


def _apart() -> Refused:
    return Refused(
        "root_apart",
        "The root is not on this machine.",
        "Nothing is to be done: it is kept apart already.",
    )
