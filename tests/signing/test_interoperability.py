"""What validators of others say of each kind of file, and that docs/interoperability.md says so.

A missing tool is a failure, not a skip. The tools read the machine's clock, so the files are signed
now. `python -m tests.signing.test_interoperability` prints the table anew.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pdfsigner
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.completion import complete
from signing.marks import ClientAnswers
from signing.normalise import normalise
from tests.signing import inputs
from tests.signing.house import (
    client_signed,
    context,
    director_signed,
    full_plan,
    full_values,
    house,
    typed_answers,
)
from tests.signing.test_client import drawn_mark, stamp_png

DOCUMENT = Path(__file__).parents[2] / "docs" / "interoperability.md"
NOW = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=2)
KINDS = ("director", "client", "sealed, typed", "sealed, drawn and stamped", "sealed, old form")


@cache
def workplace() -> Path:
    """A folder with one file of each kind, the root, and an NSS database that trusts it."""
    folder = Path(tempfile.mkdtemp(prefix="sygnet-interoperability-"))
    (folder / "root.pem").write_bytes(house(NOW).root.public_bytes(Encoding.PEM))
    nss = f"sql:{folder}"
    said("certutil", "-N", "-d", nss, "--empty-password")
    said("certutil", "-A", "-d", nss, "-n", "root", "-t", "CT,C,C", "-i", folder / "root.pem")
    typed = typed_answers(full_values())
    drawn = ClientAnswers(full_values(), stamp_png(), drawn_mark())
    plain, form = inputs.paper(2), inputs.changed(inputs.form(xfa=True), inputs.turn_left)
    plan = full_plan(normalise(plain))
    for kind in KINDS:
        work = folder / kind.replace(" ", "_").replace(",", "")
        work.mkdir()
        target = work / "file.pdf"
        if kind == "director":
            director_signed(plain, work, plan, NOW).rename(target)
        elif kind == "client":
            client_signed(plain, work, plan, typed, NOW).rename(target)
        else:
            pdf = form if kind == "sealed, old form" else plain
            answers = drawn if kind == "sealed, drawn and stamped" else typed
            own_plan = full_plan(normalise(pdf))
            source = director_signed(pdf, work, own_plan, NOW)
            house_now, facts = house(NOW).kiosk, context(now=NOW)
            complete(source, target, own_plan, 0, answers, house_now, facts, NOW)
    return folder


def file_of(kind: str) -> Path:
    return workplace() / kind.replace(" ", "_").replace(",", "") / "file.pdf"


def said(*command: str | Path, succeeds: bool = True) -> str:
    program = str(command[0])
    assert shutil.which(program), f"{program} is missing: run make setup"
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0 or not succeeds, done.stdout + done.stderr
    return done.stdout + done.stderr


def by_pdfsig(pdf: Path) -> str:
    words = said("pdfsig", "-nssdir", f"sql:{workplace()}", pdf)
    return (
        f"{words.count('Signature is Valid.')} valid, "
        f"{words.count('Certificate is Trusted.')} trusted, "
        f"{words.count('Total document signed')} covers all"
    )


def by_pyhanko(pdf: Path) -> str:
    words = said(
        Path(sys.executable).with_name("pyhanko"), "sign", "validate", "--pretty-print",
        "--no-revocation-check", "--trust", workplace() / "root.pem", pdf,
    )  # fmt: skip
    return (
        f"{words.count('The signature is judged VALID.')} VALID, "
        f"{words.count('INVALID')} INVALID, "
        f"{words.count('The signature covers the entire file.')} covers all"
    )


def by_openssl(pdf: Path) -> str:
    data, good = pdf.read_bytes(), 0
    with pdf.open("rb") as stream, tempfile.TemporaryDirectory() as name:
        covered, contents = Path(name) / "covered", Path(name) / "contents"
        for signature in PdfFileReader(stream).embedded_signatures:
            start, first, second, length = (int(part) for part in signature.byte_range)
            covered.write_bytes(data[start : start + first] + data[second : second + length])
            padded = bytes(signature.pkcs7_content)
            contents.write_bytes(padded[: 4 + int.from_bytes(padded[2:4], "big")])
            good += "successful" in said(
                "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", contents,
                "-content", covered, "-CAfile", workplace() / "root.pem", "-purpose", "any",
                "-out", "/dev/null",
            )  # fmt: skip
    return f"{good} successful"


def by_mutool(pdf: Path) -> str:
    words = said("mutool", "sign", "-v", pdf, succeeds=False)
    return (
        f"{words.count('unchanged since signing')} unchanged, "
        f"{words.count('valid but there have been edits')} valid with edits since, "
        f"{words.count('not signed')} empty"
    )


def by_qpdf(pdf: Path) -> str:
    words = said("qpdf", "--check", pdf)
    clean = "No syntax or stream encoding errors found" in words and "WARNING" not in words
    return "clean" if clean else "not clean"


def by_pdfsigner(pdf: Path) -> str:
    found = pdfsigner.verify_pdf(str(pdf), str(workplace() / "root.pem"))
    valid = sum(bool(each["valid"]) for each in found)
    odd = sum("malformed OID" in str(each["detail"]) for each in found)
    return f"{valid} of {len(found)} valid, {odd} with an OID that it cannot read"


VALIDATORS: dict[str, Callable[[Path], str]] = {
    "pdfsig": by_pdfsig,
    "pyHanko": by_pyhanko,
    "openssl cms": by_openssl,
    "mutool": by_mutool,
    "qpdf": by_qpdf,
    "pdfsigner": by_pdfsigner,
}


def line(kind: str, validator: str) -> str:
    """One line of the table in the document."""
    return f"| {kind} | {validator} | {VALIDATORS[validator](file_of(kind))} |"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("validator", VALIDATORS)
def test_the_document_says_what_a_validator_says(kind: str, validator: str) -> None:
    assert line(kind, validator) in DOCUMENT.read_text("utf-8").splitlines()


@pytest.mark.parametrize("validator", ["pdfsig", "pyHanko", "openssl cms", "qpdf", "mutool"])
@pytest.mark.parametrize(
    ("kind", "signatures"), [("director", 1), ("client", 2), ("sealed, typed", 3)]
)
def test_every_signature_is_good_to_whoever_can_read_it(
    validator: str, kind: str, signatures: int
) -> None:
    words = VALIDATORS[validator](file_of(kind))
    counts = [int(number) for number in re.findall(r"\d+", words)]
    expected = {
        "pdfsig": [signatures, signatures, 1],
        "pyHanko": [signatures, 0, 1],
        "openssl cms": [signatures],
        "mutool": [1, signatures - 1, 3 - signatures],
        "qpdf": [],
    }
    assert counts == expected[validator]
    assert validator != "qpdf" or words == "clean"


if __name__ == "__main__":
    for each in KINDS:
        for name in VALIDATORS:
            print(line(each, name))
