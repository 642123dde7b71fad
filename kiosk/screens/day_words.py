"""Lines of the journal in plain words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext

from kiosk.screens.staff_identity import paper_names
from kiosk.staff_day import Group, Line
from sync.records import EventKind
from sync.staff import IdentityPaper

__all__ = ["GROUPS", "line_words"]

GROUPS: dict[Group, Callable[[], str]] = {
    Group.SIGNING: lambda: gettext("Clients"),
    Group.STAFF: lambda: gettext("Staff"),
    Group.CHECKS: lambda: gettext("Verifications"),
    Group.DEVICE: lambda: gettext("Kiosk"),
}
WORDS: dict[EventKind, Callable[[], str]] = {
    EventKind.ENROLLED: lambda: gettext("The kiosk was enrolled"),
    EventKind.CEREMONY_STARTED: lambda: gettext("A client opened the document"),
    EventKind.CEREMONY_ABANDONED: lambda: gettext("The client left without signing"),
    EventKind.CODE_ACCEPTED: lambda: gettext("The code was right"),
    EventKind.CODE_WRONG: lambda: gettext("A wrong code was typed"),
    EventKind.CODE_LOCKED: lambda: gettext("Too many wrong codes: locked"),
    EventKind.CODE_ENTRY_CLOSED: lambda: gettext("Too many wrong codes: closed for a while"),
    EventKind.CLIENT_SIGNED: lambda: gettext("Signed and sealed"),
    EventKind.TURN_SIGNED: lambda: gettext("Signed; another client follows"),
    EventKind.STROKES_SEALED: lambda: gettext("How it was drawn is sealed for head office"),
    EventKind.DECLINED: lambda: gettext("The client declined"),
    EventKind.DOCUMENT_ERASED: lambda: gettext("The kiosk’s copy was destroyed"),
    EventKind.CODE_UNLOCKED: lambda: gettext("Codes may be tried again"),
    EventKind.STAFF_CANCELLED: lambda: gettext("Cancelled"),
    EventKind.HANDED_OVER: lambda: gettext("Handed over to the client"),
    EventKind.TAKEN_BACK: lambda: gettext("Taken back from the client"),
    EventKind.STAFF_ENTERED: lambda: gettext("Entered the desk"),
    EventKind.STAFF_PAUSED: lambda: gettext("Wrong PINs: a pause"),
    EventKind.KEYS_RENEWED: lambda: gettext("The kiosk has new keys"),
    EventKind.JOURNAL_DISPUTED: lambda: gettext("The journals do not fit: call the administrator"),
}
OUTCOMES: dict[str, Callable[[], str]] = {
    "genuine": lambda: gettext("Verified: genuine"),
    "altered": lambda: gettext("Verified: altered"),
    "cannot_tell": lambda: gettext("Verified: cannot tell"),
}
PRINTED: dict[str, Callable[[], str]] = {
    "copy": lambda: gettext("A copy was printed"),
    "receipt": lambda: gettext("A receipt was printed"),
    "summary": lambda: gettext("The day’s summary was printed"),
}


def line_words(line: Line) -> str:
    """One event as a person would say it; who did it and to what stands beside it."""
    body: Mapping[str, Any] = line.body
    if line.kind is EventKind.VERIFIED:
        return OUTCOMES[body["outcome"]]()
    if line.kind is EventKind.PRINTED:
        return PRINTED[body["what"]]()
    if line.kind is EventKind.IDENTITY_CHECKED:
        paper = paper_names()[IdentityPaper(body["paper"])]
        checked: str = gettext("Identity document looked at: %(paper)s", paper=paper)
        return checked
    return WORDS[line.kind]()
