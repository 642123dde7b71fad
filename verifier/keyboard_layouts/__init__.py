"""What keyboard layouts make of the keys that a scanner presses, as a table (layouts.json).

A keyboard-wedge scanner is set to the US layout: it presses the keys that would type a text
there. The computer types what its own layout has on these keys. The table says so for every
default layout of Debian's xkb-data in which no two keys type the same, without
and with Caps Lock. `build.py` makes it; nothing here is written by hand.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

__all__ = ["KEYS", "Layout", "layouts"]

KEYS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz:/#.-_"
"""What our codes are made of: the characters that the scanner means."""


@dataclass(frozen=True)
class Layout:
    """One way in which a keyboard types KEYS, and the layouts that share it."""

    names: tuple[str, ...]
    """Names in xkb-data; `de+caps` is German with Caps Lock on."""
    typed: str
    """What is typed, character by character as in KEYS; no character twice."""


@cache
def layouts() -> tuple[Layout, ...]:
    """Every way of typing in the table, the unchanged one first."""
    table = json.loads((files(__name__) / "layouts.json").read_text(encoding="utf-8"))
    return tuple(Layout(tuple(row["names"]), row["typed"]) for row in table["layouts"])
