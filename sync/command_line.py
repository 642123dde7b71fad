"""What `python -m sync` does with its arguments (see sync/__main__.py for the exit codes)."""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from sync.errors import SyncError
from sync.progress import Progress
from sync.round import SyncReport
from sync.station import Station, find_station
from sync.stick import DOWN, UP, opened, packet_path, writing
from sync.waiting import poll_wait, retry_wait

__all__ = ["main", "make_parser"]

EXIT_DONE, EXIT_FAILED, EXIT_USAGE, EXIT_NOT_ENROLLED, EXIT_IN_USE = range(5)
BAR_LETTERS = 24
"""Length of the bar on a terminal, letters."""


def make_parser() -> argparse.ArgumentParser:
    """Make the parser."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data", metavar="FOLDER", help="the kiosk's data folder")
    common.add_argument("--office", metavar="URL", help="address of head office")
    parser = argparse.ArgumentParser(
        prog="python -m sync",
        description="Exchange a kiosk's documents and journal with head office.",
        epilog="Works beside a running kiosk, which exchanges by itself too. Exit codes: 0 done, "
        "1 failed or with problems, 2 wrong usage, 3 not enrolled, 4 data folder in use.",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True, dest="command")
    for name, words in (
        ("once", "exchange with head office once, now"),
        ("loop", "exchange again and again, as head office asks, until stopped"),
        ("status", "print what waits and how the last exchanges went, as JSON"),
        ("export", "write a packet for head office into a folder, a USB stick for one"),
        ("import", "take head office's answer to the last packet from a folder"),
        ("proof", "print the proof of one event of this kiosk's journal, as JSON"),
    ):
        command = commands.add_parser(name, parents=[common], help=words, description=words)
        if name == "proof":
            command.add_argument("event", type=int, metavar="NUMBER", help="from 1")
        if name in {"export", "import"}:
            command.add_argument("folder", type=Path, metavar="FOLDER", help="the stick's")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = make_parser().parse_args(arguments)
    logging.basicConfig(level=logging.ERROR, format="level=%(levelname)s %(message)s")
    try:
        station = find_station(os.environ)(options.data, options.office)
    except Exception as error:  # noqa: BLE001 - the station's own errors are not known here
        return _complain(error)
    try:
        if options.command == "status":
            print(json.dumps(dict(station.status()), indent=2))
            return EXIT_DONE
        if options.command == "proof":
            print(json.dumps(dict(station.proof(options.event)), ensure_ascii=False))
            return EXIT_DONE
        if options.command == "export":
            return _export(station, options.folder)
        if options.command == "import":
            return _import(station, options.folder)
        return _loop(station) if options.command == "loop" else _once(station)
    except KeyboardInterrupt:
        return EXIT_DONE
    except Exception as error:  # noqa: BLE001 - as above
        return _complain(error)
    finally:
        station.close()


def _once(station: Station) -> int:
    return _told(station.exchange(ProgressLine(sys.stderr).show))


def _told(report: SyncReport) -> int:
    print(_words(report), flush=True)
    return EXIT_FAILED if report.problems else EXIT_DONE


def _export(station: Station, folder: Path) -> int:
    path = packet_path(folder, station.kiosk_id, UP)
    with writing(path) as write:
        made = station.export(write)
    print(f"documents={made.documents} events={made.events} file={path.name}", flush=True)
    return EXIT_DONE


def _import(station: Station, folder: Path) -> int:
    with opened(packet_path(folder, station.kiosk_id, DOWN)) as source:
        return _told(station.take(source))


def _loop(station: Station) -> int:
    """Exchange until stopped by a signal; waits as docs/sync-protocol.md section 9 says."""
    chance, pause, failures = random.SystemRandom(), threading.Event(), 0
    while True:
        try:
            report = station.exchange(ProgressLine(sys.stderr).show)
        except SyncError as error:
            failures += 1
            print(f"failed={error.code} failures={failures}", flush=True)
            if error.code in {"kiosk_revoked", "kiosk_unknown"}:
                raise
            after = getattr(error, "retry_after_seconds", None)
            pause.wait(retry_wait(failures, chance.random(), after))
        else:
            failures = 0
            print(_words(report), flush=True)
            pause.wait(poll_wait(report.next_poll_seconds, chance.random()))


def _words(report: SyncReport) -> str:
    return (
        f"rows={report.rows} pdfs_down={report.blobs_down} pdfs_up={report.blobs_up}"
        f" events_up={report.events_up} trust_updated={report.trust_updated}"
        f" problems={','.join(report.problems) or 'none'}"
    )


def _complain(error: Exception) -> int:
    """Say what an error of ours says; anything else is a fault and shows its kind only."""
    code = str(getattr(error, "code", "sync_fault"))
    sentence = getattr(error, "sentence", f"Something went wrong: {type(error).__name__}.")
    next_step = getattr(error, "next_step", "Try again; tell the administrator if it stays.")
    print(f"{sentence} {next_step} [{code}]", file=sys.stderr)
    return {"not_enrolled": EXIT_NOT_ENROLLED, "folder_in_use": EXIT_IN_USE}.get(code, EXIT_FAILED)


class ProgressLine:
    """One line that is written over and over, on a terminal only."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream if stream.isatty() else None

    def show(self, progress: Progress) -> None:
        """Show how far it is."""
        if self._stream is None:
            return
        share = progress.done_bytes / max(progress.total_bytes, 1)
        bar = "#" * round(share * BAR_LETTERS)
        left = progress.seconds_left
        wait = "" if left is None else f", {left:.0f} s left"
        words = "up" if progress.upward else "down"
        amount = f"{progress.done_bytes / 1e6:.1f} of {progress.total_bytes / 1e6:.1f} MB"
        line = f"\r{words:>4} [{bar:<{BAR_LETTERS}}] {amount}{wait}\x1b[K"
        end = "\n" if progress.done_bytes >= progress.total_bytes else ""
        self._stream.write(line + end)
        self._stream.flush()
