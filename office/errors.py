"""What head office says when it refuses: a code, a sentence for people and a next step.

Screens translate `sentence` and `next_step` as gettext messages; the command line and the
sync protocol use `code`, which never changes meaning between versions.
"""

from __future__ import annotations

from signing.errors import SigningError

__all__ = [
    "ClientRefused",
    "DeliveryError",
    "NotAllowed",
    "NotFound",
    "NotSetUp",
    "OfficeError",
    "Refused",
    "ValueRefused",
]


class OfficeError(Exception):
    """Root of every error that head office raises on purpose.

    Args:
        code: stable machine name in snake_case, for logs, tests and the command line.
        sentence: what is wrong, in plain English, for people.
        next_step: what the reader can do now.
    """

    def __init__(self, code: str, sentence: str, next_step: str = "") -> None:
        super().__init__(f"{code}: {sentence}")
        self.code = code
        self.sentence = sentence
        self.next_step = next_step


class Refused(OfficeError):
    """The request is understood but cannot be done as asked; nothing was changed."""


class ValueRefused(Refused):
    """What was written into one field of a document does not fit it.

    Args:
        label: the field's name, as its signer reads it.
        problem: what is wrong with it.
    """

    def __init__(self, label: str, problem: SigningError) -> None:
        super().__init__(
            "value_refused", f"The field “{label}”: {problem.sentence}", problem.next_step
        )
        self.label = label
        self.problem = problem


class ClientRefused(Refused):
    """What was said about one of several clients cannot be.

    Args:
        place: which one, from 0.
        problem: what is wrong.
    """

    def __init__(self, place: int, problem: Refused) -> None:
        super().__init__(problem.code, problem.sentence, problem.next_step)
        self.place = place


class NotFound(OfficeError):
    """The thing asked for does not exist, or not for this person."""


class NotAllowed(OfficeError):
    """The person's role does not allow this."""


class NotSetUp(OfficeError):
    """The data folder holds no head office yet, or a damaged one."""


class DeliveryError(OfficeError):
    """A message could not be handed to its gateway.

    Args:
        retry: True when the same message may be tried again (the gateway was unreachable),
            False when the gateway refused it for good.
    """

    def __init__(self, code: str, sentence: str, next_step: str = "", *, retry: bool) -> None:
        super().__init__(code, sentence, next_step)
        self.retry = retry
