"""The page behind an invitation: somebody of the front desk chooses a PIN.

The address itself is the right to choose one; like clients' links it is never logged here.
"""

from __future__ import annotations

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from office.errors import Refused
from office.screens.context import now, office
from office.staff import Staff, staff_by_link
from office.staff_pins import PIN_DIGITS, choose_pin

__all__ = ["blueprint"]

blueprint = Blueprint("pin", __name__, url_prefix="/pin")

MAX_LINK_LETTERS = 64


@blueprint.get("/<token>")
def choose_page(token: str) -> ResponseReturnValue:
    """Ask for a PIN, twice."""
    return _page(_invited(token), token)


@blueprint.post("/<token>")
def choose(token: str) -> ResponseReturnValue:
    """Keep the PIN."""
    person = _invited(token)
    most = PIN_DIGITS[1] + 1  # so that a longer one is refused and not cut
    pin, again = (request.form.get(name, "").strip()[:most] for name in ("pin", "again"))
    try:
        choose_pin(office(), token[:MAX_LINK_LETTERS], pin, again, now())
    except Refused as error:
        return _page(person, token, error), 422
    return render_template("office/pin.html", person=person, done=True)


def _invited(token: str) -> Staff:
    with office().database.read() as connection:
        person = staff_by_link(connection, token[:MAX_LINK_LETTERS], now())
    g.language = person.language
    return person


def _page(person: Staff, token: str, error: Refused | None = None) -> str:
    return render_template("office/pin.html", person=person, token=token, error=error, done=False)
