"""A verdict as calm plain text, for a terminal."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from verifier.claims import Claims
from verifier.sentences import sentence
from verifier.verdict import Severity, Verdict, in_utc

__all__ = ["report"]

MARKS: Final = {
    Severity.GOOD: "+",
    Severity.NOTICE: "i",
    Severity.DOUBT: "?",
    Severity.BAD: "x",
}
"""What stands before a finding."""


def report(name: str, verdict: Verdict, language: str, *, findings: bool = True) -> str:
    """Say a verdict: the outcome first, then what the certificate states, then the findings.

    Args:
        name: what was examined.
        verdict: what came of it.
        language: pl, en, de or uk.
        findings: whether they are to be said; not when they were, step by step.
    """
    lines = [f"{name}: {verdict.sentence(language)}", ""]
    if verdict.claims is not None:
        lines += [*_certificate(verdict.claims, language), ""]
    if findings:
        lines.append(_label("examined", language) + ":")
        lines += [
            f"  {MARKS[each.severity]} {each.sentence(language)}" for each in verdict.findings
        ]
        lines.append("")
    if verdict.trust_as_of is not None:
        detail = {"version": str(verdict.trust_version), "as_of": _time(verdict.trust_as_of)}
        lines.append(_row("trust", sentence("trust_line", detail, language), language))
    lines.append(_row("checked", _time(verdict.checked_at), language))
    return "\n".join(lines) + "\n"


def _certificate(claims: Claims, language: str) -> list[str]:
    lines = [
        _row("title", claims.title, language),
        _row("number", claims.number, language),
        _row("document", claims.document_id.hex(), language),
        _row("issued", _time(claims.issued_at), language),
        _row("pages", str(claims.pages - 1), language),  # without the certificate
        _label("signers", language) + ":",
    ]
    for signer in claims.signers:
        role = sentence(f"role_{int(signer.role)}", {}, language)
        lines.append(f"    {signer.name} ({role}), {_time(signer.signed_at)}")
    return lines


def _row(label: str, value: str, language: str) -> str:
    return f"{_label(label, language)}: {value}"


def _label(name: str, language: str) -> str:
    return "  " * (name not in {"examined", "trust", "checked"}) + sentence(
        f"label_{name}", {}, language
    )


def _time(time: datetime) -> str:
    return in_utc(time).isoformat(" ")[:19] + " UTC"
