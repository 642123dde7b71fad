"""Canonical values as people read them: in the document, on the review screen, in an input.

    >>> printed(rent, "1234.50", "pl")     # a field of money in PLN
    '1 234,50 zł'

Canonical values do not depend on any language; what is printed follows the document's.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from babel.numbers import format_decimal, get_currency_symbol

from signing.amounts import decimals_of
from signing.contact_details import phone_in_groups
from signing.field_specs import FieldKind, FieldSpec
from signing.official_numbers import account_in_groups, nip_in_groups

__all__ = ["currency_sign", "printed", "typed"]

UNBROKEN = "\u00a0"
ENGLISH_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def printed(spec: FieldSpec, value: str, language: str) -> str:
    """A canonical value as it stands in a document of this language.

    Args:
        spec: Its field.
        value: What `signing.field_rules.check_value` returned.
        language: "pl", "en", "de" or "uk".
    """
    if not value:
        return ""
    match spec.kind:
        case FieldKind.DATE:
            day = date.fromisoformat(value)
            if language == "en":  # 02/03 is two days, depending on who reads it
                return f"{day.day} {ENGLISH_MONTHS[day.month - 1]} {day.year}"
            return f"{day:%d.%m.%Y}"
        case FieldKind.NUMBER:
            return value if language == "en" else value.replace(".", ",")
        case FieldKind.MONEY:
            return _amount(value, spec.currency, language)
        case FieldKind.PHONE:
            return phone_in_groups(value)
        case FieldKind.NIP:
            return nip_in_groups(value)
        case FieldKind.IBAN:
            return account_in_groups(value)
        case _:
            return value


def typed(spec: FieldSpec, value: str, language: str) -> str:
    """A canonical value as it stands in an input, to be corrected and read again."""
    if not value:
        return ""
    match spec.kind:
        case FieldKind.DATE:
            return f"{date.fromisoformat(value):%d.%m.%Y}"
        case FieldKind.MONEY | FieldKind.NUMBER:
            return value if language == "en" else value.replace(".", ",")
        case _:
            return printed(spec, value, language)


def currency_sign(currency: str, language: str) -> str:
    """The short sign of a currency where the language has one, else its code."""
    return get_currency_symbol(currency, "en_GB" if language == "en" else language)


def _amount(value: str, currency: str, language: str) -> str:
    locale = "en_GB" if language == "en" else language
    pattern = "#,##0." + "0" * decimals_of(currency) if decimals_of(currency) else "#,##0"
    number = format_decimal(Decimal(value), format=pattern, locale=locale)
    number = number.replace("\u202f", UNBROKEN)
    sign = currency_sign(currency, language)
    if language != "en":
        return f"{number}{UNBROKEN}{sign}"
    minus, number = ("-", number[1:]) if number.startswith("-") else ("", number)
    return minus + (f"{sign}{UNBROKEN}{number}" if sign[-1].isalpha() else f"{sign}{number}")
