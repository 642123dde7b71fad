"""Strict reading of a document plan's JSON: the right entries of the right types, or a refusal."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from signing.errors import PlanRefused

__all__ = [
    "check_text",
    "malformed",
    "read_coordinate",
    "read_list",
    "read_object",
    "read_text",
    "read_truth",
]

MAX_COORDINATE = 14_400.0  # points, the largest page of ISO 32000-1 annex C


def malformed(what: str) -> PlanRefused:
    """The error for a plan that does not hold together."""
    return PlanRefused(
        "plan_malformed",
        f"The document's plan cannot be used: {what}.",
        "Correct it at head office and send the document again.",
    )


def read_object(
    data: object, names: set[str], what: str, optional: frozenset[str] = frozenset()
) -> Mapping[str, Any]:
    """Take `data` as an object with exactly these entries. Raises `PlanRefused`.

    Args:
        data: What was parsed.
        names: Entries that must be there.
        what: What it is, for the sentence.
        optional: Entries that may be there.
    """
    if not isinstance(data, dict):
        raise malformed(f"a {what} is not an object")
    if not names <= set(data) <= names | optional:
        raise malformed(f"a {what} has missing or unknown entries")
    return data


def read_text(entry: Mapping[str, Any], name: str) -> str:
    """Take an entry as text. Raises `PlanRefused`."""
    value = entry[name]
    if not isinstance(value, str):
        raise malformed(f"“{name}” is not text")
    return value


def read_truth(entry: Mapping[str, Any], name: str) -> bool:
    """Take an entry as true or false. Raises `PlanRefused`."""
    value = entry[name]
    if not isinstance(value, bool):
        raise malformed(f"“{name}” is not true or false")
    return value


def read_list(entry: Mapping[str, Any], name: str) -> list[Any]:
    """Take an entry as a list. Raises `PlanRefused`."""
    value = entry[name]
    if not isinstance(value, list):
        raise malformed(f"“{name}” is not a list")
    return value


def read_coordinate(value: object) -> float:
    """Take a value as points on some page. Raises `PlanRefused`."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise malformed("a coordinate is not a number")
    if abs(value) > MAX_COORDINATE:
        raise malformed("a coordinate is off every possible page")
    return float(value)


def check_text(text: str, least: int, most: int, what: str) -> None:
    """Hold a text to its length and to visible characters. Raises `PlanRefused`."""
    if not least <= len(text) <= most:
        raise malformed(f"the {what} must have {least} to {most} characters")
    if any(ord(letter) < 32 or 0x7F <= ord(letter) < 0xA0 for letter in text):
        raise malformed(f"the {what} holds control characters")
