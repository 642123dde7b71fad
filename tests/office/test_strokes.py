"""How clients drew their signatures, at head office: off, kept, opened, destroyed."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import select

from office import strokes, tables
from office.command_line import main
from office.documents import Document
from office.errors import NotAllowed, NotFound, OfficeError
from office.head_office import HeadOffice
from office.history import Actor
from office.lifecycle import State
from office.settings import Settings
from office.strokes import OpeningReason
from office.work import housekeeping
from signing.ink_samples import Ink
from sync.records import EventKind
from sync.sealed_box import box_info, seal_box
from tests.office.town_hall import (
    PASSWORD,
    Clock,
    Letterbox,
    People,
    TestKiosk,
    document_of,
    due_document,
    kinds,
)
from tests.samples.hand import drawn_signature


@pytest.fixture
def due(office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock) -> Document:
    return due_document(office, people, kiosk, pdf, clock())


def send(kiosk: TestKiosk, document: Document, box: bytes, place: int = 0) -> None:
    """A kiosk has this of a client's drawing."""
    name = sha256(box).hexdigest()
    kiosk.ledger.store_blob(kiosk.id, name, box)
    body: dict[str, str | int] = {
        "strokes_sha256": name,
        "strokes_bytes": len(box),
        "client_index": place,
    }
    assert kiosk.report(kiosk.event(EventKind.STROKES_SEALED, document.id, **body))


def sealed(office: HeadOffice, kiosk: TestKiosk, document: Document, content: bytes = b"") -> bytes:
    key = office.keyring.box_key().public_key().public_bytes_raw()
    signer = document.clients[0].signer_id
    info = box_info(kiosk.id, "strokes", f"{document.id}/{signer}")
    return seal_box(key, content or drawn_signature().to_json().encode(), info)


def kept(office: HeadOffice) -> int:
    with office.database.read() as connection:
        query = select(tables.blobs.c.id).where(tables.blobs.c.kind == "strokes")
        return len(connection.execute(query).all())


def test_it_is_off_until_an_administrator_says_so(
    office: HeadOffice, kiosk: TestKiosk, clock: Clock, people: People
) -> None:
    assert not kiosk.ledger.records_strokes()
    for wanted in (True, True, False):
        strokes.set_recording(office, wanted, Actor(people.administrator.id), clock())
        assert kiosk.ledger.records_strokes() is wanted
    with office.database.read() as connection:
        said = connection.execute(select(tables.events.c.kind)).scalars().all()
    assert [one for one in said if one.startswith("strokes_")] == ["strokes_on", "strokes_off"]


def test_what_came_is_opened_by_an_administrator_and_the_journal_says_so(
    office: HeadOffice, people: People, kiosk: TestKiosk, due: Document, clock: Clock
) -> None:
    strokes.set_recording(office, True, Actor(), clock())
    send(kiosk, due, sealed(office, kiosk, due))
    reason = OpeningReason.DISPUTE
    for other in (people.operator, people.director):
        with pytest.raises(NotAllowed):
            strokes.open_strokes(office, due.id, 0, other, reason, clock())
    with pytest.raises(NotFound):
        strokes.open_strokes(office, due.id, 1, people.administrator, reason, clock())
    assert kinds(office, due.id)[-1] == "strokes_kept"
    found = strokes.open_strokes(office, due.id, 0, people.administrator, reason, clock())
    assert found == drawn_signature()
    with office.database.read() as connection:
        event = connection.execute(
            select(tables.events).where(tables.events.c.kind == "strokes_opened")
        ).one()
    assert event.person_id == people.administrator.id
    assert event.body == {"client": 0, "reason": "dispute"}


@pytest.mark.parametrize("spoiled", ["content", "bytes"])
def test_what_cannot_be_opened_is_said_without_a_trace_of_an_error(
    office: HeadOffice, people: People, kiosk: TestKiosk, due: Document, clock: Clock, spoiled: str
) -> None:
    strokes.set_recording(office, True, Actor(), clock())
    box = sealed(office, kiosk, due, b"[]") if spoiled == "content" else bytes(100)
    send(kiosk, due, box)
    with pytest.raises(OfficeError, match="cannot be opened"):
        strokes.open_strokes(office, due.id, 0, people.administrator, OpeningReason.CLIENT, clock())


@pytest.mark.parametrize("why", ["off", "nobody", "huge", "empty"])
def test_what_is_not_wanted_is_not_kept(
    office: HeadOffice,
    kiosk: TestKiosk,
    due: Document,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    why: str,
) -> None:
    strokes.set_recording(office, why != "off", Actor(), clock())
    monkeypatch.setattr(strokes, "MAX_BOX_BYTES", 100 if why == "huge" else strokes.MAX_BOX_BYTES)
    box = b"x" * 40 if why == "empty" else sealed(office, kiosk, due)
    send(kiosk, due, box, place=3 if why == "nobody" else 0)
    assert kept(office) == 0
    assert kinds(office, due.id)[-1] == "strokes_dropped"
    with office.database.read() as connection:
        assert connection.execute(select(tables.uploads)).first() is None


def test_it_is_destroyed_with_its_document(
    office: HeadOffice,
    kiosk: TestKiosk,
    due: Document,
    clock: Clock,
    letterbox: Letterbox,
    tmp_path: Path,
    people: People,
) -> None:
    strokes.set_recording(office, True, Actor(), clock())
    kiosk.report(kiosk.deliver(due, kiosk.sign(due, tmp_path, proved=True)))
    send(kiosk, due, sealed(office, kiosk, due))
    assert kept(office) == 1
    clock.forward(days=15)
    housekeeping(office, clock())
    letterbox.run(office, clock())
    assert document_of(office, due.id).state is State.DESTROYED
    assert kept(office) == 0
    with pytest.raises(NotFound):
        strokes.open_strokes(
            office, due.id, 0, people.administrator, OpeningReason.AUTHORITY, clock()
        )
    send(kiosk, due, sealed(office, kiosk, replace(due)))
    assert kept(office) == 0, "a late one is not kept either"


def test_the_command_opens_one_for_who_knows_an_administrators_password(
    office: HeadOffice,
    kiosk: TestKiosk,
    due: Document,
    clock: Clock,
    people: People,
    tmp_path: Path,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = ["--data", str(settings.data_folder)]
    assert main(["strokes", "record", *folder]) == 0
    assert main(["strokes", "record", "--set", "on", *folder]) == 0
    assert capsys.readouterr().out.split() == ["off", "on"]
    send(kiosk, due, sealed(office, kiosk, due))
    target = tmp_path / "strokes.json"
    asked = ["strokes", "open", *folder, "--document", due.id, "--reason", "dispute"]
    asked += ["--out", str(target), "--by", people.administrator.email]
    monkeypatch.setenv("SYGNET_OFFICE_PASSWORD", "not the password")
    assert main(asked) == 1
    assert not target.exists()
    monkeypatch.setenv("SYGNET_OFFICE_PASSWORD", PASSWORD)
    assert main(asked) == 0
    assert Ink.from_json(target.read_bytes()) == drawn_signature()
    assert main(asked) == 1, "no file is written over"
