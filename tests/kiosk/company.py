"""A head office for the kiosk's tests: real keys, certificates, trust list and protocol.

Only its books are kept in memory (`tests.sync.memory_ledger`); the kiosk speaks to it over the real
blueprint by a WSGI call, through a cable that can be pulled.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key
from flask import Flask, Response, send_from_directory

from signing.certificates import (
    CertificateAuthority,
    issue_director,
    issue_kiosk_ca,
    issue_seal,
    issue_signing_ca,
    issue_timestamp,
    make_root,
)
from signing.codes import IssuedCode, derive_code_key, issue_code
from signing.director import sign_as_director
from signing.fields import ClientPlan, DocumentPlan, FieldKind, FieldSpec, Placement
from signing.identities import SigningIdentity
from signing.normalise import normalise
from signing.prepare import prepare
from signing.trust_keys import TrustKeys
from signing.trust_publication import TrustPublisher
from sync.enrolment import new_enrolment_code
from sync.errors import EnrolmentRefused
from sync.messages import CodeRequestResult, DeviceKeys, EnrolmentGrant
from sync.office_keys import OfficeKeys
from sync.office_ledger import KioskKeys
from sync.office_side import make_sync_blueprint
from sync.records import CodeKeyRenewed, DirectorFacts, DocumentDue, DocumentWithdrawn
from sync.renewal import RenewalReply, RenewalRequest
from sync.sealed_box import seal_code_key
from sync.staff import StaffList, StaffMember
from tests.signing.inputs import paper
from tests.signing.long_life_tools import service
from tests.sync.memory_ledger import KioskBooks, MemoryLedger
from verifier.token import Proof
from verifier.trust_list import KeyRole, Revocation, TrustedKey, TrustList

ADDRESS = "http://office.example"
HOST = "SYGNET.EXAMPLE"
DIRECTOR = "Zofia Żółkiewska"
CLIENT = "Łukasz Gżegżółka"
TITLE = "Umowa najmu lokalu przy ul. Świętojańskiej 14"
ROOT_SECRET = bytes(range(32))


class Ledger(MemoryLedger):
    """Head office's books, with certificates that hold."""

    def __init__(self, company: Company, trust_root: bytes) -> None:
        super().__init__(company.office_key, trust_root)
        self._company = company

    def redeem_enrolment(
        self, code_id: str, device_keys: DeviceKeys, now: datetime
    ) -> EnrolmentGrant:
        """As every ledger: the same keys get the same grant, other keys get none."""
        with self.lock:
            if code_id in self.redeemed:
                keys, grant = self.redeemed[code_id]
                if keys != device_keys:
                    raise EnrolmentRefused("code_used", "This enrolment code was used before.")
                return grant
            grant = self._company.grant(device_keys, now)
            self.redeemed[code_id] = (device_keys, grant)
            kiosk_keys = KioskKeys(
                grant.kiosk_id,
                device_keys.sync_public_key,
                device_keys.box_public_key,
                0,
                False,
            )
            self.kiosks[grant.kiosk_id] = KioskBooks(kiosk_keys, device_keys=device_keys)
            return grant

    def certify(self, kiosk_id: str, request: RenewalRequest, now: datetime) -> RenewalReply:
        """With certificates that hold, on the trust list at once."""
        return self._company.certify_again(kiosk_id, request, now)

    def request_code(
        self, kiosk_id: str, document_id: str, now: datetime, signer_id: str = ""
    ) -> CodeRequestResult:
        """A code is on its way."""
        super().request_code(kiosk_id, document_id, now, signer_id)
        return CodeRequestResult(True, "sms", "+48 *** *** 123", "")


class Cable(httpx.BaseTransport):
    """The way to head office; while it is pulled nothing goes through."""

    def __init__(self, app: Flask) -> None:
        self._there = httpx.WSGITransport(app=app)
        self.pulled = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Carry a request."""
        if self.pulled:
            raise httpx.ConnectError("pulled", request=request)
        return self._there.handle_request(request)


class Company:
    """Head office and everything that it can do for a kiosk."""

    def __init__(self, folder: Path, now: datetime) -> None:
        self.now = now
        self.folder = folder
        self.lists_renewed_keys = True
        self.office_key = Ed25519PrivateKey.generate()
        self.office_box = X25519PrivateKey.generate()
        self._root_key, ca_key, director_key = (_key() for _ in range(3))
        before = now - timedelta(days=30)
        self.root = make_root("Sygnet Test", "PL", self._root_key, before)
        root_authority = CertificateAuthority(self._root_key, self.root)
        self.signing_ca = issue_signing_ca(ca_key.public_key(), root_authority, before)
        self.authority = CertificateAuthority(ca_key, self.signing_ca)
        self._revoked: list[x509.Certificate] = []
        self.service = service(before)
        director = issue_director(DIRECTOR, director_key.public_key(), self.authority, before)
        self.director = SigningIdentity(director_key, director, (self.signing_ca, self.root))
        self._certificates = [
            (KeyRole.ROOT, "Sygnet Test", self.root),
            (KeyRole.SIGNING_CA, "Sygnet Test", self.signing_ca),
            (KeyRole.DIRECTOR, DIRECTOR, director),
        ]
        self.publisher = TrustPublisher(
            folder / "trust", TrustKeys(folder / "trust-keys", b"passphrase")
        )
        self.publisher.create(now)
        self.ledger = Ledger(self, self.publisher.root_bytes())
        self.publish()
        self.app = self._application()
        self.cable = Cable(self.app)

    def client(self) -> httpx.Client:
        """What a kiosk reaches this head office with."""
        return httpx.Client(transport=self.cable)

    def enrolment_code(self, seed: int = 1) -> str:
        """A one-time code."""
        code = new_enrolment_code(seed.to_bytes(10, "big"), self.now)
        self.ledger.secrets[code.secret.code_id] = code.secret
        return code.text

    def grant(self, keys: DeviceKeys, now: datetime) -> EnrolmentGrant:
        """Certify a kiosk and put its keys on the trust list."""
        number = len(self.ledger.kiosks) + 1
        kiosk_id, name = f"kiosk-{number}", "Kiosk Gdynia"
        ca_key, seal_key = _public(keys.ca_public_key), _public(keys.seal_public_key)
        ca = issue_kiosk_ca(kiosk_id, name, ca_key, self.authority, now)
        seal = issue_seal(kiosk_id, name, seal_key, self.authority, now)
        self._certificates += [(KeyRole.KIOSK_CA, name, ca), (KeyRole.SEAL, name, seal)]
        self.publish()
        return EnrolmentGrant(
            kiosk_id=kiosk_id,
            kiosk_name=name,
            organisation="Sygnet Test",
            host=HOST,
            office_public_key=self.office_key.public_key().public_bytes_raw(),
            ca_certificate=ca.public_bytes(Encoding.DER),
            seal_certificate=seal.public_bytes(Encoding.DER),
            chain=tuple(one.public_bytes(Encoding.DER) for one in (self.signing_ca, self.root)),
            trust_root=self.publisher.root_bytes(),
        )

    def certify_again(self, kiosk_id: str, request: RenewalRequest, now: datetime) -> RenewalReply:
        """Certify a kiosk's next keys and put them on the trust list."""
        name, keys = "Kiosk Gdynia", request.keys
        ca_key, seal_key = _public(keys.ca_public_key), _public(keys.seal_public_key)
        clock_key = _public(request.timestamp_key)
        ca = issue_kiosk_ca(kiosk_id, name, ca_key, self.authority, now, request.generation)
        seal = issue_seal(kiosk_id, name, seal_key, self.authority, now)
        clock = issue_timestamp(kiosk_id, name, clock_key, self.authority, now)
        if self.lists_renewed_keys:
            self._certificates += [
                (KeyRole.KIOSK_CA, name, ca),
                (KeyRole.SEAL, name, seal),
                (KeyRole.TIMESTAMP, name, clock),
            ]
            self.publish()
        chain = (self.signing_ca, self.root)
        ca_der, seal_der, clock_der, *above = (
            one.public_bytes(Encoding.DER) for one in (ca, seal, clock, *chain)
        )
        return RenewalReply(ca_der, seal_der, clock_der, tuple(above))

    def replace_signing_ca(self) -> None:
        """The signing CA's key was stolen: revoke it, issue with another one from now on."""
        self._revoked.append(self.signing_ca)
        key, root_authority = _key(), CertificateAuthority(self._root_key, self.root)
        self.signing_ca = issue_signing_ca(key.public_key(), root_authority, self.now, 2)
        self.authority = CertificateAuthority(key, self.signing_ca)
        own = self.director.certificate.public_key()
        assert isinstance(own, ec.EllipticCurvePublicKey)
        director = issue_director(DIRECTOR, own, self.authority, self.now)
        chain = (self.signing_ca, self.root)
        self.director = replace(self.director, certificate=director, chain=chain)
        self._certificates += [
            (KeyRole.SIGNING_CA, "Sygnet Test", self.signing_ca),
            (KeyRole.DIRECTOR, DIRECTOR, director),
        ]
        self.publish()

    def publish(self) -> None:
        """Publish the trust list with all keys so far."""
        self.ledger.published_trust += 1
        keys = tuple(
            TrustedKey(
                role,
                holder,
                certificate.public_bytes(Encoding.DER),
                certificate.not_valid_before_utc,
                certificate.not_valid_after_utc,
                Revocation(self.now, "key_compromise", frozenset())
                if certificate in self._revoked
                else None,
            )
            for role, holder, certificate in self._certificates
        )
        version = self.ledger.published_trust
        self.publisher.publish(TrustList("Sygnet Test", version, self.now, keys, (HOST,)), self.now)

    # -- documents ---------------------------------------------------------------------------

    def send(
        self, number: int = 1, *, deadline: datetime | None = None, identity: str = "code"
    ) -> DocumentDue:
        """Prepare a document, have the director sign it, make it due at the first kiosk."""
        document_id = f"{number:032x}"
        plan = plan_for(bytes.fromhex(document_id), number)
        pdf = self._signed_by_director(plan)
        record = DocumentDue(
            document_id=document_id,
            number=plan.number,
            short_number=short_number(number),
            title=TITLE,
            language="pl",
            plan=plan.to_json(),
            client_index=0,
            signer_id=f"signer-{number}",
            client_name=CLIENT,
            masked_contact="+48 *** *** 123",
            channel="sms",
            pdf_sha256=hashlib.sha256(pdf).hexdigest(),
            pdf_bytes=len(pdf),
            pages=2,
            link_hash=hashlib.sha256(self.link_token(number).encode()).hexdigest(),
            deadline=deadline,
            code_generation=1,
            sealed_code_key=self._sealed_key(document_id, number, pdf, 1),
            director=DirectorFacts(DIRECTOR, Proof.EMAIL_CODE, self.now - timedelta(hours=3)),
            identity=identity,
        )
        self.ledger.kiosks["kiosk-1"].due_blobs[record.pdf_sha256] = pdf
        self.ledger.push("kiosk-1", record)
        return record

    def hire(self, *members: StaffMember) -> None:
        """These people work at the front desk of the first kiosk now."""
        books = self.ledger.kiosks["kiosk-1"]
        books.staff, books.staff_version = StaffList(members), books.staff_version + 1

    def withdraw(self, record: DocumentDue, reason: str = "cancelled") -> None:
        """Take a document back."""
        self.ledger.push("kiosk-1", DocumentWithdrawn(record.document_id, reason))

    def renew_code_key(self, record: DocumentDue, generation: int) -> None:
        """Start the codes of a document afresh."""
        number = int(record.document_id, 16)
        pdf = self.ledger.kiosks["kiosk-1"].due_blobs[record.pdf_sha256]
        box = self._sealed_key(record.document_id, number, pdf, generation)
        renewed = CodeKeyRenewed(record.document_id, record.signer_id, generation, box)
        self.ledger.push("kiosk-1", renewed)

    def code(self, record: DocumentDue, now: datetime, generation: int = 1) -> IssuedCode:
        """What the client gets by SMS when asking at `now`."""
        return issue_code(self.code_key(record, generation), now)

    @staticmethod
    def code_key(record: DocumentDue, generation: int = 1) -> bytes:
        """The key behind a document's codes, as head office derives it."""
        return derive_code_key(
            ROOT_SECRET,
            "kiosk-1",
            record.signer_id,
            record.document_id,
            record.pdf_sha256,
            generation,
        )

    def link(self, record: DocumentDue) -> str:
        """What the QR code in the client's message says."""
        return f"https://office.example/m/{self.link_token(int(record.document_id, 16))}"

    @staticmethod
    def link_token(number: int) -> str:
        """The secret part of a message's link."""
        return hashlib.sha256(f"link {number}".encode()).hexdigest()[:43]

    def _sealed_key(self, document_id: str, number: int, pdf: bytes, generation: int) -> bytes:
        signer, digest = f"signer-{number}", hashlib.sha256(pdf).hexdigest()
        key = derive_code_key(ROOT_SECRET, "kiosk-1", signer, document_id, digest, generation)
        ((device_keys, _grant), *_others) = self.ledger.redeemed.values()
        box_key = device_keys.box_public_key
        return seal_code_key(box_key, key, "kiosk-1", signer, document_id, generation)

    def use_service(self, *, listed: bool) -> None:
        """Directors' signatures are time-stamped by a service, which the trust list names or not.

        It is a time-stamper of the kiosks' kind, since no network is here.
        """
        self.director = replace(self.director, timestamper=self.service.stamper)
        if listed:
            self._certificates.append((KeyRole.TIMESTAMP, "Time", self.service.stamper.certificate))
            self.publish()

    def _signed_by_director(self, plan: DocumentPlan) -> bytes:
        moment = self.now - timedelta(hours=3)
        prepared, signed = self.folder / "prepared.pdf", self.folder / "signed.pdf"
        prepared.write_bytes(prepare(normalise(two_pages()), plan, moment))
        sign_as_director(prepared, signed, plan, self.director, moment)
        return signed.read_bytes()

    def _application(self) -> Flask:
        app = Flask("office")
        app.register_blueprint(
            make_sync_blueprint(
                self.ledger,
                OfficeKeys(lambda: self.office_key, lambda: self.office_box),
                lambda: self.now,
            )
        )

        @app.get("/trust/<path:name>")
        def trust(name: str) -> Response:
            return send_from_directory(self.folder / "trust", name)

        return app


def plan_for(document_id: bytes, number: int) -> DocumentPlan:
    """One required field, one optional, a stamp and a signature on the last page."""
    fields = (
        FieldSpec("city", FieldKind.TEXT, "Miejscowość", True, Placement(1, 60, 300, 200, 24)),
        FieldSpec("phone", FieldKind.PHONE, "Telefon", False, Placement(1, 300, 300, 200, 24)),
    )
    client = ClientPlan(
        CLIENT, fields, Placement(1, 320, 80, 200, 80), Placement(1, 60, 80, 160, 80)
    )
    return DocumentPlan(document_id, f"UM/2026/{number}", TITLE, "pl", DIRECTOR, None, (client,))


def short_number(number: int) -> str:
    """Six digits and their Luhn check digit."""
    digits = f"{100000 + number}"
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 if place % 2 else 2)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)


@cache
def two_pages() -> bytes:
    """A small document."""
    return paper(2)


def _key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _public(der: bytes) -> ec.EllipticCurvePublicKey:
    key = load_der_public_key(der)
    assert isinstance(key, ec.EllipticCurvePublicKey)
    return key
