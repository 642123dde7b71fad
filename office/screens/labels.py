"""Names of states, steps, roles and kinds for people, in the language of the screen."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from office.history import HistoryEntry
from office.lifecycle import State
from office.people import Role
from sync.staff import IdentityWay, StaffRight

__all__ = [
    "event_name",
    "field_kinds",
    "identity_names",
    "right_names",
    "role_name",
    "state_name",
    "state_tone",
]

_STATES: dict[State, Any] = {
    State.DRAFT: _l("Draft"),
    State.SENT: _l("With the director"),
    State.DIRECTOR_SIGNED: _l("Signed by the director"),
    State.DUE: _l("Waiting for the client"),
    State.CLIENT_SIGNED: _l("Signed, to be checked"),
    State.COMPLETED: _l("Completed"),
    State.DESTROYED: _l("Destroyed"),
    State.DECLINED: _l("Declined"),
    State.CANCELLED: _l("Cancelled"),
    State.EXPIRED: _l("Expired"),
    State.CONFLICT: _l("Conflict"),
    State.SIGNED_AFTER_CANCEL: _l("Signed after cancelling"),
}
_TONES = {
    State.DRAFT: "plain",
    State.SENT: "work",
    State.DIRECTOR_SIGNED: "work",
    State.DUE: "work",
    State.CLIENT_SIGNED: "warn",
    State.COMPLETED: "good",
    State.CONFLICT: "bad",
    State.SIGNED_AFTER_CANCEL: "bad",
}
_ROLES: dict[Role, Any] = {
    Role.OPERATOR: _l("Operator"),
    Role.DIRECTOR: _l("Director"),
    Role.ADMINISTRATOR: _l("Administrator"),
}
_EVENTS: dict[str, Any] = {
    "created": _l("Draft made from a PDF"),
    "clients_changed": _l("Clients changed"),
    "fields_placed": _l("Fields placed"),
    "director_filled": _l("Filled in by the director"),
    "sent": _l("Sent to the director"),
    "director_signed": _l("Signed by the director"),
    "director_again": _l("The director is to sign again: the signature counts no more"),
    "director_not_stamped": _l("Signed without a time-stamp: the service gave none"),
    "due": _l("Handed to the kiosk"),
    "message_sent": _l("Message sent"),
    "message_resent": _l("Message asked for again"),
    "message_failed": _l("Message could not be delivered"),
    "another_kiosk_reported": _l("Another kiosk reported about it; nothing was changed"),
    "code_issued": _l("Confirmation code issued"),
    "code_limit_reached": _l("Too many codes asked for"),
    "code_accepted": _l("Confirmation code accepted"),
    "code_locked": _l("Code entry locked after wrong codes"),
    "code_key_renewed": _l("New codes allowed"),
    "code_unlocked": _l("The staff let the client try codes again"),
    "identity_checked": _l("The staff checked an identity document"),
    "identity_check_unknown": _l(
        "An identity check by somebody whom nobody knows; it does not count"
    ),
    "handed_over": _l("Handed over to the client by the staff"),
    "taken_back": _l("Taken back from the client by the staff"),
    "code_not_issued": _l("The kiosk accepted a code that nobody issued"),
    "ceremony_started": _l("Opened at the kiosk"),
    "document_erased": _l("Erased at the kiosk"),
    "turn_signed": _l("Signed by a client who is not the last"),
    "moved_to_kiosk": _l("Moved to another kiosk for the next client"),
    "client_signed": _l("Signed by the client"),
    "strokes_kept": _l("How the signature was drawn came, sealed"),
    "strokes_dropped": _l("How the signature was drawn came, and was not kept"),
    "strokes_opened": _l("How the signature was drawn was opened"),
    "completed": _l("Checked and completed"),
    "evidence_added": _l("Evidence for long keeping added"),
    "evidence_left_out": _l("Evidence for long keeping left out: its service counts no more"),
    "evidence_renewed": _l("Evidence for long keeping renewed"),
    "quarantined": _l("Put into quarantine: something does not add up"),
    "declined": _l("The client declined"),
    "cancelled": _l("Cancelled"),
    "expired": _l("The deadline passed"),
    "conflict": _l("A different signed copy arrived"),
    "copy_brought": _l("A signed copy was brought by hand"),
    "another_copy": _l("Another signed copy arrived"),
    "signed_after_cancel": _l("A copy signed after cancelling arrived"),
    "copy_accepted": _l("A copy that was held back was accepted"),
    "copy_rejected": _l("A copy that was held back was rejected"),
    "ruling_taken_back": _l("The decision about a copy was taken back"),
    "released": _l("Let go on after quarantine"),
    "rejected": _l("Nothing that was signed counts"),
    "held": _l("Held back again"),
    "resumed": _l("Due again: a client's signature counts after all"),
    "copy_after_destruction": _l("A copy arrived after destruction"),
    "downloaded": _l("Downloaded by the client"),
    "destruction_held": _l("Not destroyed: a person must decide first"),
    "destroyed": _l("Destroyed: key, files and links are gone"),
}
_RIGHTS: dict[StaffRight, Any] = {
    StaffRight.CHECK_IDENTITY: _l("Check identity documents"),
    StaffRight.UNLOCK_CODES: _l("Let clients try codes again"),
    StaffRight.CANCEL: _l("Cancel documents"),
    StaffRight.PRINT: _l("Print copies, receipts and the day’s summary"),
}
_MESSAGES: dict[str, Any] = {
    "client_invited": _l("invitation"),
    "client_code": _l("confirmation code"),
    "client_completed": _l("download link"),
    "director_waiting": _l("note to the director"),
}
_REASONS: dict[str, Any] = {
    "content": _l("does not agree with its content"),
    "data": _l("something in it is wrong"),
    "person": _l("it is for somebody else"),
    "other": _l("another reason"),
}
"""Why a client declined, as the ceremony's `DeclineReason` names it."""
_KINDS: dict[str, Any] = {
    "text": _l("Text"),
    "multiline": _l("Several lines"),
    "number": _l("Decimal number"),
    "money": _l("Amount of money"),
    "date": _l("Date"),
    "email": _l("E-mail"),
    "phone": _l("Telephone"),
    "pesel": _l("PESEL"),
    "nip": _l("NIP"),
    "iban": _l("Account number"),
    "choice": _l("Choice"),
    "checkbox": _l("Checkbox"),
    "initials": _l("Initials"),
}


def state_name(state: State) -> str:
    """Return what people call a state."""
    return str(_STATES[state])


def state_tone(state: State) -> str:
    """Return the look of a state: plain, work, good, warn or bad."""
    return _TONES.get(state, "plain")


def role_name(role: Role) -> str:
    """Return what people call a role."""
    return str(_ROLES[role])


def identity_names() -> dict[IdentityWay, str]:
    """Return how clients prove who they are, in words."""
    return {
        IdentityWay.CODE: _("By a code that head office sends"),
        IdentityWay.CODE_OR_STAFF: _(
            "By a code; without a telephone, the staff check an identity document"
        ),
        IdentityWay.STAFF: _("The staff check an identity document; no code"),
    }


def right_names() -> dict[StaffRight, str]:
    """Return what people of the front desk may do, in words."""
    return {right: str(name) for right, name in _RIGHTS.items()}


def event_name(entry: HistoryEntry) -> str:
    """Return one line of a timeline in words."""
    name = str(_EVENTS.get(entry.kind, entry.kind))
    if entry.kind in {"message_sent", "message_failed"}:
        what = _MESSAGES.get(entry.body.get("message", ""), "")
        if entry.kind == "message_failed":
            return f"{name}: {what} ({entry.body.get('code', '')})"
        channel = _("by SMS") if entry.body.get("channel") == "sms" else _("by e-mail")
        return f"{name}: {what} {channel}"
    if entry.kind == "declined" and entry.body.get("reason") in _REASONS:
        return f"{name}: {_REASONS[entry.body['reason']]}"
    return name


def field_kinds() -> dict[str, str]:
    """Return the kinds of fields that a signer can fill in, with their names."""
    return {kind: str(name) for kind, name in _KINDS.items()}
