"""Words about signed copies that were held back: what did not add up, how they stand, refusals."""

from __future__ import annotations

from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from office.copies import Copy, Given, Ruling, Standing
from office.signed_copies import Decision
from verifier.findings import FINDINGS
from verifier.sentences import sentence
from verifier.verdict import Severity

__all__ = ["COPY_REFUSALS", "given_name", "problem_words", "standing_name", "standing_tone"]
__all__ += ["verdict_words"]

COPY_REFUSALS: dict[str, tuple[Any, Any]] = {
    "bad_reason": (
        _l("Say in one line why, in at most 300 letters."),
        _l("It is kept with the decision until the document is destroyed."),
    ),
    "nothing_to_decide": (
        _l("There is nothing to decide about this any more."),
        _l("Look at the page again: somebody else may have decided meanwhile."),
    ),
    "nothing_to_take_back": (
        _l("No decision about this can be taken back."),
        _l("Look at the page again: somebody else may have done it meanwhile."),
    ),
    "turn_goes_on": (
        _l("The next client may be signing over this signature already."),
        _l("Cancel the document if it must not go on."),
    ),
    "held_passed_by": (
        _l("The document has gone on without this, so it can count no more."),
        _l("Reject it; it is kept all the same."),
    ),
    "held_too_late": (
        _l("The deadline has passed, so the next client could not sign any more."),
        _l("Reject this signature and make the document anew."),
    ),
    "held_not_genuine": (
        _l("The file is not genuine by the present trust list, so it cannot count."),
        _l("Reject it; it is kept all the same. Nobody can make it genuine."),
    ),
    "held_another_document": (
        _l("This file is genuine, but it is not this document, or not signed by its clients."),
        _l("Reject it; it is kept all the same."),
    ),
}
_STANDINGS: dict[Standing, Any] = {
    Standing.COUNTS: _l("Counts"),
    Standing.HELD: _l("Held back"),
    Standing.REJECTED: _l("Rejected"),
}
_TONES = {Standing.COUNTS: "good", Standing.HELD: "warn", Standing.REJECTED: "plain"}
_RULINGS: dict[Ruling, Any] = {
    Ruling.ACCEPTED: _l("Accepted"),
    Ruling.REJECTED: _l("Rejected"),
    Ruling.TAKEN_BACK: _l("Decision taken back"),
}
_DECISIONS: dict[str, Any] = {
    Decision.CONFLICT: _l("A different copy had come first."),
    Decision.AFTER_CANCEL: _l("The document had been withdrawn before this came."),
    Decision.QUARANTINED: _l("The document was held already when this came."),
}
"""Why it was held, where nothing in the copy itself was wrong."""
_PROBLEMS: dict[str, Any] = {
    "verdict_altered": _l("The verifier says: altered."),
    "verdict_cannot_tell": _l("The verifier cannot tell whether it is genuine."),
    "verifier_failed": _l("The verifier could not read the file."),
    "brought_by_hand": _l("It was brought by hand, so nothing tells which code was accepted."),
    "another_document": _l("Its certificate is of another document."),
    "another_kiosk": _l("It came from a kiosk that did not have the document."),
    "another_text": _l("It does not begin with the file that was handed out."),
    "another_client": _l("Its certificate names other clients."),
    "another_turn": _l("It does not fit what the clients before are known to have signed."),
    "turns_missing": _l("Head office has no signature of a client who signs before."),
    "out_of_turn": _l("It was not this client's turn."),
    "turn_malformed": _l("What the kiosk reported about it cannot be read."),
    "unknown_document": _l("It names a document that does not exist."),
    "another_proof": _l("It claims a proof of identity that the document does not allow."),
    "no_identity_check": _l("It claims that staff saw an ID document, which no kiosk reported."),
    "no_matching_code": _l("It claims a confirmation code that head office never sent."),
}


def problem_words(copy: Copy) -> list[str]:
    """Return why a copy was held: what did not add up, else what had happened before."""
    known = [str(_PROBLEMS[code]) for code in copy.problems if code in _PROBLEMS]
    if known or copy.problems:
        return known
    reason = _DECISIONS.get(copy.decision)
    return [] if reason is None else [str(reason)]


def verdict_words(copy: Copy) -> list[str]:
    """Return what the verifier found against a copy, as it says it itself."""
    against = {Severity.DOUBT, Severity.BAD}
    return [
        sentence(found["code"], found.get("detail", {}), str(get_locale()))
        for found in copy.verdict.get("findings", ())
        if FINDINGS.get(found["code"]) in against
    ]


def standing_name(standing: Standing) -> str:
    """Return what people call a standing."""
    return str(_STANDINGS[standing])


def standing_tone(standing: Standing) -> str:
    """Return its look."""
    return _TONES[standing]


def given_name(given: Given) -> str:
    """Return one decision in words: what, and by whom."""
    words = _("%(what)s by %(name)s", what=_RULINGS[given.ruling], name=given.person_name)
    return str(words)
