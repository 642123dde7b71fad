"""The end of a document: after 14 days nothing of it is left but its hash."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from office.application import create_app
from office.destruction import destroy_document
from office.development import keep_message, sample_messages
from office.documents import Document
from office.downloads import fetch_by_link, fetch_by_message_link
from office.errors import NotFound, Refused
from office.following import resend_message
from office.head_office import HeadOffice
from office.history import Actor
from office.lifecycle import State
from office.settings import Settings
from office.work import housekeeping
from sync.records import EventKind
from tests.office.town_hall import (
    CLIENT,
    Clock,
    Letterbox,
    People,
    TestKiosk,
    document_of,
    due_document,
    kinds,
)
from verifier.document import verify_pdf
from verifier.verdict import Outcome


@pytest.fixture
def final(tmp_path: Path) -> list[bytes]:
    return []


@pytest.fixture
def completed(
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    clock: Clock,
    letterbox: Letterbox,
    tmp_path: Path,
    final: list[bytes],
) -> Document:
    document = due_document(office, people, kiosk, pdf, clock(), contact="lukasz@example.com")
    final.append(kiosk.sign(document, tmp_path, proved=True))
    kiosk.report(kiosk.deliver(document, final[0]))
    letterbox.run(office, clock())
    return document_of(office, document.id)


def link(letterbox: Letterbox) -> str:
    return letterbox.messages[-1].text.partition("/d/")[2].split()[0]


def test_the_link_gives_the_final_file_and_counts(
    office: HeadOffice, completed: Document, letterbox: Letterbox, final: list[bytes], clock: Clock
) -> None:
    for _ in range(2):
        document, data = fetch_by_link(office, link(letterbox), clock())
        assert (document.id, data) == (completed.id, final[0])
    assert kinds(office, completed.id).count("downloaded") == 2
    assert fetch_by_message_link(office, completed, clock())[1] == final[0]


def test_a_guessed_link_leads_nowhere(
    office: HeadOffice, completed: Document, clock: Clock
) -> None:
    with pytest.raises(NotFound) as refusal:
        fetch_by_link(office, "AAAAAAAAAAAAAAAAAAAAAA", clock())
    assert refusal.value.code == "link_gone"


def test_the_token_of_a_link_is_in_no_file(
    office: HeadOffice, completed: Document, letterbox: Letterbox, settings: Settings
) -> None:
    office.database.forget_deleted()
    for path in settings.data_folder.rglob("*"):
        if path.is_file():
            assert link(letterbox).encode() not in path.read_bytes(), path


def test_after_fourteen_days_everything_is_gone_but_the_hash(
    office: HeadOffice,
    kiosk: TestKiosk,
    completed: Document,
    letterbox: Letterbox,
    settings: Settings,
    final: list[bytes],
    clock: Clock,
) -> None:
    clock.forward(days=13, hours=23)
    letterbox.run(office, clock())
    assert document_of(office, completed.id).state is State.COMPLETED
    clock.forward(hours=1)
    letterbox.run(office, clock())
    destroyed = document_of(office, completed.id)
    assert destroyed.state is State.DESTROYED
    assert destroyed.final_sha256 == completed.final_sha256
    assert kinds(office, completed.id)[-1] == "destroyed"
    with pytest.raises(NotFound):
        fetch_by_link(office, link(letterbox), clock())
    assert not [path for path in (settings.data_folder / "blobs").rglob("*") if path.is_file()]
    for path in settings.data_folder.rglob("office.sqlite3*"):
        data = path.read_bytes()
        for personal in (CLIENT, "lukasz@example.com", "Umowa najmu lokalu"):
            assert personal.encode() not in data, (path.name, personal)
            assert personal.encode("ascii", "backslashreplace") not in data, (path.name, personal)
    records = [row.record for row in kiosk.ledger.rows_after(kiosk.id, 0, 10)]
    assert [record.KIND for record in records] == ["document_withdrawn"]
    # the client's own copy still verifies
    from office.trust import refresh_if_old, trust_list

    refresh_if_old(office, clock())
    with office.database.read() as connection:
        verdict = verify_pdf(final[0], trust_list(office, connection), clock())
    assert verdict.outcome is Outcome.GENUINE


def test_destroying_twice_is_harmless(
    office: HeadOffice, completed: Document, clock: Clock
) -> None:
    assert destroy_document(office, completed.id, clock())
    assert destroy_document(office, completed.id, clock())
    assert kinds(office, completed.id).count("destroyed") == 1


def test_a_document_in_conflict_is_not_destroyed(
    office: HeadOffice,
    kiosk: TestKiosk,
    completed: Document,
    letterbox: Letterbox,
    clock: Clock,
    tmp_path: Path,
    final: list[bytes],
) -> None:
    source = tmp_path / "again.pdf"
    source.write_bytes(final[0])
    kiosk.report(kiosk.deliver(completed, final[0] + b"\n% another copy\n"))
    assert document_of(office, completed.id).state is State.CONFLICT
    clock.forward(days=30)
    letterbox.run(office, clock())
    assert document_of(office, completed.id).state is State.CONFLICT
    assert kinds(office, completed.id)[-1] == "destruction_held"


def test_sample_messages_of_a_destroyed_document_go_with_it(
    office: HeadOffice, completed: Document, letterbox: Letterbox, clock: Clock
) -> None:
    for number, message in enumerate(letterbox.messages):
        text = f"{message.subject} {message.text}"
        keep_message(office, clock(), "email", message.to, f"{number}", text, message.html)
    keep_message(office, clock(), "sms", "+48600100200", "", "about something else", "")
    destroy_document(office, completed.id, clock())
    assert [message.text for message in sample_messages(office)] == ["about something else"]


def test_a_copy_that_comes_after_destruction_is_not_kept_anywhere(
    office: HeadOffice,
    kiosk: TestKiosk,
    completed: Document,
    settings: Settings,
    final: list[bytes],
    clock: Clock,
) -> None:
    destroy_document(office, completed.id, clock())
    kiosk.report(kiosk.deliver(completed, final[0] + b"\n% another copy\n"))
    assert kinds(office, completed.id)[-1] == "copy_after_destruction"
    assert not [path for path in (settings.data_folder / "blobs").rglob("*") if path.is_file()]


def test_objects_that_a_crash_left_are_swept_within_hours(
    office: HeadOffice, completed: Document, settings: Settings, clock: Clock
) -> None:
    with office.database.write() as connection:
        left = office.blobs.shred(connection, completed.id)
    assert left
    housekeeping(office, datetime.now(UTC) + timedelta(hours=2))  # as the files' own times
    assert not [path for path in (settings.data_folder / "blobs").rglob("*") if path.is_file()]


def test_a_completed_document_that_went_into_quarantine_is_not_delivered(
    office: HeadOffice,
    kiosk: TestKiosk,
    completed: Document,
    letterbox: Letterbox,
    clock: Clock,
) -> None:
    kiosk.report(
        kiosk.event(EventKind.CODE_ACCEPTED, completed.id, counter=123456789, generation=1)
    )
    quarantined = document_of(office, completed.id)
    assert (quarantined.state, quarantined.quarantined) == (State.COMPLETED, True)
    with pytest.raises(NotFound):
        fetch_by_link(office, link(letterbox), clock())
    with pytest.raises(NotFound):
        fetch_by_message_link(office, quarantined, clock())
    with pytest.raises(Refused) as refusal:
        resend_message(office, completed.id, Actor(), clock())
    assert refusal.value.code == "nothing_to_send"
    assert "downloaded" not in kinds(office, completed.id)


def test_a_mail_program_that_looks_first_is_no_download(
    office: HeadOffice, completed: Document, letterbox: Letterbox, clock: Clock
) -> None:
    visitor = create_app(office, clock).test_client()
    for path in (f"/d/{link(letterbox)}", f"/m/{office.keyring.message_link(completed.id)}/pdf"):
        assert visitor.head(path).status_code == 200
        assert "downloaded" not in kinds(office, completed.id)
    for path in (f"/d/{link(letterbox)}", f"/m/{office.keyring.message_link(completed.id)}/pdf"):
        assert visitor.get(path).mimetype == "application/pdf"
    assert kinds(office, completed.id).count("downloaded") == 2
