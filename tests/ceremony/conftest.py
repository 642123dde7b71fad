"""Desks and clients for the tests of the ceremony."""

from __future__ import annotations

import pytest

from tests.ceremony.at_the_screen import AtTheScreen
from tests.ceremony.memory_desk import MemoryDesk, sample_named

STAMPED = "umowa-o-swiadczenie-uslug"


@pytest.fixture
def desk() -> MemoryDesk:
    """A desk with a contract of three pages, five fields and a stamp."""
    return MemoryDesk(sample_named(STAMPED))


@pytest.fixture
def client(desk: MemoryDesk) -> AtTheScreen:
    """A client who has just found the document."""
    return AtTheScreen(desk)
