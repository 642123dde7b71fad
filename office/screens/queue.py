"""The director's queue: what waits, reading it, and signing one or many with a code."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from office import director_desk
from office.contacts import masked_contact
from office.director_values import asked_of_director, checked_apart, is_filled, keep_values
from office.documents import Document, find_document, waiting_for
from office.errors import NotFound, OfficeError, Refused
from office.lifecycle import State
from office.people import Person, Role
from office.screens.context import chosen_language, current_person, now, office, signed_in
from office.screens.places import places_by_page
from office.screens.refusals import error_words
from signing.ceremony.field_words import field_hint, field_message
from signing.value_forms import typed

__all__ = ["blueprint"]

blueprint = Blueprint("queue", __name__, url_prefix="/queue")


@blueprint.get("")
@signed_in(Role.DIRECTOR)
def queue_page() -> ResponseReturnValue:
    """Show what waits for this director."""
    with office().database.read() as connection:
        waiting = waiting_for(connection, _person().id)
    unfilled = {document.id for document in waiting if not is_filled(document)}
    return render_template("office/queue.html", documents=waiting, unfilled=unfilled)


@blueprint.get("/<document_id>")
@signed_in(Role.DIRECTOR)
def read_page(document_id: str) -> ResponseReturnValue:
    """Show all pages of one waiting document."""
    with office().database.read() as connection:
        document = find_document(connection, document_id)
    _require_own(document)
    if document.state is not State.SENT:
        return redirect(url_for("documents.document_page", document_id=document_id))
    return _reading(document, {}, {})


@blueprint.post("/<document_id>/values/check")
@signed_in(Role.DIRECTOR)
def check_typed(document_id: str) -> ResponseReturnValue:
    """Answer what is wrong with what the director has typed so far; nothing is kept."""
    with office().database.read() as connection:
        document = find_document(connection, document_id)
    _require_own(document)
    _, problems = checked_apart(document, request.form)
    return jsonify(problems={key: field_message(error) for key, error in problems.items()})


@blueprint.post("/<document_id>/values")
@signed_in(Role.DIRECTOR)
def fill_in(document_id: str) -> ResponseReturnValue:
    """Keep what the director filled in, or say beside the field what is wrong."""
    kept = keep_values(office(), _person(), document_id, request.form, now())
    if kept.problems:
        problems = {key: field_message(error) for key, error in kept.problems.items()}
        return _reading(kept.document, request.form, problems), 422
    flash(_("Saved. It goes into the document when you sign."), "good")
    return redirect(url_for("queue.read_page", document_id=document_id))


@blueprint.post("/code")
@signed_in(Role.DIRECTOR)
def ask_code() -> ResponseReturnValue:
    """E-mail a code for the chosen documents and ask for it."""
    chosen = request.form.getlist("document")
    try:
        expires_at = director_desk.request_director_code(office(), _person(), chosen, now())
    except Refused as error:
        flash(" ".join(error_words(error)), "bad")
        return redirect(url_for("queue.queue_page"))
    return _code_form(chosen, None, expires_at)


@blueprint.post("/sign")
@signed_in(Role.DIRECTOR)
def sign() -> ResponseReturnValue:
    """Check the code and sign the chosen documents."""
    chosen = request.form.getlist("document")
    try:
        signed = director_desk.sign_documents(
            office(), _person(), chosen, request.form.get("code", ""), now()
        )
    except Refused as error:
        if error.code.startswith("code_"):
            return _code_form(chosen, error, None), 422
        flash(" ".join(error_words(error)), "bad")
        return redirect(url_for("queue.queue_page"))
    flash(
        ngettext(
            "%(num)s document is signed and on its way to its kiosk.",
            "%(num)s documents are signed and on their way to their kiosks.",
            len(signed),
        ),
        "good",
    )
    return redirect(url_for("queue.queue_page"))


def _require_own(document: Document) -> None:
    if document.director_id != _person().id:
        raise NotFound("no_such_document", "There is no such document.", "Look at your queue.")


def _reading(document: Document, entered: Mapping[str, str], problems: Mapping[str, str]) -> str:
    """Show all pages, and what the director fills in: as it was entered, or as it was kept."""
    fields, kept = asked_of_director(document), document.director_values
    values = {
        spec.key: entered[spec.key]
        if spec.key in problems and spec.key in entered
        else typed(spec, kept.get(spec.key, spec.suggested or ""), chosen_language())
        for spec in fields
    }
    return render_template(
        "office/queue_document.html",
        document=document,
        places=places_by_page(document),
        fields=fields,
        values=values,
        problems=problems,
        filled=is_filled(document),
        answered=set(kept),
        field_hint=field_hint,
    )


def _code_form(chosen: list[str], error: OfficeError | None, expires_at: object) -> str:
    with office().database.read() as connection:
        documents: list[Document] = [find_document(connection, one) for one in chosen]
    return render_template(
        "office/queue_code.html",
        documents=documents,
        error=error,
        expires_at=expires_at,
        address=masked_contact("email", _person().email),
    )


def _person() -> Person:
    person = current_person()
    if person is None:  # `signed_in` has made sure of it
        raise NotFound("no_such_person", "Nobody is signed in.", "Sign in.")
    return person
