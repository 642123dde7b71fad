"""Errors of the sync package: one root, each with a code, a sentence and a next step.

The codes are part of the protocol (docs/sync-protocol.md, "Error codes"): head office sends them
in `{code, sentence, next_step}` and a device raises the same class of error from what it read.
"""

from __future__ import annotations

__all__ = [
    "DeviceFault",
    "EnrolmentRefused",
    "JournalFault",
    "MessageMalformed",
    "OfficeRefused",
    "OfficeUnreachable",
    "PacketRefused",
    "ReplyNotTrusted",
    "RequestRefused",
    "SyncError",
    "TrustUpdateFailed",
]


class SyncError(Exception):
    """Root of every error this package raises on purpose.

    Attributes:
        code: what went wrong, in snake_case; screens translate by it.
        sentence: plain English, for people.
        next_step: what to do about it, plain English.
    """

    def __init__(self, code: str, sentence: str, next_step: str) -> None:
        """Keep the three parts; `str()` gives the code and the sentence."""
        super().__init__(f"{code}: {sentence}")
        self.code = code
        self.sentence = sentence
        self.next_step = next_step


class MessageMalformed(SyncError):
    """A record or message from outside does not follow the protocol; nothing was changed."""

    def __init__(self, sentence: str, code: str = "message_malformed") -> None:
        """Say what exactly was not understood."""
        super().__init__(code, sentence, "Update the software on both sides and try again.")


class RequestRefused(SyncError):
    """Head office refuses a request: raised inside the office side, sent to the device as JSON.

    Attributes:
        status: the HTTP status of the reply.
        retry_after_seconds: when the device may come again, for 429; otherwise None.
        last_nonce: the highest counter taken so far, for `nonce_not_rising`; otherwise None.
    """

    def __init__(
        self,
        code: str,
        sentence: str,
        next_step: str,
        status: int = 400,
        *,
        retry_after_seconds: int | None = None,
        last_nonce: int | None = None,
    ) -> None:
        """Keep the parts of the reply."""
        super().__init__(code, sentence, next_step)
        self.status = status
        self.retry_after_seconds = retry_after_seconds
        self.last_nonce = last_nonce


class EnrolmentRefused(RequestRefused):
    """A one-time code was unknown, expired or used, or what came with it was not authentic."""

    def __init__(self, code: str, sentence: str, status: int = 403) -> None:
        """Every refused enrolment has the same next step: a new code."""
        super().__init__(
            code, sentence, "Ask the administrator for a new enrolment code and try again.", status
        )


class OfficeRefused(SyncError):
    """Head office answered authentically, with an error; the code is head office's.

    Attributes:
        status: the HTTP status of the reply.
        retry_after_seconds: the shortest wait head office asked for, or None.
        last_nonce: the highest counter head office has taken, for `nonce_not_rising`.
    """

    def __init__(
        self,
        code: str,
        sentence: str,
        next_step: str,
        *,
        status: int,
        retry_after_seconds: int | None = None,
        last_nonce: int | None = None,
    ) -> None:
        """Keep the parts of the reply."""
        super().__init__(code, sentence, next_step)
        self.status = status
        self.retry_after_seconds = retry_after_seconds
        self.last_nonce = last_nonce


class OfficeUnreachable(SyncError):
    """No complete reply came: no network, time-out, or a connection cut short."""

    def __init__(self, sentence: str = "Head office could not be reached.") -> None:
        """Name the fault without addresses or personal data."""
        super().__init__(
            "office_unreachable",
            sentence,
            "Nothing is lost: the kiosk tries again by itself. Check the network cable or Wi-Fi.",
        )


class ReplyNotTrusted(SyncError):
    """A reply was not signed by the pinned office key over this very request; it was ignored."""

    def __init__(self, sentence: str, code: str = "reply_not_trusted") -> None:
        """Say which check the reply failed."""
        super().__init__(
            code, sentence, "Check who can change traffic between this kiosk and head office."
        )


class DeviceFault(SyncError):
    """The device could not read or write something of its own; the rest of the exchange goes on."""

    def __init__(self, code: str, sentence: str) -> None:
        """Keep the code and the sentence."""
        super().__init__(
            code, sentence, "Check the kiosk's disk: whether it is full, whether it is damaged."
        )


class JournalFault(SyncError):
    """A journal, a checkpoint or a proof is not what it should be; nothing was changed."""

    def __init__(
        self,
        code: str,
        sentence: str,
        next_step: str = "Compare this journal with the other side's copy before relying on it.",
    ) -> None:
        """Keep the parts (docs/journal.md, "Faults")."""
        super().__init__(code, sentence, next_step)


class PacketRefused(SyncError):
    """A packet on a stick is not what it should be; nothing of it was taken."""


class TrustUpdateFailed(SyncError):
    """A newer trust list could not be accepted; the last accepted copy stays in use."""

    def __init__(self, code: str, sentence: str) -> None:
        """Keep the code (docs/sync-protocol.md, "Trust list") and the sentence."""
        super().__init__(
            code, sentence, "Verification goes on with the last accepted list; its age is shown."
        )
