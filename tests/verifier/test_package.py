"""The verifier as a whole: it stands alone, starts fast, and its example runs."""

from __future__ import annotations

import doctest
import json
import subprocess
import sys
from pathlib import Path

import verifier

HOUSE = Path(__file__).parents[2]
HEAVY = {"cv2", "flask", "pyhanko", "numpy", "pypdfium2", "zxingcpp", "tuf", "sqlalchemy"}
OURS = {"signing", "sync", "kiosk", "office", "tests"}


def modules_after(statement: str) -> set[str]:
    """Top-level modules that are loaded after a statement, in a new interpreter."""
    program = f"import sys, json; {statement}; print(json.dumps([m for m in sys.modules]))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=HOUSE, capture_output=True, text=True, check=True
    )
    return {name.split(".")[0] for name in json.loads(done.stdout)}


def test_importing_it_loads_nothing_heavy_and_nothing_of_ours() -> None:
    loaded = modules_after("import verifier")
    assert loaded & (HEAVY | OURS) == set()
    assert "verifier" in loaded


def test_a_paper_is_judged_without_a_pdf_library() -> None:
    loaded = modules_after(
        "import verifier; from datetime import datetime, UTC; "
        "verifier.verify_text('x', verifier.TrustList('o', 1, datetime.now(UTC), (), ()), "
        "datetime.now(UTC))"
    )
    assert loaded & (HEAVY | OURS) == set()


def test_importing_it_is_fast() -> None:
    program = (
        "import time; start = time.process_time(); import verifier; "
        "print(time.process_time() - start)"
    )
    seconds = min(
        float(
            subprocess.run(
                [sys.executable, "-c", program],
                cwd=HOUSE,
                capture_output=True,
                text=True,
                check=True,
            ).stdout
        )
        for _ in range(3)
    )
    assert seconds < 0.4


def test_the_example_in_the_packages_docstring_runs() -> None:
    result = doctest.testmod(verifier)
    assert result.attempted > 3
    assert result.failed == 0


def test_everything_public_is_there() -> None:
    for name in verifier.__all__:
        assert getattr(verifier, name) is not None
