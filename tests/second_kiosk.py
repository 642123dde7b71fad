"""Another kiosk of a sample town, with a cable of its own, as a real process."""

from __future__ import annotations

import json

from tests.link import HOST, Link
from tests.process import RunningProcess, free_port, run_command, wait_for
from tests.town import Town

__all__ = ["SecondKiosk"]

NAME = "Warszawa, Długa 8"
"""Stands after the first one in every list of kiosks, which go by their names."""


class SecondKiosk:
    """Adds a kiosk to a running head office, enrols it and serves it."""

    def __init__(self, town: Town) -> None:
        """Name its parts; nothing runs yet."""
        self.town = town
        self.port = free_port()
        self.link = Link(town.office_port)
        self.name = NAME
        self._process: RunningProcess | None = None

    @property
    def address(self) -> str:
        """The kiosk as its browser sees it."""
        return f"http://{HOST}:{self.port}"

    def start(self) -> None:
        """Add it, enrol it, serve, and wait until it answers."""
        office = ["--data", str(self.town.data / "office")]
        answer = run_command(["office", "kiosk", "add", *office, "--name", self.name])
        code = answer.strip().split()[-1]
        run_command(["kiosk", "enrol", *self._options(), "--code", code])
        arguments = ["kiosk", "serve", *self._options(), "--port", str(self.port)]
        self._process = RunningProcess(arguments, self.town.data / "kiosk-2.log")
        self._process.wait_until_answering(f"{self.address}/")

    def wait_for_a_document(self) -> None:
        """Return when somebody can sign here."""

        def is_there() -> bool:
            status = json.loads(run_command(["kiosk", "status", *self._options()]))
            return bool(status["documents_due"])

        wait_for(is_there, f"a document at {self.name}")

    def stop(self) -> None:
        """Stop it and take its cable away."""
        if self._process is not None and self._process.is_running:
            self._process.stop()
        self.link.cut()

    def _options(self) -> list[str]:
        return ["--data", str(self.town.data / "kiosk-2"), "--office", self.link.address]
