"""A file that the office's own job kept, 300 days later, in validators that we did not write.

The clock is moved for the validator as a whole (`faketime`), or inside pyHanko's ETSI engine. Each
check has a control on the same day: a certificate that ended, or a file without the evidence.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

import signing.certificates
from office.head_office import HeadOffice
from tests.office.keeping_town import DAY, Keeping
from tests.office.town_hall import Clock, People, TestKiosk
from tests.signing.long_life_tools import etsi_says
from tests.time_server import TimeServer

for name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(name).setLevel(logging.CRITICAL)

EVERYBODY = ("Director", "Client1", "Seal")
VALID, TRUSTED = "Signature is Valid.", "Certificate is Trusted."
EXPIRED = "Certificate has Expired"


def run_at(at: datetime, *command: str | Path) -> str:
    """Run a program that believes that it is `at`."""
    words = ["faketime", "-f", f"@{at:%Y-%m-%d %H:%M:%S}", *(str(part) for part in command)]
    done = subprocess.run(
        words,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "TZ": "UTC"},
    )
    return done.stdout + done.stderr


def nss(folder: Path, *roots: x509.Certificate) -> str:
    """A database of NSS that trusts the roots."""
    folder.mkdir()
    database = f"sql:{folder}"
    subprocess.run(["certutil", "-N", "-d", database, "--empty-password"], check=True)
    for number, root in enumerate(roots):
        pem = folder / f"{number}.pem"
        pem.write_bytes(root.public_bytes(Encoding.PEM))
        words = ["certutil", "-A", "-d", database, "-n", f"r{number}", "-t", "C,C,C"]
        subprocess.run([*words, "-i", str(pem)], check=True)
    return database


@pytest.fixture
def server(tmp_path: Path, clock: Clock) -> Iterator[TimeServer]:
    with TimeServer(tmp_path / "service", clock) as running:
        yield running


@pytest.fixture
def keep(
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    clock: Clock,
    pdf: bytes,
    tmp_path: Path,
    server: TimeServer,
) -> Callable[[], tuple[Keeping, Path, Path]]:
    """Have a document signed, come home and be kept: the town, the sealed file, the kept file."""

    def kept() -> tuple[Keeping, Path, Path]:
        town = Keeping(office, people, kiosk, clock, pdf, tmp_path)
        town.use(server)
        document = town.completed()
        assert town.round() == 1
        assert town.standing(document).stamps == 1
        sealed, longer = tmp_path / "sealed.pdf", tmp_path / "kept.pdf"
        sealed.write_bytes(town.sealed(document))
        longer.write_bytes(town.file(document))
        return town, sealed, longer

    return kept


def test_pyhankos_etsi_engine_finds_all_signatures_good_in_300_days(
    keep: Callable[[], tuple[Keeping, Path, Path]], server: TimeServer
) -> None:
    town, sealed, kept = keep()
    roots = (town.root(), server.authority.certificate)
    at = town.clock.forward(days=300)
    said = etsi_says(kept, at + timedelta(hours=1), roots, (server.root_list,))
    assert said == dict.fromkeys(EVERYBODY, "AdESPassed.OK")
    without = etsi_says(sealed, at + timedelta(hours=1), roots, (server.root_list,))
    assert {words.partition(".")[0] for words in without.values()} == {"AdESIndeterminate"}


def test_pdfsig_and_pyhankos_command_trust_all_signatures_in_300_days(
    keep: Callable[[], tuple[Keeping, Path, Path]], server: TimeServer, tmp_path: Path
) -> None:
    town, _, kept = keep()
    roots = (town.root(), server.authority.certificate)
    at = town.clock.forward(days=300)
    said = run_at(at, "pdfsig", "-nssdir", nss(tmp_path / "nss", *roots), kept)
    assert (said.count(VALID), said.count(TRUSTED), said.count(EXPIRED)) == (3, 3, 0), said
    words = run_at(at, *command(tmp_path, roots), kept)
    assert words.count("INTACT:TRUSTED,TIMESTAMP_TOKEN<INTACT:TRUSTED>") == 3, words
    assert "UNTRUSTED" not in words, words


def test_a_certificate_that_ended_is_told_by_the_same_checks(
    keep: Callable[[], tuple[Keeping, Path, Path]],
    server: TimeServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: these two know nothing of past validation, so evidence does not help."""
    monkeypatch.setattr(signing.certificates, "SIGNER_VALIDITY", 10 * DAY)
    town, _, kept = keep()
    roots = (town.root(), server.authority.certificate)
    database, start = nss(tmp_path / "nss", *roots), town.clock()
    for days, expired in ((3, 0), (11, 1), (300, 1)):
        said = run_at(start + days * DAY, "pdfsig", "-nssdir", database, kept)
        assert (said.count(VALID), said.count(EXPIRED)) == (3, expired), (days, said)
    words = run_at(start + 11 * DAY, *command(tmp_path, roots), kept)
    assert "UNTRUSTED" in words, words


def command(folder: Path, roots: tuple[x509.Certificate, ...]) -> list[str | Path]:
    """PyHanko's command line, in its default policy."""
    words: list[str | Path] = [Path(sys.executable).with_name("pyhanko"), "sign", "validate"]
    for number, root in enumerate(roots):
        pem = folder / f"root{number}.pem"
        pem.write_bytes(root.public_bytes(Encoding.PEM))
        words += ["--trust", pem]
    return words
