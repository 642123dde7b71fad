"""Many PDFs of 300 KB in one call of the command: one process against all cores.

Beside it stands what mere counting gains from the cores at the same time: on a machine that is
busy with other things nothing does.
"""

from __future__ import annotations

import multiprocessing
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.measure import Row
from tests.signing.house import NOW, context, director_signed, house, plain_plan, typed_answers
from tests.signing.inputs import changed, paper
from tests.vectors.trust_files import Publisher
from verifier.trust_list import TrustList

__all__ = ["many_files_rows"]

HOUSE = Path(__file__).parents[2]
FILE_BYTES = 200_000  # of noise; with pages, certificate and signatures some 300 KB
ROUNDS = 3
COUNTED = 300_000_000  # some seconds


def many_files_rows(folder: Path, files: int) -> list[Row]:
    """Time the command on the wall: it is about cores, not about work."""
    place = folder / "many"
    place.mkdir()
    _trust(place / "trust", house().trust)
    data = _file(place)
    inbox = place / "in"
    inbox.mkdir()
    for number in range(files):
        (inbox / f"{number:04}.pdf").write_bytes(data)
    cores = len(os.sched_getaffinity(0))
    ours, pure = [], []
    for _ in range(ROUNDS):
        ours.append(_seconds(place, cores) / _seconds(place, 1))
        pure.append(_counting(cores) / _counting(1))
    ratio, limit = statistics.median(ours), statistics.median(pure)
    return [
        Row(
            f"{files} PDFs of {len(data) // 1000} KB in one call, {cores} processes / 1 process",
            f"{ratio:.2f} x on the wall; counting alone: {limit:.2f} x",
            "",
            None,
        )
    ]


def _counting(processes: int) -> float:
    """Seconds that a fixed amount of counting takes, shared among processes.

    What the machine can give at most just now: half the time for two processes when it has
    nothing else to do, hardly less than for one when others keep its cores busy.
    """
    start = time.perf_counter()
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        pool.map(_count, [COUNTED // processes] * processes, chunksize=1)
    return time.perf_counter() - start


def _count(steps: int) -> int:
    return sum(range(steps))


def _seconds(place: Path, processes: int) -> float:
    command = [
        *(sys.executable, "-m", "verifier", "in", "--json", "--at", NOW.isoformat()),
        *("--processes", str(processes)),
    ]
    start = time.perf_counter()
    subprocess.run(
        command,
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(HOUSE)},
        check=True,  # exit code 0: all genuine
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - start


def _file(place: Path) -> bytes:
    from pikepdf import Dictionary, Name, Pdf

    from signing.completion import complete

    def fatten(document: Pdf) -> None:
        noise = document.make_stream(os.urandom(FILE_BYTES))
        noise.Type, noise.Subtype = Name.XObject, Name.Image
        noise.Width, noise.Height = FILE_BYTES // 3, 1
        noise.ColorSpace, noise.BitsPerComponent = Name.DeviceRGB, 8
        document.pages[0].obj.Resources.XObject = Dictionary(Im0=noise)

    source = director_signed(changed(paper(2), fatten), place)
    target = place / "sealed.pdf"
    complete(source, target, plain_plan(), 0, typed_answers(), house().kiosk, context(), NOW)
    return target.read_bytes()


def _trust(folder: Path, trust: TrustList) -> None:
    folder.mkdir()
    for name, data in Publisher(trust).files().items():
        (folder / name).write_bytes(data)
