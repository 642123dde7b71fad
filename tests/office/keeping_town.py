"""A head office with a time-stamping service, and a kiosk whose clock it has certified."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import func, select, update

from office import tables
from office.documents import Document
from office.downloads import final_file
from office.head_office import HeadOffice
from office.jobs import MAX_TRIES
from office.keeping_book import Standing, standing_of
from office.long_keeping import keeping_round
from office.signing_order import NewClient
from office.trust import refresh_if_old, trust_list
from signing.certificates import CertificateAuthority
from signing.identities import SigningIdentity
from signing.revocation_lists import make_crl
from signing.timestamp_tokens import KioskTimeStamper
from sync.authority import make_report
from tests.office.town_hall import Clock, People, TestKiosk, document_of, due_document
from tests.time_server import TimeServer
from verifier.document import verify_pdf
from verifier.trust_list import KeyRole
from verifier.verdict import Verdict

DAY = timedelta(days=1)


@dataclass
class Keeping:
    """Everything that takes part."""

    office: HeadOffice
    people: People
    kiosk: TestKiosk
    clock: Clock
    pdf: bytes
    folder: Path

    def __post_init__(self) -> None:
        self.time_key = ec.generate_private_key(ec.SECP256R1())
        self.report()

    def report(self) -> None:
        """The kiosk sends a new revocation list, and gets its clock certified."""
        kiosk = self.kiosk
        identity = kiosk.identity
        assert identity is not None
        authority = CertificateAuthority(kiosk.ca_key, identity.ca_certificate)
        number = int(self.clock().timestamp())
        crl = make_crl(authority, (), number, self.clock(), 3650 * DAY)
        report = make_report(kiosk.id, crl.public_bytes(Encoding.DER), self.time_key)
        der = kiosk.ledger.take_authority_report(kiosk.id, report, self.clock())
        assert der is not None
        own = SigningIdentity(self.time_key, x509.load_der_x509_certificate(der), identity.chain)
        kiosk.identity = replace(identity, timestamper=KioskTimeStamper(own))

    def completed_by_two(self, other: TestKiosk) -> Document:
        """A document of two clients, the first one here, the second one hours later elsewhere."""
        clients = (
            NewClient("Łukasz Żółciński", "600 100 200", self.kiosk.id),
            NewClient("Ewa Lis", "600 100 300", other.id),
        )
        due = due_document(
            self.office, self.people, self.kiosk, self.pdf, self.clock(), clients=clients
        )
        self.clock.forward(minutes=1)
        signed, turn = self.kiosk.sign_turn(due, self.folder, proved=True)
        self.kiosk.report(self.kiosk.deliver_turn(due, signed, turn))
        self.clock.forward(minutes=1)
        self.report()
        self.clock.forward(hours=5)
        waiting = document_of(self.office, due.id)
        sealed = other.sign(waiting, self.folder, proved=True, earlier=[turn])
        other.report(other.deliver(waiting, sealed))
        self.clock.forward(minutes=1)
        return document_of(self.office, due.id)

    def completed(self, *, reported: bool = True) -> Document:
        """A document that was signed and came home; a minute later its kiosk's list as well."""
        document = due_document(self.office, self.people, self.kiosk, self.pdf, self.clock())
        self.clock.forward(minutes=1)
        signed = self.kiosk.sign(document, self.folder, proved=True)
        self.kiosk.report(self.kiosk.deliver(document, signed))
        self.clock.forward(minutes=1)
        if reported:
            self.report()
        return document_of(self.office, document.id)

    def use(self, server: TimeServer | None) -> None:
        """Head office is told of a service, or of none."""
        settings = replace(
            self.office.settings,
            timestamp_url="" if server is None else server.url,
            timestamp_certificates="" if server is None else str(server.pem),
        )
        self.office = replace(self.office, settings=settings)

    def round(self) -> int:
        """Run what is due now."""
        count = 0
        while keeping_round(self.office, self.clock()):
            count += 1
        return count

    def tried_often(self) -> None:
        """Make as if the job had been tried more often than other jobs are; an hour passes."""
        with self.office.database.write() as connection:
            connection.execute(update(tables.jobs).values(tries=MAX_TRIES + 1))
        self.clock.forward(hours=1)

    def file(self, document: Document) -> bytes:
        """The final file as people get it."""
        with self.office.database.read() as connection:
            return final_file(self.office, connection, document_of(self.office, document.id))

    def sealed(self, document: Document) -> bytes:
        """The final file as it was accepted."""
        with self.office.database.read() as connection:
            return self.office.blobs.get(connection, document.id, "final")

    def standing(self, document: Document) -> Standing:
        with self.office.database.read() as connection:
            found = standing_of(connection, document_of(self.office, document.id))
        assert found is not None
        return found

    def verdict(self, data: bytes) -> Verdict:
        """What the verifier says now, with the trust list of now."""
        refresh_if_old(self.office, self.clock())
        with self.office.database.read() as connection:
            return verify_pdf(data, trust_list(self.office, connection), self.clock())

    def root(self) -> x509.Certificate:
        with self.office.database.read() as connection:
            (key,) = trust_list(self.office, connection).with_role(KeyRole.ROOT)
        return key.certificate

    def blobs(self, document: Document) -> dict[str, int]:
        """How many files of each kind there are."""
        blobs = tables.blobs
        query = select(blobs.c.kind, func.count()).where(blobs.c.document_id == document.id)
        with self.office.database.read() as connection:
            rows = connection.execute(query.group_by(blobs.c.kind)).all()
        return {str(row[0]): int(row[1]) for row in rows}

    def next_look(self, document: Document) -> datetime:
        """When the job looks at the document again."""
        jobs = tables.jobs
        query = select(jobs.c.run_after).where(
            jobs.c.document_id == document.id, jobs.c.kind == "keep"
        )
        with self.office.database.read() as connection:
            at: datetime = connection.execute(query).scalar_one()
        return at
