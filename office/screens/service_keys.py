"""The administrator's page that takes a time-stamping service's key off the trust list."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from office.errors import NotFound, OfficeError
from office.people import Role
from office.screens.confirmation import chosen, need_confirmation
from office.screens.context import current_actor, now, office, signed_in
from office.service_keys import ServiceKeyReason, find_service_key, revoke_service_key
from signing.errors import SigningError

__all__ = ["blueprint"]

blueprint = Blueprint("service_keys", __name__)


@blueprint.get("/keys/time-service/<key>/revoke")
@signed_in(Role.ADMINISTRATOR)
def revoke_page(key: str) -> ResponseReturnValue:
    """Say what it means that a service counts no more."""
    return _page(key, None)


@blueprint.post("/keys/time-service/<key>/revoke")
@signed_in(Role.ADMINISTRATOR)
def revoke(key: str) -> ResponseReturnValue:
    """Take a service's key off the list of those that count."""
    try:
        reason = chosen(ServiceKeyReason)
        need_confirmation()
        done = revoke_service_key(office(), key, reason, current_actor(), now())
    except NotFound:
        raise
    except (OfficeError, SigningError) as error:
        return _page(key, error), 422
    flash(_("The time-stamps of %(name)s count no more.", name=done.holder), "good")
    if done.waiting_documents:
        flash(
            _(
                "Documents that carry its time-stamp and are not sealed yet: cancel them and"
                " make them anew."
            ),
            "bad",
        )
    return redirect(url_for("keys.keys_page"))


def _page(key: str, error: OfficeError | SigningError | None) -> str:
    with office().database.read() as connection:
        name = find_service_key(connection, key)
    return render_template(
        "office/revoke.html",
        error=error,
        name=name,
        kind="service",
        action=url_for("service_keys.revoke", key=key),
        back=url_for("keys.keys_page"),
        reasons=(
            (ServiceKeyReason.KEY_COMPROMISE.value, _("Somebody else may have used the key")),
            (ServiceKeyReason.FALSE_TIMES.value, _("It stated times that were not so")),
        ),
    )
