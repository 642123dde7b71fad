"""Who sits before the screen: opening, finding and wiping the session of a ceremony.

The signed cookie holds a random ceremony id, the language and the display options, and when the
client was last active; no name, no document. The id only means something as long as the desk's
saved progress carries it, so clearing it there ends the session whatever the browser kept.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flask import request, session, url_for

from signing.ceremony.desk import CeremonyDocument, Desk
from signing.ceremony.progress import (
    CEREMONY_LANGUAGES,
    DISPLAY_OPTIONS,
    Progress,
    ProgressRefused,
    Step,
)

__all__ = [
    "LANGUAGE_NAMES",
    "Display",
    "OpenCeremony",
    "chosen_language",
    "chosen_options",
    "current_display",
    "end_session",
    "open_session",
    "session_of_request",
    "start_ceremony",
]

CEREMONY_ID_BYTES = 24  # 192 random bits
ACTIVE_EVERY = timedelta(seconds=30)
FORGOTTEN_AFTER = timedelta(minutes=15)  # the page's own idle watch is long done by then

LANGUAGE_NAMES = (("pl", "Polski"), ("en", "English"), ("de", "Deutsch"), ("uk", "Українська"))


@dataclass(frozen=True)
class Display:
    """How screens are shown to this client."""

    language: str  # one of CEREMONY_LANGUAGES
    options: frozenset[str]  # of DISPLAY_OPTIONS
    languages: tuple[tuple[str, str], ...] = LANGUAGE_NAMES  # code and own name of each

    @property
    def classes(self) -> str:
        """The options as class names for the page."""
        return " ".join(option.replace("_", "-") for option in sorted(self.options))


@dataclass(frozen=True)
class OpenCeremony:
    """The document and the progress of the client before the screen."""

    document: CeremonyDocument
    progress: Progress


def chosen_language() -> str:
    """The language of this browser session; an app's locale selector for Flask-Babel."""
    chosen = session.get("language")
    if chosen in CEREMONY_LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(CEREMONY_LANGUAGES, "pl") or "pl"


def chosen_options() -> frozenset[str]:
    """The display options of this browser session."""
    chosen = session.get("options", [])
    return frozenset(chosen) & set(DISPLAY_OPTIONS) if isinstance(chosen, list) else frozenset()


def current_display() -> Display:
    """Language and options for the templates."""
    return Display(chosen_language(), chosen_options())


def start_ceremony(desk: Desk, document_id: str) -> str:
    """Begin at the screen "is this you?" and return the address to redirect to.

    An earlier session of the same document ends here; what it gave stays, behind a new code.
    Raises `DeskRefused` when the document cannot be signed.
    """
    document = desk.document(document_id)
    open_session(desk, document)
    return url_for("ceremony.confirm")


def open_session(desk: Desk, document: CeremonyDocument) -> Progress:
    """Save progress under a new random ceremony id and put that id into the cookie."""
    try:
        saved = desk.load(document.document_id)
    except ProgressRefused:
        saved = None
    if saved is None or saved.pdf_sha256 != document.pdf_sha256:
        saved = Progress(document.document_id, document.pdf_sha256)
    ceremony_id = secrets.token_urlsafe(CEREMONY_ID_BYTES)
    progress = replace(
        saved.with_session(ceremony_id),
        language=chosen_language(),
        options=chosen_options(),
    )
    desk.save(progress)
    session["ceremony"] = ceremony_id
    mark_active(desk.now())
    return progress


def session_of_request(desk: Desk) -> OpenCeremony | None:
    """The ceremony of this request's cookie, if it is still open. Raises `DeskRefused`."""
    progress = _progress_of_request(desk)
    if progress is None:
        return None
    if _forgotten(desk.now()):
        end_session(desk)
        return None
    mark_active(desk.now())
    document = desk.document(progress.document_id)
    if progress.pdf_sha256 != document.pdf_sha256:
        return None  # head office sent another PDF: nothing that was read or given is for this one
    return OpenCeremony(document, progress)


def end_session(desk: Desk) -> None:
    """Wipe the session of this request, also when its document was withdrawn or has expired.

    Progress stays behind a new code; a sealed document is finished.
    """
    progress = _progress_of_request(desk)
    if progress is not None:
        desk.save(progress.with_session(""))
        if progress.step is Step.DONE:
            desk.finish(progress.document_id)
    session.clear()


def _progress_of_request(desk: Desk) -> Progress | None:
    ceremony_id = session.get("ceremony")
    if not isinstance(ceremony_id, str) or not ceremony_id:
        return None
    document_id = desk.find_by_ceremony(ceremony_id)
    if document_id is None:
        return None
    try:
        progress = desk.load(document_id)
    except ProgressRefused:
        return None
    if progress is None or not secrets.compare_digest(progress.ceremony_id, ceremony_id):
        return None
    return progress


def mark_active(now: datetime) -> None:
    """Remember in the cookie that the client is there.

    Not at every request: an answer that arrives late, after a wipe, must not bring a cookie back.
    """
    last = session.get("active")
    if not isinstance(last, int) or abs(now.timestamp() - last) >= ACTIVE_EVERY.total_seconds():
        session["active"] = int(now.timestamp())


def _forgotten(now: datetime) -> bool:
    active = session.get("active")
    if not isinstance(active, int):
        return True
    return abs(now.timestamp() - active) > FORGOTTEN_AFTER.total_seconds()
