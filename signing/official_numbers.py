"""Numbers that registers and banks give, each with its own length and check digits.

    >>> read_iban("61 1090 1014 0000 0712 1981 2874")
    'PL61109010140000071219812874'

PESEL and NIP are checked by their check digits, account numbers by ISO 7064 (mod 97) and by the
form of their country in the registry of ISO 13616, as `python-stdnum` has it, and by the country's
own check digits where it has any. A bank that no register knew when the kiosk was set up is none
the worse for it.
"""

from __future__ import annotations

import re
from contextlib import suppress

from stdnum import iban, numdb
from stdnum.exceptions import InvalidChecksum, InvalidComponent, ValidationError
from stdnum.pl import nip, pesel

from signing.errors import FieldRefused

__all__ = ["account_in_groups", "nip_in_groups", "read_iban", "read_nip", "read_pesel"]

PESEL_DIGITS = 11
NIP_DIGITS = 10
POLISH_ACCOUNT_DIGITS = 26  # what people here call the account number: an IBAN without its PL
GAPS = re.compile(r"[\s.–-]+")
OWN_NAME = re.compile(r"(?:PESEL|NIP|IBAN)\b[\s.:]*", re.IGNORECASE)  # copied along with the number
NO_TAX_OFFICE = "000"  # the first three digits of a NIP name one
STRUCTURE = re.compile(r"(\d+)!")


def read_pesel(text: str) -> str:
    """Read a PESEL number.

    Returns:
        Its eleven digits.

    Raises:
        FieldRefused: `pesel_digits`, `pesel_length`, `pesel_check`, `pesel_date`.
    """
    number = _digits(text, "pesel", "A PESEL number", PESEL_DIGITS)
    try:
        return str(pesel.validate(number))
    except InvalidChecksum as error:
        raise _mistyped("pesel_check", "PESEL number") from error
    except ValidationError as error:
        raise FieldRefused(
            "pesel_date",
            "The first six digits of this PESEL number are no date of birth.",
            "Compare it with your identity card, digit by digit.",
        ) from error


def read_nip(text: str) -> str:
    """Read a NIP, with or without the PL before it.

    Returns:
        Its ten digits.

    Raises:
        FieldRefused: `nip_digits`, `nip_length`, `nip_check`.
    """
    plain = _plain(text)
    number = _digits(plain[2:] if plain[:2].upper() == "PL" else plain, "nip", "A NIP", NIP_DIGITS)
    try:
        if number.startswith(NO_TAX_OFFICE):
            raise InvalidComponent
        return str(nip.validate(number))
    except ValidationError as error:
        raise _mistyped("nip_check", "NIP") from error


def read_iban(text: str) -> str:
    """Read an account number of any country that has an IBAN; 26 digits alone are Polish.

    Returns:
        The IBAN in its electronic form, without spaces.

    Raises:
        FieldRefused: `iban_form`, `iban_country`, `iban_length`, `iban_check`.
    """
    number = _plain(text).upper()
    if len(number) == POLISH_ACCOUNT_DIGITS and number.isascii() and number.isdigit():
        number = f"PL{number}"
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[0-9A-Z]+", number):
        raise FieldRefused(
            "iban_form",
            "This is not an account number.",
            "Write the 26 digits of a Polish account, or an IBAN with its country's two letters.",
        )
    country, properties = numdb.get("iban").info(number)[0]
    structure = properties.get("bban", "")
    if not structure:
        raise FieldRefused(
            "iban_country",
            f"No account number begins with {number[:2]}.",
            "Begin with the two letters of the bank's country, such as PL or DE.",
            {"country": number[:2]},
        )
    needed = 4 + sum(int(length) for length in STRUCTURE.findall(structure))
    if len(number) != needed:
        raise FieldRefused(
            "iban_length",
            f"An account number of {country} has {needed} characters; here are {len(number)}.",
            "Compare it with your bank's letter or app.",
            {"country": country, "needed": needed, "count": len(number)},
        )
    try:
        if not 2 <= int(number[2:4]) <= 98:  # ISO 7064 gives no others; they would fit, too
            raise InvalidChecksum
        iban.validate(number, check_country=False)
        with suppress(InvalidComponent):  # a bank that the library does not know yet
            iban.validate(number)
    except InvalidChecksum as error:
        raise _mistyped("iban_check", "account number") from error
    except ValidationError as error:
        raise FieldRefused(
            "iban_form",
            "This is not an account number.",
            "Compare it with your bank's letter or app.",
        ) from error
    return number


def nip_in_groups(number: str) -> str:
    """A NIP as it is printed: `526-000-12-46`."""
    return f"{number[:3]}-{number[3:6]}-{number[6:8]}-{number[8:]}"


def account_in_groups(number: str) -> str:
    """An IBAN as it is printed (ISO 13616-1): groups of four with spaces between them."""
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def _plain(text: str) -> str:
    """A number without its gaps and without its own name before it."""
    return GAPS.sub("", OWN_NAME.sub("", text, count=1) if OWN_NAME.match(text) else text)


def _digits(text: str, kind: str, name: str, needed: int) -> str:
    number = _plain(text)
    if not (number.isascii() and number.isdigit()):
        raise FieldRefused(
            f"{kind}_digits",
            f"{name} has digits only.",
            f"Write its {needed} digits.",
            {"needed": needed},
        )
    if len(number) != needed:
        raise FieldRefused(
            f"{kind}_length",
            f"{name} has {needed} digits; here are {len(number)}.",
            "Compare it digit by digit.",
            {"needed": needed, "count": len(number)},
        )
    return number


def _mistyped(code: str, name: str) -> FieldRefused:
    return FieldRefused(
        code,
        f"The check digit of this {name} does not fit: one of its digits is wrong.",
        "Compare it digit by digit.",
    )
