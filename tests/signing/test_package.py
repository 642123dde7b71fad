"""The example that opens the package runs."""

from __future__ import annotations

import doctest

import signing
from tests.signing import inputs


def test_the_example_in_the_package_runs() -> None:
    results = doctest.testmod(signing, extraglobs={"any_pdf": inputs.paper(2)})
    assert results.attempted > 5
    assert results.failed == 0
