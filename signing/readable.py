"""What head office lets through, every kiosk can verify: checked before anybody signs.

The verifier reads so much of a file and no more, and calls nothing genuine in which readers might
show different things (`verifier.unsigned`). A drawing of a hundred thousand parts, or a script that
normalising has overlooked, costs the operator a minute when it is found out here; at the kiosk it
would cost a client the visit.
"""

from __future__ import annotations

from typing import Final

from signing.errors import InputRefused
from signing.fields import DocumentPlan
from verifier.findings import Refused
from verifier.unsigned import (
    READS_PER_FIELD,
    READS_PER_SIGNATURE,
    TooManyPartsError,
    check_unsigned,
)

__all__ = ["check_normalised", "check_prepared"]

READS_FOR_SIGNING: Final = 300_000
"""Set aside before the plan is known: enough for a hundred fields, a director and two clients."""
UPDATES_FOR_SIGNING: Final = 3
"""Expected before the plan is known: two clients and the seal."""


def check_normalised(data: bytes, pages: int) -> None:
    """Read a document as the verifier will: what it cannot read must not get that far.

    Args:
        data: What `signing.normalise` made.
        pages: How many pages it should have.

    Raises:
        InputRefused: `too_many_parts`, `would_not_verify`.
        Exception: Whatever pyHanko raises on a file that is still not as it must be.
    """
    found = _checked(data, READS_FOR_SIGNING, UPDATES_FOR_SIGNING)
    if found != pages:
        raise ValueError(f"{found} pages instead of {pages}")


def check_prepared(data: bytes, plan: DocumentPlan) -> None:
    """Look once more when it is known who signs and what they fill in.

    Raises:
        InputRefused: `too_many_parts`, `would_not_verify`.
    """
    fields = len(plan.director_fields) + sum(len(client.fields) for client in plan.clients)
    updates = len(plan.clients) + 1  # the clients and the seal, after the director
    reads = (updates + 1) * READS_PER_SIGNATURE + fields * READS_PER_FIELD
    try:
        _checked(data, reads, updates)
    except InputRefused:
        raise
    except Exception as error:  # whatever a parser stumbles over, a kiosk's does so too
        raise _would_not_verify() from error


def _checked(data: bytes, reads: int, updates: int) -> int:
    """The number of pages of what the verifier will take."""
    try:
        return check_unsigned(data, reads, updates)
    except TooManyPartsError as error:
        raise InputRefused(
            "too_many_parts",
            "The PDF is made of more small parts than a kiosk can check in reasonable time.",
            "Print it to a new PDF, or split it, and upload that.",
        ) from error
    except Refused as error:
        raise _would_not_verify() from error


def _would_not_verify() -> InputRefused:
    return InputRefused(
        "would_not_verify",
        "The PDF holds something that a kiosk could not call genuine once it is signed.",
        "Print it to a new PDF, and upload that.",
    )
