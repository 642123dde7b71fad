"""What the kiosk's own screens say when something does not work, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from flask_babel import gettext

from kiosk.errors import KioskError
from signing.errors import SigningError
from sync.errors import SyncError
from verifier.errors import TrustError, VerifierError

__all__ = ["Words", "enrolment_words", "refusal_words", "ticket_words", "upload_words"]


@dataclass(frozen=True)
class Words:
    """One thing to tell: how serious, what it is, what to do, a code for the staff."""

    kind: Literal["bad", "warn", "good", "note"]
    title: str
    next_step: str = ""
    code: str = ""


def refusal_words(error: SigningError) -> Words:
    """Why a document cannot be signed here."""
    chosen = REFUSALS.get(error.code)
    if chosen is None:
        return Words(
            "bad", gettext("That did not work."), gettext("Please ask the staff."), error.code
        )
    kind: Literal["good", "warn"] = "good" if error.code == "already_signed" else "warn"
    title, next_step = chosen()
    return Words(kind, title, next_step, error.code)


def enrolment_words(error: KioskError | SyncError) -> Words:
    """Why enrolling did not work."""
    chosen = ENROLMENTS.get(error.code)
    if chosen is None:
        return Words(
            "bad",
            gettext("Enrolling did not work."),
            gettext("Nothing has changed. Please try again with a new code."),
            error.code,
        )
    title, next_step = chosen()
    return Words("bad", title, next_step, error.code)


def upload_words(error: VerifierError) -> Words:
    """Why a file cannot be checked."""
    chosen = UPLOADS.get(error.code)
    if isinstance(error, TrustError) and chosen is None:
        title = gettext("The trust list on this kiosk is damaged, so it cannot check anything.")
        return Words("bad", title, gettext("Please call the administrator."), error.code)
    if chosen is None:
        return Words(
            "bad",
            gettext("This file cannot be checked."),
            gettext("Choose the signed PDF, or a photo of the code on the paper."),
            error.code,
        )
    title, next_step = chosen()
    return Words("bad", title, next_step, error.code)


def ticket_words(error: SyncError) -> Words:
    """Why a ticket of head office lets nobody in."""
    if error.code == "ticket_used":
        title = gettext("This page was opened already, here or on another device.")
    elif error.code == "opened_too_often":
        title = gettext("This document was opened very often within an hour.")
        return Words("warn", title, gettext("Please try again later."), error.code)
    elif error.code == "ticket_too_old":
        title = gettext("This page was open for too long.")
    else:
        title = gettext("This address does not lead to a document.")
    next_step = gettext("Open the link in your message once more and begin there.")
    return Words("warn", title, next_step, error.code)


REFUSALS: dict[str, Callable[[], tuple[str, str]]] = {
    "gone": lambda: (
        gettext("This document is not at this kiosk."),
        gettext("Please ask the staff, or check the number in your message."),
    ),
    "cancelled": lambda: (
        gettext("This document was withdrawn by the office that sent it."),
        gettext("You do not have to do anything. The staff can tell you more."),
    ),
    "expired": lambda: (
        gettext("The time for signing this document has passed."),
        gettext("The office can send it again. Please ask the staff."),
    ),
    "declined": lambda: (
        gettext("Signing this document was declined."),
        gettext("If you change your mind, ask the sender to send it again."),
    ),
    "already_signed": lambda: (
        gettext("This document is already signed."),
        gettext("The finished document comes to you by message. There is nothing else to do."),
    ),
    "not_your_turn": lambda: (
        gettext("Somebody else signs this document before you."),
        gettext("Please wait until they have finished, or ask the staff."),
    ),
    "kiosk_keys_unusable": lambda: (
        gettext("Nobody can sign at this kiosk just now: its keys have to be renewed."),
        gettext("Your document stays here. Please ask the staff to connect it to head office."),
    ),
    "staff_check_wanted": lambda: (
        gettext("For this document no code is asked for."),
        gettext("The staff look at your identity document. Please ask them."),
    ),
    "staff_check_not_allowed": lambda: (
        gettext("Head office wants a code for this document."),
        gettext("Ask for a code, or ask head office to allow identity documents."),
    ),
    "not_locked": lambda: (
        gettext("The codes of this document are not locked."),
        gettext("The client can type a code."),
    ),
    "unlocked_too_often": lambda: (
        gettext("The codes of this document were unlocked here twice already."),
        gettext("Ask head office for new codes."),
    ),
    "not_here_yet": lambda: (
        gettext("This document is still on its way to this kiosk."),
        gettext("Please wait a few minutes and try again, or ask the staff."),
    ),
}

ENROLMENTS: dict[str, Callable[[], tuple[str, str]]] = {
    "code_malformed": lambda: (
        gettext("An enrolment code has 16 letters and digits."),
        gettext("Type it as head office shows it, for example ABCD-1234-EFGH-5678."),
    ),
    "code_unknown": lambda: (
        gettext("Head office does not know this code."),
        gettext("Check every letter, or ask the administrator for a new code."),
    ),
    "code_expired": lambda: (
        gettext("This code is older than 24 hours."),
        gettext("Ask the administrator for a new code."),
    ),
    "code_used": lambda: (
        gettext("This code was used for another kiosk."),
        gettext("Ask the administrator for a new code."),
    ),
    "office_unreachable": lambda: (
        gettext("Head office cannot be reached."),
        gettext("Check the network cable and the address of head office, then try again."),
    ),
    "office_unknown": lambda: (
        gettext("The kiosk does not know the address of head office."),
        gettext("Start it again with the option --office and the address."),
    ),
    "already_enrolled": lambda: (
        gettext("This kiosk is already enrolled."),
        gettext("There is nothing to do."),
    ),
}


def _picture_too_large() -> tuple[str, str]:
    return (
        gettext("This picture is too large."),
        gettext("Choose a smaller one, or take a new photo of the code alone."),
    )


UPLOADS: dict[str, Callable[[], tuple[str, str]]] = {
    "empty_file": lambda: (
        gettext("This file is empty."),
        gettext("Choose the signed PDF again."),
    ),
    "not_verifiable": lambda: (
        gettext("This is neither a PDF nor a picture."),
        gettext("Choose the signed PDF, or a JPEG or PNG photo of the code on the paper."),
    ),
    "picture_too_large": _picture_too_large,
    "too_many_pixels": _picture_too_large,
    "broken_picture": lambda: (
        gettext("This picture is damaged."),
        gettext("Take a new photo of the code on the paper."),
    ),
    "no_code_in_picture": lambda: (
        gettext("There is no certificate code in this picture."),
        gettext("Take the photo straight from above, with the whole square code in it."),
    ),
    "trust_files_missing": lambda: (
        gettext("This kiosk has no trust list yet, so it cannot check anything."),
        gettext("Connect it to the network for a moment, then try again."),
    ),
}
