"""`python -m office keys replace-credential` and `keys replace-secret`."""

from __future__ import annotations

import argparse
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

from office.credential_change import replace_credential
from office.derivation_change import replace_secret
from office.errors import Refused
from office.head_office import open_head_office
from office.history import Actor
from office.settings import Settings
from signing.key_files import MIN_CREDENTIAL_BYTES, OTHERS, credential_given

__all__ = ["other_credential", "other_secret"]

MAX_CREDENTIAL_BYTES = 4096
"""systemd's credentials may be larger; a secret is not."""


def other_credential(options: argparse.Namespace, settings: Settings) -> None:
    """Let another credential open the key files."""
    new = _given(options.new) if options.new else None
    office = open_head_office(settings)
    try:
        replace_credential(office, os.environ, new, Actor(), datetime.now(UTC))
    finally:
        office.close()
    print("Every key file is opened by the new credential only.")
    if credential_given(os.environ) is not None:
        print("Put the same one into systemd's credential before head office is started again.")
    print("Make a new backup of the data folder: the old credential does not open the new files.")


def other_secret(options: argparse.Namespace, settings: Settings) -> None:
    """Derive what is new from another secret."""
    office = open_head_office(settings)
    try:
        known = options.reason == "may_be_known"
        done = replace_secret(office, Actor(), datetime.now(UTC), may_be_known=known)
    finally:
        office.close()
    print(f"New codes, links and document keys come from secret number {done.generation}.")
    print("Links that people have stay good; keys in the database are wrapped anew.")
    if known:
        print(f"Clients whose codes come from it at once: {done.codes_renewed}.")
        print("A kiosk takes them at its next contact, and codes fail there until then.")
    print("Restart head office: everybody signs in again. Make a new backup of its folder of keys.")


def _given(path: Path) -> bytes:
    """Read a credential that somebody made.

    Raises:
        Refused: `bad_credential`.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_CREDENTIAL_BYTES + 1).strip()
            open_to_others = stat.S_IMODE(os.fstat(file.fileno()).st_mode) & OTHERS
    except OSError:
        data, open_to_others = b"", 0
    if open_to_others or not MIN_CREDENTIAL_BYTES <= len(data) <= MAX_CREDENTIAL_BYTES:
        raise Refused(
            "bad_credential",
            "This file holds no credential that can be used.",
            f"Give one of {MIN_CREDENTIAL_BYTES} to {MAX_CREDENTIAL_BYTES} bytes, mode 0600.",
        )
    return data
