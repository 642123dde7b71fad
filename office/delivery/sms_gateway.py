"""SMS through an HTTP gateway that takes JSON: `{"key", "to", "text"}` with a bearer token.

The answer's status decides: 2xx taken, 408, 429 and 5xx try again, any other 4xx refused for
good. Adapters for particular providers speak the same interface.
"""

from __future__ import annotations

import httpx

from office.errors import DeliveryError
from office.messages import OutgoingMessage
from office.settings import Settings

__all__ = ["HttpSmsSender"]

TIMEOUT_SECONDS = 15
MAX_ID_LETTERS = 100  # of the gateway's own message id that are kept
_TRY_AGAIN = frozenset({408, 425, 429})


class HttpSmsSender:
    """Sends SMS through one gateway.

    Args:
        settings: address and token of the gateway.
    """

    def __init__(self, settings: Settings) -> None:
        self._url = settings.sms_url
        self._headers = (
            {"Authorization": f"Bearer {settings.sms_token}"} if settings.sms_token else {}
        )

    def send(self, message: OutgoingMessage) -> str:
        """Hand an SMS to the gateway; returns the gateway's id of it.

        Raises:
            DeliveryError: `sms_gateway_unreachable` or `sms_refused`.
        """
        body = {"key": message.key, "to": message.to, "text": message.text}
        try:
            answer = httpx.post(
                self._url, json=body, headers=self._headers, timeout=TIMEOUT_SECONDS
            )
        except httpx.HTTPError as error:
            raise DeliveryError(
                "sms_gateway_unreachable",
                "The SMS gateway could not be reached.",
                "Check its address and the network; the message is tried again.",
                retry=True,
            ) from error
        if not answer.is_success:
            retry = answer.status_code >= 500 or answer.status_code in _TRY_AGAIN
            raise DeliveryError(
                "sms_refused",
                "The SMS gateway did not take the message.",
                "Check the client's number and the account at the gateway.",
                retry=retry,
            )
        try:
            return str(answer.json().get("id", ""))[:MAX_ID_LETTERS]
        except (ValueError, AttributeError):
            return ""
