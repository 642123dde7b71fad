"""Examining the inputs, many files at a time, with results in the order of the inputs."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from verifier.command.camera import text_from_camera
from verifier.command.inputs import Input, Kind, read_input
from verifier.command.options import STANDARD_INPUT
from verifier.document import MAX_PDF_BYTES, Watch, verify_pdf, verify_text
from verifier.errors import VerifierError
from verifier.file_bytes import Bytes, open_file
from verifier.foreign_pdf import verify_foreign_pdf
from verifier.picture import MAX_PICTURE_BYTES, verify_picture
from verifier.trust_list import TrustList
from verifier.verdict import Verdict

__all__ = ["FEWEST_FOR_PROCESSES", "Judge", "judge_all"]

FEWEST_FOR_PROCESSES: Final = 8
"""Fewer files are examined one after the other: starting processes would take longer."""
AHEAD_PER_PROCESS: Final = 8
"""Files that wait per process; the rest is handed out as results come."""


@dataclass(frozen=True)
class Judge:
    """Examines one input; the same in every process."""

    trust_json: bytes
    """The trust list, already checked."""
    now: datetime
    """The time that is taken for now."""
    text: str | None
    """Text of a QR code that files must belong to."""
    roots: tuple[bytes, ...] = ()
    """Certificates in DER by which PDFs of others are judged; none: they are not."""
    missing: VerifierError | None = None
    """Why there is no trust list; then only PDFs of others are judged."""

    def judge(self, thing: Input, trust: TrustList, watch: Watch | None = None) -> Verdict:
        """Examine one input.

        Raises:
            VerifierError: it cannot be read.
        """
        if thing.kind is Kind.FILE:
            if thing.value == STANDARD_INPUT:
                data = read_input(thing.value, MAX_PDF_BYTES)
                return self._judge_file(data, trust, watch)
            with open_file(thing.value) as file:
                return self._judge_file(file, trust, watch)
        if self.missing is not None and thing.kind is not Kind.MISSING:
            raise self.missing
        if thing.kind is Kind.QR:
            return verify_text(thing.value, trust, self.now, watch)
        if thing.kind is Kind.IMAGE:
            data = read_input(thing.value, MAX_PICTURE_BYTES)
            return verify_picture(data, trust, self.now, watch)
        if thing.kind is Kind.CAMERA:
            return verify_text(text_from_camera(int(thing.value)), trust, self.now, watch)
        raise VerifierError(
            "nothing_there",
            "There is no PDF file here.",
            "Name a PDF file, a folder that holds some, or a pattern that fits some.",
        )

    def _judge_file(self, data: Bytes, trust: TrustList, watch: Watch | None) -> Verdict:
        verdict = verify_pdf(data, trust, self.now, self.text, watch)
        if self.roots and verdict.has("not_ours"):
            return verify_foreign_pdf(data, self.roots, self.now, watch)
        if self.missing is not None:
            raise self.missing
        return verdict


Result = Verdict | VerifierError
"""What became of an input."""


def judge_all(judge: Judge, inputs: Sequence[Input], processes: int) -> Iterator[Result]:
    """Examine all inputs; results come in the order of the inputs, whoever was first.

    Args:
        judge: examines one.
        inputs: what is to be examined.
        processes: how many files at a time.
    """
    at_once = {index: thing for index, thing in enumerate(inputs) if _is_plain_file(thing)}
    if processes < 2 or len(at_once) < FEWEST_FOR_PROCESSES:
        at_once = {}
    trust = TrustList.from_json_bytes(judge.trust_json)
    elsewhere = _in_processes(judge, list(at_once.values()), processes) if at_once else iter(())
    for index, thing in enumerate(inputs):
        yield next(elsewhere) if index in at_once else _result(judge, thing, trust)


def _is_plain_file(thing: Input) -> bool:
    return thing.kind is Kind.FILE and thing.value != STANDARD_INPUT


def _result(judge: Judge, thing: Input, trust: TrustList) -> Result:
    try:
        return judge.judge(thing, trust)
    except VerifierError as error:
        return error


def _in_processes(judge: Judge, files: Sequence[Input], processes: int) -> Iterator[Result]:
    """Examine files in several processes.

    A file that kills its process (out of memory, a fault in a library) takes those beside it
    along; the rest is then examined in a process per file, and only the culprit is lost.
    """
    _load_ahead()
    done = 0
    try:
        with _pool(judge, processes) as pool:
            waiting: deque[Future[Result]] = deque()
            for thing in files:
                waiting.append(pool.submit(_examine, thing))
                if len(waiting) >= processes * AHEAD_PER_PROCESS:
                    yield waiting.popleft().result()
                    done += 1
            while waiting:
                yield waiting.popleft().result()
                done += 1
    except BrokenProcessPool:
        yield from (_alone(judge, thing) for thing in files[done:])


def _load_ahead() -> None:
    """Load once what every process would load for itself at its first file, 0.2 s long."""
    from pyhanko.sign.validation import pdf_embedded  # noqa: F401

    from verifier import pdf_signatures  # noqa: F401


def _alone(judge: Judge, thing: Input) -> Result:
    try:
        with _pool(judge, 1) as pool:
            return pool.submit(_examine, thing).result()
    except BrokenProcessPool:
        return VerifierError(
            "examination_ended",
            "The examination of this file ended before its time: it may take too much memory.",
            "Examine it alone, on a machine with more memory.",
        )


def _pool(judge: Judge, processes: int) -> ProcessPoolExecutor:
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork" if "fork" in methods else "spawn")
    return ProcessPoolExecutor(processes, context, _prepare, (judge,))


_prepared: list[tuple[Judge, TrustList]] = []
"""What a process examines with; filled once, when it starts."""


def _prepare(judge: Judge) -> None:
    _prepared[:] = [(judge, TrustList.from_json_bytes(judge.trust_json))]


def _examine(thing: Input) -> Result:
    judge, trust = _prepared[0]
    return _result(judge, thing, trust)
