"""Screens of the first step: is this you, and the code from your message.

Where codes cannot be checked for want of a trusted time, a challenge is shown before the code.
"""

from __future__ import annotations

import threading
from dataclasses import replace

import qrcode
from flask import Blueprint, Response, redirect, request, session, url_for
from qrcode.image.svg import SvgPathFillImage
from werkzeug.wrappers import Response as AnyResponse

from signing.ceremony.desk import CodeAnswer, CodeChallenge, CodeRequest
from signing.ceremony.outcomes import Message, answer_message, refused_before, request_message
from signing.ceremony.progress import Step
from signing.ceremony.room import Room
from signing.ceremony.sessions import OpenCeremony
from signing.codes import CodeOutcome

__all__ = ["add_identity_screens"]

CHECKING = threading.Lock()  # a second tap waits for the first and then finds the code accepted


def add_identity_screens(blueprint: Blueprint, room: Room) -> None:
    """Add /confirm and /code."""

    @blueprint.get("/confirm")
    def confirm() -> str:
        """Show the document and the masked contact, and ask whether this is the client."""
        return room.show("confirm.html", room.enter(Step.CODE), Step.CODE)

    @blueprint.post("/code/send")
    def send_code() -> AnyResponse:
        """Ask for a code, then show where to type it."""
        there = room.enter(Step.CODE)
        if _challenge(room, there) is not None:
            session.pop("said", None)
            return redirect(url_for("ceremony.challenge"), 303)
        asked = room.desk.request_code(there.document.document_id)
        session["asked"] = {"sent": asked.sent, "reason": asked.reason}
        session.pop("said", None)
        return redirect(url_for("ceremony.code"), 303)

    @blueprint.get("/code")
    def code() -> str:
        """Show where to type the code, and what the last try said."""
        there = room.enter(Step.CODE)
        said = _said(room, there) or refused_before()
        return room.show(
            "code.html",
            there,
            Step.CODE,
            asked=_asked(room, there),
            said=said,
            challenged=_challenge(room, there) is not None,
        )

    @blueprint.post("/code")
    def enter_code() -> AnyResponse:
        """Check the code; one that this session has given already is not asked for twice."""
        with CHECKING:
            there = room.enter(Step.CODE)
            if there.progress.code_ok_at is None:
                answer = room.desk.check_code(there.document.document_id, _entered())
                if answer.outcome is not CodeOutcome.ACCEPTED:
                    session["said"] = [answer.outcome.value, answer.tries_left, answer.wait_seconds]
                    return redirect(url_for("ceremony.code"), 303)
                there = replace(there, progress=replace(there.progress, code_ok_at=room.desk.now()))
                room.desk.save(there.progress)
        session.pop("said", None)
        session.pop("asked", None)
        # Whoever was here before goes on where something is missing, not at the first page.
        return redirect(room.address(there.progress.missing_step(there.document)), 303)

    _add_challenge(blueprint, room)


def _add_challenge(blueprint: Blueprint, room: Room) -> None:
    @blueprint.get("/challenge")
    def challenge() -> str | AnyResponse:
        """Show the challenge and the way to its answer."""
        there = room.enter(Step.CODE)
        shown = _challenge(room, there)
        if shown is None:
            return redirect(url_for("ceremony.code"), 303)
        return room.show("challenge.html", there, Step.CODE, challenge=shown)

    @blueprint.get("/challenge.svg")
    def challenge_code() -> Response | AnyResponse:
        """Give the QR code that leads to head office's page."""
        shown = _challenge(room, room.enter(Step.CODE))
        if shown is None:
            return redirect(url_for("ceremony.code"), 303)
        code = qrcode.make(shown.address, image_factory=SvgPathFillImage, border=3)
        return Response(code.to_string(), mimetype="image/svg+xml")


def _challenge(room: Room, there: OpenCeremony) -> CodeChallenge | None:
    """What must be answered instead of a code; None where a code does, or none is needed."""
    if there.progress.code_ok_at is not None:
        return None
    return room.desk.challenge(there.document.document_id)


def _entered() -> str:
    return "".join(request.form.get("code", "")[:40].split())


def _asked(room: Room, there: OpenCeremony) -> Message | None:
    """What became of the last wish for a code; the cookie keeps no contact."""
    asked = session.get("asked")
    if not isinstance(asked, dict):
        return None
    document = there.document
    wish = CodeRequest(asked["sent"], document.channel, document.masked_contact, asked["reason"])
    return request_message(wish, room.desk.kind)


def _said(room: Room, there: OpenCeremony) -> Message | None:
    """What the last try said, once."""
    said = session.pop("said", None)
    if not said:
        return None
    outcome, tries_left, wait_seconds = said
    document = there.document
    return answer_message(
        CodeAnswer(CodeOutcome(outcome), tries_left, wait_seconds),
        staff_unlock=bool(room.staff.enter) and room.desk.can_unlock(document.document_id),
        staff_vouch=bool(room.staff.identity) and document.identity == "code_or_staff",
    )
