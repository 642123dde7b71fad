"""The verifier's command line: `python -m verifier FILE.pdf --trust FOLDER`."""

from __future__ import annotations

import argparse
import io
import os
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from verifier.command.inputs import Input, Kind, inputs_of, read_input
from verifier.command.judging import Judge, judge_all
from verifier.command.options import STANDARD_INPUT, ExitCode, read_options
from verifier.command.output import Printer, Progress, complain, terminal_colours
from verifier.command.words import words
from verifier.errors import VerifierError
from verifier.foreign_pdf import MAX_ROOTS_BYTES, read_roots
from verifier.token_text import MAX_TEXT_CHARACTERS
from verifier.trust_folder import load_trust
from verifier.trust_list import TrustList
from verifier.verdict import Finding, Outcome, Verdict, shown_time
from verifier.wedge_text import undo_layout

__all__ = ["ExitCode", "main"]

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
_INTERRUPTED: Final = 130
"""What a shell calls a program that was ended by Ctrl+C."""


def main(arguments: Sequence[str] | None = None) -> ExitCode:
    """Run the command.

    Args:
        arguments: the command line without the program's name; None for the real one.

    Returns:
        The exit code.
    """
    options = read_options(None if arguments is None else list(arguments))
    try:
        if options.update_trust is not None:
            _update(options)
        text = _text(options.qr)
        inputs = inputs_of(options.files, text, options.image, options.camera)
        if not inputs:
            return ExitCode.GENUINE
        roots = (
            () if options.roots is None else read_roots(read_input(options.roots, MAX_ROOTS_BYTES))
        )
        trust, missing = _trust(options, others_too=bool(roots))
    except VerifierError as error:
        complain(error, options.language)
        return ExitCode.USAGE
    now = options.at or datetime.now(UTC)
    judge = Judge(trust.to_json_bytes(), now, text, roots, missing)
    printer = Printer(
        options.language,
        as_json=options.json,
        whole=len(inputs) == 1,
        colours=terminal_colours(),
        explained=options.explain,
    )
    if any(thing.kind is Kind.CAMERA for thing in inputs):
        print(words("looking", options.language), file=sys.stderr, flush=True)
    if options.explain:
        code = _explain(judge, inputs, trust, printer)
    else:
        code = _judge(judge, inputs, printer, options)
    if len(inputs) > 1:
        printer.total()
    return code


def run() -> int:
    """Run the command as a program of its own.

    Returns:
        What the process ends with.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # whoever started this closed it
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115, PTH123 - until the end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal may lack Polish letters
    try:
        code = main()
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _INTERRUPTED
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):  # then whoever read the output has seen enough
            print(f"python -m verifier: {error.strerror}", file=sys.stderr)
        return ExitCode.USAGE
    except Exception:  # noqa: BLE001 - our own fault must not end with the code for "altered"
        traceback.print_exc()
        return ExitCode.USAGE
    return code


def _judge(
    judge: Judge, inputs: Sequence[Input], printer: Printer, options: argparse.Namespace
) -> ExitCode:
    """Examine all inputs, as many at a time as wanted."""
    codes = set()
    progress = Progress(len(inputs), options.language)
    progress.show(0)
    for done, result in enumerate(judge_all(judge, inputs, options.processes), 1):
        progress.wipe()
        codes.add(_print(printer, inputs[done - 1].name, result))
        progress.show(done)
    progress.wipe()
    return _worst(codes)


def _explain(judge: Judge, inputs: Sequence[Input], trust: TrustList, printer: Printer) -> ExitCode:
    """Examine one input after the other, and print the steps as they are taken."""
    codes = set()
    for thing in inputs:
        printer.begin(thing.name)
        told = 0

        def watch(step: int, found: Sequence[Finding]) -> None:
            nonlocal told
            told = min(told, len(found))  # a document of others begins anew
            printer.step(step, found[told:])
            told = len(found)

        result: Verdict | VerifierError
        try:
            result = judge.judge(thing, trust, watch)
            printer.findings(result.findings[told:])
        except VerifierError as error:
            result = error
        codes.add(_print(printer, thing.name, result))
    return _worst(codes)


def _print(printer: Printer, name: str, result: Verdict | VerifierError) -> ExitCode:
    if isinstance(result, VerifierError):
        printer.error(result, name)
        return ExitCode.USAGE
    printer.verdict(name, result)
    return _OF_OUTCOME[result.outcome]


def _worst(codes: set[ExitCode]) -> ExitCode:
    return next(code for code in _WORST_FIRST if code in codes)


def _text(given: str | None) -> str | None:
    """The text of the QR code, as the code has it whatever the keyboard was."""
    if given == STANDARD_INPUT:
        given = read_input(given, 4 * MAX_TEXT_CHARACTERS).decode("utf-8", "replace")
    return None if given is None else undo_layout(given)


def _trust(
    options: argparse.Namespace, *, others_too: bool
) -> tuple[TrustList, VerifierError | None]:
    """The trust list; without one, why not, and a list of nobody: PDFs of others need none."""
    try:
        return load_trust(Path(options.trust).resolve()), None
    except VerifierError as error:
        if not others_too or error.code != "trust_files_missing":
            raise
        return TrustList("-", 1, datetime.fromtimestamp(0, UTC), (), ()), error


def _update(options: argparse.Namespace) -> None:
    from verifier.trust_update import source_at, update_trust

    held = update_trust(Path(options.trust), source_at(options.update_trust))
    as_of = shown_time(held.as_of)
    said = words("updated", options.language, version=held.version, as_of=as_of)
    print(said, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(run())
