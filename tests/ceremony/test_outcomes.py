"""What a client reads after asking for a code."""

from __future__ import annotations

from typing import Literal

import pytest
from flask import Flask
from flask_babel import Babel

from signing.ceremony.desk import CodeRequest
from signing.ceremony.outcomes import request_message


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
