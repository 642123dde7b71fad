"""The text form of a token, as the QR code carries it (docs/certificate-token.md section 5).

`HTTPS://<HOST>/C#<decimal>`: upper-case letters and one decimal number, which a QR code
stores in its two densest modes, and which any phone opens as a link.
"""

from __future__ import annotations

import re
from typing import Final, NoReturn

from verifier.errors import TokenError

__all__ = ["MAX_TEXT_CHARACTERS", "MAX_TOKEN_BYTES", "looks_like_token_text"]
__all__ += ["read_token_text", "token_text"]

MAX_TOKEN_BYTES: Final = 1024
"""Longest token in bytes; MAX_SIGNERS with the longest names need fewer than 900."""
MAX_HOST_CHARACTERS: Final = 100
"""Longest host, its port included."""
MAX_DIGITS: Final = 2467
"""Decimal digits of MAX_TOKEN_BYTES bytes; checked before the digits become a number."""
MAX_TEXT_CHARACTERS: Final = len("HTTPS:///C#") + MAX_HOST_CHARACTERS + MAX_DIGITS
"""Longest text; anything longer is refused unread."""

_HOST: Final = re.compile(r"[A-Z0-9](?:[A-Z0-9.-]*[A-Z0-9])?(?::[0-9]{1,5})?")
_TEXT: Final = re.compile(
    r"[Hh][Tt][Tt][Pp][Ss]://([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?)/C#([1-9][0-9]*)"
)
_OURS: Final = re.compile(r"[Hh][Tt][Tt][Pp][Ss]://[^/]{1,100}/C#")
_FIRST_BYTE: Final = 0xD2


def token_text(host: str, token: bytes) -> str:
    """Write a token as text.

    Args:
        host: the office's host, with a port if it needs one; letters of any case.
        token: a complete token.

    Raises:
        TokenError: code `host_form` or `token_framing`.
    """
    upper = host.upper()
    if len(upper) > MAX_HOST_CHARACTERS or not _HOST.fullmatch(upper):
        _refuse("host_form", "the host has characters that do not fit the code")
    if not token or token[0] != _FIRST_BYTE or len(token) > MAX_TOKEN_BYTES:
        _refuse("token_framing", "it does not start as a certificate does")
    return f"HTTPS://{upper}/C#{int.from_bytes(token, 'big')}"


def read_token_text(text: str) -> tuple[str, bytes]:
    """Read the text form: (host in upper case, token bytes, not yet examined).

    Scheme and host may come in any case, because browsers and mail programs change it.

    Raises:
        TokenError: code `not_a_certificate_text` for text of another kind,
            `text_too_long`, or `token_framing` for ours with a damaged number.
    """
    if len(text) > MAX_TEXT_CHARACTERS:
        _refuse("text_too_long", f"the text has more than {MAX_TEXT_CHARACTERS} characters")
    match = _TEXT.fullmatch(text)
    if match is None:
        if looks_like_token_text(text):
            _refuse("token_framing", "its number is missing or damaged")
        _refuse("not_a_certificate_text", "the text is of another kind")
    host, digits = match.groups()
    if len(host) > MAX_HOST_CHARACTERS or len(digits) > MAX_DIGITS:
        _refuse("text_too_long", "the text has too many characters")
    number = int(digits)
    token = number.to_bytes((number.bit_length() + 7) // 8, "big")
    if token[0] != _FIRST_BYTE or len(token) > MAX_TOKEN_BYTES:
        _refuse("token_framing", "its number is cut short or damaged")
    return host.upper(), token


def looks_like_token_text(text: str) -> bool:
    """Tell whether a text starts as ours does, whatever follows."""
    return _OURS.match(text) is not None


def _refuse(code: str, what: str) -> NoReturn:
    raise TokenError(
        code,
        f"This is not a certificate's code: {what}.",
        "Scan the code on the certificate page again.",
    )
