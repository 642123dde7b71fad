"""The verifier's command line: `python -m verifier FILE.pdf --trust FOLDER`."""

from __future__ import annotations

import argparse
import io
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path
from typing import Final

from verifier.document import MAX_PDF_BYTES, verify_pdf, verify_text
from verifier.errors import VerifierError
from verifier.picture import MAX_PICTURE_BYTES, verify_picture
from verifier.report import report
from verifier.sentences import DEFAULT_LANGUAGE, LANGUAGES
from verifier.trust_folder import load_trust
from verifier.trust_list import TrustList
from verifier.verdict import Outcome, Verdict

__all__ = ["ExitCode", "main"]

DEFAULT_TRUST: Final = "trust"
"""Folder of the trust list when neither --trust nor SYGNET_TRUST names one."""

EPILOGUE: Final = """\
exit codes:
  0  genuine: everything that was given
  1  altered: at least one of them
  2  cannot tell: at least one, and none altered
  3  usage: a file, a picture or the trust list cannot be read

With several inputs, 3 wins over 1, 1 over 2, 2 over 0. With --json, one line of JSON is
printed per input (docs/findings.md). Nothing is written and no network is used.

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


_OF_OUTCOME: Final = {
    Outcome.GENUINE: ExitCode.GENUINE,
    Outcome.ALTERED: ExitCode.ALTERED,
    Outcome.CANNOT_TELL: ExitCode.CANNOT_TELL,
}
_WORST_FIRST: Final = (
    ExitCode.USAGE,
    ExitCode.ALTERED,
    ExitCode.CANNOT_TELL,
    ExitCode.GENUINE,
)


class _Parser(argparse.ArgumentParser):
    """An argument parser whose usage errors end with our exit code."""

    def error(self, message: str) -> None:  # type: ignore[override] # exits, as its base does
        self.print_usage(sys.stderr)
        self.exit(ExitCode.USAGE, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> ExitCode:
    """Run the command.

    Args:
        arguments: the command line without the program's name; None for the real one.

    Returns:
        The exit code.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    if not options.files and options.qr is None and not options.image:
        parser.error("name a file, --qr TEXT or --image PICTURE")
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # findings say it better
    logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
    now = options.at or datetime.now(UTC)
    try:
        trust = load_trust(Path(options.trust))
    except VerifierError as error:
        return _complain(error)
    codes = set()
    for name, judge in _inputs(options, trust, now):
        try:
            verdict = judge()
        except VerifierError as error:
            codes.add(_complain(error, name))
            continue
        codes.add(_OF_OUTCOME[verdict.outcome])
        if options.json:
            line = {"input": name, **verdict.to_json(options.language)}
            print(json.dumps(line, ensure_ascii=False))
        else:
            print(report(name, verdict, options.language))
    return next(code for code in _WORST_FIRST if code in codes)


def _inputs(
    options: argparse.Namespace, trust: TrustList, now: datetime
) -> Iterator[tuple[str, Callable[[], Verdict]]]:
    for file in options.files:

        def judge(file: str = file) -> Verdict:
            return verify_pdf(_read(file, MAX_PDF_BYTES), trust, now, options.qr)

        yield file, judge
    if options.qr is not None and not options.files:
        yield "QR", lambda: verify_text(options.qr, trust, now)
    for image in options.image:

        def look(image: str = image) -> Verdict:
            return verify_picture(_read(image, MAX_PICTURE_BYTES), trust, now)

        yield image, look


def _read(name: str, limit: int) -> bytes:
    """Read at most one byte more than the limit, so that the limit is seen to be passed."""
    try:
        with Path(name).open("rb") as file:
            return file.read(limit + 1)
    except OSError as error:
        raise VerifierError(
            "file_unreadable",
            f"{name} cannot be read: {error.strerror}.",
            "Check the name of the file.",
        ) from error


def _complain(error: VerifierError, name: str | None = None) -> ExitCode:
    about = f"{name}: " if name else ""
    print(f"{about}{error.sentence} {error.next_step} [{error.code}]", file=sys.stderr)
    return ExitCode.USAGE


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m verifier",
        description="Tell whether a sealed PDF, or a certificate's QR code, is genuine.",
        epilog=EPILOGUE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", nargs="*", metavar="FILE.pdf", help="sealed PDF files")
    parser.add_argument(
        "--trust",
        metavar="FOLDER",
        default=os.environ.get("SYGNET_TRUST", DEFAULT_TRUST),
        help="folder with the trust list (default: $SYGNET_TRUST, else ./trust)",
    )
    parser.add_argument("--qr", metavar="TEXT", help="text of a certificate's QR code")
    parser.add_argument(
        "--image",
        metavar="PICTURE",
        action="append",
        default=[],
        help="JPEG or PNG picture of a certificate's QR code; may be repeated",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
    parser.add_argument(
        "--at",
        metavar="TIME",
        type=_time,
        help="judge as of this time, ISO 8601 with a zone (default: now)",
    )
    parser.add_argument(
        "--language",
        choices=sorted(LANGUAGES),
        default=_language_of_environment(),
        help="language of the sentences (default: from the environment, else en)",
    )
    return parser


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"not a time in ISO 8601: {text}") from error
    if time.tzinfo is None:
        raise argparse.ArgumentTypeError(f"a time needs its zone, as in {text}+01:00")
    return time


def _language_of_environment() -> str:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        language = os.environ.get(name, "")[:2]
        if language:
            return language if language in LANGUAGES else DEFAULT_LANGUAGE
    return DEFAULT_LANGUAGE


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal may lack Polish letters
    sys.exit(main())
