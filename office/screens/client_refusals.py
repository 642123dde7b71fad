"""Refusals about who signs, in words that are translated."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

__all__ = ["CLIENT_REFUSALS"]

CLIENT_REFUSALS: dict[str, tuple[Any, Any]] = {
    "no_client": (
        _l("Nobody signs for the other side."),
        _l("Add at least one client."),
    ),
    "too_many_clients": (
        _l("So many clients cannot sign one document."),
        _l("Leave out the others, or make a second document for them."),
    ),
    "bad_phone_url": (
        _l("This is not an address that clients' telephones can reach safely."),
        _l("Give one like https://sign.example.com"),
    ),
    "no_challenge": (
        _l("This address does not belong to a number on a kiosk's screen (any more)."),
        _l("Scan the square on the kiosk's screen again, or ask the staff."),
    ),
    "plan_too_large": (
        _l("All fields together hold more text than travels to a kiosk."),
        _l("Shorten names and help texts, or leave out some fields."),
    ),
    "no_such_client": (
        _l("This document has no such client."),
        _l("Load the page again."),
    ),
    "cannot_be_moved": (
        _l("This client cannot be sent to another kiosk now."),
        _l("Look at the state of the document, and who has signed."),
    ),
}
"""Sentence and next step by code."""
