"""Why a document cannot be signed here (now), in words; screens translate the sentences."""

from __future__ import annotations

from signing.ceremony.desk import DeskRefused

__all__ = ["REFUSALS", "refusal"]

REFUSALS = {
    "gone": (
        "This document is not at this kiosk.",
        "Please ask the staff, or check the number in your message.",
    ),
    "cancelled": (
        "This document was withdrawn by the office that sent it.",
        "Please ask the staff; there is nothing you have to do.",
    ),
    "expired": (
        "The time for signing this document has passed.",
        "Please ask the staff; the office can send it again.",
    ),
    "declined": (
        "You declined to sign this document.",
        "If you change your mind, ask the office to send it again.",
    ),
    "already_signed": (
        "This document has already been signed.",
        "The finished document comes to you by message; there is nothing else to do.",
    ),
    "not_your_turn": (
        "Somebody else signs this document before you.",
        "Please wait until they have finished, or ask the staff.",
    ),
    "not_here_yet": (
        "This document is still on its way to this kiosk.",
        "Please wait a few minutes and try again, or ask the staff.",
    ),
    "code_needed": (
        "No confirmation code has been accepted for this document.",
        "Please enter the code from your message first.",
    ),
    "staff_check_wanted": (
        "For this document the staff check an identity document; no code is asked for.",
        "Please ask the staff.",
    ),
    "staff_check_not_allowed": (
        "Head office wants a code for this document.",
        "Ask for a code, or ask head office to allow identity documents.",
    ),
    "not_locked": (
        "The codes of this document are not locked.",
        "The client can type a code.",
    ),
    "unlocked_too_often": (
        "The codes of this document were unlocked here twice already.",
        "Ask head office for new codes.",
    ),
    "code_key_unusable": (
        "This kiosk cannot check the codes of this document.",
        "Please ask the staff; head office can send the document to this kiosk again.",
    ),
    "kiosk_keys_unusable": (
        "The keys of this kiosk cannot be used any more, so nobody can sign here.",
        "Please ask the staff to connect the kiosk to head office, which renews them.",
    ),
}


def refusal(code: str) -> DeskRefused:
    """The refusal with this code, in its own words."""
    sentence, next_step = REFUSALS[code]
    return DeskRefused(code, sentence, next_step)
