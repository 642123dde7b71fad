"""A client who knows what to do, straight at the desk, without screens."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from kiosk.application import Parts
from signing.ceremony.progress import Progress, Step
from signing.certificate_facts import EvidenceSummary
from signing.codes import CodeOutcome
from signing.completion import Sealed
from signing.handwriting import Typeface
from signing.marks import ClientAnswers, TypedMark
from sync.records import DocumentDue
from tests.kiosk.company import CLIENT, Company

EVIDENCE = EvidenceSummary(2, 2, 95, "2026-1", "pl")
CITY = "Gdynia-Chylonia"


def answers() -> ClientAnswers:
    """What the client of `company.plan_for` gives."""
    return ClientAnswers({"city": CITY, "phone": ""}, None, TypedMark(CLIENT, Typeface.CAVEAT))


def arrive(kiosk: Parts, company: Company, number: int = 1) -> DocumentDue:
    """A document is sent to the kiosk and comes there."""
    record = company.send(number)
    kiosk.head_office.exchange()
    return record


def progress_of(record: DocumentDue, now: datetime) -> Progress:
    """A client who has done everything but sign."""
    return replace(
        Progress(record.document_id, ceremony_id="c" * 32),
        step=Step.REVIEW,
        code_ok_at=now,
        pages_seen={1: 30.0, 2: 65.0},
        values={"city": CITY, "phone": ""},
    )


def prove_identity(kiosk: Parts, company: Company, record: DocumentDue) -> None:
    """The client types the code from the message and goes through the screens."""
    now = kiosk.desk.now()
    code = company.code(record, now).text
    assert kiosk.desk.check_code(record.document_id, code).outcome is CodeOutcome.ACCEPTED
    kiosk.desk.save(progress_of(record, now))


def sign(kiosk: Parts, company: Company, record: DocumentDue) -> Sealed:
    """The whole of it."""
    prove_identity(kiosk, company, record)
    return seal(kiosk, record)


def seal(kiosk: Parts, record: DocumentDue) -> Sealed:
    """The last tap, of the only client."""
    done = kiosk.desk.seal(record.document_id, answers(), EVIDENCE)
    assert isinstance(done, Sealed)
    return done
