"""E-mail over SMTP (RFC 5321), with a text part, an HTML part and pictures inside the message."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from hashlib import sha256

from office.errors import DeliveryError
from office.messages import OutgoingMessage
from office.settings import Settings

__all__ = ["SmtpSender"]

TIMEOUT_SECONDS = 20  # for each step of the conversation; a lease is longer than all of them


class SmtpSender:
    """Sends e-mails through one mail server.

    Args:
        settings: host, port, account and sender's address.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def send(self, message: OutgoingMessage) -> str:
        """Hand an e-mail to the mail server; returns its Message-ID.

        Raises:
            DeliveryError: `mail_server_unreachable` or `mail_refused`.
        """
        mail = self._compose(message)
        settings = self._settings
        try:
            with smtplib.SMTP(
                settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_SECONDS
            ) as server:
                if settings.smtp_tls:
                    server.starttls(context=ssl.create_default_context())
                if settings.smtp_user:
                    server.login(settings.smtp_user, settings.smtp_password)
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _text in error.recipients.values()]
            raise _refused(retry=all(400 <= code < 500 for code in codes)) from error
        except smtplib.SMTPResponseException as error:
            raise _refused(retry=400 <= error.smtp_code < 500) from error
        except (smtplib.SMTPException, OSError) as error:
            raise DeliveryError(
                "mail_server_unreachable",
                "The mail server could not be reached.",
                "Check its address and the network; the message is tried again.",
                retry=True,
            ) from error
        return str(mail["Message-ID"])

    def _compose(self, message: OutgoingMessage) -> EmailMessage:
        mail = EmailMessage()
        sender = self._settings.mail_sender
        domain = parseaddr(sender)[1].partition("@")[2] or "localhost"
        mail["From"] = sender
        mail["To"] = message.to
        mail["Subject"] = message.subject
        mail["Date"] = formatdate()
        # The same message has the same id, so that a repetition can be recognised (RFC 5322).
        mail["Message-ID"] = f"<{sha256(message.key.encode()).hexdigest()[:32]}@{domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text)
        if message.html:
            mail.add_alternative(message.html, subtype="html")
            html = mail.get_payload()[-1]  # type: ignore[index]  # multipart by add_alternative
            for name, png in message.pictures.items():
                html.add_related(  # type: ignore[union-attr]  # an EmailMessage
                    png, "image", "png", cid=f"<{name}>", filename=f"{name}.png"
                )
        return mail


def _refused(*, retry: bool) -> DeliveryError:
    return DeliveryError(
        "mail_refused",
        "The mail server did not take the message.",
        "Check the client's address and the account at the mail server.",
        retry=retry,
    )
