"""What can happen, how it is played, and what must hold once the weather is fair again."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import select

from kiosk.documents import DocumentState
from office import tables
from office.errors import OfficeError
from office.journal_check import check_journals
from office.lifecycle import State
from signing.errors import SigningError
from sync.errors import SyncError
from tests.office_simulator.village import DOCUMENTS, KIOSKS, Killed, Village
from tests.sync.faulty_transport import Fault

__all__ = ["STEPS", "Step", "calm", "check", "play"]

_KIOSK = st.integers(0, KIOSKS - 1)
_DOCUMENT = st.integers(0, DOCUMENTS - 1)
_FAULTS = st.lists(st.sampled_from(Fault), max_size=14).map(tuple)


@dataclass(frozen=True)
class Step:
    """One thing that happens; what of it is used depends on its kind."""

    kind: str
    kiosk: int = 0
    document: int = 0
    amount: int = 0
    faults: tuple[Fault, ...] = ()


def _steps(kind: str, **parts: st.SearchStrategy[object]) -> st.SearchStrategy[Step]:
    return st.builds(Step, st.just(kind), **parts)


STEP = st.one_of(
    _steps("release", document=_DOCUMENT),
    _steps("exchange", kiosk=_KIOSK, faults=_FAULTS),
    _steps("exchange", kiosk=_KIOSK, faults=st.just(())),
    _steps("die", kiosk=_KIOSK, amount=st.integers(0, 12)),
    _steps("sign", kiosk=_KIOSK, document=_DOCUMENT),
    _steps("sign", kiosk=_KIOSK, document=_DOCUMENT),
    _steps("sign_at_once", kiosk=_KIOSK, document=_DOCUMENT),
    _steps("sign_twice", kiosk=_KIOSK, amount=st.integers(0, KIOSKS - 2)),
    _steps("cancel", document=_DOCUMENT),
    _steps("move", kiosk=_KIOSK, document=_DOCUMENT),
    _steps("restart", kiosk=_KIOSK),
    _steps("reboot", kiosk=_KIOSK),
    _steps("restart_office"),
    _steps(
        "set_clock", kiosk=_KIOSK, amount=st.sampled_from([-100_000, -600, -2, 2, 600, 100_000])
    ),
    _steps("wait", amount=st.sampled_from([1, 7, 90, 3000])),
    _steps("export", kiosk=_KIOSK),
    _steps("take_sticks"),
    _steps("import", kiosk=_KIOSK),
)
STEPS = st.lists(STEP, min_size=8, max_size=28)
"""Histories."""

REFUSALS = (OfficeError, SigningError, SyncError)
"""What people and machines are told when something cannot be done; anything else is a fault."""


def play(village: Village, step: Step) -> None:
    """Let it happen; being refused is fine, failing in any other way is not."""
    try:
        _PLAYED[step.kind](village, step)
    except Killed:
        village.restart(step.kiosk)
    except REFUSALS as refusal:
        if refusal.code in {"office_failed", "sync_fault"}:
            raise


def _exchange(village: Village, step: Step) -> None:
    problems = village.exchange(step.kiosk, step.faults)
    assert not {"office_failed", "sync_fault"} & set(problems), problems


def _sign_at_once(village: Village, step: Step) -> None:
    village.exchange(step.kiosk)
    _sign(village, step)


def _sign(village: Village, step: Step) -> None:
    """A client whose document is at the kiosk signs there, if there is any."""
    waiting = village.waiting_at(step.kiosk)
    if waiting:
        village.sign(waiting[step.document % len(waiting)], step.kiosk)


def _sign_twice(village: Village, step: Step) -> None:
    """A client signs at a kiosk that has lost its link, and is sent to another one meanwhile."""
    there = (step.kiosk + 1 + step.amount) % KIOSKS
    for index in village.waiting_at(step.kiosk)[:1]:
        village.sign(index, step.kiosk)
        village.move(index, there)
        village.exchange(there)
        village.wait(1)
        village.sign(index, there)


_PLAYED: dict[str, Callable[[Village, Step], object]] = {
    "release": lambda village, step: village.release(step.document),
    "exchange": _exchange,
    "die": lambda village, step: village.exchange(step.kiosk, dies_after=step.amount),
    "sign": _sign,
    "sign_at_once": _sign_at_once,
    "sign_twice": _sign_twice,
    "cancel": lambda village, step: village.cancel(step.document),
    "move": lambda village, step: village.move(step.document, step.kiosk),
    "restart": lambda village, step: village.restart(step.kiosk),
    "reboot": lambda village, step: village.restart(step.kiosk, reboot=True),
    "restart_office": lambda village, step: village.restart_office(),
    "set_clock": lambda village, step: village.set_clock(step.kiosk, step.amount),
    "wait": lambda village, step: village.wait(step.amount),
    "export": lambda village, step: village.export(step.kiosk),
    "take_sticks": lambda village, step: village.take_sticks(),
    "import": lambda village, step: village.import_packet(step.kiosk),
}


def calm(village: Village) -> dict[int, tuple[str, ...]]:
    """Fair weather: clocks are right, everybody exchanges; what is still wrong, by kiosk."""
    problems: dict[int, tuple[str, ...]] = {}
    for number, place in enumerate(village.places):
        place.machine.wall = village.clock()
        for _ in range(4):
            problems[number] = village.exchange(number)
    for number in range(KIOSKS):  # what one told, another hears
        problems[number] = village.exchange(number)
    return problems


def check(village: Village) -> None:
    """Assert what must hold in fair weather, whatever happened before."""
    problems = calm(village)
    assert set(problems.values()) == {()}, problems
    with village.office.database.read() as connection:
        assert check_journals(connection) == []
        rows = connection.execute(
            select(tables.kiosk_events).order_by(tables.kiosk_events.c.sequence)
        ).all()
        blobs = connection.execute(
            select(tables.blobs.c.document_id, tables.blobs.c.sha256, tables.blobs.c.kind)
        ).all()
        faults = connection.execute(select(tables.journal_faults.c.code)).all()
        copies = connection.execute(select(tables.signed_copies.c.sha256)).scalars().all()
    assert faults == []
    for number, place in enumerate(village.places):
        assert place.terminal.device_store.queue_lengths() == (0, 0)
        assert list(place.terminal.journal_log.faults()) == []
        mine = place.terminal.enrolment().grant.kiosk_id
        told = [row.record for row in rows if row.kiosk_id == mine]
        written = [
            json.loads(line[0])
            for line in place.terminal.store.rows("SELECT body FROM event ORDER BY sequence")
        ]
        assert told == written, number
    _check_signatures(village, blobs, list(copies))
    _check_cancelled(village)


def _check_signatures(village: Village, blobs: Sequence[Any], copies: list[str]) -> None:
    """Every signature that a client was told of is at head office, once, whatever it is worth.

    What a client left who is not the last is kept until the final file holds it.
    """
    times = Counter(copies)
    assert not [name for name, count in times.items() if count > 1]
    kept = {(row.document_id, row.sha256) for row in blobs}
    turns = _turns(village)
    for signature in village.signatures:
        name = signature.pdf_sha256
        document = village.document(village.document_ids.index(signature.document_id))
        assert name in turns or times[name] == 1, signature
        if name not in turns or document.state is State.DUE:
            assert (signature.document_id, name) in kept, signature
    for document_id in village.document_ids:
        if village.document(village.document_ids.index(document_id)).state is State.COMPLETED:
            assert any(one.document_id == document_id for one in village.signatures)


def _turns(village: Village) -> set[str]:
    """What clients left who are not the last, as their kiosks told it."""
    events = tables.kiosk_events
    query = select(events.c.record).where(events.c.kind == "turn_signed")
    with village.office.database.read() as connection:
        return {row.record["body"]["pdf_sha256"] for row in connection.execute(query)}


def _check_cancelled(village: Village) -> None:
    """Nothing can be signed any more that was cancelled, nor where it was moved away from."""
    for index, document_id in enumerate(village.document_ids):
        document = village.document(index)
        for place in village.places:
            row = place.terminal.documents.row(document_id)
            if row is None or row.state is not DocumentState.DUE:
                continue
            mine = place.terminal.enrolment().grant.kiosk_id
            assert document.state is State.DUE, (index, document.state)
            assert document.kiosk_id == mine, index
