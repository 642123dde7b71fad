"""`python -m office init`: all on one machine, or with a root kept apart in two steps."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime

from office import people
from office.errors import Refused
from office.head_office import create_head_office
from office.history import Actor
from office.people import NewPerson, Role
from office.root_apart import ask_root, fingerprint, found_with_answer
from office.root_commands import read_file
from office.settings import LANGUAGES, Settings
from signing.whole_file import write_whole

__all__ = ["given_password", "init"]


def init(options: argparse.Namespace, settings: Settings) -> None:
    """Set up a head office, or ask its root first."""
    now = datetime.now(UTC)
    if not options.answer and not options.organisation:
        raise Refused("bad_name", "The organisation has no name.", "Give --organisation NAME.")
    if options.request:
        request = ask_root(settings, options.organisation, options.country, os.environ)
        write_whole(options.request, request.to_bytes())
        print(f"Carry {options.request} to the root. Key of the signing CA: {fingerprint(request)}")
        return
    password = given_password(options) if options.admin_email else ""
    if options.answer:
        office = found_with_answer(settings, read_file(options.answer), now, os.environ)
    else:
        office = create_head_office(settings, options.organisation, options.country, now)
    try:
        if options.admin_email:
            new = NewPerson(
                options.admin_email, options.admin_name, Role.ADMINISTRATOR, LANGUAGES[0], password
            )
            with office.database.write() as connection:
                people.add_person(connection, new, Actor(), now)
    finally:
        office.close()
    print(f"Head office of {office.organisation} is set up in {settings.data_folder}.")
    if office.keyring.root_is_here:
        print("Its root lies on this machine. For real use make it apart (docs/operations.md), or")
        print("move it away from here: python -m office root export --out FOLDER")


def given_password(options: argparse.Namespace) -> str:
    """Return a password from standard input or the environment, never from the command line.

    Raises:
        Refused: `no_password`.
    """
    if options.password_stdin:
        return sys.stdin.readline().rstrip("\n")
    password = os.environ.get("SYGNET_OFFICE_PASSWORD", "")
    if not password:
        raise Refused(
            "no_password",
            "No password was given.",
            "Use --password-stdin, or set SYGNET_OFFICE_PASSWORD.",
        )
    return password
