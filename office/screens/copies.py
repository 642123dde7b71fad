"""The signed copies of a document: all that was held back, why, and the decision about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from office import rulings
from office.copies import Copy, Standing, copy_file, find_copy, list_copies, rulings_about
from office.documents import Document, find_document
from office.errors import NotFound, Refused
from office.lifecycle import State
from office.screens.context import (
    DECIDERS,
    EVERYBODY,
    current_actor,
    current_person,
    now,
    office,
    signed_in,
)
from office.screens.refusals import error_words

__all__ = ["blueprint"]

blueprint = Blueprint("copies", __name__, url_prefix="/documents/<document_id>")


@dataclass(frozen=True)
class Signer:
    """Who signed a copy, as its certificate or its turn says."""

    name: str
    at: datetime | None


@blueprint.get("/copies")
@signed_in(*EVERYBODY)
def copies_page(document_id: str) -> ResponseReturnValue:
    """Show every copy beside the others."""
    with office().database.read() as connection:
        document = find_document(connection, document_id)
        copies = list_copies(connection, document_id)
        released = rulings_about(connection, document_id, "")
    person = current_person()
    held = any(copy.standing is Standing.HELD for copy in copies)
    return render_template(
        "office/copies.html",
        document=document,
        copies=copies,
        signers={copy.sha256: _signers(document, copy) for copy in copies},
        released=released,
        held=held,
        may_decide=person is not None and person.role in DECIDERS,
        may_release=document.quarantined
        and not held
        and document.state in {State.DUE, State.COMPLETED},
        most=rulings.MAX_REASON_LETTERS,
    )


@blueprint.get("/copies/<sha256>.pdf")
@signed_in(*EVERYBODY)
def copy_pdf(document_id: str, sha256: str) -> ResponseReturnValue:
    """Give the bytes of one copy, whatever they are."""
    with office().database.read() as connection:
        document = find_document(connection, document_id)
        copy = find_copy(connection, document_id, sha256)
        data = copy_file(office(), connection, document_id, copy)
    name = f"{document.number.replace('/', '-')}-{sha256[:8]}.pdf"
    return send_file(BytesIO(data), "application/pdf", download_name=name)


@blueprint.post("/copies/<sha256>/accept")
@signed_in(*DECIDERS)
def accept(document_id: str, sha256: str) -> ResponseReturnValue:
    """Let a copy count."""
    return _decided(
        document_id,
        lambda why: rulings.accept_copy(office(), document_id, sha256, why, current_actor(), now()),
        _("This copy counts now."),
    )


@blueprint.post("/copies/<sha256>/reject")
@signed_in(*DECIDERS)
def reject(document_id: str, sha256: str) -> ResponseReturnValue:
    """Decide that a copy does not count."""
    return _decided(
        document_id,
        lambda why: rulings.reject_copy(office(), document_id, sha256, why, current_actor(), now()),
        _("This copy does not count. It is kept."),
    )


@blueprint.post("/copies/<sha256>/take-back")
@signed_in(*DECIDERS)
def take_back(document_id: str, sha256: str) -> ResponseReturnValue:
    """Open a decision again."""
    return _decided(
        document_id,
        lambda why: rulings.take_back(office(), document_id, sha256, why, current_actor(), now()),
        _("The decision is open again."),
    )


@blueprint.post("/release")
@signed_in(*DECIDERS)
def release(document_id: str) -> ResponseReturnValue:
    """End a quarantine that no copy is the reason of."""
    return _decided(
        document_id,
        lambda why: rulings.release(office(), document_id, why, current_actor(), now()),
        _("The document goes on."),
    )


def _decided(document_id: str, act: Callable[[str], None], done: str) -> ResponseReturnValue:
    """Decide, and show the page with what came of it."""
    try:
        act(request.form.get("reason", "")[: 4 * rulings.MAX_REASON_LETTERS])
        flash(done, "good")
    except (Refused, NotFound) as error:
        flash(" ".join(error_words(error)), "bad")
    return redirect(url_for("copies.copies_page", document_id=document_id))


def _signers(document: Document, copy: Copy) -> list[Signer]:
    """The clients who signed a copy."""
    if copy.place is not None:
        client = document.client_at(copy.place)
        return [] if client is None else [Signer(client.name, None)]
    claims = copy.verdict.get("claims") or {}
    return [
        Signer(str(one["name"]), datetime.fromisoformat(one["signed_at"]))
        for one in claims.get("signers", ())
        if one.get("role") == "client"
    ]
