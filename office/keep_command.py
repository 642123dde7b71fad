"""`python -m office documents keep`: evidence for a signed file that somebody brings.

Head office destroys its own copy after 14 days, so those that are kept elsewhere are brought here
once before their time-stamp ends. Nothing of the file stays here.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from office import trust
from office.blobs import MAX_BLOB_BYTES
from office.errors import Refused
from office.head_office import HeadOffice, open_head_office
from office.long_keeping import lengthen
from office.settings import Settings
from office.time_service import holder_of, usable_service
from signing.signature_facts import read_facts
from signing.whole_file import write_whole
from verifier.document import verify_pdf
from verifier.verdict import Outcome

__all__ = ["keep", "keep_copy"]


def keep(options: argparse.Namespace, settings: Settings) -> None:
    """Write a copy with more evidence, and say how long it is good for."""
    office = open_head_office(settings)
    try:
        trust.refresh_if_old(office, datetime.now(UTC))
        keep_copy(office, options.pdf, options.out, datetime.now(UTC))
    finally:
        office.close()
    facts = read_facts(options.out)
    stamp = facts.last_stamp
    assert stamp is not None  # noqa: S101 - the verifier has just found its time-stamp
    ends = stamp.not_valid_after_utc.isoformat()
    print(json.dumps({"stamps": facts.document_stamps, "by": holder_of(stamp), "until": ends}))


def keep_copy(office: HeadOffice, source: Path, target: Path, now: datetime) -> None:
    """Write a genuine file with evidence of now into a new file.

    Raises:
        Refused: `no_time_service`, `file_exists`, `file_unreadable`, `copy_not_genuine`.
        OfficeError: what the service or the lists are short of.
    """
    service = usable_service(office, now)
    if service is None:
        raise Refused(
            "no_time_service",
            "No time-stamping service is configured.",
            "Set SYGNET_OFFICE_TIMESTAMP_URL and SYGNET_OFFICE_TIMESTAMP_CERTIFICATES.",
        )
    if target.exists():
        raise Refused("file_exists", f"{target} is there already.", "Take another name.")
    try:
        with source.open("rb") as file:
            data = file.read(MAX_BLOB_BYTES + 1)
    except OSError as error:
        raise Refused(
            "file_unreadable", f"{source} cannot be read.", "Check the name and its permissions."
        ) from error
    with office.database.read() as connection:
        verdict = verify_pdf(data, trust.trust_list(office, connection), now)
    if verdict.outcome is not Outcome.GENUINE:
        raise Refused(
            "copy_not_genuine",
            "This file is not a genuine document of this head office.",
            "See why with: python -m verifier FILE --trust FOLDER.",
        )
    with tempfile.TemporaryDirectory(dir=office.work_folder) as folder:
        copy, longer = Path(folder) / "copy.pdf", Path(folder) / "longer.pdf"
        copy.write_bytes(data)
        lengthen(office, copy, longer, service, now)
        write_whole(target, longer.read_bytes())
