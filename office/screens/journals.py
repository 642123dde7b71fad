"""The administrator's page of journals: whether each is still the one that was signed for."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from office.journal_check import check_journals, journal_states
from office.people import Role
from office.screens.context import office, signed_in

__all__ = ["blueprint"]

blueprint = Blueprint("journals", __name__)

_WHAT: dict[str, Any] = {
    "journal_behind": _l("The kiosk lost events that it had sent."),
    "journal_forked": _l("The kiosk’s journal is not the one it had sent."),
    "office_log_behind": _l("Head office’s journal was longer once: an old backup, or it was cut."),
    "office_log_forked": _l("Head office’s journal was another one once."),
    "journal_damaged": _l("A line or a hash in this database was changed or lost."),
}
"""What a fault of docs/journal.md section 5 means."""


@blueprint.get("/journals")
@signed_in(Role.ADMINISTRATOR)
def journals_page() -> ResponseReturnValue:
    """Show how each kiosk's journal stands."""
    return _page([])


@blueprint.post("/journals/check")
@signed_in(Role.ADMINISTRATOR)
def check() -> ResponseReturnValue:
    """Compute every journal again."""
    with office().database.read() as connection:
        found = check_journals(connection)
    if found:
        return _page(found), 409
    flash(_("Every line of every journal is the one that was signed for."), "good")
    return redirect(url_for("journals.journals_page"))


def _page(found: list[tuple[str, str]]) -> str:
    with office().database.read() as connection:
        states = journal_states(connection)
    names = {state.kiosk_id: state.kiosk_name for state in states}
    mismatches = [(names.get(log, _("Head office")), _WHAT[code]) for log, code in found]
    return render_template("office/journals.html", states=states, what=_WHAT, mismatches=mismatches)
