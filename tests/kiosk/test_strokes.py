"""How a signature was drawn: kept for head office alone, and only where it asked for that."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest

from kiosk.application import Parts
from signing.ceremony.consent import STROKES_CONSENT_VERSION, consent_version
from signing.ceremony.declining import DeclineReason
from signing.ceremony.given_mark import drawn, given_mark
from signing.ink import trace_of
from signing.ink_samples import Ink
from signing.marks import ClientAnswers, DrawnMark
from sync.records import DocumentDue, EventKind
from sync.sealed_box import box_info, open_box
from tests.kiosk.client import EVIDENCE, answers, arrive, progress_of, prove_identity
from tests.kiosk.company import Company
from tests.samples.hand import drawn_signature


def told_apart() -> Ink:
    """A drawing whose times and pressures look like nothing else in a database."""
    ink = drawn_signature()
    strokes = tuple(
        tuple(
            replace(one, t_ms=one.t_ms + 1_000_000.25, pressure=round(one.pressure + 0.00012, 5))
            for one in stroke
        )
        for stroke in ink.strokes
    )
    return replace(ink, strokes=strokes)


INK = told_apart()


def draw(kiosk: Parts, company: Company, *, wanted: bool) -> DocumentDue:
    """Somebody draws a signature at a kiosk where that is recorded, or not."""
    company.ledger.strokes_wanted = wanted
    record = arrive(kiosk, company)
    prove_identity(kiosk, company, record)
    mark = drawn(INK, kiosk.desk.sealed_strokes(record.document_id, INK))
    kiosk.desk.save(replace(progress_of(record, kiosk.desk.now()), mark=mark))
    return record


def sign(kiosk: Parts, record: DocumentDue) -> None:
    progress = kiosk.desk.load(record.document_id)
    assert progress is not None
    mark = given_mark(kiosk.desk, progress)
    given = ClientAnswers(answers().values, None, mark)
    kiosk.desk.seal(record.document_id, given, EVIDENCE)


def everything_written(kiosk: Parts) -> str:
    """All that the kiosk's database holds, in the clear."""
    store = kiosk.terminal.store
    tables = store.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
    return "\n".join(
        str([repr(value) for row in store.rows(f"SELECT * FROM {name}") for value in row])  # noqa: S608
        for (name,) in tables
    )


def opened(company: Company, record: DocumentDue, box: bytes) -> Ink:
    info = box_info("kiosk-1", "strokes", f"{record.document_id}/{record.signer_id}")
    return Ink.from_json(open_box(company.office_box, box, info))


def kinds(kiosk: Parts) -> list[str]:
    rows = kiosk.terminal.store.rows("SELECT body FROM event ORDER BY sequence")
    return [json.loads(body)["kind"] for (body,) in rows]


@pytest.mark.parametrize("wanted", [False, True])
def test_neither_time_nor_pressure_is_ever_written_in_the_clear(
    kiosk: Parts, company: Company, wanted: bool
) -> None:
    record = draw(kiosk, company, wanted=wanted)
    before = everything_written(kiosk)
    sign(kiosk, record)
    kiosk.head_office.exchange()
    written = before + everything_written(kiosk) + repr(company.ledger.kiosks["kiosk-1"].events)
    seen = trace_of(INK).strokes[0][40]
    assert f"[{seen.x}, {seen.y}, {seen.width}]" in before, "the line itself is kept until then"
    for point in (point for stroke in INK.strokes for point in stroke):
        assert str(point.t_ms) not in written
        assert str(point.pressure) not in written
    assert (EventKind.STROKES_SEALED in kinds(kiosk)) is wanted
    assert ("strokes_sealed" in written) is wanted


def test_a_drawing_waits_sealed_and_reaches_head_office_whole(
    kiosk: Parts, company: Company
) -> None:
    record = draw(kiosk, company, wanted=True)
    progress = kiosk.desk.load(record.document_id)
    assert progress is not None
    assert progress.mark is not None
    box = base64.b64decode(progress.mark["strokes"])
    assert opened(company, record, box) == INK
    mark = given_mark(kiosk.desk, progress)
    assert mark == DrawnMark(trace_of(INK), box)
    assert consent_version(mark) == STROKES_CONSENT_VERSION
    sign(kiosk, record)
    queued = kiosk.terminal.device_store.queue_lengths()[0]
    kiosk.head_office.exchange()
    books = company.ledger.kiosks["kiosk-1"]
    (event,) = [one for one in books.events if one.kind is EventKind.STROKES_SEALED]
    assert queued == 2
    assert books.blobs[str(event.body["strokes_sha256"])] == box
    assert event.body["client_index"] == 0
    assert kiosk.terminal.store.row("SELECT count(*) FROM strokes") == (0,)


@pytest.mark.parametrize("cut", ["blob", "event"])
def test_a_drawing_stays_until_both_it_and_its_event_arrived(
    kiosk: Parts, company: Company, cut: str
) -> None:
    sign(kiosk, draw(kiosk, company, wanted=True))
    books = kiosk.terminal.device_store
    if cut == "event":
        books.acknowledge_blob(books.outbox_blobs()[0].sha256)
    else:
        books.acknowledge_events(100)
    assert kiosk.terminal.store.row("SELECT count(*) FROM strokes") == (1,)
    kiosk.head_office.exchange()


def test_switched_off_meanwhile_nothing_of_an_unsigned_drawing_stays(
    kiosk: Parts, company: Company
) -> None:
    record = draw(kiosk, company, wanted=True)
    company.ledger.strokes_wanted = False
    kiosk.head_office.exchange()
    progress = kiosk.desk.load(record.document_id)
    assert progress is not None
    assert progress.mark is not None
    assert set(progress.mark) == {"kind", "trace"}
    sign(kiosk, record)
    assert EventKind.STROKES_SEALED not in kinds(kiosk)


def test_nothing_is_recorded_before_head_office_named_its_key(
    kiosk: Parts, company: Company
) -> None:
    company.ledger.strokes_wanted = True
    record = arrive(kiosk, company)
    kiosk.terminal.device_store.keep_office_box_key(b"")
    assert not kiosk.desk.records_strokes
    assert kiosk.desk.sealed_strokes(record.document_id, INK) == b""


def test_declining_leaves_nothing_of_a_drawing(kiosk: Parts, company: Company) -> None:
    record = draw(kiosk, company, wanted=True)
    kiosk.desk.decline(record.document_id, DeclineReason.OTHER)
    assert "strokes" not in "".join(
        str(row) for row in kiosk.terminal.store.rows("SELECT * FROM progress")
    )
    assert kiosk.terminal.store.row("SELECT count(*) FROM strokes") == (0,)
