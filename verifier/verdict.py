"""The verdict: one of three outcomes, and every finding that led to it.

Genuine is never a default: `reach_verdict` says so only when nothing speaks against it and
every finding that the caller requires has been made. The verdict is printed by the command
line, the kiosk's screen and the office's page alike.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from verifier.claims import Claims

__all__ = ["Finding", "Outcome", "Severity", "Verdict", "reach_verdict"]


class Outcome(StrEnum):
    """What can be said of a paper or a file."""

    GENUINE = "genuine"
    """It is what was signed and sealed, as far as the findings say it was examined."""
    ALTERED = "altered"
    """It is not what was signed and sealed."""
    CANNOT_TELL = "cannot_tell"
    """Neither can be said; the findings say why."""


class Severity(StrEnum):
    """How a finding weighs."""

    GOOD = "good"
    """Speaks for it."""
    NOTICE = "notice"
    """Worth knowing; changes nothing."""
    DOUBT = "doubt"
    """Rules out "genuine"."""
    BAD = "bad"
    """Shows that it was altered."""


@dataclass(frozen=True)
class Finding:
    """One thing that was examined, and how it turned out."""

    code: str
    """Stable name, see docs/findings.md."""
    severity: Severity
    """How it weighs."""
    detail: dict[str, str] = field(default_factory=dict)
    """Names, counts and dates for the sentence."""

    def sentence(self, language: str) -> str:
        """The finding in words; `language` is pl, en, de or uk (anything else: en)."""
        raise NotImplementedError


@dataclass(frozen=True)
class Verdict:
    """The outcome and what led to it."""

    outcome: Outcome
    """One of three."""
    findings: tuple[Finding, ...]
    """In the order of the steps that made them."""
    claims: Claims | None
    """What the certificate states; None unless its signature fits a trusted key."""
    trust_as_of: datetime | None
    """As-of time of the trust list that was used."""
    trust_version: int | None
    """Version of the trust list that was used."""
    checked_at: datetime
    """The time that was taken for now."""

    def sentence(self, language: str) -> str:
        """The outcome in words; `language` is pl, en, de or uk (anything else: en)."""
        raise NotImplementedError

    def to_json(self, language: str = "en") -> dict[str, Any]:
        """Plain values for JSON (schema: docs/findings.md)."""
        raise NotImplementedError


def reach_verdict(
    findings: Collection[Finding],
    required: Collection[str],
    claims: Claims | None,
) -> Outcome:
    """Weigh the findings."""
    raise NotImplementedError
