"""`make bench`: the budgets of docs/performance.md, measured here and now.

    python -m tests.bench [--qr FOLDER] [--rounds NUMBER] [--files NUMBER] [--strict]

Exit code 0; with --strict 1 when a budget is not kept.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench.many_files import many_files_rows
from tests.bench.measure import table
from tests.bench.memory import memory_rows
from tests.bench.qr import generated_table, qr_table
from tests.bench.signing import signing_rows
from tests.bench.verifying import verifying_rows

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; see the module's docstring."""
    options = _parser().parse_args(arguments)
    for name in ("pyhanko", "pyhanko_certvalidator", "fontTools", "signing"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    lines, rows = generated_table() if options.qr is None else qr_table(options.qr)
    print("\n".join(lines), end="\n\n")
    with tempfile.TemporaryDirectory(prefix="sygnet-bench-") as place:
        (Path(place) / "verifying").mkdir()
        rows += verifying_rows(Path(place) / "verifying", options.rounds)
        rows += signing_rows(Path(place), options.rounds)
        rows += memory_rows(Path(place))
        if options.files:
            rows += many_files_rows(Path(place), options.files)
    print("\n".join(table(rows)))
    return int(options.strict and any(each.kept is False for each in rows))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--qr", type=Path, metavar="FOLDER", help="pictures of QR codes")
    parser.add_argument("--rounds", type=int, default=15, help="pairs per ratio (default: 15)")
    parser.add_argument("--files", type=int, default=200, help="PDFs in one call; 0 leaves it out")
    parser.add_argument("--strict", action="store_true", help="fail when a budget is not kept")
    return parser


if __name__ == "__main__":
    sys.exit(main())
