"""What validators of others say of each kind of file, and that docs/interoperability.md says so.

A missing tool is a failure, not a skip. `python -m tests.signing.test_interoperability` prints the
table anew.
"""

from __future__ import annotations

import atexit
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pdfsigner
import pytest
import pyunderskrift
from pyhanko.pdf_utils.reader import PdfFileReader

from tests.signing.finished_files import KINDS, SIGNATURES, file_of, roots

DOCUMENT = Path(__file__).parents[2] / "docs" / "interoperability.md"


@cache
def database() -> str:
    """An NSS database that trusts the two roots."""
    folder = Path(tempfile.mkdtemp(prefix="sygnet-nss-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    said("certutil", "-N", "-d", f"sql:{folder}", "--empty-password")
    for name, root in zip(("ours", "time"), roots(), strict=True):
        said("certutil", "-A", "-d", f"sql:{folder}", "-n", name, "-t", "CT,C,C", "-i", root)
    return f"sql:{folder}"


@cache
def both() -> Path:
    """The two roots in one file."""
    whole = roots()[0].with_name("both.pem")
    whole.write_bytes(b"".join(root.read_bytes() for root in roots()))
    return whole


def said(*command: str | Path, succeeds: bool = True) -> str:
    program = str(command[0])
    assert shutil.which(program), f"{program} is missing: run make setup"
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0 or not succeeds, done.stdout + done.stderr
    return done.stdout + done.stderr


def by_pdfsig(pdf: Path) -> str:
    words = said("pdfsig", "-nssdir", database(), pdf)
    return (
        f"{words.count('Signature is Valid.')} valid, "
        f"{words.count('Certificate is Trusted.')} trusted, "
        f"{words.count('Total document signed')} covers all"
    )


def by_pyhanko(pdf: Path) -> str:
    ours, time = roots()
    words = said(
        Path(sys.executable).with_name("pyhanko"), "sign", "validate", "--pretty-print",
        "--no-revocation-check", "--trust", ours, "--trust", time, pdf,
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
        for signature in PdfFileReader(stream).embedded_regular_signatures:
            start, first, second, length = (int(part) for part in signature.byte_range)
            covered.write_bytes(data[start : start + first] + data[second : second + length])
            padded = bytes(signature.pkcs7_content)
            contents.write_bytes(padded[: 4 + int.from_bytes(padded[2:4], "big")])
            good += "successful" in said(
                "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", contents,
                "-content", covered, "-CAfile", both(), "-purpose", "any",
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
    found = pdfsigner.verify_pdf(str(pdf), str(both()))
    said_true = {
        key: sum(bool(each[key]) for each in found)
        for key in ("valid", "chain_trusted", "trusted_time", "covers_whole_document")
    }
    return (
        f"{said_true['valid']} of {len(found)} valid, {said_true['chain_trusted']} trusted, "
        f"{said_true['trusted_time']} with a trusted time, "
        f"{said_true['covers_whole_document']} covers all"
    )


def by_underskrift(pdf: Path) -> str:
    return underskrift_on(pdf.read_bytes())


def underskrift_on(pdf: bytes) -> str:
    """What underskrift says offline, with its policy that asks for no revocation."""
    stores = pyunderskrift.TrustStoreSet()
    for keep, roots_of_kind in (
        (stores.set_sig_store, roots()[:1]),
        (stores.set_tsa_store, roots()),
    ):
        store = pyunderskrift.TrustStore("roots")
        for root in roots_of_kind:
            store.add_pem_data(root.read_bytes())
        keep(store)
    verifier = pyunderskrift.SignatureVerifier(stores)
    verifier.set_basic_policy(pyunderskrift.BasicPdfSignaturePolicy())
    report = verifier.verify_pdf(pdf)
    found = report.signatures
    return (
        f"{report.policy_passed_count} of {len(found)} passed, "
        f"{sum(bool(each.chain_trusted) for each in found)} trusted, "
        f"{sum(bool(each.timestamp_time) for each in found)} with a time, "
        f"{sum(bool(each.covers_whole_document) for each in found)} covers all, "
        f"{sum(bool(each.extended_by_non_safe_updates) for each in found)} changed since"
    )


VALIDATORS: dict[str, Callable[[Path], str]] = {
    "pdfsig": by_pdfsig,
    "pyHanko": by_pyhanko,
    "openssl cms": by_openssl,
    "mutool": by_mutool,
    "qpdf": by_qpdf,
    "pdfsigner": by_pdfsigner,
    "underskrift": by_underskrift,
}


@pytest.mark.parametrize("kind", KINDS)
def test_validators_say_what_the_document_says_and_find_every_signature_good(kind: str) -> None:
    said_of_it = {validator: ask(file_of(kind)) for validator, ask in VALIDATORS.items()}
    documented = DOCUMENT.read_text("utf-8").splitlines()
    lines = [f"| {kind} | {validator} | {words} |" for validator, words in said_of_it.items()]
    assert [each for each in lines if each not in documented] == []
    for validator, words in said_of_it.items():
        counts = [int(number) for number in re.findall(r"\d+", words)]
        assert counts == expected(kind)[validator], validator


def test_underskrift_finds_every_signature_over_a_changed_byte_bad() -> None:
    pdf = bytearray(file_of("sealed, typed").read_bytes())
    pdf[pdf.index(b"stream") + 20] ^= 1
    assert underskrift_on(bytes(pdf)).startswith("0 of 3 passed")


def expected(kind: str) -> dict[str, list[int]]:
    """The numbers in what each validator should say."""
    count, kept = SIGNATURES[kind], kind == "sealed, long life"
    stamps = 2 if kept else 0  # document time-stamps
    stamped = count if kept else count - 1  # signatures with a time-stamp: not the director's
    return {
        "pdfsig": [count, count, 1],
        "pyHanko": [count, 0, int(not kept)],
        "openssl cms": [count],
        "mutool": [int(not kept), count - 1 + int(kept), max(0, 3 - count) + stamps],
        "qpdf": [],
        "pdfsigner": [count + stamps, count + stamps, count + stamps, stamped + stamps, 1],
        "underskrift": [count + stamps, count + stamps, count + stamps, stamped + stamps, 1, 0],
    }


if __name__ == "__main__":
    for each in KINDS:
        for name, ask in VALIDATORS.items():
            print(f"| {each} | {name} | {ask(file_of(each))} |")
