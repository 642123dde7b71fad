"""A head office and a kiosk in one process, with a cable between them that can be pulled.

Both are the real applications over real data folders. What is replaced is only what lies outside:
the network is a WSGI call, and messages end in a list instead of at a gateway.

    with World(folder, clock) as world:
        document_id = world.send(pdf, ...)
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType

import httpx
from flask import Flask

import kiosk.application
import kiosk.settings
from kiosk.application import Parts, parts_of
from office.application import create_app as create_office_app
from office.head_office import HeadOffice, create_head_office
from office.history import Actor
from office.kiosks import add_kiosk
from office.messages import OutgoingMessage
from office.people import NewPerson, Person, Role, add_person, find_person
from office.settings import Settings as OfficeSettings
from office.trust import certify_director, publish
from office.work import tick
from tests.samples import COMPANY
from tests.visitor import Visitor

__all__ = ["Mailbox", "PulledCable", "World"]

OFFICE_ADDRESS = "http://office.example"
KIOSK_ADDRESS = "http://kiosk.example"
SAMPLE_PASSWORD = "zielony most 2026"
Clock = Callable[[], datetime]


class PulledCable(httpx.BaseTransport):
    """The way from the kiosk to head office; refuses everything while it is cut."""

    def __init__(self, office_app: Flask) -> None:
        self._there = httpx.WSGITransport(app=office_app)
        self.joined = True

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Carry a request, or fail as a dead network does."""
        if not self.joined:
            raise httpx.ConnectError("the link is cut", request=request)
        return self._there.handle_request(request)


@dataclass
class Mailbox:
    """A gateway that keeps what it is given: e-mails and SMS of one head office."""

    messages: list[OutgoingMessage] = field(default_factory=list)

    def send(self, message: OutgoingMessage) -> str:
        """Take a message."""
        self.messages.append(message)
        return message.key

    def latest(self, pattern: str, *, to: str = "") -> str:
        """What the first group of `pattern` matched in the latest message that has it."""
        for message in reversed(self.messages):
            found = re.search(pattern, message.text)
            if found and to in message.to:
                return found.group(1)
        raise AssertionError(f"no message to {to or 'anybody'} has {pattern}")

    def latest_code(self, *, to: str = "") -> str:
        """The digits of the latest confirmation code."""
        return self.latest(r"\b(\d{4} ?\d{4})\b", to=to).replace(" ", "")


class World:
    """Head office, kiosk, link, mailbox and the people."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        """Set both up from nothing, enrol the kiosk and exchange once."""
        self.clock = clock
        settings = OfficeSettings(
            data_folder=folder / "office", public_url=OFFICE_ADDRESS, development=True
        )
        self.office: HeadOffice = create_head_office(settings, COMPANY, "PL", clock(), {})
        self.mailbox = Mailbox()
        self.director = self._hire("dyrektor@sygnet.example", "Jan Kowalczyk", Role.DIRECTOR)
        self.operator = self._hire("operator@sygnet.example", "Marta Nowak", Role.OPERATOR)
        self.office_app = create_office_app(self.office, clock=clock)
        self.cable = PulledCable(self.office_app)
        added, code = add_kiosk(self.office, "Kraków, Rynek 5", Actor(), clock())
        self.kiosk_id = added.id
        self.kiosk_app = kiosk.application.create_app(
            kiosk.settings.Settings(folder / "kiosk", office_url=OFFICE_ADDRESS),
            http=httpx.Client(transport=self.cable),
        )
        self.kiosk.head_office.enrol(code.text)
        self.exchange()

    @property
    def kiosk(self) -> Parts:
        """What the kiosk is made of."""
        return parts_of(self.kiosk_app)

    def exchange(self) -> None:
        """One round of sync, here and now."""
        report = self.kiosk.head_office.exchange()
        assert report.problems == (), report.problems

    def run_jobs(self) -> None:
        """Let head office send what waits."""
        senders = {"email": self.mailbox, "sms": self.mailbox}
        while tick(self.office, senders, self.clock()):
            pass

    def visitor(self) -> Visitor:
        """Somebody before the kiosk's screen."""
        transport = httpx.WSGITransport(app=self.kiosk_app)
        return Visitor(httpx.Client(transport=transport, base_url=KIOSK_ADDRESS))

    def close(self) -> None:
        """Close both."""
        kiosk.application.stop(self.kiosk_app)
        self.office.close()

    def __enter__(self) -> World:
        """Used as a context, both are closed at the end."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close both."""
        self.close()

    def _hire(self, email: str, name: str, role: Role) -> Person:
        now = self.clock()
        with self.office.database.write() as connection:
            new = NewPerson(email, name, role, "pl", SAMPLE_PASSWORD)
            person = add_person(connection, new, Actor(), now)
            if role is Role.DIRECTOR:
                certify_director(self.office, connection, person, now)
                publish(self.office, connection, now)
            return find_person(connection, person.id)
