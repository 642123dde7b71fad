"""The documents that are measured on: made by the real code, with fields of every kind."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from signing.completion import Sealed, complete
from signing.fields import DocumentPlan
from signing.marks import ClientAnswers
from signing.normalise import normalise
from tests.signing.house import (
    NOW,
    context,
    director_signed,
    full_plan,
    full_values,
    house,
    typed_answers,
)
from tests.signing.inputs import paper

__all__ = ["Contract", "contract"]


@dataclass(frozen=True)
class Contract:
    """A contract that the director has signed, ready for the client."""

    source: Path
    """The file as it comes to the kiosk."""
    target: Path
    """Where the sealed file goes."""
    plan: DocumentPlan
    """Its fields."""
    answers: ClientAnswers
    """What the client enters."""

    def complete(self) -> Sealed:
        """Fill, sign, seal and verify, as the kiosk does."""
        self.target.unlink(missing_ok=True)
        return complete(
            self.source, self.target, self.plan, 0, self.answers, house().kiosk, context(), NOW
        )


def contract(folder: Path, pages: int) -> Contract:
    """Make a contract of so many pages in a folder of its own."""
    place = folder / f"{pages}-pages"
    place.mkdir()
    pdf = paper(pages)
    plan = full_plan(normalise(pdf))
    source = director_signed(pdf, place, plan)
    return Contract(source, place / "sealed.pdf", plan, typed_answers(full_values()))
