"""The list of documents, making a new one, and one document with its timeline and actions."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import datetime, time, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from office import dispatch, preparation
from office.clients import Client
from office.copies import list_copies
from office.documents import (
    LIST_LIMIT,
    Document,
    DocumentFilter,
    count_by_state,
    count_undecided,
    find_document,
    list_documents,
)
from office.downloads import count_downloads, final_file
from office.errors import NotFound, OfficeError, Refused
from office.following import resend_message
from office.history import document_history
from office.kiosks import Kiosk, list_kiosks
from office.lifecycle import State, Step, allows
from office.moving import MOVABLE, move_client
from office.people import Role, list_people
from office.preparation import NewDocument
from office.screens.client_rows import (
    FIRST,
    MAX_CLIENTS,
    ClientRow,
    kiosks_to_choose,
    read_rows,
    wanted_clients,
    wrong_row,
)
from office.screens.context import (
    DECIDERS,
    EVERYBODY,
    PREPARERS,
    chosen_language,
    current_actor,
    current_person,
    now,
    office,
    signed_in,
)
from office.screens.labels import identity_names
from office.screens.long_life import proof_of_time
from office.screens.refusals import error_words
from office.signing_again import may_sign_again
from sync.staff import IdentityWay

__all__ = ["blueprint"]

blueprint = Blueprint("documents", __name__, url_prefix="/documents")

_FORM_FIELDS = (
    "title",
    "number",
    "director_id",
    "language",
    "deadline",
    "identity",
)
UNDECIDED = "undecided"
"""Stands among the states of the list: everything about which a person has to decide."""


@blueprint.get("")
@signed_in(*EVERYBODY)
def list_page() -> ResponseReturnValue:
    """Show the documents, filtered and searched."""
    state = request.args.get("state", "")
    page = request.args.get("page", "0")[:6]
    wanted = DocumentFilter(
        state=State(state) if state in set(State) else None,
        undecided=state == UNDECIDED,
        text=request.args.get("text", ""),
        page=int(page) if page.isascii() and page.isdigit() else 0,
    )
    with office().database.read() as connection:
        documents = list_documents(connection, wanted)
        counts = count_by_state(connection)
        undecided = count_undecided(connection)
    return render_template(
        "office/documents.html",
        documents=documents[:LIST_LIMIT],
        counts=counts,
        undecided=undecided,
        wanted=wanted,
        more=len(documents) > LIST_LIMIT,
        may_prepare=_may_prepare(),
    )


@blueprint.get("/new")
@signed_in(*PREPARERS)
def new_page() -> ResponseReturnValue:
    """Ask for the PDF and the client."""
    return _new_form({"language": chosen_language()}, [ClientRow(FIRST)], None)


@blueprint.post("/new")
@signed_in(*PREPARERS)
def new_document() -> ResponseReturnValue:
    """Make a draft of what was uploaded."""
    given = {name: request.form.get(name, "") for name in _FORM_FIELDS}
    rows = read_rows(request.form)
    upload = request.files.get("pdf")
    try:
        document_id = preparation.create_document(
            office(),
            NewDocument(
                pdf=upload.read() if upload is not None else b"",
                title=given["title"],
                number=given["number"],
                clients=wanted_clients(rows),
                director_id=given["director_id"],
                language=given["language"],
                deadline=_end_of_day(given["deadline"]),
                password=request.form.get("password", ""),
                identity=_identity(given["identity"]),
            ),
            current_actor(),
            now(),
        )
    except OfficeError as error:
        return _new_form(given, rows[:MAX_CLIENTS] or [ClientRow(FIRST)], error), 422
    return redirect(url_for("placing.fields_page", document_id=document_id))


@blueprint.get("/<document_id>")
@signed_in(*EVERYBODY)
def document_page(document_id: str) -> ResponseReturnValue:
    """Show one document: state, facts, actions, timeline."""
    with office().database.read() as connection:
        document = find_document(connection, document_id)
        history = document_history(connection, document_id)
        downloads = count_downloads(connection, document_id)
        proof = proof_of_time(connection, document)
        kiosks = kiosks_to_choose(connection)
        shut_out = {kiosk.id for kiosk in list_kiosks(connection) if kiosk.revoked_at}
        copies = list_copies(connection, document_id)
        signed_again = may_sign_again(connection, document)
    return render_template(
        "office/document.html",
        document=document,
        history=list(reversed(history)),
        downloads=downloads,
        proof=proof,
        kiosks=kiosks,
        to_write=_to_write(document),
        may_move=_may_prepare() and _is_movable(document, kiosks),
        cut_off=_at(document, shut_out, signed=False),
        outlived=_at(document, shut_out, signed=True),
        copies=copies,
        may_decide=_may_decide(),
        may_prepare=_may_prepare(),
        may_cancel=allows(document.state, Step.CANCEL),
        may_sign_again=signed_again,
        identity_name=identity_names()[IdentityWay(document.identity)],
        has_file=document.state in {State.COMPLETED, State.CONFLICT},
    )


@blueprint.post("/<document_id>/cancel")
@signed_in(*PREPARERS)
def cancel(document_id: str) -> ResponseReturnValue:
    """Withdraw a document."""
    return _acted(
        document_id,
        lambda: preparation.cancel_document(office(), document_id, current_actor(), now()),
        _("The document is cancelled; the kiosk erases it at its next sync."),
    )


@blueprint.post("/<document_id>/resend")
@signed_in(*PREPARERS)
def resend(document_id: str) -> ResponseReturnValue:
    """Write to the client again."""
    return _acted(
        document_id,
        lambda: resend_message(office(), document_id, current_actor(), now(), _place()),
        _("The message is on its way."),
    )


@blueprint.post("/<document_id>/new-codes")
@signed_in(*PREPARERS)
def new_codes(document_id: str) -> ResponseReturnValue:
    """Allow new codes after too many wrong ones."""
    return _acted(
        document_id,
        lambda: dispatch.renew_code_key(office(), document_id, current_actor(), now(), _place()),
        _("New codes are allowed as soon as the kiosk has synced; older ones no longer work."),
    )


@blueprint.post("/<document_id>/move")
@signed_in(*PREPARERS)
def move(document_id: str) -> ResponseReturnValue:
    """Let a client sign at another kiosk."""
    place, kiosk_id = _place() or 0, request.form.get("kiosk_id", "")[:32]
    return _acted(
        document_id,
        lambda: move_client(office(), document_id, place, kiosk_id, current_actor(), now()),
        _("This client signs at the other kiosk now."),
    )


@blueprint.get("/<document_id>/final.pdf")
@signed_in(*EVERYBODY)
def final_pdf(document_id: str) -> ResponseReturnValue:
    """Give the accepted final file."""
    with office().database.read() as connection:
        document = find_document(connection, document_id)
        data = final_file(office(), connection, document)
    name = f"{document.number.replace('/', '-')}.pdf"
    return send_file(BytesIO(data), "application/pdf", as_attachment=True, download_name=name)


def _acted(document_id: str, act: object, done: str) -> ResponseReturnValue:
    """Do one thing to a document and show it again with what came of it."""
    try:
        if callable(act):
            act()
        flash(done, "good")
    except (Refused, NotFound) as error:
        flash(" ".join(error_words(error)), "bad")
    return redirect(url_for("documents.document_page", document_id=document_id))


def _new_form(given: dict[str, str], rows: list[ClientRow], error: OfficeError | None) -> str:
    with office().database.read() as connection:
        kiosks = kiosks_to_choose(connection)
        directors = [person for person in list_people(connection, Role.DIRECTOR) if person.has_key]
    tomorrow = (now() + timedelta(days=1)).astimezone(ZoneInfo(office().settings.timezone)).date()
    return render_template(
        "office/new_document.html",
        given=given,
        rows=rows,
        empty=ClientRow("new"),
        wrong=wrong_row(error),
        most=MAX_CLIENTS,
        error=error,
        kiosks=kiosks,
        directors=directors,
        earliest=tomorrow.isoformat(),
        identity_names=identity_names(),
    )


def _identity(text: str) -> IdentityWay:
    """Return how clients prove who they are; by a code where the form does not say."""
    return IdentityWay(text) if text in set(IdentityWay) else IdentityWay.CODE


def _end_of_day(text: str) -> datetime | None:
    """Return the last second of a day as a browser's date field gives it."""
    if not text.strip():
        return None
    try:
        day = datetime.strptime(text.strip(), "%Y-%m-%d").date()  # noqa: DTZ007 - a day only
    except ValueError as error:
        raise Refused(
            "bad_deadline",
            "The deadline must lie in the future, at most a year ahead.",
            "Choose another day, or leave it empty.",
        ) from error
    return datetime.combine(day, time(23, 59, 59), ZoneInfo(office().settings.timezone))


def _to_write(document: Document) -> tuple[Client, ...]:
    """The clients for whom there is a message now."""
    if document.state is State.COMPLETED:
        return document.clients
    return document.here if document.state is State.DUE else ()


def _place() -> int | None:
    """Which client a form is about; None when it does not say."""
    text = request.form.get("client", "")[:3]
    return int(text) if text.isascii() and text.isdigit() else None


def _is_movable(document: Document, kiosks: Sequence[Kiosk]) -> bool:
    """Whether one of its clients could sign at another kiosk than the one that was chosen."""
    chosen = {one.kiosk_id for one in document.clients if not one.has_signed}
    elsewhere = any(chosen != {kiosk.id} for kiosk in kiosks)
    return document.state in MOVABLE and not document.quarantined and elsewhere


def _at(document: Document, shut_out: Set[str], *, signed: bool) -> list[Client]:
    """The clients of a document under way whose kiosk is shut out."""
    if document.state not in MOVABLE:
        return []
    return [
        one for one in document.clients if one.kiosk_id in shut_out and one.has_signed is signed
    ]


def _may_decide() -> bool:
    person = current_person()
    return person is not None and person.role in DECIDERS


def _may_prepare() -> bool:
    person = current_person()
    return person is not None and person.role in PREPARERS
