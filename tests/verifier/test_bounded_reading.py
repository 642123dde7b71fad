"""verifier.bounded_reading: a file costs so many reads and no more."""

from __future__ import annotations

import pickle

import pytest

from tests.vectors.sealed_pdf import NOW, House, Sealed
from verifier import bounded_reading
from verifier.bounded_reading import BoundedBytes, Budget, ReadingLimitError
from verifier.document import verify_pdf
from verifier.findings import finding
from verifier.trust_list import TrustList
from verifier.verdict import Outcome


def test_reading_ends_with_the_budget() -> None:
    data = BoundedBytes(b"x" * 10, Budget(0))
    for _ in range(bounded_reading.LEAST_READS):
        data.seek(0)
        data.read(1)
    with pytest.raises(ReadingLimitError):
        data.read(1)


def test_a_larger_file_may_cost_more() -> None:
    Budget(160).spend(bounded_reading.LEAST_READS + 10)
    with pytest.raises(ReadingLimitError):
        Budget(159).spend(bounded_reading.LEAST_READS + 10)


def test_a_file_beyond_its_budget_is_never_genuine(
    sealed: Sealed, trust: TrustList, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert verify_pdf(sealed.data, trust, NOW).outcome is Outcome.GENUINE
    monkeypatch.setattr(bounded_reading, "LEAST_READS", 0)
    verdict = verify_pdf(sealed.data, trust, NOW)
    assert verdict.against == {"structure_unreadable"}


def test_a_verdict_is_plain_and_carries_no_file_along(
    sealed: Sealed, house: House, trust: TrustList
) -> None:
    verdict = verify_pdf(sealed.data, trust, NOW)
    assert len(pickle.dumps(verdict)) < 10_000
    for each in (*verdict.findings, finding("signature_missing", field=_Text("Seal"))):
        assert {type(value) for value in each.detail.values()} <= {str}


class _Text(str):
    """A string that would carry more along."""

    __slots__ = ("more",)
