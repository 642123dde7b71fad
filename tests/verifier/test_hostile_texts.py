"""Texts that are almost a certificate's: other digits, two in one, escapes, marks of direction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from tests.vectors.sealed_pdf import HOST, NOW, Sealed
from tests.verifier.verdicts import assert_cannot_tell, assert_genuine
from verifier.document import verify_text
from verifier.trust_list import TrustList
from verifier.wedge_text import undo_layout

CASES: Final[dict[str, Callable[[str], str]]] = {
    "two in one": lambda text: text + text,
    "two lines": lambda text: f"{text}\n{text}",
    "Arabic digits": lambda text: in_digits(text, 0x660),
    "wide digits": lambda text: in_digits(text, 0xFF10),
    "an escaped host": lambda text: text.replace("SYGNET", "%53YGNET"),
    "an escaped hash": lambda text: text.replace("#", "%23"),
    "a mark of direction before": lambda text: "\u200f" + text,
    "a mark of direction inside": lambda text: text[:40] + "\u202e" + text[40:],
    "a mark of direction behind": lambda text: text + "\u200f",
    "a space without width": lambda text: text[:40] + "\u200b" + text[40:],
    "a Greek host": lambda text: text.replace("EXAMPLE", "\u0395XAMPLE"),
    "a long s": lambda text: text.replace("HTTPS", "HTTP\u017f"),
    "a name before the host": lambda text: text.replace(HOST, f"A@{HOST}"),
    "a host behind the host": lambda text: text.replace(HOST, f"{HOST}:1@OTHER.EXAMPLE"),
    "a dot behind the host": lambda text: text.replace(HOST, f"{HOST}."),
    "another port": lambda text: text.replace(HOST, f"{HOST}:8443"),
    "a zero before the number": lambda text: text.replace("#", "#0"),
    "a sign before the number": lambda text: text.replace("#", "#+"),
    "underscores": lambda text: f"{text[:60]}_{text[60:]}",
    "a query": lambda text: text.replace("/C#", "/C?x#"),
    "without a lock": lambda text: text.replace("HTTPS", "HTTP"),
    "a null byte behind": lambda text: text + "\0",
    "half a letter behind": lambda text: text + "\ud800",
    "a hundred thousand digits": lambda text: text + "9" * 100_000,
}


def in_digits(text: str, zero: int) -> str:
    """The number in the digits of another script."""
    head, _, number = text.partition("#")
    return f"{head}#{number.translate({ord('0') + value: zero + value for value in range(10)})}"


@pytest.mark.parametrize("case", CASES)
def test_what_is_almost_a_certificates_text_is_none(
    case: str, sealed: Sealed, trust: TrustList
) -> None:
    text = CASES[case](sealed.text)
    assert_cannot_tell(verify_text(text, trust, NOW))
    assert_cannot_tell(verify_text(undo_layout(text), trust, NOW))


def test_what_browsers_and_scanners_change_stays_genuine(sealed: Sealed, trust: TrustList) -> None:
    mixed = sealed.text.replace("HTTPS", "hTtPs").replace("SYGNET", "sYgNeT")
    for text in (mixed, f"\r\n{sealed.text}\r\n"):
        assert_genuine(verify_text(text, trust, NOW))
