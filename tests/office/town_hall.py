"""What the tests of head office stand on: its people, a clock, a letterbox and a kiosk's keys.

The kiosk here has no screens: it enrols, signs and reports with the product's own code, so that a
test can say exactly what it reports and in which order.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import select

from office import codes_desk, preparation, tables, trust
from office.director_desk import request_director_code, sign_documents
from office.documents import Document, find_document
from office.due import code_key
from office.head_office import HeadOffice
from office.history import Actor, document_history
from office.kiosks import add_kiosk
from office.layout import Layout
from office.ledger import Ledger
from office.messages import OutgoingMessage
from office.people import Person
from office.preparation import NewDocument
from office.signing_order import NewClient
from office.work import tick
from signing.certificate_facts import EvidenceSummary
from signing.codes import code_text
from signing.completion import complete
from signing.handwriting import Typeface
from signing.identities import KioskIdentity, SealContext
from signing.marks import ClientAnswers, TypedMark
from signing.turns import ClientTurn, sign_turn
from sync.enrolment import make_request
from sync.enrolment_messages import DeviceKeys
from sync.records import EventKind, JournalEvent
from verifier.token import Method, Proof, Role, SignerClaim, TimeQuality

__all__ = [
    "CLIENT",
    "PASSWORD",
    "Clock",
    "Letterbox",
    "People",
    "TestKiosk",
    "direct",
    "document_of",
    "draft",
    "due_document",
    "kinds",
]

PASSWORD = "zielony most 2026"
CLIENT = "Łukasz Żółciński"
START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, start: datetime = START) -> None:
        self.now = start

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now


@dataclass
class Letterbox:
    """A gateway that keeps what it is given."""

    messages: list[OutgoingMessage] = field(default_factory=list)

    def send(self, message: OutgoingMessage) -> str:
        self.messages.append(message)
        return message.key

    def code(self) -> str:
        """The digits of the latest code."""
        for message in reversed(self.messages):
            found = re.search(r"\b(\d{4}) (\d{4})\b", message.text)
            if found:
                return found.group(1) + found.group(2)
        raise AssertionError("no message has a code")

    def run(self, office: HeadOffice, now: datetime) -> None:
        """Let head office send everything that waits."""
        while tick(office, {"email": self, "sms": self}, now):
            pass


@dataclass(frozen=True)
class People:
    administrator: Person
    operator: Person
    director: Person


class TestKiosk:
    """A kiosk's keys and journal."""

    __test__ = False  # not a test class, whatever its name says

    def __init__(
        self,
        office: HeadOffice,
        clock: Clock,
        name: str = "Kraków, Rynek 5",
        phone_url: str = "",
    ) -> None:
        self.office = office
        self.clock = clock
        self.ledger = Ledger(office, clock)
        kiosk, self.code = add_kiosk(office, name, Actor(), clock(), phone_url)
        self.id = kiosk.id
        self.name = name
        self.sync_key = Ed25519PrivateKey.generate()
        self.box_key = X25519PrivateKey.generate()
        self.seal_key = ec.generate_private_key(ec.SECP256R1())
        self.ca_key = ec.generate_private_key(ec.SECP256R1())
        self.sequence = 0
        self.identity: KioskIdentity | None = None

    @property
    def keys(self) -> DeviceKeys:
        return make_request(
            self.code.text,
            self.sync_key,
            self.box_key.public_key().public_bytes_raw(),
            self.seal_key,
            self.ca_key,
        ).keys

    def enrol(self) -> None:
        """Trade the code for certificates."""
        grant = self.ledger.redeem_enrolment(self.code.secret.code_id, self.keys, self.clock())
        ca, seal, *chain = (
            x509.load_der_x509_certificate(der)
            for der in (grant.ca_certificate, grant.seal_certificate, *grant.chain)
        )
        self.identity = KioskIdentity(
            self.id, self.name, self.ca_key, ca, self.seal_key, seal, tuple(chain)
        )

    def event(self, kind: EventKind, document_id: str | None, **body: str | int) -> JournalEvent:
        """The next line of this kiosk's journal."""
        self.sequence += 1
        return JournalEvent(
            kiosk_id=self.id,
            sequence=self.sequence,
            kind=kind,
            document_id=document_id,
            at=self.clock().replace(microsecond=0),
            time_quality=1,
            boot_id="b" * 32,
            body=body,
        )

    def report(self, *events: JournalEvent) -> int:
        return self.ledger.accept_events(self.id, events, self.clock())

    def sign(
        self,
        document: Document,
        folder: Path,
        proof: Proof = Proof.SMS_CODE,
        earlier: Sequence[ClientTurn] = (),
        before: bytes | None = None,
        proved: bool = False,
    ) -> bytes:
        """The last client signs here: the final PDF.

        Args:
            document: the document.
            folder: where the files go.
            proof: of the client's identity, as the kiosk says it.
            earlier: the turns before.
            before: what they left; None: what head office has.
            proved: a code is asked for, accepted and reported first.
        """
        if proved:
            self.prove(document, len(document.clients) - 1)
        assert document.plan is not None
        assert self.identity is not None
        source = self._source(document, folder, before)
        target = source.with_suffix(".signed.pdf")
        place = len(document.clients) - 1
        answers = ClientAnswers({}, None, TypedMark(document.clients[place].name, Typeface.CAVEAT))
        context = self._context(document, proof)
        complete(
            source, target, document.plan, place, answers, self.identity, context, self.clock(),
            earlier=earlier,
        )  # fmt: skip
        return target.read_bytes()

    def sign_turn(
        self,
        document: Document,
        folder: Path,
        place: int = 0,
        proof: Proof = Proof.SMS_CODE,
        earlier: Sequence[ClientTurn] = (),
        proved: bool = False,
    ) -> tuple[bytes, ClientTurn]:
        """A client who is not the last signs here: the file, and what is said of it."""
        if proved:
            self.prove(document, place)
        assert document.plan is not None
        assert self.identity is not None
        source = self._source(document, folder, None)
        target = source.with_suffix(".signed.pdf")
        answers = ClientAnswers({}, None, TypedMark(document.clients[place].name, Typeface.CAVEAT))
        context = self._context(document, proof)
        signed = sign_turn(
            source, target, document.plan, place, answers, self.identity, context, self.clock(),
            earlier=earlier,
        )  # fmt: skip
        return target.read_bytes(), signed.turn

    def deliver_turn(
        self,
        document: Document,
        pdf: bytes,
        turn: ClientTurn,
        otherwise: Mapping[str, str | int] | None = None,
    ) -> JournalEvent:
        """Upload a turn's file; the event that names it, not reported yet.

        Args:
            document: the document.
            pdf: the file.
            turn: what is said of it.
            otherwise: what is said instead.
        """
        name = sha256(pdf).hexdigest()
        self.ledger.store_blob(self.id, name, pdf)
        said: dict[str, str | int] = {
            "pdf_sha256": name,
            "pdf_bytes": len(pdf),
            "client_index": 0,
            "method": int(turn.claim.method),
            "proof": int(turn.claim.proof),
            "signed_at": turn.claim.signed_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "quality": int(turn.time_quality),
            "pages_shown": turn.evidence.pages_shown,
            "pages_total": turn.evidence.pages_total,
            "seconds_reading": turn.evidence.seconds_reading,
            "consent_version": turn.evidence.consent_version,
            "language": turn.evidence.language,
        }
        return self.event(EventKind.TURN_SIGNED, document.id, **{**said, **(otherwise or {})})

    def _source(self, document: Document, folder: Path, before: bytes | None) -> Path:
        """What there is to be signed, as a file of its own."""
        kind = "turn" if document.turn and document.revision != document.base else "director"
        with self.office.database.read() as connection:
            due = self.office.blobs.get(connection, document.id, kind, document.revision[0])
        source = folder / f"{secrets.token_hex(4)}.pdf"
        source.write_bytes(due if before is None else before)
        return source

    def _context(self, document: Document, proof: Proof) -> SealContext:
        assert document.director_signed_at is not None
        with self.office.database.read() as connection:
            trusted = trust.trust_list(self.office, connection)
        return SealContext(
            trust=trusted,
            host=self.office.settings.public_host,
            certificate_sequence=self.sequence + 1,
            time_quality=TimeQuality.ASSURED,
            journal_position=self.sequence + 1,
            evidence=EvidenceSummary(document.pages, document.pages, 60, "2026-1", "pl"),
            software_version="0.1.0",
            timezone="Europe/Warsaw",
            client_proof=proof,
            director=SignerClaim(
                document.director_name,
                Role.DIRECTOR,
                Method.KEY,
                Proof.EMAIL_CODE,
                document.director_signed_at,
            ),
        )

    def deliver(self, document: Document, pdf: bytes) -> JournalEvent:
        """Upload a signed file; the event that names it, not reported yet."""
        name = sha256(pdf).hexdigest()
        self.ledger.store_blob(self.id, name, pdf)
        return self.event(
            EventKind.CLIENT_SIGNED,
            document.id,
            pdf_sha256=name,
            pdf_bytes=len(pdf),
            receipt="0" * 16,
            certificate_sequence=self.sequence + 1,
        )

    def prove(self, document: Document, place: int = 0) -> None:
        """A client asks for a code, types it here, and this kiosk reports it."""
        codes_desk.issue_for(self.office, document.id, Actor(), self.clock(), "link", place)
        codes, client = tables.codes, document.clients[place]
        query = select(codes.c.counter).where(
            codes.c.document_id == document.id, codes.c.signer_id == client.signer_id
        )
        with self.office.database.read() as connection:
            counter = connection.execute(query.order_by(codes.c.id.desc())).scalar()
        assert counter is not None, "no code was sent"
        generation = client.code_generation
        told = {"counter": int(counter), "generation": generation, "client_index": place}
        self.report(self.event(EventKind.CODE_ACCEPTED, document.id, **told))

    def accept_code(self, document: Document, digits: str, client_index: int = 0) -> JournalEvent:
        """The kiosk accepted this code: the event with its counter."""
        client = document.clients[client_index]
        key = code_key(self.office, document, client)
        newest = int(self.clock().timestamp()) // 5 + 1
        counter = next(
            counter
            for counter in range(newest, newest - 70, -1)
            if code_text(key, counter) == digits
        )
        return self.event(
            EventKind.CODE_ACCEPTED,
            document.id,
            counter=counter,
            generation=client.code_generation,
            client_index=client_index,
        )


def document_of(office: HeadOffice, document_id: str) -> Document:
    with office.database.read() as connection:
        return find_document(connection, document_id)


def kinds(office: HeadOffice, document_id: str) -> list[str]:
    """The kinds of a document's events, oldest first."""
    with office.database.read() as connection:
        return [entry.kind for entry in document_history(connection, document_id)]


def draft(
    office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, now: datetime, **other: object
) -> str:
    """A draft; `other` are fields of NewDocument, or of its client when it has only one."""
    layout = other.get("layout", Layout())
    one: dict[str, object] = {
        "name": other.pop("client_name", CLIENT),
        "contact": other.pop("contact", "600 100 200"),
        "kiosk_id": other.pop("kiosk_id", kiosk.id),
        "stamp_wanted": other.pop("stamp_wanted", False),
        "layout": layout,
    }
    given: dict[str, object] = {
        "pdf": pdf,
        "title": "Umowa najmu lokalu",
        "clients": (NewClient(**one),),  # type: ignore[arg-type]  # fields by their names
        "director_id": people.director.id,
        "language": "pl",
    }
    new = NewDocument(**{**given, **other})  # type: ignore[arg-type]  # fields by their names
    return preparation.create_document(office, new, Actor(people.operator.id), now)


def direct(office: HeadOffice, people: People, *document_ids: str, now: datetime) -> None:
    """The director signs."""
    letterbox = Letterbox()
    request_director_code(office, people.director, document_ids, now)
    letterbox.run(office, now)
    sign_documents(office, people.director, document_ids, letterbox.code(), now)


def due_document(
    office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, now: datetime, **other: object
) -> Document:
    """A document that waits for its client at an enrolled kiosk."""
    document_id = draft(office, people, kiosk, pdf, now, **other)
    preparation.send_to_director(office, document_id, Actor(people.operator.id), now)
    direct(office, people, document_id, now=now)
    return document_of(office, document_id)
