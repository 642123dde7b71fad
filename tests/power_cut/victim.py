"""Forks processes that sign, and kills each at one change of the disk.

    python -m tests.power_cut.victim kiosk|office

Everything is imported once; then every line of JSON on the standard input is one power cut, and one
line of JSON on the standard output says what came of it: `{"calls": [...], "killed": true}`. An
order may name a `tests.power_cut.unsynced.Loss`, which the disk then suffers.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from tests.power_cut.unsynced import Disk, Loss
from tests.power_cut.write_calls import run_until_write

Work = Callable[[], object]


def seal_at_kiosk(order: dict[str, Any]) -> Work:
    """Open a kiosk whose client has done everything but sign; the work is to seal."""
    from kiosk.application import create_app, parts_of
    from kiosk.settings import Settings
    from tests.kiosk.client import EVIDENCE, answers
    from tests.kiosk.machine import Machine

    folder = Path(order["folder"])
    machine = Machine(datetime.fromisoformat(order["wall"]), order["boottime"], order["boot"])
    settings = Settings(
        folder / "kiosk", office_url=order["office"], working_folder=folder / "working"
    )
    desk = parts_of(create_app(settings, machine.time())).desk
    return lambda: desk.seal(order["document"], answers(), EVIDENCE)


def sign_at_office(order: dict[str, Any]) -> Work:
    """Open head office; the work is the director's, code in hand."""
    from office.director_desk import sign_documents
    from office.head_office import open_head_office
    from office.people import find_person
    from office.settings import Settings

    settings = Settings(
        data_folder=Path(order["folder"]) / "office", public_url=order["office"], development=True
    )
    office = open_head_office(settings, {})
    with office.database.read() as connection:
        director = find_person(connection, order["director"])
    now = datetime.fromisoformat(order["wall"])
    return lambda: sign_documents(office, director, [order["document"]], order["code"], now)


def main() -> int:
    """Serve cuts until the standard input ends."""
    prepare = {"kiosk": seal_at_kiosk, "office": sign_at_office}[sys.argv[1]]
    import kiosk.application
    import office.director_desk
    import office.head_office
    import tests.kiosk.client

    del kiosk, office, tests  # named for their weight: every fork has them already
    for line in sys.stdin:
        order = json.loads(line)
        ready, go = os.pipe(), os.pipe()
        child = os.fork()
        if child == 0:
            _suffer(prepare, order, ready[1], go[0])
        os.close(ready[1])
        assert os.read(ready[0], 1) == b"r", "the victim did not come up"
        run = _killed(child, order, go[1])
        for handle in (ready[0], *go):
            os.close(handle)
        print(json.dumps(run), flush=True)
    return 0


def _suffer(
    prepare: Callable[[dict[str, Any]], Work], order: dict[str, Any], ready: int, go: int
) -> NoReturn:
    code = 1
    try:
        work = prepare(order)
        os.write(ready, b"r")
        os.read(go, 1)
        work()
        code = 0
    finally:
        os._exit(code)


def _killed(child: int, order: dict[str, Any], go: int) -> dict[str, Any]:
    folder, loss = Path(order["folder"]), Loss(order.get("loss", Loss.NOTHING.value))
    disk = None if loss is Loss.NOTHING else Disk(folder)
    calls, killed = run_until_write(
        child, folder, order["number"], lambda: os.write(go, b"g"), disk
    )
    if disk is not None:
        disk.lose(loss)
    return {"calls": calls, "killed": killed}


if __name__ == "__main__":
    sys.exit(main())
