"""What head office writes to people: the texts of every e-mail and SMS, in their language.

Each message binds itself to its document: it names the document, the kiosk and the first six hex
digits of the file's hash, which the kiosk's screen shows too (design section 7). An SMS is plain
GSM-7 text; an e-mail has a text and an HTML part with the same words.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import qrcode
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.pil import PilImage

from office.clients import Client, place_of_link
from office.documents import Document
from office.head_office import HeadOffice
from office.people import Person
from office.words import catalogue, gsm7, local_date, local_time

__all__ = [
    "MessageKind",
    "OutgoingMessage",
    "message_to_administrator",
    "message_to_client",
    "message_to_decider",
    "message_to_director",
    "message_to_staff",
]

_TEMPLATES = Path(__file__).with_name("templates") / "messages"
_QR_BOX_PIXELS = 6


class MessageKind(StrEnum):
    """What a message is about; also the name of its templates."""

    CLIENT_INVITED = "client_invited"  # a document waits for the client at a kiosk
    CLIENT_CODE = "client_code"  # the confirmation code
    CLIENT_COMPLETED = "client_completed"  # signed; here is the file
    DIRECTOR_WAITING = "director_waiting"  # a document waits for the director
    DIRECTOR_CODE = "director_code"  # the director's code
    ADMINISTRATOR_ENDINGS = "administrator_endings"  # keys or lists run out
    DECISION_WAITING = "decision_waiting"  # a document was held back
    STAFF_INVITED = "staff_invited"  # choose a PIN for the kiosk


@dataclass(frozen=True)
class OutgoingMessage:
    """One message, ready to be handed to a gateway."""

    key: str  # the same for the same message: lets a gateway drop a repetition
    channel: str  # "sms" or "email"
    to: str
    subject: str  # empty for an SMS
    text: str
    html: str = ""  # empty for an SMS
    pictures: dict[str, bytes] = field(default_factory=dict)  # content id -> PNG


def message_to_client(
    office: HeadOffice,
    document: Document,
    client: Client,
    kind: MessageKind,
    key: str,
    **facts: Any,
) -> OutgoingMessage:
    """Write to one of a document's clients.

    Args:
        office: the head office.
        document: the document.
        client: to whom.
        kind: which message.
        key: name of the message for the gateway.
        facts: `before` (who signs first, or empty) for an invitation; `code` and `expires_at` for
            a code, or `challenge` (what it answers, in groups) where there is no time; `link` and
            `keep_until` for the finished file.
    """
    token = office.keyring.message_link(place_of_link(document.id, client.place), client.link_hash)
    link = f"{office.settings.public_url}/m/{token}"
    values = {
        "organisation": office.organisation,
        "number": document.number,
        "title": document.title,
        "kiosk": client.kiosk_name,
        "on_phone": bool(client.phone_url),
        "identity": "code" if client.phone_url else document.identity,
        "name": client.name,
        "several": len(document.clients) > 1,
        "short_number": f"{document.short_number[:3]} {document.short_number[3:]}",
        "hash": document.pdf_sha256[:6],
        "deadline": document.deadline,
        "page": link,
        **facts,
    }
    at_kiosk = kind is MessageKind.CLIENT_INVITED and not client.phone_url
    pictures = {"qr": _qr_png(link)} if at_kiosk else {}
    return _write(
        office, kind, key, client.channel, client.contact, document.language, values, pictures
    )


def message_to_director(
    office: HeadOffice,
    person: Person,
    kind: MessageKind,
    key: str,
    **facts: Any,
) -> OutgoingMessage:
    """Write to a director, by e-mail.

    Args:
        office: the head office.
        person: the director.
        kind: which message.
        key: name of the message for the gateway.
        facts: `number` and `title` for a waiting document; `code`, `expires_at` and `documents`
            (how many) for a code.
    """
    values = {
        "organisation": office.organisation,
        "name": person.name,
        "page": f"{office.settings.public_url}/queue",
        **facts,
    }
    return _write(office, kind, key, "email", person.email, person.language, values, {})


def message_to_administrator(
    office: HeadOffice,
    person: Person,
    kind: MessageKind,
    key: str,
    **facts: Any,
) -> OutgoingMessage:
    """Write to an administrator, by e-mail.

    Args:
        office: the head office.
        person: the administrator.
        kind: which message.
        key: name of the message for the gateway.
        facts: `endings` (kind, holder, ends, ended of each) and `ended` (whether one has).
    """
    values = {
        "organisation": office.organisation,
        "name": person.name,
        "page": f"{office.settings.public_url}/keys",
        **facts,
    }
    return _write(office, kind, key, "email", person.email, person.language, values, {})


def message_to_decider(
    office: HeadOffice, person: Person, document: Document, key: str
) -> OutgoingMessage:
    """Write to somebody who may decide about a document that was held back, by e-mail."""
    values = {
        "organisation": office.organisation,
        "name": person.name,
        "number": document.number,
        "title": document.title,
        "page": f"{office.settings.public_url}/documents/{document.id}/copies",
    }
    kind = MessageKind.DECISION_WAITING
    return _write(office, kind, key, "email", person.email, person.language, values, {})


def message_to_staff(
    office: HeadOffice,
    name: str,
    email: str,
    language: str,
    key: str,
    page: str,
    ends_at: datetime,
) -> OutgoingMessage:
    """Write to somebody of the front desk, by e-mail: choose a PIN at `page` until `ends_at`."""
    values = {
        "organisation": office.organisation,
        "name": name,
        "page": page,
        "ends_at": ends_at,
    }
    return _write(office, MessageKind.STAFF_INVITED, key, "email", email, language, values, {})


def _write(
    office: HeadOffice,
    kind: MessageKind,
    key: str,
    channel: str,
    to: str,
    language: str,
    values: dict[str, Any],
    pictures: dict[str, bytes],
) -> OutgoingMessage:
    environment = _environment(language, office.settings.timezone)
    if channel == "sms":
        text = environment.get_template(f"{kind.value}.sms.txt").render(values)
        return OutgoingMessage(key, channel, to, "", gsm7(" ".join(text.split())))
    text = environment.get_template(f"{kind.value}.txt").render(values)
    subject, _, body = text.strip().partition("\n")
    html = environment.get_template(f"{kind.value}.html").render(values, subject=subject)
    return OutgoingMessage(key, channel, to, subject, body.strip() + "\n", html, pictures)


@cache
def _environment(language: str, timezone: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(enabled_extensions=("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    translations = catalogue(language)
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # added by the extension
        translations.ugettext, translations.ungettext, newstyle=True
    )

    def time_of(moment: datetime) -> str:
        return local_time(moment, timezone, language)

    def day_of(moment: datetime) -> str:
        return local_date(moment, timezone, language)

    environment.filters.update(time=time_of, day=day_of)
    environment.globals["language"] = language
    return environment


def _qr_png(text: str) -> bytes:
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, box_size=_QR_BOX_PIXELS, border=4)
    code.add_data(text)
    buffer = io.BytesIO()
    code.make_image(image_factory=PilImage).save(buffer, format="PNG")
    return buffer.getvalue()
