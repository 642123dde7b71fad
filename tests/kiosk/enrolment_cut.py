"""A kiosk that dies at a chosen point while it enrols.

python -m tests.kiosk.enrolment_cut POINT FOLDER OFFICE CODE WALL BOOTTIME BOOT
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from tests.kiosk.power_cut import NEVER_REACHED, cut_at


def main() -> int:
    """Enrol until the point is reached."""
    point, folder, office, code, wall, boottime, boot = sys.argv[1:]
    from kiosk.application import create_app, parts_of
    from kiosk.settings import Settings
    from tests.kiosk.machine import Machine

    machine = Machine(datetime.fromisoformat(wall), float(boottime), boot)
    place = Path(folder)
    settings = Settings(place / "kiosk", office_url=office, working_folder=place / "working")
    parts = parts_of(create_app(settings, machine.time()))
    cut_at(point)
    parts.head_office.enrol(code)
    return NEVER_REACHED


if __name__ == "__main__":
    sys.exit(main())
