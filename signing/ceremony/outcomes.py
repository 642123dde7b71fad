"""What each outcome says to the client and what to do next, in the client's language.

The English sentences that errors carry are for logs and command lines; here every code that a
client can meet has plain words of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from flask import session
from flask_babel import gettext, ngettext

from signing.ceremony.desk import CodeAnswer, CodeRequest
from signing.codes import CodeOutcome
from signing.errors import SigningError

__all__ = [
    "Message",
    "answer_message",
    "error_message",
    "refused_before",
    "request_message",
    "unbroken",
]


@dataclass(frozen=True)
class Message:
    """One thing to tell the client."""

    kind: Literal["bad", "warn", "good", "note"]
    title: str
    words: str = ""
    code: str = ""  # for the staff, only where they may be needed


def answer_message(
    answer: CodeAnswer, *, staff_unlock: bool = False, staff_vouch: bool = False
) -> Message | None:
    """What to say about a code that was entered; None when it was accepted.

    Args:
        answer: what the check said.
        staff_unlock: whether somebody of the staff may let this client try again.
        staff_vouch: whether the staff may look at an identity document instead.
    """
    counted = {CodeOutcome.WRONG, CodeOutcome.EXPIRED, CodeOutcome.USED}
    if answer.outcome in counted and answer.tries_left < 1:
        return _locked(staff_unlock, staff_vouch)
    match answer.outcome:
        case CodeOutcome.ACCEPTED:
            return None
        case CodeOutcome.MALFORMED:
            return Message(
                "bad",
                gettext("The code has 8 digits."),
                gettext("Type all 8 digits from your message. This did not count as a try."),
            )
        case CodeOutcome.WRONG:
            return _wrong(answer)
        case CodeOutcome.EXPIRED:
            return Message(
                "bad",
                gettext("This code is too old."),
                gettext("A code works for 5 minutes. Ask for a new one and type it here."),
            )
        case CodeOutcome.USED:
            return Message(
                "bad",
                gettext("This code has already been used."),
                gettext("Each code works once. Ask for a new one and type it here."),
            )
        case CodeOutcome.WAIT:
            return Message(
                "warn",
                ngettext(
                    "Please wait %(num)d second.",
                    "Please wait %(num)d seconds.",
                    max(answer.wait_seconds, 1),
                ),
                gettext("After a wrong code there is a short pause. Then type the code again."),
            )
        case CodeOutcome.LOCKED:
            return _locked(staff_unlock, staff_vouch)
        case _:
            return Message(
                "bad",
                gettext("No codes can be entered here at the moment."),
                gettext(
                    "There were too many wrong codes at this device. Please ask the staff or try "
                    "again in an hour."
                ),
                "codes_closed",
            )


def _locked(staff_unlock: bool, staff_vouch: bool) -> Message:
    match staff_unlock, staff_vouch:
        case True, True:
            helped = gettext(
                "Please ask the staff: they can let you try again, or look at your identity "
                "document instead."
            )
        case True, False:
            helped = gettext("Please ask the staff: they can let you try again.")
        case False, True:
            helped = gettext(
                "Please ask the staff: they can look at your identity document instead."
            )
        case _:
            helped = gettext("Please ask the staff: head office can send you a new code.")
    happened = gettext("The code was wrong too many times. Nothing is lost.")
    title = gettext("This document is locked.")
    return Message("bad", title, f"{happened} {helped}", "code_locked")


def _wrong(answer: CodeAnswer) -> Message:
    left = ngettext(
        "You have %(num)d try left.", "You have %(num)d tries left.", max(answer.tries_left, 0)
    )
    return Message(
        "bad",
        gettext("This code is not right."),
        left + " " + gettext("Look at your newest message and type its code again."),
    )


def request_message(asked: CodeRequest, kind: str) -> Message:
    """What became of the wish for a code."""
    if asked.sent:
        by_sms = asked.channel == "sms"
        sentence = gettext("The code is on its way by text message to %(contact)s.")
        if not by_sms:
            sentence = gettext("The code is on its way by e-mail to %(contact)s.")
        return Message(
            "good",
            sentence % {"contact": unbroken(asked.masked_contact)},
            gettext("It works for 5 minutes."),
        )
    if asked.reason == "already":
        return Message(
            "note",
            gettext("A code was sent to %(contact)s a moment ago.")
            % {"contact": unbroken(asked.masked_contact)},
            gettext("It can take a minute. If nothing comes, ask for another one."),
        )
    if asked.reason == "limit":
        return Message(
            "warn",
            gettext("Many codes were sent already."),
            gettext("Please wait a few minutes, or use the newest code that you have."),
        )
    if kind == "phone":
        return Message(
            "warn",
            gettext("The code could not be sent."),
            gettext("Please try again in a minute."),
        )
    return Message(
        "note",
        gettext("This device has no connection, so you ask for the code yourself."),
        gettext("Open the link in your message on your phone and ask for a code there."),
    )


def unbroken(contact: str) -> str:
    """A telephone number that a line's end does not tear apart."""
    return contact.replace(" ", "\u00a0")


def error_message(error: SigningError) -> Message:
    """What to say about any other refusal."""
    words = REFUSALS.get(error.code)
    if words is None:
        return Message(
            "bad",
            gettext("That did not work."),
            gettext("Nothing was signed. Please try again or ask the staff."),
            error.code,
        )
    title, next_step = words()
    return Message("bad", title, next_step, error.code)


def refused_before() -> Message | None:
    """What to say, once, about the refusal that the request before this one left in the cookie."""
    code = session.pop("refused", None)
    return error_message(SigningError(str(code), "", "")) if code else None


REFUSALS: dict[str, Callable[[], tuple[str, str]]] = {
    "gone": lambda: (
        gettext("This document is no longer here."),
        gettext("Please ask the staff or the person who sent it to you."),
    ),
    "cancelled": lambda: (
        gettext("This document was withdrawn."),
        gettext("You do not need to do anything. Questions? Ask the person who sent it to you."),
    ),
    "expired": lambda: (
        gettext("The time to sign this document is over."),
        gettext("Ask the person who sent it to you for a new one."),
    ),
    "declined": lambda: (
        gettext("You declined to sign this document."),
        gettext("If you change your mind, ask the person who sent it to send it again."),
    ),
    "already_signed": lambda: (
        gettext("This document is already signed."),
        gettext("You will get a message with a link to it."),
    ),
    "not_your_turn": lambda: (
        gettext("Somebody else signs this document before you."),
        gettext("Please wait until they have finished, or ask the staff."),
    ),
    "turns_missing": lambda: (
        gettext("It is not your turn to sign this document."),
        gettext("Please ask the staff. Nothing was signed."),
    ),
    "not_here_yet": lambda: (
        gettext("This document is still on its way to this device."),
        gettext("Please try again in a few minutes or ask the staff."),
    ),
    "code_needed": lambda: (
        gettext("A new code is needed for this document."),
        gettext("Head office has started the codes afresh. Nothing that you gave is lost."),
    ),
    "code_key_unusable": lambda: (
        gettext("This device cannot check the codes of this document."),
        gettext("Please ask the staff: head office can send the document here again."),
    ),
    "staff_check_wanted": lambda: (
        gettext("For this document no code is asked for."),
        gettext("The staff look at your identity document. Please ask them."),
    ),
    "kiosk_keys_unusable": lambda: (
        gettext("Nobody can sign at this device just now: its keys have to be renewed."),
        gettext("Nothing was signed and nothing is lost. Please ask the staff."),
    ),
    "kiosk_busy": lambda: (
        gettext("This device was too busy to finish the certificate."),
        gettext("Nothing was signed yet. Please press the button again."),
    ),
    "not_genuine": lambda: (
        gettext("The signed document did not pass this device’s own check, so it was not kept."),
        gettext("Nothing was signed. Please ask the staff."),
    ),
    "too_small": lambda: (
        gettext("This picture is too small."),
        gettext("Choose a larger one, or take a new photo."),
    ),
    "not_a_picture": lambda: (
        gettext("This file is not a picture."),
        gettext("Choose a photo in JPEG or PNG format."),
    ),
    "too_large": lambda: (
        gettext("This picture is too large."),
        gettext("Choose a smaller one, up to 24 megabytes, or take a new photo."),
    ),
    "too_many_pixels": lambda: (
        gettext("This picture is too large."),
        gettext("Choose one of up to 40 megapixels, or take a new photo."),
    ),
    "heic_picture": lambda: (
        gettext("This picture is in a format (HEIC) that cannot be read here."),
        gettext("Take the photo with this camera, or choose it again as a JPEG."),
    ),
    "too_far": lambda: (
        gettext("It is too small in the picture."),
        gettext("Hold the paper closer, so that it fills the frame, and try again."),
    ),
    "cut_off": lambda: (
        gettext("A part of it is outside the picture."),
        gettext("Move the paper until all of it lies inside the frame, then try again."),
    ),
    "nothing_found": lambda: (
        gettext("There is nothing to be seen in this picture."),
        gettext("Put it on white paper in the middle of the frame and try again."),
    ),
    "too_dark": lambda: (
        gettext("This picture is too dark."),
        gettext("Find more light, without shadows, and try again."),
    ),
    "blurred": lambda: (
        gettext("This picture is blurred."),
        gettext("Hold the paper still and a little farther away, then try again."),
    ),
    "no_picture": lambda: (
        gettext("There is no picture yet."),
        gettext("Take a photo or choose a file first."),
    ),
    "no_ink": lambda: (
        gettext("Nothing was drawn."),
        gettext("Sign with your finger on the line."),
    ),
    "too_much_ink": lambda: (
        gettext("This signature has too many strokes."),
        gettext("Clear it and sign again."),
    ),
    "bad_ink": lambda: (
        gettext("The signature did not arrive."),
        gettext("Clear it and sign again."),
    ),
    "request_too_large": lambda: (
        gettext("This file is too large."),
        gettext("Choose a smaller one, up to 24 megabytes."),
    ),
    "page_left_open": lambda: (
        gettext("This page was open for too long."),
        gettext("Nothing is lost. Please go on and do the last thing again."),
    ),
}
