"""Development only: where messages go when there is nobody to send them to.

`--development` starts a mail server inside this process (aiosmtpd) and an SMS gateway as a route
of head office; both keep what they get in the database, and /development/messages shows it. The
senders are the real ones: they speak SMTP and HTTP to this sink as they would to a provider.
"""

from __future__ import annotations

import email
import email.policy
import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage
from types import TracebackType
from typing import Any

from sqlalchemy import delete, insert, select

from office import tables
from office.errors import NotSetUp
from office.head_office import HeadOffice
from office.settings import Settings

__all__ = ["MailSink", "SampleMessage", "development_settings", "keep_message", "sample_messages"]

SINK_HOST = "127.0.0.1"
KEPT_MESSAGES = 200  # older samples are forgotten
MAX_MESSAGE_BYTES = 1024 * 1024


@dataclass(frozen=True)
class SampleMessage:
    """One message that the sink received."""

    id: int
    at: datetime
    channel: str  # "sms" or "email"
    recipient: str
    subject: str  # empty for an SMS
    text: str
    html: str  # with the pictures inside it; empty for an SMS


class MailSink:
    """A mail server that takes everything and keeps it for the page of messages.

    Args:
        office: where to keep the messages.
        clock: gives the time.
        port: TCP port on the loopback address; 0 takes a free one.
    """

    def __init__(self, office: HeadOffice, clock: Callable[[], datetime], port: int = 0) -> None:
        try:
            from aiosmtpd.controller import Controller
        except ImportError as error:
            raise NotSetUp(
                "no_mail_sink",
                "The mail sink of the development mode is not installed.",
                "Run: pip install aiosmtpd, or start without --development.",
            ) from error
        self._controller = Controller(
            _Handler(office, clock),
            hostname=SINK_HOST,
            port=port or _free_port(),
            data_size_limit=MAX_MESSAGE_BYTES,
        )

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._controller.port)

    def __enter__(self) -> MailSink:
        self._controller.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._controller.stop()


class _Handler:
    """aiosmtpd's interface: called for every message."""

    def __init__(self, office: HeadOffice, clock: Callable[[], datetime]) -> None:
        self._office = office
        self._clock = clock

    async def handle_DATA(  # noqa: N802 - aiosmtpd looks for this name
        self, _server: object, _session: object, envelope: Any
    ) -> str:
        """Keep one e-mail."""
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        if isinstance(message, EmailMessage):
            text, html = _parts(message)
            keep_message(
                self._office,
                self._clock(),
                "email",
                ", ".join(envelope.rcpt_tos),
                str(message["Subject"] or ""),
                text,
                html,
            )
        return "250 OK"


def development_settings(settings: Settings, mail_port: int) -> Settings:
    """Return the settings with both gateways led to the sink inside this program."""
    return replace(
        settings,
        development=True,
        smtp_host=SINK_HOST,
        smtp_port=mail_port,
        smtp_tls=False,
        smtp_user="",
        sms_url=f"http://127.0.0.1:{settings.port}/development/sms",
        sms_token=settings.sms_token or "development",
    )


def token_is_right(settings: Settings, authorization: str) -> bool:
    """Tell whether a request to the SMS sink carries the gateway's token."""
    return hmac.compare_digest(authorization.encode(), f"Bearer {settings.sms_token}".encode())


def keep_message(
    office: HeadOffice,
    now: datetime,
    channel: str,
    recipient: str,
    subject: str,
    text: str,
    html: str,
) -> None:
    """Keep a sample message, and only the newest of them."""
    samples = tables.sample_messages
    with office.database.write() as connection:
        connection.execute(
            insert(samples).values(
                at=now,
                channel=channel,
                recipient=recipient,
                subject=subject,
                text=text,
                html=html,
            )
        )
        newest = select(samples.c.id).order_by(samples.c.id.desc()).limit(KEPT_MESSAGES)
        connection.execute(delete(samples).where(samples.c.id.not_in(newest)))


def sample_messages(office: HeadOffice) -> list[SampleMessage]:
    """Return the sample messages, the newest first."""
    samples = tables.sample_messages
    with office.database.read() as connection:
        rows = connection.execute(select(samples).order_by(samples.c.id.desc())).all()
    return [
        SampleMessage(row.id, row.at, row.channel, row.recipient, row.subject, row.text, row.html)
        for row in rows
    ]


def _parts(message: EmailMessage) -> tuple[str, str]:
    """Return the text and the HTML of an e-mail, its pictures put into the HTML."""
    text_part = message.get_body(("plain",))
    html_part = message.get_body(("html",))
    text = str(text_part.get_content()).replace("\r\n", "\n") if text_part is not None else ""
    html = str(html_part.get_content()) if html_part is not None else ""
    for part in message.walk():
        name = str(part.get("Content-ID", "")).strip("<>")
        if name and part.get_content_type() == "image/png":
            picture = str(part.get_payload()).replace("\n", "").replace("\r", "")
            html = html.replace(f"cid:{name}", f"data:image/png;base64,{picture}")
    return text, html


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind((SINK_HOST, 0))
        return int(probe.getsockname()[1])
