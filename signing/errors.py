"""The errors of `signing`: one root, and in each leaf a code, a sentence for people, a next step.

Screens translate by `code`; `sentence` and `next_step` are the English originals, so that a log
line, a command line and a screen say the same thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["FieldRefused", "InputRefused", "PlanRefused", "SealRefused", "SigningError"]


class SigningError(Exception):
    """Something in `signing` that a person has to know about."""

    def __init__(self, code: str, sentence: str, next_step: str) -> None:
        """Say what is wrong.

        Args:
            code: Stable snake_case name of the reason; screens translate by it.
            sentence: What is wrong, in plain English.
            next_step: What the reader can do about it.
        """
        super().__init__(f"{code}: {sentence}")
        self.code = code
        self.sentence = sentence
        self.next_step = next_step


class InputRefused(SigningError):
    """A document that cannot be prepared for signing; nothing was written."""


class FieldRefused(SigningError):
    """A value that does not fit its field; whoever entered it corrects it and goes on."""

    def __init__(
        self, code: str, sentence: str, next_step: str, details: Mapping[str, object] | None = None
    ) -> None:
        """Say what is wrong.

        Args:
            code: As for every `SigningError`.
            sentence: As for every `SigningError`.
            next_step: As for every `SigningError`.
            details: What the sentence speaks of, such as the letters that cannot be written, by
                name, so that a screen can say it in another language.
        """
        super().__init__(code, sentence, next_step)
        self.details: Mapping[str, str] = MappingProxyType(
            {name: str(value) for name, value in (details or {}).items()}
        )


class SealRefused(SigningError):
    """The signed document did not come out genuine; nothing was written, nothing counts as signed.

    It means a fault of ours or of the device (wrong trust list, spoiled key), never of the client.
    """


class PlanRefused(SigningError):
    """A document plan that does not hold together, or that does not fit its document."""
