"""What power cuts have in common: victims, the moments, a kiosk to be cut many times."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kiosk.application import Parts, create_app, parts_of, stop
from kiosk.settings import Settings
from sync.records import DocumentDue
from tests.kiosk.client import prove_identity
from tests.kiosk.company import ADDRESS, Company
from tests.kiosk.machine import START, Machine
from tests.power_cut.unsynced import Loss

EVERY = 1 if os.environ.get("SYGNET_EVERY_WRITE") else 12
WHOLE = 10_000  # a number that no run reaches
STEPS = {Loss.ALL: 25, Loss.HALF: 35, Loss.DATA: 45, Loss.NAMES: 55}
BARE_KEY = b"\x02\x01\x01\x04\x20"
"""How the DER of every P-256 private key begins (RFC 5915): version 1, then 32 bytes."""


class Victims:
    """The process that forks victims; one for each kind of work."""

    def __init__(self, work: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.power_cut.victim", work],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def cut(self, number: int, **order: Any) -> dict[str, Any]:
        """Run the work until right before its nth change of the disk."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({**order, "number": number}) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        """End it."""
        self._process.communicate(timeout=30)


def moments(total: int, begin: int, loss: Loss) -> list[int]:
    """The chosen ones of so many changes; the last among them, and for a loss the end."""
    if loss is Loss.NOTHING:
        return sorted({*range(begin, total + 1, EVERY), total})
    step = 1 if EVERY == 1 else STEPS[loss]
    return [*range(begin + step // 3, total + 1, step), WHOLE]


def assert_outcomes(outcomes: list[bool], chosen: list[int]) -> None:
    """Unsigned at first, signed from some moment on, and for good once it was announced."""
    assert outcomes == sorted(outcomes), "signed, and later in the same run unsigned"
    assert chosen[0] > 5 or outcomes[0] is False
    assert outcomes[-1] is True


def files_below(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def assert_no_bare_key(folder: Path) -> None:
    for path in files_below(folder):
        content = path.read_bytes()
        assert BARE_KEY not in content, path
        assert b"PRIVATE KEY-----" not in content or b"ENCRYPTED PRIVATE KEY" in content, path


def kiosk_settings(folder: Path) -> Settings:
    return Settings(folder / "kiosk", office_url=ADDRESS, working_folder=folder / "working")


class KioskToCut:
    """A kiosk whose client has proved who they are, and of which every cut gets a copy."""

    def __init__(
        self, folder: Path, victims: Victims, send: Callable[[Parts, Company], DocumentDue]
    ) -> None:
        """Enrol it, let the document come and its client type their code; then switch it off.

        Args:
            folder: for everything.
            victims: who is killed.
            send: lets a document come.
        """
        self._folder, self._victims = folder, victims
        self.machine = Machine()
        (folder / "books").mkdir()
        self.company = Company(folder / "books", START)
        settings = kiosk_settings(folder / "original")
        app = create_app(settings, self.machine.time(), self.company.client())
        parts_of(app).head_office.enrol(self.company.enrolment_code())
        parts_of(app).head_office.exchange()
        self.record = send(parts_of(app), self.company)
        prove_identity(parts_of(app), self.company, self.record)
        stop(app)

    def cut(
        self, number: int, loss: Loss, was_signed: Callable[[Path], bool]
    ) -> tuple[bool, dict[str, Any]]:
        """Let a copy of it sign until right before its nth change of the disk.

        Returns:
            What `was_signed` says of what is left, and what the victim says of itself.
        """
        folder = self._folder / f"cut{number}{loss.value}"
        shutil.copytree(self._folder / "original", folder)
        order = {
            "office": ADDRESS,
            "document": self.record.document_id,
            "wall": self.machine.wall.isoformat(),
            "boottime": self.machine.boottime,
            "boot": self.machine.boot,
        }
        run = self._victims.cut(number, folder=str(folder), loss=loss.value, **order)
        assert run["killed"] or number == WHOLE
        assert_no_bare_key(folder)
        signed = was_signed(folder)
        shutil.rmtree(folder)
        return signed, run
