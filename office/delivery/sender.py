"""The one interface to every gateway that carries messages to people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from office.errors import DeliveryError
from office.messages import OutgoingMessage

__all__ = ["Sender", "Senders", "send"]


class Sender(Protocol):
    """Carries messages of one channel."""

    def send(self, message: OutgoingMessage) -> str:
        """Hand a message over.

        Returns:
            The gateway's own id of the message, or an empty string.

        Raises:
            DeliveryError: it was not taken; `retry` says whether trying again makes sense.
        """


Senders = Mapping[str, Sender]
"""The sender of each channel that is configured."""


def send(senders: Senders, message: OutgoingMessage) -> str:
    """Send a message by the sender of its channel.

    Raises:
        DeliveryError: `channel_not_configured`, or the sender's own.
    """
    sender = senders.get(message.channel)
    if sender is None:
        raise DeliveryError(
            "channel_not_configured",
            "Head office has no gateway for this kind of message.",
            "Set SYGNET_OFFICE_SMTP_HOST or SYGNET_OFFICE_SMS_URL and start it again.",
            retry=True,
        )
    return sender.send(message)
