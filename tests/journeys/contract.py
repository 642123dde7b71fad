"""One contract on its way through a town, done by people without a browser."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import httpx

from tests.client_at_kiosk import ClientAtKiosk
from tests.head_office_staff import CODE, DOWNLOAD_LINK, MESSAGE_LINK
from tests.process import HOUSE, wait_for
from tests.samples import samples
from tests.samples.hand import drawn_signature, stamp_photograph
from tests.town import Town
from tests.visitor import VisitFailed

__all__ = ["NUMBER", "AlreadySigned", "Contract", "judge"]

NUMBER = r"\b(\d{3} \d{4})\b"
SYNC_WITHIN_SECONDS = 150.0
"""A kiosk that failed a few times waits up to a minute or so before it tries again."""


class AlreadySigned(Exception):
    """The kiosk says that this document is signed."""


class Contract:
    """One sample contract on its way through a town."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.sample = samples()[0]
        self.document_id = self.link = self.number = ""
        self.code_step = 0

    def prepare(self) -> None:
        """The operator sends it to the director."""
        self.document_id = self.town.prepare(self.sample)

    def direct(self) -> None:
        """The director signs; the client gets the invitation."""
        self.town.direct(self.document_id)
        self.link = self.town.wait_for_message(MESSAGE_LINK, to=self.sample.contact)
        found = self.town.wait_for_message(NUMBER, to=self.sample.contact)
        self.number = found.replace(" ", "")

    def client(self) -> ClientAtKiosk:
        """The client finds it at the kiosk and confirms with a code asked for by the link."""
        client = ClientAtKiosk(self.town.kiosk_visitor())
        try:
            client.find(self.number)
        except VisitFailed as refused:
            if "already_signed" in str(refused):
                raise AlreadySigned from refused
            raise
        wait_for(lambda: code_step() > self.code_step, "a time in which the code is another one")
        before = self.town.messages().newest()
        visitor = self.town.office_visitor()
        visitor.submit(visitor.visit(httpx.URL(self.link).path), "/code")
        code = self.town.wait_for_message(CODE, to=self.sample.contact, after=before)
        self.code_step = code_step()  # the code's own is this one at the latest, or the next
        client.enter_code(code.replace(" ", ""))
        return client

    def give_everything(self, client: ClientAtKiosk) -> None:
        """Read, fill, stamp and draw, up to the last button."""
        client.read_every_page()
        client.fill(self.sample.answers)
        client.add_stamp(stamp_photograph())
        client.draw(drawn_signature())

    def assert_completed_exactly_once(self, folder: Path) -> None:
        """One final file, one message about it, one row, an empty outbox, and it is genuine."""
        town, contact = self.town, self.sample.contact

        def is_delivered() -> bool:
            return town.messages().find(DOWNLOAD_LINK, to=contact) is not None

        wait_for(is_delivered, "the client's download link", SYNC_WITHIN_SECONDS)
        wait_for(
            lambda: town.kiosk_status()["queue"] == {"files": 0, "events": 0},
            "the kiosk's outbox to be empty",
            SYNC_WITHIN_SECONDS,
        )
        messages = [message["text"] for message in town.messages().all()]
        assert sum("/d/" in text for text in messages) == 1
        assert sum(self.number[:3] + " " + self.number[3:] in text for text in messages) == 1
        assert [row["state"] for row in town.documents()] == ["completed"]
        code, words = judge(self.fetch(folder), town)
        assert code == 0, words

    def fetch(self, folder: Path) -> Path:
        """The final file, by the link in the client's message."""
        link = self.town.wait_for_message(DOWNLOAD_LINK, to=self.sample.contact)
        final = folder / "final.pdf"
        final.write_bytes(httpx.get(link).content)
        return final


def judge(pdf: Path, town: Town) -> tuple[int, str]:
    """Exit code and words of `python -m verifier` under the kiosk's trust list."""
    done = subprocess.run(
        [sys.executable, "-m", "verifier", pdf, "--trust", town.data / "kiosk" / "trust"],
        cwd=HOUSE,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def code_step() -> int:
    """Number of the five-second step that codes are made from; one step, one code."""
    return int(time.time() // 5)
