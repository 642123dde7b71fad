"""A head office and a kiosk as real processes, with the cable between them.

`make run` and the journeys start the same town. Everything is done through the command lines and
the pages that people use; this module imports neither application.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from tests.head_office_staff import CODE, Messages, Staff, Upload
from tests.link import HOST, Link
from tests.process import RunningProcess, free_port, run_command, wait_for
from tests.samples import COMPANY, Sample
from tests.visitor import Visitor

__all__ = ["ADMINISTRATOR", "DIRECTOR", "OPERATOR", "PEOPLE", "SamplePerson", "Town"]

KIOSK_NAME = "Kraków, Rynek 5"
BEING_SET_UP = "being-set-up"
"""Stands in the data folder until the first start is complete; after a crash it starts over."""


@dataclass(frozen=True)
class SamplePerson:
    """Somebody with an account at the sample head office."""

    role: str
    name: str
    email: str
    password: str


OPERATOR = SamplePerson("operator", "Marta Nowak", "operator@sygnet.example", "marta zielony most")
DIRECTOR = SamplePerson("director", "Jan Kowalczyk", "director@sygnet.example", "jan zielony most")
ADMINISTRATOR = SamplePerson(
    "administrator", "Piotr Lis", "administrator@sygnet.example", "piotr zielony most"
)
PEOPLE = (OPERATOR, DIRECTOR, ADMINISTRATOR)


class Town:
    """Head office, kiosk and link over one data folder."""

    def __init__(
        self, data: Path, office_port: int = 0, kiosk_port: int = 0, working: Path | None = None
    ) -> None:
        """Name the parts; nothing runs yet.

        Args:
            data: the folder for everything.
            office_port: TCP port of head office; 0 takes a free one.
            kiosk_port: TCP port of the kiosk; 0 takes a free one.
            working: where the kiosk signs, instead of in memory, for tests that look at it.
        """
        self.data = data
        self.working = working
        self.office_port = office_port or free_port()
        self.kiosk_port = kiosk_port or free_port()
        self.link = Link(self.office_port)
        self._office: RunningProcess | None = None
        self._kiosk: RunningProcess | None = None

    @property
    def office_address(self) -> str:
        """Head office as a browser sees it."""
        return f"http://{HOST}:{self.office_port}"

    @property
    def kiosk_address(self) -> str:
        """The kiosk as its browser sees it."""
        return f"http://{HOST}:{self.kiosk_port}"

    @property
    def is_new(self) -> bool:
        """Whether this town must be set up first."""
        return (self.data / BEING_SET_UP).exists() or not (self.data / "office").exists()

    # -- life --------------------------------------------------------------------------------

    def start(self, before_the_kiosk: Callable[[], None] = lambda: None) -> None:
        """Start both; the first time set them up.

        `before_the_kiosk` is called the first time only, when head office runs, the kiosk is
        enrolled and not yet started: what it sends is at the kiosk when the kiosk's screen is.
        """
        if not self.is_new:
            self.start_office()
            self.start_kiosk()
            return
        for part in ("office", "kiosk"):
            shutil.rmtree(self.data / part, ignore_errors=True)
        self.data.mkdir(parents=True, exist_ok=True)
        (self.data / BEING_SET_UP).touch()
        self._set_up_office()
        self.start_office()
        run_command(["kiosk", "enrol", *self._kiosk_options(), "--code", self._new_kiosk_code()])
        before_the_kiosk()
        self.start_kiosk()
        (self.data / BEING_SET_UP).unlink()

    def start_office(self) -> None:
        """Start head office and wait until it answers."""
        arguments = ["office", "serve", "--development", "--port", str(self.office_port)]
        self._office = RunningProcess([*arguments, *self._office_data()], self.data / "office.log")
        self._office.wait_until_answering(f"{self.office_address}/sign-in")

    def start_kiosk(self) -> None:
        """Start the kiosk and wait until it answers."""
        arguments = ["kiosk", "serve", *self._kiosk_options(), "--port", str(self.kiosk_port)]
        where = {} if self.working is None else {"RUNTIME_DIRECTORY": str(self.working)}
        self._kiosk = RunningProcess(arguments, self.data / "kiosk.log", where)
        self._kiosk.wait_until_answering(f"{self.kiosk_address}/")

    @property
    def office(self) -> RunningProcess:
        """The running head office."""
        assert self._office is not None, "head office was not started"
        return self._office

    @property
    def kiosk(self) -> RunningProcess:
        """The running kiosk."""
        assert self._kiosk is not None, "the kiosk was not started"
        return self._kiosk

    def cut_power_of_office(self) -> None:
        """Kill head office without notice and start it again."""
        self.office.kill()
        self.start_office()

    def cut_power_of_kiosk(self) -> None:
        """Kill the kiosk without notice and start it again."""
        self.kiosk.kill()
        self.start_kiosk()

    def stop(self) -> None:
        """Stop both in order, then the link."""
        for process in (self._kiosk, self._office):
            if process is not None and process.is_running:
                process.stop()
        self.link.cut()

    def __enter__(self) -> Town:
        """Used as a context, everything is stopped at the end."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop everything."""
        self.stop()

    # -- people ------------------------------------------------------------------------------

    def office_visitor(self) -> Visitor:
        """Somebody at head office's pages, not signed in."""
        return Visitor(httpx.Client(base_url=self.office_address, timeout=60.0))

    def kiosk_visitor(self) -> Visitor:
        """Somebody before the kiosk."""
        return Visitor(httpx.Client(base_url=self.kiosk_address, timeout=60.0))

    def staff(self, person: SamplePerson) -> Staff:
        """One of the sample people, signed in."""
        return Staff(self.office_visitor(), person.email, person.password)

    def messages(self) -> Messages:
        """The page of sample messages."""
        return Messages(self.office_visitor())

    def wait_for_message(self, pattern: str, *, to: str, after: int = 0) -> str:
        """What `pattern` finds in the next message to somebody."""
        messages = self.messages()
        wait_for(
            lambda: messages.find(pattern, to=to, after=after), f"a message to {to} with {pattern}"
        )
        found = messages.find(pattern, to=to, after=after)
        assert found is not None
        return found

    def prepare(self, sample: Sample) -> str:
        """Let the operator prepare and send one contract; returns the document's id."""
        return self.staff(OPERATOR).prepare(Upload.of_sample(sample))

    def wait_until_at_kiosk(self, short_number: str) -> None:
        """Return when a client who types this number at the kiosk is asked for the code.

        Numbers are tried only when one more document has arrived: the kiosk pauses after ten that
        lead nowhere.
        """
        tried = 0
        visitor = self.kiosk_visitor()

        def is_there() -> bool:
            nonlocal tried
            due = self.kiosk_status()["documents_due"]
            if due == tried:
                return False
            page = visitor.visit("/find")
            answer = visitor.http.post(
                "/find",
                data={**page.form("/find").values, "number": short_number},
                follow_redirects=True,
            )
            tried = due if answer.status_code == httpx.codes.NOT_FOUND else tried
            return "/ceremony/confirm" in answer.url.path

        wait_for(is_there, f"document {short_number} to be at the kiosk")
        visitor.submit(visitor.visit("/ceremony/confirm"), "/ceremony/leave")

    def documents(self) -> list[dict[str, Any]]:
        """What `python -m office documents list` prints."""
        lines = run_command(["office", "documents", "list", *self._office_data()]).splitlines()
        return [json.loads(line) for line in lines]

    def kiosk_status(self) -> dict[str, Any]:
        """What `python -m kiosk status` prints."""
        status: dict[str, Any] = json.loads(
            run_command(["kiosk", "status", *self._kiosk_options()])
        )
        return status

    def direct(self, *document_ids: str) -> None:
        """Let the director sign documents with a code from an e-mail."""
        director, before = self.staff(DIRECTOR), self.messages().newest()
        page = director.choose(*document_ids)
        code = self.wait_for_message(CODE, to=DIRECTOR.email, after=before)
        director.sign(page, code)

    # -- setting up --------------------------------------------------------------------------

    def _office_data(self) -> list[str]:
        return ["--data", str(self.data / "office")]

    def _kiosk_options(self) -> list[str]:
        return ["--data", str(self.data / "kiosk"), "--office", self.link.address]

    def _set_up_office(self) -> None:
        where = self._office_data()
        run_command(["office", "init", *where, "--organisation", COMPANY, "--country", "PL"])
        for person in PEOPLE:
            given = ["--email", person.email, "--name", person.name, "--role", person.role]
            run_command(
                ["office", "people", "add", *where, *given, "--password-stdin"],
                stdin=person.password + "\n",
            )

    def _new_kiosk_code(self) -> str:
        answer = run_command(["office", "kiosk", "add", *self._office_data(), "--name", KIOSK_NAME])
        return answer.strip().split()[-1]
