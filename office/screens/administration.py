"""The administrator's pages: kiosks with their enrolment codes, and people."""

from __future__ import annotations

import base64
import io

import qrcode
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.pil import PilImage

from office import director_desk, people, strokes, trust
from office.errors import OfficeError, Refused
from office.kiosks import add_kiosk, find_kiosk, list_kiosks, renew_enrolment_code, set_phone_url
from office.people import NewPerson, Role
from office.screens.context import current_actor, now, office, signed_in
from office.screens.refusals import error_words

__all__ = ["blueprint"]

blueprint = Blueprint("administration", __name__)


@blueprint.get("/kiosks")
@signed_in(Role.ADMINISTRATOR, Role.OPERATOR)
def kiosks_page() -> ResponseReturnValue:
    """Show the kiosks."""
    return _kiosks(None, "")


@blueprint.post("/kiosks")
@signed_in(Role.ADMINISTRATOR)
def add_kiosk_now() -> ResponseReturnValue:
    """Add a kiosk and show its one-time code."""
    name = request.form.get("name", "")
    try:
        phone_url = request.form.get("phone_url", "")
        kiosk, code = add_kiosk(office(), name, current_actor(), now(), phone_url)
    except OfficeError as error:
        return _kiosks(error, name), 422
    return _code_page(kiosk.id, code.text)


@blueprint.post("/kiosks/<kiosk_id>/code")
@signed_in(Role.ADMINISTRATOR)
def renew_code(kiosk_id: str) -> ResponseReturnValue:
    """Make a new one-time code for a kiosk without a device."""
    try:
        code = renew_enrolment_code(office(), kiosk_id, current_actor(), now())
    except Refused as error:
        return _kiosks(error, ""), 422
    return _code_page(kiosk_id, code.text)


@blueprint.post("/kiosks/<kiosk_id>/address")
@signed_in(Role.ADMINISTRATOR)
def change_address(kiosk_id: str) -> ResponseReturnValue:
    """Change where telephones reach a desk for them."""
    try:
        phone_url = request.form.get("phone_url", "")
        set_phone_url(office(), kiosk_id, phone_url, current_actor(), now())
    except Refused as error:
        return _kiosks(error, ""), 422
    flash(_("The address was changed. Links in messages stay good."), "good")
    return redirect(url_for("administration.kiosks_page"))


@blueprint.post("/kiosks/strokes")
@signed_in(Role.ADMINISTRATOR)
def record_strokes() -> ResponseReturnValue:
    """Have it recorded how signatures are drawn, or no longer."""
    wanted = request.form.get("wanted") == "yes"
    strokes.set_recording(office(), wanted, current_actor(), now())
    flash(_("The change reaches each kiosk at its next sync."), "good")
    return redirect(url_for("administration.kiosks_page"))


@blueprint.get("/people")
@signed_in(Role.ADMINISTRATOR)
def people_page() -> ResponseReturnValue:
    """Show the people."""
    return _people(None, {})


@blueprint.post("/people")
@signed_in(Role.ADMINISTRATOR)
def add_person_now() -> ResponseReturnValue:
    """Add a person; a director gets an own key and certificate at once."""
    given = {name: request.form.get(name, "") for name in ("email", "name", "role", "language")}
    try:
        if given["role"] not in set(Role):
            raise Refused("bad_role", "Choose what this person does.", "Pick one of the roles.")
        new = NewPerson(
            email=given["email"],
            name=given["name"],
            role=Role(given["role"]),
            language=given["language"],
            password=request.form.get("password", ""),
        )
        with office().database.write() as connection:
            person = people.add_person(connection, new, current_actor(), now())
            if person.role is Role.DIRECTOR:
                trust.certify_director(office(), connection, person, now())
                trust.publish(office(), connection, now())
    except OfficeError as error:
        return _people(error, given), 422
    flash(_("%(name)s can sign in now.", name=person.name), "good")
    return redirect(url_for("administration.people_page"))


@blueprint.post("/people/<person_id>/active")
@signed_in(Role.ADMINISTRATOR)
def set_active(person_id: str) -> ResponseReturnValue:
    """Put a person aside, or let them sign in again."""
    active = request.form.get("active") == "yes"
    try:
        with office().database.write() as connection:
            people.set_active(connection, person_id, active, current_actor(), now())
    except Refused as error:
        flash(" ".join(error_words(error)), "bad")
    return redirect(url_for("administration.people_page"))


@blueprint.post("/people/<person_id>/unlock")
@signed_in(Role.ADMINISTRATOR)
def unlock(person_id: str) -> ResponseReturnValue:
    """Let a director try codes again."""
    director_desk.unlock_director(office(), person_id, current_actor(), now())
    flash(_("The director can ask for a new code."), "good")
    return redirect(url_for("administration.people_page"))


def _kiosks(error: OfficeError | None, name: str) -> str:
    with office().database.read() as connection:
        kiosks = list_kiosks(connection)
        recorded = strokes.recording(connection)
    return render_template(
        "office/kiosks.html", kiosks=kiosks, error=error, name=name, now=now(), recorded=recorded
    )


def _code_page(kiosk_id: str, code: str) -> str:
    with office().database.read() as connection:
        kiosk = find_kiosk(connection, kiosk_id)
    return render_template(
        "office/kiosk_code.html",
        kiosk=kiosk,
        code=code,
        address=office().settings.public_url,
        picture=_qr_picture(code),
    )


def _people(error: OfficeError | None, given: dict[str, str]) -> str:
    with office().database.read() as connection:
        everybody = people.list_people(connection)
        locked = director_desk.locked_directors(connection)
    return render_template(
        "office/people.html", people=everybody, error=error, given=given, locked=locked
    )


def _qr_picture(text: str) -> str:
    """Return a QR code as a picture that stands in the page itself: it is shown only once."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, box_size=8, border=4)
    code.add_data(text)
    buffer = io.BytesIO()
    code.make_image(image_factory=PilImage).save(buffer, format="PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
