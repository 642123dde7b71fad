"""What `python -m office` does with its arguments (see office/__main__.py for the exit codes)."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count

from office import (
    bringing,
    journal_commands,
    keep_command,
    key_commands,
    people,
    preparation,
    root_commands,
    secret_commands,
    signing_again,
    staff_commands,
    stick,
    stroke_commands,
    trust,
)
from office.command_options import Command, make_parser
from office.documents import LIST_LIMIT, DocumentFilter, find_document, list_documents
from office.errors import NotSetUp, OfficeError, Refused
from office.head_office import HeadOffice, open_head_office
from office.history import Actor
from office.kiosks import Kiosk, add_kiosk, list_kiosks
from office.layout import Layout
from office.people import NewPerson, Person, Role, list_people
from office.plan_files import read_file, read_plan
from office.preparation import NewDocument
from office.renewal import ask_for_new_keys
from office.revocation import RevocationReason, revoke_kiosk
from office.serving import serve
from office.settings import LANGUAGES, Settings, read_settings
from office.setup_commands import given_password, init
from office.signing_order import NewClient
from signing.errors import SigningError
from sync.staff import IdentityWay

__all__ = ["main"]

EXIT_DONE, EXIT_REFUSED, EXIT_NOT_SET_UP, EXIT_PDF = 0, 1, 3, 4
PDF_CODES = frozenset(
    {
        "broken_pdf",
        "dynamic_form",
        "empty_file",
        "encrypted_pdf",
        "already_signed",
        "no_pages",
        "not_a_pdf",
        "page_too_large",
        "page_too_small",
        "too_large",
        "too_many_pages",
        "too_many_parts",
        "would_not_verify",
        "wrong_password",
    }
)
"""Refusals that are about the PDF itself: exit code 4."""


def main(arguments: Sequence[str]) -> int:
    """Run one command; return its exit code."""
    options = make_parser(COMMANDS).parse_args(arguments)
    try:
        command: Command = options.command
        command(options, _settings(options))
    except NotSetUp as error:
        return _complain(error, EXIT_NOT_SET_UP)
    except (OfficeError, SigningError) as error:
        return _complain(error, EXIT_PDF if error.code in PDF_CODES else EXIT_REFUSED)
    except BrokenPipeError:  # `| head` has read enough
        return EXIT_DONE
    except OSError as error:
        return _complain(_unusable(error), EXIT_NOT_SET_UP)
    except KeyboardInterrupt:
        return EXIT_DONE
    return EXIT_DONE


def _unusable(error: OSError) -> NotSetUp:
    return NotSetUp(
        "folder_unusable",
        f"The data folder cannot be used: {error.strerror or error}.",
        "Check its name, its permissions and the free disk space.",
    )


def _complain(error: OfficeError | SigningError, code: int) -> int:
    print(f"{error.sentence} [{error.code}]", file=sys.stderr)
    if error.next_step:
        print(error.next_step, file=sys.stderr)
    return code


def _settings(options: argparse.Namespace) -> Settings:
    return read_settings(
        os.environ,
        data_folder=options.data,
        port=getattr(options, "port", None),
        listen_host=getattr(options, "host", None),
        public_url=getattr(options, "public_url", None),
        development=getattr(options, "development", None) or None,
    )


def _serve(_options: argparse.Namespace, settings: Settings) -> None:
    serve(settings)


def _people_add(options: argparse.Namespace, settings: Settings) -> None:
    new = NewPerson(
        options.email, options.name, Role(options.role), options.language, given_password(options)
    )
    now = datetime.now(UTC)
    with _opened(settings) as office, office.database.write() as connection:
        person = people.add_person(connection, new, Actor(), now)
        if person.role is Role.DIRECTOR:
            trust.certify_director(office, connection, person, now)
            trust.publish(office, connection, now)
    print(person.id)


def _people_password(options: argparse.Namespace, settings: Settings) -> None:
    password, now = given_password(options), datetime.now(UTC)
    with _opened(settings) as office, office.database.write() as connection:
        people.set_password(connection, options.email, password, Actor(), now)
    print("The password is changed; sessions of this person have ended.")


def _people_list(_options: argparse.Namespace, settings: Settings) -> None:
    with _opened(settings) as office, office.database.read() as connection:
        for person in list_people(connection):
            _print_json(
                id=person.id, email=person.email, name=person.name, role=person.role.value,
                active=person.active, has_key=person.has_key,
            )  # fmt: skip


def _kiosk_add(options: argparse.Namespace, settings: Settings) -> None:
    with _opened(settings) as office:
        kiosk, code = add_kiosk(office, options.name, Actor(), datetime.now(UTC), options.phones)
    print(f"{kiosk.id} {code.text}")


def _kiosk_list(_options: argparse.Namespace, settings: Settings) -> None:
    with _opened(settings) as office, office.database.read() as connection:
        for kiosk in list_kiosks(connection):
            seen = None if kiosk.seen_at is None else kiosk.seen_at.isoformat()
            _print_json(
                id=kiosk.id, name=kiosk.name, enrolled=kiosk.enrolled_at is not None,
                revoked=kiosk.revoked_at is not None, seen_at=seen,
            )  # fmt: skip


def _kiosk_renew_keys(options: argparse.Namespace, settings: Settings) -> None:
    with _opened(settings) as office:
        with office.database.read() as connection:
            kiosk = _one_kiosk(list_kiosks(connection), options.kiosk)
        ask_for_new_keys(office, kiosk.id, Actor(), datetime.now(UTC))
    print(f"{kiosk.name} ({kiosk.id}) makes new keys at its next contact.")


def _kiosk_revoke(options: argparse.Namespace, settings: Settings) -> None:
    with _opened(settings) as office:
        with office.database.read() as connection:
            kiosk = _one_kiosk(list_kiosks(connection), options.kiosk)
        reason = RevocationReason(options.reason)
        waiting = revoke_kiosk(office, kiosk.id, reason, Actor(), datetime.now(UTC))
    print(f"{kiosk.name} ({kiosk.id}) is shut out.")
    if waiting:
        print(f"{waiting} documents wait there: send their clients to another kiosk.")


def _documents_add(options: argparse.Namespace, settings: Settings) -> None:
    layouts, plan = read_plan(options.plan)
    now = datetime.now(UTC)
    pdf = read_file(options.pdf, preparation.MAX_INPUT_BYTES)
    with _opened(settings) as office:
        director, operator, kiosk_id = _parties(office, options)
        name = options.client_name or (plan.clients[0].name if plan else "")
        contact = options.email or options.mobile
        clients = [NewClient(name, contact, kiosk_id, options.stamp, layouts[0])]
        for place, (other, reached_at) in enumerate(options.and_client, start=1):
            layout = layouts[place] if place < len(layouts) else Layout()
            clients.append(NewClient(other, reached_at, kiosk_id, layout=layout))
        new = NewDocument(
            pdf=pdf,
            title=options.title or (plan.title if plan else options.pdf.stem),
            clients=clients,
            director_id=director.id,
            language=options.language or (plan.language if plan else LANGUAGES[0]),
            number=options.number or (plan.number if plan else ""),
            password=os.environ.get("SYGNET_OFFICE_PDF_PASSWORD", ""),
            layout=layouts[0],
            identity=IdentityWay(options.identity),
        )
        document_id = preparation.create_document(office, new, Actor(operator.id), now)
        if options.send:
            preparation.send_to_director(office, document_id, Actor(operator.id), now)
        with office.database.read() as connection:
            document = find_document(connection, document_id)
    _print_json(id=document.id, number=document.number, short_number=document.short_number)


def _documents_list(_options: argparse.Namespace, settings: Settings) -> None:
    with _opened(settings) as office, office.database.read() as connection:
        for page in count():
            documents = list_documents(connection, DocumentFilter(page=page))
            for document in documents[:LIST_LIMIT]:
                _print_json(
                    id=document.id, number=document.number, short_number=document.short_number,
                    state=document.state.value, quarantined=document.quarantined,
                )  # fmt: skip
            if len(documents) <= LIST_LIMIT:
                break


@contextmanager
def _opened(settings: Settings) -> Iterator[HeadOffice]:
    office = open_head_office(settings)
    try:
        yield office
    finally:
        office.close()


def _parties(office: HeadOffice, options: argparse.Namespace) -> tuple[Person, Person, str]:
    """Return the director, the operator and the kiosk that the options name or leave open."""
    with office.database.read() as connection:
        directors = [one for one in list_people(connection, Role.DIRECTOR) if one.has_key]
        operators = [
            one
            for role in (Role.OPERATOR, Role.ADMINISTRATOR)
            for one in list_people(connection, role)
        ]
        kiosk = _one_kiosk(list_kiosks(connection), options.kiosk)
    if options.director:
        directors = [one for one in directors if one.email == options.director.lower()]
    if options.by:
        operators = [one for one in operators if one.email == options.by.lower()]
    _need_one(directors, "--director", "no_such_director")
    _need_one(operators[:1], "--by", "no_such_person")
    return directors[0], operators[0], kiosk.id


def _one_kiosk(kiosks: Sequence[Kiosk], wanted: str | None) -> Kiosk:
    """Return the kiosk of that id or name, or the only one; a name means one in use."""
    found = [
        one
        for one in kiosks
        if wanted == one.id or (wanted in {None, one.name} and one.revoked_at is None)
    ]
    _need_one(found, "--kiosk", "no_such_kiosk")
    return found[0]


def _need_one(found: Sequence[object], option: str, code: str) -> None:
    if len(found) != 1:
        sentence = "There is none." if not found else "There are several."
        raise Refused(code, sentence, f"Say which one with {option}.")


def _print_json(**facts: object) -> None:
    print(json.dumps(facts, ensure_ascii=False))


COMMANDS: Mapping[str, Command] = {
    "init": init,
    "serve": _serve,
    "people add": _people_add,
    "people list": _people_list,
    "people password": _people_password,
    "kiosk add": _kiosk_add,
    "kiosk list": _kiosk_list,
    "kiosk renew-keys": _kiosk_renew_keys,
    "kiosk revoke": _kiosk_revoke,
    "staff add": staff_commands.add,
    "staff list": staff_commands.list_all,
    "documents add": _documents_add,
    "documents list": _documents_list,
    "documents bring": bringing.bring,
    "documents sign-again": signing_again.sign_again_now,
    "documents keep": keep_command.keep,
    "journal check": journal_commands.check,
    "journal proof": journal_commands.prove,
    "keys list": key_commands.list_all,
    "keys rotate-signing-ca": key_commands.rotate_signing_ca,
    "keys revoke-signing-ca": key_commands.revoke_signing_ca,
    "keys revoke-time-service": key_commands.revoke_time_service,
    "keys rotate-response-key": key_commands.rotate_response_key,
    "keys replace-credential": secret_commands.other_credential,
    "keys replace-secret": secret_commands.other_secret,
    "keys rotate-trust-keys": key_commands.rotate_trust_keys,
    "keys ask-root": key_commands.ask_root,
    "keys export": key_commands.export,
    "keys renew-director": key_commands.renew_director,
    "keys revoke-director": key_commands.revoke_director,
    "strokes record": stroke_commands.record,
    "strokes open": stroke_commands.open_one,
    "root create": root_commands.create,
    "stick": stick.stick,
    "root recover": root_commands.recover,
    "root sign-request": root_commands.sign_request,
    "root export": root_commands.export,
    "root forget": root_commands.forget,
}
"""What each command does."""
