"""The options of the command line, their help and what is wrong with them, in four languages."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import IntEnum
from functools import partial
from pathlib import Path
from typing import Any, Final

from verifier.command.words import words
from verifier.sentences import DEFAULT_LANGUAGE, LANGUAGES

__all__ = ["STANDARD_INPUT", "ExitCode", "language_asked", "make_parser", "read_options"]

INSTALLED: Final = "sygnet-verifier"
"""What the command is called where the package was installed."""
DEFAULT_TRUST: Final = "trust"
"""Folder of the trust list when neither --trust nor SYGNET_TRUST names one."""
STANDARD_INPUT: Final = "-"
"""The name of standard input."""
MAX_PROCESSES: Final = 64
"""More would only take memory."""
MAX_CAMERA: Final = 63
"""Highest number of a camera that Video4Linux gives."""

Words = Callable[..., str]
"""Says something by its code, in one language."""


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


class WrongUsage(Exception):
    """A command line that cannot be followed; its text is for people, in their language."""


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Lays out the help, and says "usage" in the reader's language."""

    def __init__(self, usage_word: str, prog: str) -> None:
        super().__init__(prog)
        self._usage_word = usage_word

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        """Add the line that starts the help."""
        super().add_usage(usage, actions, groups, prefix or self._usage_word)


def read_options(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line; wrong usage ends the program with ExitCode.USAGE.

    Args:
        arguments: the command line without the program's name; None for the real one.
    """
    given = sys.argv[1:] if arguments is None else arguments
    language = language_asked(given)
    parser = make_parser(language)
    try:
        return _checked(parser, given, language)
    except WrongUsage as wrong:
        parser.print_usage(sys.stderr)
        parser.exit(ExitCode.USAGE, f"{parser.prog}: {wrong}\n")


def language_asked(arguments: Sequence[str]) -> str:
    """The language to speak, before anything else is understood: --language, else the environment.

    A language that is none is answered in that of the environment.
    """
    asked = _language_of_environment()
    for at, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name == "--language":
            value = value or next(iter(arguments[at + 1 : at + 2]), "")
            asked = value if value in LANGUAGES else asked
    return asked


def make_parser(language: str) -> argparse.ArgumentParser:
    """The parser, whose help is in a language."""
    said = partial(words, language=language)
    parser = argparse.ArgumentParser(
        prog=_name_of_command(),
        description=said("description"),
        epilog=said("epilogue"),
        formatter_class=partial(_Formatter, said("usage")),
        add_help=False,
        allow_abbrev=False,
        exit_on_error=False,
    )
    _add_inputs(parser.add_argument_group(said("what")), said)
    _add_trust(parser.add_argument_group(said("whom")), said)
    _add_output(parser.add_argument_group(said("how")), said, language)
    return parser


def _name_of_command() -> str:
    """What was typed to start it."""
    name = Path(sys.argv[0]).name
    return INSTALLED if name == INSTALLED else "python -m verifier"


def _checked(
    parser: argparse.ArgumentParser, arguments: Sequence[str], language: str
) -> argparse.Namespace:
    said = partial(words, language=language)
    try:
        options, unknown = parser.parse_known_args(list(arguments))
    except argparse.ArgumentError as error:
        option = error.argument_name
        if isinstance(error.__context__, argparse.ArgumentTypeError):  # one of ours, below
            code, detail = error.__context__.args
            raise WrongUsage(said(code, option=option, **detail)) from error
        code = "takes_no_value" if "explicit" in error.message else "needs_value"
        raise WrongUsage(said(code, option=option)) from error
    if unknown:
        raise WrongUsage(said("unknown_option", option=unknown[0]))
    given = bool(options.files or options.image) or options.qr is not None
    if not given and options.camera is None and options.update_trust is None:
        raise WrongUsage(said("nothing_named"))
    from_standard_input = [*options.files, *options.image, options.qr].count(STANDARD_INPUT)
    if from_standard_input > 1:
        raise WrongUsage(said("input_once"))
    return options


def _add_inputs(group: argparse._ArgumentGroup, said: Words) -> None:
    group.add_argument("files", nargs="*", metavar=said("FILE"), help=said("help_files"))
    group.add_argument("--qr", metavar=said("TEXT"), help=said("help_qr"))
    group.add_argument(
        "--image", metavar=said("PICTURE"), action="append", default=[], help=said("help_image")
    )
    group.add_argument(
        "--camera",
        metavar=said("NUMBER"),
        nargs="?",
        type=_number(0, MAX_CAMERA),
        const=0,
        help=said("help_camera"),
    )


def _add_trust(group: argparse._ArgumentGroup, said: Words) -> None:
    group.add_argument(
        "--trust",
        metavar=said("FOLDER"),
        default=os.environ.get("SYGNET_TRUST", DEFAULT_TRUST),
        help=said("help_trust"),
    )
    group.add_argument("--update-trust", metavar=said("ADDRESS"), help=said("help_update"))
    group.add_argument("--roots", metavar=said("ROOTS"), help=said("help_roots"))
    group.add_argument("--at", metavar=said("TIME"), type=_time, help=said("help_at"))


def _add_output(group: argparse._ArgumentGroup, said: Words, language: str) -> None:
    group.add_argument("--json", action="store_true", help=said("help_json"))
    group.add_argument("--explain", action="store_true", help=said("help_explain"))
    group.add_argument(
        "--processes",
        metavar=said("NUMBER"),
        type=_number(1, MAX_PROCESSES),
        default=_all_cores(),
        help=said("help_processes"),
    )
    group.add_argument(
        "--language",
        metavar="|".join(sorted(LANGUAGES)),
        type=_language,
        default=language,
        help=said("help_language", languages=", ".join(sorted(LANGUAGES))),
    )
    group.add_argument("-h", "--help", action="help", help=said("help_help"))


def _wrong(code: str, **detail: str) -> argparse.ArgumentTypeError:
    """What a value is refused with: a code of the words and its details."""
    return argparse.ArgumentTypeError(code, detail)


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise _wrong("bad_time", value=text) from error
    if time.tzinfo is None:
        raise _wrong("no_zone", value=text)
    return time


def _number(least: int, most: int) -> Callable[[str], int]:
    """Reads a number between two others, both allowed."""

    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text[:9]) <= most:
            raise _wrong("bad_count", least=str(least), most=str(most), value=text)
        return int(text[:9])

    return read


def _language(text: str) -> str:
    if text not in LANGUAGES:
        raise _wrong("bad_language", languages=", ".join(sorted(LANGUAGES)), value=text)
    return text


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
