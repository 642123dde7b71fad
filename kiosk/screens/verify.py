"""The screen that tells whether a paper or a file is genuine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, jsonify, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from kiosk.screens.pictures import received_frame, received_text
from kiosk.screens.words import Words, upload_words
from kiosk.terminal import Terminal
from kiosk.trust import TrustAge, trust_age
from kiosk.verifying import Checked, Verifying, name_of
from signing.ceremony.sessions import chosen_language
from verifier.errors import PictureError, VerifierError
from verifier.picture import text_in_picture
from verifier.token import Method, Proof, Role
from verifier.token_text import MAX_TEXT_CHARACTERS
from verifier.wedge_text import undo_layout

__all__ = ["IDLE_SECONDS", "make_verify_screens"]

IDLE_SECONDS = 120
"""A verdict names people; without a touch for so long it goes from the screen."""


@dataclass(frozen=True)
class TrustLine:
    """The trust list as the foot of the screen shows it."""

    age: TrustAge
    version: int | None
    as_of: datetime | None
    days: int


def trust_line(terminal: Terminal) -> TrustLine:
    """The trust list now."""
    trust, now = terminal.trust.or_none(), terminal.clock.now()
    if trust is None:
        return TrustLine(TrustAge.MISSING, None, None, 0)
    days = max((now - trust.as_of) // timedelta(days=1), 0)
    return TrustLine(trust_age(trust, now), trust.version, trust.as_of, days)


def make_verify_screens(terminal: Terminal) -> Blueprint:
    """Make the blueprint `verify`."""
    blueprint = Blueprint("verify", __name__, url_prefix="/verify", template_folder="../templates")
    screens = _VerifyScreens(terminal)
    blueprint.add_url_rule("", "verify", screens.verify)
    blueprint.add_url_rule("/frame", "frame", screens.frame, methods=["POST"])
    blueprint.add_url_rule("/text", "text", screens.text, methods=["POST"])
    blueprint.add_url_rule("/file", "file", screens.file, methods=["POST"])
    return blueprint


class _VerifyScreens:
    """The views."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._verifying = Verifying(terminal)

    def verify(self) -> str:
        """The camera, always ready, and the chooser for a file."""
        return self._screen()

    def frame(self) -> AnyResponse:
        """A picture from the camera."""
        try:
            text = text_in_picture(received_frame())
        except PictureError:
            text = None
        return self._answer(text) if text else jsonify({})

    def text(self) -> AnyResponse:
        """A text from a scanner."""
        scanned = received_text(MAX_TEXT_CHARACTERS)
        return self._answer("?" if scanned is None else undo_layout(scanned))

    def file(self) -> str | tuple[str, int]:
        """A file from the chooser, or dropped on the screen."""
        upload = request.files.get("file")
        try:
            return self._screen(self._verifying.file(upload.read() if upload else b""))
        except VerifierError as error:
            return self._screen(words=upload_words(error)), 422

    def _screen(self, checked: Checked | None = None, words: Words | None = None) -> str:
        return render_template(
            "kiosk/verify.html",
            checked=checked,
            words=words,
            trust=trust_line(self._terminal),
            idle_seconds=IDLE_SECONDS,
            **_phrases(),
        )

    def _answer(self, text: str) -> AnyResponse:
        """A verdict as a piece of the screen; nothing when it is the one already shown."""
        name = name_of(text)
        if name == request.args.get("shown"):
            return jsonify({"same": True})
        try:
            shown: dict[str, object] = {"checked": self._verifying.code(text)}
        except VerifierError as error:
            shown = {"words": upload_words(error)}
        html = render_template("kiosk/verdict.html", **shown, **_phrases())
        return jsonify({"name": name, "html": html})


def _phrases() -> dict[str, object]:
    """What the templates need to put a verdict into words."""
    return {
        "language": chosen_language(),
        "role_words": {role: words() for role, words in ROLES.items()},
        "method_words": {method: words() for method, words in METHODS.items()},
        "proof_words": {proof: words() for proof, words in PROOFS.items()},
    }


ROLES: dict[Role, Callable[[], str]] = {
    Role.DIRECTOR: lambda: gettext("for the company"),
    Role.CLIENT: lambda: gettext("client"),
}

METHODS: dict[Method, Callable[[], str]] = {
    Method.TYPED: lambda: gettext("typed name"),
    Method.DRAWN: lambda: gettext("drawn by hand"),
    Method.PICTURE: lambda: gettext("picture of a signature"),
    Method.KEY: lambda: gettext("own signing key"),
}

PROOFS: dict[Proof, Callable[[], str]] = {
    Proof.NONE: lambda: gettext("identity not checked"),
    Proof.SMS_CODE: lambda: gettext("code by text message"),
    Proof.EMAIL_CODE: lambda: gettext("code by e-mail"),
    Proof.ID_DOCUMENT: lambda: gettext("identity document"),
    Proof.ACCOUNT: lambda: gettext("signed-in account"),
}
