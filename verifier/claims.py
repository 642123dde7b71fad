"""What a certificate of authenticity states: plain values, their meaning and their limits.

The dataclasses check themselves when they are made, so whatever holds a `Claims` holds one
that docs/certificate-token.md section 4 allows. Nothing here does I/O or cryptography.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Final

from verifier.errors import TokenError

__all__ = [
    "MAX_NAME_BYTES",
    "MAX_NUMBER_BYTES",
    "MAX_SIGNERS",
    "MAX_TITLE_BYTES",
    "Claims",
    "Method",
    "Proof",
    "Role",
    "SignerClaim",
    "TimeQuality",
    "cut_name",
    "cut_text",
    "cut_title",
]

MAX_TITLE_BYTES: Final = 60
"""Longest title in UTF-8 bytes; keeps the QR at 69 modules for two signers."""
MAX_NUMBER_BYTES: Final = 40
"""Longest document number in UTF-8 bytes."""
MAX_NAME_BYTES: Final = 40
"""Longest name of a signer in UTF-8 bytes."""
MAX_SIGNERS: Final = 12
"""One director and up to eleven clients: more would not fit a QR that a phone reads."""
MAX_COVERED_BYTES: Final = 2**40 - 1
"""Largest covered prefix that a token can state, in bytes (1 TiB)."""
MAX_SEQUENCE: Final = 2**32 - 1
"""Highest certificate sequence number of a kiosk."""
MAX_PAGES: Final = 9_999
"""Most pages that a token can state."""
EARLIEST_ISSUE: Final = datetime(2020, 1, 1, tzinfo=UTC)
"""A token cannot claim an issue time before this: the format did not exist."""
LATEST_ISSUE: Final = datetime(2100, 1, 1, tzinfo=UTC)
"""A token cannot claim an issue time at or after this."""
MAX_SIGNED_BEFORE: Final = timedelta(days=3653)
"""A signer may have signed at most this long before the certificate was issued (10 years)."""
MAX_SIGNED_AFTER: Final = timedelta(days=1)
"""Two clocks are involved, so a signer's time may lie this much after the issue time."""

_REFUSED: Final = re.compile(
    "[\u0000-\u001f\u007f-\u00a0\u00ad\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f"
    "\u2000-\u200b\u200e\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
"""Characters that no text of a token may contain: controls, direction marks, what does not show
(but joiners, which some scripts need), spaces of other kinds, surrogates."""
_NO_BEGINNING: Final = frozenset({"Mn", "Mc", "Me", "Cf"})
"""Kinds of characters that show only with a letter before them; by themselves they show nothing."""


class Role(IntEnum):
    """In which capacity a person signed."""

    DIRECTOR = 1
    """For the company."""
    CLIENT = 2
    """For themselves or for the other side."""


class Method(IntEnum):
    """How the person made their signature."""

    TYPED = 1
    """Typed the name, drawn in a handwriting face."""
    DRAWN = 2
    """Drew it by finger or pen."""
    PICTURE = 3
    """A picture of a signature on paper."""
    KEY = 4
    """With an own signing key, without a picture."""


class Proof(IntEnum):
    """What showed who the person is."""

    NONE = 0
    """Nothing was asked."""
    SMS_CODE = 1
    """A confirmation code sent to a mobile number."""
    EMAIL_CODE = 2
    """A confirmation code sent to an e-mail address."""
    ID_DOCUMENT = 3
    """Staff looked at an identity document."""
    ACCOUNT = 4
    """A signed-in account with rights to sign."""


class TimeQuality(IntEnum):
    """How well the kiosk knew the time."""

    NOT_ASSURED = 0
    """The clock had not been confirmed since the device started."""
    ASSURED = 1
    """The clock was carried from a signed time of head office."""


@dataclass(frozen=True, slots=True)
class SignerClaim:
    """One person who signed.

    Raises:
        TokenError: code `claims_out_of_range` or `claims_bad_text`.
    """

    name: str
    """The name, at most MAX_NAME_BYTES of UTF-8 (longer ones go through `cut_name`)."""
    role: Role
    """In which capacity."""
    method: Method
    """How the signature was made."""
    proof: Proof
    """What showed who it is."""
    signed_at: datetime
    """When, aware, whole seconds, UTC."""

    def __post_init__(self) -> None:
        _check_text("signer's name", self.name, MAX_NAME_BYTES)
        if self.signed_at.tzinfo is not UTC or self.signed_at.microsecond:
            _check_time("signing time", self.signed_at)


@dataclass(frozen=True, slots=True)
class Claims:
    """Everything that a certificate token states.

    Raises:
        TokenError: code `claims_out_of_range` or `claims_bad_text`.
    """

    document_id: bytes
    """16 random bytes that name the document."""
    covered_sha256: bytes
    """SHA-256 of the covered prefix: the file up to the end of the last person's signature."""
    covered_bytes: int
    """Length of the covered prefix in bytes."""
    issued_at: datetime
    """When the certificate was issued, by the kiosk's clock; aware, whole seconds, UTC."""
    time_quality: TimeQuality
    """How well the kiosk knew the time."""
    title: str
    """The document's title, at most MAX_TITLE_BYTES of UTF-8 (see `cut_title`)."""
    number: str
    """The document's number as people write it, at most MAX_NUMBER_BYTES of UTF-8."""
    signers: tuple[SignerClaim, ...]
    """Who signed, in the order of their signatures in the file."""
    certificate_sequence: int
    """The kiosk's running number of this certificate, from 1."""
    pages: int
    """Pages of the sealed file, the certificate page included."""

    def __post_init__(self) -> None:
        issued_at, signers = self.issued_at, self.signers
        _check_time("issue time", issued_at)
        if not (
            len(self.document_id) == 16
            and len(self.covered_sha256) == 32
            and 1 <= self.covered_bytes <= MAX_COVERED_BYTES
            and EARLIEST_ISSUE <= issued_at < LATEST_ISSUE
            and 1 <= len(signers) <= MAX_SIGNERS
            and 1 <= self.certificate_sequence <= MAX_SEQUENCE
            and 1 <= self.pages <= MAX_PAGES
        ):
            raise _out_of_range("an identifier, a length, the issue time or a count")
        _check_text("title", self.title, MAX_TITLE_BYTES)
        _check_text("number", self.number, MAX_NUMBER_BYTES)
        earliest, latest = issued_at - MAX_SIGNED_BEFORE, issued_at + MAX_SIGNED_AFTER
        for place, signer in enumerate(signers):
            if not earliest <= signer.signed_at <= latest:
                raise _out_of_range("a signing time too far from the issue time")
            if place and signer.role is Role.DIRECTOR:
                raise _out_of_range("a director who is not named first")


def cut_text(text: str, max_bytes: int) -> str:
    """Bring free text into a token's form: NFC, single spaces, at most `max_bytes` of UTF-8.

    Control characters and direction marks become spaces. The cut falls between letters: never
    inside a character and never between a letter and its combining marks.

    Raises:
        TokenError: code `claims_bad_text` when no visible letter is left.
    """
    clean = " ".join(unicodedata.normalize("NFC", _REFUSED.sub(" ", text)).split())
    kept = 0
    for end in range(1, len(clean) + 1):
        if end < len(clean) and unicodedata.combining(clean[end]):
            continue
        if len(clean[:end].encode()) > max_bytes:
            break
        kept = end
    cut = clean[:kept].rstrip()
    _check_text("text", cut, max_bytes)
    return cut


def cut_title(title: str) -> str:
    """Bring a document's title into a token's form (see `cut_text`)."""
    return cut_text(title, MAX_TITLE_BYTES)


def cut_name(name: str) -> str:
    """Bring a person's name into a token's form (see `cut_text`)."""
    return cut_text(name, MAX_NAME_BYTES)


def _check_time(what: str, value: datetime) -> None:
    utc = value.tzinfo is UTC or value.utcoffset() == timedelta(0)
    if not utc or value.microsecond:
        raise _out_of_range(f"a {what} that is not in whole seconds of UTC")


def _check_text(what: str, text: str, max_bytes: int) -> None:
    size = len(text) if text.isascii() else _size(text)
    if (
        not 0 < size <= max_bytes
        or " " in {text[0], text[-1]}
        or _REFUSED.search(text)
        or unicodedata.category(text[0]) in _NO_BEGINNING
    ):
        raise TokenError(
            "claims_bad_text",
            f"The {what} is empty, longer than {max_bytes} bytes or has letters that do not print.",
            "Use cut_title or cut_name before a certificate is issued.",
        )


def _size(text: str) -> int:
    """Bytes of UTF-8; 0 when there is no UTF-8 for it."""
    try:
        return len(text.encode())
    except UnicodeEncodeError:
        return 0


def _out_of_range(what: str) -> TokenError:
    return TokenError(
        "claims_out_of_range",
        f"A certificate cannot state this, it breaks a limit: {what}.",
        "Correct the value before a certificate is issued.",
    )
