"""The kiosk's command line: `python -m kiosk serve | phones | enrol | status | credential`.

Exit codes: 0 done; 1 it did not work (the reason is printed with its code); 2 wrong usage;
3 the kiosk is not enrolled; 4 another process works on the data folder.
"""

from __future__ import annotations

import argparse
import getpass
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from kiosk.errors import KioskError, StoreError
from kiosk.settings import VERSION, Settings, settings_from
from sync.errors import SyncError

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["main"]

EXIT_DONE, EXIT_FAILED, EXIT_USAGE, EXIT_NOT_ENROLLED, EXIT_IN_USE = range(5)
THREADS = 8
"""Requests at once: one browser, its pictures, and the staff's status screen."""
THREADS_FOR_PHONES = 24
"""The same for a desk at which several clients sign with their telephones."""

OWN_LOGGERS = frozenset({"kiosk", "signing", "sync", "verifier"})

log = logging.getLogger("kiosk")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = _parser().parse_args(arguments)
    handler = logging.StreamHandler()
    handler.addFilter(says_no_names)
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s level=%(levelname)s name=%(name)s %(message)s",
        handlers=[handler],
    )
    command: Callable[[Settings, argparse.Namespace], int] = options.run
    try:
        settings = settings_from({name: getattr(options, name) for name in OPTION_NAMES})
        return command(settings, options)
    except (KioskError, SyncError) as error:
        print(f"{error.sentence} {error.next_step} [{error.code}]", file=sys.stderr)
        if error.code == "not_enrolled":
            return EXIT_NOT_ENROLLED
        in_use = isinstance(error, StoreError) and error.code == "folder_in_use"
        return EXIT_IN_USE if in_use else EXIT_FAILED


def says_no_names(record: logging.LogRecord) -> bool:
    """Whether a line may go into the log: ours, which name nobody.

    Libraries do name people: pyHanko the holder of a certificate that it cannot chain, httpx what
    it asks for. Of theirs only that something went wrong is kept, without the words.
    """
    package = record.name.partition(".")[0]
    if package in OWN_LOGGERS:
        return True
    if record.levelno < logging.ERROR:
        return False
    record.msg, record.args = "library_error", ()
    record.exc_info = record.exc_text = record.stack_info = None
    return True


OPTION_NAMES = (
    *("data", "host", "port", "office", "timezone", "camera_width", "sound"),
    *("printer", "cups_server", "picture_url", "picture_port"),
)


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data", metavar="FOLDER", help="where everything is kept (data/kiosk)")
    common.add_argument("--host", metavar="ADDRESS", help="address to listen on (127.0.0.1)")
    common.add_argument("--port", metavar="NUMBER", help="port to listen on (8800)")
    common.add_argument("--office", metavar="URL", help="address of head office")
    common.add_argument("--timezone", metavar="NAME", help="local time zone (Europe/Warsaw)")
    common.add_argument(
        "--camera-width", metavar="MM", help="width of paper that the fixed camera sees"
    )
    common.add_argument("--sound", metavar="WHERE", help="speaker, headphones or off (speaker)")
    common.add_argument("--printer", metavar="NAME", help="printer for clients' copies, in CUPS")
    common.add_argument("--cups-server", metavar="PLACE", help="host or socket of CUPS")
    common.add_argument("--picture-url", metavar="URL", help="where phones hand in pictures")
    common.add_argument("--picture-port", metavar="NUMBER", help="port behind it (8802)")
    parser = argparse.ArgumentParser(
        prog="python -m kiosk",
        description="The Sygnet kiosk: where a client signs in person, with or without a network.",
        epilog="Each option can also be set as SYGNET_KIOSK_DATA, SYGNET_KIOSK_PORT and so on. "
        "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not enrolled, 4 data folder in use.",
    )
    parser.add_argument("--version", action="version", version=f"sygnet kiosk {VERSION}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, run, words in (
        ("serve", serve, "show the kiosk's screens and keep in touch with head office"),
        ("phones", phones, "let clients sign on their own telephones, by the link in a message"),
        ("enrol", enrol, "enrol with the one-time code that head office shows"),
        ("status", status, "print how the kiosk is doing, as JSON"),
        ("rescue", rescue, "write signed documents that head office does not have to a stick"),
        ("credential", credential, "say how the secret of the data is kept, or keep it otherwise"),
    ):
        command = commands.add_parser(name, parents=[common], help=words, description=words)
        command.set_defaults(run=run)
        if name == "enrol":
            command.add_argument("--code", required=True, help="for example ABCD-1234-EFGH-5678")
        if name == "phones":
            command.add_argument(
                "--plain-http",
                action="store_true",
                help="browsers come without https (only for trying things out on this machine)",
            )
        if name == "rescue":
            command.add_argument("--out", required=True, metavar="FOLDER", help="made if missing")
        if name == "credential":
            ways = ("tpm", "systemd", "passphrase", "file")
            command.add_argument("--to", choices=ways, help="keep it in this way from now on")
    return parser


def serve(settings: Settings, _options: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT; what is being signed then is finished first."""
    from kiosk.application import create_app
    from kiosk.door_application import open_door

    app = create_app(settings)
    door = open_door(app)
    try:
        return _serve(app, settings, "Kiosk", THREADS)
    finally:
        if door is not None:
            door.close()


def phones(settings: Settings, options: argparse.Namespace) -> int:
    """Serve clients' own telephones, behind a proxy that speaks https, until SIGTERM or SIGINT."""
    from kiosk.phone_application import create_phone_app

    app = create_phone_app(settings, secure=not options.plain_http)
    return _serve(app, settings, "Desk for telephones", THREADS_FOR_PHONES)


def _serve(app: Flask, settings: Settings, name: str, threads: int) -> int:
    from waitress.server import create_server

    from kiosk.application import MAX_FORM_BYTES, start, stop
    from kiosk.verifying import MAX_CHECKED_BYTES

    in_memory = MAX_CHECKED_BYTES + MAX_FORM_BYTES
    server = create_server(
        app,
        host=settings.host,
        port=settings.port,
        threads=threads,
        ident=None,
        # Bodies stay in memory: no temporary file of waitress ever holds a client's document.
        max_request_body_size=in_memory,
        inbuf_overflow=in_memory,
        outbuf_overflow=in_memory,
        clear_untrusted_proxy_headers=True,
    )

    def end(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    print(f"{name}: http://{host}:{server.effective_port}/", flush=True)
    try:
        start(app)
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        server.close()
        server.task_dispatcher.shutdown()
        stop(app)
        log.info("kiosk stopped")
    return EXIT_DONE


def enrol(settings: Settings, options: argparse.Namespace) -> int:
    """Enrol with a one-time code."""
    from kiosk.head_office import HeadOffice
    from kiosk.terminal import Terminal

    terminal = Terminal(settings)
    head_office = HeadOffice(terminal)
    try:
        head_office.enrol(options.code)
        print(f"Enrolled as {terminal.enrolment().grant.kiosk_name}.")
    finally:
        head_office.close()
        terminal.close()
    return EXIT_DONE


def status(settings: Settings, _options: argparse.Namespace) -> int:
    """Print the state as JSON; works beside a running kiosk."""
    from kiosk.head_office import LinkState
    from kiosk.screens.status import status_of
    from kiosk.terminal import Terminal

    if not settings.store_path.exists():
        raise _nothing_here()
    terminal = Terminal(settings, exclusive=False)
    try:
        link = LinkState(terminal.clock.read().last_assured, "")
        print(json.dumps(status_of(terminal, link).to_json(), indent=2))
        return EXIT_DONE if terminal.enrolled else EXIT_NOT_ENROLLED
    finally:
        terminal.close()


def _nothing_here() -> StoreError:
    return StoreError(
        "folder_empty",
        "There is no kiosk in this data folder.",
        "Check --data, or start the kiosk once with: python -m kiosk serve",
    )


def rescue(settings: Settings, options: argparse.Namespace) -> int:
    """Write signed documents that did not go up, sealed to head office; changes nothing."""
    from kiosk.rescue import rescue_signed
    from kiosk.terminal import Terminal

    if not settings.store_path.exists():
        raise _nothing_here()
    terminal = Terminal(settings, exclusive=False)
    try:
        for path in rescue_signed(terminal, Path(options.out)):
            print(path)
    finally:
        terminal.close()
    return EXIT_DONE


def credential(settings: Settings, options: argparse.Namespace) -> int:
    """Say how the secret is kept; with --to, keep it in another way (the kiosk must be stopped)."""
    from kiosk.credential import CredentialKind
    from kiosk.credential_move import move_credential
    from kiosk.terminal import Terminal

    if not settings.store_path.exists():
        raise _nothing_here()
    terminal = Terminal(settings, exclusive=options.to is not None)
    try:
        if options.to is not None:
            to = CredentialKind(options.to)
            found = terminal.credential
            move_credential(settings.data_folder, found, to, os.environ, getpass.getpass)
            print(f"kind={to.value}")
            return EXIT_DONE
        found = terminal.credential
        protected = "yes" if found.protects_the_disk else "no"
        print(f"kind={found.kind.value} protected_against_disk_theft={protected}")
    finally:
        terminal.close()
    return EXIT_DONE


if __name__ == "__main__":
    threading.current_thread().name = "kiosk"
    sys.exit(main())
