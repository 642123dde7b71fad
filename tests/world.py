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

__all__ = ["Mailbox", "PulledCable", "Terminal", "World"]

OFFICE_ADDRESS = "http://office.example"
KIOSK_ADDRESS = "http://kiosk.localhost"
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


class Terminal:
    """A kiosk of a head office, enrolled, with a cable of its own."""

    def __init__(self, office: HeadOffice, office_app: Flask, name: str, folder: Path) -> None:
        """Give it a place at head office, and set it up in this folder."""
        self.cable = PulledCable(office_app)
        clock = office_app.extensions["sygnet_clock"]
        added, code = add_kiosk(office, name, Actor(), clock())
        self.id = added.id
        self.app = kiosk.application.create_app(
            kiosk.settings.Settings(folder, office_url=OFFICE_ADDRESS),
            http=httpx.Client(transport=self.cable),
        )
        self.parts.head_office.enrol(code.text)
        self.exchange()

    @property
    def parts(self) -> Parts:
        """What the kiosk is made of."""
        return parts_of(self.app)

    def exchange(self) -> None:
        """One round of sync, here and now."""
        report = self.parts.head_office.exchange()
        assert report.problems == (), report.problems

    def visitor(self) -> Visitor:
        """Somebody before the kiosk's screen."""
        transport = httpx.WSGITransport(app=self.app)
        return Visitor(httpx.Client(transport=transport, base_url=KIOSK_ADDRESS))


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
        self._folder = folder
        self._terminals = [self._terminal("Kraków, Rynek 5", "kiosk")]

    @property
    def kiosk(self) -> Parts:
        """What the kiosk is made of."""
        return self.terminal.parts

    @property
    def terminal(self) -> Terminal:
        """The first kiosk, mostly the only one."""
        return self._terminals[0]

    @property
    def kiosk_id(self) -> str:
        """Its id at head office."""
        return self.terminal.id

    @property
    def cable(self) -> PulledCable:
        """Its cable."""
        return self.terminal.cable

    def second_terminal(self, name: str = "Gdańsk, Długa 8") -> Terminal:
        """Set another kiosk up."""
        self._terminals.append(self._terminal(name, f"kiosk-{len(self._terminals) + 1}"))
        return self._terminals[-1]

    def exchange(self) -> None:
        """One round of sync of the first kiosk, here and now."""
        self.terminal.exchange()

    def run_jobs(self) -> None:
        """Let head office send what waits."""
        senders = {"email": self.mailbox, "sms": self.mailbox}
        while tick(self.office, senders, self.clock()):
            pass

    def visitor(self) -> Visitor:
        """Somebody before the kiosk's screen."""
        return self.terminal.visitor()

    def client_page(self) -> Visitor:
        """Somebody with a telephone at head office's pages, without an account."""
        transport = httpx.WSGITransport(app=self.office_app)
        return Visitor(httpx.Client(transport=transport, base_url=OFFICE_ADDRESS))

    def close(self) -> None:
        """Close everything."""
        for terminal in self._terminals:
            kiosk.application.stop(terminal.app)
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

    def _terminal(self, name: str, folder: str) -> Terminal:
        return Terminal(self.office, self.office_app, name, self._folder / folder)

    def _hire(self, email: str, name: str, role: Role) -> Person:
        now = self.clock()
        with self.office.database.write() as connection:
            new = NewPerson(email, name, role, "pl", SAMPLE_PASSWORD)
            person = add_person(connection, new, Actor(), now)
            if role is Role.DIRECTOR:
                certify_director(self.office, connection, person, now)
                publish(self.office, connection, now)
            return find_person(connection, person.id)
