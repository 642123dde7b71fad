"""The administrator's pages of keys: what there is, new ones in place of old ones, revocation.

What cannot be taken back is asked for twice: a page says what it means, a reason is chosen, and a
box is ticked; the server looks at all three again.
"""

from __future__ import annotations

import os

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from office import key_rotation
from office.endings import list_endings
from office.errors import NotFound, OfficeError
from office.key_list import list_keys
from office.key_rotation import DirectorReason
from office.kiosks import find_kiosk
from office.people import Role, find_person
from office.renewal import ask_for_new_keys, renewals_under_way
from office.response_key import present_response_key
from office.revocation import RevocationReason, revoke_kiosk, waiting_at
from office.screens.confirmation import chosen, need_confirmation
from office.screens.context import current_actor, now, office, signed_in
from signing.errors import SigningError
from signing.key_files import credential_given
from verifier.trust_list import KeyRole

__all__ = ["blueprint", "keys_with"]

blueprint = Blueprint("keys", __name__)

Failure = OfficeError | SigningError | None


@blueprint.get("/keys")
@signed_in(Role.ADMINISTRATOR)
def keys_page() -> ResponseReturnValue:
    """Show every key."""
    return keys_with(None)


@blueprint.post("/keys/director/<person_id>/renew")
@signed_in(Role.ADMINISTRATOR)
def renew_director(person_id: str) -> ResponseReturnValue:
    """Give a director a new key."""
    try:
        key_rotation.renew_director(office(), person_id, current_actor(), now())
    except NotFound:
        raise
    except (OfficeError, SigningError) as error:
        return keys_with(error), 422
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
        reason = chosen(DirectorReason)
        need_confirmation()
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
        return keys_with(error), 422
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
        reason = chosen(RevocationReason)
        need_confirmation()
        revoke_kiosk(office(), kiosk_id, reason, current_actor(), now())
    except NotFound:
        raise
    except (OfficeError, SigningError) as error:
        return _revoke_kiosk(kiosk_id, error), 422
    flash(_("The kiosk is shut out."), "good")
    return redirect(url_for("administration.kiosks_page"))


def keys_with(error: Failure) -> str:
    """Show every key, and what went wrong."""
    with office().database.read() as connection:
        entries = list_keys(office(), connection, now())
        under_way = renewals_under_way(connection)
        endings = list_endings(office(), connection, now())
        answers = present_response_key(office(), connection)
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
        answers=answers,
        answers_in_token=office().keyring.response_file.in_token,
        trust_keys_in_token=office().publisher.keys_in_token,
        credential_from_systemd=credential_given(os.environ) is not None,
        secret_number=office().keyring.secrets.newest(),
        root_is_here=office().keyring.root_is_here,
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
        waiting = waiting_at(connection, kiosk_id)
    return render_template(
        "office/revoke.html",
        error=error,
        name=kiosk.name,
        kind="kiosk",
        seen_at=kiosk.seen_at,
        waiting=waiting,
        action=url_for("keys.revoke_kiosk_now", kiosk_id=kiosk_id),
        back=url_for("administration.kiosks_page"),
        reasons=(
            (RevocationReason.STOLEN.value, _("The device is gone")),
            (RevocationReason.KEY_COMPROMISE.value, _("Somebody else may have its keys")),
            (RevocationReason.RETIRED.value, _("It is no longer used, or enrolled anew")),
        ),
    )


def _role_names() -> dict[KeyRole, str]:
    return {
        KeyRole.ROOT: _("Root"),
        KeyRole.SIGNING_CA: _("Signing CA"),
        KeyRole.DIRECTOR: _("Director"),
        KeyRole.KIOSK_CA: _("Clients at this kiosk"),
        KeyRole.SEAL: _("Seal"),
        KeyRole.TIMESTAMP: _("Time stamps"),
    }
