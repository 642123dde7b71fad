"""Pages for clients, who have no account: the link of their message, the download, the QR's page.

The address itself is the right to see the page; it is never logged by this program, not shown to
search engines and not sent on to other sites.
"""

from __future__ import annotations

import re
import secrets
from io import BytesIO

from flask import Blueprint, g, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from office import codes_desk
from office.clients import Client
from office.documents import Document, document_by_link, find_document
from office.downloads import fetch_by_link, fetch_by_message_link
from office.errors import NotFound
from office.history import Actor
from office.keyring import link_hash
from office.lifecycle import State
from office.screens.context import now, office
from office.settings import LANGUAGES
from signing.challenges import read_challenge
from signing.shown_challenge import shown_challenge
from sync.tickets import TICKET_ID_BYTES, TICKET_LIFE, Ticket, make_ticket

__all__ = ["blueprint"]

blueprint = Blueprint("client", __name__)

MAX_LINK_LETTERS = 64  # our links have 22
MAX_CHALLENGE_LETTERS = 30  # ten digits, with spaces as people put them
_DOCUMENT_ID = re.compile(r"[0-9a-f]{32}")


@blueprint.get("/m/<token>")
def message_page(token: str) -> ResponseReturnValue:
    """Show a client their document: where to sign it, and the button that asks for a code."""
    document, client = _document(token)
    return _page(document, client, token, None)


@blueprint.post("/m/<token>/code")
def ask_code(token: str) -> ResponseReturnValue:
    """Send the client a confirmation code."""
    document, client = _document(token)
    place = client.place
    asked = codes_desk.issue_for(office(), document.id, Actor(), now(), "link", place)
    return _page(document, client, token, asked), 200 if asked.sent else 409


@blueprint.post("/m/<token>/answer")
def answer_typed_challenge(token: str) -> ResponseReturnValue:
    """Send the answer to the number that the client read on the kiosk's screen and typed here."""
    document, client = _document(token)
    challenge = read_challenge(request.form.get("challenge", "")[:MAX_CHALLENGE_LETTERS])
    if challenge is None:
        asked = codes_desk.CodeAsked(False, client.channel, client.masked_contact, "mistyped", None)
    else:
        asked = _answer(document, client, challenge, "link")
    return _page(document, client, token, asked), 200 if asked.sent else 409


@blueprint.route("/a/<document_id>/<int:place>/<digits>", methods=["GET", "POST"])
def answer_challenge(document_id: str, place: int, digits: str) -> ResponseReturnValue:
    """Lead from the square on a kiosk's screen to the message with the answer.

    Whoever has only the square learns nothing but the masked number or address that the kiosk
    shows too; the answer goes there and nowhere else.
    """
    challenge = read_challenge(digits) if len(digits) <= MAX_CHALLENGE_LETTERS else None
    if challenge is None or not _DOCUMENT_ID.fullmatch(document_id):
        raise _no_challenge()
    with office().database.read() as connection:
        try:
            document = find_document(connection, document_id)
        except NotFound as error:
            raise _no_challenge() from error
    here = [one for one in document.here if one.place == place]
    if document.state is not State.DUE or not here:
        raise _no_challenge()
    wanted = request.args.get("language", "")
    g.language = wanted if wanted in LANGUAGES else document.language
    asked = None
    if request.method == "POST":
        asked = _answer(document, here[0], challenge, "square")
    return render_template(
        "office/answer.html",
        client=here[0],
        challenge=shown_challenge(challenge),
        asked=asked,
        place=(document_id, place, digits),
    ), 409 if asked and not asked.sent else 200


@blueprint.get("/m/<token>/pdf")
def message_pdf(token: str) -> ResponseReturnValue:
    """Give the final file to the client whose message link this is."""
    if request.method == "HEAD":
        return _seen_by_a_machine()
    document, data = fetch_by_message_link(office(), _document(token)[0], now())
    return _download(document, data)


@blueprint.get("/d/<token>")
def download(token: str) -> ResponseReturnValue:
    """Give the final file behind a download link, and count it."""
    if len(token) > MAX_LINK_LETTERS:
        raise _gone()
    if request.method == "HEAD":
        return _seen_by_a_machine()
    document, data = fetch_by_link(office(), token, now())
    return _download(document, data)


@blueprint.get("/C")
def certificate_page() -> ResponseReturnValue:
    """Explain what the QR code of a certificate is; its content never comes here."""
    return render_template("office/certificate.html")


@blueprint.get("/c")
def certificate_page_lower() -> ResponseReturnValue:
    """Lead to the same page when a scanner lower-cased the address."""
    return redirect(url_for("client.certificate_page"))


def _answer(
    document: Document, client: Client, challenge: str, asked_at: str
) -> codes_desk.CodeAsked:
    return codes_desk.issue_for(
        office(), document.id, Actor(), now(), asked_at, client.place, challenge
    )


def _no_challenge() -> NotFound:
    return NotFound(
        "no_challenge",
        "This address does not belong to a number on a kiosk's screen (any more).",
        "Scan the square on the kiosk's screen again, or ask the staff.",
    )


def _document(token: str) -> tuple[Document, Client]:
    if len(token) > MAX_LINK_LETTERS:
        raise _gone()
    with office().database.read() as connection:
        try:
            document, client = document_by_link(connection, link_hash(token))
        except NotFound as error:
            raise _gone() from error
    if document.state in {State.DRAFT, State.SENT, State.DIRECTOR_SIGNED}:
        raise _gone()
    wanted = request.args.get("language", "")
    g.language = wanted if wanted in LANGUAGES else document.language
    return document, client


def _page(
    document: Document, client: Client, token: str, asked: codes_desk.CodeAsked | None
) -> str:
    late = document.deadline is not None and now() >= document.deadline
    held = document.quarantined or client not in document.here
    return render_template(
        "office/client.html",
        document=document,
        client=client,
        before=[one for one in document.here if one.place < client.place],
        waits=document.state is State.DUE
        and not (late or document.quarantined or client.has_signed),
        signed=document.state is State.DUE and client.has_signed,
        token=token,
        asked=asked,
        due=document.state is State.DUE and not (late or held),
        ticket=_address_at_the_desk(document, client),
        has_file=document.state in {State.COMPLETED, State.CONFLICT}
        and not document.quarantined
        and document.keep_until is not None
        and now() < document.keep_until,
    )


def _address_at_the_desk(document: Document, client: Client) -> str:
    """Where this client's telephone is let in, for ten minutes; empty when they go to a kiosk."""
    if not client.phone_url:
        return ""
    expires_at = (now() + TICKET_LIFE).replace(microsecond=0)
    ticket = Ticket(document.id, client.place, expires_at, secrets.token_hex(TICKET_ID_BYTES))
    key = office().keyring.response_key()
    return f"{client.phone_url}/s/{make_ticket(key, client.kiosk_id, ticket)}"


def _download(document: Document, data: bytes) -> ResponseReturnValue:
    name = f"{document.number.replace('/', '-')}.pdf"
    return send_file(BytesIO(data), "application/pdf", as_attachment=True, download_name=name)


def _seen_by_a_machine() -> ResponseReturnValue:
    """Answer mail programs, which look before the client does; it is no download."""
    return "", 200, {"Content-Type": "application/pdf"}


def _gone() -> NotFound:
    return NotFound(
        "link_gone",
        "This link does not lead to a document (any more).",
        "Signed a moment ago? Try again in some minutes. Links live 14 days after signing.",
    )
