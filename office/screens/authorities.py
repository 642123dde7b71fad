"""The administrator's pages of signing CAs: another one, here or with a root apart; revocation."""

from __future__ import annotations

import io

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from office import authorities, ca_revocation, key_rotation, response_key
from office.ca_revocation import SigningCaReason, common_name_of, find_signing_ca
from office.errors import NotFound, OfficeError
from office.people import Role
from office.root_apart import fingerprint
from office.screens.confirmation import chosen, need_confirmation
from office.screens.context import current_actor, now, office, signed_in
from signing.errors import SigningError
from signing.root_files import MAX_FILE_BYTES, RootRequest
from verifier.trust_list import KeyRole

__all__ = ["blueprint"]

blueprint = Blueprint("authorities", __name__)

Failure = OfficeError | SigningError | None


@blueprint.post("/keys/signing-ca")
@signed_in(Role.ADMINISTRATOR)
def rotate_signing_ca() -> ResponseReturnValue:
    """Make a new signing CA below the root on this machine."""
    try:
        need_confirmation()
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
    return _request_file(asked)


@blueprint.post("/keys/signing-ca/answer")
@signed_in(Role.ADMINISTRATOR)
def take_signing_ca() -> ResponseReturnValue:
    """Take the root's answer."""
    given = request.files.get("answer")
    data = b"" if given is None else given.stream.read(MAX_FILE_BYTES + 1)
    try:
        with office().database.read() as connection:
            before = authorities.newest_certificate(connection, KeyRole.SIGNING_CA).public_key()
            roots = authorities.certificates_of(connection, KeyRole.ROOT)
        taken = key_rotation.take_signing_ca(office(), data, current_actor(), now())
        with office().database.read() as connection:
            another_root = authorities.certificates_of(connection, KeyRole.ROOT) != roots
    except (OfficeError, SigningError) as error:
        return _rotation(error), 422
    another = taken.public_key() != before
    if another_root:
        flash(
            _("There is a new root. What the former one vouches for stays as good as it was."),
            "good",
        )
    flash(
        _("There is a new signing CA.") if another else _("The root's lists are renewed."), "good"
    )
    return redirect(url_for("keys.keys_page"))


@blueprint.post("/keys/root-lists/request")
@signed_in(Role.ADMINISTRATOR)
def request_root_lists() -> ResponseReturnValue:
    """Make the request for new lists of a root kept apart, and for nothing else."""
    try:
        asked = key_rotation.request_root_lists(office())
    except (OfficeError, SigningError) as error:
        return _rotation(error), 422
    return _request_file(asked)


@blueprint.post("/keys/trust-keys")
@signed_in(Role.ADMINISTRATOR)
def rotate_trust_keys() -> ResponseReturnValue:
    """Replace the keys that sign the trust list, with the root on this machine."""
    try:
        key_rotation.rotate_trust_keys(office(), current_actor(), now())
    except (OfficeError, SigningError) as error:
        return _rotation(error), 422
    flash(_("The trust list is signed with new keys. Kiosks follow by themselves."), "good")
    return redirect(url_for("keys.keys_page"))


@blueprint.post("/keys/trust-keys/request")
@signed_in(Role.ADMINISTRATOR)
def request_trust_keys() -> ResponseReturnValue:
    """Make the request for root metadata that names new keys for the trust list."""
    try:
        asked = key_rotation.request_root_lists(office(), new_trust_keys=True)
    except (OfficeError, SigningError) as error:
        return _rotation(error), 422
    return _request_file(asked)


@blueprint.post("/keys/response-key")
@signed_in(Role.ADMINISTRATOR)
def replace_response_key() -> ResponseReturnValue:
    """Sign answers to kiosks with a new key."""
    try:
        response_key.replace_response_key(office(), current_actor(), now())
    except (OfficeError, SigningError) as error:
        return _rotation(error), 422
    flash(_("Kiosks are answered with a new key. They follow at their next contact."), "good")
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
        reason = chosen(SigningCaReason)
        need_confirmation()
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
                "%(num)d document was signed under it and is not sealed yet: have it signed"
                " again on its page.",
                "%(num)d documents were signed under it and are not sealed yet: have them"
                " signed again on their pages.",
                count,
            ),
            "bad",
        )
    if done.root_must_sign:
        flash(_("Ask the root for an answer, so that its revocation list names it too."), "bad")
    return redirect(url_for("keys.keys_page"))


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
        action=url_for("authorities.revoke_signing_ca", key=key),
        back=url_for("keys.keys_page"),
        reasons=(
            (SigningCaReason.STOLEN.value, _("The machine or token with the key is gone")),
            (SigningCaReason.KEY_COMPROMISE.value, _("Somebody else may have used the key")),
        ),
    )


def _request_file(asked: RootRequest) -> ResponseReturnValue:
    name = f"root-request-{fingerprint(asked).replace(' ', '-')}.json"
    return send_file(
        io.BytesIO(asked.to_bytes()), "application/json", as_attachment=True, download_name=name
    )
