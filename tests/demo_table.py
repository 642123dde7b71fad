"""`python -m tests.demo --table FOLDER`: what becomes of every PDF of a folder.

Each file gets a process of its own and a time limit, so that one that crashes or hangs is a line of
the table and not its end.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

__all__ = ["print_table"]

LIMIT_SECONDS = 180.0
AT_ONCE = 2
SIGNED, REFUSED = 0, 4


@dataclass(frozen=True)
class Row:
    """What became of one file."""

    name: str
    result: str  # "signed", "refused", "NOT GENUINE", "CRASHED" or "HUNG"
    code: str  # why it was refused
    seconds: float


def print_table(folder: Path) -> int:
    """Print the table; returns 0 when every file was signed or refused with a code."""
    files = sorted(folder.glob("*.pdf"))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        rows = list(pool.map(_try, files))
    for row in rows:
        print(f"{row.name:64} {row.result:12} {row.code:24} {row.seconds:6.1f} s")
    counts = {result: sum(row.result == result for row in rows) for result in _RESULTS}
    print(", ".join(f"{count} {result}" for result, count in counts.items() if count))
    return 0 if counts["signed"] + counts["refused"] == len(rows) else 1


_RESULTS = ("signed", "refused", "NOT GENUINE", "CRASHED", "HUNG")


def _try(file: Path) -> Row:
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="sygnet-table-") as out:
        target = Path(out) / "out"
        command = [sys.executable, "-m", "tests.demo", str(file), str(target)]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return Row(file.name, "HUNG", "", time.perf_counter() - begun)
        seconds = time.perf_counter() - begun
        if done.returncode == SIGNED:
            return Row(file.name, "signed", "", seconds)
        code = re.search(r"\[([a-z_0-9]+)\]\s*\Z", done.stderr)
        if done.returncode == REFUSED and code and not target.exists():
            return Row(file.name, "refused", code.group(1), seconds)
        if "Traceback" in done.stderr or done.returncode < 0:
            last = done.stderr.strip().splitlines()[-1:] or [""]
            return Row(file.name, "CRASHED", last[0][:80], seconds)
        return Row(file.name, "NOT GENUINE", "", seconds)
