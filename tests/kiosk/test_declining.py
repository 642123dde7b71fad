"""A document that its client does not sign ends at the kiosk, and head office hears why."""

from __future__ import annotations

import pytest

from kiosk.application import Parts
from kiosk.documents import DocumentState
from signing.ceremony.declining import DeclineReason
from signing.ceremony.desk import DeskRefused, PictureKind
from sync.records import EventKind
from tests.kiosk.client import arrive, prove_identity, seal
from tests.kiosk.company import Company


def test_a_declined_document_ends_here_and_the_journal_says_why(
    kiosk: Parts, company: Company
) -> None:
    record = arrive(kiosk, company)
    prove_identity(kiosk, company, record)
    kiosk.desk.save_picture(record.document_id, PictureKind.STAMP, b"picture")
    before = {path.name for path in kiosk.terminal.settings.documents_folder.iterdir()}
    kiosk.desk.decline(record.document_id, DeclineReason.CONTENT)
    row = kiosk.terminal.documents.row(record.document_id)
    assert row is not None
    assert (row.state, row.reason) == (DocumentState.WITHDRAWN, "declined")
    assert kiosk.terminal.documents.record(record.document_id) is None
    assert kiosk.desk.load(record.document_id) is None
    assert len(before) == 2
    assert list(kiosk.terminal.settings.documents_folder.iterdir()) == []
    told = kiosk.terminal.journal.waiting(100)[-2:]
    assert [event.kind for event in told] == [EventKind.DECLINED, EventKind.DOCUMENT_ERASED]
    assert told[0].body == {"reason": "content", "client_index": 0}
    with pytest.raises(DeskRefused) as refused:
        kiosk.desk.document(record.document_id)
    assert refused.value.code == "declined"


def test_without_a_code_nobody_declines_and_nothing_changes(kiosk: Parts, company: Company) -> None:
    record = arrive(kiosk, company)
    waiting = kiosk.terminal.journal.count_waiting()
    with pytest.raises(DeskRefused) as refused:
        kiosk.desk.decline(record.document_id, DeclineReason.OTHER)
    assert refused.value.code == "code_needed"
    assert kiosk.terminal.journal.count_waiting() == waiting
    assert kiosk.desk.document(record.document_id).title == record.title


def test_a_signed_document_cannot_be_declined(kiosk: Parts, company: Company) -> None:
    record = arrive(kiosk, company)
    prove_identity(kiosk, company, record)
    seal(kiosk, record)
    waiting = kiosk.terminal.journal.count_waiting()
    with pytest.raises(DeskRefused):
        kiosk.desk.decline(record.document_id, DeclineReason.OTHER)
    assert kiosk.terminal.journal.count_waiting() == waiting
    assert kiosk.desk.sealed_pdf(record.document_id)
