"""`python -m tests.fuzz.matrix`: every hostile input by every entry, as docs/fuzzing.md has it."""

from __future__ import annotations

import logging
import multiprocessing
import sys
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Final

from tests.fuzz.bounds import MAX_CPU_SECONDS, MAX_GROWTH_BYTES, measured, set_hard_stop
from tests.fuzz.hostile import HOSTILE_PDFS
from tests.fuzz.hostile_others import HOSTILE_OTHERS
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


KILLED: Final = "killed"
"""What is answered for a process that did not come to its end."""
Result = tuple[float, int, str]
"""Seconds of CPU time, bytes of growth, and what was answered."""


def rows(names: list[str]) -> Iterator[tuple[str, list[Result]]]:
    """Judge each in a process of its own; what is no PDF file has one entry only."""
    for name in names:
        entries = ENTRIES if name in HOSTILE_PDFS else ("",)
        yield name, [_apart(name, entry) for entry in entries]


def _apart(name: str, entry: str) -> Result:
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_judge, args=(name, entry, theirs))
    process.start()
    theirs.close()
    try:
        result: Result = ours.recv()
    except EOFError:
        result = (0.0, 0, KILLED)
    process.join()
    return result


def _judge(name: str, entry: str, answer: Any) -> None:
    logging.disable(logging.CRITICAL)
    if name in HOSTILE_OTHERS:
        work = HOSTILE_OTHERS[name]()
        set_hard_stop()
        with measured() as cost:
            found = work()
        said = str(getattr(found, "outcome", found))
        answer.send((cost.cpu_seconds, cost.growth_bytes, said))
        return
    data = HOSTILE_PDFS[name]()
    ENTRIES[entry](b"%PDF-1.7\n")  # what is loaded once does not count
    set_hard_stop()
    with measured() as cost:
        verdict = ENTRIES[entry](data)
    answer.send((cost.cpu_seconds, cost.growth_bytes, str(verdict.outcome)))


def main(names: list[str]) -> int:
    """Print the tables; 1 when a bound is broken or something is called genuine."""
    broken = 0
    pdfs = [name for name in names or HOSTILE_PDFS if name in HOSTILE_PDFS]
    others = [name for name in names or HOSTILE_OTHERS if name in HOSTILE_OTHERS]
    for group, columns in ((pdfs, [*ENTRIES]), (others, ["cost"])):
        print("\n| input |", " | ".join(columns), "|")
        print("|---|" + "---|" * len(columns))
        for name, results in rows(group):
            cells = []
            for seconds, growth, outcome in results:
                kept = seconds <= MAX_CPU_SECONDS and growth <= MAX_GROWTH_BYTES
                kept = kept and outcome not in {KILLED, str(Outcome.GENUINE)}
                broken += not kept
                cells.append(
                    f"{seconds:.1f} s, {growth >> 20} MB{'' if kept else f' **{outcome}**'}"
                )
            print(f"| {name} |", " | ".join(cells), "|", flush=True)
    print(f"{broken} over the bounds", file=sys.stderr)
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
