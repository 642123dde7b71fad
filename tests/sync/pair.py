"""Both ends of the protocol with real keys, the real blueprint and a transport with faults."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from types import TracebackType

import httpx
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask import Flask, Response, send_from_directory

from sync.device_side import Device, DeviceIdentity, enrol
from sync.enrolment import make_request, new_enrolment_code
from sync.messages import EnrolmentRequest
from sync.office_keys import OfficeKeys, announcements_bytes
from sync.office_side import make_sync_blueprint
from sync.records import DirectorFacts, DocumentDue
from sync.sealed_box import seal_code_key
from tests.sync.faulty_transport import Fault, FaultyTransport
from tests.sync.memory_device import Clock, MemoryDevice
from tests.sync.memory_ledger import MemoryLedger

OFFICE_URL = "http://office.example"


class DeviceKeyRing:
    """The keys a device makes for itself."""

    def __init__(self) -> None:
        self.sync = Ed25519PrivateKey.generate()
        self.box = X25519PrivateKey.generate()
        self.seal = generate_private_key(SECP256R1())
        self.ca = generate_private_key(SECP256R1())

    def request(self, code: str) -> EnrolmentRequest:
        box_public_key = self.box.public_key().public_bytes_raw()
        return make_request(code, self.sync, box_public_key, self.seal, self.ca)


class Pair:
    """A head office and one kiosk."""

    def __init__(self, now: datetime, trust_folder: Path, trust_root: bytes = b"{}") -> None:
        self.clock = Clock(now)
        self.trust_folder = trust_folder
        self.office_key = Ed25519PrivateKey.generate()
        self.office_box = X25519PrivateKey.generate()
        self.ledger = MemoryLedger(self.office_key, trust_root)
        self.app = Flask("office")
        keys = OfficeKeys(
            lambda: self.office_key,
            lambda: self.office_box,
            lambda: announcements_bytes(self.ledger.announcements),
        )
        self.app.register_blueprint(make_sync_blueprint(self.ledger, keys, self.clock))
        self.repository = trust_folder / "nothing published"

        @self.app.get("/trust/<path:name>")
        def trust(name: str) -> Response:
            return send_from_directory(self.repository, name)

        self.wsgi = httpx.WSGITransport(app=self.app)
        self.network = FaultyTransport(self.wsgi)
        self.http = httpx.Client(transport=self.network)
        self.keys = DeviceKeyRing()
        code = new_enrolment_code(bytes(range(10)), now)
        self.ledger.secrets[code.secret.code_id] = code.secret
        self.grant = enrol(self.http, OFFICE_URL, code.text, self.keys.request(code.text))
        self.kiosk_id = self.grant.kiosk_id
        self.store = MemoryDevice(self.kiosk_id)
        self.identity = DeviceIdentity(self.kiosk_id, self.keys.sync, self.grant.office_public_key)
        self.device = self.start_device()

    def __enter__(self) -> Pair:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.http.close()

    @property
    def books(self) -> object:
        return self.ledger.kiosks[self.kiosk_id]

    def start_device(self) -> Device:
        """Start the kiosk (again): everything but its store is new."""
        self.device = Device(
            self.store,
            self.identity,
            OFFICE_URL,
            self.http,
            self.clock,
            self.trust_folder,
            self.grant.trust_root,
        )
        return self.device

    def with_faults(self, faults: Iterable[Fault]) -> None:
        """Let the next requests meet these faults."""
        self.network.faults = iter(faults)

    def due(self, number: int, pdf: bytes) -> DocumentDue:
        """Make a document due at the kiosk."""
        document_id = f"{number:032x}"
        record = DocumentDue(
            document_id=document_id,
            number=f"UM/{number}/2026",
            short_number=f"{number:07d}",
            title=f"Umowa najmu nr {number}",
            language="pl",
            plan={"clients": [{"name": "Zażółć Gęślą", "fields": []}]},
            client_index=0,
            signer_id=f"signer-{number}",
            client_name="Zażółć Gęślą",
            masked_contact="+48 *** *** 123",
            channel="sms",
            pdf_sha256=hashlib.sha256(pdf).hexdigest(),
            pdf_bytes=len(pdf),
            pages=3,
            link_hash=hashlib.sha256(document_id.encode()).hexdigest(),
            deadline=None,
            code_generation=1,
            sealed_code_key=seal_code_key(
                self.keys.box.public_key().public_bytes_raw(),
                bytes(32),
                self.kiosk_id,
                f"signer-{number}",
                document_id,
                1,
            ),
            director=DirectorFacts("Anna Dyrektor", 4, self.clock()),
        )
        self.ledger.kiosks[self.kiosk_id].due_blobs[record.pdf_sha256] = pdf
        self.ledger.push(self.kiosk_id, record)
        return record
