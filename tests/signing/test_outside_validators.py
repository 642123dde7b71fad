"""Tools that we did not write find every signer by name, in order, and every signature in its form.

pdfsig (poppler, with the roots in an NSS database) and pyHanko's own command line in its default
policy; how many signatures each of six tools finds good is `test_interoperability`'s. A missing
tool is a failure, not a skip: `make setup` installs them.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.signing.finished_files import NOW, file_of, roots, trust
from tests.signing.house import CLIENT, DIRECTOR
from tests.signing.test_interoperability import database, said
from verifier.document import verify_pdf
from verifier.verdict import Outcome

CLIENTS = {
    "sealed, photographed": [CLIENT],
    "sealed, long life": [CLIENT],
    "sealed, two clients": [f"{CLIENT} 1", f"{CLIENT} 2"],
}


@pytest.mark.parametrize("kind", CLIENTS)
def test_pdfsig_names_every_signer_in_order(kind: str) -> None:
    words = said("pdfsig", "-nssdir", database(), file_of(kind)).splitlines()
    fields = [line.split(": ")[1] for line in words if "Field Name" in line]
    numbers = range(1, len(CLIENTS[kind]) + 1)
    assert fields[: len(numbers) + 2] == ["Director", *(f"Client{n}" for n in numbers), "Seal"]
    names = [line.split(": ")[1] for line in words if "Common Name" in line]
    assert names[: len(numbers) + 2] == [DIRECTOR, *CLIENTS[kind], "Kiosk Gdynia"]
    types = [line.split(": ")[1] for line in words if "Signature Type" in line]
    assert types[: len(numbers) + 2] == ["ETSI.CAdES.detached"] * (len(numbers) + 2)


@pytest.mark.parametrize("kind", CLIENTS)
def test_pyhanko_finds_only_what_signing_allows_between_two_signatures(kind: str) -> None:
    ours, time = roots()
    words = said(
        Path(sys.executable).with_name("pyhanko"), "sign", "validate", "--pretty-print",
        "--no-revocation-check", "--trust", ours, "--trust", time, file_of(kind),
    )  # fmt: skip
    count = len(CLIENTS[kind]) + 2
    assert words.count("The signature is judged VALID.") == count
    assert words.count("compatible with the current document modification policy") == count - 1 + (
        kind == "sealed, long life"
    )


@pytest.mark.parametrize("kind", CLIENTS)
def test_our_own_verifier_finds_it_genuine(kind: str) -> None:
    verdict = verify_pdf(file_of(kind).read_bytes(), trust(), NOW)
    assert verdict.outcome is Outcome.GENUINE, verdict.findings
