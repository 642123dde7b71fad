"""What each kind of job does, and the round that does it: the office's clockwork.

`tick` is called every second by the scheduler of `python -m office serve`, and by tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from office import (
    decision_mail,
    destruction,
    downloads,
    due,
    ending_mail,
    limits,
    long_keeping,
    renewal,
    staff_mail,
    time_service,
    trust,
)
from office.delivery.mail import SmtpSender
from office.delivery.sender import Senders, send
from office.delivery.sms_gateway import HttpSmsSender
from office.director_desk import director_code_key
from office.documents import find_document
from office.endings import renew_trust_root
from office.head_office import HeadOffice
from office.history import Actor, record
from office.jobs import Handler, Job, JobKind, run_due_jobs
from office.lifecycle import State
from office.messages import MessageKind, message_to_client, message_to_director
from office.people import find_person
from office.uploads import Uploads
from signing.challenges import answer_text, challenge_of_number
from signing.codes import EPOCH, STEP, VALID_STEPS, code_text
from signing.shown_challenge import shown_challenge

__all__ = ["configured_senders", "handlers", "housekeeping", "tick"]

ABANDONED_UPLOAD = timedelta(days=7)  # a kiosk that comes back later starts the file afresh

_FITTING = {
    MessageKind.DIRECTOR_WAITING: {State.SENT},
    MessageKind.CLIENT_INVITED: {State.DUE},
    MessageKind.CLIENT_COMPLETED: {State.COMPLETED, State.CONFLICT},
}
"""States in which a message still says the truth when it is sent at last."""


def configured_senders(office: HeadOffice) -> Senders:
    """Return the gateways that the settings name."""
    settings = office.settings
    senders: dict[str, SmtpSender | HttpSmsSender] = {}
    if settings.smtp_host:
        senders["email"] = SmtpSender(settings)
    if settings.sms_url:
        senders["sms"] = HttpSmsSender(settings)
    return senders


def tick(office: HeadOffice, senders: Senders, now: datetime) -> int:
    """Expire what is late and run the job that is due first.

    Returns:
        How many jobs were taken: 1, or 0 when none was due.
    """
    destruction.expire_documents(office, now)
    return run_due_jobs(office.database, handlers(office, senders), now)


def housekeeping(office: HeadOffice, now: datetime) -> None:
    """What is done at start and every hour: a fresh trust list, no forgotten files."""
    renewal.ask_where_due(office, now)
    renew_trust_root(office, now)
    time_service.announce_keys(office, now)
    trust.refresh_if_old(office, now)
    ending_mail.enqueue_endings(office, now)
    long_keeping.enqueue_missing(office, now)
    office.blobs.sweep(office.database, now)
    with office.database.write() as connection:
        objects = Uploads(office).discard_abandoned(connection, now - ABANDONED_UPLOAD)
        limits.forget_old(connection, now)
    office.blobs.remove(objects)


def handlers(office: HeadOffice, senders: Senders) -> Mapping[JobKind, Handler]:
    """Return what does each kind of job."""

    def message(job: Job, now: datetime) -> None:
        _send_message(office, senders, job, now)

    def code(job: Job, now: datetime) -> None:
        _send_code(office, senders, job, now)

    def director_code(job: Job, now: datetime) -> None:
        _send_director_code(office, senders, job, now)

    def endings(job: Job, _now: datetime) -> None:
        ending_mail.send_endings(office, senders, job)

    def decision(job: Job, _now: datetime) -> None:
        decision_mail.send_question(office, senders, job)

    def staff_invited(job: Job, _now: datetime) -> None:
        staff_mail.send_invitation(office, senders, job)

    def destroy(job: Job, now: datetime) -> None:
        destruction.destroy_document(office, job.document_id or "", now)

    return {
        JobKind.MESSAGE: message,
        JobKind.CODE: code,
        JobKind.DIRECTOR_CODE: director_code,
        JobKind.ENDINGS: endings,
        JobKind.DECISION: decision,
        JobKind.STAFF_INVITED: staff_invited,
        JobKind.DESTROY: destroy,
    }


def _send_message(office: HeadOffice, senders: Senders, job: Job, now: datetime) -> None:
    kind = MessageKind(job.payload["message"])
    key = f"{kind.value}:{job.id}"
    with office.database.read() as connection:
        document = find_document(connection, job.document_id or "")
        director = find_person(connection, document.director_id)
    client = document.clients[int(job.payload.get("place", 0))]
    if document.state not in _FITTING[kind] or document.quarantined:
        return
    if kind is MessageKind.DIRECTOR_WAITING:
        outgoing = message_to_director(
            office, director, kind, key, number=document.number, title=document.title
        )
    elif kind is MessageKind.CLIENT_COMPLETED:
        link = downloads.link_of(office, job.payload["download"])
        outgoing = message_to_client(
            office, document, client, kind, key, link=link, keep_until=document.keep_until
        )
    elif client not in document.here or job.payload.get("kiosk", client.kiosk_id) != (
        client.kiosk_id
    ):  # signed meanwhile, or somewhere else
        return
    else:
        before = "" if client == document.client else document.client.name
        outgoing = message_to_client(office, document, client, kind, key, before=before)
    send(senders, outgoing)
    with office.database.write() as connection:
        record(
            connection, now, "message_sent", Actor(), document.id,
            message=kind.value, channel=outgoing.channel, **_whom(job),
        )  # fmt: skip


def _send_code(office: HeadOffice, senders: Senders, job: Job, now: datetime) -> None:
    generation, counter = int(job.payload["generation"]), int(job.payload["counter"])
    with office.database.read() as connection:
        document = find_document(connection, job.document_id or "")
    client = document.clients[int(job.payload.get("place", 0))]
    late = client not in document.here or client.code_generation != generation
    if document.state is not State.DUE or late:
        return
    key = due.code_key(office, document, client, generation)
    challenge = challenge_of_number(counter)
    text = code_text(key, counter) if challenge is None else answer_text(key, challenge)
    outgoing = message_to_client(
        office,
        document,
        client,
        MessageKind.CLIENT_CODE,
        f"code:{document.id}:{client.place}:{generation}:{counter}",
        code=_shown(text),
        expires_at=None if challenge else _expiry(counter),
        challenge=shown_challenge(challenge) if challenge else "",
    )
    send(senders, outgoing)
    with office.database.write() as connection:
        record(
            connection, now, "message_sent", Actor(), document.id,
            message="client_code", channel=outgoing.channel, client=client.place,
        )  # fmt: skip


def _send_director_code(office: HeadOffice, senders: Senders, job: Job, _now: datetime) -> None:
    payload = job.payload
    with office.database.read() as connection:
        person = find_person(connection, payload["person"])
    key = director_code_key(office, person.id, payload["digest"], int(payload["generation"]))
    outgoing = message_to_director(
        office,
        person,
        MessageKind.DIRECTOR_CODE,
        f"director_code:{person.id}:{payload['generation']}:{payload['counter']}",
        code=_shown(code_text(key, int(payload["counter"]))),
        expires_at=_expiry(int(payload["counter"])),
        documents=int(payload["documents"]),
    )
    send(senders, outgoing)


def _whom(job: Job) -> dict[str, int]:
    """Which client a message is for, as the history says it."""
    return {"client": int(job.payload["place"])} if "place" in job.payload else {}


def _shown(digits: str) -> str:
    return f"{digits[:4]} {digits[4:]}"


def _expiry(counter: int) -> datetime:
    return EPOCH + (counter + VALID_STEPS) * STEP
