"""Development only: the SMS sink and the page that shows all sample messages."""

from __future__ import annotations

from flask import Blueprint, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from office.development import keep_message, sample_messages, token_is_right
from office.errors import NotAllowed, NotFound
from office.screens.context import now, office

__all__ = ["messages_blueprint", "sink_blueprint"]

sink_blueprint = Blueprint("sms_sink", __name__, url_prefix="/development")
messages_blueprint = Blueprint("development", __name__, url_prefix="/development")

MAX_SMS_LETTERS = 1600


@sink_blueprint.post("/sms")
def take_sms() -> ResponseReturnValue:
    """Take an SMS as a gateway would."""
    if not token_is_right(office().settings, request.headers.get("Authorization", "")):
        raise NotAllowed("bad_token", "The token is wrong.", "Set the one of the settings.")
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or not all(
        isinstance(body.get(name), str) for name in ("to", "text")
    ):
        return jsonify(error="bad_request"), 400
    keep_message(office(), now(), "sms", body["to"][:40], "", body["text"][:MAX_SMS_LETTERS], "")
    return jsonify(id=str(body.get("key", ""))[:100]), 201


@messages_blueprint.get("/messages")
def messages_page() -> ResponseReturnValue:
    """Show the sample SMS and e-mails, the newest first."""
    return render_template(
        "office/messages.html",
        messages=sample_messages(office()),
        refresh=request.args.get("refresh") == "on",
    )


@messages_blueprint.get("/messages.json")
def messages_json() -> ResponseReturnValue:
    """Give the sample messages to scripts."""
    return jsonify(
        [
            {
                "id": message.id,
                "at": message.at.isoformat(),
                "channel": message.channel,
                "to": message.recipient,
                "subject": message.subject,
                "text": message.text,
            }
            for message in sample_messages(office())
        ]
    )


@messages_blueprint.get("/messages/<int:number>.html")
def message_html(number: int) -> ResponseReturnValue:
    """Give one e-mail as its reader sees it, in a frame that may run nothing."""
    for message in sample_messages(office()):
        if message.id == number and message.html:
            policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox"
            current_app.logger.debug("event=sample_message_shown message=%d", number)
            return (
                message.html,
                200,
                {
                    "Content-Type": "text/html; charset=utf-8",
                    "Content-Security-Policy": f"{policy}; frame-ancestors 'self'",
                    "X-Frame-Options": "SAMEORIGIN",
                },
            )
    raise NotFound("no_such_message", "There is no such message.", "Look at the list.")
