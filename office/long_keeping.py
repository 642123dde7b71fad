"""Evidence for long keeping of final files: added once, renewed before it runs out (PAdES B-LTA).

Every document that is completed has one job of this kind for as long as head office has its file.
The job notes the levels of its signatures; with a time-stamping service it appends certificates,
revocation lists and a time-stamp over the whole (`signing.long_life`), runs the verifier on the
result, and comes back before the certificate of that time-stamp ends. The file as it was accepted
stays; what people are given is the longer one (docs/long-life.md).
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from sqlalchemy import Connection, literal, select

from office import tables, trust
from office.authorities import certificates_of
from office.authority_lists import fetched_lists, own_lists
from office.documents import Document, find_document
from office.errors import NotFound, OfficeError
from office.head_office import HeadOffice
from office.history import Actor, record
from office.jobs import Job, JobKind, NotYet, enqueue, run_due_jobs
from office.keeping_book import (
    job_key,
    leave_out_evidence,
    longest_file,
    note_kept,
    note_levels,
    note_renewal,
    noted,
)
from office.lifecycle import State
from office.root_apart import between_roots
from office.time_service import TimeService, holder_of, usable_service
from signing.errors import SigningError
from signing.long_life import Evidence, extend, renewal_due
from signing.signature_facts import FileFacts, read_facts
from verifier.document import verify_pdf
from verifier.trust_list import KeyRole
from verifier.verdict import Outcome

__all__ = ["enqueue_keeping", "enqueue_missing", "keeping_round", "lengthen"]

CHECK_AGAIN: Final = timedelta(hours=1)
"""How soon a file is looked at again that cannot be kept: no service is configured."""
PATIENT_TRIES: Final = 8
"""So often (about ten minutes) a list of others is waited for; then the file goes without it."""

_WITH_A_FILE: Final = frozenset({State.COMPLETED, State.CONFLICT})
_LOG = logging.getLogger(__name__)


def enqueue_keeping(connection: Connection, document_id: str, now: datetime) -> None:
    """Let a completed document's file be kept; once, in the caller's transaction."""
    key = job_key(document_id)
    enqueue(connection, JobKind.KEEP, key, {}, now, document_id=document_id)


def enqueue_missing(office: HeadOffice, now: datetime) -> int:
    """Let every final file be kept that has no job for it: those of earlier versions.

    Returns:
        How many.
    """
    documents, jobs = tables.documents, tables.jobs
    has_job = select(jobs.c.id).where(jobs.c.unique_key == literal("keep:") + documents.c.id)
    query = select(documents.c.id).where(
        documents.c.final_sha256.is_not(None),
        documents.c.state.in_([state.value for state in _WITH_A_FILE]),
        ~has_job.exists(),
    )
    with office.database.read() as connection:
        missing = [str(row[0]) for row in connection.execute(query)]
    if missing:
        with office.database.write() as connection:
            for document_id in missing:
                enqueue_keeping(connection, document_id, now)
    return len(missing)


def keeping_round(office: HeadOffice, now: datetime) -> int:
    """Run the keep job that is due first; apart from the other jobs, since a service may be slow.

    Returns:
        How many were run: 1, or 0 when none was due.
    """

    def keep(job: Job, at: datetime) -> datetime | None:
        return _keep(office, job, at)

    return run_due_jobs(office.database, {JobKind.KEEP: keep}, now)


def _keep(office: HeadOffice, job: Job, now: datetime) -> datetime | None:
    """Do what a final file needs now, and say when to look at it again."""
    with office.database.read() as connection:
        try:
            document = find_document(connection, job.document_id or "")
        except NotFound:
            return None
        if document.state is State.DESTROYED or not document.final_sha256:
            return None
        row = noted(connection, document)
    if row is not None and row.renew_at is not None and now < row.renew_at:
        due: datetime = row.renew_at
        return due
    if row is not None and row.stamps and row.renew_at is None:  # a service's key was revoked
        return _look_again(office, document, row, now)
    service = usable_service(office, now)
    if row is not None and service is None:
        return now + CHECK_AGAIN
    ends = None if row is None else row.certificate_ends
    if service is not None and ends is not None:
        _need_longer_certificate(service, ends)
    with office.database.read() as connection:
        data = longest_file(office, connection, document)
    with tempfile.TemporaryDirectory(dir=office.work_folder) as folder:
        source, target = Path(folder) / "final.pdf", Path(folder) / "kept.pdf"
        source.write_bytes(data)
        if row is None:
            facts = _facts(source)
            with office.database.write() as connection:
                note_levels(connection, document, facts)
        if service is None:
            return now + CHECK_AGAIN
        lengthen(office, source, target, service, now, job.tries)
        return _store(office, document, target, ends, now)


def _look_again(office: HeadOffice, document: Document, row: Any, now: datetime) -> datetime:
    """Keep evidence that still proves something; leave other evidence out, to be made anew."""
    with office.database.read() as connection:
        data = longest_file(office, connection, document)
        trusted = trust.trust_list(office, connection)
    proves = verify_pdf(data, trusted, now).has("long_life_only")
    left: list[str] = []
    with office.database.write() as connection:
        if proves:
            renew_at = renewal_due(row.stamped_at, row.certificate_ends)
            note_renewal(connection, document, renew_at)
        else:
            renew_at = now
            leave_out_evidence(connection, document)
            left = office.blobs.supersede(connection, document.id, "kept", "")
            record(connection, now, "evidence_left_out", Actor(), document.id)
    office.blobs.remove(left)
    return renew_at


def _facts(path: Path) -> FileFacts:
    try:
        return read_facts(path)
    except SigningError as error:
        raise OfficeError(error.code, error.sentence, error.next_step) from error


def lengthen(
    office: HeadOffice,
    source: Path,
    target: Path,
    service: TimeService,
    now: datetime,
    tries: int = PATIENT_TRIES,
) -> None:
    """Write a genuine file with more evidence, and refuse it unless it is genuine still.

    Args:
        office: the head office.
        source: the file as it is.
        target: where the longer one goes.
        service: who time-stamps it.
        now: the time.
        tries: how often it was tried; at first a list of others that is missing is waited for.

    Raises:
        OfficeError: what the service or the lists are short of; `kept_not_genuine`.
    """
    facts = _facts(source)
    with office.database.write() as connection:
        roots = certificates_of(connection, KeyRole.ROOT)
        between = between_roots(office.settings.data_folder)
        certificates = _each_once(
            [
                *facts.certificates,
                *roots,
                *between,
                *service.certificates.own,
                *service.certificates.above,
            ]
        )
        lists = own_lists(office, connection, certificates, facts.signed_under, now)
    others, missing = fetched_lists(certificates, now)
    if missing and tries < PATIENT_TRIES:
        raise NotYet(
            "service_list_unreachable",
            "A revocation list of the time-stamping service cannot be fetched.",
            "Check the network; without it the file is kept anyhow after some minutes.",
        )
    evidence = Evidence(tuple(certificates), (*lists, *others))
    try:
        extend(source, target, evidence, service.for_whole_files(), now)
    except SigningError as error:
        raise OfficeError(error.code, error.sentence, error.next_step) from error
    with office.database.read() as connection:
        trusted = trust.trust_list(office, connection)
    verdict = verify_pdf(target.read_bytes(), trusted, now)
    if verdict.outcome is not Outcome.GENUINE or not verdict.has("long_life_only"):
        codes = ",".join(each.code for each in verdict.findings)
        _LOG.error("event=kept_not_genuine findings=%s", codes)
        raise OfficeError(
            "kept_not_genuine",
            "The file with its evidence did not pass our own verification, so it was not kept.",
            "The file as it was signed is unchanged. Tell whoever maintains this program.",
        )


def _store(
    office: HeadOffice,
    document: Document,
    target: Path,
    former_ends: datetime | None,
    now: datetime,
) -> datetime | None:
    """Keep the longer file, unless its document changed meanwhile or nothing was gained."""
    facts = _facts(target)
    stamp = facts.last_stamp
    assert stamp is not None  # noqa: S101 - the verifier has just found its time-stamp
    if former_ends is not None and stamp.not_valid_after_utc <= former_ends:
        raise _nothing_gained()
    renew_at = renewal_due(now, stamp.not_valid_after_utc)
    with office.database.write() as connection:
        current = find_document(connection, document.id)
        if current.state not in _WITH_A_FILE or current.final_sha256 != document.final_sha256:
            return None if current.state is State.DESTROYED else now
        digest = office.blobs.put(connection, document.id, "kept", target.read_bytes(), now)
        former = office.blobs.supersede(connection, document.id, "kept", digest)
        service = holder_of(stamp)
        note_kept(connection, current, facts, digest, service, now, renew_at)
        kind = "evidence_added" if facts.document_stamps == 1 else "evidence_renewed"
        record(
            connection, now, kind, Actor(), document.id,
            sha256=digest, stamps=facts.document_stamps,
        )  # fmt: skip
    office.blobs.remove(former)
    return renew_at


def _need_longer_certificate(service: TimeService, ends: datetime) -> None:
    """Ask nobody whose time-stamp would end no later than the one that is there."""
    if all(one.not_valid_after_utc <= ends for one in service.certificates.own):
        raise _nothing_gained()


def _nothing_gained() -> NotYet:
    return NotYet(
        "service_certificate_old",
        "The certificate of the time-stamping service ends no later than the last time-stamp's.",
        "Add the service's new certificate to the file that names it, or name another service.",
    )


def _each_once(certificates: Iterable[x509.Certificate]) -> list[x509.Certificate]:
    return list(dict.fromkeys(certificates))
