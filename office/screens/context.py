"""What every screen needs: the opened head office, the time, and who is asking.

`signed_in` is the one way to guard a route: it names the roles that the route serves, and the
check is made on the server for every request.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec
from urllib.parse import urlsplit

from flask import current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from office.decision_mail import DECIDERS
from office.head_office import HeadOffice
from office.history import Actor
from office.people import Person, Role, require_role
from office.sessions import person_of_session
from office.settings import LANGUAGES

__all__ = [
    "DECIDERS",
    "EVERYBODY",
    "PREPARERS",
    "chosen_language",
    "current_actor",
    "current_person",
    "local_path",
    "now",
    "office",
    "signed_in",
]

PREPARERS = (Role.OPERATOR, Role.ADMINISTRATOR)
"""Who prepares and follows documents."""
"""Who decides about signed copies that were held back."""
EVERYBODY = tuple(Role)
"""Everybody who is signed in."""

_Arguments = ParamSpec("_Arguments")


def office() -> HeadOffice:
    """Return the head office of this application."""
    opened: HeadOffice = current_app.extensions["sygnet_office"]
    return opened


def now() -> datetime:
    """Return the time, from the application's clock."""
    moment: datetime = current_app.extensions["sygnet_clock"]()
    return moment


def current_person() -> Person | None:
    """Return who is signed in in this browser; None when nobody is."""
    if "person" not in g:
        token = session.get("token")
        g.person = None
        if isinstance(token, str) and token:
            g.person = person_of_session(office().database, token, now())
    person: Person | None = g.person
    return person


def current_actor() -> Actor:
    """Return the person signed in as the cause of events."""
    person = current_person()
    return Actor(None if person is None else person.id)


def signed_in(
    *roles: Role,
) -> Callable[
    [Callable[_Arguments, ResponseReturnValue]], Callable[_Arguments, ResponseReturnValue]
]:
    """Let a route serve only people with one of `roles`; others are asked to sign in or refused."""

    def guard(
        view: Callable[_Arguments, ResponseReturnValue],
    ) -> Callable[_Arguments, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> ResponseReturnValue:
            person = current_person()
            if person is None:
                back = request.full_path if request.method == "GET" else "/"
                return redirect(url_for("sign_in.sign_in_page", back=back.rstrip("?")))
            require_role(person, *roles)
            return view(*args, **kwargs)

        guarded.sygnet_roles = roles  # type: ignore[attr-defined]  # read by the tests of rights
        return guarded

    return guard


def chosen_language() -> str:
    """Return the language of this browser; the locale selector of Flask-Babel."""
    shown: Any = g.get("language") or session.get("language")
    if shown in LANGUAGES:
        return str(shown)
    person = current_person()
    if person is not None:
        return person.language
    return request.accept_languages.best_match(LANGUAGES, LANGUAGES[0]) or LANGUAGES[0]


def local_path(text: str) -> str:
    """Return a path of this application from a parameter; the front page for anything else."""
    try:
        parts = urlsplit(text)
    except ValueError:  # such as half an IPv6 address
        return "/"
    safe = (
        not parts.scheme
        and not parts.netloc
        and text.startswith("/")
        and not text.startswith(("//", "/\\"))
        and text.isprintable()
    )
    return text if safe else "/"
