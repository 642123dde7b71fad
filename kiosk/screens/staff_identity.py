"""No telephone at hand: staff look at an identity document, on the client's own screen.

The client stays in their session; the staff's PIN opens this one act and nothing else.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from kiosk.identity_checks import IdentityChecks
from kiosk.refusals import refusal
from kiosk.screens.words import Words, refusal_words
from kiosk.staff_door import Purpose
from signing.ceremony.sessions import session_of_request
from signing.errors import SigningError
from sync.staff import IdentityPaper, StaffRight

if TYPE_CHECKING:
    from kiosk.screens.staff_door import FrontDesk

__all__ = ["add_identity_check", "chosen_paper", "let_in", "paper_names"]


def add_identity_check(blueprint: Blueprint, front: FrontDesk) -> None:
    """Add what the client sees, and what staff see after their PIN."""
    checks = IdentityChecks(front.terminal)

    @blueprint.get("/identity")
    def identity() -> str | AnyResponse:
        """Tell the client to call the staff, who choose their name here."""
        there = session_of_request(front.desk)
        if there is None or there.document.identity == "code":
            return redirect(url_for("ceremony.resume"))
        able = [
            one for one in front.terminal.staff.members() if StaffRight.CHECK_IDENTITY in one.rights
        ]
        return front.show("staff_asked.html", members=able, document=there.document)

    @blueprint.get("/identity/check")
    def check() -> str | AnyResponse | tuple[str, int]:
        """Show whose identity document is to be looked at."""
        return _check_screen(front, None)

    @blueprint.post("/identity/check")
    def confirm() -> str | AnyResponse | tuple[str, int]:
        """It was looked at: the client goes on."""
        member = front.entered(Purpose.IDENTITY, StaffRight.CHECK_IDENTITY)
        paper = chosen_paper()
        if paper is None or request.form.get("same_name") != "yes":
            words = Words(
                "bad",
                gettext("Choose the kind of document and confirm the name."),
                gettext("Nothing was recorded yet."),
            )
            return _check_screen(front, words, 422)
        try:
            let_in(front, checks, member.staff_id, paper)
        except SigningError as error:
            return _check_screen(front, refusal_words(error), 409)
        return front.leave(redirect(url_for("ceremony.resume"), 303))

    @blueprint.post("/identity/refuse")
    def refuse() -> AnyResponse:
        """It is not this person, or staff will not say so: back to the client's screen."""
        front.entered(Purpose.IDENTITY)
        return front.leave(redirect(url_for("ceremony.confirm"), 303))


def let_in(front: FrontDesk, checks: IdentityChecks, staff_id: str, paper: IdentityPaper) -> None:
    """Let the client of this browser's session go on, in one transaction with its journal.

    Raises:
        DeskRefused: `gone`, `staff_check_not_allowed`, or why the document has ended.
    """
    there = session_of_request(front.desk)
    if there is None:
        raise refusal("gone")
    progress = there.progress
    record = front.papers.record(progress.document_id)
    with front.terminal.store.transaction():
        checks.note(record, progress.ceremony_id, staff_id, paper)
        front.desk.save(replace(progress, code_ok_at=front.desk.now()))


def chosen_paper() -> IdentityPaper | None:
    """The kind of identity document that a form names; None when it names none."""
    chosen = request.form.get("paper", "")
    return IdentityPaper(chosen) if chosen in set(IdentityPaper) else None


def paper_names() -> dict[IdentityPaper, str]:
    """The kinds of identity documents, in words."""
    return {
        IdentityPaper.IDENTITY_CARD: gettext("Identity card"),
        IdentityPaper.PASSPORT: gettext("Passport"),
        IdentityPaper.RESIDENCE_CARD: gettext("Residence card"),
        IdentityPaper.DRIVING_LICENCE: gettext("Driving licence"),
        IdentityPaper.OTHER: gettext("Another document"),
    }


def _check_screen(
    front: FrontDesk, words: Words | None, status: int = 200
) -> str | AnyResponse | tuple[str, int]:
    front.entered(Purpose.IDENTITY, StaffRight.CHECK_IDENTITY)
    there = session_of_request(front.desk)
    if there is None:
        return front.leave(redirect(url_for("attract.fresh"), 303))
    page = front.show(
        "staff_check.html", document=there.document, papers=paper_names(), words=words
    )
    return page, status
