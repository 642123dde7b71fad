"""tests.fuzz.matrix: some of the hostile inputs of five megabytes, by every entry."""

from __future__ import annotations

import pytest

from tests.fuzz.matrix import main

SOME = ["page tree, deep", "certificates of one name, in ten signatures", "roots: noise in PEM"]


def test_hostile_inputs_of_five_megabytes_keep_to_the_bounds(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(SOME) == 0
    printed = capsys.readouterr()
    assert all(f"| {name} |" in printed.out for name in SOME)
    assert printed.err == "0 over the bounds\n"
