"""Screens of the first step: is this you, and the code from your message."""

from __future__ import annotations

from dataclasses import asdict, replace

from flask import Blueprint, redirect, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from signing.ceremony.desk import CodeRequest
from signing.ceremony.outcomes import Message, answer_message, request_message
from signing.ceremony.progress import Step
from signing.ceremony.room import Room
from signing.codes import CodeOutcome

__all__ = ["add_identity_screens"]

CODE_DIGITS = 8


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
        session["asked"] = asdict(room.desk.request_code(there.document.document_id))
        session.pop("said", None)
        return redirect(url_for("ceremony.code"), 303)

    @blueprint.get("/code")
    def code() -> str:
        """Show where to type the code, and what the last try said."""
        there = room.enter(Step.CODE)
        return room.show("code.html", there, Step.CODE, asked=_asked(room), said=_said())

    @blueprint.post("/code")
    def enter_code() -> AnyResponse:
        """Check the code."""
        there = room.enter(Step.CODE)
        entered = "".join(request.form.get("code", "")[:40].split())
        answer = room.desk.check_code(there.document.document_id, entered)
        if answer.outcome is not CodeOutcome.ACCEPTED:
            message = answer_message(answer)
            session["said"] = asdict(message) if message else None
            return redirect(url_for("ceremony.code"), 303)
        session.pop("said", None)
        session.pop("asked", None)
        progress = replace(there.progress, code_ok_at=room.desk.now())
        room.desk.save(progress)
        return redirect(room.onward(replace(there, progress=progress), Step.CODE), 303)


def _asked(room: Room) -> Message | None:
    asked = session.get("asked")
    return request_message(CodeRequest(**asked), room.desk.kind) if asked else None


def _said() -> Message | None:
    said = session.pop("said", None)
    return Message(**said) if said else None
