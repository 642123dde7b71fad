"""How staff get in: choosing a name, typing a PIN, and the guard before every screen of theirs.

The session's cookie is one of its own, sent to these screens only. Whoever is not in is led back to
the client's screens, so that Back after a hand-over shows nothing of the desk.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response as AnyResponse

from kiosk.desk import KioskDesk
from kiosk.screens.words import Words
from kiosk.staff_desk import StaffDesk
from kiosk.staff_door import IDLE_SECONDS, PIN_DIGITS, Purpose, StaffDoor, StaffSession
from kiosk.terminal import Terminal
from signing.ceremony import forget_everything
from signing.ceremony.desk import DeskRefused
from signing.ceremony.sessions import session_of_request
from sync.staff import StaffMember, StaffRight

__all__ = ["COOKIE", "FrontDesk", "NotAllowed", "Outside", "add_door"]

COOKIE: Final = "sygnet_staff"
MAX_TYPED: Final = 40


class Outside(Exception):
    """Nobody of the staff is in: the blueprint leads back to the client's screens."""


class NotAllowed(Exception):
    """This person may not do this."""


@dataclass(frozen=True)
class FrontDesk:
    """What the staff's screens share."""

    terminal: Terminal
    desk: KioskDesk
    door: StaffDoor
    papers: StaffDesk

    def entered(self, purpose: Purpose, right: StaffRight | None = None) -> StaffMember:
        """Who is in, if it is for this purpose and they may do this.

        Raises:
            Outside: nobody is in (any more).
            NotAllowed: they do not have the right.
        """
        found = self._session()
        if found is None or found.purpose is not purpose:
            raise Outside
        if right is not None and right not in found.member.rights:
            raise NotAllowed
        return found.member

    def leave(self, response: AnyResponse) -> AnyResponse:
        """End the staff's session, here and in the browser."""
        self.door.close()
        response.delete_cookie(COOKIE, path="/staff", httponly=True, samesite="Strict")
        return response

    def show(self, template: str, **words: object) -> str:
        """Draw one of the staff's screens."""
        return render_template(
            f"kiosk/{template}", idle_seconds=IDLE_SECONDS, StaffRight=StaffRight, **words
        )

    def _session(self) -> StaffSession | None:
        return self.door.session(request.cookies.get(COOKIE, "")[:100])


def add_door(blueprint: Blueprint, front: FrontDesk) -> None:
    """Add the way in and out."""

    @blueprint.get("/enter")
    def people() -> str:
        """Choose who you are."""
        return front.show("staff_people.html", members=front.terminal.staff.members())

    @blueprint.get("/enter/<staff_id>")
    def pin(staff_id: str) -> str | AnyResponse:
        """Ask for the PIN."""
        member, purpose = front.terminal.staff.member(staff_id), _purpose()
        if member is None:
            return redirect(url_for("staff.people"))
        wait = front.door.wait_seconds(staff_id)
        return _pin_screen(front, member, purpose, _paused(wait) if wait else None)

    @blueprint.post("/enter/<staff_id>")
    def knock(staff_id: str) -> AnyResponse | tuple[str, int]:
        """Try the PIN."""
        member, purpose = front.terminal.staff.member(staff_id), _purpose()
        if member is None:
            return redirect(url_for("staff.people"), 303)
        typed = "".join(request.form.get("pin", "")[:MAX_TYPED].split())
        tried = front.door.knock(member, typed, purpose)
        if not tried.token:
            words = _paused(tried.wait_seconds) if tried.wait_seconds else _wrong(tried.malformed)
            status = 429 if tried.wait_seconds else 422
            return _pin_screen(front, member, purpose, words), status
        if purpose is Purpose.IDENTITY:
            return _let_in(redirect(url_for("staff.check"), 303), tried.token)
        taken = _take_back(front, member)
        address = url_for("staff.document", document_id=taken) if taken else url_for("staff.papers")
        return _let_in(redirect(address, 303), tried.token)

    @blueprint.post("/leave")
    def leave() -> AnyResponse:
        """End the staff's session; everything goes from the browser."""
        response: Response = redirect(url_for("attract.fresh"), 303)  # type: ignore[assignment]
        return forget_everything(front.leave(response))  # type: ignore[arg-type]

    @blueprint.errorhandler(Outside)
    def outside(_: Outside) -> AnyResponse:
        there = "ceremony.resume" if session.get("ceremony") else "attract.attract"
        return redirect(url_for(there), 303)

    @blueprint.errorhandler(NotAllowed)
    def not_allowed(_: NotAllowed) -> tuple[str, int]:
        words = Words(
            "warn",
            gettext("You may not do this."),
            gettext("Head office decides who may. Ask a colleague or the administrator."),
            "not_allowed",
        )
        return front.show("staff_refused.html", words=words), 403


def _purpose() -> Purpose:
    wanted = request.values.get("for", "")
    return Purpose.IDENTITY if wanted == Purpose.IDENTITY else Purpose.DESK


def _take_back(front: FrontDesk, member: StaffMember) -> str:
    """Staff came while a client had a document: its session ends, nothing of it is lost."""
    taken = ""
    try:
        there = session_of_request(front.desk)
        if there is not None and front.papers.take_back(
            there.progress.document_id, member.staff_id
        ):
            taken = there.progress.document_id
    except DeskRefused:
        pass  # the document has ended meanwhile
    front.desk.nobody_there()
    language = session.get("language")
    session.clear()
    session["language"] = language or ""
    return taken


def _let_in(response: AnyResponse, token: str) -> AnyResponse:
    response.set_cookie(COOKIE, token, path="/staff", httponly=True, samesite="Strict")
    return response


def _pin_screen(
    front: FrontDesk, member: StaffMember, purpose: Purpose, words: Words | None
) -> str:
    return front.show(
        "staff_pin.html",
        known=member,
        purpose=purpose,
        words=words,
        longest=PIN_DIGITS[1],
        Purpose=Purpose,
    )


def _wrong(malformed: bool) -> Words:
    if malformed:
        return Words(
            "bad", gettext("A PIN has 6 to 12 digits."), gettext("This did not count as a try.")
        )
    return Words(
        "bad",
        gettext("This PIN is not right."),
        gettext("After a few wrong ones there is a pause, and it doubles each time."),
    )


def _paused(seconds: int) -> Words:
    minutes = -(-seconds // 60)
    title = (
        ngettext("Please wait %(num)d second.", "Please wait %(num)d seconds.", seconds)
        if seconds < 100
        else ngettext("Please wait %(num)d minute.", "Please wait %(num)d minutes.", minutes)
    )
    return Words(
        "warn",
        title,
        gettext("There were too many wrong PINs. The administrator can send you a new one."),
        "pin_pause",
    )
