"""`python -m office journal`: check every journal, prove one event."""

from __future__ import annotations

import argparse
import json

from office.errors import Refused
from office.head_office import open_head_office
from office.journal_check import check_journals, prove_event
from office.kiosks import list_kiosks
from office.settings import Settings
from sync.errors import JournalFault

__all__ = ["check", "prove"]


def check(options: argparse.Namespace, settings: Settings) -> None:  # noqa: ARG001 - a Command
    """Compute every journal again; one JSON line for each that does not fit.

    Raises:
        Refused: `journals_do_not_fit`.
    """
    office = open_head_office(settings)
    try:
        with office.database.read() as connection:
            found = check_journals(connection)
    finally:
        office.close()
    for log, code in found:
        print(json.dumps({"log": log, "code": code}))
    if found:
        raise Refused(
            "journals_do_not_fit",
            "A journal is not the one that was signed for.",
            "See docs/journal.md, section 5; keep the database as it is for whoever looks.",
        )


def prove(options: argparse.Namespace, settings: Settings) -> None:
    """Print the proof of one event as a JSON line.

    Raises:
        Refused: `no_such_kiosk`, `proof_impossible`.
    """
    office = open_head_office(settings)
    try:
        with office.database.read() as connection:
            named = [
                kiosk.id
                for kiosk in list_kiosks(connection)
                if options.kiosk in (kiosk.id, kiosk.name)
            ]
            if len(named) != 1:
                raise Refused("no_such_kiosk", "There is no such kiosk.", "Use its id.")
            try:
                print(json.dumps(prove_event(connection, named[0], options.event)))
            except JournalFault as fault:
                raise Refused(fault.code, fault.sentence, fault.next_step) from fault
    finally:
        office.close()
