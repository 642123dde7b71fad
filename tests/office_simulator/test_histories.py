"""Hundreds of histories: `pytest tests/office_simulator --histories 300`; the suite plays fewer."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from kiosk.documents import DocumentState
from tests.office_simulator.histories import STEPS, Step, check, play
from tests.office_simulator.village import Village, build

PARTS = 4
"""The histories are played in so many tests, side by side."""


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The village before anything happens."""
    folder = tmp_path_factory.mktemp("village") / "template"
    build(folder)
    return folder


@pytest.fixture
def histories(request: pytest.FixtureRequest) -> int:
    """How many histories one part plays."""
    return max(1, int(request.config.getoption("--histories")) // PARTS)


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_is_lost_doubled_or_made_up(template: Path, histories: int, part: int) -> None:
    @seed(part)
    @settings(
        max_examples=histories,
        deadline=None,
        derandomize=False,
        database=None,
        phases=[Phase.generate],  # a history is shown as it was; making it shorter takes minutes
        suppress_health_check=list(HealthCheck),
    )
    @given(STEPS)
    def history(steps: list[Step]) -> None:
        with (
            TemporaryDirectory(prefix="village-") as folder,
            Village.copied(template, Path(folder) / "village") as village,
        ):
            for step in steps:
                play(village, step)
            check(village)

    history()


def test_a_kiosk_stops_asking_for_a_document_that_was_signed_where_it_was_before(
    template: Path, tmp_path: Path
) -> None:
    """Moved, signed there without a link, moved back; then the signature arrives and is held."""
    with Village.copied(template, tmp_path / "village") as village:
        for number in range(2):
            village.exchange(number)
        village.move(1, 2)
        village.exchange(2)
        assert village.sign(1, 2)
        village.move(1, 1)
        village.exchange(2)
        assert village.document(1).quarantined
        assert village.exchange(1) == ()
        row = village.places[1].terminal.documents.row(village.document_ids[1])
        assert row is not None
        assert row.state is DocumentState.WITHDRAWN
        check(village)
