"""A real head office and real kiosks' stores, with a network and clocks that a history turns.

No screens: clients sign through the kiosk's own desk. The village is built once and copied for each
history; its kiosks are enrolled, and its documents wait for their director.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx
from reportlab.lib.pagesizes import A5
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import select

from kiosk.desk import KioskDesk
from kiosk.head_office import HeadOffice as LinkToOffice
from kiosk.settings import Settings as KioskSettings
from kiosk.terminal import Terminal
from office import codes_desk, tables
from office.application import create_app
from office.director_desk import request_director_code, sign_documents
from office.documents import Document, find_document
from office.head_office import HeadOffice, create_head_office, open_head_office
from office.history import Actor
from office.kiosks import add_kiosk
from office.layout import Layout
from office.moving import move_client
from office.people import NewPerson, Person, Role, add_person, find_person
from office.preparation import NewDocument, cancel_document, create_document, send_to_director
from office.settings import Settings as OfficeSettings
from office.signing_order import NewClient
from office.stick import take_packets
from office.trust import certify_director, publish
from signing.certificate_facts import EvidenceSummary
from signing.codes import CodeOutcome
from signing.fields import Placement
from signing.handwriting import Typeface
from signing.marks import ClientAnswers, TypedMark
from sync.device_packets import DevicePackets
from sync.stick import DOWN, UP, opened, packet_path, writing
from tests.kiosk.machine import START, Machine
from tests.office.town_hall import PASSWORD, Clock, Letterbox
from tests.samples import COMPANY
from tests.sync.faulty_transport import Fault, FaultyTransport

__all__ = ["DOCUMENTS", "KIOSKS", "Killed", "Signature", "Village", "build"]

KIOSKS = 3
DOCUMENTS = 5
"""The last one has two clients, at two kiosks."""
OFFICE_URL = "http://office.example"
ANSWERS = ClientAnswers({}, None, TypedMark("Łucja Żółkiewska", Typeface.CAVEAT))


class Killed(BaseException):
    """The kiosk's power went in the middle of an exchange."""


@dataclass(frozen=True)
class Signature:
    """What a client was told: it is signed."""

    kiosk: int
    document_id: str
    pdf_sha256: str


class Road(httpx.BaseTransport):
    """One kiosk's way to head office: faults, and after so many requests the power goes."""

    def __init__(self) -> None:
        self.weather = FaultyTransport(httpx.MockTransport(_nobody))
        self.requests_until_death: int | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.requests_until_death is not None:
            if self.requests_until_death == 0:
                self.requests_until_death = None
                raise Killed
            self.requests_until_death -= 1
        return self.weather.handle_request(request)


def _nobody(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("no office", request=request)


@dataclass
class Place:
    """A kiosk: its machine, its way to head office, and its software while it runs."""

    folder: Path
    machine: Machine
    road: Road
    terminal: Terminal
    desk: KioskDesk
    link: LinkToOffice


@dataclass
class Village:
    """Head office, kiosks and what was promised to clients."""

    folder: Path
    clock: Clock
    office: HeadOffice
    places: list[Place]
    document_ids: list[str]
    director: Person
    operator: Person
    letterbox: Letterbox = field(default_factory=Letterbox)
    signatures: list[Signature] = field(default_factory=list)

    # -- life --------------------------------------------------------------------------------

    @classmethod
    @contextmanager
    def copied(cls, template: Path, folder: Path) -> Iterator[Village]:
        """A village of one's own."""
        shutil.copytree(template, folder, symlinks=True)
        clock = Clock(START + timedelta(minutes=1))
        office = open_head_office(_office_settings(folder), {})
        places = [
            _open_place(folder / f"kiosk-{number}", Machine(clock(), 1060.0), Road())
            for number in range(KIOSKS)
        ]
        with office.database.read() as connection:
            query = select(tables.documents.c.id).order_by(tables.documents.c.number)
            document_ids = list(connection.execute(query).scalars())
            people = {
                Role(row.role): find_person(connection, row.id)
                for row in connection.execute(select(tables.people))
            }
        village = cls(
            folder, clock, office, places, document_ids,
            people[Role.DIRECTOR], people[Role.OPERATOR],
        )  # fmt: skip
        village._pave()
        try:
            yield village
        finally:
            for place in village.places:
                _close_place(place)
            village.office.close()
            shutil.rmtree(folder)

    def _pave(self) -> None:
        app = create_app(self.office, clock=self.clock)
        for place in self.places:
            place.road.weather.inner = httpx.WSGITransport(app=app)

    def restart_office(self) -> None:
        self.office.close()
        self.office = open_head_office(_office_settings(self.folder), {})
        self._pave()

    def restart(self, number: int, *, reboot: bool = False) -> None:
        """The kiosk's software ends and starts again; on a reboot the machine too."""
        old = self.places[number]
        _close_place(old)
        if reboot:
            old.machine.restarts()
        self.places[number] = _open_place(old.folder, old.machine, old.road)

    def wait(self, minutes: int) -> None:
        """Time goes by for everybody."""
        self.clock.forward(minutes=minutes)
        for place in self.places:
            place.machine.passes(60 * minutes)

    def set_clock(self, number: int, minutes: int) -> None:
        """Somebody turns a kiosk's wall clock."""
        self.places[number].machine.wall += timedelta(minutes=minutes)

    # -- what people do ----------------------------------------------------------------------

    def document(self, index: int) -> Document:
        with self.office.database.read() as connection:
            return find_document(connection, self.document_ids[index])

    def release(self, index: int) -> None:
        """The director signs: the document is due."""
        _direct(self.office, self.director, self.document_ids[index], self.clock)

    def cancel(self, index: int) -> None:
        actor = Actor(self.operator.id)
        cancel_document(self.office, self.document_ids[index], actor, self.clock())

    def move(self, index: int, number: int) -> None:
        """The client whose turn it is goes to another kiosk."""
        actor, turn = Actor(self.operator.id), self.document(index).turn
        there = self._kiosk_id(number)
        move_client(self.office, self.document_ids[index], turn, there, actor, self.clock())

    def waiting_at(self, number: int) -> list[int]:
        """The documents whose next client can sign at a kiosk, as far as that kiosk knows."""
        documents = self.places[number].terminal.documents
        return [
            index
            for index, document_id in enumerate(self.document_ids)
            if documents.due_pdf(document_id) is not None
        ]

    def sign(self, index: int, number: int) -> bool:
        """The client, as this kiosk knows them, signs there if that is possible; whether it was."""
        place, document = self.places[number], self.document(index)
        record = place.terminal.documents.record(document.id)
        if record is None or index not in self.waiting_at(number):
            return False
        asked = codes_desk.issue_for(
            self.office, document.id, Actor(), self.clock(), "link", record.client_index
        )
        if not asked.sent:
            return False
        self.letterbox.run(self.office, self.clock())
        answer = place.desk.check_code(document.id, self.letterbox.code())
        if answer.outcome is not CodeOutcome.ACCEPTED:
            return False
        return self.seal(index, number)

    def seal(self, index: int, number: int) -> bool:
        """The client, whose code was accepted, presses the button; asking again changes nothing."""
        place, document_id = self.places[number], self.document_ids[index]
        evidence = EvidenceSummary(1, 1, 20, "2026-1", "pl")
        place.desk.seal(document_id, ANSWERS, evidence)
        for entry in place.terminal.device_store.outbox_blobs():
            signature = Signature(number, document_id, entry.sha256)
            if not any(one.pdf_sha256 == entry.sha256 for one in self.signatures):
                self.signatures.append(signature)
        return True

    def exchange(
        self, number: int, faults: Iterable[Fault] = (), dies_after: int | None = None
    ) -> tuple[str, ...]:
        """One exchange in bad weather; raises SyncError, or Killed."""
        road = self.places[number].road
        road.weather.faults = iter(tuple(faults))
        road.requests_until_death = dies_after
        try:
            return self.places[number].link.exchange().problems
        finally:
            road.requests_until_death = None
            road.weather.faults = iter(())

    def export(self, number: int) -> Path:
        """The kiosk writes a packet."""
        path = packet_path(self._stick(), self._kiosk_id(number), UP)
        with writing(path) as write:
            self._packets(number).export(write, self.places[number].terminal.clock.read().now)
        return path

    def take_sticks(self) -> dict[str, tuple[str, ...]]:
        """Head office takes every packet on the stick."""
        return dict(take_packets(self.office, self._stick(), self.clock))

    def import_packet(self, number: int) -> tuple[str, ...]:
        """The kiosk takes the answer; raises SyncError."""
        now = self.places[number].terminal.clock.read().now
        with opened(packet_path(self._stick(), self._kiosk_id(number), DOWN)) as source:
            return self._packets(number).take(source, now).problems

    def _stick(self) -> Path:
        folder = self.folder / "stick"
        folder.mkdir(exist_ok=True)
        return folder

    def _packets(self, number: int) -> DevicePackets:
        terminal = self.places[number].terminal
        enrolment = terminal.enrolment()
        return DevicePackets(
            terminal.device_store,
            enrolment.device,
            enrolment.keys.open_box,
            terminal.authority(),
            terminal.settings.trust_folder,
            enrolment.grant.trust_root,
        )

    def _kiosk_id(self, number: int) -> str:
        return self.places[number].terminal.enrolment().grant.kiosk_id


def build(folder: Path) -> None:
    """Make the template: three kiosks enrolled; all documents but the first are due."""
    clock = Clock(START)
    office = create_head_office(_office_settings(folder), COMPANY, "PL", clock(), {})
    people = {role: _hire(office, role, clock) for role in (Role.DIRECTOR, Role.OPERATOR)}
    app = create_app(office, clock=clock)
    kiosk_ids = []
    for number in range(KIOSKS):
        added, code = add_kiosk(office, f"Kiosk {number}", Actor(), clock())
        kiosk_ids.append(added.id)
        place = _open_place(folder / f"kiosk-{number}", Machine(clock()), Road())
        place.road.weather.inner = httpx.WSGITransport(app=app)
        place.link.enrol(code.text)
        assert place.link.exchange().problems == ()
        _close_place(place)
    for index in range(DOCUMENTS):
        here = kiosk_ids[index % KIOSKS]
        clients = [_client(index, 0, here)]
        if index == DOCUMENTS - 1:
            clients.append(_client(index, 1, kiosk_ids[(index + 1) % KIOSKS]))
        new = NewDocument(
            pdf=_pdf(),
            title=f"Umowa {index}",
            clients=tuple(clients),
            director_id=people[Role.DIRECTOR].id,
            language="pl",
            layout=Layout(),
        )
        actor = Actor(people[Role.OPERATOR].id)
        document_id = create_document(office, new, actor, clock())
        send_to_director(office, document_id, actor, clock())
        if index:
            _direct(office, people[Role.DIRECTOR], document_id, clock)
    office.close()


def _direct(office: HeadOffice, director: Person, document_id: str, clock: Clock) -> None:
    letterbox = Letterbox()
    request_director_code(office, director, [document_id], clock())
    letterbox.run(office, clock())
    sign_documents(office, director, [document_id], letterbox.code(), clock())


def _client(index: int, place: int, kiosk_id: str) -> NewClient:
    layout = Layout(signature=Placement(0, 40 + 200 * place, 40, 150, 50))
    return NewClient(f"Klient {place}", f"+4860000{index}{place}00", kiosk_id, layout=layout)


def _hire(office: HeadOffice, role: Role, clock: Clock) -> Person:
    with office.database.write() as connection:
        new = NewPerson(f"{role}@sygnet.example", f"Jan {role}", role, "pl", PASSWORD)
        person = add_person(connection, new, Actor(), clock())
        if role is Role.DIRECTOR:
            certify_director(office, connection, person, clock())
            publish(office, connection, clock())
        return find_person(connection, person.id)


def _pdf() -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A5, invariant=True)
    canvas.drawString(60, 500, "Umowa")
    canvas.save()
    return target.getvalue()


def _office_settings(folder: Path) -> OfficeSettings:
    return OfficeSettings(data_folder=folder / "office", public_url=OFFICE_URL, development=True)


def _open_place(folder: Path, machine: Machine, road: Road) -> Place:
    settings = KioskSettings(folder, office_url=OFFICE_URL)
    terminal = Terminal(settings, machine.time(), {})
    link = LinkToOffice(terminal, httpx.Client(transport=road))
    return Place(folder, machine, road, terminal, KioskDesk(terminal), link)


def _close_place(place: Place) -> None:
    place.desk.printing.close()
    place.link.close()
    place.terminal.close()
