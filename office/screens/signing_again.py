"""The button by which a document goes back to its director, whose signature counts no more."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from office.errors import NotFound, Refused
from office.screens.context import PREPARERS, current_actor, now, office, signed_in
from office.screens.refusals import error_words
from office.signing_again import sign_again

__all__ = ["blueprint"]

blueprint = Blueprint("signing_again", __name__)


@blueprint.post("/documents/<document_id>/sign-again")
@signed_in(*PREPARERS)
def back_to_director(document_id: str) -> ResponseReturnValue:
    """Put a document back into its director's queue."""
    try:
        sign_again(office(), document_id, current_actor(), now())
        flash(_("The document waits for its director again."), "good")
    except (Refused, NotFound) as error:
        flash(" ".join(error_words(error)), "bad")
    return redirect(url_for("documents.document_page", document_id=document_id))
