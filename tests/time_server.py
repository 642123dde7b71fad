"""A real time-stamping service (`openssl ts`) behind a small web server on loopback.

    with TimeServer(folder, clock, "p256") as server:
        server.url, server.pem           # what head office is told
        server.manner = Manner.SLOW      # and now it misbehaves

The time that it states is the clock's: openssl runs under `faketime`.
"""

from __future__ import annotations

import base64
import os
import subprocess
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from signing.certificates import CertificateAuthority
from signing.revocation_lists import make_crl
from verifier.der import SEQUENCE, element

__all__ = ["Form", "Manner", "TimeServer"]

DAY = timedelta(days=1)
LISTS_RUN = 30 * DAY
SERIAL = "1000"
CONFIGURATION = """
[ tsa ]
default_tsa = service
[ service ]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
tsa_name = yes
ess_cert_id_alg = sha256
"""


class Manner(Enum):
    """How the service behaves."""

    HONEST = auto()
    REFUSING = auto()  # a proper answer that says no
    BROKEN = auto()  # HTTP 500
    SILENT = auto()  # takes the question and never answers
    DRIPPING = auto()  # a byte now and then, without end
    ENDLESS = auto()  # as many bytes as one will take
    REPLAYING = auto()  # always its first answer
    TALKING = auto()  # a page instead of an answer
    MOVED = auto()  # a redirect
    ELSEWHEN = auto()  # states another time


class Form(Enum):
    """How its tokens are written."""

    BY_NUMBER = auto()  # as `openssl ts` does: the signer by issuer and number, RSA in PKCS#1 v1.5
    BY_KEY = auto()  # the signer by its key's identifier
    PSS = auto()  # RSASSA-PSS
    PSS_BY_KEY = auto()  # both


FIXED = {
    Manner.BROKEN: (500, b""),
    Manner.MOVED: (302, b""),
    Manner.TALKING: (200, b"<html>Please sign in</html>"),
    # PKIStatus rejection, badDataFormat (RFC 3161, 2.4.2)
    Manner.REFUSING: (200, bytes.fromhex("30093007020102030205a0")),
}


class TimeServer:
    """One service with a root of its own, whose revocation list it serves as well."""

    def __init__(
        self,
        folder: Path,
        clock: Callable[[], datetime],
        kind: Literal["p256", "rsa"] = "p256",
        valid_for: timedelta = 3650 * DAY,
        name: str = "Time",
        form: Form = Form.BY_NUMBER,
    ) -> None:
        """Make its keys and certificates; nothing runs yet."""
        folder.mkdir(exist_ok=True)
        self.folder, self.clock, self.name = folder, clock, name
        self.manner, self.asked, self.user = Manner.HONEST, 0, ""
        self.first_answer = b""
        self.enough = threading.Event()
        self._server = _Web(self)
        self.url = f"http://127.0.0.1:{self._server.server_port}/tsr"
        (folder / "serial").write_text(SERIAL)
        (folder / "ts.cnf").write_text(CONFIGURATION.format(folder=folder))
        self.form = form
        self.kind, self.pem = kind, folder / "service.pem"
        self.authority = self._root()
        self.renew(valid_for)

    def __enter__(self) -> TimeServer:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.enough.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def root_list(self) -> x509.CertificateRevocationList:
        """The revocation list of its root, fresh."""
        now = self.clock()
        return make_crl(self.authority, (), int(now.timestamp()), now, LISTS_RUN)

    def answer(self, question: bytes) -> bytes:
        """Let openssl answer a question."""
        asked, answered = self.folder / "question.tsq", self.folder / "answer.tsr"
        asked.write_bytes(question)
        at = self.clock() + (DAY if self.manner is Manner.ELSEWHEN else timedelta(0))
        command = [
            "faketime", "-f", f"@{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
            "openssl", "ts", "-reply", "-config", str(self.folder / "ts.cnf"),
            "-section", "service", "-queryfile", str(asked), "-out", str(answered),
            "-signer", str(self.folder / "own.pem"), "-inkey", str(self.folder / "key.pem"),
            "-chain", str(self.folder / "chain.pem"),
        ]  # fmt: skip
        environment = {**os.environ, "TZ": "UTC"}
        subprocess.run(command, check=True, capture_output=True, env=environment)
        if self.form is Form.BY_NUMBER:
            return answered.read_bytes()
        return self._signed_otherwise(answered, command[:3])

    def _signed_otherwise(self, answered: Path, at: list[str]) -> bytes:
        """The same time signed by `openssl cms`: `openssl ts` knows neither PSS nor key ids."""
        token, stated, signed = (self.folder / name for name in ("token", "stated", "signed"))
        padding = ["-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:digest"]
        pem, key = str(self.folder / "own.pem"), str(self.folder / "key.pem")
        for command in (
            ["ts", "-reply", "-in", str(answered), "-token_out", "-out", str(token)],
            ["cms", "-verify", "-noverify", "-inform", "DER",
             "-in", str(token), "-out", str(stated)],
            [
                "cms", "-sign", "-binary", "-nodetach", "-nosmimecap", "-cades", "-md", "sha256",
                "-econtent_type", "1.2.840.113549.1.9.16.1.4", "-in", str(stated),
                "-signer", pem, "-inkey", key, "-outform", "DER", "-out", str(signed),
                *(["-keyid"] if self.form is not Form.PSS else []),
                *(padding if self.form is not Form.BY_KEY else []),
            ],
        ):  # fmt: skip
            subprocess.run(
                [*at, "openssl", *command],
                check=True,
                capture_output=True,
                env={**os.environ, "TZ": "UTC"},
            )
        granted = bytes.fromhex("3003020100")
        return element(SEQUENCE, granted, signed.read_bytes())

    def renew(self, valid_for: timedelta) -> None:
        """Time-stamp with a new key and certificate from now on, below the same root."""
        key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey = (
            ec.generate_private_key(ec.SECP256R1())
            if self.kind == "p256"
            else rsa.generate_private_key(65537, 2048)
        )
        self.key = key
        (self.folder / "key.pem").write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )
        self.certify_again(valid_for)

    def certify_again(self, valid_for: timedelta = 3650 * DAY) -> None:
        """Time-stamp under another certificate for the same key from now on."""
        self.certificate = self._certificate(self.key, valid_for)
        own = self.certificate.public_bytes(Encoding.PEM)
        root = self.authority.certificate.public_bytes(Encoding.PEM)
        former = self.pem.read_bytes() if self.pem.exists() else root
        self.pem.write_bytes(own + former)
        (self.folder / "own.pem").write_bytes(own)
        (self.folder / "chain.pem").write_bytes(root)

    def _root(self) -> CertificateAuthority:
        key, start = ec.generate_private_key(ec.SECP256R1()), self.clock() - DAY
        certificate = (
            x509.CertificateBuilder()
            .subject_name(_named(f"{self.name} Root"))
            .issuer_name(_named(f"{self.name} Root"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(start + 20 * 365 * DAY)
            .add_extension(x509.BasicConstraints(True, None), True)
            .add_extension(_usage(ca=True), True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
            .sign(key, hashes.SHA256())
        )
        return CertificateAuthority(key, certificate)

    def _certificate(
        self, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, valid_for: timedelta
    ) -> x509.Certificate:
        where = x509.UniformResourceIdentifier(self.url.replace("/tsr", "/root.crl"))
        point = x509.DistributionPoint([where], None, None, None)
        start = self.clock() - DAY
        return (
            x509.CertificateBuilder()
            .subject_name(_named(self.name))
            .issuer_name(self.authority.certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(start + valid_for)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True)
            .add_extension(_usage(ca=False), True)
            .add_extension(x509.CRLDistributionPoints([point]), False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
            .sign(self.authority.key, hashes.SHA256())
        )


def _named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(not ca, False, False, False, False, ca, ca, False, False)


class _Web(ThreadingHTTPServer):
    """The web server of one service."""

    daemon_threads = True

    def __init__(self, service: TimeServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.service = service


class _Handler(BaseHTTPRequestHandler):
    """Answers as its service's manner is."""

    server: _Web

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Give the revocation list."""
        self._send(200, self.server.service.root_list.public_bytes(Encoding.DER))

    def do_POST(self) -> None:
        """Take a question."""
        service = self.server.service
        question = self.rfile.read(int(self.headers["Content-Length"]))
        service.asked += 1
        expected = "Basic " + base64.b64encode(service.user.encode()).decode()
        if service.user and self.headers["Authorization"] != expected:
            self._send(401, b"")
        elif service.manner in FIXED:
            self._send(*FIXED[service.manner])
        elif service.manner is Manner.SILENT:
            service.enough.wait(60)
        elif service.manner in {Manner.DRIPPING, Manner.ENDLESS}:
            self._pour(1 if service.manner is Manner.DRIPPING else 65536)
        else:
            answer = service.answer(question)
            service.first_answer = service.first_answer or answer
            replaying = service.manner is Manner.REPLAYING
            self._send(200, service.first_answer if replaying else answer)

    def _pour(self, at_once: int) -> None:
        """Send bytes until the other side has had enough."""
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.end_headers()
        try:
            while not self.server.service.enough.wait(0.05 if at_once == 1 else 0):
                self.wfile.write(b"0" * at_once)
                self.wfile.flush()
        except OSError:
            pass

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(body)))
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(body)
