"""The administrator's buttons for what opens the key files, and for what codes are derived from."""

from __future__ import annotations

import os
from enum import StrEnum

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from office.credential_change import replace_credential
from office.derivation_change import replace_secret
from office.errors import OfficeError
from office.people import Role
from office.screens.confirmation import chosen
from office.screens.context import current_actor, now, office, signed_in
from office.screens.keys import keys_with
from signing.errors import SigningError

__all__ = ["blueprint"]

blueprint = Blueprint("key_secrets", __name__)


class SecretReason(StrEnum):
    """Why the secret is replaced."""

    PLANNED = "planned"  # it has been in use for long
    MAY_BE_KNOWN = "may_be_known"  # somebody else may have it


@blueprint.post("/keys/credential")
@signed_in(Role.ADMINISTRATOR)
def other_credential() -> ResponseReturnValue:
    """Let another credential open the key files."""
    try:
        replace_credential(office(), os.environ, None, current_actor(), now())
    except (OfficeError, SigningError) as error:
        return keys_with(error), 422
    flash(_("Another credential opens the key files. Make a new backup."), "good")
    return redirect(url_for("keys.keys_page"))


@blueprint.post("/keys/secret")
@signed_in(Role.ADMINISTRATOR)
def other_secret() -> ResponseReturnValue:
    """Derive what is new from another secret."""
    try:
        known = chosen(SecretReason) is SecretReason.MAY_BE_KNOWN
        done = replace_secret(office(), current_actor(), now(), may_be_known=known)
    except (OfficeError, SigningError) as error:
        return keys_with(error), 422
    flash(_("New codes and links come from another secret. Make a new backup."), "good")
    if done.codes_renewed:
        count = done.codes_renewed
        flash(
            ngettext(
                "%(num)d client gets other codes as soon as the kiosk is in contact.",
                "%(num)d clients get other codes as soon as their kiosks are in contact.",
                count,
            ),
            "good",
        )
    return redirect(url_for("keys.keys_page"))
