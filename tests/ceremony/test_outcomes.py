"""What a client reads after asking for a code."""

from __future__ import annotations

from typing import Literal

import pytest
from flask import Flask
from flask_babel import Babel

from signing.ceremony.desk import CodeAnswer, CodeRequest
from signing.ceremony.outcomes import answer_message, request_message
from signing.codes import CodeOutcome


@pytest.mark.parametrize(
    ("reason", "kind", "words"),
    [
        ("", "good", "on its way by text message"),
        ("already", "note", "a moment ago"),
        ("limit", "warn", "Many codes"),
        ("offline", "note", "no connection"),
    ],
)
def test_it_says_whether_a_message_comes_and_if_not_why(
    reason: Literal["", "already", "limit", "offline"], kind: str, words: str
) -> None:
    app = Flask(__name__)
    Babel(app, default_locale="en")
    asked = CodeRequest(reason == "", "sms", "+48 *** *** 200", reason)
    with app.test_request_context():
        message = request_message(asked, "kiosk")
    assert message.kind == kind
    assert words in message.title


@pytest.mark.parametrize(
    ("unlock", "vouch", "words"),
    [
        (False, False, "head office can send you a new code"),
        (True, False, "they can let you try again."),
        (False, True, "they can look at your identity document instead."),
        (True, True, "let you try again, or look at your identity document instead."),
    ],
)
def test_a_locked_document_says_who_can_help(unlock: bool, vouch: bool, words: str) -> None:
    app = Flask(__name__)
    Babel(app, default_locale="en")
    for answer in (CodeAnswer(CodeOutcome.LOCKED, 0, 0), CodeAnswer(CodeOutcome.WRONG, 0, 0)):
        with app.test_request_context():
            message = answer_message(answer, staff_unlock=unlock, staff_vouch=vouch)
        assert message is not None
        assert message.code == "code_locked"
        assert message.words.startswith("The code was wrong too many times. Nothing is lost.")
        assert message.words.endswith(words if words.endswith(".") else f"{words}.")
