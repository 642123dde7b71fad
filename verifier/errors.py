"""The one error root of this package: what went wrong, in words for people."""

from __future__ import annotations

__all__ = ["FileError", "PictureError", "TokenError", "TrustError", "VerifierError"]


class VerifierError(Exception):
    """Something handed to the verifier cannot be used.

    Args:
        code: stable name in snake_case, for programs and translations.
        sentence: what is wrong, one plain English sentence.
        next_step: what the person can do about it, one plain English sentence.
    """

    def __init__(self, code: str, sentence: str, next_step: str) -> None:
        super().__init__(f"{sentence} {next_step}")
        self.code = code
        self.sentence = sentence
        self.next_step = next_step

    def __reduce__(self) -> tuple[type[VerifierError], tuple[str, str, str]]:
        """Travel between processes whole."""
        return type(self), (self.code, self.sentence, self.next_step)


class TokenError(VerifierError):
    """A certificate token (or its text form) breaks a rule of docs/certificate-token.md."""


class TrustError(VerifierError):
    """A trust list, or the folder that carries it, cannot be trusted as it is."""


class PictureError(VerifierError):
    """A picture cannot be read: wrong kind of file, too large, damaged."""


class FileError(VerifierError):
    """A file cannot be read, or not to its end."""
