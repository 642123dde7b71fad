"""The head-office application: wiring of screens, sync, trust list and protection.

`create_app` opens nothing by itself and starts nothing; `python -m office serve` opens the head
office, starts the scheduler and serves the application with waitress.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel, get_locale
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException

import signing
from office.documents import count_waiting
from office.errors import NotAllowed, NotFound, OfficeError, Refused
from office.head_office import HeadOffice
from office.ledger import Ledger
from office.people import Role
from office.response_key import office_keys
from office.screens import (
    administration,
    authorities,
    client,
    clients,
    copies,
    copy_words,
    development,
    documents,
    front_desk,
    journals,
    key_secrets,
    keys,
    labels,
    pin,
    placing,
    queue,
    refusals,
    service_keys,
    sign_in,
    signing_again,
    trust,
)
from office.screens.context import chosen_language, current_person
from office.settings import LANGUAGES
from office.words import TRANSLATIONS, local_date, local_time
from signing.ceremony import TRANSLATIONS as CEREMONY_TRANSLATIONS
from signing.normalise import MAX_INPUT_BYTES
from sync.office_side import make_sync_blueprint

__all__ = ["MAX_REQUEST_BYTES", "MAX_UPLOAD_BYTES", "create_app"]

MAX_REQUEST_BYTES = 2 * 1024 * 1024
"""Largest request but for uploads of PDFs: a batch of 100 kiosk events is below 1 MiB."""
MAX_UPLOAD_BYTES = MAX_INPUT_BYTES + 64 * 1024
"""Largest upload of a PDF, with the form around it."""
POLL_SECONDS = 60
"""How often a kiosk asks for news when nothing else happens."""
DEVELOPMENT_POLL_SECONDS = 2
"""The same while somebody watches and waits."""
LANGUAGE_NAMES = {"pl": "Polski", "en": "English", "de": "Deutsch", "uk": "Українська"}
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)

_LOG = logging.getLogger(__name__)


class _Office(Flask):
    """Flask, but for its log of errors: a client's link is a secret and stands in the path."""

    def log_exception(self, exc_info: Any) -> None:
        """Log an unexpected error by the route's name."""
        _LOG.error("event=request_broken endpoint=%s", request.endpoint, exc_info=exc_info)


def create_app(
    office: HeadOffice, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Flask:
    """Make the application of an opened head office.

    Args:
        office: the head office.
        clock: gives the time, aware UTC.
    """
    app = _Office("office", root_path=str(Path(__file__).parent))
    app.config.update(
        SECRET_KEY=office.keyring.session_key(),
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        SESSION_COOKIE_NAME="sygnet_office",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=office.settings.secure_cookies,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=office.settings.secure_cookies,
        BABEL_TRANSLATION_DIRECTORIES=f"{TRANSLATIONS};{CEREMONY_TRANSLATIONS}",
        BABEL_DEFAULT_LOCALE=LANGUAGES[0],
    )
    app.extensions["sygnet_office"] = office
    app.extensions["sygnet_clock"] = clock
    app.before_request(_allow_uploads)
    Babel(app, locale_selector=chosen_language)
    csrf = CSRFProtect(app)
    _register_blueprints(app, office, csrf, clock)
    _register_words(app, office)
    app.after_request(_secure_headers)
    app.register_error_handler(OfficeError, _office_error)
    app.register_error_handler(HTTPException, _http_error)
    return app


def _register_blueprints(
    app: Flask, office: HeadOffice, csrf: CSRFProtect, clock: Callable[[], datetime]
) -> None:
    look = Path(signing.__file__).parent / "ceremony" / "static"
    app.register_blueprint(
        Blueprint("look", "office.look", static_folder=str(look), static_url_path="/look")
    )
    prepare = (documents, copies, clients, placing, signing_again)
    keep = (authorities, journals, key_secrets, keys, service_keys)
    people = (administration, front_desk, pin)
    for module in (sign_in, *prepare, queue, *people, *keep, client, trust):
        app.register_blueprint(module.blueprint)
    every = DEVELOPMENT_POLL_SECONDS if office.settings.development else POLL_SECONDS
    sync = make_sync_blueprint(Ledger(office, clock), office_keys(office), clock, every)
    csrf.exempt(sync)
    app.register_blueprint(sync)
    if office.settings.development:
        csrf.exempt(development.sink_blueprint)
        app.register_blueprint(development.sink_blueprint)
        app.register_blueprint(development.messages_blueprint)


def _register_words(app: Flask, office: HeadOffice) -> None:
    timezone = office.settings.timezone

    def day(moment: datetime | None) -> str:
        return "" if moment is None else local_date(moment, timezone, str(get_locale()))

    def clock_time(moment: datetime | None) -> str:
        return "" if moment is None else local_time(moment, timezone, str(get_locale()))

    def count_for_director() -> int:
        person = current_person()
        if person is None or person.role is not Role.DIRECTOR:
            return 0
        with office.database.read() as connection:
            return count_waiting(connection, person.id)

    app.jinja_env.filters.update(
        zip=zip,
        day=day,
        clock_time=clock_time,
        state_name=labels.state_name,
        state_tone=labels.state_tone,
        role_name=labels.role_name,
        event_name=labels.event_name,
        given_name=copy_words.given_name,
        problem_words=copy_words.problem_words,
        standing_name=copy_words.standing_name,
        standing_tone=copy_words.standing_tone,
        verdict_words=copy_words.verdict_words,
    )
    app.jinja_env.globals.update(
        current_person=current_person,
        error_words=refusals.error_words,
        languages=LANGUAGE_NAMES,
        language=lambda: str(get_locale()),
        organisation=office.organisation,
        development=office.settings.development,
        count_waiting=count_for_director,
        Role=Role,
    )


def _allow_uploads() -> None:
    """Let the one route that takes PDFs take large ones; runs before anything reads the form."""
    if request.endpoint == "documents.new_document":
        request.max_content_length = MAX_UPLOAD_BYTES
    if request.endpoint is not None and request.endpoint.startswith(("sync.", "look.")):
        g.machine = True


def _secure_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers.setdefault("X-Frame-Options", "DENY")
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=()"
    headers["X-Robots-Tag"] = "noindex"
    if request.endpoint not in {"static", "look.static", "trust.repository_file"}:
        headers["Cache-Control"] = "no-store"
    return response


def _office_error(error: OfficeError) -> ResponseReturnValue:
    """Show a refusal with its sentence, its next step and its code."""
    status = 500
    for kind, number in ((NotFound, 404), (NotAllowed, 403), (Refused, 409)):
        if isinstance(error, kind):
            status = number
    if status == 500:
        _LOG.error("event=request_failed endpoint=%s code=%s", request.endpoint, error.code)
    sentence, next_step = refusals.error_words(error)
    return _error_page(error.code, sentence, next_step, status)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    """Show an HTTP error in our own words."""
    from flask_babel import gettext as _

    words: dict[int, tuple[str, str, str]] = {
        404: ("not_found", _("There is no such page."), _("Check the address.")),
        405: ("not_found", _("There is no such page."), _("Check the address.")),
        413: (
            "too_large",
            _("What was sent is too large."),
            _("Reduce the resolution of its pictures, or split the document."),
        ),
    }
    status = error.code or 500
    if status < 400:
        return error.get_response()
    if isinstance(error, CSRFError):
        code, sentence, next_step = (
            "form_expired",
            _("This page was open for too long."),
            _("Go back, load it again and repeat the step."),
        )
    elif status in words:
        code, sentence, next_step = words[status]
    elif status < 500:
        code, sentence, next_step = "bad_request", _("This request was not understood."), ""
    else:
        code, sentence, next_step = (
            "program_error",
            _("Something went wrong here."),
            _("Nothing was changed. Try again, and tell the administrator if it stays."),
        )
    return _error_page(code, sentence, next_step, status)


def _error_page(code: str, sentence: str, next_step: str, status: int) -> ResponseReturnValue:
    facts: dict[str, Any] = {"code": code, "sentence": sentence, "next_step": next_step}
    if g.get("machine") or request.is_json:
        return jsonify(facts), status
    return render_template("office/error.html", **facts), status
