"""The staff's desk: today's documents, one of them, handing it over, and what may be done to it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, redirect, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from kiosk.desk import KioskDesk
from kiosk.identity_checks import IdentityChecks
from kiosk.refusals import refusal
from kiosk.screens.staff_day import add_day, printer_trouble
from kiosk.screens.staff_door import FrontDesk, Outside, add_door
from kiosk.screens.staff_identity import add_identity_check, chosen_paper, let_in, paper_names
from kiosk.screens.words import Words, refusal_words
from kiosk.staff_day import StaffDay
from kiosk.staff_desk import CancelReason, StaffDesk, Standing
from kiosk.staff_door import Purpose, StaffDoor
from kiosk.terminal import Terminal
from signing.ceremony import forget_everything, start_ceremony
from signing.errors import SigningError
from sync.staff import IdentityPaper, IdentityWay, StaffRight

__all__ = ["make_staff_screens"]

HAND_OVER_SECONDS: Final = 30
"""How long a hand-over that was begun may take until the client's screen opens."""


@dataclass
class _HandOver:
    """A document on its way from the desk to the client's screen; opened once."""

    nonce: str
    document_id: str
    staff_id: str
    paper: IdentityPaper | None
    began: float


def make_staff_screens(terminal: Terminal, desk: KioskDesk, door: StaffDoor) -> Blueprint:
    """Make the blueprint `staff`."""
    blueprint = Blueprint("staff", __name__, url_prefix="/staff", template_folder="../templates")
    front = FrontDesk(terminal, desk, door, StaffDesk(terminal, desk))
    add_door(blueprint, front)
    add_identity_check(blueprint, front)
    add_day(blueprint, front)
    screens = _DeskScreens(front)
    blueprint.add_url_rule("", "papers", screens.papers)
    blueprint.add_url_rule("/document/<document_id>", "document", screens.document)
    blueprint.add_url_rule("/handed/<nonce>", "handed", screens.handed)
    for name in ("hand_over", "take_back", "unlock", "cancel"):
        path = f"/document/<document_id>/{name.replace('_', '-')}"
        blueprint.add_url_rule(path, name, getattr(screens, name), methods=["POST"])
    return blueprint


class _DeskScreens:
    """The views; what they share is the one hand-over that may be under way."""

    def __init__(self, front: FrontDesk) -> None:
        self._front = front
        self._papers = front.papers
        self._checks = IdentityChecks(front.terminal)
        self._day = StaffDay(front.terminal, front.desk)
        self._under_way: _HandOver | None = None

    def papers(self) -> str:
        """The documents that wait, or those that a search finds."""
        member = self._front.entered(Purpose.DESK)
        text = request.args.get("text", "")[:60]
        entries, more = self._papers.find(text)
        return self._front.show(
            "staff_papers.html",
            member=member,
            entries=entries,
            more=more,
            text=text,
            day=self._day.count(),
            trouble=printer_trouble(self._front),
            standing_words=standing_words(),
        )

    def document(self, document_id: str) -> str | tuple[str, int]:
        """One document and what this person may do to it."""
        self._front.entered(Purpose.DESK)
        return self._screen(document_id)

    def hand_over(self, document_id: str) -> AnyResponse | tuple[str, int]:
        """The client gets the document; the staff's session ends at this moment."""
        paper = chosen_paper()
        right = StaffRight.CHECK_IDENTITY if paper else None
        member = self._front.entered(Purpose.DESK, right)
        try:
            if paper and self._papers.record(document_id).identity == IdentityWay.CODE:
                raise refusal("staff_check_not_allowed")
            if not self._front.terminal.key_health().can_sign:
                raise refusal("kiosk_keys_unusable")
            self._papers.hand_over(document_id, member.staff_id)
        except SigningError as error:
            return self._refused(document_id, error)
        began = self._front.terminal.clock.boottime()
        nonce = secrets.token_urlsafe(24)
        self._under_way = _HandOver(nonce, document_id, member.staff_id, paper, began)
        # First everything of the desk goes from the browser, then the client's screen opens.
        response: Response = redirect(url_for("staff.handed", nonce=nonce), 303)  # type: ignore[assignment]
        language = session.get("language")
        session.clear()
        session["language"] = language
        return forget_everything(self._front.leave(response))  # type: ignore[arg-type]

    def handed(self, nonce: str) -> AnyResponse | tuple[str, int]:
        """Open the client's screen; once, and only right after the hand-over."""
        going, self._under_way = self._under_way, None
        if going is None or not secrets.compare_digest(going.nonce, nonce):
            raise Outside
        if self._front.terminal.clock.boottime() - going.began > HAND_OVER_SECONDS:
            raise Outside
        self._front.desk.nobody_there()
        try:
            address = start_ceremony(self._front.desk, going.document_id)
            if going.paper is not None:
                let_in(self._front, self._checks, going.staff_id, going.paper)
        except SigningError as error:
            return self._front.show("outcome.html", words=refusal_words(error)), 409
        return redirect(address, 303)

    def take_back(self, document_id: str) -> AnyResponse:
        """End the client's session of this document."""
        member = self._front.entered(Purpose.DESK)
        self._papers.take_back(document_id, member.staff_id)
        return redirect(url_for("staff.document", document_id=document_id), 303)

    def unlock(self, document_id: str) -> AnyResponse | tuple[str, int]:
        """Let the client try codes again."""
        member = self._front.entered(Purpose.DESK, StaffRight.UNLOCK_CODES)
        try:
            self._papers.codes.unlock(document_id, member.staff_id)
        except SigningError as error:
            return self._refused(document_id, error)
        return redirect(url_for("staff.document", document_id=document_id), 303)

    def cancel(self, document_id: str) -> AnyResponse | tuple[str, int]:
        """Cancel the document, with a reason."""
        member = self._front.entered(Purpose.DESK, StaffRight.CANCEL)
        chosen = request.form.get("reason", "")
        if chosen not in set(CancelReason):
            return self._screen(document_id, _no_reason(), 422)
        try:
            self._papers.cancel(document_id, CancelReason(chosen), member.staff_id)
        except SigningError as error:
            return self._refused(document_id, error)
        self._front.desk.nobody_there()
        return redirect(url_for("staff.papers"), 303)

    def _screen(
        self, document_id: str, words: Words | None = None, status: int = 200
    ) -> tuple[str, int]:
        member = self._front.entered(Purpose.DESK)
        try:
            entry = self._papers.entry(document_id)
            record = self._papers.record(document_id)
        except SigningError as error:
            return self._front.show("staff_refused.html", words=refusal_words(error)), 409
        tries = self._papers.codes.standing(document_id)
        page = self._front.show(
            "staff_document.html",
            member=member,
            entry=entry,
            record=record,
            words=words,
            standing_words=standing_words(),
            reasons=cancel_reasons(),
            papers=paper_names(),
            locked=tries is not None and tries.locked,
            may_unlock=tries is not None and tries.may_unlock,
            by_paper=record.identity != IdentityWay.CODE,
            only_paper=record.identity == IdentityWay.STAFF,
            Standing=Standing,
        )
        return page, status

    def _refused(self, document_id: str, error: SigningError) -> tuple[str, int]:
        return self._screen(document_id, refusal_words(error), 409)


def _no_reason() -> Words:
    return Words("bad", gettext("Choose a reason first."), gettext("Nothing was cancelled."))


def standing_words() -> dict[Standing, str]:
    """How a document stands, in words."""
    return {
        Standing.ON_ITS_WAY: gettext("on its way"),
        Standing.WAITING: gettext("waiting"),
        Standing.BEGUN: gettext("begun"),
        Standing.WITH_CLIENT: gettext("with the client"),
        Standing.LOCKED: gettext("codes locked"),
    }


def cancel_reasons() -> dict[CancelReason, str]:
    """Why a document is cancelled, in words."""
    return {
        CancelReason.WRONG_DOCUMENT: gettext("Something in it is wrong"),
        CancelReason.WRONG_PERSON: gettext("It is for somebody else"),
        CancelReason.CLIENT_LEFT: gettext("The client does not want it"),
        CancelReason.OTHER: gettext("Another reason"),
    }
