"""What the verifier's tests share: one house, one sealed file, made once."""

from __future__ import annotations

import pytest

from tests.vectors.sealed_pdf import House, Sealed, sealed_pdf
from verifier.trust_list import TrustList


@pytest.fixture(scope="session")
def house() -> House:
    """An office with one kiosk."""
    return House()


@pytest.fixture(scope="session")
def sealed(house: House) -> Sealed:
    """A genuine sealed file."""
    return sealed_pdf(house)


@pytest.fixture(scope="session")
def trust(house: House) -> TrustList:
    """The office's trust list, two hours old."""
    return house.trust()
