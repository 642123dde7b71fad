"""The desk for clients' own telephones of a sample town, as a real process."""

from __future__ import annotations

from tests.link import HOST
from tests.process import RunningProcess, free_port, run_command
from tests.town import Town

__all__ = ["PHONE_DESK_NAME", "PhoneDeskOfTown"]

PHONE_DESK_NAME = "Na telefonie klienta"


class PhoneDeskOfTown:
    """Adds the desk to a running head office, enrols it and serves it."""

    def __init__(self, town: Town, port: int = 0) -> None:
        """Name its parts; nothing runs yet."""
        self.town = town
        self.port = port or free_port()
        self.kiosk_id = ""
        self.process: RunningProcess | None = None

    @property
    def address(self) -> str:
        """The desk as a telephone sees it."""
        return f"http://{HOST}:{self.port}"

    @property
    def exists(self) -> bool:
        """Whether it was added before."""
        return (self.town.data / "phones").exists()

    def add(self) -> None:
        """Let head office add it, and enrol it."""
        office = ["--data", str(self.town.data / "office")]
        given = ["--name", PHONE_DESK_NAME, "--phones", self.address]
        answer = run_command(["office", "kiosk", "add", *office, *given])
        self.kiosk_id, code = answer.strip().split()[-2:]
        run_command(["kiosk", "enrol", *self._options(), "--code", code])

    def start(self) -> None:
        """Serve, and wait until it answers."""
        arguments = ["kiosk", "phones", "--plain-http", *self._options(), "--port", str(self.port)]
        self.process = RunningProcess(arguments, self.town.data / "phones.log")
        self.process.wait_until_answering(f"{self.address}/healthz")

    def stop(self) -> None:
        """Stop serving."""
        if self.process is not None and self.process.is_running:
            self.process.stop()

    def __enter__(self) -> PhoneDeskOfTown:
        """Used as a context, it is stopped at the end."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Stop serving."""
        self.stop()

    def _options(self) -> list[str]:
        return ["--data", str(self.town.data / "phones"), "--office", self.town.office_address]
