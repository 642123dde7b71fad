"""Putting a director's signature into files, with a time-stamp when the service gives one.

    pen = DirectorPen(office, identity, now)
    signed = pen.sign(prepared, plan, values, now)      # signed.data, signed.problem

A service that does not answer keeps no director from signing: such a signature is at level B-B,
and the document's history says why. It is not asked again for the other files of the same choice.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from office.errors import NotSetUp, Refused
from office.head_office import HeadOffice
from office.time_service import usable_service
from signing.director import sign_as_director
from signing.errors import SigningError
from signing.fields import DocumentPlan
from signing.identities import SigningIdentity
from signing.timestamp_service import TimestampError

__all__ = ["DirectorPen", "DirectorSigned"]

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class DirectorSigned:
    """A file with the director's signature."""

    data: bytes  # the file
    problem: str = ""  # code of what kept the service from time-stamping it; empty when none did


class DirectorPen:
    """Signs one file after the other for one director.

    Args:
        office: the head office.
        identity: the director's key and certificate.
        now: the time.
    """

    def __init__(self, office: HeadOffice, identity: SigningIdentity, now: datetime) -> None:
        self._folder = office.work_folder
        self._identity = identity
        self._problem = ""
        try:
            self._identity = replace(identity, timestamper=usable_service(office, now))
        except NotSetUp as error:
            self._give_up(error.code)

    def sign(
        self, prepared: bytes, plan: DocumentPlan, values: Mapping[str, str], now: datetime
    ) -> DirectorSigned:
        """Sign a prepared file.

        Raises:
            Refused: by its code, what `signing.director` refuses.
        """
        with tempfile.TemporaryDirectory(dir=self._folder) as folder:
            source, target = Path(folder) / "prepared.pdf", Path(folder) / "signed.pdf"
            source.write_bytes(prepared)
            try:
                self._write(source, target, plan, values, now)
            except SigningError as error:
                raise Refused(error.code, error.sentence, error.next_step) from error
            return DirectorSigned(target.read_bytes(), self._problem)

    def _write(
        self,
        source: Path,
        target: Path,
        plan: DocumentPlan,
        values: Mapping[str, str],
        now: datetime,
    ) -> None:
        try:
            sign_as_director(source, target, plan, self._identity, now, values=values)
        except TimestampError as error:
            self._give_up(error.code)
            sign_as_director(source, target, plan, self._identity, now, values=values)

    def _give_up(self, code: str) -> None:
        _LOG.warning("event=director_not_stamped code=%s", code)
        self._problem = code
        self._identity = replace(self._identity, timestamper=None)
