"""`python -m office strokes ...`: whether how signatures are drawn is recorded, and what came."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from office import strokes
from office.errors import Refused
from office.head_office import open_head_office
from office.history import Actor
from office.sessions import sign_in, sign_out
from office.settings import Settings
from office.setup_commands import given_password
from office.strokes import OpeningReason
from signing.whole_file import write_whole

__all__ = ["open_one", "record"]


def record(options: argparse.Namespace, settings: Settings) -> None:
    """Switch it on or off, or only say how it stands."""
    office = open_head_office(settings)
    try:
        if options.set:
            strokes.set_recording(office, options.set == "on", Actor(), datetime.now(UTC))
        with office.database.read() as connection:
            print("on" if strokes.recording(connection) else "off")
    finally:
        office.close()


def open_one(options: argparse.Namespace, settings: Settings) -> None:
    """Write how a client drew the signature into a new file; the journal names who asked."""
    if options.out.exists():
        raise Refused("file_exists", f"{options.out} is there already.", "Take another name.")
    password, now = given_password(options), datetime.now(UTC)
    office = open_head_office(settings)
    try:
        person, token = sign_in(office.database, options.by, password, "strokes open", now)
        sign_out(office.database, token)
        ink = strokes.open_strokes(
            office, options.document, options.client - 1, person, OpeningReason(options.reason), now
        )
        write_whole(options.out, ink.to_json().encode("ascii"))
    finally:
        office.close()
    samples = sum(map(len, ink.strokes))
    print(f"{len(ink.strokes)} strokes, {samples} samples, {ink.sample_rate_hz:g} a second.")
