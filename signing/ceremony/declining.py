"""A client who does not want to sign: why, then an end that cannot be taken back here.

Only somebody who has confirmed with the code who they are can decline; a stranger who saw the
number cannot. The reason is one of a few words, never free text: it goes into journals.
"""

from __future__ import annotations

from enum import StrEnum

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from signing.ceremony.headers import forget_cache
from signing.ceremony.progress import Step
from signing.ceremony.room import Elsewhere, Room
from signing.ceremony.sessions import OpenCeremony

__all__ = ["DeclineReason", "add_decline_screens", "reason_words"]


class DeclineReason(StrEnum):
    """Why a client does not sign."""

    CONTENT = "content"  # does not agree with what the document says
    DATA = "data"  # something in it is wrong, such as the name or an amount
    PERSON = "person"  # it is not for this person
    OTHER = "other"  # another reason, or none that they want to give


def reason_words(reason: DeclineReason) -> str:
    """What a reason says on the screen."""
    words = {
        DeclineReason.CONTENT: gettext("I do not agree with what it says"),
        DeclineReason.DATA: gettext("Something in it is wrong"),
        DeclineReason.PERSON: gettext("It is not for me"),
        DeclineReason.OTHER: gettext("Another reason"),
    }
    return str(words[reason])


def add_decline_screens(blueprint: Blueprint, room: Room) -> None:
    """Add /decline and /declined."""

    @blueprint.get("/decline")
    def decline() -> str:
        """Ask why, and whether it is meant."""
        there = _confirmed(room)
        return room.show(
            "decline.html",
            there,
            there.progress.step,
            reasons=[(reason.value, reason_words(reason)) for reason in DeclineReason],
        )

    @blueprint.post("/decline")
    def decline_for_good() -> AnyResponse:
        """The document ends unsigned; the session ends, language and options stay to say so."""
        there = _confirmed(room)
        given = request.form.get("reason", "")
        reason = DeclineReason(given) if given in set(DeclineReason) else DeclineReason.OTHER
        room.desk.decline(there.document.document_id, reason)
        room.pictures.forget()
        for name in set(session) - {"language", "options", "csrf_token"}:
            session.pop(name)
        response: Response = redirect(url_for("ceremony.declined"), 303)  # type: ignore[assignment]
        return forget_cache(response)

    @blueprint.get("/declined")
    def declined() -> str:
        """Say that nothing was signed and what happens next; knows nothing of the client."""
        return render_template("ceremony/declined.html", idle=room.idle(Step.DONE))


def _confirmed(room: Room) -> OpenCeremony:
    """The client, with a code that was accepted and a document that is not signed."""
    there = room.anyone()
    if there.progress.code_ok_at is None or there.progress.step is Step.DONE:
        raise Elsewhere(room.address(there.progress.missing_step(there.document)))
    return there
