"""`python -m tests.fuzz.matrix`: every hostile input by every entry, as docs/fuzzing.md has it."""

from __future__ import annotations

import logging
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Final

from tests.fuzz.bounds import MAX_CPU_SECONDS, MAX_GROWTH_BYTES, measured, set_hard_stop
from tests.fuzz.hostile import HOSTILE_PDFS
from verifier.verdict import Outcome, Verdict

__all__ = ["ENTRIES", "main", "rows"]


def _alone(data: bytes) -> Verdict:
    from tests.vectors.sealed_pdf import NOW
    from verifier.document import verify_pdf

    return verify_pdf(data, _house().trust(), NOW)


def _sealed(data: bytes) -> Verdict:
    from tests.vectors.raw_seal import sealed_bytes

    return _alone(sealed_bytes(data, _house())[0])


@cache
def _house() -> Any:
    """Whose seal it is; made once, as its keys differ from one to the next."""
    from tests.vectors.sealed_pdf import House

    return House()


def _of_others(data: bytes) -> Verdict:
    from tests.vectors import foreign_files
    from tests.vectors.sealed_pdf import NOW
    from verifier.foreign_pdf import verify_foreign_pdf

    return verify_foreign_pdf(data, foreign_files.roots(), NOW)


ENTRIES: Final[dict[str, Callable[[bytes], Verdict]]] = {
    "alone": _alone,
    "under an honest seal": _sealed,
    "as a file of others": _of_others,
}
"""By which entry the input is judged."""


def rows(names: list[str]) -> Iterator[tuple[str, list[tuple[float, int, str]]]]:
    """Judge each in a process of its own: seconds of CPU time, bytes of growth, and the outcome."""
    context = multiprocessing.get_context("fork")
    for name in names:
        results = []
        for entry in ENTRIES:
            ours, theirs = context.Pipe(duplex=False)
            process = context.Process(target=_judge, args=(name, entry, theirs))
            process.start()
            theirs.close()
            try:
                results.append(ours.recv())
            except EOFError:
                results.append((0.0, 0, "killed"))
            process.join()
        yield name, results


def _judge(name: str, entry: str, answer: Any) -> None:
    logging.disable(logging.CRITICAL)
    data = HOSTILE_PDFS[name]()
    ENTRIES[entry](b"%PDF-1.7\n")  # what is loaded once does not count
    set_hard_stop()
    with measured() as cost:
        verdict = ENTRIES[entry](data)
    answer.send((cost.cpu_seconds, cost.growth_bytes, str(verdict.outcome)))


def main(names: list[str]) -> int:
    """Print the table; 1 when a bound is broken or something is called genuine."""
    broken = 0
    print("| input of 5 MB |", " | ".join(ENTRIES), "|")
    print("|---|" + "---|" * len(ENTRIES))
    start = time.monotonic()
    for name, results in rows(names or list(HOSTILE_PDFS)):
        cells = []
        for seconds, growth, outcome in results:
            kept = seconds <= MAX_CPU_SECONDS and growth <= MAX_GROWTH_BYTES
            kept = kept and outcome not in {"killed", str(Outcome.GENUINE)}
            broken += not kept
            cells.append(
                f"{seconds:.1f} s, {growth / 2**20:.0f} MB" + ("" if kept else f" **{outcome}**")
            )
        print(f"| {name} |", " | ".join(cells), "|", flush=True)
    print(f"{broken} over the bounds, {time.monotonic() - start:.0f} s", file=sys.stderr)
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
