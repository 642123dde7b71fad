"""The administrator's page of the front desk: who works at which kiosk and may do what there."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from office.errors import NotFound, OfficeError, Refused
from office.kiosks import Kiosk, list_kiosks
from office.people import Role
from office.screens.context import current_actor, now, office, signed_in
from office.screens.labels import right_names
from office.screens.refusals import error_words
from office.staff import (
    NewStaff,
    add_staff,
    change_staff,
    invite,
    list_staff,
    set_staff_active,
)
from sync.staff import StaffRight

__all__ = ["blueprint"]

blueprint = Blueprint("front_desk", __name__, url_prefix="/front-desk")


@blueprint.get("")
@signed_in(Role.ADMINISTRATOR)
def staff_page() -> ResponseReturnValue:
    """Show everybody."""
    return _page(None, None)


@blueprint.post("")
@signed_in(Role.ADMINISTRATOR)
def add_now() -> ResponseReturnValue:
    """Add somebody and write to them."""
    form = request.form
    given = NewStaff(
        form.get("name", ""), form.get("email", ""), form.get("language", ""), _rights(), _places()
    )
    try:
        person = add_staff(office(), given, current_actor(), now())
    except OfficeError as error:
        return _page(error, given), 422
    flash(_("%(name)s gets a link by e-mail and chooses a PIN.", name=person.name), "good")
    return redirect(url_for("front_desk.staff_page"))


@blueprint.post("/<staff_id>")
@signed_in(Role.ADMINISTRATOR)
def change(staff_id: str) -> ResponseReturnValue:
    """Change rights and kiosks."""
    try:
        change_staff(office(), staff_id, _rights(), _places(), current_actor(), now())
        flash(_("The change reaches each kiosk at its next sync."), "good")
    except (Refused, NotFound) as error:
        flash(" ".join(error_words(error)), "bad")
    return redirect(url_for("front_desk.staff_page"))


@blueprint.post("/<staff_id>/active")
@signed_in(Role.ADMINISTRATOR)
def set_active(staff_id: str) -> ResponseReturnValue:
    """Keep somebody out, or let them in again."""
    active = request.form.get("active") == "yes"
    try:
        set_staff_active(office(), staff_id, active, current_actor(), now())
        flash(_("The change reaches each kiosk at its next sync."), "good")
    except (Refused, NotFound) as error:
        flash(" ".join(error_words(error)), "bad")
    return redirect(url_for("front_desk.staff_page"))


@blueprint.post("/<staff_id>/pin")
@signed_in(Role.ADMINISTRATOR)
def new_pin(staff_id: str) -> ResponseReturnValue:
    """Take the PIN away and send a link for another one."""
    try:
        invite(office(), staff_id, current_actor(), now())
        flash(_("A new link is on its way; the old PIN works no more after the next sync."), "good")
    except (Refused, NotFound) as error:
        flash(" ".join(error_words(error)), "bad")
    return redirect(url_for("front_desk.staff_page"))


def _rights() -> frozenset[StaffRight]:
    wanted = request.form.getlist("right")
    return frozenset(right for right in StaffRight if right.value in wanted)


def _places() -> frozenset[str]:
    return frozenset(kiosk_id[:32] for kiosk_id in request.form.getlist("kiosk"))


def _page(error: OfficeError | None, given: NewStaff | None) -> str:
    with office().database.read() as connection:
        staff = list_staff(connection)
        kiosks = [kiosk for kiosk in list_kiosks(connection) if _has_front_desk(kiosk)]
    return render_template(
        "office/front_desk.html",
        staff=staff,
        kiosks=kiosks,
        rights=right_names(),
        error=error,
        given=given or NewStaff("", "", "", frozenset(), frozenset()),
        now=now(),
    )


def _has_front_desk(kiosk: Kiosk) -> bool:
    return kiosk.revoked_at is None and not kiosk.phone_url
