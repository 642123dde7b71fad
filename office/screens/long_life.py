"""What the operator reads about how the time of a document's signatures is proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection

from office.documents import Document
from office.keeping_book import Standing, standing_of
from office.lifecycle import State
from office.screens.context import office
from office.words import local_date

__all__ = ["ProofLine", "proof_of_time"]

_WAITING: dict[str, Any] = {
    "kiosk_list_awaited": _l("Waits for the kiosk’s next sync, which brings its revocation list."),
    "root_list_missing": _l("The root’s revocation list has run out: ask the root for an answer."),
    "service_list_unreachable": _l(
        "A revocation list of the time-stamping service cannot be fetched; it is tried again."
    ),
    "service_certificate_old": _l(
        "The certificate of the time-stamping service ends soon: name its new one."
    ),
    "timestamp_unreachable": _l("The time-stamping service does not answer; it is asked again."),
}
"""What keeps evidence from being added or renewed, by its code."""


@dataclass(frozen=True)
class ProofLine:
    """One line of the card."""

    name: str  # which signature, or the whole file
    words: str  # what proves its time
    level: str  # level of PAdES (ETSI EN 319 142-1); empty when there is none to name


def proof_of_time(connection: Connection, document: Document) -> list[ProofLine]:
    """Return the lines of a document whose final file is here; none for others."""
    if not document.final_sha256 or document.state is State.DESTROYED:
        return []
    standing = standing_of(connection, document)
    if standing is None:
        return [ProofLine(_("Whole file"), _("This is being looked at."), "")]
    director = _("Time-stamped by a service"), _("Without a time-stamp")
    kiosk = _("Time-stamped by the kiosk’s clock"), _("Without a time-stamp")
    return [
        _signature(_("Director"), standing.director_stamped, *director),
        _signature(_("Client"), standing.clients_stamped, *kiosk),
        _signature(_("Seal"), standing.seal_stamped, *kiosk),
        *_whole_file(standing),
    ]


def _signature(name: str, stamped: bool, with_stamp: str, without: str) -> ProofLine:
    return ProofLine(name, with_stamp if stamped else without, "B-T" if stamped else "B-B")


def _whole_file(standing: Standing) -> list[ProofLine]:
    lines = []
    if standing.stamped_at is not None and standing.certificate_ends is not None:
        timezone, language = office().settings.timezone, str(get_locale())
        service, day = standing.service, local_date(standing.stamped_at, timezone, language)
        words = _("Time-stamped by %(service)s on %(day)s", service=service, day=day)
        lines.append(ProofLine(_("Whole file"), words, "B-LTA"))
        ends = local_date(standing.certificate_ends, timezone, language)
        lines.append(ProofLine(_("Time-stamp good until"), ends, ""))
    if standing.waits_for:
        known = _WAITING.get(standing.waits_for)
        code = standing.waits_for
        words = (
            str(known) if known else _("It did not work (%(code)s); it is tried again.", code=code)
        )
        lines.append(ProofLine(_("Next step"), words, ""))
    elif not lines and not office().settings.timestamp_url:
        lines.append(ProofLine(_("Whole file"), _("No time-stamping service is configured."), ""))
    elif not lines:
        lines.append(ProofLine(_("Whole file"), _("This is being looked at."), ""))
    return lines
