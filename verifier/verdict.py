"""The verdict: one of three outcomes, and every finding that led to it.

Genuine is never a default: `reach_verdict` says so only when nothing speaks against it and
every finding that the caller requires has been made. The verdict is printed by the command
line, the kiosk's screen and the office's page alike.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from verifier.claims import Claims
from verifier.sentences import sentence

__all__ = ["Finding", "Outcome", "Severity", "Verdict", "in_utc", "reach_verdict"]
__all__ += ["shown_time"]


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
        return sentence(self.code, self.detail, language)


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
        """The outcome in words, and as of when; `language` is pl, en, de or uk (else: en)."""
        return f"{self.outcome_sentence(language)} {self.as_of_sentence(language)}"

    def outcome_sentence(self, language: str) -> str:
        """The outcome alone; whoever shows it says as of when beside it."""
        return sentence(self._outcome_code(), {}, language)

    def as_of_sentence(self, language: str) -> str:
        """By which trust list it was judged, and as of when."""
        if self.trust_as_of is None:
            return sentence("judged_without_list", {"as_of": shown_time(self.checked_at)}, language)
        return sentence("judged_by_list", {"as_of": shown_time(self.trust_as_of)}, language)

    def _outcome_code(self) -> str:
        if self.has("foreign_document"):
            if self.outcome is Outcome.ALTERED:
                return "foreign_altered"
            return "foreign_valid" if self.against == {"foreign_document"} else "foreign_unsure"
        paper = self.outcome is Outcome.GENUINE and self.has("paper_only")
        return "genuine_paper" if paper else str(self.outcome)

    def has(self, code: str) -> bool:
        """Tell whether a finding was made."""
        return any(finding.code == code for finding in self.findings)

    @property
    def against(self) -> frozenset[str]:
        """Codes of the findings that speak against it; empty for whatever is genuine.

        A kiosk that was offline for long seals a document although its own list is stale:
        it may keep what has nothing but `trust_stale` against it.
        """
        weights = {Severity.DOUBT, Severity.BAD}
        return frozenset(each.code for each in self.findings if each.severity in weights)

    def to_json(self, language: str = "en") -> dict[str, Any]:
        """Plain values for JSON (schema: docs/findings.md)."""
        return {
            "outcome": str(self.outcome),
            "sentence": self.sentence(language),
            "findings": [
                {
                    "code": finding.code,
                    "severity": str(finding.severity),
                    "detail": dict(finding.detail),
                    "sentence": finding.sentence(language),
                }
                for finding in self.findings
            ],
            "claims": None if self.claims is None else _claims_to_json(self.claims),
            "trust": {"version": self.trust_version, "as_of": _time_or_none(self.trust_as_of)},
            "checked_at": _time_or_none(self.checked_at),
        }


def in_utc(time: datetime) -> datetime:
    """A time in UTC; the first and the last day of the calendar stay what they are."""
    try:
        return time.astimezone(UTC)
    except OverflowError:
        return time.replace(tzinfo=UTC)


def shown_time(time: datetime) -> str:
    """A time as findings show it, to the minute."""
    return in_utc(time).isoformat(" ")[:16] + " UTC"


def reach_verdict(findings: Collection[Finding], required: Collection[str]) -> Outcome:
    """Weigh the findings.

    Args:
        findings: everything that was found.
        required: codes without which nothing is genuine, each one or several of which any
            is enough, joined by `|`.

    Returns:
        ALTERED when any finding is bad; else GENUINE when none is a doubt and all required
        ones were made; else CANNOT_TELL.
    """
    severities = {finding.severity for finding in findings}
    if Severity.BAD in severities:
        return Outcome.ALTERED
    codes = {finding.code for finding in findings}
    complete = all(codes.intersection(choice.split("|")) for choice in required)
    if complete and Severity.DOUBT not in severities:
        return Outcome.GENUINE
    return Outcome.CANNOT_TELL


def _claims_to_json(claims: Claims) -> dict[str, Any]:
    return {
        "document_id": claims.document_id.hex(),
        "covered_sha256": claims.covered_sha256.hex(),
        "covered_bytes": claims.covered_bytes,
        "issued_at": _time_or_none(claims.issued_at),
        "time_quality": claims.time_quality.name.lower(),
        "title": claims.title,
        "number": claims.number,
        "signers": [
            {
                "name": signer.name,
                "role": signer.role.name.lower(),
                "method": signer.method.name.lower(),
                "proof": signer.proof.name.lower(),
                "signed_at": _time_or_none(signer.signed_at),
            }
            for signer in claims.signers
        ],
        "certificate_sequence": claims.certificate_sequence,
        "pages": claims.pages,
    }


def _time_or_none(time: datetime | None) -> str | None:
    return None if time is None else in_utc(time).isoformat()[:19] + "Z"
