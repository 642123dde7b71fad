"""Nothing of what is examined gets into a log: pyHanko would write people's names there."""

from __future__ import annotations

import logging

import pytest

from tests.vectors.attack_files import CASES
from tests.vectors.foreign_files import paper, signed
from tests.vectors.sealed_pdf import NOW, House, Sealed
from tests.vectors.timestamps import timestamped
from verifier.document import verify_pdf
from verifier.foreign_pdf import verify_foreign_pdf
from verifier.trust_list import TrustList

UNTRUSTED = ("client_certified_by_a_strange_kiosk", "director_of_the_same_name")


def talkative() -> None:
    """Loggers as a program that set nothing has them."""
    for name in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(name).setLevel(logging.NOTSET)


def test_no_examination_logs_anything(
    sealed: Sealed, house: House, trust: TrustList, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    files = [CASES[name].attack(sealed, house) for name in UNTRUSTED]
    files += [sealed.data, timestamped(sealed.data, House("stranger")), b"%PDF-1.7\n"]
    invoice = signed(paper())
    talkative()
    caplog.clear()
    for data in files:
        verify_pdf(data, trust, NOW)
    verify_foreign_pdf(invoice, (), NOW)
    assert caplog.text == ""
