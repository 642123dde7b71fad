"""Assertions about verdicts, so that tests read as sentences."""

from __future__ import annotations

from verifier.verdict import Outcome, Verdict

__all__ = ["assert_altered", "assert_cannot_tell", "assert_genuine"]


def assert_genuine(verdict: Verdict) -> None:
    """It is genuine, and nothing speaks against it."""
    assert (verdict.outcome, verdict.against) == (Outcome.GENUINE, frozenset())


def assert_altered(verdict: Verdict, *codes: str) -> None:
    """It is altered, for these reasons when any are named."""
    assert verdict.outcome is Outcome.ALTERED, verdict.against
    assert not codes or verdict.against == set(codes)


def assert_cannot_tell(verdict: Verdict, *codes: str) -> None:
    """It cannot be told, for these reasons when any are named."""
    assert verdict.outcome is Outcome.CANNOT_TELL, verdict.against
    assert not codes or verdict.against == set(codes)
