"""Who signs a draft: adding clients, removing them, changing their order."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from office.documents import find_document
from office.errors import OfficeError
from office.lifecycle import State
from office.screens.client_rows import (
    FIRST,
    MAX_CLIENTS,
    ClientRow,
    kiosks_to_choose,
    read_rows,
    rows_of,
    wanted_clients,
    wrong_row,
)
from office.screens.context import PREPARERS, current_actor, now, office, signed_in
from office.signing_order import save_clients

__all__ = ["blueprint"]

blueprint = Blueprint("clients", __name__, url_prefix="/documents/<document_id>/clients")


@blueprint.get("")
@signed_in(*PREPARERS)
def page(document_id: str) -> ResponseReturnValue:
    """Show the clients of a draft as rows that can be changed."""
    with office().database.read() as connection:
        document = find_document(connection, document_id)
    if document.state is not State.DRAFT:
        return redirect(url_for("documents.document_page", document_id=document_id))
    return _form(document_id, rows_of(document.clients), None)


@blueprint.post("")
@signed_in(*PREPARERS)
def save(document_id: str) -> ResponseReturnValue:
    """Keep the rows as they are now, and go on to the places on the pages."""
    rows = read_rows(request.form)
    try:
        save_clients(office(), document_id, wanted_clients(rows), current_actor(), now())
    except OfficeError as error:
        return _form(document_id, rows[:MAX_CLIENTS] or [ClientRow(FIRST)], error), 422
    return redirect(url_for("placing.fields_page", document_id=document_id))


def _form(document_id: str, rows: list[ClientRow], error: OfficeError | None) -> str:
    with office().database.read() as connection:
        document = find_document(connection, document_id)
        kiosks = kiosks_to_choose(connection)
    return render_template(
        "office/clients.html",
        document=document,
        rows=rows,
        empty=ClientRow("new"),
        wrong=wrong_row(error),
        most=MAX_CLIENTS,
        kiosks=kiosks,
        error=error,
    )
