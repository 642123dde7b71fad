"""Receipts of copies that were taken before receipts were made of all claims."""

from __future__ import annotations

from importlib import import_module

from tests.vectors.sealed_pdf import NOW, House, sealed_pdf
from verifier.document import verify_pdf


def test_the_claims_of_a_kept_verdict_are_those_of_the_certificate() -> None:
    house = House()
    sealed = sealed_pdf(house, clients=2)
    kept = verify_pdf(sealed.data, house.trust(), NOW).to_json()
    migration = import_module("office.migrations.versions.r0010_receipts")
    assert migration._claims(kept["claims"]) == sealed.claims
