"""Signatures under our hierarchy, name constraints included, judged by validators we did not write.

pdfsig (poppler, NSS), pyHanko's own command line and openssl cms each get a PDF signed by the
director, a client's one-shot key and the seal.
"""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from reportlab.pdfgen.canvas import Canvas

from signing.certificate_profiles import Profile, common_name, issue
from signing.identities import SigningIdentity
from signing.one_shot import make_one_shot
from signing.pades_cms import reserved_hex_digits, sign_digest
from tests.signing.hierarchy import Hierarchy, make_hierarchy
from verifier.token import Proof

NAMES = ("Director", "Client1", "Seal")


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False, timeout=120
    )


def signed_by(data: bytes, name: str, identity: SigningIdentity, moment: datetime) -> bytes:
    """The PDF with one more signature of the given identity."""
    output = io.BytesIO()
    steps = PdfCMSEmbedder().write_cms(name, IncrementalPdfFileWriter(io.BytesIO(data)))
    next(steps)
    steps.send(
        SigObjSetup(
            SignatureObject(
                timestamp=moment,
                subfilter=SigSeedSubFilter.PADES,
                bytes_reserved=reserved_hex_digits(identity),
            )
        )
    )
    prepared, _ = steps.send(SigIOSetup(md_algorithm="sha256", output=output))
    steps.send(sign_digest(prepared.document_digest, identity, moment))
    return output.getvalue()


@pytest.fixture(scope="module")
def hierarchy() -> Hierarchy:
    return make_hierarchy(datetime.now(UTC) - timedelta(days=1))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, hierarchy: Hierarchy) -> Path:
    """A folder with signed.pdf, root.pem and an NSS database that trusts the root."""
    folder = tmp_path_factory.mktemp("validators")
    page = io.BytesIO()
    canvas = Canvas(page)
    canvas.drawString(72, 720, "Contract")
    canvas.save()
    moment = datetime.now(UTC) - timedelta(minutes=1)
    client = make_one_shot("Łucja Żółć", Proof.SMS_CODE, hierarchy.kiosk, moment)
    data = page.getvalue()
    for name, identity in zip(
        NAMES, (hierarchy.director, client, hierarchy.kiosk.seal_identity), strict=True
    ):
        data = signed_by(data, name, identity, moment)
    (folder / "signed.pdf").write_bytes(data)
    write_trust(folder, hierarchy.root)
    return folder


def write_trust(folder: Path, root: x509.Certificate) -> None:
    pem = folder / "root.pem"
    pem.write_bytes(root.public_bytes(Encoding.PEM))
    database = folder / "nss"
    database.mkdir()
    assert run("certutil", "-N", "-d", f"sql:{database}", "--empty-password").returncode == 0
    added = run("certutil", "-A", "-d", f"sql:{database}", "-n", "root", "-t", "C,C,C", "-i", pem)
    assert added.returncode == 0, added.stderr


def test_pdfsig_trusts_all_three(folder: Path) -> None:
    said = run("pdfsig", "-nssdir", f"sql:{folder / 'nss'}", folder / "signed.pdf").stdout
    assert said.count("Signature Validation: Signature is Valid.") == len(NAMES), said
    assert said.count("Certificate Validation: Certificate is Trusted.") == len(NAMES), said


def test_pyhankos_command_line_trusts_all_three(folder: Path) -> None:
    command = Path(sys.executable).with_name("pyhanko")
    said = run(
        command,
        "sign",
        "validate",
        "--pretty-print",
        "--trust",
        folder / "root.pem",
        "--trust-replace",
        folder / "signed.pdf",
    )
    assert said.returncode == 0, said.stdout + said.stderr
    assert said.stdout.count("The signature is judged VALID") == len(NAMES), said.stdout


@pytest.mark.parametrize("index", range(len(NAMES)), ids=NAMES)
def test_openssl_cms_trusts_each(folder: Path, tmp_path: Path, index: int) -> None:
    with (folder / "signed.pdf").open("rb") as file:
        embedded = PdfFileReader(file).embedded_signatures[index]
        start, length, second_start, second_length = embedded.byte_range
        file.seek(0)
        data = file.read()
    content = data[start : start + length] + data[second_start : second_start + second_length]
    (tmp_path / "content").write_bytes(content)
    (tmp_path / "cms").write_bytes(bytes(embedded.pkcs7_content))
    said = run(
        "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-x509_strict",
        "-in", tmp_path / "cms", "-content", tmp_path / "content",
        "-CAfile", folder / "root.pem", "-out", tmp_path / "out",
    )  # fmt: skip
    assert said.returncode == 0, said.stderr


def test_a_kiosk_cannot_certify_for_another_organisation(
    hierarchy: Hierarchy, tmp_path: Path
) -> None:
    """The control: the name constraint is really enforced by openssl."""
    key = ec.generate_private_key(ec.SECP256R1())
    foreign = x509.Name(
        [
            x509.NameAttribute(x509.NameOID.COUNTRY_NAME, "PL"),
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "Someone Else"),
            common_name("Jan Kowalski"),
        ]
    )
    kiosk = hierarchy.kiosk_authority
    profile = Profile(timedelta(days=10))
    certificate = issue(foreign, key.public_key(), kiosk, profile, datetime.now(UTC))
    chain = [hierarchy.kiosk.ca_certificate, hierarchy.signing_ca.certificate]
    (tmp_path / "leaf.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (tmp_path / "root.pem").write_bytes(hierarchy.root.public_bytes(Encoding.PEM))
    (tmp_path / "chain.pem").write_bytes(
        b"".join(entry.public_bytes(Encoding.PEM) for entry in chain)
    )
    said = run(
        "openssl", "verify", "-CAfile", tmp_path / "root.pem",
        "-untrusted", tmp_path / "chain.pem", tmp_path / "leaf.pem",
    )  # fmt: skip
    assert said.returncode != 0
    assert "permitted subtree violation" in said.stderr
