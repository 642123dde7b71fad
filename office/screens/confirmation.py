"""What is asked for before something is done that cannot be taken back: a reason, and a tick."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request

from office.errors import Refused

__all__ = ["chosen", "need_confirmation"]


def chosen(kinds: Callable[[str], Any]) -> Any:
    """Return the reason that was chosen.

    Raises:
        Refused: `bad_reason`.
    """
    try:
        return kinds(request.form.get("reason", ""))
    except ValueError as error:
        raise Refused("bad_reason", "Choose a reason.", "The trust list says it.") from error


def need_confirmation() -> None:
    """Look whether the box is ticked.

    Raises:
        Refused: `not_confirmed`.
    """
    if request.form.get("sure") != "yes":
        raise Refused("not_confirmed", "Nothing was done yet.", "Tick the box to confirm.")
