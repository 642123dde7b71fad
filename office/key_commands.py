"""`python -m office keys`: look at the keys, renew them, take a director's away."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from cryptography.hazmat.primitives.serialization import Encoding

from office import ca_revocation, key_rotation
from office.authorities import certificates_of
from office.authority_lists import write_own_lists
from office.ca_revocation import SigningCaReason, common_name_of
from office.errors import Refused
from office.head_office import HeadOffice, open_head_office
from office.history import Actor
from office.key_list import KeyEntry, list_keys
from office.key_rotation import DirectorReason
from office.keyring import KeyPlace
from office.people import Person, Role, list_people
from office.response_key import present_response_key, replace_response_key
from office.root_apart import between_roots, fingerprint
from office.root_commands import read_file
from office.service_keys import ServiceKeyReason, revoke_service_key
from office.settings import Settings
from signing.whole_file import write_whole
from verifier.trust_list import KeyRole

__all__ = [
    "ask_root",
    "export",
    "list_all",
    "print_table",
    "renew_director",
    "revoke_director",
    "revoke_signing_ca",
    "revoke_time_service",
    "rotate_response_key",
    "rotate_signing_ca",
    "rotate_trust_keys",
]


def list_all(options: argparse.Namespace, settings: Settings) -> None:
    """Print every key: as a table on a terminal, else as a line of JSON."""
    office = open_head_office(settings)
    try:
        with office.database.read() as connection:
            entries = list_keys(office, connection, datetime.now(UTC))
    finally:
        office.close()
    if sys.stdout.isatty() and not options.json:
        print_table(entries)
        return
    for one in entries:
        facts = {
            "key": one.identifier,
            "role": one.role.value,
            "holder": one.holder,
            "kept": one.place.value,
            "current": one.current,
            "valid_until": one.valid_until.isoformat(),
            "renew": one.renew,
            "revoked": one.reason or None,
        }
        print(json.dumps(facts, ensure_ascii=False))


def print_table(entries: Sequence[KeyEntry]) -> None:
    """Print keys for people."""
    rows = [("KEY", "WHAT IT IS", "HOLDER", "KEPT", "UNTIL", "STATE")]
    rows += [
        (
            one.name,
            one.role.value.replace("_", " "),
            one.holder,
            _kept(one),
            f"{one.valid_until:%Y-%m-%d}",
            _state(one),
        )
        for one in entries
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip())


def _kept(entry: KeyEntry) -> str:
    if entry.place is not KeyPlace.NOT_HERE:
        return entry.place.value
    if entry.kiosk_id is not None:
        return "on the kiosk"
    return "destroyed" if entry.role is KeyRole.DIRECTOR else "not here"


def _state(entry: KeyEntry) -> str:
    if entry.revoked_at is not None:
        return f"revoked: {entry.reason.replace('_', ' ')}"
    if not entry.current:
        return "replaced"
    return "renew" if entry.renew else "in use"


def rotate_signing_ca(options: argparse.Namespace, settings: Settings) -> None:
    """Make a new signing CA; with the root apart in two steps."""
    now = datetime.now(UTC)
    office = open_head_office(settings)
    try:
        if options.request:
            request = key_rotation.request_signing_ca(office)
            write_whole(options.request, request.to_bytes())
            print(f"Carry {options.request} to the root. Key: {fingerprint(request)}")
            return
        if options.answer:
            answer = read_file(options.answer)
            made = key_rotation.take_signing_ca(office, answer, Actor(), now)
        else:
            made = key_rotation.rotate_signing_ca(office, Actor(), now)
    finally:
        office.close()
    print(f"The new signing CA is valid until {made.not_valid_after_utc:%Y-%m-%d}.")
    print("Directors and kiosks keep their certificates until they are renewed.")


def ask_root(options: argparse.Namespace, settings: Settings) -> None:
    """Get a new revocation list and root metadata from a root kept apart."""
    office = open_head_office(settings)
    try:
        if options.request:
            request = key_rotation.request_root_lists(office)
            write_whole(options.request, request.to_bytes())
            print(f"Carry {options.request} to the root. Key: {fingerprint(request)}")
            return
        answer = read_file(options.answer)
        key_rotation.take_signing_ca(office, answer, Actor(), datetime.now(UTC))
    finally:
        office.close()
    print("The root's revocation list and the trust list's root role are renewed.")


def rotate_trust_keys(options: argparse.Namespace, settings: Settings) -> None:
    """Replace the keys that sign the trust list; with the root apart in two steps."""
    now = datetime.now(UTC)
    office = open_head_office(settings)
    try:
        if options.request:
            request = key_rotation.request_root_lists(office, new_trust_keys=True)
            write_whole(options.request, request.to_bytes())
            print(f"Carry {options.request} to the root. Key: {fingerprint(request)}")
            return
        if options.answer:
            key_rotation.take_signing_ca(office, read_file(options.answer), Actor(), now)
        else:
            key_rotation.rotate_trust_keys(office, Actor(), now)
    finally:
        office.close()
    print("The trust list is signed with new keys; the old ones are destroyed. Kiosks follow.")


def rotate_response_key(_options: argparse.Namespace, settings: Settings) -> None:
    """Replace the key that signs answers to kiosks."""
    office = open_head_office(settings)
    try:
        replace_response_key(office, Actor(), datetime.now(UTC))
        with office.database.read() as connection:
            made = present_response_key(office, connection)
    finally:
        office.close()
    print(f"Answers to kiosks are signed by the key {made.name}; the former one is destroyed.")
    print("Kiosks follow at their next contact, however long they were away.")
    print(
        "Make a new backup of the folder of keys: kiosks that followed do not believe an old one."
    )


def revoke_signing_ca(options: argparse.Namespace, settings: Settings) -> None:
    """Revoke a signing CA and replace what hangs below it."""
    reason, now = SigningCaReason(options.reason), datetime.now(UTC)
    office = open_head_office(settings)
    try:
        done = ca_revocation.revoke_signing_ca(office, options.key, reason, Actor(), now)
    finally:
        office.close()
    name = common_name_of(done.successor)
    print(f"The signing CA is revoked; {name} issues from now on.")
    print(f"Directors with new keys: {', '.join(done.directors_renewed) or 'none'}.")
    print(f"Kiosks that make new keys at their next contact: {done.kiosks_asked}.")
    print("What was sealed before now stays genuine.")
    if done.waiting_documents:
        print(f"{done.waiting_documents} documents were signed under it and are not sealed yet:")
        print("once their kiosks were in contact, have them signed again: documents sign-again.")
    if done.root_must_sign:
        print("The root's revocation list does not name it yet. Ask the root for another one:")
        print("python -m office keys ask-root --request FILE")


def revoke_time_service(options: argparse.Namespace, settings: Settings) -> None:
    """Take a time-stamping service's key off the list of those that count."""
    reason, now = ServiceKeyReason(options.reason), datetime.now(UTC)
    office = open_head_office(settings)
    try:
        done = revoke_service_key(office, options.key, reason, Actor(), now)
    finally:
        office.close()
    print(f"{done.holder} time-stamps nothing that counts any more.")
    print("What was sealed before now stays genuine.")
    print(f"Files whose evidence is looked at, and made anew where needed: {done.evidence_anew}.")
    if done.waiting_documents:
        print(f"{done.waiting_documents} documents are signed by a director and not sealed yet:")
        print("cancel and make anew those that carry a time-stamp of this service.")


def export(options: argparse.Namespace, settings: Settings) -> None:
    """Write what validators need that know X.509 only."""
    office = open_head_office(settings)
    try:
        with office.database.write() as connection:
            lists = write_own_lists(office, connection, datetime.now(UTC))
            roots = certificates_of(connection, KeyRole.ROOT)
            signing = certificates_of(connection, KeyRole.SIGNING_CA)
    finally:
        office.close()
    options.out.mkdir(parents=True, exist_ok=True)
    files = {
        "root.pem": [one.public_bytes(Encoding.PEM) for one in roots],
        "between-roots.pem": [
            one.public_bytes(Encoding.PEM) for one in between_roots(settings.data_folder)
        ],
        "signing-cas.pem": [one.public_bytes(Encoding.PEM) for one in signing],
        "revocation-lists.pem": [one.public_bytes(Encoding.PEM) for one in lists.values()],
    }
    for file_name, parts in files.items():
        write_whole(options.out / file_name, b"".join(parts))
        (options.out / file_name).chmod(0o644)
        print(options.out / file_name)


def renew_director(options: argparse.Namespace, settings: Settings) -> None:
    """Give a director a new key."""
    office = open_head_office(settings)
    try:
        person = _director(office, options.email)
        made = key_rotation.renew_director(office, person.id, Actor(), datetime.now(UTC))
    finally:
        office.close()
    print(f"{person.name} has a new key, valid until {made.not_valid_after_utc:%Y-%m-%d}.")


def revoke_director(options: argparse.Namespace, settings: Settings) -> None:
    """Take a director's key away."""
    office = open_head_office(settings)
    try:
        person = _director(office, options.email)
        reason, now = DirectorReason(options.reason), datetime.now(UTC)
        waiting = key_rotation.revoke_director(office, person.id, reason, Actor(), now)
    finally:
        office.close()
    print(f"{person.name} signs no more. What was sealed before stays genuine.")
    if waiting:
        print(f"{waiting} documents wait for this signature: cancel them and make them anew.")


def _director(office: HeadOffice, email: str) -> Person:
    with office.database.read() as connection:
        people = list_people(connection)
    for person in people:
        if person.email == email.strip().lower() and person.role is Role.DIRECTOR:
            return person
    raise Refused("no_such_director", "There is no such director.", "Look at: people list.")
