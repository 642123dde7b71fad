"""Every refusal that a person at a screen can meet, by its code, in words that are translated.

Errors carry their own English for logs and the command line; screens speak from this table, in
which a sentence never holds a number or a name, so that it can be translated whole.
"""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from office.errors import OfficeError, ValueRefused
from office.screens.client_refusals import CLIENT_REFUSALS
from office.screens.copy_words import COPY_REFUSALS
from office.screens.key_refusals import KEY_REFUSALS
from office.screens.staff_refusals import STAFF_REFUSALS
from signing.ceremony.field_words import field_message
from signing.errors import SigningError

__all__ = ["REFUSALS", "error_words"]

Words = tuple[Any, Any]  # sentence and next step, lazily translated

_PDF: dict[str, Words] = {
    "empty_file": (
        _l("The file is empty."),
        _l("Export the document again and upload it."),
    ),
    "not_a_pdf": (
        _l("This is not a PDF file."),
        _l("Export the document as PDF and upload that file."),
    ),
    "broken_pdf": (
        _l("The PDF is damaged and cannot be repaired."),
        _l("Export it again from the program that made it, or print it to a new PDF."),
    ),
    "encrypted_pdf": (
        _l("The PDF is protected with a password."),
        _l("Enter its password, or upload a copy without protection."),
    ),
    "wrong_password": (
        _l("The password does not open this PDF."),
        _l("Check the password and try again."),
    ),
    "already_signed": (
        _l("The PDF already carries an electronic signature, which preparing would destroy."),
        _l("Upload the document as it was before it was signed."),
    ),
    "dynamic_form": (
        _l("The PDF is a dynamic form (XFA): its pages exist only inside one program."),
        _l("Open it there, print it to a new PDF, and upload that."),
    ),
    "no_pages": (_l("The PDF has no pages."), _l("Export the document again and upload it.")),
    "too_many_pages": (
        _l("The PDF has too many pages."),
        _l("Split the document into parts."),
    ),
    "too_many_parts": (
        _l("The PDF is made of more small parts than a kiosk can check in reasonable time."),
        _l("Print it to a new PDF, or split it, and upload that."),
    ),
    "would_not_verify": (
        _l("The PDF holds something that a kiosk could not call genuine once it is signed."),
        _l("Print it to a new PDF, and upload that."),
    ),
    "too_large": (
        _l("The file is too large."),
        _l("Reduce the resolution of its pictures, or split the document."),
    ),
    "page_too_large": (
        _l("A page of the PDF is larger than any sheet of paper."),
        _l("Export the document with a real paper size."),
    ),
    "page_too_small": (
        _l("A page of the PDF is too small to be seen."),
        _l("Export the document with a real paper size."),
    ),
    "page_unreadable": (
        _l("This page cannot be shown."),
        _l("Open the document again; if it stays, export the PDF anew."),
    ),
}
_PREPARING: dict[str, Words] = {
    "bad_title": (
        _l("A title is one line of at most 200 letters."),
        _l("Correct it; nothing was kept yet."),
    ),
    "bad_number": (
        _l("A document number is one line of at most 40 letters."),
        _l("Correct it; nothing was kept yet."),
    ),
    "number_taken": (
        _l("Another document has this number."),
        _l("Give another one, or leave it empty for the next free one."),
    ),
    "bad_email": (
        _l("This is not an e-mail address."),
        _l("Write it like anna@example.com."),
    ),
    "bad_phone": (
        _l("This is neither an e-mail address nor a mobile number."),
        _l("Write a number like +48 600 100 200 or an address like anna@example.com."),
    ),
    "bad_language": (_l("This language is not offered."), _l("Choose another one.")),
    "bad_deadline": (
        _l("The deadline must lie in the future, at most a year ahead."),
        _l("Choose another day, or leave it empty."),
    ),
    "required": (_l("Something that is needed is missing."), _l("Fill it in.")),
    "too_long": (_l("This text is too long."), _l("Shorten it.")),
    "not_a_name": (_l("This is not a name."), _l("Enter first name and surname.")),
    "control_characters": (
        _l("The text contains characters that cannot be seen."),
        _l("Delete it and type it again instead of pasting it."),
    ),
    "unsupported_letters": (
        _l("The text contains letters that cannot be written into the document."),
        _l("Use Latin or Cyrillic letters, digits and common punctuation."),
    ),
    "no_such_kiosk": (_l("There is no such kiosk."), _l("Choose one from the list.")),
    "no_such_director": (_l("This person cannot sign."), _l("Choose one of the directors.")),
    "not_a_draft": (
        _l("This document was sent and can no longer be changed."),
        _l("Cancel it and make a new one."),
    ),
    "no_stamp_place": (
        _l("A stamp is wanted, but there is no place for it."),
        _l("Place the stamp on a page, or make a new draft without a stamp."),
    ),
    "not_filled_in": (
        _l("A document has fields that you must fill in first."),
        _l("Open the document, fill them in and sign it then."),
    ),
    "right_to_left": (
        _l("Writing that runs from right to left cannot be put into the document."),
        _l("Use Latin or Cyrillic letters, digits and common punctuation."),
    ),
    "bad_field": (
        _l("A value or an option does not fit its field."),
        _l("Look through the fields and correct it."),
    ),
    "layout_changed": (
        _l("The fields were changed while the document was being sent."),
        _l("Look at them and send it again."),
    ),
    "layout_malformed": (
        _l("The places on the pages cannot be read."),
        _l("Load the page again and place the boxes anew."),
    ),
    "plan_malformed": (
        _l("One of the fields has no usable name or place."),
        _l("Look through the fields and correct it."),
    ),
    "off_the_page": (
        _l("One of the boxes does not lie on a page of the document."),
        _l("Move it onto the page."),
    ),
    "place_off_page": (
        _l("One of the boxes does not lie on a page of the document."),
        _l("Move it onto the page."),
    ),
    "too_small": (_l("One of the boxes is too small to be filled in."), _l("Make it larger.")),
    "too_many_fields": (
        _l("A client fills in at most 60 fields."),
        _l("Leave out what is not needed."),
    ),
}
_FOLLOWING: dict[str, Words] = {
    "no_such_document": (
        _l("There is no such document."),
        _l("Check the link or the number, or look in the list."),
    ),
    "no_such_page": (_l("There is no such page."), _l("Check the address.")),
    "no_such_file": (
        _l("This file is not kept here (any more)."),
        _l("Files are destroyed 14 days after signing; ask the person who has a copy."),
    ),
    "no_such_message": (_l("There is no such message."), _l("Look at the list.")),
    "link_gone": (
        _l("This link does not lead to a document (any more)."),
        _l("Signed a moment ago? Try again in some minutes. Links live 14 days after signing."),
    ),
    "step_not_allowed": (
        _l("This is not possible in the document's present state."),
        _l("Open the document again: somebody else may have moved it meanwhile."),
    ),
    "not_due": (
        _l("This document does not wait for its client now."),
        _l("Look at its state; codes are only for documents that are due."),
    ),
    "nothing_to_send": (
        _l("There is nothing to write to the client about now."),
        _l("A message fits when the document waits for the client or is completed."),
    ),
    "resend_limit": (
        _l("The message was sent several times within the last hour."),
        _l("Ask the client to look into the spam folder, or try again later."),
    ),
    "kiosk_not_enrolled": (
        _l("No device has this kiosk's place yet."),
        _l("Enrol it first."),
    ),
    "store_failed": (
        _l("The document store did not keep or return the file."),
        _l("Check the free disk space and the folder of head office, then try again."),
    ),
}
_SIGNING: dict[str, Words] = {
    "nothing_chosen": (_l("No document is chosen."), _l("Tick at least one.")),
    "too_many_chosen": (
        _l("At most 50 documents can be signed with one code."),
        _l("Sign the rest afterwards."),
    ),
    "not_waiting": (
        _l("One of the documents does not wait for your signature (any more)."),
        _l("Look at the queue again."),
    ),
    "no_key": (
        _l("You have no signing key."),
        _l("Ask an administrator to make you a director."),
    ),
    "code_limit": (
        _l("Too many codes were asked for in the last hour."),
        _l("Use the last one, or try again later."),
    ),
    "code_wrong": (
        _l("The code is wrong."),
        _l("Compare it with the e-mail, digit by digit; it is only for the chosen documents."),
    ),
    "code_expired": (_l("The code is older than five minutes."), _l("Ask for a new one.")),
    "code_used": (_l("The code was used already."), _l("Ask for a new one.")),
    "code_wait": (
        _l("That was too soon after a wrong code."),
        _l("Wait a few seconds and try again."),
    ),
    "code_malformed": (_l("A code has eight digits."), _l("Type all eight of them.")),
    "code_locked": (
        _l("Too many wrong codes: your signing is locked."),
        _l("Ask an administrator to unlock it on the page of people."),
    ),
}
_NOT_SIGNED: Words = (
    _l("The document could not be signed."),
    _l("Nothing was changed. Cancel it and make a new one from the original PDF."),
)
_FAULTS: dict[str, Words] = dict.fromkeys(
    ("document_unreadable", "field_missing", "field_signed", "not_prepared"), _NOT_SIGNED
)
_PEOPLE: dict[str, Words] = {
    "sign_in_failed": (
        _l("The e-mail address or the password is wrong."),
        _l("Check both and try again, or ask your administrator."),
    ),
    "too_many_tries": (
        _l("Too many failed attempts to sign in."),
        _l("Wait a quarter of an hour and try again."),
    ),
    "not_allowed": (
        _l("Your role does not allow this."),
        _l("Ask an administrator, or somebody whose task it is."),
    ),
    "bad_name": (_l("This name is missing or too long."), _l("Write it in one line.")),
    "bad_role": (_l("Choose what this person does."), _l("Pick one of the roles.")),
    "name_taken": (
        _l("Another kiosk has this name."),
        _l("Add the room or a number to tell them apart."),
    ),
    "email_taken": (
        _l("Somebody with this e-mail address is already here."),
        _l("Use another address, or let that person in again."),
    ),
    "password_too_short": (
        _l("A password has at least ten letters."),
        _l("Take a longer one; a few words do well."),
    ),
    "password_too_long": (
        _l("A password has at most 200 letters."),
        _l("Take a shorter one."),
    ),
    "no_such_person": (_l("There is no such person."), _l("Check the list of people.")),
    "not_yourself": (
        _l("You cannot put yourself aside."),
        _l("Ask another administrator to do it."),
    ),
    "already_enrolled": (
        _l("A device has this place already."),
        _l("Add another kiosk for another device."),
    ),
}

REFUSALS: dict[str, Words] = {
    **_PDF,
    **_PREPARING,
    **_FOLLOWING,
    **_SIGNING,
    **_FAULTS,
    **_PEOPLE,
    **CLIENT_REFUSALS,
    **KEY_REFUSALS,
    **COPY_REFUSALS,
    **STAFF_REFUSALS,
}
"""Sentence and next step of every code."""


def error_words(error: OfficeError | SigningError) -> tuple[str, str]:
    """Return an error's sentence and next step in the language of the screen.

    What is wrong with a value is said as the kiosk says it to a client.

    A code that is not in the table speaks its own English: better than silence.
    """
    if isinstance(error, ValueRefused):
        return _("The field “%(label)s”:", label=error.label), field_message(error.problem)
    sentence, next_step = REFUSALS.get(error.code, (error.sentence, error.next_step))
    return str(sentence), str(next_step)
