"""Signing in and out, and the choice of the language."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from office.errors import OfficeError
from office.people import Role
from office.screens.context import (
    EVERYBODY,
    current_person,
    local_path,
    now,
    office,
    signed_in,
)
from office.sessions import sign_in, sign_out
from office.settings import LANGUAGES

__all__ = ["blueprint"]

blueprint = Blueprint("sign_in", __name__)


@blueprint.get("/")
@signed_in(*EVERYBODY)
def front_page() -> ResponseReturnValue:
    """Lead a person to where their work is."""
    person = current_person()
    if person is not None and person.role is Role.DIRECTOR:
        return redirect(url_for("queue.queue_page"))
    return redirect(url_for("documents.list_page"))


@blueprint.get("/sign-in")
def sign_in_page() -> ResponseReturnValue:
    """Ask for address and password."""
    if current_person() is not None:
        return redirect("/")
    return render_template("office/sign_in.html", back=request.args.get("back", "/"), email="")


@blueprint.post("/sign-in")
def sign_in_try() -> ResponseReturnValue:
    """Check address and password and open a session."""
    email = request.form.get("email", "")
    back = local_path(request.form.get("back", "/"))
    try:
        person, token = sign_in(
            office().database,
            email,
            request.form.get("password", ""),
            request.remote_addr or "",
            now(),
        )
    except OfficeError as error:
        page = render_template("office/sign_in.html", back=back, email=email, error=error)
        return page, 429 if error.code == "too_many_tries" else 401
    language = session.get("language")
    session.clear()
    session["token"] = token
    session["language"] = language if language in LANGUAGES else person.language
    return redirect(back)


@blueprint.post("/sign-out")
def sign_out_now() -> ResponseReturnValue:
    """End the session in the database and forget the cookie."""
    token = session.get("token")
    if isinstance(token, str):
        sign_out(office().database, token)
    session.clear()
    return redirect(url_for("sign_in.sign_in_page"))


@blueprint.post("/language")
def choose_language() -> ResponseReturnValue:
    """Show this browser another language."""
    wanted = request.form.get("language", "")
    if wanted in LANGUAGES:
        session["language"] = wanted
    return redirect(local_path(request.form.get("back", "/")))
