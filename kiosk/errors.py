"""What can go wrong at the kiosk, as one family of errors.

Every error carries a code for screens and logs, a sentence for people, and what to do next.
Screens translate by the sentence, which is a gettext message id; logs hold the code only.
"""

from __future__ import annotations

__all__ = ["CredentialError", "EnrolmentError", "KioskError", "SettingsError", "StoreError"]


class KioskError(Exception):
    """The root of the kiosk's errors.

    Attributes:
        code: short name in snake_case, for logs and screens.
        sentence: what is wrong, in plain English.
        next_step: what the reader can do about it.
    """

    def __init__(self, code: str, sentence: str, next_step: str = "") -> None:
        """Keep the three parts; the sentence is also the exception's text."""
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.next_step = next_step


class SettingsError(KioskError):
    """An option or an environment variable cannot be used."""


class CredentialError(KioskError):
    """The credential that opens the store is missing, unsafe or wrong."""


class StoreError(KioskError):
    """The store cannot be opened, or what it holds cannot be read."""


class EnrolmentError(KioskError):
    """The kiosk is not enrolled with head office, or enrolling failed."""
