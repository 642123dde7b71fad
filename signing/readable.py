"""What head office lets through, every kiosk can verify: checked before anybody signs.

The verifier reads so much of a file and no more (`verifier.reading_cost`). A drawing of a hundred
thousand parts, or a handbook with a bookmark for every paragraph, may ask for more; found out here,
it costs the operator a minute, and at the kiosk it would cost a client the visit.
"""

from __future__ import annotations

import io
from typing import Final

from pyhanko.pdf_utils.reader import PdfFileReader

from signing.errors import InputRefused
from signing.fields import DocumentPlan
from verifier.reading_cost import READS_PER_FIELD, READS_PER_SIGNATURE, is_affordable

__all__ = ["check_normalised", "check_prepared"]

READS_FOR_SIGNING: Final = 300_000
"""Set aside before the plan is known: enough for a hundred fields, a director and two clients."""


def check_normalised(data: bytes, pages: int) -> None:
    """Read a document as the verifier will: what it cannot read must not get that far.

    Args:
        data: What `signing.normalise` made.
        pages: How many pages it should have.

    Raises:
        InputRefused: `too_many_parts`.
        Exception: Whatever pyHanko raises on a file that is still not as it must be.
    """
    if not is_affordable(data, READS_FOR_SIGNING):
        raise _too_many_parts()
    found = int(PdfFileReader(io.BytesIO(data), strict=True).root["/Pages"]["/Count"])
    if found != pages:
        raise ValueError(f"{found} pages instead of {pages}")


def check_prepared(data: bytes, plan: DocumentPlan) -> None:
    """Look once more when it is known who signs and what they fill in.

    Raises:
        InputRefused: `too_many_parts`.
    """
    fields = len(plan.director_fields) + sum(len(client.fields) for client in plan.clients)
    signatures = len(plan.clients) + 2  # the director's and the seal
    if not is_affordable(data, signatures * READS_PER_SIGNATURE + fields * READS_PER_FIELD):
        raise _too_many_parts()


def _too_many_parts() -> InputRefused:
    return InputRefused(
        "too_many_parts",
        "The PDF is made of more small parts than a kiosk can check in reasonable time.",
        "Print it to a new PDF, or split it, and upload that.",
    )
