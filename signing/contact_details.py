"""E-mail addresses and telephone numbers.

    >>> read_phone("600 100 200")
    '+48600100200'

Telephone numbers are read and grouped by Google's library of the world's numbering plans. A number
counts as wrong only when no number of its country has that length: a kiosk may be without a link
for long, and new ranges of numbers are opened every month.
"""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

from signing.errors import FieldRefused

__all__ = ["phone_in_groups", "read_email", "read_phone"]

HOME_REGION = "PL"  # a number without a country's code is one of this country
HOME_CODE, HOME_DIGITS = 48, 9
MAX_LOCAL_PART = 64  # characters before the @, RFC 5321, 4.5.3.1.1

LOCAL_LETTERS = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
EMAIL = re.compile(
    rf"{LOCAL_LETTERS}(?:\.{LOCAL_LETTERS})*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
EMAIL_LETTERS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.@-]")
PHONE = re.compile(r"\+?[\d ()./–-]+")
PHONE_NAME = re.compile(r"(?:tel|telefon|phone|тел)\b[.:]*\s*", re.IGNORECASE)  # copied along
TRUNK_ZERO = re.compile(r"\(0\)")  # dialled within a country only, as in +48 (0) 22 ...
MAIL_NAME = re.compile(r"(?:mailto:|e-?mail:\s*)", re.IGNORECASE)
IN_BRACKETS = re.compile(r"[^<>@]*<([^<>\s]+)>")  # Jan Nowak <jan@example.com>


def read_email(text: str) -> str:
    """Read an address (RFC 5321, 4.1.2, without quotes); its domain is written in small letters.

    Raises:
        FieldRefused: `email_letters`, `email_at`, `not_an_email`.
    """
    text = MAIL_NAME.sub("", text, count=1) if MAIL_NAME.match(text) else text
    in_brackets = IN_BRACKETS.fullmatch(text)
    text = in_brackets[1] if in_brackets else text
    strange = next((letter for letter in text if not EMAIL_LETTERS.match(letter)), "")
    if strange:
        raise FieldRefused(
            "email_letters",
            f"An e-mail address cannot hold “{strange}”."
            if strange.strip()
            else "An e-mail address has no spaces.",
            "Write it without spaces and accents, like name@example.com.",
            {"letter": strange},
        )
    if text.count("@") != 1:
        raise FieldRefused(
            "email_at",
            "An e-mail address has exactly one @.",
            "Write it like name@example.com.",
        )
    local, _, domain = text.partition("@")
    if not EMAIL.fullmatch(text) or len(local) > MAX_LOCAL_PART:
        raise FieldRefused(
            "not_an_email", "This is not an e-mail address.", "Write it like name@example.com."
        )
    return f"{local}@{domain.lower()}"


def read_phone(text: str) -> str:
    """Read a telephone number, from this country or with its country's code.

    Returns:
        The number as ITU-T E.164 has it: `+48600100200`.

    Raises:
        FieldRefused: `not_a_phone`, `phone_country`, `phone_short`, `phone_long`.
    """
    name = PHONE_NAME.match(text)
    text = TRUNK_ZERO.sub("", text[name.end() :] if name else text)
    if not PHONE.fullmatch(text):
        raise _phone_refused("not_a_phone")
    try:
        number = phonenumbers.parse(text, HOME_REGION)
    except NumberParseException as error:
        country = error.error_type == NumberParseException.INVALID_COUNTRY_CODE
        short = error.error_type in {
            NumberParseException.TOO_SHORT_NSN,
            NumberParseException.TOO_SHORT_AFTER_IDD,
        }
        code = "phone_country" if country else "phone_short" if short else "not_a_phone"
        raise _phone_refused(code) from error
    if number.country_code == HOME_CODE:  # shorter and longer ones are hot lines and the like
        digits = len(phonenumbers.national_significant_number(number))
        code = (
            "" if digits == HOME_DIGITS else f"phone_{'short' if digits < HOME_DIGITS else 'long'}"
        )
    else:
        code = _LENGTHS.get(phonenumbers.is_possible_number_with_reason(number), "not_a_phone")
    if code:
        raise _phone_refused(code)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def phone_in_groups(number: str) -> str:
    """A number of `read_phone` as it is printed: `+48 600 100 200`."""
    try:
        return phonenumbers.format_number(
            phonenumbers.parse(number, None), PhoneNumberFormat.INTERNATIONAL
        )
    except NumberParseException:
        return number


_LENGTHS = {
    ValidationResult.IS_POSSIBLE: "",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "phone_short",
    ValidationResult.TOO_SHORT: "phone_short",
    ValidationResult.TOO_LONG: "phone_long",
    ValidationResult.INVALID_COUNTRY_CODE: "phone_country",
}
_PHONE_SENTENCES = {
    "not_a_phone": "This is not a telephone number.",
    "phone_country": "No country has this code.",
    "phone_short": "The telephone number is too short.",
    "phone_long": "The telephone number is too long.",
}


def _phone_refused(code: str) -> FieldRefused:
    return FieldRefused(
        code,
        _PHONE_SENTENCES[code],
        "Write nine digits, or + and the country's code: +48 600 123 456.",
    )
