"""Assertions about verdicts, so that tests read as sentences."""

from __future__ import annotations

from verifier.verdict import Outcome, Severity, Verdict

__all__ = ["against", "assert_altered", "assert_cannot_tell", "assert_genuine"]


def against(verdict: Verdict) -> set[str]:
    """Codes of the findings that speak against it."""
    weights = {Severity.DOUBT, Severity.BAD}
    return {finding.code for finding in verdict.findings if finding.severity in weights}


def assert_genuine(verdict: Verdict) -> None:
    """It is genuine, and nothing speaks against it."""
    assert (verdict.outcome, against(verdict)) == (Outcome.GENUINE, set())


def assert_altered(verdict: Verdict, *codes: str) -> None:
    """It is altered, for these reasons when any are named."""
    assert verdict.outcome is Outcome.ALTERED, against(verdict)
    assert not codes or against(verdict) == set(codes)


def assert_cannot_tell(verdict: Verdict, *codes: str) -> None:
    """It cannot be told, for these reasons when any are named."""
    assert verdict.outcome is Outcome.CANNOT_TELL, against(verdict)
    assert not codes or against(verdict) == set(codes)
