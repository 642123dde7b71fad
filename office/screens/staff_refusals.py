"""Refusals on the pages of the front desk, in words that are translated."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

__all__ = ["STAFF_REFUSALS"]

STAFF_REFUSALS: dict[str, tuple[Any, Any]] = {
    "no_such_staff": (_l("There is no such person."), _l("Check the list of people.")),
    "too_many_staff": (
        _l("Too many people work at this kiosk."),
        _l("Put somebody aside who does not work there any more."),
    ),
    "put_aside": (_l("This person was put aside."), _l("Let them in again first.")),
    "no_such_invitation": (
        _l("This link cannot be used (any more)."),
        _l("Ask the administrator for a new one."),
    ),
    "nobody_to_look": (
        _l("Where clients sign with their own telephones nobody can look at an identity document."),
        _l("Choose a kiosk, or let codes prove who the clients are."),
    ),
    "bad_pin": (_l("A PIN has 6 to 12 digits."), _l("Choose another one.")),
    "simple_pin": (
        _l("This PIN is too easy to guess."),
        _l("Take digits that form no pattern."),
    ),
    "pins_differ": (_l("The two PINs are not the same."), _l("Type both again.")),
}
