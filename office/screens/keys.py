"""The administrator's pages of keys: what there is, new ones in place of old ones, revocation.

What cannot be taken back is asked for twice: a page says what it means, a reason is chosen, and a
box is ticked; the server looks at all three again.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from office import ca_revocation, key_rotation
from office.ca_revocation import SigningCaReason, common_name_of, find_signing_ca
from office.endings import list_endings
from office.errors import NotFound, OfficeError, Refused
from office.key_list import list_keys
from office.key_rotation import DirectorReason
from office.kiosks import find_kiosk
from office.people import Role, find_person
from office.renewal import ask_for_new_keys, renewals_under_way
from office.revocation import RevocationReason, revoke_kiosk
from office.root_apart import fingerprint
from office.screens.context import current_actor, now, office, signed_in
from signing.errors import SigningError
from signing.root_files import MAX_FILE_BYTES
from verifier.trust_list import KeyRole

__all__ = ["blueprint"]

blueprint = Blueprint("keys", __name__)

Failure = OfficeError | SigningError | None


@blueprint.get("/keys")
@signed_in(Role.ADMINISTRATOR)
def keys_page() -> ResponseReturnValue:
    """Show every key."""
    return _keys(None)


@blueprint.post("/keys/signing-ca")
@signed_in(Role.ADMINISTRATOR)
def rotate_signing_ca() -> ResponseReturnValue:
    """Make a new signing CA below the root on this machine."""
    try:
        _need_confirmation()
        key_rotation.rotate_signing_ca(office(), current_actor(), now())
    except (OfficeError, SigningError) as error:
        return _rotation(error), 422
    flash(_("There is a new signing CA."), "good")
    return redirect(url_for("keys.keys_page"))


@blueprint.get("/keys/signing-ca")
@signed_in(Role.ADMINISTRATOR)
def signing_ca_page() -> ResponseReturnValue:
    """Say what a new signing CA means, here or with the root apart."""
    return _rotation(None)


@blueprint.post("/keys/signing-ca/request")
@signed_in(Role.ADMINISTRATOR)
def request_signing_ca() -> ResponseReturnValue:
    """Make the request to a root kept apart, as a file to carry there."""
    try:
        asked = key_rotation.request_signing_ca(office())
    except (OfficeError, SigningError) as error:
        return _rotation(error), 422
    name = f"root-request-{fingerprint(asked).replace(' ', '-')}.json"
    return send_file(
        io.BytesIO(asked.to_bytes()), "application/json", as_attachment=True, download_name=name
    )


@blueprint.post("/keys/signing-ca/answer")
@signed_in(Role.ADMINISTRATOR)
def take_signing_ca() -> ResponseReturnValue:
    """Take the root's answer."""
    given = request.files.get("answer")
    data = b"" if given is None else given.stream.read(MAX_FILE_BYTES + 1)
    try:
        key_rotation.take_signing_ca(office(), data, current_actor(), now())
    except (OfficeError, SigningError) as error:
        return _rotation(error), 422
    flash(_("There is a new signing CA."), "good")
    return redirect(url_for("keys.keys_page"))


@blueprint.get("/keys/signing-ca/<key>/revoke")
@signed_in(Role.ADMINISTRATOR)
def revoke_signing_ca_page(key: str) -> ResponseReturnValue:
    """Say what it means to revoke a signing CA."""
    return _revoke_signing_ca(key, None)


@blueprint.post("/keys/signing-ca/<key>/revoke")
@signed_in(Role.ADMINISTRATOR)
def revoke_signing_ca(key: str) -> ResponseReturnValue:
    """Revoke a signing CA and replace what hangs below it."""
    try:
        reason = _chosen(SigningCaReason)
        _need_confirmation()
        done = ca_revocation.revoke_signing_ca(office(), key, reason, current_actor(), now())
    except NotFound:
        raise
    except (OfficeError, SigningError) as error:
        return _revoke_signing_ca(key, error), 422
    flash(_("The signing CA is revoked. Kiosks make new keys at their next contact."), "good")
    if done.waiting_documents:
        count = done.waiting_documents
        flash(
            ngettext(
                "%(num)d document was signed under it and is not sealed yet: cancel it and make"
                " it anew.",
                "%(num)d documents were signed under it and are not sealed yet: cancel them and"
                " make them anew.",
                count,
            ),
            "bad",
        )
    if done.root_must_sign:
        flash(_("Ask the root for an answer, so that its revocation list names it too."), "bad")
    return redirect(url_for("keys.keys_page"))


@blueprint.post("/keys/director/<person_id>/renew")
@signed_in(Role.ADMINISTRATOR)
def renew_director(person_id: str) -> ResponseReturnValue:
    """Give a director a new key."""
    try:
        key_rotation.renew_director(office(), person_id, current_actor(), now())
    except NotFound:
        raise
    except (OfficeError, SigningError) as error:
        return _keys(error), 422
    flash(_("The director has a new key; the old one is destroyed."), "good")
    return redirect(url_for("keys.keys_page"))


@blueprint.get("/keys/director/<person_id>/revoke")
@signed_in(Role.ADMINISTRATOR)
def revoke_director_page(person_id: str) -> ResponseReturnValue:
    """Say what it means to take a director's key away."""
    return _revoke_director(person_id, None)


@blueprint.post("/keys/director/<person_id>/revoke")
@signed_in(Role.ADMINISTRATOR)
def revoke_director(person_id: str) -> ResponseReturnValue:
    """Take a director's key away."""
    try:
        reason = _chosen(DirectorReason)
        _need_confirmation()
        key_rotation.revoke_director(office(), person_id, reason, current_actor(), now())
    except NotFound:
        raise
    except (OfficeError, SigningError) as error:
        return _revoke_director(person_id, error), 422
    flash(_("This key counts no more."), "good")
    return redirect(url_for("keys.keys_page"))


@blueprint.post("/kiosks/<kiosk_id>/renew-keys")
@signed_in(Role.ADMINISTRATOR)
def renew_kiosk(kiosk_id: str) -> ResponseReturnValue:
    """Ask a kiosk for new keys."""
    try:
        ask_for_new_keys(office(), kiosk_id, current_actor(), now())
    except NotFound:
        raise
    except OfficeError as error:
        return _keys(error), 422
    flash(_("The kiosk makes new keys when it is next in contact."), "good")
    return redirect(url_for("keys.keys_page"))


@blueprint.get("/kiosks/<kiosk_id>/revoke")
@signed_in(Role.ADMINISTRATOR)
def revoke_kiosk_page(kiosk_id: str) -> ResponseReturnValue:
    """Say what it means to shut a kiosk out."""
    return _revoke_kiosk(kiosk_id, None)


@blueprint.post("/kiosks/<kiosk_id>/revoke")
@signed_in(Role.ADMINISTRATOR)
def revoke_kiosk_now(kiosk_id: str) -> ResponseReturnValue:
    """Shut a kiosk out."""
    try:
        reason = _chosen(RevocationReason)
        _need_confirmation()
        revoke_kiosk(office(), kiosk_id, reason, current_actor(), now())
    except NotFound:
        raise
    except (OfficeError, SigningError) as error:
        return _revoke_kiosk(kiosk_id, error), 422
    flash(_("The kiosk is shut out."), "good")
    return redirect(url_for("administration.kiosks_page"))


def _keys(error: Failure) -> str:
    with office().database.read() as connection:
        entries = list_keys(office(), connection, now())
        under_way = renewals_under_way(connection)
        endings = list_endings(office(), connection, now())
    return render_template(
        "office/keys.html",
        groups=(
            (_("Head office"), [one for one in entries if one.kiosk_id is None]),
            (_("Kiosks"), [one for one in entries if one.kiosk_id is not None]),
        ),
        role_names=_role_names(),
        under_way=under_way,
        endings=[
            {
                "kind": one.kind.value,
                "holder": one.holder,
                "ends": one.ends,
                "ended": one.ends <= now(),
            }
            for one in endings
        ],
        error=error,
        root_is_here=office().keyring.root_is_here,
    )


def _rotation(error: Failure) -> str:
    return render_template(
        "office/signing_ca.html", error=error, root_is_here=office().keyring.root_is_here
    )


def _revoke_signing_ca(key: str, error: Failure) -> str:
    with office().database.read() as connection:
        certificate = find_signing_ca(connection, key)
    return render_template(
        "office/revoke.html",
        error=error,
        name=common_name_of(certificate),
        kind="signing_ca",
        action=url_for("keys.revoke_signing_ca", key=key),
        back=url_for("keys.keys_page"),
        reasons=(
            (SigningCaReason.STOLEN.value, _("The machine or token with the key is gone")),
            (SigningCaReason.KEY_COMPROMISE.value, _("Somebody else may have used the key")),
        ),
    )


def _revoke_director(person_id: str, error: Failure) -> str:
    with office().database.read() as connection:
        person = find_person(connection, person_id)
    return render_template(
        "office/revoke.html",
        error=error,
        name=person.name,
        kind="director",
        action=url_for("keys.revoke_director", person_id=person_id),
        back=url_for("keys.keys_page"),
        reasons=(
            (DirectorReason.LEFT.value, _("Signs for the company no longer")),
            (DirectorReason.KEY_COMPROMISE.value, _("Somebody else may have used the key")),
        ),
    )


def _revoke_kiosk(kiosk_id: str, error: Failure) -> str:
    with office().database.read() as connection:
        kiosk = find_kiosk(connection, kiosk_id)
    return render_template(
        "office/revoke.html",
        error=error,
        name=kiosk.name,
        kind="kiosk",
        action=url_for("keys.revoke_kiosk_now", kiosk_id=kiosk_id),
        back=url_for("administration.kiosks_page"),
        reasons=(
            (RevocationReason.STOLEN.value, _("The device is gone")),
            (RevocationReason.KEY_COMPROMISE.value, _("Somebody else may have its keys")),
            (RevocationReason.RETIRED.value, _("It is no longer used, or enrolled anew")),
        ),
    )


def _chosen(kinds: Callable[[str], Any]) -> Any:
    try:
        return kinds(request.form.get("reason", ""))
    except ValueError as error:
        raise Refused("bad_reason", "Choose a reason.", "The trust list says it.") from error


def _need_confirmation() -> None:
    if request.form.get("sure") != "yes":
        raise Refused("not_confirmed", "Nothing was done yet.", "Tick the box to confirm.")


def _role_names() -> dict[KeyRole, str]:
    return {
        KeyRole.ROOT: _("Root"),
        KeyRole.SIGNING_CA: _("Signing CA"),
        KeyRole.DIRECTOR: _("Director"),
        KeyRole.KIOSK_CA: _("Clients at this kiosk"),
        KeyRole.SEAL: _("Seal"),
        KeyRole.TIMESTAMP: _("Time stamps"),
    }
