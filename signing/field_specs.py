"""One field of a document: its kind, its words, its place, and who gives its value.

A field's JSON carries what every field has, and beyond that only what its kind needs: `options` of
a choice, `currency` of an amount, `negative` where a number may be below zero, `fixed` where head
office gives the value, `suggested` where it only proposes one. So a plan has one JSON form, and a
device that does not know a kind refuses the plan instead of guessing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from signing.page_geometry import Rectangle
from signing.plan_json import (
    check_text,
    malformed,
    read_coordinate,
    read_list,
    read_object,
    read_text,
    read_truth,
)

__all__ = [
    "CURRENCIES",
    "MAX_OPTIONS",
    "MAX_OPTION_CHARACTERS",
    "STAMP_KEY",
    "FieldKind",
    "FieldSpec",
    "Placement",
]

MAX_LABEL_CHARACTERS = 120
MAX_HELP_CHARACTERS = 400
MAX_PAGE_INDEX = 2000
MIN_OPTIONS = 2
MAX_OPTIONS = 12  # as large buttons, three screens of the smallest kiosk
MAX_OPTION_CHARACTERS = 80
MAX_GIVEN_CHARACTERS = 2000  # of a value that head office fixes or suggests

KEY_PATTERN = re.compile(r"[a-z0-9_]{1,40}\Z")
STAMP_KEY = "stamp"

CURRENCIES = (
    "PLN",
    "EUR",
    "USD",
    "GBP",
    "CHF",
    "UAH",
    "CZK",
    "SEK",
    "NOK",
    "DKK",
    "HUF",
    "RON",
)
"""Currencies of amounts (ISO 4217): ours, our neighbours', and those that contracts are made in."""


class FieldKind(StrEnum):
    """What a field holds; decides its check, its keyboard and its drawing."""

    TEXT = "text"  # one line
    MULTILINE = "multiline"  # several lines, wrapped
    NUMBER = "number"  # a decimal number
    MONEY = "money"  # an amount in one currency
    DATE = "date"  # a calendar day
    EMAIL = "email"  # one e-mail address
    PHONE = "phone"  # one telephone number
    PESEL = "pesel"  # a person's number in Poland
    NIP = "nip"  # a taxpayer's number in Poland
    IBAN = "iban"  # an account at a bank
    CHOICE = "choice"  # one of the listed options
    CHECKBOX = "checkbox"  # yes or no
    INITIALS = "initials"  # the signer's initials, as by hand


@dataclass(frozen=True)
class Placement:
    """A rectangle on a page of the normalised document."""

    page: int  # 0-based
    x: float  # left edge, points
    y: float  # lower edge, points
    width: float  # points
    height: float  # points

    @property
    def rectangle(self) -> Rectangle:
        """The rectangle without its page."""
        return Rectangle(self.x, self.y, self.width, self.height)

    def to_json(self) -> dict[str, Any]:
        """A plain JSON object."""
        return {
            "page": self.page,
            "x": self.x,
            "y": self.y,
            "width": self.width,
            "height": self.height,
        }

    @classmethod
    def from_json(cls, data: object) -> Placement:
        """Read what `to_json` wrote. Raises `PlanRefused`."""
        entry = read_object(data, {"page", "x", "y", "width", "height"}, "placement")
        page = entry["page"]
        if not isinstance(page, int) or isinstance(page, bool) or not 0 <= page <= MAX_PAGE_INDEX:
            raise malformed("a placement has no sensible page number")
        x, y, width, height = (
            read_coordinate(entry[name]) for name in ("x", "y", "width", "height")
        )
        if width <= 0 or height <= 0:
            raise malformed("a placement has no area")
        return cls(page, x, y, width, height)


@dataclass(frozen=True)
class FieldSpec:
    """One thing that is filled in: by its signer, or by head office when it has a fixed value."""

    key: str  # [a-z0-9_]{1,40}, unique within its signer
    kind: FieldKind
    label: str  # what the signer reads beside it
    required: bool
    placement: Placement
    help: str = ""  # one or two sentences more
    options: tuple[str, ...] = ()  # of a choice, in the order in which they are offered
    currency: str = ""  # of an amount, one of CURRENCIES
    fixed: str | None = None  # the value that head office gives; None: the signer is asked
    suggested: str | None = None  # what stands in the input at first; the signer may change it
    negative: bool = False  # of a number or an amount: whether it may be below zero

    def __post_init__(self) -> None:
        """Hold the limits. Raises `PlanRefused`."""
        if not KEY_PATTERN.match(self.key) or self.key == STAMP_KEY:
            raise malformed(f"“{self.key[:60]}” cannot be the key of a field")
        check_text(self.label, 1, MAX_LABEL_CHARACTERS, "label")
        check_text(self.help, 0, MAX_HELP_CHARACTERS, "help text")
        if self.kind is FieldKind.CHOICE:
            _check_options(self.options)
        elif self.options:
            raise malformed("only a choice has options")
        if (self.kind is FieldKind.MONEY) != (self.currency in CURRENCIES):
            raise malformed("an amount, and nothing else, has a currency that is offered")
        if self.currency and self.kind is not FieldKind.MONEY:
            raise malformed("only an amount has a currency")
        if self.negative and self.kind not in (FieldKind.NUMBER, FieldKind.MONEY):
            raise malformed("only a number can be negative")
        if self.fixed is not None and self.suggested is not None:
            raise malformed("a value is fixed or suggested, not both")
        if len(self.fixed or self.suggested or "") > MAX_GIVEN_CHARACTERS:
            raise malformed("a value that head office gives is too long")

    def to_json(self) -> dict[str, Any]:
        """A plain JSON object, with the entries that this kind of field needs."""
        entry: dict[str, Any] = {
            "key": self.key,
            "kind": self.kind.value,
            "label": self.label,
            "required": self.required,
            "placement": self.placement.to_json(),
            "help": self.help,
        }
        if self.options:
            entry["options"] = list(self.options)
        if self.currency:
            entry["currency"] = self.currency
        if self.negative:
            entry["negative"] = True
        if self.fixed is not None:
            entry["fixed"] = self.fixed
        if self.suggested is not None:
            entry["suggested"] = self.suggested
        return entry

    @classmethod
    def from_json(cls, data: object) -> FieldSpec:
        """Read what `to_json` wrote. Raises `PlanRefused`."""
        entry = read_object(
            data,
            {"key", "kind", "label", "required", "placement", "help"},
            "field",
            frozenset({"options", "currency", "negative", "fixed", "suggested"}),
        )
        kind = read_text(entry, "kind")
        if kind not in set(FieldKind):
            raise malformed(f"“{kind[:60]}” is not a kind of field")
        return cls(
            key=read_text(entry, "key"),
            kind=FieldKind(kind),
            label=read_text(entry, "label"),
            required=read_truth(entry, "required"),
            placement=Placement.from_json(entry["placement"]),
            help=read_text(entry, "help"),
            options=_read_options(entry["options"]) if "options" in entry else (),
            currency=_read_currency(entry["currency"]) if "currency" in entry else "",
            fixed=read_text(entry, "fixed") if "fixed" in entry else None,
            suggested=read_text(entry, "suggested") if "suggested" in entry else None,
            negative=_read_negative(entry),
        )


def _read_options(value: object) -> tuple[str, ...]:
    options = read_list({"options": value}, "options")
    if not options or not all(isinstance(option, str) for option in options):
        raise malformed("the options of a choice are not texts")
    return tuple(options)


def _read_currency(value: object) -> str:
    if value not in CURRENCIES:
        raise malformed("the currency of an amount is not offered")
    return str(value)


def _read_negative(entry: Mapping[str, Any]) -> bool:
    negative = "negative" in entry
    if negative and entry["negative"] is not True:
        raise malformed("“negative” is there only where it is true")
    return negative


def _check_options(options: tuple[str, ...]) -> None:
    if not MIN_OPTIONS <= len(options) <= MAX_OPTIONS:
        raise malformed(f"a choice has {MIN_OPTIONS} to {MAX_OPTIONS} options")
    if len(set(options)) != len(options):
        raise malformed("two options of a choice are the same")
    for option in options:
        check_text(option, 1, MAX_OPTION_CHARACTERS, "option of a choice")
        if option != unicodedata.normalize("NFC", " ".join(option.split())):
            raise malformed("an option of a choice is not written in its plain form")
