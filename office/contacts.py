"""How a client is reached: checking an e-mail address or mobile number, and masking it.

A masked contact is all that a kiosk and a screen ever show; the whole one stays at head office.
"""

from __future__ import annotations

import re

from office.errors import Refused
from signing.errors import SigningError
from signing.field_rules import check_person_name

__all__ = ["checked_client_name", "checked_contact", "masked_contact"]

MAX_EMAIL_LETTERS = 254  # RFC 5321, 4.5.3.1.3
HOME_PREFIX = "+48"  # a number typed without a country code is one of this country
_EMAIL = re.compile(r"[!#-'*+\-./0-9=?A-Z^_`a-z{|}~]{1,64}@[0-9A-Za-z.-]{1,255}")
"""What every mail server takes (RFC 5321, 4.1.2): ASCII; a domain of other letters as xn--…"""
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")  # E.164
_HOME_PHONE = re.compile(r"[1-9][0-9]{8}")


def checked_contact(text: str) -> tuple[str, str]:
    """Tell an e-mail address from a mobile number and bring it to one form.

    >>> checked_contact("600 100 200")
    ('sms', '+48600100200')

    Returns:
        The channel (`email` or `sms`) and the contact.

    Raises:
        Refused: `bad_email`, `bad_phone`.
    """
    contact = text.strip()
    if "@" in contact:
        if len(contact) > MAX_EMAIL_LETTERS or not _EMAIL.fullmatch(contact):
            raise Refused(
                "bad_email", "This is not an e-mail address.", "Write it like anna@example.com."
            )
        return "email", contact
    digits = re.sub(r"[\s()./-]", "", contact)
    digits = "+" + digits[2:] if digits.startswith("00") else digits
    if _HOME_PHONE.fullmatch(digits):
        digits = HOME_PREFIX + digits
    if not _PHONE.fullmatch(digits):
        raise Refused(
            "bad_phone",
            "This is neither an e-mail address nor a mobile number.",
            "Write a number like +48 600 100 200 or an address like anna@example.com.",
        )
    return "sms", digits


def masked_contact(channel: str, contact: str) -> str:
    """Return a contact that its owner recognises and nobody else can use.

    >>> masked_contact("sms", "+48600100200")
    '+48 *** *** 200'
    >>> masked_contact("email", "anna@example.com")
    'a***@example.com'
    """
    if channel == "email":
        local, _, domain = contact.partition("@")
        return f"{local[:1]}***@{domain[:60]}"
    return f"{contact[:3]} *** *** {contact[-3:]}"


def checked_client_name(text: str) -> str:
    """Return a client's name as it will be certified.

    Raises:
        Refused: with the code of `signing.field_rules.check_person_name`.
    """
    try:
        return check_person_name(text)
    except SigningError as error:
        raise Refused(error.code, error.sentence, error.next_step) from error
