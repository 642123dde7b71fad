"""What `make run` starts: head office, a kiosk and a desk for telephones, ready to sign.

    python -m tests.pair --office-port 8700 --kiosk-port 8800 --phone-port 8801 --data data

The first start sets everything up: sample people, an enrolled kiosk, four contracts of which the
director has signed three, one of them for two clients with one telephone. Later starts find
yesterday's data. While it runs, `cut` and Enter pull the kiosk's network cable, `join` and Enter
plug it in again; Ctrl-C stops everything.

Exit codes: 0 stopped; 1 it could not start, the reason is printed; 3 wrong usage.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import select
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from tests.head_office_staff import MESSAGE_LINK, Messages
from tests.phones import PHONE_DESK_NAME, PhoneDeskOfTown
from tests.process import NotReady, port_is_taken
from tests.samples import garage, samples
from tests.town import PEOPLE, Town
from tests.visitor import VisitFailed, Visitor

__all__ = ["main"]

EXIT_STOPPED, EXIT_FAILED, EXIT_USAGE = 0, 1, 3
LOOK_EVERY_SECONDS = 1.0
LEFT_FOR_THE_DIRECTOR = 1
"""How many of the sample contracts wait in the director's queue after the first start."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until stopped; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.pair",
        description="Start a sample head office and a kiosk that know each other.",
        epilog="Exit codes: 0 stopped, 1 it could not start, 3 wrong usage.",
    )
    parser.add_argument("--office-port", type=int, default=8700, metavar="PORT")
    parser.add_argument("--kiosk-port", type=int, default=8800, metavar="PORT")
    parser.add_argument("--phone-port", type=int, default=8801, metavar="PORT")
    parser.add_argument("--data", type=Path, default=Path("data"), metavar="FOLDER")
    try:
        options = parser.parse_args(arguments)
    except SystemExit as ended:
        return EXIT_USAGE if ended.code else EXIT_STOPPED
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGINT, _interrupt)
    ports = {
        "OFFICE_PORT": ("head office", options.office_port),
        "KIOSK_PORT": ("the kiosk", options.kiosk_port),
        "PHONE_PORT": ("the desk for telephones", options.phone_port),
    }
    for option, (name, port) in ports.items():
        if not 0 < port < 65536:
            print(f"{port} is not a port for {name}: give one from 1 to 65535.", file=sys.stderr)
            return EXIT_USAGE
        if port_is_taken(port):
            print(
                f"Port {port} for {name} is taken by another program. "
                f"Stop that program, or choose another port: make run {option}={port + 1}",
                file=sys.stderr,
            )
            return EXIT_FAILED
    town = Town(options.data.absolute(), options.office_port, options.kiosk_port)
    return _run(town, PhoneDeskOfTown(town, options.phone_port))


def _run(town: Town, phones: PhoneDeskOfTown) -> int:
    with town, phones:
        try:
            first = town.is_new
            if first:
                print("Setting up a sample head office and a kiosk (half a minute) ...", flush=True)
            town.start(lambda: _prepare_samples(town))
            if not phones.exists:
                phones.add()
            phones.start()
            _introduce(town)
            _obey(town, phones)
        except KeyboardInterrupt:
            print("\nStopping ...", flush=True)
        except (NotReady, VisitFailed) as problem:
            print(f"It could not start: {problem}", file=sys.stderr)
            print(f"The programs' own words are in {town.data}/*.log", file=sys.stderr)
            return EXIT_FAILED
    return EXIT_STOPPED


def _prepare_samples(town: Town) -> None:
    """Contracts in the director's queue, all but the last signed and on their way."""
    *others, account = samples()
    contracts = [*others, garage(), account]
    documents = [town.prepare(contract) for contract in contracts]
    signed = len(documents) - LEFT_FOR_THE_DIRECTOR
    town.direct(*documents[:signed])
    for contract in contracts[:signed]:
        town.wait_for_message(MESSAGE_LINK, to=contract.contact)


def _introduce(town: Town) -> None:
    """Print everything that somebody needs who sees this for the first time."""
    print(f"\nHead office   {town.office_address}/")
    for person in PEOPLE:
        print(f"   {person.role:14}{person.email:32}password: {person.password}")
    print(f"   SMS and e-mails appear at {town.office_address}/development/messages")
    print(f"\nKiosk         {town.kiosk_address}/")
    for number, whom in _numbers(town):
        print(f"   number {number} for {whom}")
    print("   Ask for the confirmation code by the link in the client's message.")
    print(f"\nOwn telephones: prepare a document for “{PHONE_DESK_NAME}”; the link in the client's")
    print("   message leads there.")
    print("\nType cut and Enter to pull the kiosk's network cable, join and Enter to plug it in.")
    print("Ctrl-C stops everything.\n", flush=True)


def _numbers(town: Town) -> list[tuple[str, str]]:
    """The numbers that still wait for their clients at the kiosk, the oldest invitation first."""
    visitor = town.office_visitor()
    found: dict[str, str] = {}
    for message in reversed(Messages(visitor).all()):
        invitation = re.search(r"\b(\d{3} \d{4})\b", message["text"])
        link = re.search(r"/m/[\w-]+", message["text"])
        if invitation and link and _asks_for_a_code(visitor, link.group()):
            found[invitation.group(1)] = message["to"]
    return list(found.items())


def _asks_for_a_code(visitor: Visitor, link: str) -> bool:
    """Whether the client's page can still send a code: the document is not signed yet."""
    return f'action="{link}/code' in visitor.http.get(link).text


def _obey(town: Town, phones: PhoneDeskOfTown) -> None:
    """Follow what is typed until somebody stops it or a program ends by itself."""
    listening = True
    while True:
        for process in (town.office, town.kiosk, phones.process):
            if process is not None and not process.is_running:
                raise NotReady(f"{process.name} ended by itself:\n{process.last_words()}")
        ready, _, _ = select.select([sys.stdin] if listening else [], [], [], LOOK_EVERY_SECONDS)
        if not ready:
            continue
        line = sys.stdin.readline()
        listening = line != ""
        match line.strip().lower():
            case "cut":
                town.link.cut()
                print("The kiosk's cable is pulled. Signing goes on.", flush=True)
            case "join":
                town.link.join()
                print("The cable is back; the kiosk sends what waits.", flush=True)
            case "":
                pass
            case other:
                print(f"“{other}” is not known: cut, join, or Ctrl-C.", flush=True)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        sys.exit(main())
