"""The options of the command line."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import datetime
from enum import IntEnum
from typing import Final

from verifier.sentences import DEFAULT_LANGUAGE, LANGUAGES

__all__ = ["STANDARD_INPUT", "ExitCode", "make_parser", "read_options"]

DEFAULT_TRUST: Final = "trust"
"""Folder of the trust list when neither --trust nor SYGNET_TRUST names one."""
STANDARD_INPUT: Final = "-"
"""The name of standard input."""
MAX_PROCESSES: Final = 64
"""More would only take memory."""

EPILOGUE: Final = """\
exit codes:
  0  genuine: everything that was given
  1  altered: at least one of them
  2  cannot tell: at least one, and none altered
  3  usage: a file, a picture, the camera or the trust list cannot be read

With several inputs, 3 wins over 1, 1 over 2, 2 over 0. With --json, one line of JSON is
printed per input. Nothing is written and no network is used, except by --update-trust.

A QR code given together with files is compared with them: does this paper belong to this
file? Given alone, only the certificate is judged, and the pages were not seen.
"""


class ExitCode(IntEnum):
    """What the command ends with."""

    GENUINE = 0
    """Everything is genuine."""
    ALTERED = 1
    """Something was altered."""
    CANNOT_TELL = 2
    """Something cannot be told, and nothing was altered."""
    USAGE = 3
    """Something cannot be read at all."""


class _Parser(argparse.ArgumentParser):
    """An argument parser whose usage errors end with our exit code."""

    def error(self, message: str) -> None:  # type: ignore[override] # exits, as its base does
        self.print_usage(sys.stderr)
        self.exit(ExitCode.USAGE, f"{self.prog}: {message}\n")


def read_options(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line; wrong usage ends the program with ExitCode.USAGE.

    Args:
        arguments: the command line without the program's name; None for the real one.
    """
    parser = make_parser()
    options = parser.parse_args(arguments)
    given = bool(options.files or options.image) or options.qr is not None
    if not given and options.camera is None and options.update_trust is None:
        parser.error("name a file, --qr TEXT, --image PICTURE or --camera")
    from_standard_input = [*options.files, *options.image, options.qr].count(STANDARD_INPUT)
    if from_standard_input > 1:
        parser.error("standard input can be read only once")
    return options


def make_parser() -> argparse.ArgumentParser:
    """The parser."""
    parser = _Parser(
        prog="python -m verifier",
        description="Tell whether a sealed PDF, or a certificate's QR code, is genuine.",
        epilog=EPILOGUE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_inputs(parser)
    _add_trust(parser)
    _add_output(parser)
    return parser


def _add_inputs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files",
        nargs="*",
        metavar="FILE.pdf",
        help="sealed PDF files, folders of them, patterns such as '*.pdf', or - for standard input",
    )
    parser.add_argument(
        "--qr", metavar="TEXT", help="text of a certificate's QR code, or - for standard input"
    )
    parser.add_argument(
        "--image",
        metavar="PICTURE",
        action="append",
        default=[],
        help="JPEG or PNG picture of a certificate's QR code, or -; may be repeated",
    )
    parser.add_argument(
        "--camera",
        metavar="NUMBER",
        nargs="?",
        type=int,
        const=0,
        help="look for a QR code with a camera (default: the first one, 0)",
    )


def _add_trust(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--trust",
        metavar="FOLDER",
        default=os.environ.get("SYGNET_TRUST", DEFAULT_TRUST),
        help="folder with the trust list (default: $SYGNET_TRUST, else ./trust)",
    )
    parser.add_argument(
        "--update-trust",
        metavar="URL",
        help="first bring the trust list up to date, from head office or from a folder",
    )
    parser.add_argument(
        "--roots",
        metavar="FILE",
        help="certificates (PEM) of authorities by which PDFs of others are judged",
    )
    parser.add_argument(
        "--at",
        metavar="TIME",
        type=_time,
        help="judge as of this time, ISO 8601 with a zone (default: now)",
    )


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
    parser.add_argument("--explain", action="store_true", help="print the steps as they are taken")
    parser.add_argument(
        "--processes",
        metavar="NUMBER",
        type=_processes,
        default=_all_cores(),
        help="how many files are examined at a time (default: one per core)",
    )
    parser.add_argument(
        "--language",
        choices=sorted(LANGUAGES),
        default=_language_of_environment(),
        help="language of the sentences (default: from the environment, else en)",
    )


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"not a time in ISO 8601: {text}") from error
    if time.tzinfo is None:
        raise argparse.ArgumentTypeError(f"a time needs its zone, as in {text}+01:00")
    return time


def _processes(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= MAX_PROCESSES:
        raise argparse.ArgumentTypeError(f"a number from 1 to {MAX_PROCESSES}, not {text}")
    return int(text)


def _all_cores() -> int:
    """Cores that this process may use."""
    try:
        return min(len(os.sched_getaffinity(0)), MAX_PROCESSES)
    except AttributeError:  # not on macOS and Windows
        return min(os.cpu_count() or 1, MAX_PROCESSES)


def _language_of_environment() -> str:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        language = os.environ.get(name, "")[:2]
        if language:
            return language if language in LANGUAGES else DEFAULT_LANGUAGE
    return DEFAULT_LANGUAGE
