"""Refusals on the pages of keys, in words that are translated (see `office.screens.refusals`)."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

__all__ = ["KEY_REFUSALS"]

KEY_REFUSALS: dict[str, tuple[Any, Any]] = {
    "bad_reason": (_l("No reason is chosen."), _l("Choose one: the trust list says it.")),
    "not_confirmed": (_l("Nothing was done yet."), _l("Tick the box to confirm.")),
    "already_revoked": (_l("This kiosk is shut out already."), _l("Nothing is to be done.")),
    "director_key_ended": (
        _l("Your signing key has run out."),
        _l("Ask an administrator to renew it."),
    ),
    "issuer_not_valid": (
        _l("The authority that should certify this is not valid at this time."),
        _l("Check the clock of head office; if it is right, make a new signing CA."),
    ),
    "no_such_signing_ca": (
        _l("There is no signing CA with this key."),
        _l("Choose it from the list of keys."),
    ),
    "signing_ca_revoked": (
        _l("This signing CA is revoked already."),
        _l("Nothing is to be done."),
    ),
    "successor_needed": (
        _l("No other signing CA is there, and the root is kept apart."),
        _l("Make a new signing CA first."),
    ),
    "no_such_service_key": (
        _l("There is no time-stamping service with this key."),
        _l("Choose it from the list of keys."),
    ),
    "service_key_revoked": (
        _l("This key counts no more already."),
        _l("Nothing is to be done."),
    ),
    "kiosk_not_in_service": (
        _l("No device is in service in this kiosk's place."),
        _l("Enrol one first."),
    ),
    "renewal_under_way": (
        _l("This kiosk was asked for new keys already."),
        _l("It makes them when it is next in contact."),
    ),
    "no_key_to_revoke": (_l("This person has no signing key."), _l("Nothing is to be done.")),
    "person_put_aside": (
        _l("This person was put aside."),
        _l("Let the person sign in again first."),
    ),
    "root_apart": (
        _l("The root is kept apart, so a new signing CA needs its answer."),
        _l("Make a request and carry it to the root."),
    ),
    "root_here": (_l("The root is on this machine."), _l("Nobody has to be asked.")),
    "no_request": (
        _l("No answer of a root is awaited here."),
        _l("Make a request and carry it to the root."),
    ),
    "answer_refused": (
        _l("This is not the root's answer to the request that was made last."),
        _l("Carry the newest request to the root and bring back its answer."),
    ),
    "root_file_unreadable": (
        _l("This file is not a root's answer."),
        _l("Check its name, and that it was copied whole."),
    ),
    "token_missing": (
        _l("The token with the signing keys is not there."),
        _l("Ask an administrator to put it in."),
    ),
    "token_failed": (
        _l("The token with the signing keys did not do what was asked of it."),
        _l("Try again; if it stays, ask an administrator."),
    ),
    "pin_wrong": (
        _l("The PIN of the token with the signing keys is wrong."),
        _l("Ask an administrator to correct it; too many tries lock a token."),
    ),
    "pin_locked": (
        _l("The token with the signing keys is locked after too many wrong PINs."),
        _l("Ask an administrator to unlock it."),
    ),
    "credential_from_systemd": (
        _l("systemd hands over what opens the key files, so it has to be replaced there, too."),
        _l("Do it on the command line, as the documentation says."),
    ),
    "credential_unusable": (
        _l("What opens the key files cannot be used."),
        _l("Ask an administrator to restore it from its backup."),
    ),
    "signature_counts": (
        _l("The director's signature on this document does not have to be made again."),
        _l("Look at its state; only what waits for a client can be signed again."),
    ),
    "client_has_signed": (
        _l("A client has signed this document already, over the director's signature."),
        _l("Cancel it and make it anew."),
    ),
    "kiosk_not_heard": (
        _l("Its kiosk was not in contact since: the document may be signed there already."),
        _l("Wait for that, or cancel the document and make it anew."),
    ),
    "key_missing": (
        _l("The signing key is not where it should be."),
        _l("Ask an administrator to restore it or to renew the key."),
    ),
    "key_unreadable": (
        _l("The signing key cannot be opened."),
        _l("Ask an administrator to restore it or to renew the key."),
    ),
    "token_not_configured": (
        _l("The signing key is in a token, and no token is configured."),
        _l("Ask an administrator to set it up as before."),
    ),
}
"""Sentence and next step of every code about keys."""
