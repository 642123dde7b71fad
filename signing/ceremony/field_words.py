"""What a value's refusal says beside its field, and the hint that a kind of field gives at once.

Every code that `signing.field_rules.check_value` can raise has its sentence here, in the language
of the screen; head office uses the same ones for what the director fills in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask_babel import gettext

from signing.errors import FieldRefused, SigningError
from signing.field_specs import FieldKind, FieldSpec

__all__ = ["FIELD_CODES", "field_hint", "field_message"]


def field_message(error: SigningError) -> str:
    """What is wrong with a value and how to mend it, beside its field."""
    if error.code in _OF_DETAILS and isinstance(error, FieldRefused):
        return _OF_DETAILS[error.code](error.details)
    if error.code in _PLAIN:
        return _PLAIN[error.code]()
    return f"{error.sentence} {error.next_step}"


def field_hint(spec: FieldSpec) -> str:
    """How a value of this kind is written; empty where everybody knows."""
    hint = _HINTS.get(spec.kind)
    return hint() if hint else ""


_HINTS: dict[FieldKind, Callable[[], str]] = {
    FieldKind.PHONE: lambda: gettext("From abroad with + and the country code."),
    FieldKind.PESEL: lambda: gettext("11 digits."),
    FieldKind.NIP: lambda: gettext("10 digits."),
    FieldKind.IBAN: lambda: gettext(
        "26 digits; for an account abroad the whole IBAN with its letters."
    ),
    FieldKind.INITIALS: lambda: gettext("They are written by hand wherever they are asked for."),
}

_PLAIN: dict[str, Callable[[], str]] = {
    "required": lambda: gettext("Please fill this in."),
    "no_room": lambda: gettext("This is too long for its place in the document. Shorten it."),
    "box_too_small": lambda: gettext(
        "What is entered would be too small to read in this box. Enlarge the box."
    ),
    "not_a_date": lambda: gettext("This is not a date. Write it like this: 31.12.2026."),
    "date_year": lambda: gettext("The year needs four digits. Write it like this: 31.12.2026."),
    "not_a_number": lambda: gettext("This is not a number. Write it like this: 1250.50."),
    "below_zero": lambda: gettext("This cannot be less than zero. Leave out the minus sign."),
    "amount_decimals": lambda: gettext(
        "There are too many digits after the comma. Leave out dots and commas between thousands."
    ),
    "amount_too_large": lambda: gettext("This amount is too large. Check it."),
    "email_letters": lambda: gettext(
        "An e-mail address has no spaces and no letters with accents. An example: jan@firma.pl."
    ),
    "email_at": lambda: gettext("An e-mail address has exactly one @. An example: jan@firma.pl."),
    "not_an_email": lambda: gettext("This is not an e-mail address. An example: jan@firma.pl."),
    "not_a_phone": lambda: gettext("This is not a phone number. An example: +48 600 100 200."),
    "phone_country": lambda: gettext(
        "No country has this code. An example of a whole number: +48 600 100 200."
    ),
    "phone_short": lambda: gettext(
        "This phone number is too short. A Polish one has nine digits; others begin with + and the "
        "country code."
    ),
    "phone_long": lambda: gettext(
        "This phone number is too long. A Polish one has nine digits; others begin with + and the "
        "country code."
    ),
    "pesel_digits": lambda: gettext("A PESEL number has digits only. Write its 11 digits."),
    "pesel_check": lambda: gettext(
        "The check digit does not fit, so one of the digits is wrong. Compare the number with your "
        "identity card."
    ),
    "pesel_date": lambda: gettext(
        "The first six digits are no date of birth. Compare the number with your identity card."
    ),
    "nip_digits": lambda: gettext("A NIP has digits only. Write its 10 digits."),
    "nip_check": lambda: gettext(
        "The check digit does not fit, so one of the digits is wrong. Compare it digit by digit."
    ),
    "iban_form": lambda: gettext(
        "This is not an account number. Write the 26 digits of a Polish account, or an IBAN with "
        "its country’s two letters."
    ),
    "iban_check": lambda: gettext(
        "The check digits do not fit, so a digit or letter is wrong. Compare the number with your "
        "bank’s letter or app."
    ),
    "not_an_option": lambda: gettext("Please choose one of the answers."),
    "not_initials": lambda: gettext(
        "Initials are the first letters of your names, such as AN or A.N."
    ),
    "right_to_left": lambda: gettext(
        "The document cannot hold writing that runs from right to left. Please use Latin or "
        "Cyrillic letters."
    ),
    "control_characters": lambda: gettext(
        "There are characters here that cannot be seen. Clear the field and type it again."
    ),
}
_OF_DETAILS: dict[str, Callable[[Mapping[str, str]], str]] = {
    "too_long": lambda of: gettext(
        "This is longer than %(most)s characters. Shorten it.", most=of.get("most", "")
    ),
    "no_such_day": lambda of: gettext(
        "There is no %(day)s in the calendar. Check day and month.", day=of.get("day", "")
    ),
    "date_out_of_range": lambda of: gettext(
        "The year %(year)s cannot be right. Check it.", year=of.get("year", "")
    ),
    "number_too_long": lambda of: gettext(
        "This number has more than %(most)s digits. Write a shorter one.", most=of.get("most", "")
    ),
    "not_an_amount": lambda of: gettext(
        "This is not an amount in %(currency)s. Write it like this: 1250.50.",
        currency=of.get("currency", ""),
    ),
    "pesel_length": lambda of: gettext(
        "A PESEL number has 11 digits; here are %(count)s.", count=of.get("count", "")
    ),
    "nip_length": lambda of: gettext(
        "A NIP has 10 digits; here are %(count)s.", count=of.get("count", "")
    ),
    "iban_country": lambda of: gettext(
        "No account number begins with %(country)s. Begin with the two letters of the bank’s "
        "country, such as PL or DE.",
        country=of.get("country", ""),
    ),
    "iban_length": lambda of: gettext(
        "An account number of %(country)s has %(needed)s characters; here are %(count)s.",
        country=of.get("country", ""),
        needed=of.get("needed", ""),
        count=of.get("count", ""),
    ),
    "unsupported_letters": lambda of: gettext(
        "The document cannot hold these characters: %(letters)s. Please use letters, digits and "
        "punctuation.",
        letters=of.get("letters", ""),
    ),
}

FIELD_CODES = frozenset(_PLAIN) | frozenset(_OF_DETAILS)
"""Every code that has a sentence here."""
