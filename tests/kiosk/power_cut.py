"""A kiosk process that dies at a chosen point, without any chance to tidy up.

    python -m tests.kiosk.power_cut seal|exchange FOLDER POINT OFFICE WALL BOOTTIME BOOT DOCUMENT

POINT is `before:module:name` or `after:module:name` (the nth call with `#n`). The process kills
itself there with SIGKILL; getting to the end means that the point was never reached, exit 9.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

NEVER_REACHED = 9


def cut_at(point: str) -> None:
    """Make the named function deadly."""
    point, _, times = point.partition("#")
    when, module_name, name = point.split(":")
    holder: Any = importlib.import_module(module_name)
    *path, last = name.split(".")
    for part in path:
        holder = getattr(holder, part)
    setattr(holder, last, _deadly(getattr(holder, last), when, int(times or 1)))


def _deadly(real: Callable[..., Any], when: str, left: int) -> Callable[..., Any]:
    calls = [0]

    def call(*arguments: Any, **names: Any) -> Any:
        calls[0] += 1
        if when == "before" and calls[0] == left:
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*arguments, **names)
        if when == "after" and calls[0] == left:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return call


def main() -> int:
    """Do the work until the point is reached."""
    work, folder, point, office, wall, boottime, boot, document_id = sys.argv[1:]
    from kiosk.application import create_app, parts_of
    from kiosk.settings import Settings
    from tests.kiosk.client import EVIDENCE, answers
    from tests.kiosk.machine import Machine

    machine = Machine(datetime.fromisoformat(wall), float(boottime), boot)
    settings = Settings(
        Path(folder) / "kiosk", office_url=office, working_folder=Path(folder) / "working"
    )
    parts = parts_of(create_app(settings, machine.time()))
    cut_at(point)
    if work == "seal":
        parts.desk.seal(document_id, answers(), EVIDENCE)
    else:
        parts.head_office.exchange()
    return NEVER_REACHED


if __name__ == "__main__":
    sys.exit(main())
