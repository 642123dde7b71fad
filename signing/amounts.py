"""Numbers and amounts of money, read exactly as people write them; no binary fraction anywhere.

    >>> read_amount("1 234,5", "PLN")
    '1234.50'

Read are a comma or a point before the decimals, a dash in their place (1234,-), and spaces, points,
commas or apostrophes between the thousands where they leave no doubt. The canonical form has a
point and no thousands.
"""

from __future__ import annotations

import re
from decimal import Decimal

from babel.numbers import get_currency_precision, get_currency_symbol

from signing.errors import FieldRefused

__all__ = ["decimals_of", "read_amount", "read_number"]

MAX_DIGITS = 20  # of a number, before and after the point together
MAX_AMOUNT_DIGITS = 15  # before the point

GROUPED_BY = {
    " ": re.compile(r"([+-]?)(\d{1,3}(?: \d{3})+)(?:[.,](\d+))?"),
    "'": re.compile(r"([+-]?)(\d{1,3}(?:'\d{3})+)(?:[.,](\d+))?"),
    ".": re.compile(r"([+-]?)(\d{1,3}(?:\.\d{3})+),(\d+)|([+-]?)(\d{1,3}(?:\.\d{3}){2,})"),
    ",": re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+)\.(\d+)|([+-]?)(\d{1,3}(?:,\d{3}){2,})"),
}
PLAIN = re.compile(r"([+-]?)(\d+)(?:[.,](\d+))?")
AFTER_SIGN = re.compile(r"^([+-]) +(?=\d)")
NO_DECIMALS = re.compile(r"(?<=\d)[.,] ?[-–—]{1,2}$")  # as people write round amounts: 1234,-
OTHER_NAMES = {"PLN": ("zl",), "UAH": ("грн.", "грн"), "CZK": ("Kč",)}  # beside CLDR's
SYMBOL_LANGUAGES = ("pl", "en", "de", "uk")  # in whose signs an amount may name its currency


def read_number(text: str, *, negative: bool = False) -> str:
    """Read a decimal number.

    Args:
        text: What was written.
        negative: Whether it may be below zero.

    Returns:
        Digits as they were written, with `-` before and a point between them where there were
        any: `-1234.50`.

    Raises:
        FieldRefused: `not_a_number`, `below_zero`, `number_too_long`.
    """
    parts = _parts(text)
    if parts is None:
        raise FieldRefused(
            "not_a_number", "This is not a number.", "Write digits and one comma: 1234,56."
        )
    sign, whole, fraction = parts
    if not (whole + fraction).strip("0"):
        sign = ""  # nothing is below nothing
    if sign and not negative:
        raise _below_zero()
    if len(whole) + len(fraction) > MAX_DIGITS:
        raise FieldRefused(
            "number_too_long",
            f"The number has more than {MAX_DIGITS} digits.",
            "Write a shorter one.",
            {"most": MAX_DIGITS},
        )
    return sign + whole + (f".{fraction}" if fraction else "")


def read_amount(text: str, currency: str, *, negative: bool = False) -> str:
    """Read an amount of money, with or without the name of its currency.

    Args:
        text: What was written.
        currency: ISO 4217 code of the field's currency.
        negative: Whether it may be below zero.

    Returns:
        The amount with as many decimals as its currency has: `1234.50`.

    Raises:
        FieldRefused: `not_an_amount`, `below_zero`, `amount_decimals`, `amount_too_large`.
    """
    parts = _parts(NO_DECIMALS.sub("", _without_currency(text, currency)))
    if parts is None:
        raise FieldRefused(
            "not_an_amount",
            "This is not an amount of money.",
            f"Write digits and one comma, for example 1234,50; the currency is {currency}.",
            {"currency": currency},
        )
    sign, whole, fraction = parts
    if not (whole + fraction).strip("0"):
        sign = ""
    if sign and not negative:
        raise _below_zero()
    decimals = decimals_of(currency)
    if len(fraction) > decimals:
        raise FieldRefused(
            "amount_decimals",
            f"An amount in {currency} has at most {decimals} digits after the comma.",
            "Write it without dots or commas between the thousands, for example 1234,50.",
            {"currency": currency, "decimals": decimals},
        )
    if len(whole.lstrip("0")) > MAX_AMOUNT_DIGITS:
        raise FieldRefused(
            "amount_too_large",
            f"The amount has more than {MAX_AMOUNT_DIGITS} digits before the comma.",
            "Check it.",
            {"most": MAX_AMOUNT_DIGITS},
        )
    return f"{Decimal(f'{sign}{whole}.{fraction or 0}'):.{decimals}f}"


def decimals_of(currency: str) -> int:
    """How many digits a currency has after the point (ISO 4217)."""
    return get_currency_precision(currency)


def _parts(text: str) -> tuple[str, str, str] | None:
    """Sign (`-` or nothing), digits before and digits after the point; None for anything else."""
    text = AFTER_SIGN.sub(r"\1", text.replace("’", "'"))
    for separator, pattern in GROUPED_BY.items():
        match = pattern.fullmatch(text)
        if match:
            sign, whole, fraction = (*match.groups(), None, None)[:3]
            if whole is None:  # the form without decimals, where it has groups of its own
                sign, whole = match.groups()[3:5]
            return "-" if sign == "-" else "", whole.replace(separator, ""), fraction or ""
    match = PLAIN.fullmatch(text)
    if match is None:
        return None
    sign, whole, fraction = match.groups()
    return "-" if sign == "-" else "", whole, fraction or ""


def _below_zero() -> FieldRefused:
    return FieldRefused(
        "below_zero", "This cannot be less than zero.", "Write it without the minus sign."
    )


def _without_currency(text: str, currency: str) -> str:
    """The amount alone, where its own currency stands before or after it, or after its sign."""
    if text[:1] in ("-", "+"):
        inner = _without_currency(text[1:].lstrip(" "), currency)
        return text[0] + inner if inner[:1].isdigit() else text
    names = {currency, *OTHER_NAMES.get(currency, ())}
    names |= {get_currency_symbol(currency, one) for one in SYMBOL_LANGUAGES}
    folded = text.casefold()
    for name in sorted(names, key=len, reverse=True):
        sign = name.casefold()
        if folded.endswith(sign):
            return text[: -len(sign)].rstrip()
        if folded.startswith(sign):
            return text[len(sign) :].lstrip(" ")
    return text
