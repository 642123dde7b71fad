"""Tools that we did not write find every signature valid and the file clean.

pdfsig (poppler, with the root in an NSS database), pyHanko's own command line in its default
policy, `qpdf --check`, and `openssl cms` over the signed byte ranges. A missing tool is a failure,
not a skip: `make setup` installs them. These tools read the machine's clock, so here the documents
are signed now.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.completion import complete
from signing.marks import ClientAnswers
from signing.normalise import normalise
from tests.signing import inputs
from tests.signing.house import (
    CLIENT,
    DIRECTOR,
    context,
    director_signed,
    full_plan,
    full_values,
    house,
    typed_answers,
)
from tests.signing.test_client import drawn_mark, stamp_png

NOW = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=2)


def run(*command: str | Path) -> str:
    """Output of a tool that must exist and succeed."""
    program = str(command[0])
    assert shutil.which(program), f"{program} is missing: run make setup"
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def sealed(pdf: bytes, folder: Path, answers: ClientAnswers) -> Path:
    plan = full_plan(normalise(pdf))
    source, target = director_signed(pdf, folder, plan, NOW), folder / "sealed.pdf"
    complete(source, target, plan, 0, answers, house(NOW).kiosk, context(now=NOW), NOW)
    return target


@pytest.fixture(scope="module", params=["typed", "drawn and stamped", "rotated form"])
def document(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    makers: dict[str, Callable[[], tuple[bytes, ClientAnswers]]] = {
        "typed": lambda: (inputs.paper(2), typed_answers(full_values())),
        "drawn and stamped": lambda: (
            inputs.with_xref_stream(),
            ClientAnswers(full_values(), stamp_png(), drawn_mark()),
        ),
        "rotated form": lambda: (
            inputs.changed(inputs.form(xfa=True), inputs.turn_left),
            typed_answers(full_values()),
        ),
    }
    pdf, answers = makers[request.param]()
    return sealed(pdf, tmp_path_factory.mktemp("outside"), answers)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("root") / "root.pem"
    path.write_bytes(house(NOW).root.public_bytes(Encoding.PEM))
    return path


@pytest.fixture(scope="module")
def nss(root: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = f"sql:{tmp_path_factory.mktemp('nss')}"
    run("certutil", "-N", "-d", folder, "--empty-password")
    run("certutil", "-A", "-d", folder, "-n", "root", "-t", "CT,C,C", "-i", root)
    return folder


def test_pdfsig_finds_three_valid_and_trusted_signatures(document: Path, nss: str) -> None:
    said = run("pdfsig", "-nssdir", nss, document)
    assert said.count("Signature is Valid.") == 3
    assert said.count("Certificate is Trusted.") == 3
    assert said.count("ETSI.CAdES.detached") == 3
    assert said.count("Total document signed") == 1
    fields = [line.split(": ")[1] for line in said.splitlines() if "Field Name" in line]
    assert fields == ["Director", "Client1", "Seal"]
    assert f"Common Name: {DIRECTOR}" in said
    assert f"Common Name: {CLIENT}" in said


def test_pyhanko_command_line_judges_all_three_valid(document: Path, root: Path) -> None:
    command = Path(sys.executable).with_name("pyhanko")
    said = run(
        command, "sign", "validate", "--pretty-print", "--no-revocation-check",
        "--trust", root, document,
    )  # fmt: skip
    assert said.count("The signature is judged VALID.") == 3
    assert "INVALID" not in said
    assert said.count("The signature covers the entire file.") == 1
    assert said.count("they appear to be compatible with the current document modification") == 2


def test_qpdf_finds_nothing_to_complain_about(document: Path) -> None:
    said = run("qpdf", "--check", document)
    assert "No syntax or stream encoding errors found" in said
    assert "WARNING" not in said


def test_openssl_verifies_each_signature_over_its_bytes(
    document: Path, root: Path, tmp_path: Path
) -> None:
    data = document.read_bytes()
    signatures = PdfFileReader(document.open("rb")).embedded_signatures
    assert len(signatures) == 3
    for number, signature in enumerate(signatures):
        start, first, second, length = (int(part) for part in signature.byte_range)
        covered, contents = tmp_path / f"{number}.bin", tmp_path / f"{number}.der"
        covered.write_bytes(data[start : start + first] + data[second : second + length])
        padded = bytes(signature.pkcs7_content)
        contents.write_bytes(padded[: 4 + int.from_bytes(padded[2:4], "big")])
        said = run(
            "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", contents,
            "-content", covered, "-CAfile", root, "-purpose", "any", "-out", "/dev/null",
        )  # fmt: skip
        assert "successful" in said
