"""Placing fields on the pages of a draft, and sending it to the director."""

from __future__ import annotations

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from office import preparation
from office.documents import Document, client_at, find_document
from office.errors import NotFound, Refused
from office.lifecycle import State
from office.people import Role
from office.screens.context import (
    EVERYBODY,
    PREPARERS,
    current_actor,
    current_person,
    now,
    office,
    signed_in,
)
from office.screens.labels import field_kinds
from office.screens.refusals import error_words
from signing.ceremony.page_pictures import PAGE_WIDTHS, PagePictures
from signing.errors import SigningError
from signing.field_specs import CURRENCIES

__all__ = ["blueprint"]

blueprint = Blueprint("placing", __name__, url_prefix="/documents/<document_id>")

MAX_LAYOUT_BYTES = 128 * 1024  # 120 fields with long texts are about 100 KiB

_SHOWN = {
    State.DRAFT: "source",
    State.SENT: "prepared",
    State.COMPLETED: "final",
    State.CONFLICT: "final",
    State.CLIENT_SIGNED: "final",
    State.SIGNED_AFTER_CANCEL: "final",
}
"""Which file's pages are shown in which state; the director-signed one in all others."""


@blueprint.get("/fields")
@signed_in(*PREPARERS)
def fields_page(document_id: str) -> ResponseReturnValue:
    """Show the pages of a draft with the boxes placed on them."""
    with office().database.read() as connection:
        document = find_document(connection, document_id)
    if document.state is not State.DRAFT:
        return redirect(url_for("documents.document_page", document_id=document_id))
    place = _place()
    return render_template(
        "office/fields.html",
        document=document,
        client=client_at(document, place),
        layout=document.layout_of(place),
        rooms=document.layout_of(place).rooms(document.language),
        others=[
            {"name": other.name, "layout": document.layout_of(other.place).clients_part()}
            for other in document.clients
            if other.place != place
        ],
        kinds=field_kinds(),
        currencies=CURRENCIES,
    )


@blueprint.put("/layout")
@signed_in(*PREPARERS)
def save_layout(document_id: str) -> ResponseReturnValue:
    """Keep the boxes as the browser has them now; say which have too little room."""
    if (request.content_length or 0) > MAX_LAYOUT_BYTES:
        raise Refused("layout_malformed", "This layout is too large.", "Leave out some fields.")
    try:
        data = request.get_json(silent=True)
    except RecursionError:  # brackets in brackets in brackets
        data = None
    try:
        layout = preparation.save_layout(
            office(), document_id, data, current_actor(), now(), _place()
        )
    except (Refused, NotFound) as error:
        sentence, next_step = error_words(error)
        status = 404 if isinstance(error, NotFound) else 422
        return jsonify(code=error.code, sentence=sentence, next_step=next_step), status
    with office().database.read() as connection:
        language = find_document(connection, document_id).language
    return jsonify(saved=True, layout=layout.to_json(), rooms=layout.rooms(language))


@blueprint.post("/send")
@signed_in(*PREPARERS)
def send(document_id: str) -> ResponseReturnValue:
    """Prepare the draft and put it into the director's queue."""
    try:
        preparation.send_to_director(office(), document_id, current_actor(), now())
    except Refused as error:
        flash(" ".join(error_words(error)), "bad")
        return redirect(url_for("placing.fields_page", document_id=document_id))
    flash(_("The document is in the director's queue."), "good")
    return redirect(url_for("documents.document_page", document_id=document_id))


@blueprint.get("/pages/<int:page>.jpg")
@signed_in(*EVERYBODY)
def page_picture(document_id: str, page: int) -> ResponseReturnValue:
    """Give one page, counted from 1, as a picture."""
    person = current_person()
    with office().database.read() as connection:
        document = find_document(connection, document_id)
        if person is not None and person.role is Role.DIRECTOR and document.state is State.DRAFT:
            raise NotFound("no_such_page", "There is no such page.", "Go back to the document.")
        kind = _shown_file(document)
        digest = {"final": document.final_sha256, "turn": document.revision[0]}.get(kind, "")
        data = office().blobs.get(connection, document_id, kind, digest)
    try:
        picture = PagePictures().jpeg(data, document_id, page, PAGE_WIDTHS[0])
    except SigningError as error:
        raise NotFound(error.code, error.sentence, error.next_step) from error
    return picture, 200, {"Content-Type": "image/jpeg"}


def _place() -> int:
    """Which client's places are meant, from 0; the address counts from 1."""
    text = request.args.get("client", "1")[:3]
    return int(text) - 1 if text.isascii() and text.isdigit() else 0


def _shown_file(document: Document) -> str:
    if document.state in _SHOWN:
        return _SHOWN[document.state]
    if document.revision != document.base:
        return "turn"
    if document.pdf_sha256:
        return "director"
    return "prepared" if document.plan is not None else "source"
